/** What one part that is no multipart holds: its text, its file name, its bytes. Charsets and names by `postal-mime`. */

import { Buffer } from "node:buffer";
import PostalMime, { type Attachment, type Email } from "postal-mime";
import { type Entity, fieldValue } from "./entity.ts";

/** The text of a `text/*` part, decoded by its charset; format=flowed is unfolded. */
export async function textOf(entity: Entity): Promise<string> {
  const html = entity.type === "text/html";
  const encoding = encodingOf(entity);
  const plain = encoding.includes("base64") ? null : withLineFeeds(await bytesOf(entity));
  const type = html ? "text/html" : "text/plain";
  const email = plain === null
    ? await parsePart(entity, type, "inline", entity.body)
    : await parsePart(entity, type, "inline", inBase64(plain), "base64");
  const text = (html ? email?.html : email?.text) ?? "";
  return endsWithLineBreak(plain ?? entity.body) ? text : text.replace(/\n$/, "");
}

/** `postal-mime` makes a Blob of every line that is not in base64: seconds for a megabyte of short lines. */
function inBase64(bytes: Uint8Array): Uint8Array {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    const line = bytes.subarray(at, at + LINE_BYTES);
    lines.push(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("base64"));
  }
  return Buffer.from(lines.join("\r\n"), "latin1");
}

/** Bytes in a line of base64; a multiple of three, so that only the last line is padded. */
const LINE_BYTES = 49_152;

function withLineFeeds(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0x0d || bytes[at + 1] !== 0x0a) out[length++] = bytes[at]!;
  }
  return out.subarray(0, length);
}

function encodingOf({ headers }: Entity): string {
  return fieldValue(headers, "content-transfer-encoding").toLowerCase();
}

/** The name a part gives itself, in `Content-Disposition` or `Content-Type`; empty if none. */
export async function fileNameOf(entity: Entity): Promise<string> {
  const attachment = await asAttachment(entity, new Uint8Array([0x2e]));
  return attachment?.filename ?? "";
}

/**
 * The bytes of a part without its transfer encoding. Only base64 is left to `postal-mime`: it makes every line end of
 * the other encodings a line feed, and a file must stay byte for byte what was sent.
 */
export async function bytesOf(entity: Entity): Promise<Uint8Array> {
  const encoding = encodingOf(entity);
  if (encoding.includes("quoted-printable")) return decodeQuotedPrintable(entity.body);
  if (!encoding.includes("base64")) return entity.body;
  const content = (await asAttachment(entity, entity.body))?.content;
  return content === undefined || typeof content === "string" ? new Uint8Array() : new Uint8Array(content);
}

async function asAttachment(entity: Entity, body: Uint8Array): Promise<Attachment | undefined> {
  return (await parsePart(entity, "application/octet-stream", "attachment", body))?.attachments[0];
}

/** Parses the part as a mail of its own, its type and disposition replaced and their parameters kept. */
async function parsePart(
  entity: Entity,
  type: string,
  disposition: string,
  body: Uint8Array,
  encoding = fieldValue(entity.headers, "content-transfer-encoding"),
): Promise<Email | null> {
  const head = [
    `Content-Type: ${type}${parameters(fieldValue(entity.headers, "content-type"))}`,
    `Content-Disposition: ${disposition}${parameters(fieldValue(entity.headers, "content-disposition"))}`,
    `Content-Transfer-Encoding: ${encoding}`,
    "",
    "",
  ].join("\r\n");
  try {
    return await PostalMime.parse(Buffer.concat([Buffer.from(head, "utf8"), body]), {
      maxHeadersSize: 16 * 1024 * 1024,
    });
  } catch {
    return null;
  }
}

function parameters(value: string): string {
  const at = value.indexOf(";");
  return at < 0 ? "" : value.slice(at);
}

function endsWithLineBreak(body: Uint8Array): boolean {
  return body[body.length - 1] === 0x0a;
}

function decodeQuotedPrintable(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length);
  let length = 0;
  for (let at = 0; at < body.length; at++) {
    if (body[at] === 0x3d) {
      const hex = String.fromCharCode(body[at + 1] ?? 0, body[at + 2] ?? 0);
      if (/^[0-9a-f]{2}$/i.test(hex)) {
        out[length++] = parseInt(hex, 16);
        at += 2;
        continue;
      }
      const lineEnd = softBreakEnd(body, at + 1);
      if (lineEnd >= 0) {
        at = lineEnd;
        continue;
      }
    }
    out[length++] = body[at]!;
  }
  return out.slice(0, length);
}

/** Index of the line feed that ends a soft line break, -1 if something else than white space stands before it. */
function softBreakEnd(body: Uint8Array, from: number): number {
  let at = from;
  while (body[at] === 0x20 || body[at] === 0x09 || body[at] === 0x0d) at++;
  if (at >= body.length) return at;
  return body[at] === 0x0a ? at : -1;
}
