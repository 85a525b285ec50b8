/** A whole message: Graph's JSON → our nouns. */

import { Buffer } from "node:buffer";
import { isoTime } from "../core/clock.ts";
import { HttpError } from "../core/errors.ts";
import { type Address, type Folder, type Header, type MailBody, MEETING_HEADER, type Message } from "../core/mail.ts";
import { type Recipient, type WholeMessage, wholeMessage } from "./answers.ts";
import { listAttachments } from "./attachments.ts";
import type { GraphCaller } from "./caller.ts";
import { MARKER_PROPERTY } from "./client.ts";
import { messagePath } from "./paths.ts";

/** Headers and `uniqueBody` come only when they are selected on the single message. */
const SELECT = [
  "internetMessageId,subject,from,sender,toRecipients,ccRecipients,bccRecipients,replyTo",
  "receivedDateTime,sentDateTime,createdDateTime,importance,conversationId,conversationIndex",
  "internetMessageHeaders,hasAttachments,body,uniqueBody",
].join(",");

/** MAPI tags of the threading headers: copies in Sent Items have no internet headers ([MS-OXPROPS] 2.813, 2.811). */
const MAPI_HEADERS: Readonly<Record<string, string>> = {
  "string 0x1042": "In-Reply-To",
  "string 0x1039": "References",
};

function expand(properties: readonly string[]): string {
  const wanted = properties.map((property) => `id eq '${property}'`).join(" or ");
  return `singleValueExtendedProperties($filter=${wanted})`;
}

/** `null` when the message is gone; a mailbox that does not exist is an error. */
export async function readMessage(
  caller: GraphCaller,
  mailbox: string,
  id: string,
  folder: Folder,
  signal?: AbortSignal,
): Promise<Message | null> {
  const path = messagePath(mailbox, id);
  const read = (properties: readonly string[]) =>
    orGone(() =>
      caller.json({ mailbox, path, query: { $select: SELECT, $expand: expand(properties) }, signal }, wholeMessage)
    );
  const whole = folder === "inbox"
    ? await read([MARKER_PROPERTY])
    : await orPlainer(() => read([MARKER_PROPERTY, "String 0x1042", "String 0x1039"]), () => read([MARKER_PROPERTY]));
  if (whole === null) return null;
  const attachments = mayHaveAttachments(whole) ? await orGone(() => listAttachments(caller, mailbox, id, signal)) : [];
  if (attachments === null) return null;
  return { ...messageFrom(whole, mailbox, folder), id, attachments };
}

/** Where several properties at once are refused, the marker alone: the conversation still tells the thread. */
async function orPlainer<T>(first: () => Promise<T>, second: () => Promise<T>): Promise<T> {
  try {
    return await first();
  } catch (error) {
    if (error instanceof HttpError && (error.status === 400 || error.status === 501)) return await second();
    throw error;
  }
}

/** `null` for the 404 of an item; the 404 of a mailbox has codes of its own. */
export async function orGone<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isItemGone(error)) return null;
    throw error;
  }
}

/** Whether the item is missing, and not the mailbox; a 404 without Graph's words may come from anywhere. */
export function isItemGone(error: unknown): boolean {
  return error instanceof HttpError && error.status === 404 && /NotFound/i.test(error.code) &&
    !/User|Mailbox|ResourceNotFound/i.test(error.code);
}

/**
 * `hasAttachments` is false when all of them are inline, and a PDF with a Content-ID counts as inline. Only a mail whose
 * outermost type cannot hold any, and whose text refers to none, is not asked for them.
 */
function mayHaveAttachments({ hasAttachments, body, uniqueBody, internetMessageHeaders }: WholeMessage): boolean {
  if (hasAttachments === true) return true;
  const type = internetMessageHeaders?.find(({ name }) => name.toLowerCase() === "content-type")?.value ?? "";
  if (!/^\s*(?:text\/(?:plain|html)|multipart\/alternative)\b/i.test(type)) return true;
  return [body, uniqueBody].some((part) => /cid:|<img\b/i.test(part?.content ?? ""));
}

/** The headers as they came, then what Exchange keeps elsewhere: threading of sent mail, and the kind of a meeting mail. */
function headersFrom(whole: WholeMessage): Header[] {
  const headers = (whole.internetMessageHeaders ?? []).map(({ name, value }) => ({ name, value: value ?? "" }));
  const has = (name: string) => headers.some((header) => header.name.toLowerCase() === name.toLowerCase());
  for (const { id, value } of whole.singleValueExtendedProperties ?? []) {
    const name = MAPI_HEADERS[id.toLowerCase()];
    if (name !== undefined && value && !has(name)) headers.push({ name, value });
  }
  const type = whole["@odata.type"]?.split(".").at(-1) ?? "";
  if (/^eventMessage/.test(type)) headers.push({ name: MEETING_HEADER, value: type });
  return headers;
}

function messageFrom(whole: WholeMessage, mailbox: string, folder: Folder): Omit<Message, "id" | "attachments"> {
  const receivedAt = timeOf(whole.receivedDateTime) ?? timeOf(whole.sentDateTime) ?? timeOf(whole.createdDateTime);
  return {
    mailbox,
    folder,
    internetMessageId: whole.internetMessageId?.trim() || null,
    subject: whole.subject ?? "",
    from: addressFrom(whole.from),
    sender: addressFrom(whole.sender),
    to: addressesFrom(whole.toRecipients),
    cc: addressesFrom(whole.ccRecipients),
    bcc: addressesFrom(whole.bccRecipients),
    replyTo: addressesFrom(whole.replyTo),
    receivedAt: receivedAt ?? isoTime(Date.now()),
    sentAt: timeOf(whole.sentDateTime),
    importance: importanceFrom(whole.importance),
    conversationId: whole.conversationId ?? null,
    conversationIndexLength: Buffer.from(whole.conversationIndex ?? "", "base64").length,
    headers: headersFrom(whole),
    marker: whole.singleValueExtendedProperties?.find(({ id }) => sameProperty(id))?.value ?? null,
    body: bodyFrom(whole.body) ?? { contentType: "text", content: "" },
    uniqueBody: bodyFrom(whole.uniqueBody),
  };
}

/** Exchange may write the property's GUID in another case. */
function sameProperty(id: string): boolean {
  return id.toLowerCase() === MARKER_PROPERTY.toLowerCase();
}

function timeOf(text: string | null | undefined): string | null {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? null : isoTime(ms);
}

function addressFrom(recipient: Recipient): Address | null {
  const { name, address } = recipient?.emailAddress ?? {};
  return address ? { name: name ?? "", address } : null;
}

/** Recipients without an address (a private distribution list, say) are left out. */
export function addressesFrom(recipients: readonly Recipient[] | null | undefined): Address[] {
  return (recipients ?? []).map(addressFrom).filter((address) => address !== null);
}

function importanceFrom(text: string | null | undefined): Message["importance"] {
  const importance = text?.toLowerCase();
  return importance === "low" || importance === "high" ? importance : "normal";
}

function bodyFrom(body: WholeMessage["body"]): MailBody | null {
  if (body == null) return null;
  return { contentType: body.contentType?.toLowerCase() === "html" ? "html" : "text", content: body.content ?? "" };
}
