/** Jira's answers as our nouns, for both flavours. */

import type { z } from "zod";
import { SchemaError } from "../core/errors.ts";
import type { AdfDocument, IssueRef, JiraUser, RichText } from "../core/jira.ts";
import type {
  attachmentAnswer,
  commentAnswer,
  FieldAnswer,
  foundIssueAnswer,
  issueAnswer,
  transitionsAnswer,
  userAnswer,
} from "./answers.ts";
import {
  type CommentDraft,
  type CreateField,
  type IssueDraft,
  type IssueState,
  type JiraAttachment,
  type JiraComment,
  type Myself,
  PROPERTY_KEY,
  type UpdatedIssue,
} from "./client.ts";

type Kind = "cloud" | "server";
type UserAnswer = z.infer<typeof userAnswer>;

/** JSM's comment property: `{"internal": true}` hides a comment from customers. */
const VISIBILITY_PROPERTY = "sd.public.comment";
const EMPTY_DOCUMENT: AdfDocument = { type: "doc", version: 1, content: [] };

export function userId(kind: Kind, user: UserAnswer | null | undefined): string | null {
  if (user === null || user === undefined) return null;
  return (kind === "cloud" ? user.accountId : user.name ?? user.key) ?? null;
}

export function toUser(kind: Kind, user: UserAnswer): JiraUser | null {
  const id = userId(kind, user);
  return id === null ? null : { id, displayName: user.displayName ?? id };
}

/** Throws `SchemaError` when Jira does not say who we are. */
export function toMyself(kind: Kind, answer: UserAnswer): Myself {
  const user = toUser(kind, answer);
  if (user === null) throw new SchemaError("jira", "myself", `no ${kind === "cloud" ? "accountId" : "name"}`);
  return { user, emailAddress: answer.emailAddress ?? null, timeZone: answer.timeZone ?? null };
}

export function toAttachment(kind: Kind, answer: z.infer<typeof attachmentAnswer>, base: string): JiraAttachment {
  const path = kind === "cloud"
    ? `/rest/api/3/attachment/content/${answer.id}`
    : `/secure/attachment/${answer.id}/${encodeURIComponent(answer.filename)}`;
  return {
    id: answer.id,
    filename: answer.filename,
    size: answer.size,
    mimeType: answer.mimeType ?? "application/octet-stream",
    authorId: userId(kind, answer.author),
    content: answer.content ?? base + path,
    createdAt: answer.created ?? "",
  };
}

export function toIssueState(kind: Kind, answer: z.infer<typeof issueAnswer>, base: string): IssueState {
  const { id, key, fields } = answer;
  const described = fields.description !== null && fields.description !== undefined;
  return {
    ref: { id, key },
    projectKey: fields.project?.key ?? key.replace(/-\d+$/, ""),
    statusCategory: statusCategory(fields.status),
    resolvedAt: fields.resolutiondate ?? null,
    updatedAt: fields.updated,
    summary: fields.summary ?? "",
    description: described ? toText(kind, fields.description) : null,
    attachments: (fields.attachment ?? []).map((attachment) => toAttachment(kind, attachment, base)),
  };
}

function statusCategory(status: z.infer<typeof transitionsAnswer>["transitions"][number]["to"] | undefined): string {
  const key = status?.statusCategory?.key ?? "";
  return ["new", "indeterminate", "done"].includes(key) ? key : "";
}

export function toTransitions(answer: z.infer<typeof transitionsAnswer>) {
  return answer.transitions.map(({ id, name, to }) => ({ id, name: name ?? "", toCategory: statusCategory(to) }));
}

export function toComment(kind: Kind, answer: z.infer<typeof commentAnswer>): JiraComment {
  const properties = new Map((answer.properties ?? []).map(({ key, value }) => [key, value]));
  return {
    id: answer.id,
    authorId: userId(kind, answer.author),
    authorName: answer.author?.displayName ?? userId(kind, answer.author) ?? "",
    createdAt: answer.created,
    updatedAt: answer.updated ?? answer.created,
    body: toText(kind, answer.body),
    restricted: answer.visibility !== null && answer.visibility !== undefined,
    internal: isInternal(answer.jsdPublic ?? null, properties.get(VISIBILITY_PROPERTY)),
    idempotencyKey: idempotencyKeyOf(properties.get(PROPERTY_KEY)),
  };
}

/**
 * Cloud says it with `jsdPublic` or the property, Server with the property alone; no word from either is no answer. A
 * property that says neither yes nor no counts as internal.
 */
