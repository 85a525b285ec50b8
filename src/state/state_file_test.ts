import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StateError } from "../core/errors.ts";
import { accept, BOX, inFolder, mail, manualClock, names, take } from "./fixture.ts";
import { newestOf } from "./migrate.ts";
import { openState } from "./open.ts";
import { MIGRATIONS } from "./schema.ts";
import { RESTORED_SETTING } from "./restoring.ts";
import { backupState, checkState, restoreState } from "./state_file.ts";

Deno.test("backupState() copies a living state without tokens and leases", () =>
  inFolder(async (folder) => {
    const clock = manualClock();
    const [path, backup] = [join(folder, "a.db"), join(folder, "backup.db")];
    const state = await openState({ path, clock });
    await state.openMailbox(BOX, "2026-03-01T00:00:00Z");
    await accept(state, mail("m1"), mail("m2"));
    await take(state, 1);
    await state.acquireLease("reader", "x", 60_000);
    await state.setTokenCache("app", "the-token");
    await state.setSetting("secret", "kept");
    await backupState(path, backup, clock);
    await state.close();
    assert.deepEqual(names(folder), ["a.db", "backup.db"]);
    assert.equal(Deno.readTextFileSync(backup).includes("the-token"), false);
    const copy = await openState({ path: backup, clock });
    assert.equal(await copy.setting("secret"), "kept");
    assert.equal((await take(copy)).length, 2);
    assert.equal(await copy.leaseHolder("reader"), null);
    assert.equal((await copy.counts())[0]?.pending, 2);
    await copy.close();
    await assert.rejects(backupState(path, backup), /exists already/);
    await assert.rejects(backupState(join(folder, "none.db"), join(folder, "b2.db")), /nothing to back up/);
  }));

Deno.test("restoreState() puts the backup in place, keeps the old state, and says what must be rebuilt", () =>
  inFolder(async (folder) => {
    const clock = manualClock();
    const [path, backup] = [join(folder, "a.db"), join(folder, "backup.db")];
    const state = await openState({ path, clock });
    await state.openMailbox(BOX, "2026-03-01T00:00:00Z");
    await accept(state, mail("m1"));
    const [delivery] = await take(state);
    await state.startEffect({ key: "k", deliveryId: delivery!.id, kind: "issue", carried: null });
    await backupState(path, backup, clock);
    const madeAt = new Date(clock.now()).toISOString();
    await accept(state, mail("m2"));
    await assert.rejects(
      restoreState(backup, path, clock),
      (error) => error instanceof StateError && error.kind === "busy" && error.message.includes(String(Deno.pid)),
    );
    await state.close();
    clock.move(5000);
    assert.deepEqual(await restoreState(backup, path, clock), { madeAt, kept: `${path}.before-restore` });
    const restored = await openState({ path, clock });
    assert.deepEqual([...(await restored.known(BOX, ["m1", "m2"])).keys()], ["m1"]);
    assert.equal(JSON.parse(await restored.setting(RESTORED_SETTING) ?? "").madeAt, madeAt);
    assert.equal((await restored.effect("k"))?.doubtfulAt, clock.now());
    await restored.close();
    const kept = await openState({ path: `${path}.before-restore` });
    assert.equal((await kept.known(BOX, ["m1", "m2"])).size, 2);
    await kept.close();
    assert.deepEqual(names(folder), ["a.db", "a.db.before-restore", "backup.db"]);
  }));

Deno.test("restoreState() replaces a damaged state, and refuses what is no state", () =>
  inFolder(async (folder) => {
    const [path, backup] = [join(folder, "a.db"), join(folder, "backup.db")];
    await (await openState({ path })).close();
    await backupState(path, backup);
    Deno.writeTextFileSync(path, "garbage ".repeat(2000));
    await restoreState(backup, path);
    await (await openState({ path })).close();
    Deno.writeTextFileSync(join(folder, "garbage"), "garbage ".repeat(2000));
    await assert.rejects(restoreState(join(folder, "garbage"), path), StateError);
    await (await openState({ path })).close();
    assert.deepEqual(names(folder), ["a.db", "a.db.before-restore", "backup.db", "garbage"]);
  }));

Deno.test("checkState() finds nothing wrong with a good state, and names what is wrong with a bad one", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const state = await openState({ path });
    await state.openMailbox(BOX, "2026-03-01T00:00:00Z");
    await accept(state, mail("m1"));
    await state.close();
    assert.deepEqual(await checkState(path), { version: newestOf(MIGRATIONS), deliveries: 1, problems: [] });
    const sqlite = new DatabaseSync(path);
    sqlite.exec("UPDATE mailboxes SET pending = 7; PRAGMA foreign_keys = OFF; UPDATE deliveries SET thread_id = 5");
    sqlite.close();
    assert.equal((await checkState(path)).problems.length, 2);
  }));
