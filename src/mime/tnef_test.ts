import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { parseMail } from "./parse.ts";
import { isTnef, parseTnef, TnefError } from "./tnef.ts";
import { writeTnef } from "./tnef_for_test.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (raw: Uint8Array) => new TextDecoder().decode(raw);

Deno.test("parseTnef() gives every file with its long name, type and bytes", () => {
  const { attachments, body } = parseTnef(writeTnef({
    files: [
      {
        title: "BERICH~1.PDF",
        data: bytes("pdf"),
        properties: { 0x3707: "Bericht für März.pdf", 0x370e: "application/pdf" },
      },
      { title: "photo.JPG", data: bytes("jpg") },
      { properties: { 0x3701: bytes("in a property"), 0x3707: "p.bin" } },
      { title: "nothing.txt" },
    ],
  }));
  assert.equal(body, null);
  assert.deepEqual(attachments.map(({ name, contentType, bytes }) => [name, contentType, text(bytes)]), [
    ["Bericht für März.pdf", "application/pdf", "pdf"],
    ["photo.JPG", "image/jpeg", "jpg"],
    ["p.bin", "application/octet-stream", "in a property"],
  ]);
});

Deno.test("a picture that the text shows is inline, by its Content-ID", () => {
  const { attachments: [picture] } = parseTnef(writeTnef({
    files: [{ title: "image001.png", data: bytes("png"), properties: { 0x3712: "image001.png@01D9", 0x3714: 4 } }],
  }));
  assert.deepEqual([picture!.isInline, picture!.contentId], [true, "image001.png@01D9"]);
});

Deno.test("the text is the HTML, else what the RTF wraps, else the plain one", () => {
  const html = bytes("<p>Grüße</p>");
  const rtf = new Uint8Array(Buffer.from("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0", "hex"));
  const bodyOf = (properties: Record<number, string | number | Uint8Array>, body?: string) =>
    parseTnef(writeTnef({ properties, ...(body === undefined ? {} : { body }) })).body;
  assert.deepEqual(bodyOf({ 0x1013: html, 0x3fde: 65001, 0x1000: "plain" }), {
    contentType: "html",
    content: "<p>Grüße</p>",
  });
  assert.deepEqual(bodyOf({ 0x1009: rtf, 0x1000: "plain" }), { contentType: "text", content: "plain" });
  assert.equal(bodyOf({ 0x1009: rtf })?.content, "WXYZWXYZWXYZWXYZWXYZ");
  assert.deepEqual(bodyOf({ 0x0037: "subject only" }, "caf\u00e9"), { contentType: "text", content: "café" });
});

Deno.test("a mail within it becomes an .eml with its own files", async () => {
  const inner = writeTnef({
    properties: {
      0x0037: "Inner subject",
      0x0c1a: "Eve",
      0x5d01: "eve@example.com",
      0x1000: "inner text",
      0x0039: new Uint8Array(0),
    },
    files: [{ title: "deep.txt", data: bytes("deep") }],
  });
  const { attachments: [item] } = parseTnef(
    writeTnef({ files: [{ title: "x", properties: { 0x3701: { item: inner } } }] }),
  );
  assert.deepEqual([item!.kind, item!.name, item!.contentType], ["item", "Inner subject", "message/rfc822"]);
  const mail = await parseMail(item!.bytes);
  assert.deepEqual([mail.subject, mail.from?.address, mail.text?.trim()], [
    "Inner subject",
    "eve@example.com",
    "inner text",
  ]);
  assert.deepEqual(mail.attachments.map(({ name, bytes }) => [name, text(bytes)]), [["deep.txt", "deep"]]);
});

Deno.test("what is no TNEF, breaks off, or has a byte turned over is refused, not half read", () => {
  const whole = writeTnef({ files: [{ title: "a.txt", data: bytes("some bytes") }] });
  assert.equal(isTnef(whole), true);
  assert.throws(() => parseTnef(bytes("PK is a zip")), TnefError);
  assert.throws(() => parseTnef(new Uint8Array()), TnefError);
  assert.throws(() => parseTnef(whole.subarray(0, whole.length - 1)), /breaks off/);
  const turned = whole.slice();
  turned[turned.length - 5]! ^= 0xff;
  assert.throws(() => parseTnef(turned), /checksum/);
  assert.equal(parseTnef(Uint8Array.from([...whole, 0x0d, 0x0a])).attachments.length, 1);
});

Deno.test("a stream of mails within mails without end is refused", () => {
  let nested = writeTnef({ body: "x" });
  for (let i = 0; i < 20; i++) nested = writeTnef({ files: [{ properties: { 0x3701: { item: nested } } }] });
  assert.throws(() => parseTnef(nested), /too deep/);
});
