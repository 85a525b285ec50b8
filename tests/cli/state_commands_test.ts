import assert from "node:assert/strict";
import { join } from "node:path";
import { openState } from "../../src/state/open.ts";
import { inFolder, o365 } from "./spawn.ts";

const BOX = "support@example.com";

Deno.test("status on a fresh folder is an empty state, exit 0, and makes no file", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await o365(["status", "--json"], { cwd: folder });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(JSON.parse(stdout), { mailboxes: [], paused: [], lastError: null });
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("the database is named by the option, else the environment, else --env-file, else .env", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, ".env"), "DATABASE_URI=sqlite:///dotenv.db\n");
    await Deno.mkdir(join(folder, "etc"));
    await Deno.writeTextFile(join(folder, "etc", "my.env"), "DATABASE_URI=sqlite:///named.db\n");
    const env = { DATABASE_URI: "sqlite:///environment.db" };
    const file = ["--env-file", "etc/my.env"];
    const outputs = await Promise.all([
      o365(["status", "--database", "sqlite:///option.db", ...file], { cwd: folder, env }),
      o365([...file, "status"], { cwd: folder, env }),
      o365(["status", ...file], { cwd: folder }),
      o365(["status"], { cwd: folder }),
    ]);
    assert.deepEqual(outputs.map(({ stdout }) => stdout.split("\n")[0]), [
      `State: ${join(folder, "option.db")}`,
      `State: ${join(folder, "environment.db")}`,
      `State: ${join(folder, "etc", "named.db")}`,
      `State: ${join(folder, "dotenv.db")}`,
    ]);
  }));

Deno.test("failed mail is listed, shown, put back to work and discarded", () =>
  inFolder(async (folder) => {
    const env = { DATABASE_URI: `sqlite:///${join(folder, "state.db").replaceAll("\\", "/")}` };
    const [first, second] = await stateWithFailures(join(folder, "state.db"));
    const options = { cwd: folder, env };

    const [list, table, show, unknown, status] = await Promise.all([
      o365(["failed", "list", "--json"], options),
      o365(["failed", "list"], options),
      o365(["failed", "show", first], options),
      o365(["failed", "retry", first, "999", "x"], options),
      o365(["status"], options),
    ]);
    const rows = JSON.parse(list!.stdout);
    assert.deepEqual(rows.map((row: Record<string, unknown>) => ({ ...row, failedAt: "" })), [
      {
        id: first,
        mailbox: BOX,
        internetMessageId: "<m1@customer.example>",
        subject: "Printer \u001b[31mon fire",
        from: "ada@customer.example",
        step: "create-issue",
        error: "POST /rest/api/3/issue on Jira: answered 400 (summary is required)",
        attempts: 1,
        failedAt: "",
      },
      {
        id: second,
        mailbox: BOX,
        internetMessageId: "<m2@customer.example>",
        subject: null,
        from: null,
        step: "create-issue",
        error: "POST /rest/api/3/issue on Jira: answered 400 (summary is required)",
        attempts: 1,
        failedAt: "",
      },
    ]);
    assert.match(rows[0].failedAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.match(table!.stdout, new RegExp(`^${first} .*create-issue.*ada@customer.example`, "m"));
    assert.ok(!table!.stdout.includes("\u001b"), "a mail repaints no terminal");
    assert.match(show!.stdout, /Error: +POST \/rest\/api\/3\/issue on Jira: answered 400/);
    assert.match(show!.stdout, /done +issue +\{"key":"SUP-1"\}/);
    assert.equal(unknown!.code, 2);
    assert.match(unknown!.stderr, /failed 999: no failed mail.*\n.*failed x: no failed mail/);
    assert.match(status!.stdout, /support@example\.com .* 0 +0 +0 +0 +2$/m);

    const retried = await o365(["failed", "retry", first], options);
    assert.deepEqual([retried.code, retried.stdout.split("\n")[0]], [0, `Back to work: ${first}.`]);
    const discarded = await o365(["failed", "discard", second], options);
    assert.equal(discarded.code, 0);
    const state = await openState({ path: join(folder, "state.db"), readOnly: true });
    const [box] = await state.counts();
    await state.close();
    assert.deepEqual({ pending: box!.pending, filtered: box!.filtered, failed: box!.failed }, {
      pending: 1,
      filtered: 1,
      failed: 0,
    });
  }));

Deno.test("failed retry wants ids or --all, and --all of nothing is done at once", () =>
  inFolder(async (folder) => {
    const [neither, both, all] = await Promise.all([
      o365(["failed", "retry"], { cwd: folder }),
      o365(["failed", "retry", "1", "--all"], { cwd: folder }),
      o365(["failed", "retry", "--all"], { cwd: folder }),
    ]);
    assert.deepEqual([neither!.code, both!.code, all!.code], [2, 2, 0]);
    assert.match(neither!.stderr, /expected ids of failed mail, or --all/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

/** Two failed mails; returns their ids. */
async function stateWithFailures(path: string): Promise<[string, string]> {
  const state = await openState({ path });
  try {
    await state.openMailbox(BOX, "2026-03-01T00:00:00.000Z");
    const messages = ["m1", "m2"].map((id, at) => ({
      id,
      receivedAt: `2026-03-02T10:00:0${at}.000Z`,
      conversationId: id,
      internetMessageId: `<${id}@customer.example>`,
    }));
    await state.accept({ mailbox: BOX, folder: "inbox", messages });
    const [first, second] = await state.take({ limit: 2, leaseMs: 60_000, mailboxes: [BOX] });
    await state.describe(first!.id, {
      internetMessageId: null,
      conversationId: null,
      identity: null,
      subject: "Printer \u001b[31mon fire",
      from: "ada@customer.example",
    });
    await state.startEffect({ key: "issue-1", deliveryId: first!.id, kind: "issue", carried: {} });
    await state.finishEffect("issue-1", { key: "SUP-1" });
    for (const { id } of [first!, second!]) {
      await state.finish(id, {
        outcome: "failed",
        reason: "Jira refused the issue",
        filter: null,
        issue: null,
        step: "create-issue",
        error: "POST /rest/api/3/issue on Jira: answered 400 (summary is required)",
      });
    }
    return [String(first!.id), String(second!.id)];
  } finally {
    await state.close();
  }
}
