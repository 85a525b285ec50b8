/** Which parts of a mail are its text and which its attachments, decided as Exchange decides. */

import { decodeWords } from "postal-mime";
import type { Header } from "../core/mail.ts";
import { type Entity, fieldValue, hasHeader, readEntity, withoutPreamble } from "./entity.ts";
import { bytesOf, fileNameOf, textOf } from "./leaf.ts";

export interface ParsedAttachment {
  /** `item`: an attached mail; `bytes` is its MIME. */
  readonly kind: "file" | "item";
  /** As the sender wrote it, or the name Exchange gives (`ATT00001.txt`, `details.txt`, an attached mail's subject). */
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  /** Without angle brackets. */
  readonly contentId: string | null;
  readonly contentLocation: string | null;
  readonly bytes: Uint8Array;
}

export interface Content {
  readonly html: string | null;
  readonly text: string | null;
  readonly attachments: readonly ParsedAttachment[];
  readonly calendarMethod: string | null;
  /** The iCalendar that belongs to the text. */
  readonly calendar: Uint8Array | null;
}

interface Collected {
  html: Entity | null;
  text: Entity | null;
  readonly files: Entity[];
  calendarMethod: string | null;
  calendar: Entity | null;
}

function nothingYet(calendarMethod: string | null = null): Collected {
  return { html: null, text: null, files: [], calendarMethod, calendar: null };
}

export async function collectContent(mail: Entity): Promise<Content> {
  const collected = nothingYet();
  collect(mail, collected, { alternative: false });
  const html = collected.html === null ? null : await textOf(collected.html);
  const text = collected.text === null ? null : await textOf(collected.text);
  const attachments: ParsedAttachment[] = [];
  for (const file of collected.files) attachments.push(await attachmentOf(file, html, attachments.length + 1));
  const calendar = collected.calendar === null ? null : await bytesOf(collected.calendar);
  return { html, text, attachments, calendarMethod: collected.calendarMethod, calendar };
}

/** The content of what a signature is about: of a `multipart/signed` the first part, else the entity itself. */
export async function collectSignedContent(raw: Uint8Array): Promise<Content> {
  const entity = readEntity(raw);
  const signed = entity.type === "multipart/signed" ? entity.parts?.[0] : undefined;
  return await collectContent(signed ?? entity);
}

/**
 * The first text part (or, in an alternative, the first of each kind) is the text; later ones are attachments, as are
 * text parts that have a name. A calendar part beside the text makes the mail a meeting message and is no attachment.
 */
function collect(entity: Entity, into: Collected, within: { alternative: boolean }): void {
  if (entity.type === "multipart/signed" && entity.parts !== null) return collectSigned(entity, into);
  if (entity.parts !== null) {
    const alternative = entity.type === "multipart/alternative";
    const before = { html: into.html, text: into.text };
    for (const part of entity.parts) {
      if (alternative) collectAlternative(part, into, before);
      else collect(part, into, within);
    }
    return;
  }
  const method = calendarMethodOf(entity);
  if (method !== null && into.calendarMethod === null && entity.disposition !== "attachment") {
    into.calendarMethod = method;
    into.calendar = entity;
  } else if (isBodyText(entity) && into.html === null && into.text === null) {
    if (entity.type === "text/html") into.html = entity;
    else into.text = entity;
  } else if (entity.type.startsWith("multipart/") && into.html === null && into.text === null) {
    // A multipart whose boundary never comes: what is there is shown as text rather than lost.
    into.text = entity;
  } else into.files.push(entity);
}

function collectAlternative(part: Entity, into: Collected, before: Pick<Collected, "html" | "text">): void {
  if (/^text\/(x-amp-html|watch-html)$/.test(part.type)) return;
  const taken = before.html !== null || before.text !== null;
  if (taken || part.parts === null && !isBodyText(part)) return collect(part, into, { alternative: true });
  // Each alternative may fill the kind that is still missing.
  const own = nothingYet(into.calendarMethod);
  collect(part, own, { alternative: true });
  into.html ??= own.html;
  into.text ??= own.text;
  into.calendarMethod ??= own.calendarMethod;
  into.calendar ??= own.calendar;
  into.files.push(...own.files);
}

