import assert from "node:assert/strict";
import type { Clock } from "../core/clock.ts";
import { StateError } from "../core/errors.ts";
import { whenWritable } from "./state_trouble.ts";

function recordingClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => 0,
    sleep(ms) {
      waits.push(ms);
      return Promise.resolve();
    },
  };
}

Deno.test("whenWritable() waits longer and longer, at most a minute, until the state can be written", async () => {
  const clock = recordingClock();
  let left = 8;
  const work = () => left-- > 0 ? Promise.reject(new StateError("full", "full")) : Promise.resolve("done");
  assert.equal(await whenWritable(work, { clock, signal: new AbortController().signal }), "done");
  assert.deepEqual(clock.waits, [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000));
});

Deno.test("whenWritable() waits for nothing that only a person can mend", async () => {
  for (const kind of ["corrupt", "foreign", "newer"] as const) {
    const clock = recordingClock();
    const work = () => Promise.reject(new StateError(kind, kind));
    await assert.rejects(whenWritable(work, { clock, signal: new AbortController().signal }), { kind });
    assert.deepEqual(clock.waits, []);
  }
});

Deno.test("whenWritable() ends with its last error when it is stopped", async () => {
  const stop = new AbortController();
  const clock = { ...recordingClock(), sleep: () => Promise.resolve(stop.abort()) };
  const work = () => Promise.reject(new StateError("locked", "busy"));
  await assert.rejects(whenWritable(work, { clock, signal: stop.signal }), { kind: "busy" });
});
