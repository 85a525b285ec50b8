/** `…/messages/{id}/attachments` and below. */

import type { SimAnswer } from "../kit/server.ts";
import { attachmentJson } from "./attachment_json.ts";
import { type Call, jsonBody, ok } from "./call.ts";
import { GraphFault, itemNotFound, malformedId, methodNotAllowed } from "./faults.ts";
import { isWellFormedId } from "./ids.ts";
import type { StoredAttachment, StoredMessage } from "./nouns.ts";
import { expandOf, option, selectOf } from "./query.ts";
import type { UploadSessions } from "./upload_sessions.ts";
import { fileAttachment } from "./writable.ts";

/** `rest`: the path segments after `attachments`. */
export async function answerAttachments(
  call: Call,
  message: StoredMessage,
  rest: readonly string[],
  sessions: UploadSessions,
): Promise<SimAnswer> {
  const [id, action] = rest;
  if (id === undefined && call.method === "GET") return await listAttachments(call, message);
  if (id === undefined && call.method === "POST") return await addAttachment(call, message);
  if (id === "createUploadSession" && call.method === "POST") {
    checkDraft(message);
    return sessions.create(call, message);
  }
  if (id === undefined) throw methodNotAllowed(call.method);
  const attachment = findAttachment(message, id);
  if (call.method === "DELETE" && action === undefined) return removeAttachment(call, message, attachment);
  if (call.method !== "GET") throw methodNotAllowed(call.method);
  if (action === "$value") return rawAttachment(attachment);
  const json = await attachmentJson(call, attachment, jsonOptions(call));
  return ok(call, { "@odata.context": context(call, "attachments/$entity"), ...json });
}

async function listAttachments(call: Call, message: StoredMessage): Promise<SimAnswer> {
  const options = jsonOptions(call);
  const value = await Promise.all(message.attachments.map((attachment) => attachmentJson(call, attachment, options)));
  return ok(call, { "@odata.context": context(call, "attachments"), value });
}

async function addAttachment(call: Call, message: StoredMessage): Promise<SimAnswer> {
  checkDraft(message);
  const attachment = fileAttachment(jsonBody(call.request), call.now);
  message.attachments = [...message.attachments, attachment];
  call.mailbox.touch(message, call.now);
  const json = await attachmentJson(call, attachment, { select: null, item: false });
  return ok(call, { "@odata.context": context(call, "attachments/$entity"), ...json }, 201);
}

function removeAttachment(call: Call, message: StoredMessage, attachment: StoredAttachment): SimAnswer {
  message.attachments = message.attachments.filter((each) => each !== attachment);
  call.mailbox.touch(message, call.now);
  return { status: 204 };
}

/** A file's bytes, an attached mail's MIME; a link to the cloud has neither. */
function rawAttachment(attachment: StoredAttachment): SimAnswer {
  if (attachment.kind === "reference") throw methodNotAllowed("GET");
  const contentType = attachment.kind === "item" ? "text/plain" : attachment.contentType ?? "application/octet-stream";
  return { status: 200, headers: { "content-type": contentType }, body: attachment.bytes };
}

function jsonOptions(call: Call): { select: readonly string[] | null; item: boolean } {
  const expand = expandOf(option(call.request.query, "$expand"));
  return {
    select: selectOf(option(call.request.query, "$select")),
    item: expand.some(({ name }) => /^microsoft\.graph\.itemattachment\/item$/i.test(name)),
  };
}

function findAttachment(message: StoredMessage, id: string): StoredAttachment {
  const attachment = message.attachments.find((each) => each.id === id);
  if (attachment !== undefined) return attachment;
  throw isWellFormedId(id) ? itemNotFound() : malformedId();
}

function checkDraft(message: StoredMessage): void {
  if (!message.isDraft) throw new GraphFault(403, "ErrorAccessDenied", "Attachments can be added to drafts only.");
}

function context({ baseUrl, mailbox }: Call, path: string): string {
  return `${baseUrl}/v1.0/$metadata#users('${encodeURIComponent(mailbox.address)}')/messages('')/${path}`;
}
