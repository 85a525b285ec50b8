/** Searching: Cloud's `search/jql`, Server's `search`. */

import { Buffer } from "node:buffer";
import type { SimAnswer } from "../kit/server.ts";
import { allFields, pickFields, pickProperties } from "./beans.ts";
import { type Call, isRecord, listOf, numberOf, objectBody, Refusal, refuse, type Route } from "./call.ts";
import { JqlError, type JqlQuery, parseJql } from "./jql.ts";
import { findIssues } from "./jql_match.ts";
import { indexedAt } from "./search_index.ts";
import type { SimIssue } from "./types.ts";

const BEAN_EXPAND = "operations,versionedRepresentations,editmeta,changelog,renderedFields";

function parsed(jql: string): JqlQuery {
  try {
    return parseJql(jql);
  } catch (error) {
    if (error instanceof JqlError) throw refuse(400, error.message);
    throw error;
  }
}

function found(call: Call, query: JqlQuery, validate: boolean) {
  try {
    return findIssues(call, query, validate);
  } catch (error) {
    if (error instanceof JqlError) throw refuse(400, error.message);
    throw error;
  }
}

interface CloudSearch {
  readonly jql: string;
  readonly maxResults: number;
  readonly fields: readonly string[];
  readonly properties: readonly string[];
  readonly nextPageToken: string | null;
  readonly reconcileIssues: readonly string[];
}

function strings(value: unknown): string[] {
  if (typeof value === "string") return value.split(",").map((part) => part.trim());
  return Array.isArray(value) ? value.map(String) : [];
}

function cloudSearchOf(call: Call): CloudSearch {
  if (call.request.method === "GET") {
    return {
      jql: call.request.query.get("jql") ?? "",
      maxResults: numberOf(call, "maxResults", 50),
      fields: listOf(call, "fields"),
      properties: listOf(call, "properties"),
      nextPageToken: call.request.query.get("nextPageToken"),
      reconcileIssues: listOf(call, "reconcileIssues"),
    };
  }
  const body = objectBody(call);
  const known = [
    "jql",
    "maxResults",
    "fields",
    "expand",
    "properties",
    "fieldsByKeys",
    "nextPageToken",
    "reconcileIssues",
  ];
  const unknown = Object.keys(body).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw refuse(400, "Invalid request payload. Refer to the REST API documentation and try again.");
  }
  return {
    jql: typeof body.jql === "string" ? body.jql : "",
    maxResults: typeof body.maxResults === "number" ? body.maxResults : 50,
    fields: strings(body.fields),
    properties: strings(body.properties),
    nextPageToken: typeof body.nextPageToken === "string" ? body.nextPageToken : null,
    reconcileIssues: strings(body.reconcileIssues),
  };
}

