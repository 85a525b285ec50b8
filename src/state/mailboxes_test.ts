import assert from "node:assert/strict";
import { accept, BOX, inMemory, mail, START, take, taken } from "./fixture.ts";

Deno.test("openMailbox() fixes the start once; later calls return what is stored", () =>
  inMemory(async (state) => {
    const again = await state.openMailbox("Support@Example.com", "2026-05-01T00:00:00Z");
    assert.equal(again.startedAt, "2026-03-01T00:00:00.000Z");
    assert.equal(again.address, "Support@Example.com");
    assert.equal((await state.mailbox(BOX))?.lastSyncAt, null);
    assert.equal(await state.mailbox("nobody@example.com"), null);
  }));

Deno.test("accept() stores each mail of a mailbox once and counts the new ones", () =>
  inMemory(async (state) => {
    assert.equal(await accept(state, mail("m1"), mail("m2"), mail("m1")), 2);
    assert.equal(await accept(state, mail("m2"), mail("m3")), 1);
    await state.openMailbox("other@example.com", "2026-03-01T00:00:00Z");
    assert.equal(await state.accept({ mailbox: "other@example.com", folder: "inbox", messages: [mail("m1")] }), 1);
    assert.equal(await state.unfinished([BOX]), 3);
    assert.equal(await state.unfinished([BOX, "other@example.com", BOX.toUpperCase()]), 4);
  }));

Deno.test("accept() saves the link with the rows, counts rounds, and leaves the cursor alone for a listing", () =>
  inMemory(async (state) => {
    const page = { mailbox: BOX, folder: "inbox" as const, messages: [] };
    assert.deepEqual(await state.cursor(BOX, "inbox"), { link: null, complete: false, rounds: 0 });
    await state.accept({ ...page, link: "next" });
    assert.deepEqual(await state.cursor(BOX, "inbox"), { link: "next", complete: false, rounds: 0 });
    await state.accept({ ...page, link: "delta", complete: true });
    assert.deepEqual(await state.cursor(BOX, "inbox"), { link: "delta", complete: true, rounds: 1 });
    await state.accept(page);
    assert.deepEqual(await state.cursor(BOX, "inbox"), { link: "delta", complete: true, rounds: 1 });
    assert.deepEqual(await state.cursor(BOX, "sentitems"), { link: null, complete: false, rounds: 0 });
    await state.resetCursor(BOX, "inbox");
    assert.deepEqual(await state.cursor(BOX, "inbox"), { link: null, complete: false, rounds: 1 });
  }));

Deno.test("accept() stores nothing of a page when one of its rows is refused", () =>
  inMemory(async (state) => {
    const messages = [mail("m1"), { ...mail("m2"), id: "" }];
    await assert.rejects(state.accept({ mailbox: BOX, folder: "inbox", messages, link: "next" }));
    assert.equal(await state.unfinished([BOX]), 0);
    assert.equal((await state.cursor(BOX, "inbox")).link, null);
  }));

Deno.test("accept() finishes mail from before the start at once, and asks for an open mailbox", () =>
  inMemory(async (state) => {
    await accept(state, mail("old", { at: -1 }), mail("first", { at: 0 }));
    const known = await state.known(BOX, ["old", "first", "unknown"]);
    assert.equal(known.size, 2);
    assert.deepEqual([known.get("old")?.outcome, known.get("old")?.filter], ["filtered", "before-start"]);
    assert.equal(known.get("first")?.status, "unfinished");
    await assert.rejects(state.accept({ mailbox: "x@example.com", folder: "inbox", messages: [] }), /openMailbox/);
  }));

Deno.test("accept() takes mail of the very second in which the mailbox started", () =>
  inMemory(async (state) => {
    await state.openMailbox("late@example.com", new Date(START + 700).toISOString());
    await state.accept({ mailbox: "late@example.com", folder: "inbox", messages: [mail("m1", { at: 0 })] });
    assert.equal(await state.unfinished(["late@example.com"]), 1);
  }));

Deno.test("accept() takes a mail whose time cannot be read", () =>
  inMemory(async (state, clock) => {
    await accept(state, { ...mail("m1"), receivedAt: "" });
    assert.equal((await take(state))[0]?.receivedAt, new Date(clock.now()).toISOString());
  }));

Deno.test("includeBeforeStart() takes back mail from before the start, and only that", () =>
  inMemory(async (state) => {
    await accept(state, mail("old", { at: -1 }), mail("new"));
    assert.equal(await state.includeBeforeStart(BOX, "old"), true);
    assert.equal(await state.includeBeforeStart(BOX, "old"), false);
    assert.equal(await state.includeBeforeStart(BOX, "new"), false);
    const deliveries = await take(state);
    assert.deepEqual(deliveries.map((one) => [one.messageId, one.includeBeforeStart]), [["old", true], ["new", false]]);
  }));

Deno.test("accept() with includeBeforeStart lets old mail in", () =>
  inMemory(async (state) => {
    const messages = [mail("old", { at: -1 })];
    await state.accept({ mailbox: BOX, folder: "inbox", messages, includeBeforeStart: true });
    assert.equal((await take(state))[0]?.includeBeforeStart, true);
  }));

Deno.test("a delivery that waits for an Inbox round is due as soon as that round is read", () =>
  inMemory(async (state, clock) => {
    const delivery = await taken(state);
    const later = clock.now() + 600_000;
    await state.release(delivery.id, { notBefore: later, countAttempt: false, waitingFor: "round:2" });
    const round = { mailbox: BOX, folder: "inbox" as const, messages: [], link: "delta", complete: true };
    await state.accept(round);
    assert.equal(await state.nextDue([BOX]), later);
    await state.accept({ ...round, folder: "sentitems" });
    assert.equal(await state.nextDue([BOX]), later);
    await state.accept(round);
    assert.equal(await state.nextDue([BOX]), clock.now());
    assert.equal((await take(state))[0]?.waitingFor, "round:2");
  }));

Deno.test("setLastSync() is shown by mailbox()", () =>
  inMemory(async (state) => {
    await state.setLastSync(BOX, "2026-03-02T10:00:00Z");
    assert.equal((await state.mailbox(BOX))?.lastSyncAt, "2026-03-02T10:00:00.000Z");
  }));
