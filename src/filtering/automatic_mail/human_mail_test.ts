/** Mail of people, with the headers and words that make programs take them for machines. */

import assert from "node:assert/strict";
import type { Envelope } from "../../core/mail.ts";
import { envelope, headers, people, person } from "../envelope_for_test.ts";
import { classifyAutomatic } from "./classify.ts";

interface Example {
  readonly headers?: readonly string[];
  readonly envelope?: Partial<Envelope>;
  readonly text?: string;
  readonly types?: readonly string[];
}

const EXCHANGE = [
  "Return-Path: ada@example.com",
  "Authentication-Results: spf=pass (sender IP is 203.0.113.1) smtp.mailfrom=example.com; dkim=pass; dmarc=pass; compauth=pass reason=100",
  "Thread-Topic: The printer is on fire",
  "Thread-Index: AdC8xQ==",
  "Accept-Language: en-GB",
  "Content-Language: en-GB",
  "X-MS-Has-Attach:",
  "X-MS-TNEF-Correlator:",
  "X-MS-Exchange-CrossTenant-OriginalArrivalTime: 02 Mar 2026 09:59:58.0000 (UTC)",
  "X-MS-Exchange-Transport-CrossTenantHeadersStamped: AM0PR01MB0001",
  "X-MS-PublicTrafficType: Email",
  "X-Microsoft-Antispam: BCL:0;",
  "X-Forefront-Antispam-Report: CIP:203.0.113.1;SFV:NSPM;CAT:NONE",
  'Content-Type: multipart/alternative; boundary="x"',
];

