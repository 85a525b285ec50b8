// deno-lint-ignore-file no-control-regex -- what a terminal obeys is what is looked for
import assert from "node:assert/strict";
import { Rate, type Snapshot } from "../app/live.ts";
import { frame, plainLine } from "./live.ts";
import { localTime } from "./times.ts";

const AT = Date.parse("2026-03-02T10:00:00Z");
const BOX = {
  address: "support@example.com",
  startedAt: "2026-03-01T00:00:00.000Z",
  lastSyncAt: "2026-03-02T09:59:57.000Z",
  pending: 7,
  created: 20,
  commented: 3,
  filtered: 4,
  failed: 1,
};
const MAIL = {
  id: "12",
  mailbox: BOX.address,
  folder: "inbox",
  internetMessageId: null,
  from: "ada@customer.example",
  receivedAt: "2026-03-02T09:59:00.000Z",
  finishedAt: "2026-03-02T09:59:02.000Z",
  reason: "a new conversation",
  filter: null,
  issueUrl: null,
} as const;
const SNAPSHOT: Snapshot = {
  at: AT,
  status: {
    mailboxes: [BOX],
    paused: [{ destination: "jira", scope: "", since: "2026-03-02T09:50:00.000Z", reason: "down" }],
    lastError: { at: "2026-03-02T09:50:00.000Z", error: "GET /x on Jira: could not connect" },
  },
  recent: [
    { ...MAIL, outcome: "created", issue: "SUP-1" },
    { ...MAIL, id: "11", outcome: "failed", issue: null, reason: "refused \u001b[2J" },
  ],
  requests: [{ address: BOX.address, held: { listener: 3, check: 1 } }],
};

Deno.test("the picture shows mailboxes, rate, queue, pauses, Graph's requests and the last mail", () => {
  assert.deepEqual(frame(SNAPSHOT, 12.34, { columns: 200, rows: 50, colours: false }), [
    `${localTime("2026-03-02T10:00:00Z")}   7 pending, 12 mails a minute   Ctrl-C ends`,
    "",
    "Mailbox              last read      pending  created  commented  filtered  failed  Graph requests",
    "support@example.com  3 seconds ago        7       20          3         4       1  3 listener, 1 check",
    "",
    "Paused: Jira, 10 minutes ago: down",
    "Last error, 10 minutes ago: GET /x on Jira: could not connect",
    "",
    "Received             Outcome  Issue  From                  Reason",
    `${localTime(MAIL.receivedAt)}  created  SUP-1  ada@customer.example  a new conversation`,
    `${localTime(MAIL.receivedAt)}  failed   -      ada@customer.example  refused \\u001b[2J`,
  ]);
});

Deno.test("the picture is never larger than the terminal, and a mail repaints nothing", () => {
  for (const [columns, rows] of [[40, 9], [20, 3], [200, 60]] as const) {
    const lines = frame(SNAPSHOT, null, { columns, rows, colours: false });
    assert.ok(lines.length <= rows);
    for (const line of lines) assert.ok([...line].length <= columns && !line.includes("\u001b"), line);
  }
});

Deno.test("colours stand around a line, and only where they are wanted", () => {
  const text = frame(SNAPSHOT, null, { columns: 60, rows: 50, colours: true }).join("\n");
  assert.match(text, /\u001b\[33mPaused: Jira.*\u001b\[0m/);
  assert.match(text, /\u001b\[31m.*failed.*\u001b\[0m$/m);
  assert.match(text, /\u001b\[32m.*created.*\u001b\[0m$/m);
});

Deno.test("Rate tells mails a minute over the last minute, and is never negative", () => {
  const rate = new Rate(60_000);
  const look = (seconds: number, created: number) =>
    rate.add({ at: AT + seconds * 1000, status: { ...SNAPSHOT.status, mailboxes: [{ ...BOX, created }] } });
  look(0, 0);
  assert.equal(rate.perMinute(), null);
  look(30, 15);
  assert.equal(rate.perMinute(), 30);
  look(60, 15);
  look(120, 15);
  assert.equal(rate.perMinute(), 0, "what is older than a minute does not count");
  look(150, 10);
  assert.equal(rate.perMinute(), 0);
});

Deno.test("plainLine() tells the sums, and what is paused", () => {
  assert.equal(plainLine(SNAPSHOT), "7 pending, 20 created, 3 commented, 4 filtered, 1 failed, paused: Jira");
});
