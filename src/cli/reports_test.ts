import assert from "node:assert/strict";
import { reportLines } from "./check_for_missing_events.ts";
import { readPorts } from "./simulate.ts";
import { statusLines } from "./status.ts";
import { localTime } from "./times.ts";

const NOW = Date.parse("2026-03-02T10:00:00Z");

Deno.test("statusLines() shows age, counts, pauses and the last error, and where to look", () => {
  const box = {
    address: "support@example.com",
    startedAt: "2026-03-01T00:00:00.000Z",
    lastSyncAt: "2026-03-02T09:58:00.000Z",
    pending: 1,
    created: 20,
    commented: 3,
    filtered: 4,
    failed: 5,
  };
  const report = {
    mailboxes: [box, { ...box, address: "hr@example.com", lastSyncAt: null, failed: 0 }],
    paused: [{ destination: "jira", scope: "", since: "2026-03-02T09:00:00.000Z", reason: "down" }] as const,
    lastError: { at: "2026-03-02T09:00:00.000Z", error: "GET /x on Jira: could not connect" },
  };
  const at = localTime(box.startedAt);
  assert.deepEqual(statusLines(report, "/srv/state.db", NOW), [
    "State: /srv/state.db",
    "",
    "Mailbox              started at           last read      pending  created  commented  filtered  failed",
    `support@example.com  ${at}  2 minutes ago        1       20          3         4       5`,
    `hr@example.com       ${at}  not yet              1       20          3         4       0`,
    "",
    `Paused: Jira since ${localTime("2026-03-02T09:00:00.000Z")}: down`,
    "Last error, 1 hour ago: GET /x on Jira: could not connect",
    "What failed, and why: o365-connect failed list",
  ]);
});

Deno.test("reportLines() counts by outcome, and in a dry run what would be handled", () => {
  const box = {
    address: "support@example.com",
    examined: 12,
    alreadyHandled: 5,
    beforeStart: 2,
    created: 1,
    commented: 1,
    filtered: 1,
    failed: 1,
    pending: 1,
  };
  const since = "2026-03-01T00:00:00.000Z";
  assert.deepEqual(reportLines({ since, mailboxes: [box] }, false), [
    `Mail since ${localTime(since)}:`,
    "Mailbox              examined  already handled  before start  created  commented  filtered  failed  pending",
    "support@example.com        12                5             2        1          1         1       1        1",
    "What failed, and why: o365-connect failed list",
    "What is pending is taken up by the next run.",
    "Mail from before the start of a mailbox is left alone; --include-before-start takes it.",
  ]);
  const dry = { ...box, beforeStart: 0, created: 0, commented: 0, filtered: 0, failed: 0, pending: 7 };
  assert.deepEqual(reportLines({ since, mailboxes: [dry] }, true).slice(1), [
    "Mailbox              examined  already handled  before start  would be handled",
    "support@example.com        12                5             0                 7",
  ]);
});

Deno.test("readPorts() tells every text that is no port", () => {
  assert.deepEqual(readPorts({ entra: undefined, graph: "8443" }), { graph: 8443 });
  assert.throws(() => readPorts({ entra: "0", graph: "x", jira: "70000" }), {
    name: "ConfigError",
    problems: ["entra", "graph", "jira"].map((name) => ({
      name: `--${name}-port`,
      problem: "expected a port between 1 and 65535",
    })),
  });
});
