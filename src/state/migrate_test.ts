import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { systemClock } from "../core/clock.ts";
import { Database } from "./database.ts";
import { accept, BOX, inFolder, mail, names, runChild } from "./fixture.ts";
import { bringUpToDate, newestOf } from "./migrate.ts";
import { openState } from "./open.ts";
import { MIGRATIONS } from "./schema.ts";

async function stateFile(folder: string): Promise<string> {
  const path = join(folder, "a.db");
  const state = await openState({ path });
  await state.openMailbox(BOX, "2026-03-01T00:00:00Z");
  await accept(state, mail("m1"));
  await state.setTokenCache("app", "secret");
  await state.close();
  return path;
}

function versionOf(path: string): number {
  const sqlite = new DatabaseSync(path);
  const version = (sqlite.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
  sqlite.close();
  return version;
}

const NEWEST = newestOf(MIGRATIONS);

async function migrateFurther(path: string, sql: string): Promise<void> {
  const db = new Database({ path, clock: systemClock, busyTimeoutMs: 1000, readOnly: false });
  try {
    await bringUpToDate(db, [...MIGRATIONS, { version: NEWEST + 1, sql }]);
  } finally {
    db.close();
  }
}

Deno.test("an older file is brought up to date, and a copy of it is kept", () =>
  inFolder(async (folder) => {
    const path = await stateFile(folder);
    await migrateFurther(path, "ALTER TABLE settings ADD COLUMN note TEXT");
    assert.equal(versionOf(path), NEWEST + 1);
    assert.deepEqual(names(folder), ["a.db", `a.db.v${NEWEST}-backup`]);
    const copy = await openState({ path: join(folder, `a.db.v${NEWEST}-backup`) });
    assert.equal((await copy.known(BOX, ["m1"])).size, 1);
    assert.equal((await copy.counts())[0]?.pending, 1);
    assert.equal(await copy.tokenCache("app"), "secret");
    await copy.close();
  }));

Deno.test("a state of version 1 carries over: its failed mail keeps its sender, and the copy can still be read by it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const db = new Database({ path, clock: systemClock, busyTimeoutMs: 1000, readOnly: false });
    await bringUpToDate(db, MIGRATIONS.slice(0, 1));
    db.exec(`
      INSERT INTO mailboxes (address, started_at) VALUES ('${BOX}', 1772323200000);
      INSERT INTO deliveries (mailbox_id, folder, message_id, received_at, accepted_at, sender, outcome, finished_at,
        reason, step, error)
      VALUES (1, 'inbox', 'm1', 1772323260000, 1772323260000, 'Ada@Customer.example', 'failed', 1772323270000, 'refused',
        'create-issue', 'answered 400')`);
    db.close();
    const state = await openState({ path });
    const [row] = await state.history({ limit: 10 });
    await state.close();
    assert.equal(row?.from, "ada@customer.example");
    assert.equal(versionOf(path), NEWEST);
    assert.equal(versionOf(join(folder, "a.db.v1-backup")), 1);
  }));

Deno.test("a migration that fails leaves the file as it was", () =>
  inFolder(async (folder) => {
    const path = await stateFile(folder);
    await assert.rejects(migrateFurther(path, "DROP TABLE settings; INSERT INTO nowhere VALUES (1)"));
    assert.equal(versionOf(path), NEWEST);
    const state = await openState({ path });
    await state.setSetting("a", "b");
    await state.close();
  }));

Deno.test(
  "a process killed within a migration leaves the file as it was",
  { ignore: Deno.build.os === "windows" },
  () =>
    inFolder(async (folder) => {
      const path = await stateFile(folder);
      await assert.rejects(runChild("dieMigrating", path));
      assert.deepEqual(names(folder).includes(`a.db.v${NEWEST}-backup`), true, "it came as far as the migration");
      const state = await openState({ path });
      await state.setSetting("a", "b");
      assert.equal((await state.known(BOX, ["m1"])).size, 1);
      await state.close();
      assert.equal(versionOf(path), NEWEST);
    }),
);

Deno.test("many processes that open a new file at once agree on it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const states = await Promise.all([1, 2, 3, 4].map(() => openState({ path })));
    await states[0]!.setSetting("a", "b");
    for (const state of states) assert.equal(await state.setting("a"), "b");
    for (const state of states) await state.close();
    assert.deepEqual(names(folder), ["a.db"]);
  }));
