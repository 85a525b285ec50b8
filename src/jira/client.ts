/** What the pipeline asks of Jira; Cloud (`cloud.ts`, REST v3, ADF) and Server/Data Center (`server.ts`, REST v2, wiki). */

import type { IssueRef, JiraUser, RichText, TextFormat } from "../core/jira.ts";

/** Key of the entity property under which our idempotency key stands on issues and comments: `{"key": "<idempotency key>"}`. */
export const PROPERTY_KEY = "o365-connect";

export interface IssueDraft {
  readonly project: string;
  readonly issueType: string;
  readonly summary: string;
  readonly description: RichText;
  /** `null`: leave the field out. */
  readonly reporter: JiraUser | null;
  readonly labels: readonly string[];
  readonly priority: string | null;
  /** `JIRA_ISSUE_FIELDS`, already parsed. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly idempotencyKey: string;
}

export interface CommentDraft {
  readonly body: RichText;
  /** `true`: internal note (`sd.public.comment`), `false`: as the project has it. */
  readonly internal: boolean;
  readonly idempotencyKey: string;
}

/** A file to upload. `open` may be called again for a second try. */
export interface UploadFile {
  /** Final name: safe and unique on the issue. */
  readonly name: string;
  readonly contentType: string;
  /** Exact bytes. */
  readonly size: number;
  open(): Promise<ReadableStream<Uint8Array>> | ReadableStream<Uint8Array>;
}

export interface JiraAttachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly mimeType: string;
  /** accountId or login name; `null` for anonymous. */
  readonly authorId: string | null;
  /** Absolute URL of the bytes. */
  readonly content: string;
  readonly createdAt: string;
}

/** An issue as far as the pipeline looks at it; read strongly consistent (by id or key, never by search). */
export interface IssueState {
  readonly ref: IssueRef;
  readonly projectKey: string;
  /** `new`, `indeterminate`, `done`; empty if unknown. */
  readonly statusCategory: string;
  /** ISO 8601 UTC of the resolution, `null` if unresolved. */
  readonly resolvedAt: string | null;
  /** ISO 8601 UTC. */
  readonly updatedAt: string;
  readonly summary: string;
  readonly description: RichText | null;
  readonly attachments: readonly JiraAttachment[];
}

/** An issue as the search tells it: of the index, which may lag behind. */
export interface UpdatedIssue extends IssueRef {
  /** ISO 8601 UTC, `null` if not told. */
  readonly updatedAt: string | null;
  readonly resolved: boolean;
  readonly resolvedAt: string | null;
}

/** Which issue of ours is looked for: made within the last minutes, none of those whose ids are in `except`. */
export interface Wanted {
  readonly idempotencyKey: string;
  readonly minutes: number;
  readonly except: ReadonlySet<string>;
}

/** An issue of ours with its idempotency key, `null` if it carries none. */
export interface CreatedIssue {
  readonly ref: IssueRef;
  readonly idempotencyKey: string | null;
}

export interface JiraComment {
  readonly id: string;
  readonly authorId: string | null;
  readonly authorName: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly body: RichText;
  /** Role or group restriction, if any. */
  readonly restricted: boolean;
  /** `false` only if Jira says that customers see it; `null`: Jira does not say. */
  readonly internal: boolean | null;
  /** Our idempotency key, `null` if the comment carries none or properties are not shown. */
  readonly idempotencyKey: string | null;
}

export interface Board {
  readonly id: number;
  readonly name: string;
  readonly projectKeys: readonly string[];
}

export interface CreateField {
  readonly id: string;
  readonly name: string;
  readonly required: boolean;
  readonly hasDefault: boolean;
}

export interface Myself {
  readonly user: JiraUser;
  readonly emailAddress: string | null;
  /** IANA name, `null` if not told. */
  readonly timeZone: string | null;
}

export interface ServerInfo {
  readonly kind: "cloud" | "server";
  readonly version: string;
  readonly baseUrl: string;
  /** ISO 8601; from the answer's `Date` header or `serverTime`; `null` if neither. */
  readonly serverTime: string | null;
}

/** Text limits in the unit in which this Jira counts. */
export const SUMMARY_LIMIT = 255;
export const TEXT_LIMIT = 32_767;

/** `code` of the `HttpError` of an upload that Jira, or a proxy before it, refused for its size (413, on Server also 404). */
export const ATTACHMENT_TOO_LARGE = "attachment-too-large";
/** Most `file` parts in one upload: Cloud's rule, kept on Server too. */
export const MAX_FILES_PER_UPLOAD = 60;

