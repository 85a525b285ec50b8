import assert from "node:assert/strict";
import type { AutomaticKind, FilterName } from "../core/decision.ts";
import type { Envelope } from "../core/mail.ts";
import { BY_A_PERSON, envelope, facts, headers, people, person } from "./envelope_for_test.ts";
import type { FilterFacts } from "./facts.ts";
import { decisive, FILTERS, runFilters } from "./filters.ts";
import { awaitsParent } from "./sent_items.ts";

/** The filter that decides, or `pass`. */
function decides(mail: Partial<Envelope> = {}, told: Partial<FilterFacts> = {}): FilterName | "pass" {
  return decisive(runFilters(envelope(mail), facts(told)))?.filter ?? "pass";
}

function reasonOf(filter: FilterName, mail: Partial<Envelope> = {}, told: Partial<FilterFacts> = {}): string {
  return runFilters(envelope(mail), facts(told)).find((verdict) => verdict.filter === filter)!.reason;
}

function automatic(kind: AutomaticKind, evidence = "Auto-Submitted: auto-generated") {
  return { kind, evidence: [evidence], about: null, reported: [], mayAnswer: false };
}

Deno.test("the filters are asked in the order of the contract", () => {
  assert.deepEqual(FILTERS.map(({ name }) => name), [
    "already-handled",
    "before-start",
    "own-output",
    "jira-automation",
    "jira-notification",
    "sent-items",
    "blacklist",
    "whitelist",
    "automatic-mail",
    "recipient-control",
  ]);
});

Deno.test("runFilters() lets an ordinary mail pass and gives every filter's reason", () => {
  const verdicts = runFilters(envelope(), facts());
  assert.equal(verdicts.length, 10);
  assert.equal(decisive(verdicts), null);
  for (const { reason } of verdicts) assert.match(reason, /^\S.*[^.]$/);
});

Deno.test("decisive() is the first rejection, and the later verdicts are still given", () => {
  const told = facts({ blacklist: ["example.com"], whitelist: ["other.com"] });
  const verdicts = runFilters(envelope({ to: [], cc: people("support@x.com") }), told);
  assert.equal(decisive(verdicts)?.filter, "blacklist");
  assert.deepEqual(verdicts.filter(({ verdict }) => verdict === "reject").map(({ filter }) => filter), [
    "blacklist",
    "whitelist",
    "recipient-control",
  ]);
});

Deno.test("already-handled names what became of the same mail", () => {
  assert.equal(decides({}, { handled: { outcome: "created", issue: "SUP-1" } }), "already-handled");
  assert.match(reasonOf("already-handled", {}, { handled: { outcome: "created", issue: "SUP-1" } }), /issue SUP-1$/);
  assert.match(reasonOf("already-handled", {}, { handled: { outcome: "commented", issue: "SUP-1" } }), /on SUP-1$/);
  assert.match(reasonOf("already-handled", {}, { handled: { outcome: null, issue: null } }), /being worked on/);
});

Deno.test("before-start keeps older mail out unless it was asked for", () => {
  const told = { startedAt: "2026-03-02T10:00:00.001Z" };
  assert.equal(decides({}, told), "before-start");
  assert.equal(decides({}, { ...told, includeBeforeStart: true }), "pass");
  assert.equal(decides({}, { startedAt: "2026-03-02T10:00:00.000Z" }), "pass");
  assert.equal(decides({}, { startedAt: null }), "pass");
  assert.equal(
    decides({ receivedAt: "2026-03-02T11:00:00+02:00" }, { startedAt: "2026-03-02T09:30:00Z" }),
    "before-start",
  );
});

Deno.test("own-output is known by mark, header and Message-ID", () => {
  assert.equal(decides({ marker: "ack:1" }), "own-output");
  assert.equal(decides({ headers: headers("X-O365-Connect: ack:1") }), "own-output");
  assert.equal(decides({}, { ownMessage: "<1@example.com>" }), "own-output");
});

