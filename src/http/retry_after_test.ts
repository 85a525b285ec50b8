import assert from "node:assert/strict";
import { parseRetryAfter, retryAfterOf } from "./retry_after.ts";

const NOW = Date.parse("2026-11-24T10:00:00Z");

Deno.test("parseRetryAfter() reads seconds, fractions and HTTP dates", () => {
  assert.equal(parseRetryAfter("10", NOW), 10_000);
  assert.equal(parseRetryAfter("2.128", NOW), 2_128);
  assert.equal(parseRetryAfter(" 0 ", NOW), 0);
  assert.equal(parseRetryAfter("Tue, 24 Nov 2026 10:00:30 GMT", NOW), 30_000);
  assert.equal(parseRetryAfter("Tue, 24 Nov 2026 09:00:00 GMT", NOW), 0);
});

Deno.test("parseRetryAfter() takes nothing for nothing", () => {
  for (const value of [null, "", "soon", "-5", "1e9x"]) assert.equal(parseRetryAfter(value, NOW), undefined);
});

Deno.test("retryAfterOf() compares a date with the answer's own clock", () => {
  const headers = new Headers({
    "retry-after": "Tue, 24 Nov 2026 12:00:05 GMT",
    date: "Tue, 24 Nov 2026 12:00:00 GMT",
  });
  assert.equal(retryAfterOf(503, headers, NOW), 5_000);
});

Deno.test("retryAfterOf() takes Jira's reset time only for a 429 without Retry-After", () => {
  const headers = new Headers({ "x-ratelimit-reset": "2026-11-24T10:00:07Z" });
  assert.equal(retryAfterOf(429, headers, NOW), 7_000);
  assert.equal(retryAfterOf(200, headers, NOW), undefined);
  headers.set("retry-after", "1");
  assert.equal(retryAfterOf(429, headers, NOW), 1_000);
});
