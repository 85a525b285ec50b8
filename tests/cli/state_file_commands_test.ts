import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openState } from "../../src/state/open.ts";
import { inFolder, o365 } from "./spawn.ts";

const BOX = "support@example.com";
const ISSUE = { id: "10001", key: "SUP-1" };

/** A state with one created and one pending mail, open until `close` is called. */
async function state(folder: string) {
  const opened = await openState({ path: join(folder, "o365-connect.db") });
  await opened.openMailbox(BOX, "2026-03-01T00:00:00.000Z");
  const messages = ["m1", "m2"].map((id, at) => ({
    id,
    receivedAt: `2026-03-02T10:00:0${at}.000Z`,
    conversationId: id,
    internetMessageId: `<${id}@customer.example>`,
  }));
  await opened.accept({ mailbox: BOX, folder: "inbox", messages });
  const [first] = await opened.take({ limit: 1, leaseMs: 60_000, mailboxes: [BOX] });
  await opened.describe(first!.id, {
    internetMessageId: "<m1@customer.example>",
    conversationId: "m1",
    identity: "ab".repeat(32),
    subject: "Confidential",
    from: "ada@customer.example",
  });
  await opened.finish(first!.id, { outcome: "created", reason: "a new conversation", filter: null, issue: ISSUE });
  await opened.setTokenCache("app", "the-access-token");
  return opened;
}

function options(folder: string, database = "o365-connect.db") {
  return { cwd: folder, env: { DATABASE_URI: `sqlite:///${database}` } };
}

Deno.test("state backup works beside a running process; the backup holds no tokens, is private, and replaces nothing", () =>
  inFolder(async (folder) => {
    const running = await state(folder);
    const first = await o365(["state", "backup", "monday.db"], options(folder));
    assert.deepEqual([first.code, first.stderr], [0, ""]);
    assert.match(first.stdout, /^Backed up .*o365-connect\.db to .*monday\.db: 2 mails, no tokens\.$/m);
    assert.equal((await running.counts())[0]!.pending, 1);
    const file = join(folder, "monday.db");
    if (Deno.build.os !== "windows") assert.equal(Deno.statSync(file).mode! & 0o777, 0o600);
    assert.ok(!Deno.readTextFileSync(file).includes("the-access-token"));
    const bytes = Deno.readFileSync(file);
    const second = await o365(["state", "backup", "monday.db"], options(folder));
    assert.deepEqual([second.code, second.stdout], [2, ""]);
    assert.match(second.stderr, /exists already\. Name another file/);
    assert.deepEqual(Deno.readFileSync(file), bytes);
    await running.close();
  }));

Deno.test("state restore names the process that has the state open, and keeps what it replaces", () =>
  inFolder(async (folder) => {
    const running = await state(folder);
    await o365(["state", "backup", "monday.db"], options(folder));
    await running.setSetting("since", "monday");
    const refused = await o365(["state", "restore", "monday.db"], options(folder));
    assert.equal(refused.code, 75);
    assert.match(refused.stderr, new RegExp(`process ${Deno.pid} has it open\\. Stop that process first`));
    assert.equal(await running.setting("since"), "monday");
    await running.close();
    const done = await o365(["state", "restore", "monday.db"], options(folder));
    assert.deepEqual([done.code, done.stderr], [0, ""]);
    assert.match(done.stdout, /What was there before is kept: .*o365-connect\.db\.before-restore$/m);
    const restored = await openState({ path: join(folder, "o365-connect.db"), readOnly: true });
    assert.equal(await restored.setting("since"), null);
    assert.equal(await restored.tokenCache("app"), null);
    assert.notEqual(await restored.restored(), null);
    await restored.close();
    const kept = await openState({ path: join(folder, "o365-connect.db.before-restore"), readOnly: true });
    assert.equal(await kept.setting("since"), "monday");
    await kept.close();
  }));

