/** A stored message → the JSON that Graph answers. */

import { Buffer } from "node:buffer";
import type { Address } from "../../core/mail.ts";
import { attachmentJson } from "./attachment_json.ts";
import { preferredBody, previewOf, uniqueBodyOf } from "./body.ts";
import { type Call, idFor } from "./call.ts";
import { extendedProperties } from "./extended.ts";
import { badRequest } from "./faults.ts";
import type { StoredMessage } from "./nouns.ts";
import type { Expand } from "./query.ts";

export interface JsonOptions {
  /** `null`: the default set. */
  readonly select: readonly string[] | null;
  readonly expand: readonly Expand[];
  /** A single message; only then `uniqueBody` is computed. */
  readonly single: boolean;
}

type Property = (message: StoredMessage, call: Call) => unknown;

const PROPERTIES: Readonly<Record<string, Property>> = {
  createdDateTime: (message) => graphTime(message.createdAt),
  lastModifiedDateTime: (message) => graphTime(message.modifiedAt),
  changeKey: (message) => changeKey(message),
  categories: (message) => message.categories,
  receivedDateTime: (message) => graphTime(message.receivedAt),
  sentDateTime: (message) => message.sentAt === null ? null : graphTime(message.sentAt),
  hasAttachments: (message) => hasAttachments(message),
  internetMessageId: (message) => message.internetMessageId,
  subject: (message) => message.subject,
  bodyPreview: (message) => previewOf(message.body),
  importance: (message) => message.importance,
  parentFolderId: (message) => message.folderId,
  conversationId: (message) => message.conversationId,
  conversationIndex: (message) => Buffer.from(message.conversationIndex).toString("base64"),
  isDeliveryReceiptRequested: () => false,
  isReadReceiptRequested: () => false,
  isRead: (message) => message.isRead,
  isDraft: (message) => message.isDraft,
  webLink: (message) =>
    `https://outlook.office365.com/owa/?ItemID=${
      encodeURIComponent(message.restId)
    }&exvsurl=1&viewmodel=ReadMessageItem`,
  inferenceClassification: () => "focused",
  body: (message, { prefer }) => preferredBody(message.body, prefer.bodyContentType, prefer.allowUnsafeHtml),
  sender: (message) => recipient(message.sender),
  from: (message) => recipient(message.from),
  toRecipients: (message) => message.to.map(recipient),
  ccRecipients: (message) => message.cc.map(recipient),
  bccRecipients: (message) => message.bcc.map(recipient),
  replyTo: (message) => message.replyTo.map(recipient),
  flag: (message) => ({ flagStatus: message.flag }),
};

/** Only told when named in `$select`. */
const ON_REQUEST: Readonly<Record<string, Property>> = {
  internetMessageHeaders: (message) => message.headers.length === 0 ? undefined : message.headers,
  uniqueBody: (message, call) =>
    preferredBody(
      uniqueBodyOf(message.body, hasEarlier(message, call)),
      call.prefer.bodyContentType,
      call.prefer.allowUnsafeHtml,
    ),
};

/** Names that a client may write or select on a message. */
export const MESSAGE_PROPERTIES: ReadonlySet<string> = new Set([
  "id",
  ...Object.keys(PROPERTIES),
  ...Object.keys(ON_REQUEST),
  "attachments",
  "extensions",
  "singleValueExtendedProperties",
  "multiValueExtendedProperties",
]);

export async function messageJson(
  call: Call,
  message: StoredMessage,
  options: JsonOptions,
): Promise<Record<string, unknown>> {
  const names = options.select ?? Object.keys(PROPERTIES);
  const json: Record<string, unknown> = {};
  const type = meetingType(message);
  if (type !== null) json["@odata.type"] = type;
  json["@odata.etag"] = etagOf(message);
  json["id"] = idFor(call, message);
  for (const name of names) {
    const property = propertyNamed(name, options.single);
    const value = property?.(message, call);
    if (value !== undefined) json[nameOf(name)] = value;
  }
  if (type !== null && (options.select === null || options.select.includes("meetingMessageType"))) {
    json["meetingMessageType"] = meetingMessageType(message);
  }
  for (const expand of options.expand) await addExpanded(call, message, expand, json);
  return json;
}

