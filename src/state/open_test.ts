import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StateError } from "../core/errors.ts";
import { accept, BOX, inFolder, mail, names, take } from "./fixture.ts";
import { openState } from "./open.ts";

async function refusal(path: string, readOnly = false): Promise<StateError> {
  try {
    const state = await openState({ path, readOnly, busyTimeoutMs: 100 });
    await state.close();
  } catch (error) {
    assert(error instanceof StateError, String(error));
    assert.match(error.message, /^State file ".*": .*\.$/);
    return error;
  }
  throw new Error("The state was opened");
}

Deno.test("openState() creates a file that only its owner may read, and leaves no other file when closed", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const state = await openState({ path });
    await state.openMailbox(BOX, "2026-03-01T00:00:00Z");
    if (Deno.build.os !== "windows") {
      for (const name of names(folder)) assert.equal(Deno.statSync(join(folder, name)).mode! & 0o777, 0o600, name);
    }
    assert.deepEqual(names(folder), ["a.db", "a.db-shm", "a.db-wal", `a.db.${state.owner}.lock`]);
    await state.close();
    assert.deepEqual(names(folder), ["a.db"]);
  }));

Deno.test("openState() writes to the disk at every commit and keeps readers from waiting", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await (await openState({ path })).close();
    const sqlite = new DatabaseSync(path);
    assert.deepEqual({ ...sqlite.prepare("PRAGMA journal_mode").get() }, { journal_mode: "wal" });
    sqlite.exec("BEGIN IMMEDIATE; INSERT INTO settings VALUES ('a', 'b')");
    const reader = await openState({ path, readOnly: true, busyTimeoutMs: 0 });
    assert.equal(await reader.setting("a"), null);
    sqlite.exec("COMMIT");
    assert.equal(await reader.setting("a"), "b");
    await reader.close();
    sqlite.close();
  }));

Deno.test("openState() finds again what was stored before", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const first = await openState({ path });
    await first.openMailbox(BOX, "2026-03-01T00:00:00Z");
    await accept(first, mail("m1"));
    await first.close();
    const second = await openState({ path });
    assert.deepEqual((await take(second)).map((delivery) => delivery.messageId), ["m1"]);
    await second.close();
  }));

Deno.test("openState() refuses a file that is no database, whatever its length", () =>
  inFolder(async (folder) => {
    for (const [index, text] of ["hello", "garbage ".repeat(2000)].entries()) {
      const path = join(folder, `garbage${index}`);
      Deno.writeTextFileSync(path, text);
      assert.equal((await refusal(path)).kind, "foreign");
      assert.equal((await refusal(path, true)).kind, "foreign");
      assert.equal(Deno.readTextFileSync(path), text);
    }
  }));

Deno.test("openState() refuses a truncated file as damaged", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await (await openState({ path })).close();
    Deno.truncateSync(path, 9000);
    const error = await refusal(path);
    assert.equal(error.kind, "corrupt");
    assert.match(error.message, /Restore the latest backup/);
    assert.deepEqual(names(folder).filter((name) => name.endsWith(".lock")), []);
  }));

Deno.test("openState() refuses the database of another program and leaves it alone", () =>
  inFolder(async (folder) => {
    const path = join(folder, "other.db");
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE guests (name TEXT)");
    other.close();
    assert.equal((await refusal(path)).kind, "foreign");
    const bytes = Deno.readFileSync(path);
    assert.equal((await refusal(path, true)).kind, "foreign");
    assert.deepEqual(Deno.readFileSync(path), bytes);
  }));

Deno.test("openState() refuses a database that carries another program's application id, even without tables", () =>
  inFolder(async (folder) => {
    const path = join(folder, "other.db");
    const other = new DatabaseSync(path);
    other.exec("PRAGMA application_id = 7");
    other.close();
    assert.equal((await refusal(path)).kind, "foreign");
  }));

