import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { accept, BOX, inFolder, mail } from "./fixture.ts";
import { openState } from "./open.ts";

/** One statement each that would make a row which cannot be. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  "finished without a time": "UPDATE deliveries SET outcome = 'filtered', reason = 'x'",
  "finished without a reason": "UPDATE deliveries SET outcome = 'filtered', finished_at = 1",
  "failed without step and error": "UPDATE deliveries SET outcome = 'failed', finished_at = 1, reason = 'x'",
  "created without an issue": "UPDATE deliveries SET outcome = 'created', finished_at = 1, reason = 'x'",
  "finished and leased":
    "UPDATE deliveries SET outcome = 'filtered', finished_at = 1, reason = 'x', lease_owner = 'o', lease_until = 1",
  "filtered with its subject":
    "UPDATE deliveries SET outcome = 'filtered', finished_at = 1, reason = 'x', subject = 'y'",
  "leased without an end": "UPDATE deliveries SET lease_owner = 'o'",
  "an unknown outcome": "UPDATE deliveries SET outcome = 'lost', finished_at = 1, reason = 'x'",
  "a text for a number": "UPDATE deliveries SET attempts = 'many'",
  "a forgotten delivery": "DELETE FROM deliveries",
  "a changed outcome": `UPDATE deliveries SET outcome = 'filtered', finished_at = 1, reason = 'x';
    UPDATE deliveries SET outcome = NULL, finished_at = NULL, reason = NULL`,
  "done without a receipt":
    "INSERT INTO effects (key, delivery_id, kind, status, carried, started_at, writes) VALUES ('k', 1, 'issue', 'done', '{}', 1, 1)",
  "an effect of nothing":
    "INSERT INTO effects (key, delivery_id, kind, status, carried, started_at, writes) VALUES ('k', 9, 'issue', 'pending', '{}', 1, 1)",
  "a complete round without a link": "INSERT INTO cursors VALUES (1, 'inbox', NULL, 1, 0)",
};

Deno.test("the schema refuses rows that cannot be", async (test) => {
  await inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const state = await openState({ path });
    await state.openMailbox(BOX, "2026-03-01T00:00:00Z");
    await accept(state, mail("m1"));
    await state.close();
    const sqlite = new DatabaseSync(path);
    for (const [name, sql] of Object.entries(IMPOSSIBLE)) {
      await test.step(name, () => {
        sqlite.exec("BEGIN");
        assert.throws(() => sqlite.exec(sql), /CHECK|FOREIGN KEY|never forgotten|final|cannot store/);
        sqlite.exec("ROLLBACK");
      });
    }
    sqlite.close();
  });
});
