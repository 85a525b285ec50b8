import assert from "node:assert/strict";
import type { Envelope } from "../core/mail.ts";
import { BY_A_PERSON, envelope, headers, OWN, people, person } from "./envelope_for_test.ts";
import {
  type AcknowledgementFacts,
  acknowledgementRecipient,
  isUnreadAddress,
  otherRecipients,
  participantsOf,
} from "./recipients.ts";

function acknowledged(mail: Partial<Envelope> = {}, told: Partial<AcknowledgementFacts> = {}): string | null {
  const facts = { own: OWN, automatic: BY_A_PERSON, verification: "none", ...told } as const;
  return acknowledgementRecipient(envelope(mail), facts).recipient?.address ?? null;
}

Deno.test("otherRecipients() leaves out us, our plus-forms and the sender, and names everybody once", () => {
  const mail = envelope({
    to: people("Support@x.com", "support+hr@x.com", "Bob <bob@example.com>", "ada@EXAMPLE.com"),
    cc: people("BOB@example.com", "help@x.com", "carl@example.com", "undisclosed-recipients:;"),
    bcc: people("dora@example.com"),
  });
  assert.deepEqual(otherRecipients(mail, OWN).map(({ address }) => address), [
    "bob@example.com",
    "carl@example.com",
    "dora@example.com",
  ]);
});

Deno.test("participantsOf() names From, To and Cc but nobody of us and nobody of Bcc", () => {
  const mail = envelope({
    to: people("support@x.com", "Bob@example.com"),
    cc: people("hr@x.com"),
    bcc: people("eve@x.org"),
  });
  assert.deepEqual(participantsOf(mail, OWN), ["ada@example.com", "bob@example.com"]);
});

Deno.test("acknowledgementRecipient() is the sender", () => {
  assert.equal(acknowledged(), "ada@example.com");
});

Deno.test("acknowledgementRecipient() follows a Reply-To within the same domain only", () => {
  assert.equal(acknowledged({ replyTo: people("desk@EXAMPLE.com") }), "desk@EXAMPLE.com");
  assert.equal(acknowledged({ replyTo: people("eve@evil.example") }), "ada@example.com");
  assert.equal(acknowledged({ replyTo: people("eve@mail.example.com") }), "ada@example.com");
});

Deno.test("acknowledgementRecipient() is nobody for machines, forgers and ourselves", () => {
  assert.equal(acknowledged({ from: null }), null);
  assert.equal(acknowledged({ from: person("no-address") }), null);
  assert.equal(acknowledged({ from: person("hr@x.com") }), null);
  assert.equal(acknowledged({ from: person("support+hr@x.com") }), null);
  assert.equal(acknowledged({ folder: "sentitems" }), null);
  assert.equal(acknowledged({}, { verification: "fail" }), null);
  assert.equal(
    acknowledged({}, {
      automatic: { kind: "notification", evidence: ["x"], about: null, reported: [], mayAnswer: false },
    }),
    null,
  );
  assert.equal(acknowledged({ from: person("No_Reply@example.com") }), null);
  assert.equal(acknowledged({ replyTo: people("noreply@example.com") }), null);
});

Deno.test("acknowledgementRecipient() honours a request for no automatic replies", () => {
  assert.equal(acknowledged({ headers: headers("X-Auto-Response-Suppress: DR, OOF, AutoReply") }), null);
  assert.equal(acknowledged({ headers: headers("X-Auto-Response-Suppress: All") }), null);
  assert.equal(acknowledged({ headers: headers("X-Auto-Response-Suppress: DR, RN, NRN, OOF") }), "ada@example.com");
});

Deno.test("isUnreadAddress() knows addresses that nobody reads, and spares people", () => {
  const unread = [
    "noreply@a.com",
    "No-Reply@a.com",
    "no.reply@a.com",
    "jira-noreply+1@a.com",
    "do_not_reply@a.com",
    "MAILER-DAEMON@a.com",
    "postmaster@a.com",
    "bounces+123@a.com",
    "list-bounces@a.com",
    "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@a.com",
  ];
  for (const address of unread) assert.equal(isUnreadAddress(address), true, address);
  for (const address of ["ada@a.com", "norman@a.com", "reply@a.com", "owner@a.com", "bouncer@a.com"]) {
    assert.equal(isUnreadAddress(address), false, address);
  }
});
