import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StateError } from "../core/errors.ts";
import { BOX, inFolder, names } from "./fixture.ts";
import { openState } from "./open.ts";
import { PYTHON_IMPORT_SETTING } from "./python_tool.ts";

const TOKEN = "eyJ0eXAiOiJKV1QiLCJub25jZSI6";

/** As SQLAlchemy makes it from the tool's models. */
function pythonDatabase(path: string, table = "issues", key = "key"): void {
  const sqlite = new DatabaseSync(path);
  sqlite.exec(`
    CREATE TABLE access_tokens (id INTEGER NOT NULL, token_type VARCHAR NOT NULL, access_token VARCHAR NOT NULL,
      refresh_token VARCHAR, expires_in INTEGER NOT NULL, ext_expires_in INTEGER NOT NULL, expires_at FLOAT NOT NULL,
      PRIMARY KEY (id), UNIQUE (access_token), UNIQUE (refresh_token));
    CREATE TABLE ${table} (id INTEGER NOT NULL, ${key} VARCHAR NOT NULL, outlook_message_id VARCHAR,
      outlook_conversation_id VARCHAR, outlook_messages_id VARCHAR, created_at DATETIME, updated_at DATETIME,
      reporter VARCHAR NOT NULL, PRIMARY KEY (id), UNIQUE (outlook_message_id), UNIQUE (outlook_conversation_id));
    CREATE UNIQUE INDEX ix_key ON ${table} (${key});
    INSERT INTO access_tokens VALUES (1, 'Bearer', '${TOKEN}', NULL, 3599, 3599, 1690000000.5);
    INSERT INTO ${table} VALUES
      (1, 'SUP-12', 'AAMk=1', 'conv-1', 'AAMk=1,AAMk=2', '2023-01-02 03:04:05.000000', '2023-01-02 03:04:05.000000',
       'Ada@Example.com'),
      (2, 'SUP-13', 'AAMk=9', 'conv-2', NULL, NULL, NULL, 'Some Name'),
      (3, 'not a key', NULL, 'conv-3', NULL, NULL, NULL, 'x@example.com');`);
  sqlite.close();
}

Deno.test("the Python tool's file is taken over: threads, not tokens, and a copy is kept", () =>
  inFolder(async (folder) => {
    const path = join(folder, "issues.db");
    pythonDatabase(path);
    if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o644);
    const state = await openState({ path });
    await state.openMailbox(BOX, "2026-03-01T00:00:00Z");
    const [found, more] = await state.threadsByConversation(BOX, "conv-1");
    assert.equal(more, undefined);
    assert.deepEqual(found, {
      issue: { id: "SUP-12", key: "SUP-12" },
      mailbox: BOX,
      via: "conv-1",
      participants: ["ada@example.com"],
    });
    assert.deepEqual((await state.threadMessages("SUP-12")).map((one) => one.messageId), ["AAMk=1", "AAMk=2"]);
    assert.deepEqual((await state.threadsByConversation(BOX, "conv-2"))[0]?.participants, []);
    assert.deepEqual(await state.threadsByConversation(BOX, "conv-3"), []);
    const told = JSON.parse(await state.setting(PYTHON_IMPORT_SETTING) ?? "");
    assert.deepEqual([told.issues, told.messages, told.skipped], [2, 3, 1]);
    await state.close();
    assert.deepEqual(names(folder), ["issues.db", "issues.db.python-backup"]);
    assert.equal(Deno.readTextFileSync(path).includes(TOKEN), false);
    if (Deno.build.os !== "windows") assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
  }));

Deno.test("the copy of the Python tool's file is complete, and opening again imports nothing", () =>
  inFolder(async (folder) => {
    const path = join(folder, "issues.db");
    pythonDatabase(path, "tickets", "jira_ticket_key");
    for (let time = 0; time < 2; time++) await (await openState({ path })).close();
    assert.deepEqual(names(folder), ["issues.db", "issues.db.python-backup"]);
    const copy = new DatabaseSync(`${path}.python-backup`);
    assert.deepEqual({ ...copy.prepare("SELECT count(*) AS n FROM tickets").get() }, { n: 3 });
    assert.deepEqual({ ...copy.prepare("SELECT access_token, expires_at FROM access_tokens").get() }, {
      access_token: TOKEN,
      expires_at: 1690000000.5,
    });
    copy.close();
  }));

Deno.test("the id of an imported issue is filled in when Jira tells it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "issues.db");
    pythonDatabase(path);
    const state = await openState({ path });
    await state.renameIssue({ id: "10012", key: "SUP-12" });
    assert.deepEqual((await state.threadsByConversation(BOX, "conv-1"))[0]?.issue, { id: "10012", key: "SUP-12" });
    await state.renameIssue({ id: "10013", key: "OPS-1" }, "SUP-13");
    assert.deepEqual((await state.threadsByConversation(BOX, "conv-2"))[0]?.issue, { id: "10013", key: "OPS-1" });
    await state.close();
  }));

Deno.test("reading the Python tool's file shows its threads and changes nothing", () =>
  inFolder(async (folder) => {
    const path = join(folder, "issues.db");
    pythonDatabase(path);
    const before = Deno.readFileSync(path);
    const state = await openState({ path, readOnly: true });
    assert.equal((await state.threadsByConversation(BOX, "conv-1")).length, 1);
    await assert.rejects(state.setSetting("a", "b"), StateError);
    await state.close();
    assert.deepEqual(Deno.readFileSync(path), before);
    assert.deepEqual(names(folder), ["issues.db"]);
  }));

Deno.test("a database that has the Python tool's table among others is not taken over", () =>
  inFolder(async (folder) => {
    const path = join(folder, "issues.db");
    pythonDatabase(path);
    const sqlite = new DatabaseSync(path);
    sqlite.exec("CREATE TABLE guests (name TEXT)");
    sqlite.close();
    await assert.rejects(openState({ path }), (error) => error instanceof StateError && error.kind === "foreign");
  }));