/** The entity tag that `If-Match` is compared with. */
export function etagOf(message: StoredMessage): string {
  return `W/"${changeKey(message)}"`;
}

/** Graph's attachment flag: inline ones do not count. */
export function hasAttachments(message: StoredMessage): boolean {
  return message.attachments.some((attachment) => !attachment.isInline);
}

/** To the second, as Exchange keeps it. */
export function graphTime(time: number): string {
  return new Date(Math.floor(time / 1000) * 1000).toISOString().replace(".000Z", "Z");
}

function propertyNamed(name: string, single: boolean): Property | undefined {
  const exact = nameOf(name);
  if (!MESSAGE_PROPERTIES.has(exact) && exact !== "meetingMessageType") {
    throw badRequest(`Could not find a property named '${name}' on type 'microsoft.graph.message'.`);
  }
  if (exact === "uniqueBody" && !single) return undefined;
  return PROPERTIES[exact] ?? ON_REQUEST[exact];
}

const BY_LOWER_CASE = new Map([...MESSAGE_PROPERTIES].map((name) => [name.toLowerCase(), name]));

function nameOf(name: string): string {
  return BY_LOWER_CASE.get(name.toLowerCase()) ?? name;
}

async function addExpanded(
  call: Call,
  message: StoredMessage,
  expand: Expand,
  json: Record<string, unknown>,
): Promise<void> {
  if (expand.name === "attachments") {
    json["attachments"] = await Promise.all(
      message.attachments.map((attachment) => attachmentJson(call, attachment, { select: expand.select, item: false })),
    );
  } else if (expand.name === "singleValueExtendedProperties") {
    const properties = extendedProperties(message, expand.filter);
    if (properties.length > 0) json["singleValueExtendedProperties"] = properties;
  } else if (expand.name !== "extensions" && expand.name !== "multiValueExtendedProperties") {
    throw badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${expand.name}' on type 'microsoft.graph.message'.`,
    );
  }
}

/** Of two messages of one millisecond, the one that was stored first is the earlier. */
function hasEarlier(message: StoredMessage, { mailbox }: Call): boolean {
  let storedBefore = true;
  for (const other of mailbox.messages.values()) {
    if (other === message) storedBefore = false;
    else if (other.conversationId === message.conversationId) {
      if (other.createdAt < message.createdAt || (storedBefore && other.createdAt === message.createdAt)) return true;
    }
  }
  return false;
}

function meetingType({ calendarMethod }: StoredMessage): string | null {
  if (calendarMethod === null) return null;
  if (calendarMethod === "REQUEST") return "#microsoft.graph.eventMessageRequest";
  return calendarMethod === "REPLY" || calendarMethod === "COUNTER"
    ? "#microsoft.graph.eventMessageResponse"
    : "#microsoft.graph.eventMessage";
}

function meetingMessageType({ calendarMethod, subject }: StoredMessage): string {
  if (calendarMethod === "REQUEST") return "meetingRequest";
  if (calendarMethod === "CANCEL") return "meetingCancelled";
  if (calendarMethod !== "REPLY" && calendarMethod !== "COUNTER") return "none";
  if (/^\s*declined/i.test(subject)) return "meetingDeclined";
  return /^\s*tentative/i.test(subject) ? "meetingTenativelyAccepted" : "meetingAccepted";
}

function changeKey(message: StoredMessage): string {
  const key = Buffer.alloc(20);
  key.writeUInt32BE(0x43514141);
  key.writeDoubleBE(message.modifiedAt, 4);
  key.write(message.immutableId.slice(-9), 12, "latin1");
  return key.toString("base64");
}

function recipient(address: Address | null): unknown {
  return address === null
    ? undefined
    : { emailAddress: { name: address.name || address.address, address: address.address } };
}