Deno.test("jira-notification knows Jira's own mail of Cloud, Automation and Server", () => {
  assert.equal(decides({ from: person("jira@x.atlassian.net") }), "jira-notification");
  assert.equal(decides({ from: person("noreply@AUTOMATION.atlassian.com") }), "jira-notification");
  assert.equal(decides({ sender: person("jira@x.atlassian.net") }), "jira-notification");
  assert.equal(decides({ headers: headers("X-JIRA-FingerPrint: 1ab2") }), "jira-notification");
  assert.equal(decides({ headers: headers("X-Atlassian-Mail-Message-Id: 1") }), "jira-notification");
  assert.equal(decides({ internetMessageId: "<JIRA.13157534.1525.99.15@Atlassian.JIRA>" }), "jira-notification");
  const server = { jira: { host: "jira.example.org", addresses: ["tickets@example.org"] } };
  assert.equal(decides({ from: person("root@jira.example.org") }, server), "jira-notification");
  assert.equal(decides({ from: person("Tickets@example.org") }, server), "jira-notification");
  assert.equal(decides({ from: person("ada@example.org") }, server), "pass");
});

Deno.test("jira-notification does not take people for Jira", () => {
  assert.equal(decides({ from: person("ada@atlassian.com") }), "pass");
  assert.equal(decides({ from: person("ada@notatlassian.net") }), "pass");
  // Jira at https://x.com/jira: every colleague has an address at Jira's host.
  assert.equal(decides({ from: person("eve@x.com") }, { jira: { host: "x.com", addresses: [] } }), "pass");
  assert.equal(decides({ from: person("eve@localhost") }, { jira: { host: "localhost", addresses: [] } }), "pass");
});

Deno.test("jira-notification wins in a known conversation too", () => {
  assert.equal(decides({ headers: headers("X-JIRA-FingerPrint: 1") }, { knownIssue: "SUP-1" }), "jira-notification");
});

const sent: Partial<Envelope> = {
  folder: "sentitems",
  from: person("support@x.com"),
  sender: person("agent@x.com"),
  to: people("ada@example.com"),
};

Deno.test("sent-items: an agent's mail in a known conversation passes, whatever the lists say", () => {
  const told = { knownIssue: "SUP-1", blacklist: ["*"], whitelist: ["nobody.example"] };
  assert.equal(decides(sent, told), "pass");
});

Deno.test("sent-items: a conversation that the mailbox starts is nothing", () => {
  assert.equal(decides(sent), "sent-items");
  assert.equal(reasonOf("sent-items", sent), "a conversation that the mailbox starts is nothing");
});

Deno.test("sent-items: mail from the mailbox to itself is nothing in the Inbox either", () => {
  const toItself = { from: person("Support <SUPPORT@x.com>"), to: people("support@x.com") };
  assert.equal(decides(toItself), "sent-items");
  assert.equal(decides(toItself, { knownIssue: "SUP-1" }), "pass");
  assert.equal(decides(toItself, { verification: "fail" }), "pass", "a forged sender is not the mailbox");
  assert.equal(decides(toItself, { automatic: automatic("notification") }), "pass", "a web form writes in its name");
  assert.equal(decides({ from: person("hr@x.com") }), "pass", "another mailbox of ours may ask this one");
});

Deno.test("awaitsParent() waits one round of the Inbox for the mail that an agent answers", () => {
  const reply = envelope({ ...sent, headers: headers("In-Reply-To: <0@example.com>") });
  assert.equal(awaitsParent(reply, { knownIssue: null, inboxReadSince: false }), true);
  assert.equal(awaitsParent(reply, { knownIssue: null, inboxReadSince: true }), false);
  assert.equal(awaitsParent(reply, { knownIssue: "SUP-1", inboxReadSince: false }), false);
  assert.equal(awaitsParent(envelope(sent), { knownIssue: null, inboxReadSince: false }), false);
  const byIndex = envelope({ ...sent, conversationIndexLength: 27 });
  assert.equal(awaitsParent(byIndex, { knownIssue: null, inboxReadSince: false }), true);
});

Deno.test("blacklist covers From and Sender and wins over the whitelist", () => {
  assert.equal(decides({}, { blacklist: ["ADA@example.com"], whitelist: ["example.com"] }), "blacklist");
  assert.equal(decides({ sender: person("eve@evil.example") }, { blacklist: ["evil.example"] }), "blacklist");
  assert.equal(decides({ from: null, sender: null }, { blacklist: ["*"] }), "blacklist");
  assert.equal(decides({ from: null, sender: null }, { blacklist: ["example.com"] }), "pass");
});

Deno.test("whitelist lets in who is on it, and everybody when it is empty", () => {
  assert.equal(decides({}, { whitelist: ["other.com"] }), "whitelist");
  assert.equal(decides({}, { whitelist: ["other.com", "example.com"] }), "pass");
  assert.equal(decides({ from: null, sender: null }, { whitelist: ["example.com"] }), "whitelist");
});

