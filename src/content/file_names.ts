/** Names of attachments: safe on every system and in wiki markup, unique on the issue. */

import { cleanText } from "./clean_text.ts";

/** UTF-8 bytes, extension included. */
const MAX_BYTES = 200;
/** Longer "extensions" are part of the name. */
const MAX_EXTENSION = 12;
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?: *\.|$)/i;
const NAMELESS = "attachment";

/** The wanted names in their order, each made safe and different from all others and from `taken`, in any case. */
export function uniqueNames(wanted: readonly string[], taken: ReadonlySet<string>): string[] {
  const used = new Set([...taken].map(comparable));
  const next = new Map<string, number>();
  return wanted.map((name) => {
    const safe = safeName(name);
    let candidate = safe;
    let number = next.get(comparable(safe)) ?? 2;
    while (used.has(comparable(candidate))) candidate = numbered(safe, number++);
    next.set(comparable(safe), number);
    used.add(comparable(candidate));
    return candidate;
  });
}

/** `name-2.ext`: brackets would end a wiki link. */
function numbered(name: string, number: number): string {
  const [stem, extension] = split(name);
  return `${shortened(stem, MAX_BYTES - bytes(extension) - 8)}-${number}${extension}`;
}

function comparable(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/**
 * Letters and digits of any script, space, `. _ -`; no path, no control or bidi characters, no name that Windows reserves,
 * at most 200 bytes of UTF-8. A mail's name for a file may be anything.
 */
export function safeName(name: string): string {
  const composed = cleanText(name).normalize("NFC").replace(/[\u200c-\u200f\u202a-\u202e\u2066-\u2069]/g, "");
  const last = composed.slice(Math.max(composed.lastIndexOf("/"), composed.lastIndexOf("\\")) + 1);
  const plain = last.replace(/[^\p{L}\p{M}\p{N} ._-]+/gu, "_").replace(/ {2,}/g, " ").replace(/_{2,}/g, "_");
  const trimmed = trimmedEnds(plain);
  const [stem, extension] = split(trimmed);
  const named = /[\p{L}\p{N}]/u.test(stem)
    ? trimmed
    : /[\p{L}\p{N}]/u.test(extension)
    ? NAMELESS + extension
    : NAMELESS;
  return shortened(RESERVED.test(named) ? `_${named}` : named, MAX_BYTES);
}

const extensions: Readonly<Record<string, string>> = {
  "application/msword": ".doc",
  "application/octet-stream": ".bin",
  "application/pdf": ".pdf",
  "application/vnd.ms-excel": ".xls",
  "application/vnd.ms-outlook": ".msg",
  "application/vnd.ms-powerpoint": ".ppt",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
  "application/x-zip-compressed": ".zip",
  "audio/mpeg": ".mp3",
  "image/jpeg": ".jpg",
  "image/svg+xml": ".svg",
  "image/tiff": ".tif",
  "message/rfc822": ".eml",
  "text/calendar": ".ics",
  "text/html": ".html",
  "text/plain": ".txt",
  "text/vcard": ".vcf",
  "text/x-vcard": ".vcf",
};

/** A name for a file that has none, by its type: `attachment.pdf`. */
export function nameForType(contentType: string): string {
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  const subtype = type.match(/^(?:image|audio|video|application|text)\/([a-z0-9]{2,5})$/)?.[1];
  return NAMELESS + (extensions[type] ?? (subtype === undefined ? "" : `.${subtype}`));
}

/** No white space or dots at either end; what is nothing but an extension keeps its dot. */
function trimmedEnds(name: string): string {
  let [start, end] = [0, name.length];
  while (end > start && " .".includes(name[end - 1]!)) end--;
  while (start < end && " .".includes(name[start]!)) start++;
  const kept = name.slice(start, end);
  return name[start - 1] === "." && !kept.includes(".") ? `.${kept}` : kept;
}

function split(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf(".");
  return dot >= 0 && dot < name.length - 1 && name.length - dot <= MAX_EXTENSION
    ? [name.slice(0, dot), name.slice(dot)]
    : [name, ""];
}

function shortened(name: string, limit: number): string {
  if (bytes(name) <= limit) return name;
  const [stem, extension] = split(name);
  const room = limit - bytes(extension);
  let kept = "";
  let size = 0;
  for (const character of stem) {
    size += bytes(character);
    if (size > room) break;
    kept += character;
  }
  return `${kept.trimEnd()}${extension}`;
}

const encoder = new TextEncoder();

function bytes(text: string): number {
  return encoder.encode(text).length;
}
