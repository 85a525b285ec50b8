import assert from "node:assert/strict";
import fc from "fast-check";
import { readCms } from "./cms.ts";
import { messageFromMime } from "./message.ts";
import { openMail } from "./open_mail.ts";
import { NotAMailError, parseMail } from "./parse.ts";
import { readRtf } from "./rtf.ts";
import { decompressRtf, RtfError } from "./rtf_compression.ts";
import { SIGNED, SIGNED_STREAM } from "./smime_for_test.ts";
import { parseTnef, TnefError } from "./tnef.ts";
import { writeTnef } from "./tnef_for_test.ts";

const inner = writeTnef({ properties: { 0x0037: "s", 0x1000: "t" }, files: [{ title: "a", data: new Uint8Array(9) }] });
const TNEF = writeTnef({
  properties: { 0x1013: new Uint8Array([60, 112, 62]), 0x3fde: 65001, 0x1009: new Uint8Array(40) },
  body: "text",
  files: [{ title: "x", properties: { 0x3701: { item: inner }, 0x3714: 4 } }, { data: new Uint8Array(3) }],
});

/** Bytes of a good file, some of them changed, perhaps cut short. */
const damaged = (whole: Uint8Array) =>
  fc.tuple(
    fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }),
    fc.nat(whole.length),
    fc.boolean(),
  ).map(([changes, length, cut]) => {
    const bytes = whole.slice(0, cut ? length : whole.length);
    for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
    return bytes;
  });

/** Runs it; only the given error may come out. */
function only(error: abstract new (...parameters: never[]) => Error, run: () => unknown): void {
  try {
    run();
  } catch (thrown) {
    assert.ok(thrown instanceof error, String(thrown));
  }
}

Deno.test("no damage to a winmail.dat makes anything but a TnefError", () => {
  fc.assert(fc.property(damaged(TNEF), (bytes) => only(TnefError, () => parseTnef(bytes))), { numRuns: 2000 });
});

Deno.test("whatever stands in the properties of a winmail.dat, nothing but a TnefError comes out", () => {
  const property = fc.record({
    properties: fc.dictionary(fc.nat(0x3fff).map(String), fc.uint8Array({ maxLength: 40 })),
  });
  fc.assert(
    fc.property(property, fc.uint8Array({ maxLength: 60 }), ({ properties }, data) => {
      only(TnefError, () => parseTnef(writeTnef({ properties, files: [{ data, properties }] })));
    }),
    { numRuns: 500 },
  );
});

Deno.test("no damage to a CMS object makes readCms() throw", () => {
  for (const whole of [SIGNED, SIGNED_STREAM]) {
    fc.assert(fc.property(damaged(whole), (bytes) => void readCms(bytes)), { numRuns: 1000 });
  }
});

Deno.test("no bytes make the RTF reader throw, and only an RtfError comes from unpacking", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => only(RtfError, () => decompressRtf(bytes))));
  const piece = fc.constantFrom(
    "{",
    "}",
    "\\",
    "\\'",
    "\\u",
    "-9",
    "\\bin",
    "9999999999",
    "\\*",
    "\\htmltag",
    "\\htmlrtf",
    "\\fonttbl",
    "\\f",
    " ",
    "ab",
    "\\uc",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = `{\\rtf1\\fromhtml1 ${pieces.join("")}`;
      assert.equal(typeof readRtf(new TextEncoder().encode(text)).content, "string");
    }),
    { numRuns: 1000 },
  );
});

Deno.test("openMail() opens or leaves whatever lies in a mail, and never throws", async () => {
  const type = fc.constantFrom(
    "application/ms-tnef; name=winmail.dat",
    "application/pkcs7-mime; name=smime.p7m",
    "multipart/signed; boundary=s",
    "message/delivery-status",
    "text/calendar; method=REQUEST",
  );
  const content = fc.oneof(damaged(TNEF), damaged(SIGNED), fc.uint8Array({ maxLength: 200 }));
  await fc.assert(
    fc.asyncProperty(type, content, async (contentType, bytes) => {
      const raw = new TextEncoder().encode(
        `From: <MAILER-DAEMON@x.org>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: ${contentType}\r\n` +
          `Content-Transfer-Encoding: base64\r\n\r\n${btoa(String.fromCharCode(...bytes))}\r\n--b--\r\n`,
      );
      try {
        const told = messageFromMime(await parseMail(raw), { mailbox: "m", folder: "inbox", now: 0 });
        const read = ({ id }: { id: string }) => Promise.resolve(told.bytes.get(id) ?? null);
        await openMail(told.message, read, () => Promise.resolve(told.calendar));
      } catch (error) {
        assert.ok(error instanceof NotAMailError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});