const PEOPLE: Readonly<Record<string, Example>> = {
  "no headers at all": {},
  "Exchange's headers": { headers: EXCHANGE },
  "Exchange that suppresses receipts": {
    headers: [...EXCHANGE, "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply"],
  },
  "Exchange that suppresses delivery receipts": { headers: [...EXCHANGE, "X-Auto-Response-Suppress: DR"] },
  "Exchange that suppresses everything": { headers: [...EXCHANGE, "X-Auto-Response-Suppress: All"] },
  "Auto-Submitted: no": { headers: [...EXCHANGE, "Auto-Submitted: no"] },
  "Auto-Submitted: no with a comment": { headers: ["Auto-Submitted: no (a person)"] },
  "Auto-Submitted: no and a no-reply address": {
    headers: ["Auto-Submitted: no", "Precedence: bulk", "X-Auto-Response-Suppress: All"],
    envelope: { from: person("Ada <alerts@example.com>") },
  },
  "X-Autoreply: no": { headers: ["X-Autoreply: no"] },
  "Gmail": {
    headers: [
      "Return-Path: <ada@gmail.com>",
      "DKIM-Signature: v=1; a=rsa-sha256; d=gmail.com; s=20230601",
      "X-Google-DKIM-Signature: v=1; a=rsa-sha256",
      "X-Gm-Message-State: AOJu0Yx",
      "X-Google-Smtp-Source: AGHT",
      "MIME-Version: 1.0",
    ],
  },
  "Apple Mail on a phone": { headers: ["X-Mailer: iPhone Mail (22D72)", "Mime-Version: 1.0 (1.0)"] },
  "Thunderbird": {
    headers: ["User-Agent: Mozilla Thunderbird", "Content-Type: text/plain; charset=UTF-8; format=flowed"],
  },
  "Lotus Notes": { headers: ["X-Mailer: HCL Notes Release 12.0", "X-MIMETrack: Serialize by Router"] },
  "eM Client": { headers: ["User-Agent: eM_Client/10.0", "X-Priority: 1"] },
  "high importance": { headers: ["Importance: high", "X-Priority: 1 (Highest)", "X-MSMail-Priority: High"] },
  "a request for a read receipt": {
    headers: ["Disposition-Notification-To: ada@example.com", "Return-Receipt-To: ada@example.com"],
  },
  "a spam filter's headers": {
    headers: ["X-Spam-Status: No, score=-1.2", "X-Spam-Flag: NO", "X-Virus-Scanned: clamav-milter"],
  },
  "a mail gateway": {
    headers: ["X-Mimecast-Spam-Score: 0", "X-Proofpoint-GUID: abc", "X-Barracuda-Connect: mx", "X-MailScanner: clean"],
  },
  "a rule of the sender's mailbox that redirects": {
    headers: [...EXCHANGE, "X-MS-Exchange-Inbox-Rules-Loop: ada@example.com", "Resent-From: bob@example.com"],
  },
  "a distribution group of Exchange": {
    headers: [...EXCHANGE, "X-MS-Exchange-ExternalOriginalInternetSender: ip=[203.0.113.1]"],
    envelope: { to: people("printers@example.com") },
  },
  "a reply from a sales program with a way to unsubscribe": {
    headers: [...EXCHANGE, "List-Unsubscribe: <mailto:u@hubspot.example>", "In-Reply-To: <1@x.com>"],
    envelope: { subject: "Re: Our offer" },
  },
  "a subject about being out of office": { envelope: { subject: "Re: out of office printer" }, headers: EXCHANGE },
  "an own subject like an automatic reply's": {
    envelope: { subject: "Out of office: who waters the plants?" },
    headers: EXCHANGE,
    text: "I am on vacation from Monday. Who waters the plants?",
  },
  "a German subject like an automatic reply's": {
    envelope: { subject: "Abwesenheit: Vertretung im März" },
    headers: EXCHANGE,
    text: "Ich bin im Urlaub, wer vertritt mich?",
  },
  "an answer to an automatic reply": {
    envelope: { subject: "Re: Automatic reply: The printer" },
    headers: [...EXCHANGE, "In-Reply-To: <a@x.com>"],
    text: "You wrote that you are out of office. When are you back?",
  },
  "a question about a bounce": {
    envelope: { subject: "Undeliverable: what does this mean?" },
    headers: EXCHANGE,
    text:
      "I get this: 550 5.1.1 user unknown. Reporting-MTA: dns; mx.example.com\nFinal-Recipient: rfc822; bob@x.com\nAction: failed",
  },
  "a bounce that was forwarded by a person": {
    envelope: { subject: "FW: Undeliverable: Offer" },
    headers: EXCHANGE,
    text:
      "Can you help?\n\nYour message to bob@x.com couldn't be delivered. 5.1.10 RESOLVER.ADR.RecipientNotFound\nMessage-ID: <a@b>",
    types: ["message/rfc822"],
  },
  "a mail about delivery": {
    envelope: { subject: "Delivery failed again" },
    headers: EXCHANGE,
    text: "The parcel was not delivered, the driver said the mailbox is full.",
  },
  "an attached mail": { types: ["message/rfc822", "image/png"], headers: EXCHANGE },
  "a meeting request": {
    envelope: { subject: "Printer review" },
    headers: [
      ...EXCHANGE,
      'Content-Type: multipart/alternative; boundary="y"',
      "Content-Class: urn:content-classes:calendarmessage",
      "X-MS-Exchange-Calendar-Originator-Id: x",
    ],
    types: ["text/calendar; charset=utf-8; method=REQUEST"],
  },
  "a meeting cancellation": {
    envelope: { subject: "Canceled: Printer review" },
    types: ["text/calendar; method=CANCEL"],
    headers: ["Content-Class: urn:content-classes:calendarmessage"],
  },
  "a meeting that a person forwards": {
    envelope: { subject: "FW: Printer review" },
    types: ["text/calendar; method=REQUEST"],
    headers: [...EXCHANGE, "X-MS-Exchange-Calendar-Originator-Id: x"],
  },
  "a request for a meeting with a telling subject": {
    envelope: { subject: "Accepted: now what?" },
    types: ["text/calendar; method=REQUEST"],
    headers: EXCHANGE,
  },
  "a subject like an answer to a meeting": { envelope: { subject: "Declined: my credit card" }, headers: EXCHANGE },
  "a subject like a read receipt's": { envelope: { subject: "Read: chapter five, then call me" }, headers: EXCHANGE },
  "a subject like a delivery receipt's": { envelope: { subject: "Delivered: wrong printer" }, headers: EXCHANGE },
  "a postmaster who writes himself": {
    envelope: { from: person("Pat <postmaster@example.com>"), subject: "Your MX records" },
    headers: EXCHANGE,
    text: "Hello, your MX records are wrong.",
  },
  "the alarm company's staff": { envelope: { from: person("Bo <alarm@example.com>") }, headers: EXCHANGE },
  "a name with reply in it": { envelope: { from: person("Noel Repley <noel.repley@example.com>") } },
  "a bot enthusiast": {
    envelope: { from: person("Bot <bothe@example.com>"), subject: "Auto: Bremse quietscht, bitte um Termin" },
  },
  "words of newsletters": {
    text:
      "How do I unsubscribe from your newsletter? It says: please do not reply to this e-mail, it was automatically generated.",
  },
  "a website's contact form sent by a person's program": {
    headers: ["X-PHP-Originating-Script: 1000:contact.php"],
    text: "Name: Ada\nMessage: my printer is broken",
  },
  "mail sent through Amazon by a small firm": {
    headers: ["Feedback-ID: 1.eu-west-1.abc:AmazonSES", "X-SES-Outgoing: 2026.03.02-54.240.1.1"].slice(0, 1),
  },
  "an empty subject and text": { envelope: { subject: "" }, text: "" },
  "a mail on behalf of another": {
    envelope: { from: person("Ada <ada@example.com>"), sender: person("Assistant <assistant@example.com>") },
    headers: EXCHANGE,
  },
  "a Return-Path of a program that tracks bounces": {
    headers: ["Return-Path: bounces+123-ada=example.com@mail.example.net"],
  },
  "a signed mail": {
    headers: ['Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256'],
  },
  "an encrypted mail": { headers: ["Content-Type: application/pkcs7-mime; smime-type=enveloped-data"] },
  "a scanned page sent by a person": {
    types: ["application/pdf"],
    envelope: { subject: "Scan from the second floor" },
  },
  "an Italian": { envelope: { subject: "Fuori servizio: stampante" }, headers: EXCHANGE },
  "a Japanese": { envelope: { subject: "不在の件について" }, text: "明日は不在です。" },
};

for (const [what, example] of Object.entries(PEOPLE)) {
  Deno.test(`classifyAutomatic() knows a person's mail: ${what}`, () => {
    const verdict = classifyAutomatic({
      envelope: envelope({ ...example.envelope, headers: headers(...example.headers ?? []) }),
      bodyText: example.text ?? "Hello,\n\nthe printer is on fire.\n\nAda",
      ...(example.types === undefined ? {} : { attachmentTypes: example.types }),
    });
    assert.equal(verdict.kind, null, verdict.evidence.join("; "));
    assert.equal(verdict.about, null);
  });
}

Deno.test("classifyAutomatic() is asked about at least forty people", () => {
  assert.ok(Object.keys(PEOPLE).length >= 40);
});
