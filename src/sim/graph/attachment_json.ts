/** A stored attachment → the JSON that Graph answers. */

import { Buffer } from "node:buffer";
import type { Call } from "./call.ts";
import { badRequest } from "./faults.ts";
import { messageJson } from "./message_json.ts";
import type { StoredAttachment } from "./nouns.ts";
import { receiveMail } from "./receive.ts";

const BASE = ["id", "lastModifiedDateTime", "name", "contentType", "size", "isInline"];
const OF_FILES = ["contentId", "contentLocation", "contentBytes"];

export interface AttachmentJsonOptions {
  readonly select: readonly string[] | null;
  /** `$expand=microsoft.graph.itemattachment/item` */
  readonly item: boolean;
}

/**
 * Properties of a derived type can only be selected through a cast (`microsoft.graph.fileAttachment/contentId`), and
 * are left out for attachments of other types.
 */
export async function attachmentJson(
  call: Call,
  attachment: StoredAttachment,
  { select, item }: AttachmentJsonOptions,
): Promise<Record<string, unknown>> {
  const isFile = attachment.kind === "file";
  const json: Record<string, unknown> = { "@odata.type": `#microsoft.graph.${attachment.kind}Attachment` };
  if (isFile && select === null) json["@odata.mediaContentType"] = attachment.contentType;
  const values = valuesOf(attachment);
  for (const name of select?.map(selectedName) ?? (isFile ? [...BASE, ...OF_FILES] : BASE)) {
    if (isFile || !OF_FILES.includes(name)) json[name] = values[name]?.();
  }
  json["id"] = attachment.id;
  // In v1.0 a reference has no more than every attachment has.
  if (attachment.kind === "reference" && call.beta && select === null) {
    json["sourceUrl"] = attachment.sourceUrl ?? null;
    json["providerType"] = "oneDriveBusiness";
  }
  if (item && attachment.kind === "item") json["item"] = await itemJson(call, attachment);
  return json;
}

/** Bytes with what the mailbox adds: names, ids, properties. */
export function reportedSize({ bytes, name }: StoredAttachment): number {
  return bytes.length + 142 + 2 * name.length;
}

function valuesOf(attachment: StoredAttachment): Readonly<Record<string, () => unknown>> {
  return {
    id: () => attachment.id,
    lastModifiedDateTime: () => new Date(attachment.modifiedAt).toISOString().slice(0, 19) + "Z",
    name: () => attachment.name,
    contentType: () => attachment.contentType,
    size: () => reportedSize(attachment),
    isInline: () => attachment.isInline,
    contentId: () => attachment.contentId,
    contentLocation: () => attachment.contentLocation,
    contentBytes: () => Buffer.from(attachment.bytes).toString("base64"),
  };
}

function selectedName(text: string): string {
  const name = text.trim();
  const cast = /^microsoft\.graph\.(file|item|reference)attachment\/(\w+)$/i.exec(name);
  if (cast !== null && OF_FILES.includes(cast[2]!)) return cast[2]!;
  if (BASE.includes(name)) return name;
  throw badRequest(
    `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type 'microsoft.graph.attachment'.`,
  );
}

async function itemJson(call: Call, attachment: StoredAttachment): Promise<unknown> {
  const { item = "message", name } = attachment;
  if (item === "event") return { "@odata.type": "#microsoft.graph.event", id: "", subject: name };
  if (item === "contact") return { "@odata.type": "#microsoft.graph.contact", id: "", displayName: name };
  const message = await receiveMail(call.mailbox, attachment.bytes, {
    folderId: "",
    receivedAt: attachment.modifiedAt,
    conversationsByTopic: false,
  });
  const json = await messageJson(call, message, { select: null, expand: [], single: false });
  return { "@odata.type": "#microsoft.graph.message", ...json, id: "", internetMessageHeaders: message.headers };
}
