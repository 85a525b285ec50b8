import assert from "node:assert/strict";
import { join } from "node:path";
import { systemClock } from "../core/clock.ts";
import { accept, BOX, inFolder, kill, mail, names, runChild, START, startChild, take } from "./fixture.ts";
import { openState } from "./open.ts";

Deno.test("a process killed in the middle of its work delays nobody, and its pending writes are in doubt", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const state = await openState({ path });
    await state.openMailbox(BOX, new Date(START).toISOString());
    await accept(state, mail("m1", { conversation: "c1" }), mail("m2"), mail("m3", { conversation: "c1", at: 99 }));
    const child = await startChild("hold", path, BOX);
    assert.deepEqual(await take(state), []);
    assert.equal(await state.nextDue([BOX]), null);
    const held = await state.acquireLease("reader", "check-for-missing-events", 60_000);
    assert.equal(held?.role, "handle-incoming-events");
    assert.equal(held?.owner.split("-")[0], String(child.pid));
    await kill(child);
    // "Alive" is believed for a quarter of a second.
    await systemClock.sleep(260);
    assert.notEqual(await state.nextDue([BOX]), null);
    const taken = await take(state);
    assert.deepEqual(taken.map((delivery) => delivery.messageId), ["m1", "m2"]);
    for (const { id } of taken) assert.notEqual((await state.effect(`issue:${id}`))?.doubtfulAt, null);
    assert.equal(await state.acquireLease("reader", "check-for-missing-events", 60_000), null);
    assert.deepEqual(names(folder).filter((name) => name.endsWith(".lock")), [`a.db.${state.owner}.lock`]);
    await state.close();
  }));

Deno.test("the side file of a killed process is removed at the next start", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const child = await startChild("hold", path, BOX);
    await kill(child);
    assert.equal(names(folder).filter((name) => name.endsWith(".lock")).length, 1);
    await (await openState({ path })).close();
    assert.deepEqual(names(folder), ["a.db"]);
  }));

Deno.test("living processes share the deliveries and take none twice", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const state = await openState({ path });
    await state.openMailbox(BOX, new Date(START).toISOString());
    const mails = Array.from({ length: 150 }, (_, n) => mail(`m${n}`, { at: n, conversation: `c${n % 40}` }));
    await accept(state, ...mails);
    const shares = (await Promise.all([1, 2].map(() => runChild("work", path, BOX)))).map((said) => JSON.parse(said));
    const all = shares.flat().sort((a, b) => a - b);
    assert.equal(all.length, 150);
    assert.equal(new Set(all).size, 150);
    const [counts] = await state.counts();
    assert.deepEqual([counts!.created, counts!.pending], [150, 0]);
    await state.close();
  }));

Deno.test("a lease is its owner's until it is released, its time is over, or the owner has closed", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const [one, two] = [await openState({ path }), await openState({ path })];
    assert.equal(await one.acquireLease("reader", "one", 60_000), null);
    assert.equal(await one.acquireLease("reader", "one", 60_000), null);
    assert.equal((await two.acquireLease("reader", "two", 60_000))?.role, "one");
    assert.equal((await two.leaseHolder("reader"))?.owner, one.owner);
    await two.releaseLease("reader");
    assert.equal((await two.leaseHolder("reader"))?.owner, one.owner);
    await one.releaseLease("reader");
    assert.equal(await two.leaseHolder("reader"), null);
    assert.equal(await two.acquireLease("reader", "two", 1), null);
    await systemClock.sleep(5);
    assert.equal(await one.acquireLease("reader", "one", 60_000), null);
    await one.close();
    await systemClock.sleep(260);
    assert.equal(await two.acquireLease("reader", "two", 60_000), null);
    await two.close();
  }));

Deno.test("a writer waits for another process without blocking its own event loop", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const state = await openState({ path });
    const other = await openState({ path, busyTimeoutMs: 5000 });
    const { DatabaseSync } = await import("node:sqlite");
    const blocker = new DatabaseSync(path);
    blocker.exec("BEGIN IMMEDIATE");
    const timer = setTimeout(() => blocker.exec("COMMIT"), 150);
    await other.setSetting("a", "b");
    assert.equal(await state.setting("a"), "b");
    clearTimeout(timer);
    blocker.close();
    await state.close();
    await other.close();
  }));
