import assert from "node:assert/strict";
import { join } from "node:path";
import { localTime } from "../../src/cli/times.ts";
import type { OutcomeKind } from "../../src/core/decision.ts";
import { type FileState, openState } from "../../src/state/open.ts";
import { inFolder, o365 } from "../cli/spawn.ts";

const BOX = "support@example.com";
const JIRA = {
  JIRA_PLATFORM_URL: "https://example.atlassian.net",
  JIRA_PLATFORM_TOKEN: "token",
  JIRA_PROJECT_KEY: "SUP",
};

Deno.test("history shows every mail with outcome, reason and link, in local time, the newest first", () =>
  inFolder(async (folder) => {
    const env = await stateOf(folder, fewMails);
    const { code, stdout, stderr } = await o365(["history"], { cwd: folder, env: { ...env, ...JIRA } });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    const lines = stdout.split("\n");
    assert.match(lines[0]!, /^Received +From +Outcome +Issue +Reason$/);
    assert.deepEqual(lines.slice(1, 4).map((line) => line.split(/ {2,}/)), [
      [localTime("2026-03-04T12:00:00Z"), "-", "pending", "-", "-"],
      [
        localTime("2026-03-03T12:00:00Z"),
        "eve@spam.example",
        "filtered (blacklist)",
        "-",
        "eve@spam.example is kept out",
      ],
      [
        localTime("2026-03-02T12:00:00Z"),
        "=ada@customer.example",
        "created",
        "https://example.atlassian.net/browse/SUP-1",
        "a new conversation",
      ],
    ]);
  }));

