import assert from "node:assert/strict";
import type { Clock } from "../core/clock.ts";
import { Gate, IssuePace } from "./gate.ts";

Deno.test("Gate lets no more in than its limit, first come first served", async () => {
  const gate = new Gate(2);
  const order: number[] = [];
  let inside = 0;
  let most = 0;
  await Promise.all([1, 2, 3, 4, 5].map(async (number) => {
    const leave = await gate.enter();
    order.push(number);
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 1));
    inside--;
    leave();
    leave();
  }));
  assert.equal(most, 2);
  assert.deepEqual(order, [1, 2, 3, 4, 5]);
});

Deno.test("Gate forgets who stopped waiting, and keeps their room for others", async () => {
  const gate = new Gate(1);
  const leave = await gate.enter();
  const controller = new AbortController();
  const stopped = gate.enter(controller.signal);
  const patient = gate.enter();
  controller.abort(new Error("stopped"));
  await assert.rejects(stopped, /stopped/);
  leave();
  (await patient)();
  (await gate.enter())();
  await assert.rejects(gate.enter(controller.signal), /stopped/);
});

function jumpingClock(): Clock & { slept: number } {
  let now = 1_000_000;
  return {
    slept: 0,
    now: () => now,
    sleep(ms) {
      now += ms;
      this.slept += ms;
      return Promise.resolve();
    },
  };
}

Deno.test("IssuePace never begins more than 20 writes to one issue within 2 s, nor 100 within 30 s", async () => {
  const clock = jumpingClock();
  const pace = new IssuePace(clock);
  const begun: number[] = [];
  for (let i = 0; i < 240; i++) {
    await pace.turn("10001");
    begun.push(clock.now());
  }
  for (let i = 20; i < begun.length; i++) assert.ok(begun[i]! - begun[i - 20]! >= 2_000);
  for (let i = 100; i < begun.length; i++) assert.ok(begun[i]! - begun[i - 100]! >= 30_000);
});

Deno.test("IssuePace lets other issues go on at once", async () => {
  const clock = jumpingClock();
  const pace = new IssuePace(clock);
  for (let i = 0; i < 20; i++) await pace.turn("10001");
  for (let i = 0; i < 1_000; i++) await pace.turn(String(20_000 + i));
  assert.equal(clock.slept, 0);
});
