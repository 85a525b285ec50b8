import assert from "node:assert/strict";
import { dayBefore, validityOf } from "./expiry.ts";

const DAY = 24 * 60 * 60 * 1000;
const END = Date.parse("2027-03-01T12:00:00Z");

Deno.test("a certificate's end is announced 30, 14, 7 and 1 days before", () => {
  const announced = [31, 30, 29, 15, 14, 8, 7, 2, 1, 0.5].map((days) => dayBefore(END, END - days * DAY));
  assert.deepEqual(announced, [null, 30, 30, 30, 14, 14, 7, 7, 1, 1]);
});

Deno.test("what is no certificate has no end", () => {
  assert.equal(validityOf("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"), null);
  assert.equal(validityOf(""), null);
});
