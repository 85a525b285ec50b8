import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Redactor } from "./redact.ts";

function redactor(...secrets: readonly string[]): Redactor {
  const made = new Redactor();
  for (const secret of secrets) made.add(secret);
  return made;
}

Deno.test("redact() hides a known secret in every form it travels in", () => {
  const secret = 'p+s/w"0rd~ä';
  const redact = (text: string) => redactor(secret).redact(text);
  assert.equal(redact(`sent ${secret} to`), "sent ****** to");
  assert.equal(redact(`x=${encodeURIComponent(secret)}&y`), "x=******&y");
  assert.equal(redact(`raw ${Buffer.from(secret).toString("base64")}`), "raw ******");
  assert.equal(redact(JSON.stringify({ it: secret })), '{"it":"******"}');
});

Deno.test("redact() hides the longer of two nested secrets as a whole", () => {
  assert.equal(redactor("abcdef", "abcdefghi").redact("x abcdefghi abcdef"), "x ****** ******");
});

Deno.test("add() ignores what is too short to be a secret", () => {
  assert.equal(redactor("", "a", "     ").redact("a banana"), "a banana");
});

Deno.test("redact() hides credentials that nobody announced", () => {
  const redact = (text: string) => redactor().redact(text);
  assert.equal(redact("Authorization: Bearer abc.def"), "Authorization: Bearer ******");
  assert.equal(redact('"authorization":"Basic dXNlcjpwYXNz"'), '"authorization":"Basic ******"');
  assert.equal(redact("with Bearer 0123456789abcdefXYZ failed"), "with Bearer ****** failed");
  assert.equal(redact("got eyJhbGciOi.eyJzdWIiOi.c2ln"), "got ******");
  assert.equal(redact("client_secret=abc~123.456&x=1"), "client_secret=******&x=1");
  assert.equal(redact('{"refresh_token":"0.AXYZ12345"}'), '{"refresh_token":"******"}');
  assert.equal(redact("GET /nativeclient?code=0.AXYZ12345&state=1"), "GET /nativeclient?code=******&state=1");
  assert.equal(redact("http://user:pass@proxy:3128"), "http://******@proxy:3128");
  assert.equal(redact("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----!"), "******!");
});

Deno.test("redact() leaves ordinary sentences alone", () => {
  const plain =
    "Refreshed access token, valid until 2026-03-02T10:00:00Z; basic settings of https://x.com/a:b are fine.";
  assert.equal(redactor().redact(plain), plain);
});

Deno.test("redactValue() hides fields with telling names, keeps numbers, and ends on deep values", () => {
  const made = redactor("hunter22");
  const cyclic: Record<string, unknown> = { name: "x" };
  cyclic["self"] = cyclic;
  assert.deepEqual(made.redactValue({ accessToken: "abc", tokens: 3, list: ["hunter22"], at: new Date(0) }), {
    accessToken: "******",
    tokens: 3,
    list: ["******"],
    at: "1970-01-01T00:00:00.000Z",
  });
  assert.ok(JSON.stringify(made.redactValue(cyclic)).includes("…"));
  assert.equal(
    made.redactValue(new Error("no hunter22", { cause: new TypeError("inner") })),
    "Error: no ******; because of TypeError: inner",
  );
});
