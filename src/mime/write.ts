/** A mail as plain data → RFC 5322 bytes. */

import { Buffer } from "node:buffer";
import type { Address, Header } from "../core/mail.ts";

export interface MimePart {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly contentId: string | null;
  readonly isInline: boolean;
}

export interface MimeMail {
  readonly headers: readonly Header[];
  readonly html: string | null;
  readonly text: string | null;
  readonly parts: readonly MimePart[];
}

interface Block {
  readonly head: readonly string[];
  readonly body: Uint8Array;
}

/** Writes a mail; header values that are not ASCII become encoded words. */
export function writeMime(mail: MimeMail): Uint8Array {
  const inline = mail.parts.filter((part) => part.isInline && part.contentId !== null);
  const attached = mail.parts.filter((part) => !inline.includes(part));
  let block = textBlock(mail);
  if (inline.length > 0) block = multipart("related", [block, ...inline.map(partBlock)]);
  if (attached.length > 0) block = multipart("mixed", [block, ...attached.map(partBlock)]);
  const head = [...mail.headers.map(({ name, value }) => `${name}: ${headerValue(name, value)}`), "MIME-Version: 1.0"];
  return join([...head, ...block.head], block.body);
}

/** `Ada <ada@x.com>` for a header. */
export function addressText({ name, address }: Address): string {
  if (name === "" || name === address) return `<${address}>`;
  return /^[\w .-]+$/.test(name) ? `${name} <${address}>` : `${phrase(name)} <${address}>`;
}

function phrase(name: string): string {
  return isAscii(name) ? `"${name.replaceAll(/["\\]/g, "\\$&")}"` : encodedWords(name);
}

function headerValue(name: string, value: string): string {
  const oneLine = value.replaceAll(/\r?\n[ \t]*/g, " ");
  if (isAscii(oneLine)) return fold(name, oneLine);
  return encodedWords(oneLine);
}

/** Long lists of addresses and references are folded at white space: mail lines hold at most 998 bytes. */
function fold(name: string, value: string): string {
  if (name.length + value.length < 900) return value;
  return value.replaceAll(/(.{60,}?[,>]) /g, "$1\r\n ");
}

function encodedWords(text: string): string {
  const words: string[] = [];
  let chunk = "";
  for (const char of text) {
    if (Buffer.byteLength(chunk + char) > 42) {
      words.push(chunk);
      chunk = "";
    }
    chunk += char;
  }
  words.push(chunk);
  return words.map((word) => `=?utf-8?B?${Buffer.from(word, "utf8").toString("base64")}?=`).join("\r\n ");
}

function textBlock({ html, text }: MimeMail): Block {
  if (html === null) return leaf("text/plain; charset=utf-8", Buffer.from(text ?? "", "utf8"));
  const rich = leaf("text/html; charset=utf-8", Buffer.from(html, "utf8"));
  return text === null
    ? rich
    : multipart("alternative", [leaf("text/plain; charset=utf-8", Buffer.from(text, "utf8")), rich]);
}

function partBlock(part: MimePart): Block {
  if (part.contentType === "message/rfc822") {
    return { head: ["Content-Type: message/rfc822", "Content-Disposition: attachment"], body: part.bytes };
  }
  const { head, body } = leaf(part.contentType, part.bytes);
  const named = isAscii(part.name)
    ? `filename="${part.name.replaceAll(/["\\]/g, "\\$&")}"`
    : `filename*=utf-8''${encodeURIComponent(part.name).replaceAll("'", "%27")}`;
  const id = part.contentId === null ? [] : [`Content-ID: <${part.contentId}>`];
  const disposition = part.isInline ? "inline" : "attachment";
  return { head: [...head, `Content-Disposition: ${disposition}; ${named}`, ...id], body };
}

function leaf(contentType: string, bytes: Uint8Array): Block {
  const lines = Buffer.from(bytes).toString("base64").replaceAll(/.{76}/g, "$&\r\n");
  return {
    head: [`Content-Type: ${contentType}`, "Content-Transfer-Encoding: base64"],
    body: Buffer.from(`${lines}\r\n`, "latin1"),
  };
}

function multipart(subtype: string, blocks: readonly Block[]): Block {
  const boundary = `_${subtype}_${crypto.randomUUID()}_`;
  const pieces: Uint8Array[] = [];
  for (const { head, body } of blocks) {
    pieces.push(Buffer.from(`--${boundary}\r\n`), join(head, body), Buffer.from("\r\n"));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  const type = subtype === "related" ? `related; type="text/html"` : subtype;
  return { head: [`Content-Type: multipart/${type}; boundary="${boundary}"`], body: Buffer.concat(pieces) };
}

function join(head: readonly string[], body: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "utf8"), body]));
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e\t]*$/.test(text);
}
