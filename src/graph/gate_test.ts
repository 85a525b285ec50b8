import assert from "node:assert/strict";
import { Gate, leaveAfter } from "./gate.ts";

Deno.test("Gate lets people in in their order, and never too many", async () => {
  const gate = new Gate(2);
  const inside: number[] = [];
  const leaves: (() => void)[] = [];
  for (const i of [1, 2, 3, 4]) {
    void gate.enter().then((leave) => {
      inside.push(i);
      leaves.push(leave);
    });
  }
  await Promise.resolve().then(() => {});
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(inside, [1, 2]);
  leaves[0]!();
  leaves[0]!();
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(inside, [1, 2, 3], "leaving twice counts once");
  gate.setCapacity(3);
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(inside, [1, 2, 3, 4]);
});

Deno.test("Gate forgets who gave up waiting", async () => {
  const gate = new Gate(1);
  const leave = await gate.enter();
  const stop = new AbortController();
  const waiting = gate.enter(stop.signal);
  stop.abort(new RangeError("enough"));
  await assert.rejects(waiting, RangeError);
  await assert.rejects(gate.enter(stop.signal), RangeError);
  leave();
  (await gate.enter())();
});

Deno.test("leaveAfter() leaves once: at the end, at a failure, when cancelled, when aborted", async () => {
  const bytes = () => new Blob(["abc"]).stream();
  let left = 0;
  const leave = () => left++;
  await new Response(leaveAfter(bytes(), leave)).text();
  assert.equal(left, 1);
  await leaveAfter(bytes(), leave).cancel();
  assert.equal(left, 2);
  const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("broken")) });
  await assert.rejects(new Response(leaveAfter(broken, leave)).text());
  assert.equal(left, 3);
  const stop = new AbortController();
  leaveAfter(bytes(), leave, stop.signal);
  stop.abort();
  assert.equal(left, 4);
});
