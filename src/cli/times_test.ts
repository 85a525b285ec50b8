import assert from "node:assert/strict";
import { ago, localTime, parseIsoTime, withLocalTimes } from "./times.ts";

Deno.test("parseIsoTime() takes dates and times, with and without zone", () => {
  assert.equal(parseIsoTime("2026-03-01"), "2026-03-01T00:00:00.000Z");
  assert.equal(parseIsoTime(" 2026-03-01T08:30Z "), "2026-03-01T08:30:00.000Z");
  assert.equal(parseIsoTime("2026-03-01T08:30:15.5+02:00"), "2026-03-01T06:30:15.500Z");
  assert.equal(parseIsoTime("2026-03-01T08:30:15-0130"), "2026-03-01T10:00:15.000Z");
  assert.equal(parseIsoTime("2026-03-01T08:30"), new Date(2026, 2, 1, 8, 30).toISOString());
});

Deno.test("parseIsoTime() refuses what is no date", () => {
  for (const text of ["", "yesterday", "1", "2026-02-30", "2026-13-01", "01/03/2026", "2026-03-01T25:00Z", "2026"]) {
    assert.equal(parseIsoTime(text), null, text);
  }
});

Deno.test("ago() names the largest unit that has passed", () => {
  const now = Date.parse("2026-03-02T10:00:00Z");
  assert.equal(ago("2026-03-02T10:00:00Z", now), "0 seconds ago");
  assert.equal(ago("2026-03-02T09:59:59Z", now), "1 second ago");
  assert.equal(ago("2026-03-02T09:58:01Z", now), "1 minute ago");
  assert.equal(ago("2026-03-02T07:00:00Z", now), "3 hours ago");
  assert.equal(ago("2026-02-28T10:00:00Z", now), "2 days ago");
  // Clocks differ; nothing was read in the future.
  assert.equal(ago("2026-03-02T10:00:05Z", now), "0 seconds ago");
});

Deno.test("localTime() is this machine's time, and leaves alone what is no time", () => {
  assert.equal(localTime(new Date(2026, 2, 2, 9, 5, 7).toISOString()), "2026-03-02 09:05:07");
  assert.equal(localTime("unknown"), "unknown");
});

Deno.test("withLocalTimes() tells every time of a sentence as a person reads it", () => {
  const [from, to] = ["2026-03-02T10:00:00.000Z", "2026-03-02T11:00:00Z"];
  assert.equal(
    withLocalTimes(`Good from ${from} until ${to}.`),
    `Good from ${localTime(from)} until ${localTime(to)}.`,
  );
  assert.equal(withLocalTimes("No time."), "No time.");
});
