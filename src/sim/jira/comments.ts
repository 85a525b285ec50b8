/** Comments of the platform API. */

import type { SimAnswer } from "../kit/server.ts";
import { commentBean, type CommentExpand, seesComment } from "./beans.ts";
import {
  type Call,
  expands,
  isRecord,
  noContent,
  numberOf,
  objectBody,
  refuse,
  refuseField,
  type Route,
  signedIn,
  visibleIssue,
} from "./call.ts";
import { readText } from "./fields.ts";
import { dropOrphans, mediaOf } from "./media.ts";
import { deleteProperty, getProperty, listProperties, putProperty, readProperties } from "./properties.ts";
import { plainText } from "./texts.ts";
import type { SimComment, SimIssue, SimVisibility } from "./types.ts";

/** Cloud shows properties in `comment/list` only. */
function expandOf(call: Call): CommentExpand {
  return { rendered: expands(call, "renderedBody"), properties: !call.cloud && expands(call, "properties") };
}

/** Adds one, or refuses as Jira does. */
export async function addComment(call: Call, issue: SimIssue, body: Record<string, unknown>): Promise<SimComment> {
  const caller = signedIn(call);
  if (!call.store.may(caller, "ADD_COMMENTS", issue.projectKey)) {
    throw refuse(400, `${caller.displayName}, you do not have the permission to comment on this issue.`);
  }
  const text = await readBody(call, issue, body.body);
  const visibility = readVisibility(call, body.visibility);
  const properties = readProperties(body.properties);
  if (issue.comments.length >= call.store.maxComments) {
    throw refuse(413, `The issue has reached its limit of ${call.store.maxComments} comments.`);
  }
  const comment = call.store.commentAs(caller, issue, text, visibility === null ? {} : { visibility });
  for (const [key, value] of properties) comment.properties.set(key, value);
  return comment;
}

async function readBody(call: Call, issue: SimIssue, value: unknown) {
  const empty = "Comment body can not be empty!";
  if (value === undefined || value === null || value === "") throw refuseField(400, "comment", empty);
  const read = await readText(call, "comment", value, issue);
  if ("problem" in read) throw refuseField(400, "comment", read.problem);
  const blank = read.text === null ||
    (read.text.format === "wiki" ? plainText(read.text).trim() === "" : read.text.content.content.length === 0);
  if (blank) throw refuseField(400, "comment", empty);
  return read.text!;
}

function readVisibility(call: Call, asked: unknown): SimVisibility | null {
  if (asked === undefined || asked === null) return null;
  const value = isRecord(asked) ? String(asked.value ?? asked.identifier) : "";
  if (!isRecord(asked) || (asked.type !== "role" && asked.type !== "group")) {
    throw refuse(400, "Can not construct instance of visibility type");
  }
  if (asked.type === "group" && !call.store.groups.includes(value)) {
    throw refuseField(400, "commentLevel", `Group: ${value} does not exist.`);
  }
  if (asked.type === "role" && !call.store.roles.includes(value)) {
    throw refuseField(400, "commentLevel", `You are currently not a member of the project role: ${value}.`);
  }
  return { type: asked.type, value };
}

async function postComment(call: Call): Promise<SimAnswer> {
  const issue = visibleIssue(call);
  const comment = await addComment(call, issue, objectBody(call));
  const bean = commentBean(call, issue, comment, expandOf(call));
  return { status: 201, headers: { location: String(bean.self) }, body: bean };
}

function listComments(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  const order = call.request.query.get("orderBy") ?? "created";
  if (!/^[+ -]?created$/.test(order)) throw refuse(400, `The orderBy value '${order}' is not valid.`);
  const seen = issue.comments.filter((comment) => seesComment(call, issue, comment));
  if (order.startsWith("-")) seen.reverse();
  const startAt = numberOf(call, "startAt", 0);
  const maxResults = call.cloud ? Math.min(numberOf(call, "maxResults", 100), 5000) : numberOf(call, "maxResults", 50);
  const page = seen.slice(startAt, startAt + maxResults);
  const comments = page.map((comment) => commentBean(call, issue, comment, expandOf(call)));
  return { status: 200, body: { startAt, maxResults, total: seen.length, comments } };
}

/** The comment of the path on the issue of the path. */
function commentOf(call: Call): { issue: SimIssue; comment: SimComment } {
  const issue = visibleIssue(call);
  const id = call.params.comment!;
  const comment = issue.comments.find((candidate) => candidate.id === id);
  if (comment !== undefined && seesComment(call, issue, comment)) return { issue, comment };
  const elsewhere = call.store.comment(id) !== null;
  throw refuse(
    404,
    elsewhere ? `No comment with given ID found for issue ${issue.key}` : `Can not find a comment for the id: ${id}.`,
  );
}

