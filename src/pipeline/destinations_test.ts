import assert from "node:assert/strict";
import type { Clock } from "../core/clock.ts";
import type { State } from "../core/state_port.ts";
import { Destinations } from "./destinations.ts";

const DOWN = new Error("connection refused");

/** The clock stands still unless it is set; the only state that is asked keeps nothing. */
function paused(probe: () => Promise<void>) {
  const clock = { at: 0, now: () => clock.at, sleep: () => Promise.resolve() };
  const state = { setPause: () => Promise.resolve(), clearPause: () => Promise.resolve() };
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const destinations = new Destinations({
    state: state as unknown as State,
    clock: clock as unknown as Clock,
    log: { info: say, warn: say, error: say, debug: say },
    probe,
  });
  return { destinations, clock, said };
}

Deno.test("twelve mails that fail at once pause a destination once, and the first probe comes after a second", async () => {
  const { destinations, said } = paused(() => Promise.resolve());
  for (let i = 0; i < 12; i++) await destinations.pause("jira", "", "down", DOWN);
  assert.equal(destinations.blockedUntil("jira", ""), 1_000);
  assert.equal(said.length, 1);
});

Deno.test("only failed probes make the time until the next one longer", async () => {
  const { destinations, clock } = paused(() => Promise.reject(DOWN));
  await destinations.pause("jira", "", "down", DOWN);
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    clock.at = destinations.blockedUntil("jira", "")!;
    await destinations.probe(new AbortController().signal);
    await destinations.pause("jira", "", "down", DOWN);
    waits.push(destinations.blockedUntil("jira", "")! - clock.at);
  }
  assert.deepEqual(waits, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});
