/** Drafts: new ones, answers, forwards. */

import { Buffer } from "node:buffer";
import { type Address, sameAddress } from "../../core/mail.ts";
import type { SimAnswer } from "../kit/server.ts";
import { escapeHtml, innerHtml, preferredBody } from "./body.ts";
import { type Call, jsonBody, ok } from "./call.ts";
import { type ConversationPlace, joined, placeInConversation } from "./conversations.ts";
import { badRequest, GraphFault } from "./faults.ts";
import { conversationIdOf, newAttachmentId, newMessageId } from "./ids.ts";
import type { Mailbox } from "./mailbox.ts";
import { messageJson } from "./message_json.ts";
import type { StoredMessage } from "./nouns.ts";
import { newInternetMessageId, receiveMail } from "./receive.ts";
import { apply, readWritten, type Written } from "./writable.ts";

export type AnswerKind = "reply" | "replyAll" | "forward";

/** `POST …/messages`: 201 and the draft. Base64 MIME is accepted as `text/plain`. */
export async function createDraft(call: Call, folderId: string): Promise<SimAnswer> {
  const draft = isMime(call) ? await draftFromMime(call) : await newDraft(call.mailbox, call.now);
  draft.folderId = folderId;
  if (!isMime(call)) apply(draft, readWritten(jsonBody(call.request), call.now));
  call.mailbox.add(draft);
  return await draftAnswer(call, draft);
}

/** `POST …/createReply` and its kin: 201 and the draft in Drafts. */
export async function createAnswer(call: Call, original: StoredMessage, kind: AnswerKind): Promise<SimAnswer> {
  const draft = await answerDraft(call, original, kind);
  call.mailbox.add(draft);
  return await draftAnswer(call, draft);
}

/** The draft of an answer, not stored yet. Throws 400 when both `comment` and `message.body` are given. */
export async function answerDraft(call: Call, original: StoredMessage, kind: AnswerKind): Promise<StoredMessage> {
  const json = jsonBody(call.request);
  const unknown = Object.keys(json).find((name) => !/^(message|comment|toRecipients)$/i.test(name));
  if (unknown !== undefined) {
    throw badRequest(`The parameter '${unknown}' in the request payload is not a valid parameter for the operation.`);
  }
  const written = readWritten((json["message"] ?? json["Message"] ?? {}) as Record<string, unknown>, call.now);
  const comment = json["comment"] ?? json["Comment"];
  if (comment !== undefined && comment !== "" && written.body !== undefined) {
    throw new GraphFault(
      400,
      "ErrorInvalidRequest",
      "Only one of the comment parameter and the message's body property can be specified.",
    );
  }
  const to = "toRecipients" in json ? readWritten({ toRecipients: json["toRecipients"] }, call.now).to! : null;
  const draft = await newDraft(call.mailbox, call.now, joined(original));
  Object.assign(draft, addressing(call.mailbox, original, kind), to === null ? {} : { to });
  draft.subject = prefixed(original.subject, kind);
  draft.importance = original.importance === "high" ? "high" : "normal";
  draft.body = { contentType: "html", content: quoted(original, typeof comment === "string" ? comment : "") };
  draft.attachments = carriedAttachments(original, kind, written);
  if (kind !== "forward") draft.inReplyTo = original.internetMessageId;
  draft.references = [
    ...original.references,
    ...(original.internetMessageId === null ? [] : [original.internetMessageId]),
  ];
  apply(draft, written);
  return draft;
}

/** An empty draft of the mailbox's owner. */
export async function newDraft(mailbox: Mailbox, now: number, place?: ConversationPlace): Promise<StoredMessage> {
  const own = place ?? placeInConversation({ subject: "", answered: [], threadIndex: null }, mailbox, false);
  const owner: Address = { name: mailbox.displayName, address: mailbox.address };
  return {
    immutableId: newMessageId("immutable"),
    restId: newMessageId("rest"),
    folderId: mailbox.folder("drafts").id,
    internetMessageId: newInternetMessageId(),
    isDraft: true,
    createdAt: now,
    modifiedAt: now,
    receivedAt: now,
    sentAt: now,
    conversationId: own.existing ?? await conversationIdOf(mailbox.address, own.seed),
    conversationIndex: own.index,
    raw: null,
    calendarMethod: null,
    subject: "",
    from: owner,
    sender: owner,
    to: [],
    cc: [],
    bcc: [],
    replyTo: [],
    importance: "normal",
    body: { contentType: "html", content: "" },
    headers: [],
    attachments: [],
    extended: new Map(),
    categories: [],
    flag: "notFlagged",
    isRead: true,
    inReplyTo: null,
    references: [],
  };
}

