/** The nouns of a mail: addresses, headers, envelope (addressing and identity, no body) and message. */

/** One mail address as written by the sender. Compare addresses with {@link sameAddress}, never with `===`. */
export interface Address {
  readonly name: string;
  readonly address: string;
}

/** One internet header; order in a list is order in the mail, the topmost (last added) first. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/**
 * A header of ours on mail as Graph tells it: `eventMessageRequest`, `eventMessageResponse` or `eventMessage`. Exchange
 * takes the calendar part out of such mail, so the type of the item is all that is left of it.
 */
export const MEETING_HEADER = "x-graph-meeting-message";

/** The two folders that are read. */
export type Folder = "inbox" | "sentitems";

/** Addressing and identity of one mail, everything that filters, votes and routing may look at. */
export interface Envelope {
  /** The configured mailbox address in which the mail lies. */
  readonly mailbox: string;
  readonly folder: Folder;
  /** Graph immutable id; `null` for a mail file. */
  readonly id: string | null;
  /** With its angle brackets, `null` if the mail has none. */
  readonly internetMessageId: string | null;
  /** As Graph gives it; empty if there is none. May hold line breaks in a hostile mail. */
  readonly subject: string;
  readonly from: Address | null;
  /** Who really sent it; differs from `from` for "send as" and "on behalf of". */
  readonly sender: Address | null;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly replyTo: readonly Address[];
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
  /** ISO 8601 UTC, `null` if unknown. */
  readonly sentAt: string | null;
  readonly importance: "low" | "normal" | "high";
  readonly conversationId: string | null;
  /** Length of Outlook's conversation index in bytes: 22 for a first mail, more for a reply, 0 if absent. */
  readonly conversationIndexLength: number;
  readonly headers: readonly Header[];
  /** Value of our own extended property (the idempotency key of what we sent), `null` on other people's mail. */
  readonly marker: string | null;
}

export interface MailBody {
  readonly contentType: "html" | "text";
  readonly content: string;
}

/** What an attachment is, without its bytes. */
export interface MailAttachment {
  readonly id: string;
  readonly kind: "file" | "item" | "reference";
  /** As in the mail: may be empty, hostile, or not unique. */
  readonly name: string;
  readonly contentType: string;
  /** Bytes as the mailbox reports them, overhead included: a hint, never a Content-Length. */
  readonly size: number;
  readonly isInline: boolean;
  /** Without angle brackets. */
  readonly contentId: string | null;
  readonly contentLocation: string | null;
  /** Where a reference attachment points to, if the mailbox tells. */
  readonly sourceUrl: string | null;
}

/** A whole mail without the bytes of its attachments. */
export interface Message extends Envelope {
  readonly body: MailBody;
  /** Graph's opinion of the part that is new in this mail; `null` if it gave none. */
  readonly uniqueBody: MailBody | null;
  readonly attachments: readonly MailAttachment[];
  /** Sentences for the issue about how the mail was wrapped: signed, encrypted, a `winmail.dat` that is damaged. */
  readonly remarks?: readonly string[];
  /** Of a report (bounce, receipt): its status fields and the headers of the mail that it is about, as text. */
  readonly reportText?: string;
}

/** Whether two addresses name the same mailbox: case and surrounding white space do not matter. */
export function sameAddress(a: string, b: string): boolean {
  return normaliseAddress(a) === normaliseAddress(b);
}

/** The form in which addresses are compared and stored. */
export function normaliseAddress(address: string): string {
  return address.trim().toLowerCase();
}

/** All values of one header, topmost first; the name in any case. */
export function headerValues(envelope: Pick<Envelope, "headers">, name: string): string[] {
  const wanted = name.toLowerCase();
  return envelope.headers.filter((header) => header.name.toLowerCase() === wanted).map((header) => header.value);
}

/** The topmost value of one header, or `undefined`. */
export function headerValue(envelope: Pick<Envelope, "headers">, name: string): string | undefined {
  return headerValues(envelope, name)[0];
}

/** Every `<message-id>` in a header value, angle brackets kept, in order. */
export function messageIdsIn(value: string): string[] {
  return value.match(/<[^<>\s]+>/g) ?? [];
}

/**
 * The Message-IDs a mail answers, nearest first and each once: `In-Reply-To`, then `References` from its end.
 */
export function referencedMessageIds(envelope: Pick<Envelope, "headers">): string[] {
  const ids = headerValues(envelope, "In-Reply-To").flatMap(messageIdsIn);
  const references = headerValues(envelope, "References").flatMap(messageIdsIn).reverse();
  return [...new Set([...ids, ...references])];
}

/** Whether the mail answers another one: threading headers, or a conversation index longer than a first mail's. */
export function isReply(envelope: Pick<Envelope, "headers" | "conversationIndexLength">): boolean {
  return referencedMessageIds(envelope).length > 0 || envelope.conversationIndexLength > 22;
}
