import assert from "node:assert/strict";
import { LeaseLostError } from "../core/errors.ts";
import { accept, inMemory, mail, taken } from "./fixture.ts";

Deno.test("startEffect() writes a pending row first; finishEffect() adds the receipt", () =>
  inMemory(async (state, clock) => {
    const { id } = await taken(state);
    const started = await state.startEffect({ key: "k", deliveryId: id, kind: "issue", carried: { hash: "x" } });
    assert.deepEqual(started, {
      key: "k",
      deliveryId: id,
      kind: "issue",
      status: "pending",
      carried: { hash: "x" },
      receipt: null,
      startedAt: clock.now(),
      doubtfulAt: null,
      emptyLooks: 0,
      firstEmptyLookAt: null,
      writes: 1,
    });
    await state.finishEffect("k", { id: "10001" });
    const done = await state.effect("k");
    assert.deepEqual([done?.status, done?.receipt], ["done", { id: "10001" }]);
    assert.deepEqual((await state.effectsOf(id)).map((effect) => effect.key), ["k"]);
  }));

Deno.test("startEffect() counts another write and clears the doubt, the looks and what was carried", () =>
  inMemory(async (state, clock) => {
    const { id } = await taken(state);
    const start = { key: "k", deliveryId: id, kind: "comment" as const, carried: 1 };
    await state.startEffect(start);
    await state.doubtEffect("k", clock.now() + 60);
    await state.emptyLook("k", clock.now() + 100);
    const looked = await state.emptyLook("k", clock.now() + 200);
    assert.deepEqual([looked.emptyLooks, looked.firstEmptyLookAt], [2, clock.now() + 100]);
    assert.equal(looked.doubtfulAt, clock.now() + 60);
    clock.move(1000);
    const again = await state.startEffect({ ...start, carried: 2 });
    assert.deepEqual([again.writes, again.doubtfulAt, again.emptyLooks, again.firstEmptyLookAt], [2, null, 0, null]);
    assert.deepEqual([again.carried, again.startedAt], [2, clock.now()]);
  }));

Deno.test("startEffect() is refused without a valid lease", () =>
  inMemory(async (state, clock) => {
    const { id } = await taken(state, "m1");
    const start = { key: "k", deliveryId: id, kind: "issue" as const, carried: null };
    clock.move(120_000);
    await assert.rejects(state.startEffect(start), LeaseLostError);
    assert.equal(await state.effect("k"), null);
    await accept(state, mail("m2"));
    await assert.rejects(state.startEffect({ ...start, deliveryId: id + 1 }), LeaseLostError);
    await assert.rejects(state.startEffect({ ...start, deliveryId: 999 }), LeaseLostError);
  }));

Deno.test("startEffect() never starts an effect that has its receipt", () =>
  inMemory(async (state) => {
    const { id } = await taken(state);
    const start = { key: "k", deliveryId: id, kind: "issue" as const, carried: null };
    await state.startEffect(start);
    await state.finishEffect("k", null);
    await assert.rejects(state.startEffect(start), /receipt/);
    assert.equal((await state.effect("k"))?.status, "done");
    await state.dropEffect("k");
    await state.doubtEffect("k", 1);
    assert.deepEqual([(await state.effect("k"))?.status, (await state.effect("k"))?.doubtfulAt], ["done", null]);
  }));

Deno.test("a late receipt is taken although the lease is over", () =>
  inMemory(async (state, clock) => {
    const { id } = await taken(state);
    await state.startEffect({ key: "k", deliveryId: id, kind: "issue", carried: null });
    clock.move(500_000);
    await state.finishEffect("k", { id: "1" });
    assert.equal((await state.effect("k"))?.status, "done");
    await assert.rejects(state.finishEffect("unknown", null), /never started/);
  }));

Deno.test("dropEffect() removes what was clearly not executed", () =>
  inMemory(async (state) => {
    const { id } = await taken(state);
    await state.startEffect({ key: "k", deliveryId: id, kind: "issue", carried: null });
    await state.dropEffect("k");
    assert.equal(await state.effect("k"), null);
    await assert.rejects(state.emptyLook("k", 1), /never started/);
  }));

Deno.test("countEffects() counts a scope since a moment", () =>
  inMemory(async (state, clock) => {
    const { id } = await taken(state);
    const start = { deliveryId: id, kind: "acknowledgement" as const, carried: null, scope: "ack:ada@example.com" };
    await state.startEffect({ ...start, key: "a" });
    clock.move(1000);
    await state.startEffect({ ...start, key: "b" });
    await state.startEffect({ ...start, key: "c", scope: "ack:bob@example.com" });
    assert.equal(await state.countEffects("ack:ada@example.com", clock.now() - 1000), 2);
    assert.equal(await state.countEffects("ack:ada@example.com", clock.now() - 999), 1);
  }));

Deno.test("issuesWritten() tells the issues whose receipts are there, of writes started since then", () =>
  inMemory(async (state, clock) => {
    const { id } = await taken(state);
    const start = async (key: string, kind: "issue" | "comment", receipt: unknown) => {
      await state.startEffect({ key, deliveryId: id, kind, carried: null });
      if (receipt !== undefined) await state.finishEffect(key, receipt);
    };
    await start("old", "issue", { id: "1", key: "SUP-1" });
    clock.move(1000);
    const since = clock.now();
    await start("a", "issue", { id: "2", key: "SUP-2" });
    await start("b", "issue", undefined);
    await start("c", "issue", null);
    await start("d", "comment", { id: "3" });
    assert.deepEqual(await state.issuesWritten(since), new Set(["2"]));
  }));
