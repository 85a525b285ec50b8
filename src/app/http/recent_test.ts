import assert from "node:assert/strict";
import { Recent } from "./recent.ts";

function clockAt(start: number) {
  let now = start;
  return {
    now: () => now,
    sleep: () => Promise.resolve(),
    go: (ms: number) => {
      now += ms;
    },
  };
}

Deno.test("Recent counts by slot, forgets what is old, and starts at any time", () => {
  for (const start of [0, 1_999, 1_795_508_641_234]) {
    const clock = clockAt(start - start % 1_000);
    const recent = new Recent(clock, 1_000, 3);
    recent.add();
    recent.add();
    clock.go(1_000);
    recent.add();
    assert.deepEqual(recent.slots(), [0, 2, 1]);
    clock.go(1_000);
    assert.deepEqual(recent.slots(), [2, 1, 0]);
    clock.go(1_000);
    recent.add();
    assert.deepEqual(recent.slots(), [1, 0, 1]);
    clock.go(3_600_000);
    assert.equal(recent.sum(), 0);
  }
});

Deno.test("Recent survives a clock that is set back", () => {
  const clock = clockAt(100_000);
  const recent = new Recent(clock, 1_000, 3);
  recent.add();
  clock.go(-50_000);
  recent.add();
  assert.equal(recent.sum(), 2);
  clock.go(51_000);
  assert.deepEqual(recent.slots(), [0, 2, 0]);
});
