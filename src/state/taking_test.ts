import assert from "node:assert/strict";
import { join } from "node:path";
import { accept, BOX, inFolder, inMemory, mail, manualClock, take, taken } from "./fixture.ts";
import { openState } from "./open.ts";

const ids = (deliveries: readonly { messageId: string }[]) => deliveries.map((delivery) => delivery.messageId);

Deno.test("take() leases the oldest first, at most so many, of the mailboxes asked for", () =>
  inMemory(async (state) => {
    await accept(state, mail("b", { at: 20 }), mail("a", { at: 10 }), mail("c", { at: 30 }));
    assert.deepEqual(await state.take({ limit: 5, leaseMs: 1000, mailboxes: ["other@example.com"] }), []);
    assert.deepEqual(ids(await take(state, 2)), ["a", "b"]);
    assert.deepEqual(ids(await take(state, 2)), ["c"]);
    assert.deepEqual(await take(state, 2), []);
  }));

Deno.test("take() tells everything that was accepted", () =>
  inMemory(async (state) => {
    const delivery = await taken(state, "m1", { at: 5, conversation: "c1", messageId: " <a@x> " });
    assert.deepEqual(delivery, {
      id: delivery.id,
      mailbox: BOX,
      folder: "inbox",
      messageId: "m1",
      receivedAt: "2026-03-01T00:00:05.000Z",
      internetMessageId: "<a@x>",
      conversationId: "c1",
      attempts: 0,
      waitingFor: null,
      includeBeforeStart: false,
      step: null,
    });
  }));

Deno.test("take() leases one delivery of a conversation at a time, the oldest", () =>
  inMemory(async (state) => {
    const c1 = { conversation: "c1" };
    await accept(state, mail("a2", { ...c1, at: 2 }), mail("a1", { ...c1, at: 1 }), mail("b", { conversation: "c2" }));
    assert.deepEqual(ids(await take(state)), ["a1", "b"]);
    assert.deepEqual(await take(state), []);
  }));

Deno.test("take() does not hold one mailbox up for the same conversation id in another", () =>
  inMemory(async (state) => {
    await state.openMailbox("other@example.com", "2026-03-01T00:00:00Z");
    const messages = [mail("m1", { conversation: "c1" })];
    await accept(state, ...messages);
    await state.accept({ mailbox: "other@example.com", folder: "inbox", messages });
    assert.equal((await state.take({ limit: 5, leaseMs: 1000, mailboxes: [BOX, "other@example.com"] })).length, 2);
  }));

Deno.test("an older delivery of the conversation that backs off holds up the younger ones, a waiting one does not", () =>
  inMemory(async (state, clock) => {
    const first = await taken(state, "a1", { conversation: "c1", at: 1 });
    await accept(state, mail("a2", { conversation: "c1", at: 2 }));
    await state.release(first.id, { notBefore: clock.now() + 5000, countAttempt: true });
    assert.deepEqual(await take(state), []);
    assert.equal(await state.nextDue([BOX]), clock.now() + 5000);
    clock.move(5000);
    const again = await take(state);
    assert.deepEqual(ids(again), ["a1"]);
    assert.equal(again[0]?.attempts, 1);
    await state.release(first.id, { notBefore: clock.now() + 5000, countAttempt: false, waitingFor: "round:1" });
    assert.equal(await state.nextDue([BOX]), 0);
    assert.deepEqual(ids(await take(state)), ["a2"]);
  }));

Deno.test("take() never leases a waiting delivery together with a younger one of its conversation", () =>
  inMemory(async (state, clock) => {
    const first = await taken(state, "a1", { conversation: "c1", at: 1 });
    await accept(state, mail("a2", { conversation: "c1", at: 2 }));
    await state.release(first.id, { notBefore: clock.now(), countAttempt: false, waitingFor: "round:1" });
    assert.deepEqual(ids(await take(state)), ["a1"]);
  }));

Deno.test("a delivery that was learnt to belong to a conversation waits for its turn in it", () =>
  inMemory(async (state) => {
    const first = await taken(state, "a1", { at: 1 });
    await accept(state, mail("a2", { conversation: "c1", at: 2 }));
    const facts = { internetMessageId: null, identity: null, subject: null, from: null };
    await state.describe(first.id, { ...facts, conversationId: "c1" });
    assert.deepEqual(await take(state), []);
    await state.finish(first.id, { outcome: "filtered", reason: "no", filter: "blacklist", issue: null });
    assert.deepEqual(ids(await take(state)), ["a2"]);
  }));

Deno.test("a lease that is over is taken again, and what was pending is in doubt", () =>
  inMemory(async (state, clock) => {
    const delivery = await taken(state);
    await state.startEffect({ key: "k", deliveryId: delivery.id, kind: "issue", carried: null });
    clock.move(119_999);
    assert.deepEqual(await take(state), []);
    clock.move(1);
    assert.equal(await state.nextDue([BOX]), clock.now());
    assert.deepEqual(ids(await take(state)), ["m1"]);
    assert.equal((await state.effect("k"))?.doubtfulAt, clock.now());
  }));

Deno.test("renew() prolongs our own leases and tells which are still ours", () =>
  inFolder(async (folder) => {
    const clock = manualClock();
    const path = join(folder, "a.db");
    const one = await openState({ path, clock });
    const two = await openState({ path, clock });
    await one.openMailbox(BOX, "2026-03-01T00:00:00Z");
    await accept(one, mail("m1"), mail("m2"));
    const [first, second] = await take(one);
    clock.move(100_000);
    assert.deepEqual(await one.renew([first!.id], 120_000), [first!.id]);
    clock.move(30_000);
    assert.deepEqual(ids(await take(two)), ["m2"]);
    assert.deepEqual(await one.renew([first!.id, second!.id], 120_000), [first!.id]);
    assert.deepEqual(await two.renew([first!.id], 120_000), []);
    await one.close();
    await two.close();
  }));

Deno.test("nextDue() is the moment at which take() would give something", () =>
  inMemory(async (state, clock) => {
    assert.equal(await state.nextDue([BOX]), null);
    const delivery = await taken(state);
    assert.equal(await state.nextDue([BOX]), null);
    await state.release(delivery.id, { notBefore: clock.now() + 7000.5, countAttempt: false });
    const due = await state.nextDue([BOX]);
    assert.equal(due, clock.now() + 7001);
    assert.deepEqual(await take(state), []);
    clock.move(7001);
    assert.deepEqual(ids(await take(state)), ["m1"]);
  }));

Deno.test("nextDue() leaves out mail that is held up by its conversation", () =>
  inMemory(async (state) => {
    await accept(state, mail("a1", { conversation: "c1", at: 1 }), mail("a2", { conversation: "c1", at: 2 }));
    await take(state);
    assert.equal(await state.nextDue([BOX]), null);
  }));
