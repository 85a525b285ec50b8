import assert from "node:assert/strict";
import { answering, mail, on, onBoth, type Scenario, SUPPORT } from "./world.ts";

/** Reasons of filtered mail, as `history` tells them. */
async function reasons(scenario: Scenario): Promise<string[]> {
  const { state, close } = await scenario.bridge();
  try {
    const rows = await state.history({ limit: 100 });
    return rows.flatMap(({ outcome, reason }) => outcome === "filtered" && reason !== null ? [reason] : []);
  } finally {
    await close();
  }
}

onBoth("a bounce of our acknowledgement names its issue, is no comment and is not answered", {}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "first@customer.example" }));
  assert.equal(await scenario.once(), 0);
  const [acknowledgement] = graph.outbox;
  const boundary = "=_r";
  const head = mail({
    from: "Mail Delivery System <MAILER-DAEMON@mx.customer.example>",
    subject: "Undelivered Mail Returned to Sender",
    headers: {
      "Return-Path": "<>",
      "Auto-Submitted": "auto-replied",
      "Content-Type": `multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    },
  }).split("\r\nContent-Type: text/plain")[0]!;
  await graph.deliver(
    SUPPORT,
    [
      `${head}\r\n`,
      `--${boundary}\r\n\r\nThe mail could not be delivered.\r\n`,
      `--${boundary}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\nFinal-Recipient: rfc822; ada@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n`,
      `--${boundary}\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: ${
        acknowledgement!.internetMessageId
      }\r\nSubject: [SUP-1] x\r\n\r\nthe text\r\n`,
      `--${boundary}--\r\n`,
    ].join("\r\n"),
  );
  assert.equal(await scenario.once(), 0);
  const issue = scenario.issue();
  assert.equal(issue.comments.length, 0);
  assert.equal(graph.outbox.length, 1);
  assert.deepEqual((await reasons(scenario)).filter((reason) => reason.startsWith("a bounce")), [
    `a bounce of a mail of ${issue.key}: a delivery report (RFC 3464)`,
  ]);
});

on(
  "cloud",
  "a partner's answer with Auto-Submitted is a comment; his confirmation and a vacation are not",
  {},
  async (scenario) => {
    const { graph } = scenario.world;
    await graph.deliver(SUPPORT, mail({ id: "first@customer.example", cc: "desk@partner.example" }));
    assert.equal(await scenario.once(), 0);
    const reply = (text: string, headers: Record<string, string> = {}, subject = "Re: Printer jams [#77]") =>
      graph.deliver(
        SUPPORT,
        mail({
          from: "Partner desk <desk@partner.example>",
          subject,
          text,
          headers: { ...answering("<first@customer.example>"), "Auto-Submitted": "auto-replied", ...headers },
        }),
      );
    await reply("Your request has been received, ticket #77 was created.");
    await reply("The fuser is worn out. A new one is on its way.");
    await reply("I am on vacation until Monday.", {}, "Automatic reply: Printer jams");
    assert.equal(await scenario.once(), 0);
    assert.deepEqual(scenario.comments().map((text) => /fuser is worn out/.test(text)), [true]);
    assert.equal(graph.outbox.length, 1, "only the customer was answered");
    assert.equal(
      (await reasons(scenario)).filter((reason) => /^an automatic reply to a mail of SUP-1/.test(reason)).length,
      2,
    );
  },
);

on("cloud", "an invitation is an issue, the answer to one is filtered", {}, async (scenario) => {
  const { graph } = scenario.world;
  const meeting = (method: string, subject: string) => {
    const head = mail({ subject }).split("\r\nContent-Type:")[0]!;
    return `${head}\r\nContent-Type: multipart/alternative; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nLet us meet\r\n` +
      `--m\r\nContent-Type: text/calendar; charset=utf-8; method=${method}\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--m--\r\n`;
  };
  await graph.deliver(SUPPORT, meeting("REQUEST", "Review"));
  await graph.deliver(SUPPORT, meeting("REPLY", "Review of the answer"));
  assert.equal(await scenario.once(), 0);
  assert.equal(scenario.issue().summary, "Review");
  assert.deepEqual(Object.keys(scenario.attachments()), ["invite.ics"]);
  assert.match(scenario.attachments()["invite.ics"]!, /^BEGIN:VCALENDAR/);
  assert.match((await reasons(scenario)).join("\n"), /^a calendar response: an answer to a meeting/);
});

on("cloud", "AUTOMATIC_MAIL lets a kind in, unanswered, and keeps another out", {
  env: { AUTOMATIC_MAIL: "list:issue,notification:filter" },
}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(
    SUPPORT,
    mail({ subject: "Post", headers: { "List-Id": "<cats.example.org>", Precedence: "list" } }),
  );
  await graph.deliver(SUPPORT, mail({ subject: "Alarm", headers: { "Auto-Submitted": "auto-generated" } }));
  assert.equal(await scenario.once(), 0);
  assert.equal(scenario.issue().summary, "Post");
  assert.equal(graph.outbox.length, 0);
});

on("cloud", "what customers write to a list in front of the mailbox is an issue and is acknowledged", {
  env: { O365_ADDRESSES: "helpdesk@example.com" },
}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(
    SUPPORT,
    mail({
      to: "helpdesk@example.com",
      headers: {
        "List-Id": "<helpdesk.example.com>",
        Precedence: "list",
        "List-Unsubscribe": "<mailto:helpdesk+unsubscribe@example.com>",
      },
    }),
  );
  assert.equal(await scenario.once(), 0);
  scenario.issue();
  assert.deepEqual(scenario.acknowledged(), ["ada@customer.example"]);
});
