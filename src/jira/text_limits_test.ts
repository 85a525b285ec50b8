import assert from "node:assert/strict";
import { HttpError } from "../core/errors.ts";
import { ATTACHMENT_TOO_LARGE } from "./client.ts";
import { textLength, textTooLong } from "./text_limits.ts";

function refusal(
  init: { fieldErrors?: Record<string, string>; vendorMessage?: string; status?: number; code?: string },
) {
  const { fieldErrors = {}, vendorMessage = Object.values(fieldErrors).join(" "), status = 400, code = "" } = init;
  return new HttpError({ destination: "jira", method: "POST", path: "/", status, code, vendorMessage, fieldErrors });
}

Deno.test("textTooLong() learns the limit from Jira's words, whatever the language of the account", () => {
  const english = "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";
  assert.deepEqual(textTooLong(refusal({ fieldErrors: { description: english } })), { limit: 32_767 });
  assert.deepEqual(textTooLong(refusal({ fieldErrors: { comment: english.replace("32,767", "5000") } })), {
    limit: 5000,
  });
  const german = "Der eingegebene Text ist zu lang. Er überschreitet die zulässige Grenze von 32.767 Zeichen.";
  assert.deepEqual(textTooLong(refusal({ fieldErrors: { description: german } })), { limit: 32_767 });
  const french = "Le texte saisi est trop long (32\u00a0767 caractères).";
  assert.deepEqual(textTooLong(refusal({ fieldErrors: { environment: french } })), { limit: 32_767 });
  assert.deepEqual(textTooLong(refusal({ vendorMessage: "CONTENT_LIMIT_EXCEEDED" })), { limit: null });
});

Deno.test("textTooLong() does not take another refusal for one of length", () => {
  assert.equal(textTooLong(refusal({ fieldErrors: { summary: "Summary must be less than 255 characters." } })), null);
  assert.equal(textTooLong(refusal({ fieldErrors: { description: "Description is required." } })), null);
  const file = "The field file exceeds its maximum permitted size of 11564000 bytes.";
  assert.equal(textTooLong(refusal({ vendorMessage: file, status: 413, code: ATTACHMENT_TOO_LARGE })), null);
  assert.equal(textTooLong(refusal({ vendorMessage: "too long", status: 500 })), null);
});

Deno.test("textLength() counts the serialised document on Cloud and the markup on Server", () => {
  const content = { type: "doc", version: 1, content: [] } as const;
  assert.equal(textLength({ format: "adf", content }), '{"type":"doc","version":1,"content":[]}'.length);
  assert.equal(textLength({ format: "wiki", content: "*b* 😀" }), 6);
});
