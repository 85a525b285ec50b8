import assert from "node:assert/strict";
import type { AutomaticKind } from "../../core/decision.ts";
import type { Envelope } from "../../core/mail.ts";
import { envelope, headers, person } from "../envelope_for_test.ts";
import { classifyAutomatic } from "./classify.ts";

interface Example {
  readonly headers?: readonly string[];
  readonly envelope?: Partial<Envelope>;
  readonly text?: string;
  readonly types?: readonly string[];
}

function classify(example: Example) {
  return classifyAutomatic({
    envelope: envelope({ ...example.envelope, headers: headers(...example.headers ?? []) }),
    bodyText: example.text ?? "Hello",
    attachmentTypes: example.types ?? [],
  });
}

const EXAMPLES: Readonly<Record<AutomaticKind, Readonly<Record<string, Example>>>> = {
  "bounce": {
    "Exchange Online": {
      headers: [
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"',
        "X-MS-Exchange-Message-Is-Ndr:",
        "In-Reply-To: <our@x.com>",
      ],
      envelope: {
        from: person("Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>"),
        subject: "Undeliverable: [SUP-1] The printer",
      },
    },
    "Exchange Online as Graph shows it, without a content type": {
      headers: ["X-MS-Exchange-Message-Is-Ndr:", "Auto-Submitted: auto-replied"],
      envelope: { from: person("postmaster@example.com"), subject: "Unzustellbar: Der Drucker" },
    },
    "Postfix": {
      headers: ["Return-Path: <>", "Auto-Submitted: auto-replied"],
      envelope: { from: person("Mail Delivery System <MAILER-DAEMON@mx.example.com>") },
    },
    "a null return path alone": { headers: ["Return-Path: <>"] },
    "a mail system without an address": { headers: ["From: MAILER-DAEMON <>"], envelope: { from: null, sender: null } },
    "Exim": { headers: ["X-Failed-Recipients: bob@example.com"] },
    "a complaint": { headers: ["Content-Type: multipart/report; report-type=feedback-report"] },
    "parts that tell": { types: ["message/delivery-status", "message/rfc822"] },
    "a bounce through a list": {
      headers: [
        "List-Id: <cats.example.com>",
        "Precedence: list",
        "Content-Type: multipart/report; report-type=delivery-status",
      ],
    },
    "Amazon": {
      headers: ["X-SES-Outgoing: 1"],
      envelope: { from: person("no-reply@sns.amazonaws.com"), subject: "AWS Notification Message" },
      text: '{"Message":"{\\"notificationType\\":\\"Bounce\\",\\"bounce\\":{}}"}',
    },
    "a postmaster's Japanese notice": {
      envelope: { from: person("postmaster@example.jp"), subject: "メッセージを配信できません。" },
    },
  },
  "auto-reply": {
    "HCL Notes": {
      headers: ["Auto-Submitted: auto-generated"],
      envelope: { subject: "Bob Smith is out of the office (returning 12/01/2026)" },
      text: "I am away.",
    },
    "Exchange": {
      headers: [
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "X-MS-Exchange-Inbox-Rules-Loop: bob@example.com",
        "In-Reply-To: <our@x.com>",
      ],
      envelope: { subject: "Automatic reply: [SUP-1] The printer" },
    },
    "Exchange, in another tenant's language": {
      headers: ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"],
      envelope: { subject: "Automatische Antwort: Der Drucker" },
    },
    "Exchange without Auto-Submitted": {
      headers: ["X-Auto-Response-Suppress: All"],
      envelope: { subject: "Réponse automatique : L'imprimante" },
    },
    "Gmail": {
      headers: ["Precedence: bulk", "X-Autoreply: yes", "Auto-Submitted: auto-replied"],
      envelope: { subject: "Out of office Re: The printer" },
    },
    "vacation(1)": { headers: ["Precedence: junk"], envelope: { subject: "Out of office: back on Monday" } },
    "Sieve": { headers: ["Auto-Submitted: auto-replied (vacation)"] },
    "a null return path and a subject": {
      headers: ["Return-Path: <>"],
      envelope: { subject: "Abwesenheitsnotiz: Der Drucker" },
    },
    "osTicket": { headers: ["X-Autorespond: Ticket opened"] },
    "Precedence: auto_reply": { headers: ["Precedence: auto_reply"] },
    "Apple": { headers: ["X-Apple-Action: VACATION"] },
    "a partner's ticket system that says auto-replied": {
      headers: ["Auto-Submitted: auto-replied", "In-Reply-To: <our@x.com>", "X-Mailer: osTicket Mailer"],
      envelope: { subject: "Re: The printer [#123]" },
    },
  },
  "receipt": {
    "a read receipt": {
      headers: ['Content-Type: multipart/report; report-type="disposition-notification"; boundary=x'],
      envelope: { subject: "Read: The printer" },
    },
    "a read receipt with a null return path": {
      headers: ["Return-Path: <>", "X-Auto-Response-Suppress: All"],
      envelope: { subject: "Gelesen: Der Drucker" },
    },
    "Exchange's own within one organisation": {
      envelope: { subject: "Read: The printer" },
      text:
        "Your message\n\n   To: Bob\n   Subject: The printer\n   Sent: Monday, March 2, 2026 10:00:00 AM (UTC)\n\n was read on Monday.",
    },
    "parts that tell": { types: ["text/plain", "message/disposition-notification"] },
    "a delivery receipt": {
      headers: ["Content-Type: multipart/report; report-type=delivery-status"],
      envelope: { subject: "Delivered: The printer" },
      text: "Your message has been delivered.",
    },
    "a report of success": {
      types: ["message/delivery-status"],
      text: "Final-Recipient: rfc822; bob@example.com\nAction: delivered\nStatus: 2.0.0",
    },
  },
  "calendar": {
    "Google": {
      headers: ['Content-Type: multipart/mixed; boundary="x"'],
      envelope: { subject: "Accepted: Printer review @ Tue 3 Mar 2026 (Ada)" },
      types: ["text/calendar; charset=UTF-8; method=REPLY", "application/ics; name=invite.ics"],
    },
    "Exchange": {
      headers: ["X-MS-Exchange-Calendar-Originator-Id: x", "Content-Class: urn:content-classes:calendarmessage"],
      envelope: { subject: "Zugesagt: Drucker" },
    },
    "a whole mail that is the answer": { headers: ['Content-Type: text/calendar; method="REPLY"; charset=utf-8'] },
    "a proposal of a new time": { types: ["text/calendar; method=COUNTER"] },
    "a notice of forwarding": {
      headers: ["Auto-Submitted: auto-generated", "Return-Path: <>"],
      envelope: { subject: "Meeting Forward Notification: Printer review" },
    },
    "an old message class": { headers: ["X-Message-Class: IPM.Schedule.Meeting.Resp.Neg"] },
  },
  "list": {
    "Mailman": { headers: ["List-Id: Cats <cats.example.com>", "Precedence: list", "X-BeenThere: cats@example.com"] },
    "a newsletter": {
      headers: [
        "List-Unsubscribe: <https://n.example.com/u>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Precedence: bulk",
      ],
      envelope: { from: person("Shop <news@example.com>") },
    },
    "a way to unsubscribe alone": { headers: ["List-Unsubscribe: <mailto:u@example.com>"] },
    "Mailchimp": { headers: ["X-MC-User: 1", "Feedback-ID: 1:1:us1:mc"] },
    "Precedence: bulk alone": { headers: ["Precedence: bulk"] },
    "a generated newsletter": {
      headers: ["List-Id: <n.example.com>", "List-Unsubscribe: <x>", "Auto-Submitted: auto-generated"],
    },
    "a list that says that people write": { headers: ["List-Id: <cats.example.com>", "Auto-Submitted: no"] },
  },
  "notification": {
    "monitoring": {
      headers: ["Auto-Submitted: auto-generated", "Precedence: bulk"],
      envelope: { from: person("nagios@example.com"), subject: "PROBLEM: printer is DOWN" },
    },
    "Sieve notify": { headers: ['Auto-Submitted: auto-notified; owner-email="x@example.com"'] },
    "a shop": {
      headers: ["Feedback-ID: 1:shop", "X-SG-EID: x"],
      envelope: { from: person("Shop <no-reply@example.com>"), subject: "Your order 42" },
    },
    "no-reply that says so": {
      envelope: { from: person("donotreply@example.com") },
      text: "This is an automated message, please do not reply to this email.",
    },
    "cron": { headers: ["X-Cron-Env: <SHELL=/bin/sh>"], envelope: { from: person("root@example.com") } },
    "a partner's ticket system that says auto-generated": {
      headers: ["Auto-Submitted: auto-generated", "In-Reply-To: <our@x.com>", "X-OTRS-Loop: yes"],
      envelope: { subject: "[Ticket#2026] Re: The printer" },
    },
    "a build server": { headers: ["X-Jenkins-Job: printers", "X-Jenkins-Result: FAILURE"] },
  },
};

