/** Mail as the systems of the field write it, machines' and people's, and what is told apart in a known conversation. */

import assert from "node:assert/strict";
import type { AutomaticKind } from "../../core/decision.ts";
import type { Envelope } from "../../core/mail.ts";
import { envelope, headers, people, person } from "../envelope_for_test.ts";
import { type ClassifiedMail, classifyAutomatic } from "./classify.ts";

interface Example extends Omit<ClassifiedMail, "envelope"> {
  readonly headers?: readonly string[];
  readonly envelope?: Partial<Envelope>;
}

function classify({ headers: lines = [], envelope: changes, ...rest }: Example) {
  return classifyAutomatic({
    bodyText: "Hello",
    ...rest,
    envelope: envelope({ ...changes, headers: headers(...lines) }),
  });
}

const SYSTEMS: readonly (readonly [what: string, kind: AutomaticKind | null, example: Example])[] = [
  ["a Google DMARC report", "notification", {
    envelope: {
      from: person("noreply-dmarc-support@google.com"),
      subject: "Report domain: x.com Submitter: google.com Report-ID: 1234",
    },
    attachmentTypes: ["application/zip"],
  }],
  ["a Microsoft DMARC report", "notification", {
    envelope: {
      from: person("dmarcreport@microsoft.com"),
      subject: "[Preview] Report Domain: x.com Submitter: enterprise.protection.outlook.com Report-ID: abc",
    },
    attachmentTypes: ["application/gzip"],
  }],
  ["a person who asks about a DMARC report", null, {
    envelope: { subject: "FW: Report domain: x.com Submitter: google.com Report-ID: 1" },
    attachmentTypes: ["application/zip"],
  }],
  ["a TLS report", "notification", {
    headers: ['Content-Type: multipart/report; report-type="tlsrpt"; boundary=x', "TLS-Report-Domain: x.com"],
  }],
  ["an alarm through a mail service, with the way to unsubscribe that Gmail asks for", "notification", {
    headers: ["List-Unsubscribe: <https://a.example/u>", "X-SG-EID: x", "Feedback-ID: 1"],
    envelope: { from: person("Monitor <alerts@dtdg.example>"), subject: "[Triggered] disk full" },
    bodyText: "This is an automated message.",
  }],
  ["a newsletter from a no-reply address", "list", {
    headers: ["List-Unsubscribe: <https://a.example/u>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"],
    envelope: { from: person("Shop <noreply@shop.example>"), subject: "Spring sale" },
  }],
  ["a cloud's notice from a no-reply address", "notification", {
    envelope: { from: person("Microsoft Azure <azure-noreply@microsoft.com>"), subject: "Your invoice is ready" },
  }],
  ["a web form that writes for a person", null, {
    envelope: {
      from: person("Website <noreply@firm.example>"),
      replyTo: people("Ada <ada@customer.example>"),
      subject: "Contact form: printer",
    },
  }],
  ["a small firm's mail through Amazon", null, {
    headers: ["Feedback-ID: 1.eu-west-1.abc:AmazonSES", "X-SES-Outgoing: 2026.03.02-54.240.1.1"],
  }],
  ["a mail that a rule of the customer's mailbox forwards", null, {
    headers: [
      "X-MS-Exchange-Inbox-Rules-Loop: ada@example.com",
      "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
      "X-Auto-Response-Suppress: All",
    ],
    envelope: { subject: "FW: invoice" },
  }],
  ["people's mail that wants no automatic answers", null, {
    headers: ["X-Auto-Response-Suppress: All"],
    envelope: { from: person("Bo <alerts@example.com>") },
    bodyText: "Please do not reply to this number, call me.",
  }],
  ["a postmaster who forwards a mail as a file", null, {
    envelope: { from: person("Pat <postmaster@example.com>"), subject: "Is this yours?" },
    attachmentTypes: ["message/rfc822"],
  }],
  ["a post in somebody's Google group", "list", {
    headers: [
      "Precedence: list",
      "Mailing-list: list cats@googlegroups.example; contact cats+owners@googlegroups.example",
      "List-ID: <cats.googlegroups.example>",
      "X-Google-Group-Id: 42",
      "List-Post: <https://groups.example/group/cats/post>, <mailto:cats@googlegroups.example>",
    ],
  }],
  ["an internal bounce of Exchange, as Graph tells it without headers", "bounce", {
    envelope: {
      from: person("Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.com>"),
      subject: "Undeliverable: Printer",
    },
    attachmentTypes: ["message/rfc822"],
  }],
  ["an answering machine of a vendor that nobody knows", "auto-reply", { headers: ["X-Acme-AutoReply: yes"] }],
  ["an answering machine's header that says no", null, { headers: ["X-Acme-Auto-Reply: no", "X-Vacation: false"] }],
  ["a mail that forbids automatic answers in its own words", null, {
    headers: ["X-No-Auto-Reply: yes", "X-Autoreply-Suppress: all", "X-MS-Has-Attach-OOF:"],
  }],
  ["a vacation that says auto-generated", "auto-reply", { headers: ["Auto-Submitted: auto-generated (vacation)"] }],
  ["a watch program by any of its headers", "notification", { headers: ["X-PagerDuty-Incident: Q1"] }],
  ["a colleague's header that only begins alike", null, { headers: ["X-RTFM: yes", "X-Githubber: ada"] }],
  ["MDaemon's bounce", "bounce", {
    envelope: { from: person("MDaemon <mdaemon@example.com>"), subject: "Undeliverable mail" },
  }],
  ["an answer to a meeting, as Graph tells it", "calendar", {
    envelope: { subject: "Accepted: review" },
    attachmentTypes: ["text/calendar; method=REPLY"],
  }],
];