/** A signed mail shows its text; everything, signature included, is one attachment `smime.p7m`. */
function collectSigned(entity: Entity, into: Collected): void {
  const own = nothingYet();
  collect(entity.parts![0]!, own, { alternative: false });
  into.html ??= own.html;
  into.text ??= own.text;
  into.files.push(entity);
}

function isBodyText(entity: Entity): boolean {
  if (entity.type !== "text/plain" && entity.type !== "text/html") return false;
  return entity.disposition !== "attachment" && !hasName(entity);
}

function hasName(entity: Entity): boolean {
  return /;\s*filename\*?/i.test(fieldValue(entity.headers, "content-disposition")) ||
    /;\s*name\*?[0-9]*\*?\s*=/i.test(fieldValue(entity.headers, "content-type"));
}

function calendarMethodOf(entity: Entity): string | null {
  if (entity.type !== "text/calendar") return null;
  return /;\s*method\s*=\s*"?([a-z-]+)/i.exec(fieldValue(entity.headers, "content-type"))?.[1]?.toUpperCase() ?? null;
}

async function attachmentOf(entity: Entity, html: string | null, ordinal: number): Promise<ParsedAttachment> {
  if (entity.type === "multipart/signed") return signedAttachment(entity);
  const contentId = bare(fieldValue(entity.headers, "content-id"));
  const contentLocation = fieldValue(entity.headers, "content-location") || null;
  const bytes = await bytesOf(entity);
  const named = await fileNameOf(entity);
  const isMail = entity.type === "message/rfc822" && hasHeader(withoutPreamble(bytes));
  return {
    kind: isMail ? "item" : "file",
    name: isMail ? subjectOf(bytes) || named : named || inventedName(entity, ordinal),
    contentType: entity.type,
    isInline: isInline(entity.disposition, contentId, contentLocation, html),
    contentId,
    contentLocation,
    bytes,
  };
}

function signedAttachment(entity: Entity): ParsedAttachment {
  const contentType = entity.headers.find((header: Header) => header.name.toLowerCase() === "content-type")!.value;
  const head = new TextEncoder().encode(`Content-Type: ${contentType}\r\n\r\n`);
  const bytes = new Uint8Array(head.length + entity.body.length);
  bytes.set(head);
  bytes.set(entity.body, head.length);
  return {
    kind: "file",
    name: "smime.p7m",
    contentType: "multipart/signed",
    isInline: false,
    contentId: null,
    contentLocation: null,
    bytes,
  };
}

function isInline(
  disposition: string,
  contentId: string | null,
  location: string | null,
  html: string | null,
): boolean {
  if (contentId !== null && html !== null && mentions(html, `cid:${contentId}`)) return true;
  if (location !== null && html !== null && html.includes(location)) return true;
  return disposition === "inline" && contentId !== null;
}

function mentions(html: string, url: string): boolean {
  const text = html.toLowerCase();
  return text.includes(url.toLowerCase()) || text.includes(encodeURI(url).toLowerCase());
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "text/plain": "txt",
  "text/html": "htm",
  "text/rfc822-headers": "txt",
  "text/calendar": "ics",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "application/pdf": "pdf",
  "message/rfc822": "eml",
  "message/global": "eml",
};

function inventedName(entity: Entity, ordinal: number): string {
  if (entity.type === "message/delivery-status") return "details.txt";
  if (entity.type === "application/pkcs7-mime") return "smime.p7m";
  return `ATT${String(ordinal).padStart(5, "0")}.${EXTENSIONS[entity.type] ?? "dat"}`;
}

function subjectOf(mail: Uint8Array): string {
  return decodeWords(fieldValue(readEntity(withoutPreamble(mail)).headers, "subject"));
}

function bare(id: string): string | null {
  const text = id.trim().replace(/^<|>$/g, "").replace(/>$/, "");
  return text === "" ? null : text;
}