Deno.test("the lists are for other people's mail, and a forged sender of ours is other people", () => {
  const told = { whitelist: ["example.com"], blacklist: ["x.com"] };
  assert.equal(decides({ from: person("hr@x.com") }, told), "pass");
  assert.equal(decides({ from: person("hr@x.com") }, { ...told, verification: "fail" }), "blacklist");
});

Deno.test("automatic-mail filters everything but notifications outside a conversation", () => {
  for (const kind of ["bounce", "auto-reply", "receipt", "calendar", "list"] as const) {
    assert.equal(decides({}, { automatic: automatic(kind) }), "automatic-mail", kind);
  }
  assert.equal(decides({}, { automatic: automatic("notification") }), "pass");
  assert.equal(decides({}, { automatic: { ...BY_A_PERSON, evidence: ["a weak sign"] } }), "pass");
});

Deno.test("automatic-mail in a known conversation: lists and notifications are comments, the others are not", () => {
  const known = { knownIssue: "SUP-1" };
  assert.equal(decides({}, { ...known, automatic: automatic("list") }), "pass");
  assert.equal(decides({}, { ...known, automatic: automatic("notification") }), "pass");
  for (const kind of ["bounce", "auto-reply", "receipt", "calendar"] as const) {
    assert.equal(decides({}, { ...known, automatic: automatic(kind) }), "automatic-mail", kind);
  }
});

Deno.test("automatic-mail in a known conversation: an answer of another ticket system is a comment", () => {
  const answer = { automatic: { ...automatic("auto-reply"), mayAnswer: true } };
  assert.equal(decides({}, { ...answer, knownIssue: "SUP-1" }), "pass");
  assert.equal(decides({}, answer), "automatic-mail", "outside a conversation it answers nobody");
});

Deno.test("automatic-mail follows AUTOMATIC_MAIL", () => {
  const automaticActions = { ...facts().automaticActions, list: "issue", notification: "filter" } as const;
  assert.equal(decides({}, { automaticActions, automatic: automatic("list") }), "pass");
  assert.equal(decides({}, { automaticActions, automatic: automatic("notification") }), "automatic-mail");
  assert.equal(decides({}, { automaticActions, automatic: automatic("notification"), knownIssue: "SUP-1" }), "pass");
});

Deno.test("automatic-mail names the evidence, and for a bounce the issue that it is about", () => {
  const told = { automatic: automatic("bounce", "multipart/report"), aboutIssue: "SUP-7" };
  assert.equal(reasonOf("automatic-mail", {}, told), "a bounce of a mail of SUP-7: multipart/report");
  const lying = { automatic: automatic("auto-reply", "vacation"), knownIssue: "SUP-8" };
  assert.equal(reasonOf("automatic-mail", {}, lying), "an automatic reply to a mail of SUP-8: vacation");
  assert.equal(
    reasonOf("automatic-mail", {}, { automatic: automatic("list", "List-Id"), aboutIssue: "SUP-7" }),
    "list mail: List-Id",
  );
});

Deno.test("recipient-control filters a copy for information", () => {
  const copy = { to: people("bob@example.com"), cc: people("SUPPORT@x.com") };
  assert.equal(decides(copy), "recipient-control");
  assert.equal(decides({ ...copy, cc: people("help@x.com") }), "recipient-control");
  assert.equal(decides({ ...copy, cc: people("support+hr@x.com") }), "recipient-control");
  assert.equal(decides(copy, { knownIssue: "SUP-1" }), "pass", "a reply is a comment");
});

Deno.test("recipient-control lets pass what is addressed to us, or to nobody that we know", () => {
  assert.equal(decides({ to: people("help@x.com"), cc: people("support@x.com") }), "pass");
  assert.equal(decides({ to: people("Support+HR@x.com"), cc: people("support@x.com") }), "pass");
  assert.equal(decides({ to: people("list@example.com") }), "pass");
  assert.equal(decides({ to: [] }), "pass");
});

Deno.test("recipient-control: a mail to one mailbox and in copy to another is the first one's", () => {
  const mail = { to: people("hr@x.com"), cc: people("support@x.com") };
  assert.equal(decides({ ...mail, mailbox: "support@x.com" }), "recipient-control");
  assert.equal(decides({ ...mail, mailbox: "hr@x.com" }), "pass");
});
