import assert from "node:assert/strict";
import { HttpError } from "../../src/core/errors.ts";
import type { AcceptedMessage } from "../../src/core/state_port.ts";
import { readRound } from "../../src/streaming/round.ts";
import { CUSTOMER, SUPPORT, withGraph } from "../graph/world.ts";

/** The part of the state that a round touches. */
function memoryState() {
  const rows = new Map<string, AcceptedMessage>();
  let cursor = { link: null as string | null, complete: false, rounds: 0 };
  return {
    rows,
    cursor: () => Promise.resolve(cursor),
    resetCursor: () => Promise.resolve(void (cursor = { ...cursor, link: null, complete: false })),
    accept(page: { messages: readonly AcceptedMessage[]; link?: string | null; complete?: boolean }) {
      const before = rows.size;
      for (const message of page.messages) if (!rows.has(message.id)) rows.set(message.id, message);
      const complete = page.complete ?? false;
      cursor = { link: page.link ?? null, complete, rounds: cursor.rounds + (complete ? 1 : 0) };
      return Promise.resolve(rows.size - before);
    },
  };
}

Deno.test("no mail is missed or doubled, whatever the delta does", () =>
  withGraph(async ({ graph, sim }) => {
    Object.assign(sim.delta.behaviour, { maxPageSize: 2, emptyPages: 2, repeats: 1, reversed: true });
    const state = memoryState();
    const options = { graph, state, mailbox: SUPPORT, folder: "inbox" as const };
    const sent = new Set<string>();
    const deliver = async (n: number) => {
      for (let i = 0; i < n; i++) sent.add((await sim.deliver(SUPPORT, { from: CUSTOMER, subject: `${i}` })).id);
    };
    await deliver(5);
    assert.deepEqual(await readRound(options), { newRows: 5, complete: true });
    await deliver(3);
    assert.deepEqual(await readRound(options), { newRows: 3, complete: true });
    assert.deepEqual(await readRound(options), { newRows: 0, complete: true });
    await deliver(1);
    sim.delta.forgetTokens();
    assert.deepEqual(await readRound(options), { newRows: 1, complete: true });
    await deliver(3);
    sim.faults.add({ method: "GET", path: /delta/, action: { kind: "answer", status: 503 }, after: 2 });
    await assert.rejects(readRound(options), HttpError);
    await readRound(options);
    assert.deepEqual(new Set(state.rows.keys()), sent);
    const [first] = state.rows.values();
    assert.match(first!.receivedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    assert.notEqual(first!.conversationId, null);
    assert.notEqual(first!.internetMessageId, null);
  }));

Deno.test("a mail moved into the folder is found", () =>
  withGraph(async ({ graph, sim }) => {
    const state = memoryState();
    const options = { graph, state, mailbox: SUPPORT, folder: "inbox" as const };
    const { id } = await sim.deliver(SUPPORT, { from: CUSTOMER }, { folder: "junkemail" });
    assert.equal((await readRound(options)).newRows, 0);
    sim.move(SUPPORT, id, "inbox");
    assert.equal((await readRound(options)).newRows, 1);
    assert.ok(state.rows.has(id));
  }));

Deno.test("what an agent sends is found in Sent Items", () =>
  withGraph(async ({ graph, sim }) => {
    const state = memoryState();
    const options = { graph, state, mailbox: SUPPORT, folder: "sentitems" as const };
    await readRound(options);
    const { id } = await sim.agentSends(SUPPORT, { to: ["ada@customer.example"], subject: "x", text: "y" });
    assert.deepEqual(await readRound(options), { newRows: 1, complete: true });
    assert.ok(state.rows.has(id));
  }));
