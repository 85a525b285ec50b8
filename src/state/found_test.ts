import assert from "node:assert/strict";
import { inMemory, taken } from "./fixture.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const ISSUE = { id: "10001", key: "SUP-1" };
const found = (key: string, receipt: unknown) => ({
  key,
  kind: "issue" as const,
  carried: { mode: "issue" },
  receipt,
  startedAt: 1000,
  ...(receipt === null ? { doubtfulAt: 2000 } : {}),
});

Deno.test("a found receipt is known by its key before a delivery has it, one in doubt is not", () =>
  inMemory(async (state) => {
    await state.keepFound([found(`${KEY}/issue`, ISSUE), found(`${KEY}/ack/send`, null)]);
    const known = await state.effect(`${KEY}/issue`);
    assert.deepEqual([known?.status, known?.receipt, known?.deliveryId], ["done", ISSUE, null]);
    assert.equal(await state.effect(`${KEY}/ack/send`), null);
  }));

Deno.test("adoptFound() gives a delivery what was found of it, and nothing of others", () =>
  inMemory(async (state) => {
    const { id } = await taken(state);
    const other = `${KEY.slice(0, -1)}0`;
    await state.keepFound([
      found(`${KEY}/issue`, ISSUE),
      found(`${KEY}/ack/send`, null),
      found(`${other}/issue`, { id: "2", key: "SUP-2" }),
    ]);
    assert.equal(await state.adoptFound(id, KEY), 2);
    const effects = await state.effectsOf(id);
    assert.deepEqual(effects.map(({ key, status, doubtfulAt }) => [key, status, doubtfulAt]), [
      [`${KEY}/ack/send`, "pending", 2000],
      [`${KEY}/issue`, "done", null],
    ]);
    assert.equal(await state.adoptFound(id, KEY), 0);
    assert.equal((await state.effect(`${other}/issue`))?.status, "done");
  }));

Deno.test("adoptFound() settles what was pending in the backup, and leaves a receipt as it is", () =>
  inMemory(async (state) => {
    const { id } = await taken(state);
    await state.startEffect({ key: `${KEY}/issue`, deliveryId: id, kind: "issue", carried: {} });
    await state.startEffect({ key: `${KEY}/note`, deliveryId: id, kind: "comment", carried: {} });
    await state.finishEffect(`${KEY}/note`, { id: "1" });
    await state.keepFound([found(`${KEY}/issue`, ISSUE), found(`${KEY}/note`, { id: "2" })]);
    await state.adoptFound(id, KEY);
    assert.deepEqual((await state.effect(`${KEY}/issue`))?.receipt, ISSUE);
    assert.deepEqual((await state.effect(`${KEY}/note`))?.receipt, { id: "1" });
  }));

Deno.test("endRestore() keeps the gap, and two gaps become one that spans both", () =>
  inMemory(async (state) => {
    assert.equal(await state.restored(), null);
    assert.equal(await state.gap(), null);
    await state.setSetting(
      "restored-from-backup",
      JSON.stringify({ madeAt: null, restoredAt: "2026-03-01T00:00:00Z" }),
    );
    assert.equal((await state.restored())?.madeAt, null);
    await state.endRestore({ since: 2000, until: 3000 });
    assert.equal(await state.restored(), null);
    await state.endRestore({ since: 5000, until: 6000 });
    assert.deepEqual(await state.gap(), { since: 2000, until: 6000 });
  }));
