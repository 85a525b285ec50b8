/** The facts about a message's attachments, and their bytes. */

import { HttpError, SchemaError } from "../core/errors.ts";
import type { MailAttachment } from "../core/mail.ts";
import { attachmentPage, expandedItem, type ListedAttachment, listedAttachment } from "./answers.ts";
import type { GraphCaller } from "./caller.ts";
import { attachmentPath, messagePath } from "./paths.ts";

const BASE = "id,name,contentType,size,isInline";
/** Properties of a derived type need the cast; without `$select` the bytes would come along. */
const CAST = "microsoft.graph.fileAttachment/contentId,microsoft.graph.fileAttachment/contentLocation";

/** Kind, name and size of every attachment, its bytes left where they are. */
export async function listAttachments(
  caller: GraphCaller,
  mailbox: string,
  messageId: string,
  signal?: AbortSignal,
): Promise<MailAttachment[]> {
  try {
    const listed = await readPages(caller, mailbox, messageId, `${BASE},${CAST}`, signal);
    return await toFacts(caller, mailbox, messageId, listed, signal);
  } catch (error) {
    if (!isRefused(error)) throw error;
    // The cast is not documented for listings: ask for each inline file (small as a rule) by itself.
    const listed = await readPages(caller, mailbox, messageId, BASE, signal);
    const whole = listed.map((one) =>
      one.isInline === true && kindOf(one) === "file"
        ? caller.json({ mailbox, path: attachmentPath(mailbox, messageId, one.id), signal }, listedAttachment)
        : one
    );
    return await toFacts(caller, mailbox, messageId, await Promise.all(whole), signal);
  }
}

/** Raw bytes; for an item its MIME, iCal or vCard. */
export async function openAttachment(
  caller: GraphCaller,
  mailbox: string,
  messageId: string,
  attachment: MailAttachment,
  signal?: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const path = `${attachmentPath(mailbox, messageId, attachment.id)}/$value`;
  const { stream } = await caller.send({ mailbox, path, read: "stream", signal });
  return stream!;
}

/** The whole message. */
export async function openMime(
  caller: GraphCaller,
  mailbox: string,
  messageId: string,
  signal?: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const path = `${messagePath(mailbox, messageId)}/$value`;
  return (await caller.send({ mailbox, path, read: "stream", signal })).stream!;
}

async function readPages(
  caller: GraphCaller,
  mailbox: string,
  messageId: string,
  select: string,
  signal: AbortSignal | undefined,
): Promise<ListedAttachment[]> {
  const path = `${messagePath(mailbox, messageId)}/attachments`;
  const all: ListedAttachment[] = [];
  let link: string | null = null;
  do {
    const page: { value: ListedAttachment[]; "@odata.nextLink"?: string | null | undefined } = await caller.json(
      { mailbox, path, link, query: { $select: select }, signal },
      attachmentPage,
    );
    all.push(...page.value);
    link = page["@odata.nextLink"] ?? null;
  } while (link !== null);
  return all;
}

function toFacts(
  caller: GraphCaller,
  mailbox: string,
  messageId: string,
  listed: readonly ListedAttachment[],
  signal: AbortSignal | undefined,
): Promise<MailAttachment[]> {
  return Promise.all(listed.map(async (one) => {
    const kind = kindOf(one);
    const path = attachmentPath(mailbox, messageId, one.id);
    const contentType = kind === "item" && !one.contentType
      ? await itemType(caller, mailbox, path, signal)
      : one.contentType ?? "";
    return {
      id: one.id,
      kind,
      name: one.name ?? "",
      contentType,
      size: one.size ?? 0,
      isInline: one.isInline ?? false,
      contentId: one.contentId?.trim().replace(/^<|>$/g, "") || null,
      contentLocation: one.contentLocation ?? null,
      sourceUrl: kind === "reference" ? one.sourceUrl ?? await cloudAddress(caller, mailbox, path, signal) : null,
    };
  }));
}

/** Graph gives items no content type; what `$value` will return depends on what the item is. */
async function itemType(
  caller: GraphCaller,
  mailbox: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const query = { $expand: "microsoft.graph.itemAttachment/item" };
  try {
    const { item } = await caller.json({ mailbox, path, query, signal }, expandedItem);
    const type = item?.["@odata.type"] ?? "";
    if (/\.event$/i.test(type)) return "text/calendar";
    if (/\.contact$/i.test(type)) return "text/vcard";
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  return "message/rfc822";
}

/** Where a file of OneDrive or SharePoint lies: v1.0 does not tell it, beta does. `null`: not told there either. */
async function cloudAddress(
  caller: GraphCaller,
  mailbox: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  try {
    return (await caller.json({ mailbox, path, version: "beta", signal }, listedAttachment)).sourceUrl ?? null;
  } catch (error) {
    // No mail waits for a version that promises nothing.
    if (error instanceof HttpError && error.status !== 401 && error.status !== 429) return null;
    if (error instanceof SchemaError) return null;
    throw error;
  }
}

function kindOf(listed: ListedAttachment): MailAttachment["kind"] {
  const type = listed["@odata.type"] ?? "";
  if (/itemAttachment$/i.test(type)) return "item";
  return /referenceAttachment$/i.test(type) ? "reference" : "file";
}

function isRefused(error: unknown): boolean {
  return error instanceof HttpError && (error.status === 400 || error.status === 501);
}
