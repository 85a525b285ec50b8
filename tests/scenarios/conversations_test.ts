/** Replies, agents, strangers, and what people do to an issue meanwhile. */

import assert from "node:assert/strict";
import { answering, mail, on, onBoth, type Scenario, SUPPORT } from "./world.ts";

const FIRST = "<first@customer.example>";

/** A mail that has become an issue. */
async function opened(scenario: Scenario, init: Parameters<typeof mail>[0] = {}) {
  await scenario.world.graph.deliver(SUPPORT, mail({ id: "first@customer.example", ...init }));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  return scenario.issue();
}

async function reply(scenario: Scenario, init: Parameters<typeof mail>[0] = {}): Promise<void> {
  await scenario.world.graph.deliver(
    SUPPORT,
    mail({ subject: "Re: Printer jams", headers: answering(FIRST), text: "Still jams.", ...init }),
  );
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
}

onBoth("a reply is one comment with only its new text, its attachments and its new watchers", {}, async (scenario) => {
  const grace = scenario.world.store.createUser({ displayName: "Grace Hopper", emailAddress: "grace@example.com" });
  const issue = await opened(scenario);
  await reply(scenario, {
    cc: "Grace <grace@example.com>",
    text: "Now it smokes.\r\n\r\nOn Mon, 2 Nov 2026 at 10:00, Support <support@example.com> wrote:\r\n> Thank you.\r\n",
    attachments: [{ name: "smoke.txt", content: "grey" }],
  });
  assert.equal(scenario.issues().length, 1);
  const [text] = scenario.comments();
  assert.match(text!, /Now it smokes/);
  assert.doesNotMatch(text!, /Thank you/);
  assert.deepEqual(scenario.attachments(), { "smoke.txt": "grey" });
  assert.ok(issue.watchers.has(grace.accountId));
  assert.deepEqual(scenario.acknowledged(), ["ada@customer.example"]);
});

onBoth("a reply to our acknowledgement joins the issue", {}, async (scenario) => {
  await opened(scenario);
  const [sent] = scenario.world.graph.outbox;
  await reply(scenario, { headers: answering(sent!.internetMessageId) });
  assert.equal(scenario.comments().length, 1);
});

onBoth("a reply by a stranger who knows only the key opens an issue of its own", {}, async (scenario) => {
  const issue = await opened(scenario);
  await reply(scenario, { from: "mallory@elsewhere.example", subject: `Re: [${issue.key}] hello`, headers: {} });
  assert.equal(scenario.issues().length, 2);
  assert.equal(issue.comments.length, 0);
});

onBoth("the key in the subject is enough for somebody who is on the issue", {}, async (scenario) => {
  const issue = await opened(scenario, { cc: "bob@customer.example" });
  await reply(scenario, { from: "bob@customer.example", subject: `About ${issue.key}`, headers: {} });
  assert.equal(scenario.issues().length, 1);
  assert.equal(scenario.comments().length, 1);
});

onBoth("what an agent sends from the mailbox is one comment that names the agent", {}, async (scenario) => {
  await opened(scenario);
  await scenario.world.graph.agentSends(SUPPORT, {
    inReplyTo: FIRST,
    to: ["ada@customer.example"],
    sender: "Grace Hopper <grace@example.com>",
    text: "Turn it off and on.",
    attachments: [{ name: "manual.txt", bytes: new TextEncoder().encode("page 1") }],
  });
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  const [text] = scenario.comments();
  assert.match(text!.split("\n")[0]!, /Grace Hopper/);
  assert.match(text!, /Turn it off and on/);
  assert.deepEqual(scenario.attachments(), { "manual.txt": "page 1" });
  assert.deepEqual(scenario.acknowledged(), ["ada@customer.example"]);
});

onBoth("an agent is mentioned if the sender behind the mailbox is a Jira user, the mailbox itself never is", {}, async (
  scenario,
) => {
  const { graph, store } = scenario.world;
  const grace = store.createUser({ displayName: "Grace Hopper", emailAddress: "grace@example.com" });
  store.createUser({ displayName: "Support Portal", emailAddress: SUPPORT });
  const issue = await opened(scenario);
  const answer = { inReplyTo: FIRST, to: ["ada@customer.example"], text: "Turn it off and on." };
  await graph.agentSends(SUPPORT, { ...answer, sender: "Grace Hopper <grace@example.com>" });
  await graph.agentSends(SUPPORT, answer);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  const mentions = issue.comments.map(({ body }) => {
    const text = JSON.stringify(body);
    return scenario.world.kind === "cloud"
      ? text.match(/"type":"mention"[^}]*/g) ?? []
      : text.match(/\[~[^\]]+\]/g) ?? [];
  });
  assert.deepEqual(mentions.map((found) => found.length).sort(), [0, 1]);
  const mentioned = scenario.world.kind === "cloud" ? grace.accountId : grace.name;
  assert.ok(mentions.flat()[0]!.includes(mentioned), mentions.flat()[0]);
});

