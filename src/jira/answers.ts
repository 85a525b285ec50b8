/**
 * What we use of Jira's answers, the same for Cloud and Server. Only what a mail cannot do without is required; anything
 * else that is missing or of another type counts as not told.
 */

import { z } from "zod";
import { NetworkError, SchemaError } from "../core/errors.ts";

/** `2026-08-12T18:13:05.000+0000`, a `Date` (jira.js made it) or milliseconds → ISO 8601 UTC. */
const time = z.union([z.string(), z.number(), z.date()]).transform((value, context) => {
  const at = new Date(typeof value === "string" ? value.replace(/([+-]\d\d)(\d\d)$/, "$1:$2") : value);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  context.addIssue({ code: "custom", message: "expected a time" });
  return z.NEVER;
});
const id = z.union([z.string().min(1), z.number()]).transform(String);
const told = z.string().nullish().catch(null);
const toldTime = time.nullish().catch(null);
const toldBoolean = z.boolean().nullish().catch(null);
const toldNumber = z.number().nullish().catch(null);

export const userAnswer = z.object({
  accountId: told,
  accountType: told,
  name: told,
  key: told,
  displayName: told,
  emailAddress: told,
  timeZone: told,
  active: toldBoolean,
});
const toldUser = userAnswer.nullish().catch(null);

export const usersAnswer = z.array(userAnswer);
export const refAnswer = z.object({ id, key: z.string().min(1) });

export const attachmentAnswer = z.object({
  id,
  filename: z.string(),
  size: z.number(),
  mimeType: told,
  author: toldUser,
  content: told,
  created: toldTime,
});
export const attachmentsAnswer = z.array(attachmentAnswer);
export const attachmentMetaAnswer = z.object({ enabled: z.boolean(), uploadLimit: toldNumber });

const statusAnswer = z.object({ statusCategory: z.object({ key: told }).nullish().catch(null) });

export const issueAnswer = z.object({
  id,
  key: z.string().min(1),
  fields: z.object({
    project: z.object({ key: told }).nullish().catch(null),
    status: statusAnswer.nullish().catch(null),
    resolutiondate: toldTime,
    updated: time,
    summary: told,
    description: z.unknown(),
    attachment: attachmentsAnswer.nullish(),
  }),
});

const propertiesAnswer = z.array(z.object({ key: told, value: z.unknown() })).nullish().catch(null);

export const commentAnswer = z.object({
  id,
  author: toldUser,
  created: time,
  updated: toldTime,
  body: z.unknown(),
  /** Whatever stands here restricts the comment; its form is not looked at. */
  visibility: z.unknown().optional(),
  jsdPublic: toldBoolean,
  properties: propertiesAnswer,
});
export const commentsAnswer = z.object({ comments: z.array(commentAnswer), total: toldNumber });
export const commentListAnswer = z.object({ values: z.array(commentAnswer) });
export const createdCommentAnswer = z.object({ id, created: time });

/** Values of issue properties as search and GET show them: an object on Cloud and on Server. */
export const foundIssueAnswer = z.object({
  id,
  key: z.string().min(1),
  properties: z.record(z.string(), z.unknown()).nullish().catch(null),
  fields: z.object({ updated: toldTime, resolutiondate: toldTime, status: statusAnswer.nullish().catch(null) })
    .nullish().catch(null),
});
export const tokenSearchAnswer = z.object({
  issues: z.array(foundIssueAnswer),
  nextPageToken: told,
  isLast: toldBoolean,
});
export const pagedSearchAnswer = z.object({ issues: z.array(foundIssueAnswer), total: toldNumber });
export const propertyAnswer = z.object({ value: z.unknown() });

export const transitionsAnswer = z.object({
  transitions: z.array(z.object({ id, name: told, to: statusAnswer.nullish().catch(null) })),
});

export const boardsAnswer = z.object({
  values: z.array(z.object({
    id: z.number(),
    name: z.string(),
    location: z.object({ projectKey: told }).nullish().catch(null),
  })),
  isLast: toldBoolean,
  total: toldNumber,
});
export const boardProjectsAnswer = z.object({
  values: z.array(z.object({ key: z.string().min(1) })),
  isLast: toldBoolean,
  total: toldNumber,
});

export const projectAnswer = z.object({ key: z.string().min(1), name: told, projectTypeKey: told });

const issueTypeAnswer = z.object({ id, name: z.string() });
const fieldAnswer = z.object({
  fieldId: told,
  key: told,
  name: told,
  required: toldBoolean,
  hasDefaultValue: toldBoolean,
});
export type FieldAnswer = z.infer<typeof fieldAnswer>;
/** Cloud says `issueTypes` and `fields`, Server `values`. */
export const issueTypesAnswer = z.object({
  issueTypes: z.array(issueTypeAnswer).nullish(),
  values: z.array(issueTypeAnswer).nullish(),
  total: toldNumber,
  isLast: toldBoolean,
});
export const fieldsAnswer = z.object({
  fields: z.array(fieldAnswer).nullish(),
  values: z.array(fieldAnswer).nullish(),
  total: toldNumber,
  isLast: toldBoolean,
});
/** Server before 8.4: everything at once. */
export const aggregateMetaAnswer = z.object({
  projects: z.array(z.object({
    issuetypes: z.array(issueTypeAnswer.extend({ fields: z.record(z.string(), fieldAnswer).nullish() })).nullish(),
  })),
});

export const permissionsAnswer = z.object({
  permissions: z.record(z.string(), z.object({ havePermission: toldBoolean })),
});

export const serverInfoAnswer = z.object({
  deploymentType: told,
  version: told,
  versionNumbers: z.array(z.number()).nullish().catch(null),
  baseUrl: told,
  displayUrl: told,
  serverTime: toldTime,
});

/** Where an answer came from, for its errors. */
export interface AnswerOrigin {
  readonly method: string;
  readonly path: string;
  /** A write that was answered unreadably may have happened. */
  readonly write: boolean;
}

/** The checked answer. Throws `SchemaError`, or for a write `NetworkError` ("reset"): its outcome is unknown then. */
export function readAnswer<T>(schema: z.ZodType<T>, value: unknown, { method, path, write }: AnswerOrigin): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  const detail = `unexpected at "${first?.path.join(".") ?? ""}": ${first?.code ?? "invalid"}`;
  if (write) throw new NetworkError("jira", method, path, "reset", `answered with success, but ${detail}`);
  throw new SchemaError("jira", path, detail);
}
