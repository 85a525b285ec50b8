/** Who is told the key, and who never is. */

import assert from "node:assert/strict";
import { mail, on, onBoth, type Scenario, SUPPORT } from "./world.ts";

async function deliver(scenario: Scenario, ...mails: Parameters<typeof mail>[0][]): Promise<void> {
  for (const init of mails) await scenario.world.graph.deliver(SUPPORT, mail(init));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
}

onBoth("a new issue is acknowledged once, to the sender alone, with key and link", {}, async (scenario) => {
  await deliver(scenario, { cc: "bob@customer.example" });
  const issue = scenario.issue();
  const [sent, ...more] = scenario.world.graph.outbox;
  assert.equal(more.length, 0);
  assert.deepEqual(sent!.to.map(({ address }) => address), ["ada@customer.example"]);
  assert.deepEqual([sent!.cc, sent!.bcc], [[], []]);
  assert.ok(sent!.body.content.includes(`${scenario.world.jira.url}/browse/${issue.key}`));
  assert.ok(sent!.headers.some(({ name, value }) => /^x-auto-response-suppress$/i.test(name) && /all/i.test(value)));
  await scenario.once();
  assert.equal(scenario.world.graph.outbox.length, 1);
});

on("cloud", "ACK=off acknowledges nothing", { env: { ACK: "off" } }, async (scenario) => {
  await deliver(scenario, {});
  scenario.issue();
  assert.equal(scenario.world.graph.outbox.length, 0);
  assert.equal(scenario.world.graph.journal.find("POST", /createReply/).length, 0);
});

onBoth(
  "ACK_LIMIT_PER_SENDER_PER_HOUR suppresses acknowledgements, never mail, and counts each sender",
  { env: { ACK_LIMIT_PER_SENDER_PER_HOUR: "2" } },
  async (scenario) => {
    const ada = Array.from({ length: 4 }, (_, i) => ({ subject: `ada ${i}` }));
    await deliver(scenario, ...ada, { subject: "bob", from: "Bob <bob@customer.example>" });
    assert.equal(scenario.issues().length, 5);
    assert.deepEqual(scenario.acknowledged().sort(), [
      "ada@customer.example",
      "ada@customer.example",
      "bob@customer.example",
    ]);
  },
);

on(
  "cloud",
  "nobody is acknowledged who is a machine, reads no mail, or is ourselves",
  {
    mailboxes: [{ address: SUPPORT }, { address: "sales@example.com" }],
    env: { O365_ADDRESSES: "help@example.com" },
  },
  async (scenario) => {
    await deliver(
      scenario,
      { subject: "machine", headers: { "Auto-Submitted": "auto-generated" } },
      { subject: "no-reply", from: "no-reply@customer.example" },
      { subject: "postmaster", from: "postmaster@customer.example" },
      { subject: "alias", from: "help@example.com" },
      { subject: "mailbox", from: "sales@example.com" },
      { subject: "silence", headers: { "X-Auto-Response-Suppress": "All" } },
    );
    assert.ok(scenario.issues().length > 0);
    assert.deepEqual(scenario.acknowledged(), []);
    assert.deepEqual(scenario.logged(/acknowledged/).filter((line) => !/not acknowledged/.test(line)), []);
  },
);

on("cloud", "Reply-To counts only within the sender's domain", {}, async (scenario) => {
  await deliver(
    scenario,
    { subject: "same", headers: { "Reply-To": "team@customer.example" } },
    { subject: "other", from: "bob@customer.example", headers: { "Reply-To": "victim@elsewhere.example" } },
  );
  assert.deepEqual(scenario.acknowledged().sort(), ["bob@customer.example", "team@customer.example"]);
});

on("cloud", "an acknowledgement is not acknowledged by another of our mailboxes, and becomes nothing", {
  mailboxes: [{ address: SUPPORT }, { address: "sales@example.com" }],
}, async (scenario) => {
  await deliver(scenario, {});
  await scenario.once();
  scenario.issue();
  assert.equal(scenario.world.graph.outbox.length, 1);
});

onBoth("a mail that Graph lets nobody answer any more still has its issue, and says so", {}, async (scenario) => {
  const { graph } = scenario.world;
  graph.faults.add({
    method: "POST",
    path: /createReply$/,
    action: { kind: "answer", status: 404, body: { error: { code: "ErrorItemNotFound", message: "not found" } } },
  });
  await deliver(scenario, {});
  scenario.issue();
  assert.match(scenario.lines.join("\n"), /not acknowledged: the mail is not in the mailbox any more/);
});
