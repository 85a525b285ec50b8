import assert from "node:assert/strict";
import type { Explanation } from "../app/explain.ts";
import { explanationLines } from "./explanation.ts";

const created: Explanation = {
  file: "a.eml",
  message: {
    id: null,
    internetMessageId: "<a@customer.example>",
    subject: "Printer",
    from: "ada@customer.example",
    receivedAt: null,
  },
  outcome: "created",
  reason: "a new conversation",
  automatic: false,
  automaticKind: null,
  automaticEvidence: [],
  verification: "none",
  filters: [{ filter: "blacklist", verdict: "pass", reason: "the blacklist is empty" }],
  thread: { rule: "none", issue: null, votes: [] },
  route: { board: "support", project: "SUP", issueType: "Task", labels: ["mail"], priority: "High" },
  people: {
    reporter: { address: "ada@customer.example", jiraUser: "ada" },
    watchers: [{ address: "bob@example.com", jiraUser: "bob" }],
  },
  acknowledgement: { to: null, reason: "ACK=off" },
  summary: "Printer",
  body: { format: "wiki", content: "*It* burns\n\nHelp" },
  text: "It burns\n\nHelp",
  removedText: "1\n2\n\n3\n4\n5\n6\n7",
  cutReason: "a quoted mail",
  attachments: [{
    name: "a.exe",
    contentType: "application/x-dosexec",
    size: 5,
    inline: false,
    action: "skip",
    reason: "not wanted",
  }],
  requests: [{ method: "POST", path: "/rest/api/2/issue" }],
};

Deno.test("explanationLines() tells everything that would be written, and why", () => {
  assert.deepEqual(explanationLines(created), [
    "File:       a.eml",
    "Subject:    Printer",
    "From:       ada@customer.example",
    "Message-ID: <a@customer.example>",
    "Outcome:    created: a new conversation",
    "",
    "Filters",
    "  pass    blacklist          the blacklist is empty",
    "",
    "Conversation",
    "  a new conversation",
    "",
    "Route",
    '  project     SUP, by board "support"',
    "  issue type  Task",
    "  labels      mail",
    "  priority    High",
    "",
    "People",
    "  reporter         ada@customer.example, Jira user ada",
    "  watcher          bob@example.com, Jira user bob",
    "  acknowledgement  none: ACK=off",
    "",
    "Text",
    "  Summary: Printer",
    "",
    "  *It* burns",
    "",
    "  Help",
    "",
    "Cut off",
    "  a quoted mail",
    "  | 1",
    "  | 2",
    "  | 3",
    "  | 4",
    "  | 5",
    "  | … 2 lines more (see --json)",
    "",
    "Attachments",
    "  skip    a.exe  application/x-dosexec, 5 bytes: not wanted",
    "",
    "Requests",
    "  POST  /rest/api/2/issue",
  ]);
});

Deno.test("explanationLines() shows an Atlassian document as its plain text", () => {
  const lines = explanationLines({
    ...created,
    body: { format: "adf", content: { type: "doc", version: 1, content: [] } },
  });
  assert.ok(lines.includes("  It burns"));
  assert.ok(lines.includes("  (written as an Atlassian document, see --json)"));
});

Deno.test("explanationLines() of filtered mail ends with the verdict, of an unreadable file with the reason", () => {
  const filtered = explanationLines({ ...created, outcome: "filtered", automaticKind: "bounce", automatic: true });
  assert.deepEqual(filtered.filter((line) => /^[A-Z][a-z ]+$/.test(line)), [
    "Filters",
    "Automatic mail",
    "Conversation",
  ]);
  assert.equal(
    explanationLines({ ...created, outcome: "failed", reason: "there is no such file" }).at(-1),
    "Outcome:    failed: there is no such file",
  );
});
