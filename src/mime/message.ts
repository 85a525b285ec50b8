/** A mail file → the message that Graph would have told, for `explain`. */

import { Buffer } from "node:buffer";
import {
  type Folder,
  type Header,
  headerValue,
  type MailAttachment,
  MEETING_HEADER,
  type Message,
} from "../core/mail.ts";
import { isoDate, type ParsedAttachment, type ParsedMail } from "./parse.ts";

export interface MessageFromMimeOptions {
  /** The mailbox in which the mail is thought to lie. */
  readonly mailbox: string;
  readonly folder: Folder;
  /** Used when neither `Received` nor `Date` tells when it arrived. */
  readonly now: number;
}

/** The message, and the bytes of its attachments by their ids. */
export interface MessageFromMime {
  readonly message: Message;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
  /** The iCalendar of a meeting message, `null` for other mail. */
  readonly calendar: Uint8Array | null;
}

/** Its `id` is `null`, its attachments' ids count from `1`; the body is the HTML one if there is one. */
export function messageFromMime(mail: ParsedMail, options: MessageFromMimeOptions): MessageFromMime {
  const attachments = mail.attachments.map((attachment, index) => factsOf(attachment, String(index + 1)));
  const message: Message = {
    mailbox: options.mailbox,
    folder: options.folder,
    id: null,
    internetMessageId: mail.messageId,
    subject: mail.subject,
    from: mail.from ?? mail.sender,
    sender: mail.sender ?? mail.from,
    to: mail.to,
    cc: mail.cc,
    bcc: mail.bcc,
    replyTo: mail.replyTo,
    receivedAt: receivedAt(mail) ?? mail.date ?? new Date(options.now).toISOString(),
    sentAt: mail.date,
    importance: importanceOf(mail.headers),
    conversationId: null,
    conversationIndexLength: threadIndexLength(mail.headers),
    headers: mail.calendarMethod === null
      ? mail.headers
      : [...mail.headers, { name: MEETING_HEADER, value: meetingItem(mail.calendarMethod) }],
    marker: null,
    body: bodyOf(mail),
    uniqueBody: null,
    attachments,
  };
  return {
    message,
    calendar: mail.calendar,
    bytes: new Map(mail.attachments.map((attachment, index) => [String(index + 1), attachment.bytes])),
  };
}

/** The item that Exchange makes of a mail with a calendar part. */
function meetingItem(method: string): string {
  if (method === "REQUEST") return "eventMessageRequest";
  return ["REPLY", "COUNTER", "REFRESH"].includes(method) ? "eventMessageResponse" : "eventMessage";
}

/** The body Exchange keeps: HTML before plain text. */
export function bodyOf(mail: Pick<ParsedMail, "html" | "text">): Message["body"] {
  if (mail.html !== null) return { contentType: "html", content: mail.html };
  return { contentType: "text", content: mail.text ?? "" };
}

/** `Importance`, `X-Priority` (1-2 high, 4-5 low) or `X-MSMail-Priority`, the first that is set. */
export function importanceOf(headers: readonly Header[]): Message["importance"] {
  const value = headerValue({ headers }, "Importance") ?? headerValue({ headers }, "X-Priority") ??
    headerValue({ headers }, "X-MSMail-Priority") ?? headerValue({ headers }, "Priority") ?? "";
  if (/^\s*(high|urgent|[12]\b)/i.test(value)) return "high";
  return /^\s*(low|non-urgent|[45]\b)/i.test(value) ? "low" : "normal";
}

/** Bytes of Outlook's `Thread-Index`; 0 if there is none. */
export function threadIndexLength(headers: readonly Header[]): number {
  const value = headerValue({ headers }, "Thread-Index")?.replaceAll(/\s/g, "") ?? "";
  return Buffer.from(value, "base64").length;
}

/** When the last server took the mail: the date behind the last `;` of the topmost `Received`. */
function receivedAt(mail: ParsedMail): string | null {
  const value = headerValue(mail, "Received");
  return value === undefined || !value.includes(";") ? null : isoDate(value.slice(value.lastIndexOf(";") + 1));
}

function factsOf(attachment: ParsedAttachment, id: string): MailAttachment {
  const { kind, name, contentType, isInline, contentId, contentLocation, bytes } = attachment;
  return { id, kind, name, contentType, size: bytes.length, isInline, contentId, contentLocation, sourceUrl: null };
}
