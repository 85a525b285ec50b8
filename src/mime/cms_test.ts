import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readCms } from "./cms.ts";
import { ENCRYPTED, ENCRYPTED_GCM, SIGNED, SIGNED_STREAM } from "./smime_for_test.ts";

const contentOf = (bytes: Uint8Array) => {
  const cms = readCms(bytes);
  return cms?.kind === "signed" && cms.content !== null ? new TextDecoder().decode(cms.content) : cms;
};

Deno.test("readCms() gives what was signed, also from a stream in pieces, from base64 and from PEM", () => {
  for (const bytes of [SIGNED, SIGNED_STREAM]) {
    assert.match(String(contentOf(bytes)), /^Content-Type: .*The signed text.*inside\.txt/s);
  }
  const base64 = Buffer.from(SIGNED).toString("base64").replaceAll(/.{64}/g, "$&\n");
  for (const text of [base64, `-----BEGIN PKCS7-----\n${base64}\n-----END PKCS7-----\n`]) {
    assert.equal(contentOf(new TextEncoder().encode(text)), contentOf(SIGNED));
  }
});

Deno.test("readCms() tells encrypted mail, also the newer authenticated kind", () => {
  assert.deepEqual([readCms(ENCRYPTED), readCms(ENCRYPTED_GCM)], [{ kind: "encrypted" }, { kind: "encrypted" }]);
});

Deno.test("readCms() tells a signature without content, and another kind of object", () => {
  const data = der("06", "2a864886f70d010701");
  const signed = der("30", der("02", "01"), der("31"), der("30", data));
  const object = der("30", der("06", "2a864886f70d010702"), der("a0", signed));
  assert.deepEqual(readCms(hex(object)), { kind: "signed", content: null });
  const compressed = der("30", der("06", "2a864886f70d0109100109"));
  assert.deepEqual(readCms(hex(compressed)), { kind: "other", type: "1.2.840.113549.1.9.16.1.9" });
  assert.equal(readCms(hex(der("30", der("06", "2a864886f70d010702")))), null);
});

Deno.test("readCms() is null for what is none, at any cut, and never throws", () => {
  assert.equal(readCms(new Uint8Array()), null);
  assert.equal(readCms(new TextEncoder().encode("From: a mail")), null);
  for (let end = 0; end < SIGNED_STREAM.length; end += 7) readCms(SIGNED_STREAM.subarray(0, end));
  assert.equal(readCms(hex("3080".repeat(5000))), null);
});

/** A value in hex: tag, one octet of length, content. */
function der(tag: string, ...content: readonly string[]): string {
  const joined = content.join("");
  return tag + (joined.length / 2).toString(16).padStart(2, "0") + joined;
}

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}