function getComment(call: Call): SimAnswer {
  const { issue, comment } = commentOf(call);
  return { status: 200, body: commentBean(call, issue, comment, expandOf(call)) };
}

function mayEdit(call: Call, issue: SimIssue, comment: SimComment): void {
  const caller = signedIn(call);
  const own = comment.author === caller.accountId && call.store.may(caller, "EDIT_OWN_COMMENTS", issue.projectKey);
  if (own || call.store.may(caller, "EDIT_ALL_COMMENTS", issue.projectKey)) return;
  throw refuse(400, `${caller.displayName}, you do not have the permission to edit this comment.`);
}

async function putComment(call: Call): Promise<SimAnswer> {
  const { issue, comment } = commentOf(call);
  mayEdit(call, issue, comment);
  const body = objectBody(call);
  if (body.id !== undefined && String(body.id) !== comment.id) {
    throw refuse(400, "Comment ID supplied in request body does not match that in the URL");
  }
  const text = await readBody(call, issue, body.body);
  const visibility = body.visibility === undefined ? comment.visibility : readVisibility(call, body.visibility);
  const properties = readProperties(body.properties);
  const before = mediaOf(issue);
  call.store.editComment(issue, comment.id, text, call.caller!);
  comment.visibility = visibility;
  for (const [key, value] of properties) comment.properties.set(key, value);
  dropOrphans(call, issue, before);
  return { status: 200, body: commentBean(call, issue, comment, expandOf(call)) };
}

function deleteComment(call: Call): SimAnswer {
  const { issue, comment } = commentOf(call);
  mayEdit(call, issue, comment);
  call.store.deleteComment(issue, comment.id);
  return noContent(call);
}

/** `POST /comment/list`: Cloud's read by ids; what is missing or invisible is left out. */
function commentsByIds(call: Call): SimAnswer {
  const { ids } = objectBody(call);
  if (!Array.isArray(ids)) throw refuse(400, "The list of comment IDs is required.");
  if (ids.length > 1000) throw refuse(400, "The number of comment IDs exceeds the limit of 1000.");
  const expand = { rendered: expands(call, "renderedBody"), properties: expands(call, "properties") };
  const values: unknown[] = [];
  for (const id of new Set(ids.map(String))) {
    const found = call.store.comment(id);
    if (
      found === null || !call.store.maySee(call.caller, found.issue) || !seesComment(call, found.issue, found.comment)
    ) continue;
    values.push(commentBean(call, found.issue, found.comment, expand));
  }
  return { status: 200, body: { maxResults: 1048, startAt: 0, total: values.length, isLast: true, values } };
}

function ownedProperties(
  call: Call,
  write: boolean,
): { properties: Map<string, unknown>; self: string; touch(): void } {
  const found = call.store.comment(call.params.comment!);
  if (found === null || !call.store.maySee(call.caller, found.issue)) {
    throw refuse(404, `Can not find a comment for the id: ${call.params.comment}.`);
  }
  if (write) mayEdit(call, found.issue, found.comment);
  const touch = () => call.store.touch(found.issue);
  return { properties: found.comment.properties, self: `${call.apiUrl}/comment/${found.comment.id}/properties`, touch };
}

function putCommentProperty(call: Call): SimAnswer {
  const { properties, touch } = ownedProperties(call, true);
  const answer = putProperty(call, properties);
  touch();
  return answer;
}

export const commentRoutes: readonly Route[] = [
  { method: "POST", root: "api", path: "issue/:issue/comment", handle: postComment },
  { method: "GET", root: "api", path: "issue/:issue/comment", handle: listComments },
  { method: "GET", root: "api", path: "issue/:issue/comment/:comment", handle: getComment },
  { method: "PUT", root: "api", path: "issue/:issue/comment/:comment", handle: putComment },
  { method: "DELETE", root: "api", path: "issue/:issue/comment/:comment", handle: deleteComment },
  { method: "POST", root: "api", path: "comment/list", only: "cloud", handle: commentsByIds },
  {
    method: "GET",
    root: "api",
    path: "comment/:comment/properties",
    handle(call) {
      const { properties, self } = ownedProperties(call, false);
      return listProperties(properties, self);
    },
  },
  {
    method: "GET",
    root: "api",
    path: "comment/:comment/properties/:property",
    handle: (call) => getProperty(call, ownedProperties(call, false).properties),
  },
  { method: "PUT", root: "api", path: "comment/:comment/properties/:property", handle: putCommentProperty },
  {
    method: "DELETE",
    root: "api",
    path: "comment/:comment/properties/:property",
    handle: (call) => deleteProperty(call, ownedProperties(call, true).properties),
  },
];