Deno.test("openState() refuses a file that a newer version wrote", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await (await openState({ path })).close();
    const sqlite = new DatabaseSync(path);
    sqlite.exec("PRAGMA user_version = 999");
    sqlite.close();
    const error = await refusal(path);
    assert.equal(error.kind, "newer");
    assert.match(error.message, /newer o365-connect/);
  }));

Deno.test("openState() waits for a locked file, then says that it is locked", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const holder = new DatabaseSync(path);
    holder.exec("CREATE TABLE t (a); BEGIN EXCLUSIVE");
    const error = await refusal(path);
    assert.equal(error.kind, "busy");
    assert.match(error.message, /locked/);
    holder.close();
  }));

Deno.test("openState() says so when the folder does not exist, or the path is a folder", () =>
  inFolder(async (folder) => {
    assert.equal((await refusal(join(folder, "no", "a.db"))).kind, "readonly");
    assert.equal((await refusal(folder)).kind, "readonly");
  }));

Deno.test("openState() for reading shows an empty state when there is no file, and creates none", () =>
  inFolder(async (folder) => {
    const state = await openState({ path: join(folder, "a.db"), readOnly: true });
    assert.deepEqual(await state.counts(), []);
    await assert.rejects(state.setSetting("a", "b"), StateError);
    await state.close();
    assert.deepEqual(names(folder), []);
  }));

Deno.test("openState() for reading refuses every write", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await (await openState({ path })).close();
    const state = await openState({ path, readOnly: true });
    await assert.rejects(state.openMailbox(BOX, "2026-03-01T00:00:00Z"), (error) =>
      error instanceof StateError && error.kind === "readonly");
    await state.close();
  }));

Deno.test("openState() in memory works without any file", async () => {
  const state = await openState({ path: ":memory:" });
  await state.setSetting("a", "b");
  assert.equal(await state.setting("a"), "b");
  await state.close();
  await state.close();
});

Deno.test("a closed state refuses calls instead of crashing the process", async () => {
  const state = await openState({ path: ":memory:" });
  await state.counts();
  await state.close();
  await assert.rejects(state.counts(), /closed/);
});

Deno.test(
  "openState() through a link is the same state as without it",
  { ignore: Deno.build.os === "windows" },
  () =>
    inFolder(async (folder) => {
      const path = join(folder, "a.db");
      const direct = await openState({ path });
      Deno.symlinkSync(path, join(folder, "link.db"));
      const linked = await openState({ path: join(folder, "link.db") });
      assert.equal(linked.path, direct.path);
      assert.equal(await direct.acquireLease("reader", "one", 60_000), null);
      assert.equal((await linked.acquireLease("reader", "two", 60_000))?.owner, direct.owner);
      await direct.close();
      await linked.close();
    }),
);

// Root may write everywhere, unless this capability is dropped; util-linux's setpriv does that.
const setpriv = "/usr/bin/setpriv";
const root = Deno.build.os !== "windows" && Deno.uid() === 0;

Deno.test("openState() says which rights are missing on a read-only file or folder", {
  ignore: Deno.build.os === "windows" || (root && !canDropRights()),
}, () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await (await openState({ path })).close();
    Deno.chmodSync(path, 0o400);
    const script = join(import.meta.dirname!, "fixture_process.ts");
    const args = ["run", "-A", "--no-check", "--no-lock", script, "open"];
    assert.match(await withoutRights([...args, path]), /^readonly: .*Give this user write access/);
    Deno.chmodSync(folder, 0o500);
    assert.match(await withoutRights([...args, join(folder, "new.db")]), /^readonly: .*Give this user write access/);
    Deno.chmodSync(folder, 0o700);
  }));

function canDropRights(): boolean {
  try {
    return Deno.statSync(setpriv).isFile;
  } catch {
    return false;
  }
}

async function withoutRights(args: string[]): Promise<string> {
  const dropped = ["--bounding-set=-dac_override", "--inh-caps=-dac_override", "--", Deno.execPath(), ...args];
  const command = root ? new Deno.Command(setpriv, { args: dropped }) : new Deno.Command(Deno.execPath(), { args });
  return new TextDecoder().decode((await command.output()).stdout);
}