Deno.test("state restore brings a state to a machine that has none", () =>
  inFolder(async (folder) => {
    await (await state(folder)).close();
    await o365(["state", "backup", "move.db"], options(folder));
    const done = await o365(["state", "restore", "move.db"], options(folder, "elsewhere.db"));
    assert.equal(done.code, 0, done.stderr);
    assert.doesNotMatch(done.stdout, /is kept/);
    const missing = await o365(["state", "restore", "nothing.db"], options(folder, "elsewhere.db"));
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /nothing\.db": does not exist/);
    const { stdout } = await o365(["status", "--json"], options(folder, "elsewhere.db"));
    assert.equal(JSON.parse(stdout).mailboxes[0].created, 1);
  }));

Deno.test("state check finds nothing wrong with a good state, and says what is wrong with a bad one", () =>
  inFolder(async (folder) => {
    await (await state(folder)).close();
    const good = await o365(["state", "check", "--json"], options(folder));
    assert.equal(good.code, 0, good.stderr);
    const report = JSON.parse(good.stdout);
    assert.deepEqual([report.ok, report.mails, report.problems], [true, 2, []]);
    const sqlite = new DatabaseSync(join(folder, "o365-connect.db"));
    sqlite.exec("UPDATE mailboxes SET pending = 7");
    sqlite.close();
    const wrong = await o365(["state", "check"], options(folder));
    assert.equal(wrong.code, 1);
    assert.match(wrong.stdout, /counters of mailbox "support@example\.com" are wrong/);
    assert.match(wrong.stdout, /o365-connect state restore/);
    const bytes = Deno.readFileSync(join(folder, "o365-connect.db"));
    Deno.writeFileSync(join(folder, "cut.db"), bytes.subarray(0, Math.floor(bytes.length / 2)));
    const cut = await o365(["state", "check", "--json"], options(folder, "cut.db"));
    assert.equal(cut.code, 1, cut.stderr);
    assert.equal(JSON.parse(cut.stdout).ok, false);
  }));

Deno.test("a file that is none of ours, a newer one and a missing folder are refused in words, and left alone", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(join(folder, "letter.db"), "Dear Sir or Madam, ".repeat(500));
    await (await state(folder)).close();
    const sqlite = new DatabaseSync(join(folder, "o365-connect.db"));
    sqlite.exec("PRAGMA user_version = 9999");
    sqlite.close();
    const [letter, newer, nowhere] = await Promise.all([
      o365(["failed", "retry", "--all"], options(folder, "letter.db")),
      o365(["status"], options(folder)),
      o365(["state", "backup", "x.db"], options(folder, "no/such/place.db")),
    ]);
    assert.deepEqual([letter!.code, newer!.code, nowhere!.code], [2, 2, 2]);
    assert.match(letter!.stderr, /is not a state of o365-connect.*Name another file with DATABASE_URI/);
    assert.match(newer!.stderr, /written by a newer o365-connect\. Use that version/);
    assert.match(nowhere!.stderr, /does not exist, there is nothing to back up/);
    assert.match(Deno.readTextFileSync(join(folder, "letter.db")), /^Dear Sir/);
  }));

Deno.test("state export prints every mail with identity and outcome, a line each, and no content", () =>
  inFolder(async (folder) => {
    await (await state(folder)).close();
    const { code, stdout, stderr } = await o365(["state", "export"], options(folder));
    assert.deepEqual([code, stderr], [0, ""]);
    const [created, pending, ...more] = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.equal(more.length, 0);
    assert.match(created.finishedAt, /^\d{4}-/);
    assert.deepEqual({ ...created, finishedAt: "" }, {
      id: "1",
      mailbox: BOX,
      folder: "inbox",
      messageId: "m1",
      internetMessageId: "<m1@customer.example>",
      identity: "ab".repeat(32),
      conversationId: "m1",
      receivedAt: "2026-03-02T10:00:00.000Z",
      outcome: "created",
      finishedAt: "",
      reason: "a new conversation",
      filter: null,
      issueId: "10001",
      issueKey: "SUP-1",
    });
    assert.deepEqual([pending.messageId, pending.outcome, pending.identity], ["m2", "pending", null]);
    assert.ok(!stdout.includes("Confidential"));
    const empty = await o365(["state", "export"], options(folder, "none.db"));
    assert.deepEqual([empty.code, empty.stdout], [0, ""]);
  }));