/** A message made from base64 MIME in a `text/plain` body. */
export async function draftFromMime(call: Call): Promise<StoredMessage> {
  const text = call.request.text().trim();
  if (!/^[A-Za-z0-9+/\s]+={0,2}$/.test(text)) {
    throw new GraphFault(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.");
  }
  const received = await receiveMail(call.mailbox, new Uint8Array(Buffer.from(text, "base64")), {
    folderId: call.mailbox.folder("drafts").id,
    receivedAt: call.now,
    conversationsByTopic: false,
  });
  const owner: Address = { name: call.mailbox.displayName, address: call.mailbox.address };
  return {
    ...received,
    isDraft: true,
    isRead: true,
    raw: null,
    from: received.from ?? owner,
    sender: received.sender ?? owner,
  };
}

export function isMime(call: Call): boolean {
  return /^text\/plain/i.test(call.request.headers.get("content-type") ?? "");
}

async function draftAnswer(call: Call, draft: StoredMessage): Promise<SimAnswer> {
  const json = await messageJson(call, draft, { select: null, expand: [], single: true });
  const context = `${call.baseUrl}/v1.0/$metadata#users('${
    encodeURIComponent(call.mailbox.address)
  }')/messages/$entity`;
  return ok(call, { "@odata.context": context, ...json }, 201);
}

/** An answer goes to `replyTo` if the original has it, else to `from`; for one's own mail to whom it was sent. */
function addressing(mailbox: Mailbox, original: StoredMessage, kind: AnswerKind): Pick<Written, "to" | "cc"> {
  if (kind === "forward") return { to: [], cc: [] };
  const own = (address: Address) => mailbox.receives(address.address);
  const wasOurs = original.from !== null && own(original.from) && original.replyTo.length === 0;
  const back = original.replyTo.length > 0 ? original.replyTo : original.from === null ? [] : [original.from];
  const to = wasOurs && original.to.length > 0 ? original.to : back;
  if (kind === "reply") return { to, cc: [] };
  const rest = (addresses: readonly Address[]) =>
    addresses.filter((each) => !own(each) && !to.some((taken) => sameAddress(taken.address, each.address)));
  return wasOurs ? { to, cc: rest(original.cc) } : { to: [...to, ...rest(original.to)], cc: rest(original.cc) };
}

function prefixed(subject: string, kind: AnswerKind): string {
  const prefix = kind === "forward" ? "FW: " : "RE: ";
  return subject.toUpperCase().startsWith(prefix.trim()) ? subject : prefix + subject;
}

function quoted(original: StoredMessage, comment: string): string {
  const line = (name: string, value: string) => value === "" ? "" : `<b>${name}:</b> ${escapeHtml(value)}<br>\r\n`;
  const names = (addresses: readonly Address[]) =>
    addresses.map(({ name, address }) => name === address || name === "" ? address : `${name} <${address}>`).join("; ");
  const note = comment === "" ? "" : `<div>${escapeHtml(comment).replaceAll(/\r?\n/g, "<br>")}</div>`;
  return '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>' + note +
    '<hr tabindex="-1" style="display:inline-block; width:98%">\r\n' +
    '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" color="#000000" style="font-size:11pt">' +
    line("From", original.from === null ? "" : names([original.from])) +
    line("Sent", new Date(original.sentAt ?? original.receivedAt).toUTCString()) +
    line("To", names(original.to)) + line("Cc", names(original.cc)) + line("Subject", original.subject) +
    `</font><div>&nbsp;</div></div>\r\n${innerHtml(preferredBody(original.body, "html", false).content)}</body></html>`;
}

/** A forward takes all files along, an answer the pictures of the quoted text. */
function carriedAttachments(original: StoredMessage, kind: AnswerKind, written: Written): StoredMessage["attachments"] {
  const carried = kind === "forward"
    ? original.attachments
    : original.attachments.filter((attachment) => attachment.isInline && written.body === undefined);
  return carried.map((attachment) => ({ ...attachment, id: newAttachmentId() }));
}