on("cloud", "an agent's answer that is read before the mail it answers waits for it", {}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "first@customer.example" }));
  await graph.agentSends(SUPPORT, { inReplyTo: FIRST, to: ["ada@customer.example"], text: "On it." });
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(scenario.comments().length, 1);
});

onBoth("a conversation that the mailbox starts is nothing, and an answer to it is an issue", {}, async (scenario) => {
  const { graph } = scenario.world;
  const sent = await graph.agentSends(SUPPORT, { to: ["bob@customer.example"], subject: "Offer", text: "Buy." });
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(scenario.issues().length, 0);
  assert.match(scenario.lines.join("\n"), /^filtered \[sent-items\]/m);
  await reply(scenario, {
    from: "bob@customer.example",
    subject: "Re: Offer",
    headers: answering(sent.internetMessageId),
  });
  assert.equal(scenario.issue().summary, "Re: Offer");
});

onBoth("mail on a resolved issue is a comment, and the issue stays resolved", {}, async (scenario) => {
  const issue = await opened(scenario);
  scenario.world.store.transition(issue, "Done");
  await reply(scenario);
  assert.equal(scenario.comments().length, 1);
  assert.equal(scenario.world.store.status(issue).category, "done");
});

onBoth(
  "JIRA_RESOLVED_REPLY=reopen leads the issue out of its resolution, then comments",
  { env: { JIRA_RESOLVED_REPLY: "reopen" } },
  async (scenario) => {
    const issue = await opened(scenario);
    scenario.world.store.transition(issue, "Done");
    await reply(scenario);
    assert.notEqual(scenario.world.store.status(issue).category, "done");
    assert.equal(scenario.comments().length, 1);
    scenario.world.jira.journal.clear();
    await reply(scenario, { text: "And again." });
    assert.equal(scenario.world.jira.journal.find("POST", /\/transitions$/).length, 0);
    assert.equal(scenario.comments().length, 2);
  },
);

onBoth(
  "JIRA_RESOLVED_REPLY=new opens an issue that is linked to the resolved one, and the next reply joins that",
  { env: { JIRA_RESOLVED_REPLY: "new" } },
  async (scenario) => {
    const first = await opened(scenario);
    scenario.world.store.transition(first, "Done");
    await reply(scenario, { id: "second@customer.example" });
    assert.equal(first.comments.length, 0);
    const second = scenario.issueOf("Re: Printer jams");
    const { links } = scenario.world.store;
    assert.deepEqual(links.map(({ inward, outward }) => [inward, outward].sort()), [[first.id, second.id].sort()]);
    await reply(scenario, { headers: answering("<second@customer.example>"), text: "More." });
    assert.equal(second.comments.length, 1);
    assert.equal(scenario.issues().length, 2);
  },
);

onBoth("a reply on an issue that was deleted in Jira opens a new one, and the next reply joins that", {}, async (
  scenario,
) => {
  const issue = await opened(scenario);
  scenario.world.store.deleteIssue(issue);
  await reply(scenario, { id: "second@customer.example" });
  const fresh = scenario.issue();
  assert.notEqual(fresh.id, issue.id);
  await reply(scenario, { text: "More." });
  assert.equal(scenario.issue().comments.length, 1);
});

onBoth("a reply on an issue that was moved in Jira joins it under its new key", {}, async (scenario) => {
  const issue = await opened(scenario);
  scenario.world.store.createProject({ key: "OPS" });
  scenario.world.store.moveIssue(issue, "OPS");
  await reply(scenario);
  assert.equal(scenario.issue().comments.length, 1);
  assert.match(scenario.lines.join("\n"), /^commented OPS-1 /m);
  await reply(scenario, { subject: "Re: OPS-1", headers: {}, text: "By the new key." });
  assert.equal(scenario.issue().comments.length, 2);
});

onBoth("an issue that we may not see any more gets no comment: its reply is an issue of its own", {}, async (
  scenario,
) => {
  const issue = await opened(scenario);
  issue.hiddenFrom.add(
    scenario.world.store.user(scenario.world.kind === "cloud" ? "bot@example.com" : "bot")!.accountId,
  );
  await reply(scenario);
  assert.equal(issue.comments.length, 0);
  assert.equal(scenario.issues().length, 2);
});

on("cloud", "two replies of one conversation keep their order", {}, async (scenario) => {
  await opened(scenario);
  const { graph } = scenario.world;
  const at = Date.now();
  for (const [i, text] of ["one", "two", "three", "four"].entries()) {
    await graph.deliver(SUPPORT, mail({ subject: "Re: Printer jams", headers: answering(FIRST), text }), {
      receivedAt: at + i * 1000,
    });
  }
  graph.delta.behaviour.reversed = true;
  assert.equal(await scenario.once(), 0);
  assert.deepEqual(scenario.comments().map((text) => text.trim().split(/\s+/).at(-1)), ["one", "two", "three", "four"]);
});

on("cloud", "a mail and the reply to it that arrive together are one issue and one comment", {}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "first@customer.example" }));
  await graph.deliver(SUPPORT, mail({ subject: "Re: Printer jams", headers: answering(FIRST) }));
  assert.equal(await scenario.once(), 0);
  assert.equal(scenario.comments().length, 1);
});
