/** A mail that arrives → what lies in the mailbox. */

import { Buffer } from "node:buffer";
import { headerValue, referencedMessageIds } from "../../core/mail.ts";
import type { Address, Header } from "../../core/mail.ts";
import { bodyOf, importanceOf } from "../../mime/message.ts";
import { type ParsedAttachment, parseMail } from "../../mime/parse.ts";
import { placeInConversation } from "./conversations.ts";
import { conversationIdOf, newAttachmentId, newMessageId } from "./ids.ts";
import type { Mailbox } from "./mailbox.ts";
import { addressText, writeMime } from "../../mime/write.ts";
import type { StoredAttachment, StoredMessage, WrittenMail } from "./nouns.ts";

export interface ReceiveOptions {
  readonly folderId: string;
  readonly receivedAt: number;
  /** Group all mail of one topic into one conversation. */
  readonly conversationsByTopic: boolean;
}

/** Makes the message; the caller adds it to the mailbox. A mail without Message-ID gets one, as Exchange's transport does. */
export async function receiveMail(mailbox: Mailbox, raw: Uint8Array, options: ReceiveOptions): Promise<StoredMessage> {
  const mail = await parseMail(raw);
  const internetMessageId = mail.messageId ?? newInternetMessageId();
  const place = placeInConversation(
    { subject: mail.subject, answered: referencedMessageIds(mail), threadIndex: threadIndexOf(mail.headers) },
    mailbox,
    options.conversationsByTopic,
  );
  const references = referencedMessageIds(mail);
  return {
    immutableId: newMessageId("immutable"),
    restId: newMessageId("rest"),
    folderId: options.folderId,
    internetMessageId,
    isDraft: false,
    createdAt: options.receivedAt,
    modifiedAt: options.receivedAt,
    receivedAt: options.receivedAt,
    sentAt: mail.date === null ? options.receivedAt : Date.parse(mail.date),
    conversationId: place.existing ?? await conversationIdOf(mailbox.address, place.seed),
    conversationIndex: place.index,
    raw,
    calendarMethod: mail.calendarMethod,
    subject: mail.subject,
    from: mail.from ?? mail.sender,
    sender: mail.sender ?? mail.from,
    to: mail.to,
    cc: mail.cc,
    bcc: mail.bcc,
    replyTo: mail.replyTo,
    importance: importanceOf(mail.headers),
    body: bodyOf(mail),
    headers: mail.headers,
    attachments: mail.attachments.map((attachment) => storedAttachment(attachment, options.receivedAt)),
    extended: new Map(),
    categories: [],
    flag: "notFlagged",
    isRead: false,
    inReplyTo: headerValue(mail, "In-Reply-To") ?? null,
    references: references.toReversed(),
  };
}

/** A Message-ID as Exchange Online makes them. */
export function newInternetMessageId(): string {
  const host = crypto.randomUUID().slice(0, 8).toUpperCase();
  return `<DB0PR00MB${host}${
    crypto.randomUUID().replaceAll("-", "").toUpperCase()
  }@DB0PR00MB0001.simulated.prod.outlook.com>`;
}

/** `Ada <ada@x.com>` or `ada@x.com` → an address. */
export function addressFrom(text: string): Address {
  const match = /^(.*?)\s*<([^<>]*)>\s*$/s.exec(text);
  if (match === null) return { name: text.trim(), address: text.trim() };
  return { name: match[1]!.trim().replace(/^"(.*)"$/, "$1"), address: match[2]!.trim() };
}

/** A written-down mail as raw MIME. */
export function mimeOfWritten(mail: WrittenMail, mailboxAddress: string, now: number): Uint8Array {
  const headers: Header[] = [];
  const put = (name: string, value: string | undefined) => value !== undefined && headers.push({ name, value });
  const list = (addresses: readonly string[] | undefined) =>
    addresses?.map((each) => addressText(addressFrom(each))).join(", ");
  for (const [name, value] of mail.headers ?? []) put(name, value);
  put("From", addressText(addressFrom(mail.from)));
  put("Sender", mail.sender === undefined ? undefined : addressText(addressFrom(mail.sender)));
  put("To", list(mail.to ?? [mailboxAddress]));
  put("Cc", list(mail.cc));
  put("Reply-To", list(mail.replyTo));
  put("Subject", mail.subject);
  put("Date", mailDate(mail.sentAt === undefined ? now : Date.parse(mail.sentAt)));
  put("Message-ID", mail.messageId ?? `<${crypto.randomUUID()}@mail.${domainOf(mail.from)}>`);
  put("In-Reply-To", mail.inReplyTo);
  put("References", mail.references?.join(" ") ?? mail.inReplyTo);
  put("Importance", mail.importance);
  return writeMime({
    headers: headers.filter(({ name, value }) => value !== "" || name === "Subject"),
    html: mail.html ?? null,
    text: mail.text ?? (mail.html === undefined ? "" : null),
    parts: [
      ...(mail.attachments ?? []).map((file) => ({
        name: file.name,
        contentType: file.contentType ?? "application/octet-stream",
        bytes: file.bytes,
        contentId: file.contentId ?? null,
        isInline: file.contentId !== undefined,
      })),
      ...(mail.attachedMails ?? []).map((bytes) => ({
        name: "",
        contentType: "message/rfc822",
        bytes,
        contentId: null,
        isInline: false,
      })),
    ],
  });
}

/** What only Outlook attaches and no MIME carries: its items, and links to files in the cloud. */
export function outlookAttachments(
  { attachedItems = [], cloudFiles = [] }: WrittenMail,
  now: number,
): StoredAttachment[] {
  const common = { contentType: null, isInline: false, contentId: null, contentLocation: null, modifiedAt: now };
  return [
    ...attachedItems.map(({ item, name, value }): StoredAttachment => ({
      ...common,
      id: newAttachmentId(),
      kind: "item",
      name,
      item,
      bytes: new TextEncoder().encode(value),
    })),
    ...cloudFiles.map(({ name, url }): StoredAttachment => ({
      ...common,
      id: newAttachmentId(),
      kind: "reference",
      name,
      sourceUrl: url,
      bytes: new Uint8Array(),
    })),
  ];
}

/** RFC 5322 date in UTC. */
export function mailDate(time: number): string {
  return new Date(time).toUTCString().replace("GMT", "+0000");
}

function storedAttachment(attachment: ParsedAttachment, now: number): StoredAttachment {
  const { kind, name, contentType, isInline, contentId, contentLocation, bytes } = attachment;
  return {
    id: newAttachmentId(),
    kind,
    name,
    contentType: kind === "item" ? null : contentType,
    isInline,
    contentId,
    contentLocation,
    bytes,
    modifiedAt: now,
  };
}

function threadIndexOf(headers: readonly Header[]): Uint8Array | null {
  const value = headerValue({ headers }, "Thread-Index")?.replaceAll(/\s/g, "");
  return value === undefined ? null : new Uint8Array(Buffer.from(value, "base64"));
}

function domainOf(address: string): string {
  return addressFrom(address).address.split("@")[1] ?? "invalid";
}
