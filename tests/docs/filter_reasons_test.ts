import assert from "node:assert/strict";
import type { FilterName } from "../../src/core/decision.ts";
import type { Envelope } from "../../src/core/mail.ts";
import { classifyAutomatic } from "../../src/filtering/automatic_mail/classify.ts";
import { candidate, envelope, facts, headers, people, threadFacts } from "../../src/filtering/envelope_for_test.ts";
import type { FilterFacts } from "../../src/filtering/facts.ts";
import { FILTERS, runFilters } from "../../src/filtering/filters.ts";
import { type ThreadFacts, voteThread } from "../../src/filtering/threads.ts";
import { document } from "./documents.ts";

const { text: PAGE } = await document("docs/filters.md");

/** A mail for each filter that it rejects. */
const REJECTED: Partial<Record<FilterName, readonly [Partial<Envelope>, Partial<FilterFacts>]>> = {
  "already-handled": [{}, { handled: { outcome: "created", issue: "SUP-12" } }],
  "before-start": [{ receivedAt: "2026-02-27T09:00:00Z" }, { startedAt: "2026-03-01T08:00:00Z" }],
  "own-output": [{}, { ownMessage: "<1@example.com>" }],
  "jira-automation": [{
    from: { name: "", address: "noreply@eu.automation.atlassian.com" },
    headers: headers("Authentication-Results: dkim=pass header.d=automation.atlassian.com; dmarc=pass"),
  }, {}],
  "jira-notification": [{ headers: headers("X-JIRA-FingerPrint: 1") }, {}],
  "sent-items": [{ folder: "sentitems" }, {}],
  "blacklist": [{ from: { name: "", address: "eve@spam.example" } }, { blacklist: ["spam.example"] }],
  "whitelist": [{}, { whitelist: ["x.com"] }],
  "automatic-mail": [{}, {
    knownIssue: "SUP-12",
    automatic: classifyAutomatic({ envelope: envelope({ headers: headers("Auto-Submitted: auto-replied") }) }),
  }],
  "recipient-control": [{ to: people("ada@x.com"), cc: people("support@x.com") }, {}],
};

Deno.test("the reasons that docs/filters.md shows are those that the filters give", () => {
  for (const { name } of FILTERS) {
    const [mail, told] = REJECTED[name]!;
    const { verdict, reason } = runFilters(envelope(mail), facts(told)).find(({ filter }) => filter === name)!;
    assert.equal(verdict, "reject", name);
    assert.equal(lastSpan(name), reason);
  }
});

Deno.test("so are those of the votes on the conversation", () => {
  const reply = headers("In-Reply-To: <0@x.com>");
  const lost: Record<string, readonly [Partial<Envelope>, Partial<ThreadFacts>]> = {
    "references": [{ headers: reply }, {}],
    "conversation": [{}, { conversation: [candidate("SUP-12", "ada@example.com")] }],
    "issue-key": [{ subject: "About SUP-12" }, { keys: [candidate("SUP-12", "bob@example.com")] }],
  };
  for (const [rule, [mail, told]] of Object.entries(lost)) {
    const { votes } = voteThread(envelope(mail), threadFacts(told));
    assert.equal(lastSpan(rule), votes.find((vote) => vote.rule === rule)!.reason);
  }
});

/** The code at the end of the table's row that begins so. */
function lastSpan(name: string): string {
  const row = PAGE.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? assert.fail(name);
  return /`([^`]+)` \|$/.exec(row)?.[1] ?? assert.fail(`${name}: no example`);
}
