/** What the pipeline asks of Microsoft Graph mail. Always `/users/{address}`, always immutable ids. */

import type { AcceptedMessage } from "../core/state_port.ts";
import type { Folder, MailAttachment, Message } from "../core/mail.ts";

/** Our extended property on what we send; its value is the idempotency key. */
export const MARKER_PROPERTY = "String {5d6b7a53-8f2a-4c1e-9b7d-2f4a6c8e0b13} Name O365Connect";
/** Our own header on what we send, for places where the property is lost. */
export const MARKER_HEADER = "x-o365-connect";

export interface DeltaPage {
  readonly messages: readonly AcceptedMessage[];
  /** Exactly one of the two is set. */
  readonly nextLink: string | null;
  readonly deltaLink: string | null;
}

export interface ReplyDraft {
  readonly html: string;
  /** Plain text, sent in place of `html`. */
  readonly text?: string;
  readonly to: readonly { name: string; address: string }[];
  readonly cc?: readonly { name: string; address: string }[];
  readonly subject?: string;
  /** Idempotency key: extended property and `x-` header. */
  readonly marker: string;
}

/** A message of ours, found or read back. */
export interface SentState {
  readonly id: string;
  readonly isDraft: boolean;
  readonly internetMessageId: string | null;
  readonly conversationId: string | null;
}

/** Throws `HttpError`, `NetworkError`, `CredentialsError`; writes are sent once (a 401 is refreshed and repeated once: it was not executed). */
export interface GraphClient {
  /** First page with `link` null. `HttpError` 410, or code `SyncStateNotFound`/`resyncRequired` in any case: see {@link isSyncStateLost}. */
  delta(mailbox: string, folder: Folder, link: string | null, signal?: AbortSignal): Promise<DeltaPage>;
  /** A listing of a folder from `since` on (receivedDateTime), newest first; follow `nextLink`. */
  list(
    mailbox: string,
    folder: Folder,
    since: string,
    link: string | null,
    signal?: AbortSignal,
  ): Promise<{ messages: readonly AcceptedMessage[]; nextLink: string | null }>;
  /** The whole message with headers, both bodies, our marker, and its attachments' facts; `null`: it is gone (404). */
  message(mailbox: string, id: string, folder: Folder, signal?: AbortSignal): Promise<Message | null>;
  /** By Message-ID; the newest if several; `null` if none. */
  messageIdOf(mailbox: string, internetMessageId: string, signal?: AbortSignal): Promise<string | null>;
  /** Raw bytes of a file attachment, or the MIME / iCal / vCard of an item attachment. */
  attachment(
    mailbox: string,
    messageId: string,
    attachment: MailAttachment,
    signal?: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>>;

  /** The whole message as MIME; of a meeting message it holds the iCalendar that no attachment tells. */
  mime(mailbox: string, messageId: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>>;

  createReply(mailbox: string, messageId: string, draft: ReplyDraft, signal?: AbortSignal): Promise<SentState>;
  /** A draft that answers nothing (doctor). */
  createDraft(mailbox: string, draft: ReplyDraft, signal?: AbortSignal): Promise<SentState>;
  deleteMessage(mailbox: string, id: string, signal?: AbortSignal): Promise<void>;
  /** 202. */
  send(mailbox: string, draftId: string, signal?: AbortSignal): Promise<void>;
  /** `null`: 404. */
  sentState(mailbox: string, id: string, signal?: AbortSignal): Promise<SentState | null>;
  /** Messages with this marker in Drafts and Sent Items. */
  findMarked(mailbox: string, marker: string, signal?: AbortSignal): Promise<SentState[]>;
  /** Adds a file to a draft; above 3 MB through an upload session. */
  attachToDraft(
    mailbox: string,
    draftId: string,
    file: { name: string; contentType: string; bytes: Uint8Array; contentId: string | null },
    signal?: AbortSignal,
  ): Promise<void>;
  /** What is attached to a draft, inline pictures included. */
  draftFiles(mailbox: string, draftId: string, signal?: AbortSignal): Promise<MailAttachment[]>;
  removeDraftFile(mailbox: string, draftId: string, attachmentId: string, signal?: AbortSignal): Promise<void>;
  /** The service's clock: the `Date` header of the last answer, milliseconds since 1970; `null` before the first answer. */
  serverNow(): number | null;
}

export { ForeignLinkError } from "./paths.ts";
export { isSyncStateLost } from "./sync_state.ts";