function isInternal(jsdPublic: boolean | null, property: unknown): boolean | null {
  if (jsdPublic === false) return true;
  if (property === undefined || property === null) return jsdPublic === true ? false : null;
  return String((property as { internal?: unknown }).internal) !== "false";
}

/** The key out of the property's value. */
export function idempotencyKeyOf(value: unknown): string | null {
  const key = (value as { key?: unknown } | null | undefined)?.key;
  return typeof key === "string" ? key : null;
}

function toText(kind: Kind, body: unknown): RichText {
  if (kind === "server") return { format: "wiki", content: typeof body === "string" ? body : "" };
  const isDocument = typeof body === "object" && body !== null && Array.isArray((body as AdfDocument).content);
  return { format: "adf", content: isDocument ? body as AdfDocument : EMPTY_DOCUMENT };
}

/** The text as the flavour takes it. Throws `TypeError` for the other flavour's format: a caller's mistake. */
export function textContent(kind: Kind, text: RichText): AdfDocument | string {
  const wanted = kind === "cloud" ? "adf" : "wiki";
  if (text.format !== wanted) throw new TypeError(`Cannot write ${text.format} to Jira ${kind}: it takes ${wanted}`);
  return text.content;
}

/** The properties of a new issue. */
export function issueProperties(draft: IssueDraft) {
  return [{ key: PROPERTY_KEY, value: { key: draft.idempotencyKey } }];
}

/** The properties of a new comment. */
export function commentProperties(draft: CommentDraft) {
  const ours = { key: PROPERTY_KEY, value: { key: draft.idempotencyKey } };
  return draft.internal ? [ours, { key: VISIBILITY_PROPERTY, value: { internal: true } }] : [ours];
}

/** `fields` of a new issue: the constant ones, and ours over them; labels of both. */
export function issueFields(kind: Kind, draft: IssueDraft): Record<string, unknown> {
  const constant = draft.fields["labels"];
  const labels = [...new Set([...(Array.isArray(constant) ? constant.map(String) : []), ...draft.labels])];
  const { issueType, reporter, priority } = draft;
  return {
    ...draft.fields,
    ...(kind === "cloud" ? adfEnvironment(draft.fields["environment"]) : {}),
    project: { key: draft.project },
    issuetype: /^\d+$/.test(issueType) ? { id: issueType } : { name: issueType },
    summary: draft.summary,
    description: textContent(kind, draft.description),
    ...(reporter === null ? {} : { reporter: kind === "cloud" ? { id: reporter.id } : { name: reporter.id } }),
    // An empty list would be refused where labels are not on the screen.
    ...(labels.length === 0 ? {} : { labels }),
    ...(priority === null ? {} : { priority: { name: priority } }),
  };
}

/** REST v3 wants a document here, and jira.js sends an issue with a plain one to v2, which takes no document at all. */
function adfEnvironment(environment: unknown): { environment?: AdfDocument | undefined } {
  if (typeof environment !== "string") return {};
  if (environment === "") return { environment: undefined };
  const paragraph = { type: "paragraph", content: [{ type: "text", text: environment }] };
  return { environment: { type: "doc", version: 1, content: [paragraph] } };
}

export function toCreateField(answer: FieldAnswer, id: string): CreateField {
  return {
    id,
    name: answer.name ?? id,
    required: answer.required ?? false,
    // Jira calls the reporter required without a default, and takes the caller when it is left out.
    hasDefault: answer.hasDefaultValue === true || id === "reporter",
  };
}

export function permissionTable(
  keys: readonly string[],
  answer: Readonly<Record<string, { readonly havePermission?: boolean | null | undefined }>>,
): Record<string, boolean> {
  return Object.fromEntries(keys.map((key) => [key, answer[key]?.havePermission === true]));
}

/** Milliseconds of an ISO time. Throws `RangeError`: with no time to compare, everything would look old. */
export function millisecondsOf(iso: string): number {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) throw new RangeError("Cannot compare times: not an ISO 8601 time");
  return at;
}

export function toUpdatedIssue({ id, key, fields }: z.infer<typeof foundIssueAnswer>): UpdatedIssue {
  const resolvedAt = fields?.resolutiondate ?? null;
  const resolved = resolvedAt !== null || statusCategory(fields?.status) === "done";
  return { id, key, updatedAt: fields?.updated ?? null, resolved, resolvedAt };
}

/** Each id once, in the order given. */
export function distinctRefs<Ref extends IssueRef>(refs: readonly Ref[]): Ref[] {
  return [...new Map(refs.map((ref) => [ref.id, ref])).values()];
}