for (const [what, kind, example] of SYSTEMS) {
  Deno.test(`classifyAutomatic() knows ${what}: ${kind ?? "a person's"}`, () => {
    const verdict = classify(example);
    assert.equal(verdict.kind, kind, verdict.evidence.join("; "));
  });
}

const OWN_LIST = [
  "Precedence: list",
  "Mailing-list: list support@x.com; contact support+owners@x.com",
  "List-ID: <support.x.com>",
  "X-Google-Group-Id: 42",
  "List-Unsubscribe: <mailto:googlegroups-manage+42+unsubscribe@googlegroups.example>",
];

Deno.test("what people write to a list that is one of our addresses is a person's mail", () => {
  const own = { ownAddresses: ["helpdesk@x.com", "Support@X.com"] };
  assert.equal(classify({ headers: OWN_LIST, ...own }).kind, null);
  assert.equal(classify({ headers: ["List-Id: Support <support.x.com>", "Precedence: list"], ...own }).kind, null);
  assert.equal(classify({ headers: OWN_LIST, ownAddresses: ["other@x.com"] }).kind, "list");
  assert.equal(classify({ headers: [...OWN_LIST, "Auto-Submitted: auto-generated"], ...own }).kind, "notification");
});

const TICKET = ["Auto-Submitted: auto-replied", "In-Reply-To: <our@x.com>", "X-Auto-Response-Suppress: All"];

const ANSWERS: readonly (readonly [what: string, mayAnswer: boolean, example: Example])[] = [
  ["a partner's ticket system with an answer", true, {
    headers: TICKET,
    envelope: { subject: "Re: The printer [#123]" },
    bodyText: "Hello,\n\nthe fuser is worn out. We send you a new one, part 4711.\n\nBo, Printers Ltd",
  }],
  ["an answer above a quoted confirmation", true, {
    headers: TICKET,
    bodyText:
      "The new drum left today.\n\nOn Tue, 3 Mar 2026 at 10:00, Support <support@x.com> wrote:\n> We have received your request and will get back to you.",
  }],
  ["an HTML answer", true, {
    headers: TICKET,
    bodyText: "<html><body><div>Please try firmware 2.3 and tell us.</div></body></html>",
  }],
  ["a confirmation", false, {
    headers: TICKET,
    envelope: { subject: "[#123] We got your mail" },
    bodyText:
      "Thank you for your mail. Your request has been received and a ticket was created. We will get back to you.",
  }],
  ["a German confirmation", false, {
    headers: TICKET,
    bodyText: "Guten Tag,\n\nIhre Anfrage ist bei uns eingegangen.",
  }],
  ["a mailbox that nobody reads", false, { headers: TICKET, bodyText: "This e-mail address is no longer monitored." }],
  ["somebody who left", false, { headers: TICKET, bodyText: "Bob no longer works for Example Ltd." }],
  ["a vacation by its words", false, { headers: TICKET, bodyText: "I am out of the office until Monday." }],
  ["a vacation by its subject", false, { headers: TICKET, envelope: { subject: "Automatic reply: printer" } }],
  ["a vacation by its comment", false, { headers: ["Auto-Submitted: auto-replied (vacation)"] }],
  ["a vacation by its header", false, { headers: [...TICKET, "X-Autoreply: yes"] }],
  ["an answering machine that wants no bounces", false, { headers: [...TICKET, "Return-Path: <>"] }],
  ["an empty text", false, { headers: TICKET, bodyText: "" }],
];

for (const [what, mayAnswer, example] of ANSWERS) {
  Deno.test(`an automatic reply ${mayAnswer ? "may be" : "is not"} an answer: ${what}`, () => {
    const verdict = classify(example);
    assert.equal(verdict.kind, "auto-reply", verdict.evidence.join("; "));
    assert.equal(verdict.mayAnswer, mayAnswer);
  });
}

Deno.test("a bounce gives every Message-ID by which its issue may be known, the returned mail's first", () => {
  const verdict = classify({
    headers: ["Return-Path: <>"],
    envelope: { internetMessageId: "<bounce@mx>" },
    bodyText: "It could not be delivered. Message-ID: <bounce@mx>",
    reportText:
      "Action: failed\nMessage-ID: <ack@x.com>\nIn-Reply-To: <first@customer>\nReferences: <zero@customer> <first@customer>",
  });
  assert.deepEqual(verdict.reported, ["<ack@x.com>", "<first@customer>", "<zero@customer>"]);
  assert.equal(verdict.about, "<ack@x.com>");
  assert.deepEqual(classify({ reportText: "Message-ID: <a@b>" }).reported, []);
});

Deno.test("answers are told from confirmations in hostile text", () => {
  for (
    const text of ["on the ".repeat(100_000), "ticket ".repeat(100_000), "> ".repeat(200_000), "from: ".repeat(100_000)]
  ) {
    // With the square of the length this would not end.
    assert.equal(classify({ headers: TICKET, bodyText: text }).kind, "auto-reply", text.slice(0, 20));
  }
});