for (const [kind, examples] of Object.entries(EXAMPLES)) {
  for (const [what, example] of Object.entries(examples)) {
    Deno.test(`classifyAutomatic() finds a ${kind}: ${what}`, () => {
      const verdict = classify(example);
      assert.equal(verdict.kind, kind, verdict.evidence.join("; "));
      assert.ok(verdict.evidence.length > 0);
    });
  }
}

const AUTO_REPLY_SUBJECTS = [
  "Automatic reply: x",
  "Out of Office AutoReply: x",
  "Automatische Antwort: x",
  "Abwesenheitsnotiz: x",
  "Réponse automatique : x",
  "Respuesta automática: x",
  "Resposta automática: x",
  "Risposta automatica: x",
  "Automatisch antwoord: x",
  "Autosvar: x",
  "Automatiskt svar: x",
  "Automatisk svar: x",
  "Automaattinen vastaus: x",
  "Automatyczna odpowiedź: x",
  "Automatická odpověď: x",
  "Automatická odpoveď: x",
  "Automatikus válasz: x",
  "Răspuns automat: x",
  "Автоматический ответ: x",
  "Автоматична відповідь: x",
  "Автоматичен отговор: x",
  "Αυτόματη απάντηση: x",
  "Otomatik yanıt: x",
  "Automatski odgovor: x",
  "Samodejni odgovor: x",
  "自動応答: x",
  "自动答复: x",
  "自動回覆: x",
  "자동 회신: x",
  "رد تلقائي: x",
  "תשובה אוטומטית: x",
];

