import assert from "node:assert/strict";
import type { EffectKind, Finish } from "../core/state_port.ts";
import { BOX, inMemory, taken } from "./fixture.ts";
import type { FileState } from "./open.ts";

const DAY = 86_400_000;
const issue = { id: "1", key: "SUP-1" };

async function finished(state: FileState, name: string, outcome: Finish["outcome"], kind: EffectKind = "issue") {
  const { id } = await taken(state, name);
  await state.startEffect({ key: name, deliveryId: id, kind, carried: null });
  await state.finishEffect(name, { id: "1" });
  await state.finish(id, { outcome, reason: "done", filter: null, issue, step: "x", error: "x" });
}

Deno.test("prune() removes old receipts, never identities, failed mail's receipts or relays", () =>
  inMemory(async (state, clock) => {
    await finished(state, "old", "created");
    await finished(state, "failed", "failed");
    await finished(state, "relay", "commented", "relay");
    clock.move(31 * DAY);
    await finished(state, "young", "created");
    clock.move(DAY);
    assert.deepEqual(await state.prune(30), { effects: 1 });
    const left = [];
    for (const key of ["old", "failed", "relay", "young"]) if (await state.effect(key) !== null) left.push(key);
    assert.deepEqual(left, ["failed", "relay", "young"]);
    assert.equal((await state.known(BOX, ["old"])).get("old")?.outcome, "created");
  }));

Deno.test("prune() keeps at least one day", () =>
  inMemory(async (state) => {
    await assert.rejects(state.prune(0), RangeError);
  }));