/**
 * Every method throws `HttpError` (with Jira's words and `fieldErrors`; `credentialsRefused` when the answer shows it),
 * `NetworkError`, `SchemaError` or `CredentialsError`; writes are sent once, never repeated inside. `signal` aborts.
 */
export interface JiraClient {
  readonly kind: "cloud" | "server";
  readonly format: TextFormat;
  /** Base URL for links to people: `<browseBase>/browse/KEY`. */
  readonly browseBase: string;

  myself(signal?: AbortSignal): Promise<Myself>;

  // People
  /** The one Jira user with exactly this address (design §3), `null` if none or ambiguous. */
  findUser(address: string, signal?: AbortSignal): Promise<JiraUser | null>;
  /** The name of the account with this accountId or login, `null` if it is not shown. */
  displayName(userId: string, signal?: AbortSignal): Promise<string | null>;

  // Issues
  createIssue(draft: IssueDraft, signal?: AbortSignal): Promise<IssueRef>;
  /** `null`: 404, or 403 on Server with an accepted credential (deleted, or not visible). A moved issue comes with its new key. */
  issue(idOrKey: string, signal?: AbortSignal): Promise<IssueState | null>;
  /**
   * Issues that carry the idempotency key, created by us within the last `minutes`. Every page is read, and every
   * finding is confirmed by GET. Throws when the answer is anonymous: "none" is only said by an accepted credential.
   */
  findCreatedIssues(
    idempotencyKey: string,
    minutes: number,
    signal?: AbortSignal,
    except?: ReadonlySet<string>,
  ): Promise<IssueRef[]>;
  /**
   * Every issue that we created within the last `minutes`, with the idempotency key that it carries; without those whose
   * ids are in `except`. Throws when the answer is anonymous, as {@link findCreatedIssues} does.
   */
  createdIssues(minutes: number, except: ReadonlySet<string>, signal?: AbortSignal): Promise<CreatedIssue[]>;
  /** Sets the description; 204. */
  setDescription(issueId: string, description: RichText, signal?: AbortSignal): Promise<void>;

  // Comments
  addComment(issueId: string, draft: CommentDraft, signal?: AbortSignal): Promise<{ id: string; createdAt: string }>;
  /** Comments created at or after `since` (ISO), newest first, with our key where it is shown. */
  commentsSince(issueId: string, since: string, signal?: AbortSignal): Promise<JiraComment[]>;
  setComment(issueId: string, commentId: string, body: RichText, signal?: AbortSignal): Promise<void>;
  comment(issueId: string, commentId: string, signal?: AbortSignal): Promise<JiraComment | null>;

  // Attachments
  attachmentMeta(signal?: AbortSignal): Promise<{ enabled: boolean; uploadLimit: number }>;
  /** One request with several `file` parts, streamed. The answers are matched by name and size, not by order. */
  upload(issueId: string, files: readonly UploadFile[], signal?: AbortSignal): Promise<JiraAttachment[]>;
  /** The bytes; the credential goes to Jira's own host only. */
  download(attachment: JiraAttachment, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** What an ADF media node needs to show an attachment (Cloud: UUID behind the 303); `null` on Server or if not to be had. */
  mediaId(attachmentId: string, signal?: AbortSignal): Promise<string | null>;

  // Watchers, workflow, links
  addWatcher(issueId: string, user: JiraUser, signal?: AbortSignal): Promise<void>;
  transitions(issueId: string, signal?: AbortSignal): Promise<{ id: string; name: string; toCategory: string }[]>;
  transition(issueId: string, transitionId: string, signal?: AbortSignal): Promise<void>;
  linkIssues(linkType: string, inward: string, outward: string, signal?: AbortSignal): Promise<void>;

  // Set-up and doctor
  /** All boards whose name equals this one in any case, with their projects. */
  boardsNamed(name: string, signal?: AbortSignal): Promise<Board[]>;
  /** Names of the boards we can see, at most 50: what to suggest when none has the name asked for. */
  boardNames(signal?: AbortSignal): Promise<string[]>;
  project(key: string, signal?: AbortSignal): Promise<{ key: string; name: string; serviceDesk: boolean } | null>;
  issueTypes(project: string, signal?: AbortSignal): Promise<{ id: string; name: string }[]>;
  createFields(project: string, issueTypeId: string, signal?: AbortSignal): Promise<CreateField[]>;
  /** Permission key → whether we have it in the project. */
  permissions(project: string, keys: readonly string[], signal?: AbortSignal): Promise<Record<string, boolean>>;
  /** Issues of these projects, or made by us wherever they are now, updated in the last `minutes`, the latest first. */
  updatedIssues(projects: readonly string[], minutes: number, signal?: AbortSignal): Promise<UpdatedIssue[]>;
}
