/** One request on its way through the simulated Jira, and how it is refused. */

import type { SimAnswer, SimRequest } from "../kit/server.ts";
import type { JiraStore } from "./store.ts";
import type { SimIssue, SimProject, SimUser } from "./types.ts";

/** What the two faces of the simulator have in common, and the switches that endpoints ask for. */
export interface Face {
  readonly kind: "cloud" | "server";
  readonly store: JiraStore;
  /** Base URL with context path, without a slash at its end. */
  readonly url: string;
  /** Cloud: base URL of the host that serves the bytes of attachments. */
  readonly mediaUrl: string;
  readonly settings: FaceSettings;
}

export interface FaceSettings {
  /** `schema`: texts are checked with Atlassian's JSON schema, loaded with the first text; `built-in`: a quick check only. */
  readonly adfValidation: "schema" | "built-in";
  /** What Cloud's limit of 32,767 counts; sources disagree. */
  readonly adfLimit: "serialised" | "text";
  /** Cloud deletes an attachment whose picture was in a text and is not any more. */
  readonly deleteOrphanedMedia: boolean;
  /** Server: what an account without Browse permission is answered. */
  readonly hiddenIssueStatus: 403 | 404;
  /** Server: `jira.option.emailvisible`. */
  readonly emailVisibility: "show" | "hide" | "mask";
  /** Server's version, e.g. `10.3.12`. */
  readonly version: string;
  /** Whether Jira Software is installed: without it there are no boards. */
  readonly software: boolean;
  /** How many issues a page of `search/jql` holds at most when more than ids is asked for. */
  readonly searchPageLimit: number;
}

export interface Call {
  readonly face: Face;
  readonly store: JiraStore;
  readonly cloud: boolean;
  readonly request: SimRequest;
  readonly params: Readonly<Record<string, string>>;
  /** `null`: anonymous. */
  readonly caller: SimUser | null;
  /** How this version of the API writes texts: v3 `adf`, v2 `wiki`. */
  readonly text: "adf" | "wiki";
  /** e.g. `http://localhost:1/rest/api/3`. */
  readonly apiUrl: string;
}

export type Handler = (call: Call) => SimAnswer | Promise<SimAnswer>;

export interface Route {
  readonly method: string;
  /** `api`: below `/rest/api/<version>`. */
  readonly root: "api" | "agile" | "desk" | "secure";
  /** Segments; `:name` takes any one. */
  readonly path: string;
  readonly only?: "cloud" | "server";
  readonly handle: Handler;
}

/** Thrown by endpoints: the answer that refuses the request. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(readonly answer: SimAnswer) {
    super(`refused with status ${answer.status}`);
  }
}

/** Jira's ErrorCollection. */
export function refuse(
  status: number,
  messages: string | readonly string[],
  errors: Record<string, string> = {},
): Refusal {
  const errorMessages = typeof messages === "string" ? [messages] : [...messages];
  return new Refusal({ status, body: { errorMessages, errors } });
}

/** One field is at fault. */
export function refuseField(status: number, field: string, text: string): Refusal {
  return refuse(status, [], { [field]: text });
}

export function plain(status: number, text: string): Refusal {
  return new Refusal({ status, headers: { "content-type": "text/plain;charset=UTF-8" }, body: text });
}

/** 204; Server claims that the empty body is HTML. */
export function noContent(call: Call): SimAnswer {
  return call.cloud ? { status: 204 } : { status: 204, headers: { "content-type": "text/html;charset=UTF-8" } };
}

/** The body as JSON; refuses what Jira cannot read. */
export function jsonBody(call: Call): unknown {
  const type = call.request.headers.get("content-type") ?? "";
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    throw new Refusal({ status: 415, headers: { "content-type": "text/html;charset=UTF-8" }, body: "" });
  }
  try {
    return call.request.json();
  } catch (error) {
    if (call.cloud) throw refuse(400, "There was an error parsing JSON. Check that your request body is valid.");
    throw new Refusal({ status: 400, body: { errorMessages: [`Unexpected character: ${String(error)}`] } });
  }
}

/** The body as a JSON object. */
export function objectBody(call: Call): Record<string, unknown> {
  const body = jsonBody(call);
  if (isRecord(body)) return body;
  if (call.cloud) throw refuse(400, "Invalid request payload. Refer to the REST API documentation and try again.");
  throw new Refusal({
    status: 400,
    body: { errorMessages: ["Can not deserialize instance of the request bean out of this token"] },
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** 401 for anonymous callers. */
export function signedIn(call: Call): SimUser {
  if (call.caller !== null) return call.caller;
  throw new Refusal(unauthorized(call.cloud));
}

export function unauthorized(cloud: boolean): SimAnswer {
  return {
    status: 401,
    headers: cloud
      ? { "www-authenticate": 'OAuth realm="http%3A%2F%2Flocalhost"' }
      : { "www-authenticate": 'OAuth realm="localhost"' },
    body: cloud ? { message: "Client must be authenticated to access this resource.", "status-code": 401 } : {
      errorMessages: ["You are not authenticated. Authentication required to perform this operation."],
      errors: {},
    },
  };
}

const NOT_VISIBLE = "You do not have the permission to see the specified issue.";

/** The issue of the path, if the caller may see it. */
export function visibleIssue(call: Call, idOrKey: string | undefined = call.params.issue): SimIssue {
  const issue = call.store.issue(idOrKey ?? "");
  if (issue !== null && call.store.maySee(call.caller, issue)) return issue;
  if (call.cloud) throw refuse(404, "Issue does not exist or you do not have permission to see it.");
  if (issue === null) throw refuse(404, "Issue Does Not Exist");
  if (call.caller === null) throw refuse(401, [NOT_VISIBLE, "Login Required"]);
  throw call.face.settings.hiddenIssueStatus === 403 ? refuse(403, NOT_VISIBLE) : refuse(404, "Issue Does Not Exist");
}

/** The project of that id or key, if the caller may see it, else `null`. */
export function visibleProject(call: Call, idOrKey: string): SimProject | null {
  const project = call.store.project(idOrKey);
  if (project === null || call.caller === null) return null;
  return call.store.may(call.caller, "BROWSE_PROJECTS", project.key) ? project : null;
}

/** A number of the query, or the default if it is missing or none. */
export function numberOf(call: Call, name: string, fallback: number): number {
  const text = call.request.query.get(name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : fallback;
}

/** A list of the query: repeated, or comma separated. */
export function listOf(call: Call, name: string): string[] {
  return call.request.query.getAll(name).flatMap((value) => value.split(",")).map((value) => value.trim()).filter((
    value,
  ) => value !== "");
}

export function expands(call: Call, what: string): boolean {
  return listOf(call, "expand").includes(what);
}

/** The page that `startAt` and `maxResults` ask for, at most `cap` long. */
export function pageOf<T>(call: Call, all: readonly T[], cap: number) {
  const startAt = numberOf(call, "startAt", 0);
  const maxResults = Math.min(numberOf(call, "maxResults", 50), cap);
  const values = all.slice(startAt, startAt + maxResults);
  return { maxResults, startAt, total: all.length, isLast: startAt + values.length >= all.length, values };
}
