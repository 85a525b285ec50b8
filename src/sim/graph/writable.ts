/** The message JSON that a client writes: checked, and put into a stored message. */

import { Buffer } from "node:buffer";
import type { Address, Header, MailBody } from "../../core/mail.ts";
import { extendedPropertyId } from "./extended.ts";
import { badRequest, GraphFault } from "./faults.ts";
import { newAttachmentId } from "./ids.ts";
import { MESSAGE_PROPERTIES } from "./message_json.ts";
import type { MessageContent, StoredAttachment, StoredMessage } from "./nouns.ts";

type Json = Record<string, unknown>;
/** What was written, only what was named. */
export type Written = Partial<MessageContent> & { internetMessageId?: string };

const MAX_HEADERS = 5;
/** Graph refuses a larger file in one request. */
const MAX_ATTACHMENT_BYTES = 3 * 1024 * 1024;
const ONLY_ON_DRAFTS = [
  "subject",
  "body",
  "toRecipients",
  "ccRecipients",
  "bccRecipients",
  "replyTo",
  "from",
  "sender",
  "internetMessageId",
  "internetMessageHeaders",
];

/** Throws 400 for unknown properties and values of the wrong form. */
export function readWritten(json: Json, now: number): Written {
  for (const name of Object.keys(json)) {
    if (!MESSAGE_PROPERTIES.has(name) && !name.includes("@odata.")) {
      throw new GraphFault(
        400,
        "RequestBodyRead",
        `The property '${name}' does not exist on type 'microsoft.graph.message'. Make sure to only use property names that are defined by the type.`,
      );
    }
  }
  const written: Written = {};
  if ("subject" in json) written.subject = json["subject"] === null ? "" : text(json, "subject");
  if ("body" in json) written.body = bodyOf(json["body"]);
  if ("importance" in json) written.importance = oneOf(json, "importance", ["low", "normal", "high"]);
  if ("toRecipients" in json) written.to = recipients(json, "toRecipients");
  if ("ccRecipients" in json) written.cc = recipients(json, "ccRecipients");
  if ("bccRecipients" in json) written.bcc = recipients(json, "bccRecipients");
  if ("replyTo" in json) written.replyTo = recipients(json, "replyTo");
  if ("from" in json) written.from = recipient(json["from"]);
  if ("sender" in json) written.sender = recipient(json["sender"]);
  if ("isRead" in json) written.isRead = json["isRead"] === true;
  if ("internetMessageId" in json) written.internetMessageId = text(json, "internetMessageId");
  if ("categories" in json) written.categories = list(json, "categories").map(String);
  if ("flag" in json) written.flag = String((json["flag"] as Json | null)?.["flagStatus"] ?? "notFlagged");
  if ("internetMessageHeaders" in json) written.headers = headersOf(list(json, "internetMessageHeaders"));
  if ("singleValueExtendedProperties" in json) {
    written.extended = extendedOf(list(json, "singleValueExtendedProperties"));
  }
  if ("attachments" in json) written.attachments = list(json, "attachments").map((each) => fileAttachment(each, now));
  return written;
}

/** A draft takes everything; what was sent or received keeps its text and its people. */
export function checkMayChange(message: StoredMessage, json: Json): void {
  const wrong = message.isDraft ? undefined : Object.keys(json).find((name) => ONLY_ON_DRAFTS.includes(name));
  if (wrong === undefined) return;
  throw new GraphFault(
    400,
    "ErrorInvalidPropertySet",
    `The requested item is not a draft: property '${wrong}' can be updated only on a draft.`,
  );
}

/** Puts what was written into the message; extended properties are added to those it has. */
export function apply(message: StoredMessage, { extended, ...written }: Written): void {
  Object.assign(message, written);
  if (extended !== undefined) message.extended = new Map([...message.extended, ...extended]);
}

/** A `fileAttachment` as posted; 413 above 3 MB. */
export function fileAttachment(value: unknown, now: number): StoredAttachment {
  const json = object(value, "attachment");
  const type = String(json["@odata.type"] ?? "").replace("#", "").toLowerCase();
  if (type !== "microsoft.graph.fileattachment") {
    throw badRequest("The property '@odata.type' must be '#microsoft.graph.fileAttachment' here.");
  }
  const bytes = base64(json["contentBytes"]);
  if (bytes.length > MAX_ATTACHMENT_BYTES) {
    throw new GraphFault(
      413,
      "RequestEntityTooLarge",
      "The request is too large: use an upload session for files above 3 MB.",
    );
  }
  return {
    id: newAttachmentId(),
    kind: "file",
    name: text(json, "name"),
    contentType: json["contentType"] === undefined || json["contentType"] === null
      ? "application/octet-stream"
      : text(json, "contentType"),
    isInline: json["isInline"] === true,
    contentId: typeof json["contentId"] === "string" ? json["contentId"] : null,
    contentLocation: null,
    bytes,
    modifiedAt: now,
  };
}

function headersOf(values: readonly unknown[]): Header[] {
  const headers = values.map((value): Header => {
    const json = object(value, "internetMessageHeader");
    return { name: text(json, "name"), value: text(json, "value") };
  });
  for (const { name } of headers) {
    if (!/^x-/i.test(name)) {
      throw new GraphFault(
        400,
        "InvalidInternetMessageHeader",
        `The internet message header name '${name}' should start with 'x-' or 'X-'.`,
      );
    }
  }
  if (headers.length > MAX_HEADERS) {
    throw new GraphFault(
      400,
      "InvalidInternetMessageHeaderCollection",
      `Maximum number of headers in one message should be less than or equal to ${MAX_HEADERS}.`,
    );
  }
  return headers;
}

function extendedOf(values: readonly unknown[]): Map<string, string> {
  return new Map(values.map((value) => {
    const json = object(value, "singleValueLegacyExtendedProperty");
    return [extendedPropertyId(json["id"]), text(json, "value")];
  }));
}

function bodyOf(value: unknown): MailBody {
  const json = object(value, "body");
  const contentType = String(json["contentType"] ?? "text").toLowerCase();
  if (contentType !== "text" && contentType !== "html") {
    throw badRequest(`The value '${contentType}' of 'contentType' is not valid.`);
  }
  return {
    contentType,
    content: json["content"] === null || json["content"] === undefined ? "" : text(json, "content"),
  };
}

function recipients(json: Json, name: string): Address[] {
  return list(json, name).map((each) => recipient(each));
}

function recipient(value: unknown): Address {
  const email = object(object(value, "recipient")["emailAddress"], "emailAddress");
  const address = String(email["address"] ?? "");
  return { name: String(email["name"] ?? address), address };
}

function base64(value: unknown): Uint8Array {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) {
    throw badRequest("Cannot convert the literal to the expected type 'Edm.Binary'.");
  }
  return new Uint8Array(Buffer.from(value, "base64"));
}

function oneOf<T extends string>(json: Json, name: string, allowed: readonly T[]): T {
  const value = text(json, name).toLowerCase();
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw badRequest(`The value '${value}' of '${name}' is not valid.`);
  return found;
}

function list(json: Json, name: string): readonly unknown[] {
  const value = json[name];
  if (value === null) return [];
  if (!Array.isArray(value)) throw badRequest(`The value of '${name}' must be a collection.`);
  return value;
}

function object(value: unknown, name: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest(`The value of '${name}' must be an object.`);
  }
  return value as Json;
}

function text(json: Json, name: string): string {
  const value = json[name];
  if (typeof value !== "string") {
    throw badRequest(`Cannot convert the value of '${name}' to the expected type 'Edm.String'.`);
  }
  return value;
}
