import assert from "node:assert/strict";
import { join } from "node:path";
import { LeaseLostError } from "../core/errors.ts";
import type { Finish } from "../core/state_port.ts";
import { accept, BOX, inFolder, inMemory, mail, manualClock, take, taken } from "./fixture.ts";
import { openState } from "./open.ts";

const issue = { id: "10001", key: "SUP-1" };
const created: Finish = { outcome: "created", reason: "a new conversation", filter: null, issue };
const filtered: Finish = { outcome: "filtered", reason: "on the blacklist", filter: "blacklist", issue: null };
const failed: Finish = {
  outcome: "failed",
  reason: "Jira refused it",
  filter: null,
  issue: null,
  step: "create-issue",
  error: "400",
};
const facts = {
  internetMessageId: "<a@x>",
  conversationId: "c1",
  identity: "ab".repeat(32),
  subject: "Help",
  from: "ada@example.com",
};

Deno.test("finish() stores the outcome and its issue for ever", () =>
  inMemory(async (state) => {
    const { id } = await taken(state);
    await state.finish(id, created);
    assert.deepEqual((await state.known(BOX, ["m1"])).get("m1"), {
      deliveryId: id,
      status: "finished",
      outcome: "created",
      filter: null,
      issue,
    });
    await assert.rejects(state.finish(id, filtered), LeaseLostError);
    assert.equal(await accept(state, mail("m1")), 0);
    assert.deepEqual(await take(state), []);
  }));

Deno.test("finish() frees whoever waits for the delivery", () =>
  inMemory(async (state, clock) => {
    const first = await taken(state, "m1");
    const second = await taken(state, "m2");
    const release = { notBefore: clock.now() + 60_000, countAttempt: false, waitingFor: `delivery:${first.id}` };
    await state.release(second.id, release);
    assert.deepEqual(await take(state), []);
    await state.finish(first.id, created);
    const [freed] = await take(state);
    assert.deepEqual([freed?.id, freed?.waitingFor], [second.id, null]);
  }));

Deno.test("finish() is refused while another run holds the delivery; release() then changes nothing", () =>
  inFolder(async (folder) => {
    const clock = manualClock();
    const slow = await openState({ path: join(folder, "a.db"), clock });
    const quick = await openState({ path: join(folder, "a.db"), clock });
    await slow.openMailbox(BOX, "2026-03-01T00:00:00Z");
    const { id } = await taken(slow);
    clock.move(120_000);
    assert.equal((await take(quick)).length, 1);
    await assert.rejects(slow.finish(id, created), LeaseLostError);
    await slow.release(id, { notBefore: 0, countAttempt: true });
    assert.deepEqual(await quick.renew([id], 1000), [id]);
    await quick.finish(id, created);
    await slow.close();
    await quick.close();
  }));

Deno.test("a delivery that begins to wait for one that has just ended is due at once", () =>
  inMemory(async (state, clock) => {
    const [one, two] = [await taken(state, "m1"), await taken(state, "m2")];
    await state.finish(one.id, created);
    await state.release(two.id, {
      notBefore: clock.now() + 60_000,
      countAttempt: false,
      waitingFor: `delivery:${one.id}`,
    });
    const [again] = await take(state);
    assert.deepEqual([again?.id, again?.waitingFor], [two.id, null]);
  }));

Deno.test("subject and sender are kept for failed mail only", () =>
  inMemory(async (state) => {
    const { id } = await taken(state);
    await state.describe(id, facts);
    await state.finish(id, failed);
    const [row] = await state.failed();
    assert.deepEqual([row?.subject, row?.from, row?.internetMessageId], ["Help", "ada@example.com", "<a@x>"]);
    assert.deepEqual([row?.step, row?.error, row?.mailbox], ["create-issue", "400", BOX]);
    assert.equal(await state.discardFailed(id), true);
    assert.deepEqual(await state.failed(), []);
    assert.equal((await state.known(BOX, ["m1"])).get("m1")?.outcome, "filtered");
    assert.equal(await state.discardFailed(id), false);
    assert.equal(await state.retryFailed(id), false);
  }));