/** No total, no offset: a token leads to the next page and is bound to its query. */
function searchCloud(call: Call): SimAnswer {
  const search = cloudSearchOf(call);
  const query = parsed(search.jql);
  if (query.where === null) {
    throw refuse(400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.");
  }
  if (search.properties.length > 5) throw refuse(400, "The number of properties requested exceeds the limit of 5.");
  if (search.reconcileIssues.length > 50) {
    throw refuse(400, "The number of issues to reconcile exceeds the limit of 50.");
  }
  if (query.orderBy.length > 7) throw refuse(400, "The number of fields to order by exceeds the limit of 7.");
  const issues = reconciled(call, found(call, query, true).issues, search.reconcileIssues);
  const start = startOf(search);
  const onlyIds = search.fields.every((field) => field === "id" || field === "key") && search.properties.length === 0;
  const limit = Math.min(Math.max(search.maxResults, 1), onlyIds ? 5000 : call.face.settings.searchPageLimit);
  const page = issues.slice(start, start + limit);
  const isLast = start + limit >= issues.length;
  return {
    status: 200,
    body: {
      issues: page.map((issue) => cloudBean(call, issue, search)),
      ...(isLast ? {} : { nextPageToken: pageToken(search.jql, start + limit) }),
      isLast,
    },
  };
}

/** Issues named in `reconcileIssues` are read from the database although the index does not know them yet. */
function reconciled(call: Call, issues: readonly SimIssue[], ids: readonly string[]): SimIssue[] {
  const extra = ids.map((id) => call.store.issue(id))
    .filter((issue) =>
      issue !== null && call.store.maySee(call.caller, issue) && indexedAt(call.store, issue) === null
    );
  return [...(extra as SimIssue[]), ...issues];
}

function cloudBean(call: Call, issue: SimIssue, search: CloudSearch): Record<string, unknown> {
  const fields = search.fields.length === 0 ? ["id"] : search.fields;
  const properties = search.properties.length === 0 ? {} : { properties: pickProperties(issue, search.properties) };
  if (fields.every((field) => field === "id")) return { id: issue.id, ...properties };
  const named = fields.filter((field) => field !== "id" && field !== "key");
  return {
    expand: BEAN_EXPAND,
    id: issue.id,
    self: `${call.apiUrl}/issue/${issue.id}`,
    key: issue.key,
    ...(named.length === 0 ? {} : { fields: pickFields(allFields(call, issue), named) }),
    ...properties,
  };
}

function pageToken(jql: string, start: number): string {
  return Buffer.from(JSON.stringify({ jql, start })).toString("base64url");
}

function startOf(search: CloudSearch): number {
  if (search.nextPageToken === null || search.nextPageToken === "") return 0;
  try {
    const token: unknown = JSON.parse(Buffer.from(search.nextPageToken, "base64url").toString());
    if (isRecord(token) && token.jql === search.jql && typeof token.start === "number") return token.start;
  } catch {
    // Not a token of ours: refused below.
  }
  throw refuse(400, "The provided next page token is invalid or has expired.");
}

function removed(): SimAnswer {
  const where = "Please migrate to the /rest/api/3/search/jql API.";
  const guide = "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046";
  return {
    status: 410,
    body: { errorMessages: [`The requested API has been removed. ${where} ${guide}`], errors: {} },
  };
}

function approximateCount(call: Call): SimAnswer {
  const { jql } = objectBody(call);
  const query = parsed(typeof jql === "string" ? jql : "");
  if (query.where === null) {
    throw refuse(400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.");
  }
  return { status: 200, body: { count: found(call, query, true).issues.length } };
}

interface ServerSearch {
  readonly jql: string;
  readonly startAt: number;
  readonly maxResults: number;
  readonly fields: readonly string[];
  readonly validateQuery: boolean;
}

function serverSearchOf(call: Call): ServerSearch {
  if (call.request.method === "GET") {
    return {
      jql: call.request.query.get("jql") ?? "",
      startAt: numberOf(call, "startAt", 0),
      maxResults: numberOf(call, "maxResults", 50),
      fields: listOf(call, "fields"),
      validateQuery: call.request.query.get("validateQuery") !== "false",
    };
  }
  const body = objectBody(call);
  const known = ["jql", "startAt", "maxResults", "fields", "expand", "validateQuery"];
  const unknown = Object.keys(body).find((key) => !known.includes(key));
  const unreadable = (text: string) => new Refusal({ status: 400, body: { errorMessages: [text] } });
  if (unknown !== undefined) {
    throw unreadable(`Unrecognized field "${unknown}" (Class SearchRequestBean), not marked as ignorable`);
  }
  if (body.validateQuery !== undefined && typeof body.validateQuery !== "boolean") {
    throw unreadable("Can not deserialize instance of java.lang.Boolean out of VALUE_STRING token");
  }
  return {
    jql: typeof body.jql === "string" ? body.jql : "",
    startAt: typeof body.startAt === "number" ? body.startAt : 0,
    maxResults: typeof body.maxResults === "number" ? body.maxResults : 50,
    fields: strings(body.fields),
    validateQuery: body.validateQuery !== false,
  };
}

const RESULT_WINDOW = 10_000;

function searchServer(call: Call): SimAnswer {
  const search = serverSearchOf(call);
  const { issues, warnings } = found(call, parsed(search.jql), search.validateQuery);
  const maxResults = Math.min(search.maxResults, 1000);
  if (search.startAt + maxResults > RESULT_WINDOW) {
    const asked = (search.startAt + maxResults).toLocaleString("en-US");
    throw refuse(
      500,
      `Search limit exceeded. We couldn't complete your search because it requests ${asked} results which exceeded the search platform limit of 10,000.`,
    );
  }
  const fields = search.fields.length === 0 ? ["*navigable"] : search.fields;
  const page = issues.slice(search.startAt, search.startAt + maxResults);
  const beans = page.map((issue) => ({
    expand: BEAN_EXPAND,
    id: issue.id,
    self: `${call.apiUrl}/issue/${issue.id}`,
    key: issue.key,
    fields: pickFields(allFields(call, issue), fields),
  }));
  const counted = call.request.method === "POST" && maxResults === 0;
  return {
    status: 200,
    body: {
      expand: counted ? null : "schema,names",
      startAt: search.startAt,
      maxResults,
      total: issues.length,
      issues: beans,
      ...(warnings.length > 0 ? { warningMessages: warnings } : counted ? { warningMessages: null } : {}),
      ...(counted ? { names: null, schema: null } : {}),
    },
  };
}

export const searchRoutes: readonly Route[] = [
  { method: "GET", root: "api", path: "search/jql", only: "cloud", handle: searchCloud },
  { method: "POST", root: "api", path: "search/jql", only: "cloud", handle: searchCloud },
  { method: "POST", root: "api", path: "search/approximate-count", only: "cloud", handle: approximateCount },
  { method: "GET", root: "api", path: "search", only: "cloud", handle: removed },
  { method: "POST", root: "api", path: "search", only: "cloud", handle: removed },
  { method: "GET", root: "api", path: "search", only: "server", handle: searchServer },
  { method: "POST", root: "api", path: "search", only: "server", handle: searchServer },
];