Deno.test("classifyAutomatic() knows the subject of an automatic reply in many languages, with a second sign only", () => {
  for (const subject of AUTO_REPLY_SUBJECTS) {
    const alone = classify({ envelope: { subject } });
    assert.deepEqual([alone.kind, alone.evidence[0]], [null, "the subject of an automatic reply"], subject);
    const second = classify({ envelope: { subject }, headers: ["X-Auto-Response-Suppress: All"] });
    assert.equal(second.kind, "auto-reply", subject);
  }
});

const BOUNCE_SUBJECTS = [
  "Undeliverable: x",
  "Unzustellbar: x",
  "Non remis : x",
  "No se puede entregar: x",
  "Não é possível entregar: x",
  "Non recapitabile: x",
  "Onbestelbaar: x",
  "Kan inte levereras: x",
  "Ikke leveret: x",
  "Ei voi toimittaa: x",
  "Niedostarczalne: x",
  "Nedoručitelné: x",
  "Kézbesíthetetlen: x",
  "Не удалось доставить: x",
  "Teslim edilemiyor: x",
  "配信不能: x",
  "未送达: x",
];

Deno.test("classifyAutomatic() knows the subject of a bounce in many languages, with a second sign only", () => {
  for (const subject of BOUNCE_SUBJECTS) {
    assert.equal(classify({ envelope: { subject } }).kind, null, subject);
    assert.equal(classify({ envelope: { subject, from: person("postmaster@x.com") } }).kind, "bounce", subject);
  }
});

Deno.test("classifyAutomatic() tells the strongest evidence of the kind first", () => {
  const verdict = classify({
    headers: ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", "Precedence: bulk"],
    envelope: { from: person("alerts@example.com") },
  });
  assert.equal(verdict.kind, "notification");
  assert.equal(verdict.evidence[0], 'header "Auto-Submitted: auto-generated"');
  assert.ok(verdict.evidence.some((words) => words.includes("Precedence: bulk")));
});

Deno.test("classifyAutomatic() says which mail a report is about", () => {
  const bounce = ["Return-Path: <>"];
  const about = (example: Example) => classify(example).about;
  assert.equal(about({ headers: [...bounce, "In-Reply-To: <our@x.com>"] }), "<our@x.com>");
  assert.equal(about({ headers: bounce, text: "Failed.\n\nMessage-ID: <our@x.com>\nSubject: x" }), "<our@x.com>");
  assert.equal(
    about({ headers: bounce, text: "<p>Failed</p><pre>Message-ID: &lt;our@x.com&gt;</pre>" }),
    "<our@x.com>",
  );
  assert.equal(about({ headers: [...bounce, "References: <older@x.com> <our@x.com>"] }), "<our@x.com>");
  assert.equal(
    about({ headers: bounce, text: "Message-ID: <1@example.com>\n\n> Message-Id: <our@x.com>" }),
    "<our@x.com>",
  );
  assert.equal(
    about({
      types: ["message/disposition-notification"],
      headers: ["In-Reply-To: <other@x.com>"],
      text: "Original-Message-ID: <our@x.com>\nDisposition: manual-action/MDN-sent-manually; displayed",
    }),
    "<our@x.com>",
  );
  assert.equal(about({ headers: bounce }), null);
  assert.equal(about({ headers: ["List-Id: <x>", "In-Reply-To: <our@x.com>"] }), null);
});

Deno.test("classifyAutomatic() reads headers in any case and folded", () => {
  assert.equal(classify({ headers: ["AUTO-SUBMITTED: Auto-Replied\r\n (vacation)"] }).kind, "auto-reply");
  assert.equal(classify({ headers: ["precedence:  BULK "] }).kind, "list");
});

Deno.test("classifyAutomatic() reads hostile text", () => {
  for (
    const text of [
      "<".repeat(500_000),
      "<p>" + "<style".repeat(100_000),
      "delivery to ".repeat(50_000),
      "\n".repeat(500_000),
      "message-id:".repeat(50_000),
    ]
  ) {
    // With the square of the length this would not end.
    assert.equal(classify({ headers: ["Return-Path: <>"], text }).kind, "bounce", text.slice(0, 20));
  }
});
