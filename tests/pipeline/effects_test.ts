import assert from "node:assert/strict";
import { HttpError, NetworkError } from "../../src/core/errors.ts";
import { EffectEngine, EffectInDoubt, type EffectPlan, type Hold } from "../../src/pipeline/effects.ts";
import { openState } from "../../src/state/open.ts";

const START = Date.parse("2026-11-24T10:00:00Z");

async function setup() {
  let now = START;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const state = await openState({ path: ":memory:", clock });
  await state.openMailbox("support@example.com", "2026-01-01T00:00:00Z");
  await state.accept({
    mailbox: "support@example.com",
    folder: "inbox",
    messages: [{ id: "m1", receivedAt: "2026-11-24T09:00:00Z", conversationId: null, internetMessageId: null }],
  });
  let proofs = 0;
  const engine = new EffectEngine({
    state,
    clock,
    reconcileDelayMs: 120_000,
    proveIdentity() {
      proofs++;
      return Promise.resolve();
    },
  });
  const take = async () =>
    (await state.take({ limit: 1, leaseMs: 10_000_000, mailboxes: ["support@example.com"] }))[0]!;
  const delivery = await take();
  const hold: Hold = { deliveryId: delivery.id, signal: new AbortController().signal, ensure: () => Promise.resolve() };
  return { engine, state, hold, proofs: () => proofs, advance: (ms: number) => (now += ms) };
}

/** A world in which the write takes effect or not, whatever the answer. */
function plan(
  world: { written: number; found: boolean; answers: (Error | string)[] },
  more: Partial<EffectPlan<string>> = {},
): EffectPlan<string> {
  return {
    key: "d1/issue",
    kind: "issue",
    carried: {},
    write() {
      world.written++;
      const answer = world.answers.shift() ?? "SUP-1";
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    look: () => Promise.resolve(world.found ? "SUP-1" : null),
    ...more,
  };
}

const lost = () => new NetworkError("jira", "POST", "/issue", "reset", "connection closed");
const refused = (status: number) =>
  new HttpError({ destination: "jira", method: "POST", path: "/issue", status, code: "", vendorMessage: "" });

Deno.test("EffectEngine writes once, and gives the receipt when asked again", async () => {
  const { engine, hold, state } = await setup();
  const world = { written: 0, found: false, answers: [] };
  assert.equal(await engine.perform(hold, plan(world)), "SUP-1");
  assert.equal(await engine.perform(hold, plan(world)), "SUP-1");
  assert.equal(world.written, 1);
  await state.close();
});

Deno.test("EffectEngine finds a write whose answer was lost, and does not repeat it", async () => {
  const { engine, hold, state } = await setup();
  const world = { written: 0, found: true, answers: [lost()] };
  await assert.rejects(engine.perform(hold, plan(world)), EffectInDoubt);
  assert.equal(await engine.perform(hold, plan(world)), "SUP-1");
  assert.equal(world.written, 1);
  await state.close();
});

Deno.test("EffectEngine repeats a write only after two empty looks, the last when the delay is over, as ourselves", async () => {
  const { engine, hold, state, advance, proofs } = await setup();
  const world = { written: 0, found: false, answers: [lost()] };
  await assert.rejects(engine.perform(hold, plan(world)), EffectInDoubt);
  await assert.rejects(engine.perform(hold, plan(world)), EffectInDoubt);
  await assert.rejects(engine.perform(hold, plan(world)), EffectInDoubt, "two looks, but too early");
  assert.equal(world.written, 1);
  advance(120_000);
  assert.equal(await engine.perform(hold, plan(world)), "SUP-1");
  assert.equal(world.written, 2);
  assert.ok(proofs() >= 2);
  await state.close();
});

Deno.test("EffectEngine counts the delay to the beginning of a look, not to its end", async () => {
  const { engine, hold, advance } = await setup();
  const world = { written: 0, found: false, answers: [lost()] };
  await assert.rejects(engine.perform(hold, plan(world)), EffectInDoubt);
  await assert.rejects(engine.perform(hold, plan(world)), EffectInDoubt);
  advance(119_000);
  const slow = plan(world, {
    look() {
      advance(5_000);
      return Promise.resolve(null);
    },
  });
  await assert.rejects(engine.perform(hold, slow), EffectInDoubt);
  assert.equal(world.written, 1);
});

Deno.test("EffectEngine believes a part of a write to be all of it only when the delay is over", async () => {
  const { engine, hold, advance } = await setup();
  const world = { written: 0, found: true, answers: [lost()] };
  const part = plan(world, { isWhole: () => false });
  await assert.rejects(engine.perform(hold, part), EffectInDoubt);
  await assert.rejects(engine.perform(hold, part), EffectInDoubt);
  await assert.rejects(engine.perform(hold, part), EffectInDoubt);
  advance(120_000);
  assert.equal(await engine.perform(hold, part), "SUP-1");
  assert.equal(world.written, 1);
});

Deno.test("EffectEngine lets a clear refusal through and forgets the write", async () => {
  const { engine, hold, state } = await setup();
  const world = { written: 0, found: false, answers: [refused(400), refused(429)] };
  await assert.rejects(engine.perform(hold, plan(world)), HttpError);
  assert.equal(await state.effect("d1/issue"), null);
  await assert.rejects(engine.perform(hold, plan(world)), HttpError);
  assert.equal(await state.effect("d1/issue"), null);
  assert.equal(await engine.perform(hold, plan(world)), "SUP-1");
  await state.close();
});

Deno.test("EffectEngine takes the refusal of a repeated write for the echo of the first, if that is found", async () => {
  const { engine, hold, state, advance } = await setup();
  const world = { written: 0, found: false, answers: [lost(), refused(404)] };
  await assert.rejects(engine.perform(hold, plan(world)), EffectInDoubt);
  await assert.rejects(engine.perform(hold, plan(world)), EffectInDoubt);
  advance(200_000);
  const late = plan(world, {
    look: () => Promise.resolve(world.written >= 2 ? "SUP-1" : null),
  });
  assert.equal(await engine.perform(hold, late), "SUP-1");
  await state.close();
});

Deno.test("EffectEngine believes nothing while the look-up fails: a pause never counts as absent", async () => {
  const { engine, hold, state, advance } = await setup();
  const world = { written: 0, found: false, answers: [lost()] };
  await assert.rejects(engine.perform(hold, plan(world)), EffectInDoubt);
  const blind = plan(world, { look: () => Promise.reject(refused(503)) });
  for (let i = 0; i < 4; i++) {
    advance(200_000);
    await assert.rejects(engine.perform(hold, blind), EffectInDoubt);
  }
  assert.equal(world.written, 1);
  advance(24 * 60 * 60 * 1000);
  await assert.rejects(engine.perform(hold, blind), HttpError, "a doubt that cannot be settled ends as a failure");
  await state.close();
});
