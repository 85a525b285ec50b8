/** The structure of a MIME message: which bytes are header, body and parts. Decodes nothing. */

import { Buffer } from "node:buffer";
import type { Header } from "../core/mail.ts";

/** One MIME entity: the mail itself or a part of it. */
export interface Entity {
  /** Unfolded, encoded words kept, in the order of the mail. */
  readonly headers: readonly Header[];
  /** Header and body as they stand in the mail. */
  readonly raw: Uint8Array;
  readonly body: Uint8Array;
  /** Media type in lower case, parameters left out. */
  readonly type: string;
  /** `attachment`, `inline`, something else, or empty. */
  readonly disposition: string;
  /** Of a multipart whose boundary was found; `null` otherwise. */
  readonly parts: readonly Entity[] | null;
}

/** Deeper multiparts stay one part: nobody writes them, and each level costs a pass over the bytes. */
const MAX_DEPTH = 40;
const FIELD = /^([!-9;-~]+)[ \t]*:[ \t]*/;

/** Reads an entity. `defaultType` is what it is when it does not say so (RFC 2046 §5.1.5: in a digest, a mail). */
export function readEntity(raw: Uint8Array, defaultType = "text/plain", depth = 0): Entity {
  const bodyAt = bodyStart(raw);
  const headers = readHeaders(raw.subarray(0, bodyAt));
  const body = raw.subarray(bodyAt);
  const declared = fieldValue(headers, "content-type");
  const type = mediaType(declared) ?? defaultType;
  const disposition = token(fieldValue(headers, "content-disposition"));
  const parts = type.startsWith("multipart/") && depth < MAX_DEPTH ? readParts(body, declared, type, depth) : null;
  return { headers, raw, body, type, disposition, parts };
}

/** The first value of a field, empty if there is none; the first wins, as with every duplicated MIME field. */
export function fieldValue(headers: readonly Header[], name: string): string {
  return headers.find((header) => header.name.toLowerCase() === name)?.value ?? "";
}

/** Whether bytes begin like a mail: with at least one header field. */
export function hasHeader(raw: Uint8Array): boolean {
  return readHeaders(raw.subarray(0, bodyStart(raw))).length > 0;
}

/** The bytes without what stands before a mail in some files: a byte order mark, an mbox line, empty lines. */
export function withoutPreamble(raw: Uint8Array): Uint8Array {
  let at = raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf ? 3 : 0;
  for (;;) {
    while (raw[at] === 0x0d || raw[at] === 0x0a) at++;
    if (!/^>?From /.test(ascii(raw.subarray(at, at + 6)))) return raw.subarray(at);
    const end = raw.indexOf(0x0a, at);
    at = end < 0 ? raw.length : end + 1;
  }
}

function bodyStart(raw: Uint8Array): number {
  for (let at = 0; at < raw.length;) {
    const end = raw.indexOf(0x0a, at);
    if (end === at || (end === at + 1 && raw[at] === 0x0d)) return end + 1;
    if (end < 0) break;
    at = end + 1;
  }
  return raw.length;
}

function readHeaders(head: Uint8Array): Header[] {
  const fields: string[] = [];
  for (const line of headerText(head).split(/\r?\n/)) {
    if (/^[ \t]/.test(line) && fields.length > 0) fields.push(fields.pop()! + line);
    else fields.push(line);
  }
  return fields.flatMap((field) => {
    const match = FIELD.exec(field);
    if (match === null) return [];
    return [{ name: match[1]!, value: field.slice(match[0].length).replaceAll(/[\r\n]+/g, " ").trim() }];
  });
}

/** RFC 6532 allows UTF-8; what is not UTF-8 was written by a mailer of the eight-bit days. */
function headerText(head: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(head);
  } catch {
    return new TextDecoder("windows-1252").decode(head);
  }
}

function readParts(body: Uint8Array, contentType: string, type: string, depth: number): Entity[] | null {
  const match = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(contentType);
  const boundary = (match?.[1]?.replaceAll(/\\(.)/g, "$1") ?? match?.[2] ?? "").trimEnd();
  if (boundary === "") return null;
  const slices = splitAt(body, boundary);
  const defaultType = type === "multipart/digest" ? "message/rfc822" : "text/plain";
  return slices.length === 0 ? null : slices.map((slice) => readEntity(slice, defaultType, depth + 1));
}

/** The bytes between delimiter lines. A missing last delimiter ends with the body: truncated mail keeps its parts. */
function splitAt(body: Uint8Array, boundary: string): Uint8Array[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = Buffer.from(`--${boundary}`, "utf8");
  const slices: Uint8Array[] = [];
  let from = -1;
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
    if (at > 0 && bytes[at - 1] !== 0x0a) continue;
    const lineEnd = bytes.indexOf(0x0a, at);
    const rest = ascii(bytes.subarray(at + delimiter.length, lineEnd < 0 ? bytes.length : lineEnd));
    if (!/^(--)?[ \t\r]*$/.test(rest)) continue;
    if (from >= 0) slices.push(body.subarray(from, Math.max(from, lineBreakBefore(bytes, at))));
    from = lineEnd < 0 ? bytes.length : lineEnd + 1;
    if (rest.startsWith("--")) return slices;
  }
  if (from >= 0 && from < bytes.length) slices.push(body.subarray(from));
  return slices;
}

function lineBreakBefore(bytes: Uint8Array, at: number): number {
  if (bytes[at - 1] !== 0x0a) return at;
  return bytes[at - 2] === 0x0d ? at - 2 : at - 1;
}

function mediaType(value: string): string | null {
  const type = token(value);
  return /^[^\s/]+\/[^\s/]+$/.test(type) ? type : null;
}

function token(value: string): string {
  return value.replace(/;.*$/s, "").replaceAll(/\([^)]*\)/g, "").replaceAll('"', "").trim().toLowerCase();
}

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