Deno.test("history --json is one document with times in UTC", () =>
  inFolder(async (folder) => {
    const env = await stateOf(folder, fewMails);
    const { stdout } = await o365(["history", "--json", "--outcome", "created"], {
      cwd: folder,
      env: { ...env, ...JIRA },
    });
    const [entry, ...others] = JSON.parse(stdout);
    assert.deepEqual(others, []);
    assert.match(entry.finishedAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual({ ...entry, id: "", finishedAt: "" }, {
      id: "",
      mailbox: BOX,
      folder: "inbox",
      internetMessageId: "<m1;=1+1@customer.example>",
      from: "=ada@customer.example",
      receivedAt: "2026-03-02T12:00:00.000Z",
      outcome: "created",
      finishedAt: "",
      reason: "a new conversation",
      filter: null,
      issueUrl: "https://example.atlassian.net/browse/SUP-1",
      issue: "SUP-1",
    });
    const nothing = await o365(["history", "--json", "--from", "nobody@example.com"], { cwd: folder, env });
    assert.deepEqual([nothing.code, nothing.stdout], [0, "[]\n"]);
    const withoutJira = await o365(["history", "--json", "--outcome", "created"], { cwd: folder, env });
    assert.deepEqual([JSON.parse(withoutJira.stdout)[0].issue, JSON.parse(withoutJira.stdout)[0].issueUrl], [
      "SUP-1",
      null,
    ]);
  }));

Deno.test("history --csv is safe to open although strangers wrote what is in it", () =>
  inFolder(async (folder) => {
    const env = await stateOf(folder, fewMails);
    const { stdout } = await o365(["history", "--csv", "--outcome", "created"], { cwd: folder, env });
    const [heading, row, end] = stdout.split("\r\n");
    assert.equal(
      heading,
      '"receivedAt","mailbox","folder","from","outcome","reason","filter","issue","issueUrl","finishedAt",' +
        '"internetMessageId","id"',
    );
    assert.match(
      row!,
      /^"2026-03-02T12:00:00\.000Z","support@example\.com","inbox","'=ada@customer\.example","created",/,
    );
    assert.match(row!, /,"<m1;'=1\+1@customer\.example>","\d+"$/);
    assert.equal(end, "");
  }));

Deno.test("the day of --until is part of what is asked for, a time of --until is not", () =>
  inFolder(async (folder) => {
    const env = await stateOf(folder, fewMails);
    const received = async (...args: string[]) => {
      const { stdout } = await o365(["history", "--json", ...args], { cwd: folder, env });
      return JSON.parse(stdout).map(({ receivedAt }: { receivedAt: string }) => receivedAt.slice(8, 10));
    };
    const [day, time, range] = await Promise.all([
      received("--until", "2026-03-03"),
      received("--until", "2026-03-03T12:00:00Z"),
      received("--since", "2026-03-03", "--until", "2026-03-03"),
    ]);
    assert.deepEqual([day, time, range], [["03", "02"], ["02"], ["03"]]);
  }));

Deno.test("a history longer than the limit says so; --limit all shows all of it, over several pages", () =>
  inFolder(async (folder) => {
    const env = await stateOf(folder, async (state) => {
      const messages = Array.from({ length: 1203 }, (_, index) => ({
        id: `m${index}`,
        receivedAt: new Date(Date.UTC(2026, 2, 2) + index * 1000).toISOString(),
        conversationId: null,
        internetMessageId: null,
      }));
      await state.accept({ mailbox: BOX, folder: "inbox", messages });
    });
    const [few, all, json] = await Promise.all([
      o365(["history", "--limit", "3"], { cwd: folder, env }),
      o365(["history", "--limit", "all"], { cwd: folder, env }),
      o365(["history", "--limit", "all", "--json"], { cwd: folder, env }),
    ]);
    assert.equal(few.stdout.split("\n").length, 7);
    assert.match(few.stdout, /These are the newest 3; more with --limit <number>, all with --limit all\.\n$/);
    assert.equal(all.stdout.match(/pending/g)?.length, 1203);
    assert.doesNotMatch(all.stdout, /the newest/);
    const ids = JSON.parse(json.stdout).map(({ id }: { id: string }) => Number(id));
    assert.deepEqual(ids, Array.from({ length: 1203 }, (_, index) => 1203 - index));
  }));

Deno.test("history without a state is empty, exit 0, makes no file, and tells every wrong option at once", () =>
  inFolder(async (folder) => {
    const [empty, wrong] = await Promise.all([
      o365(["history"], { cwd: folder }),
      o365(
        [
          "history",
          "--since",
          "yesterday",
          "--until",
          "2026-02-30",
          "--limit",
          "0",
          "--from",
          "a b",
          "--json",
          "--csv",
        ],
        { cwd: folder },
      ),
    ]);
    assert.deepEqual([empty!.code, empty!.stdout], [0, "No mail is known for which all of this holds.\n"]);
    assert.equal(wrong!.code, 2);
    for (const name of ["--since", "--until", "--limit", "--from", "history"]) {
      assert.match(wrong!.stderr, new RegExp(`^ +${name}: `, "m"));
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

/** Makes a state with one mailbox, fills it, and returns the environment that names it. */
async function stateOf(folder: string, fill: (state: FileState) => Promise<void>): Promise<Record<string, string>> {
  const path = join(folder, "state.db");
  const state = await openState({ path });
  try {
    await state.openMailbox(BOX, "2026-03-01T00:00:00.000Z");
    await fill(state);
  } finally {
    await state.close();
  }
  return { DATABASE_URI: `sqlite:///${path.replaceAll("\\", "/")}` };
}

/** One created, one filtered, one pending. */
async function fewMails(state: FileState): Promise<void> {
  const accept = (id: string, day: number, internetMessageId: string | null) =>
    state.accept({
      mailbox: BOX,
      folder: "inbox",
      messages: [{ id, receivedAt: `2026-03-0${day}T12:00:00.000Z`, conversationId: null, internetMessageId }],
    });
  const end = async (from: string, outcome: OutcomeKind, reason: string) => {
    const [delivery] = await state.take({ limit: 1, leaseMs: 60_000, mailboxes: [BOX] });
    const facts = { internetMessageId: null, conversationId: null, identity: null, subject: "Printer" };
    await state.describe(delivery!.id, { ...facts, from });
    await state.finish(delivery!.id, {
      outcome,
      reason,
      filter: outcome === "filtered" ? "blacklist" : null,
      issue: outcome === "created" ? { id: "10001", key: "SUP-1" } : null,
    });
  };
  await accept("m1", 2, "<m1;=1+1@customer.example>");
  await end("=ada@customer.example", "created", "a new conversation");
  await accept("m2", 3, null);
  await end("eve@spam.example", "filtered", "eve@spam.example is kept out");
  await accept("m3", 4, null);
}