Deno.test("retryFailed() goes on at the step that failed, with its receipts", () =>
  inMemory(async (state) => {
    const { id } = await taken(state);
    await state.startEffect({ key: "issue:1", deliveryId: id, kind: "issue", carried: { a: 1 } });
    await state.finishEffect("issue:1", issue);
    await state.finish(id, failed);
    const detail = await state.failedDetail(id);
    assert.deepEqual(detail?.effects.map((effect) => effect.receipt), [issue]);
    assert.equal(detail?.id, String(id));
    assert.equal(await state.retryFailed(id), true);
    assert.equal(await state.failedDetail(id), null);
    const [again] = await take(state);
    assert.deepEqual([again?.id, again?.step, again?.attempts], [id, "create-issue", 0]);
    assert.equal((await state.effectsOf(id)).length, 1);
  }));

Deno.test("a failure without a step names the last one that was stored", () =>
  inMemory(async (state, clock) => {
    const { id } = await taken(state);
    await state.release(id, { notBefore: clock.now(), countAttempt: true, step: "upload", error: "502" });
    await take(state);
    await state.finish(id, { outcome: "failed", reason: "gave up", filter: null, issue: null });
    const [row] = await state.failed();
    assert.deepEqual([row?.step, row?.error, row?.attempts], ["upload", "gave up", 2]);
  }));

Deno.test("claim() belongs to the first delivery, and passes on when that one failed or was filtered", () =>
  inMemory(async (state) => {
    const [one, two, three] = [await taken(state, "m1"), await taken(state, "m2"), await taken(state, "m3")];
    const { identity } = facts;
    assert.equal(await state.claim("project:SUP", identity, one.id), null);
    assert.equal(await state.claim("project:SUP", identity, one.id), null);
    assert.equal((await state.claim("project:SUP", identity, two.id))?.deliveryId, one.id);
    assert.equal(await state.claim("project:HR", identity, two.id), null);
    await state.finish(one.id, failed);
    assert.equal(await state.claim("project:SUP", identity, two.id), null);
    await state.finish(two.id, filtered);
    assert.equal(await state.claim("project:SUP", identity, three.id), null);
    await state.finish(three.id, created);
    const holder = await state.claim("project:SUP", identity, one.id);
    assert.deepEqual([holder?.deliveryId, holder?.known.issue], [three.id, issue]);
    assert.equal(await state.claim("project:SUP", "another", one.id), null);
  }));

Deno.test("unfinishedWithMessageId() finds unfinished mail by Message-ID, except oneself", () =>
  inMemory(async (state) => {
    const { id } = await taken(state, "m1", { messageId: "<a@x>" });
    const found = await state.unfinishedWithMessageId(["<b@x>", "<a@x>"], 0);
    assert.deepEqual(found, { deliveryId: id, receivedAt: "2026-03-01T00:01:00.000Z", waitingFor: null });
    assert.equal(await state.unfinishedWithMessageId(["<a@x>"], id), null);
    await state.finish(id, created);
    assert.equal(await state.unfinishedWithMessageId(["<a@x>"], 0), null);
  }));

Deno.test("counts() follows every change of an outcome", () =>
  inMemory(async (state) => {
    const [one, two, three] = [await taken(state, "m1"), await taken(state, "m2"), await taken(state, "m3")];
    await accept(state, mail("m4"), mail("old", { at: -5 }));
    await state.finish(one.id, created);
    await state.finish(two.id, { ...created, outcome: "commented" });
    await state.finish(three.id, failed);
    const counts = async () => {
      const [box] = await state.counts();
      return [box!.pending, box!.created, box!.commented, box!.filtered, box!.failed];
    };
    assert.deepEqual(await counts(), [1, 1, 1, 1, 1]);
    await state.retryFailed(three.id);
    assert.deepEqual(await counts(), [2, 1, 1, 1, 0]);
    await state.includeBeforeStart(BOX, "old");
    assert.deepEqual(await counts(), [3, 1, 1, 0, 0]);
  }));
