/** Mail to measure with. */

import { Buffer } from "node:buffer";

const ATTACHMENT_BYTES = 200 * 1000;

export interface AttachedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Mails of as many customers, every second one with an attachment of 200 kB: raw MIME. */
export function* backlogMails(count: number): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) {
    yield rawMail(i, i % 2 === 0 ? null : { name: `report-${i}.bin`, bytes: randomBytes(ATTACHMENT_BYTES) });
  }
}

/** A new conversation in HTML, as a customer writes it. */
export function rawMail(number: number, file: AttachedFile | null): Uint8Array {
  const boundary = "mail-to-measure-with";
  const head = [
    `Message-ID: <${crypto.randomUUID()}@customer${number}.example>`,
    `Date: ${new Date().toUTCString()}`,
    `From: Customer ${number} <person@customer${number}.example>`,
    "To: support@example.com",
    `Subject: Order ${number} did not arrive`,
    "MIME-Version: 1.0",
  ];
  const text = [
    "Content-Type: text/html; charset=utf-8",
    "",
    `<html><body><p>Hello,</p><p>order <b>${number}</b> of last week did not arrive. These are its lines:</p>`,
    `<table>${"<tr><td>Cable, 2 m</td><td>4 pieces</td><td>12.80</td></tr>".repeat(10)}</table>`,
    `<p>Where is it? <a href="https://shop.example/orders/${number}">The order</a></p><p>Regards</p></body></html>`,
  ];
  if (file === null) return Buffer.from([...head, ...text, ""].join("\r\n"));
  const before = [
    ...head,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    ...text,
    `--${boundary}`,
    `Content-Type: application/octet-stream; name="${file.name}"`,
    `Content-Disposition: attachment; filename="${file.name}"`,
    "Content-Transfer-Encoding: base64",
    "",
    "",
  ];
  const after = ["", `--${boundary}--`, ""];
  return Buffer.concat([Buffer.from(before.join("\r\n")), base64Lines(file.bytes), Buffer.from(after.join("\r\n"))]);
}

/** Lines of 76 characters, without a string of the whole: a mail of 100 MB is longer than one may be. */
function base64Lines(bytes: Uint8Array): Buffer {
  const step = 57 * 4096;
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    const line = Buffer.from(bytes.subarray(at, at + step)).toString("base64");
    parts.push(Buffer.from(line.replace(/.{76}/g, "$&\r\n")));
  }
  return Buffer.concat(parts);
}

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}
