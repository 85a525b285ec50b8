import assert from "node:assert/strict";
import { ADA, recipientsOf, relayed, textOf, withIssue } from "./relay.ts";
import { answering, mail, onBoth, SUPPORT } from "./world.ts";

const NOTICE = { env: { JIRA_STATUS_NOTICE: "on", JIRA_COMMENT_RELAY_DELAY_SECONDS: "0", ACK: "off" } };

onBoth(
  "the sender is told once that the issue was resolved, and once that it was opened again",
  NOTICE,
  async (scenario) => {
    const issue = await withIssue(scenario, { cc: "bob@customer.example" });
    const { store } = scenario.world;
    await scenario.once();
    store.transition(issue, "Done");
    for (let round = 0; round < 2; round++) assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.deepEqual(relayed(scenario).map(recipientsOf), [[ADA]]);
    assert.match(textOf(relayed(scenario)[0]!), /Your request SUP-1 \(Printer jams\) has been resolved\./);
    store.transition(issue, "In Progress");
    for (let round = 0; round < 2; round++) assert.equal(await scenario.once(), 0);
    assert.equal(relayed(scenario).length, 2);
    assert.match(textOf(relayed(scenario)[1]!), /has been opened again/);
  },
);

onBoth("an issue that was resolved before notices were switched on is not told, nor one that is open again by then", {
  env: { ACK: "off" },
}, async (scenario) => {
  const issue = await withIssue(scenario);
  const { store } = scenario.world;
  store.transition(issue, "Done");
  assert.equal(await scenario.once({ env: NOTICE.env }), 0);
  assert.equal(relayed(scenario).length, 0);
  store.transition(issue, "To Do");
  store.transition(issue, "Done");
  store.transition(issue, "In Progress");
  assert.equal(await scenario.once({ env: NOTICE.env }), 0, scenario.logs.join("\n"));
  assert.deepEqual(relayed(scenario).map((sent) => /opened again/.test(textOf(sent))), [true]);
});

onBoth(
  "without JIRA_STATUS_NOTICE nobody is told",
  { env: { ...NOTICE.env, JIRA_STATUS_NOTICE: "off" } },
  async (scenario) => {
    const issue = await withIssue(scenario);
    scenario.world.store.transition(issue, "Done");
    assert.equal(await scenario.once(), 0);
    assert.equal(relayed(scenario).length, 0);
  },
);

/** Ada answers on an issue that is resolved. */
async function answered(scenario: Parameters<Parameters<typeof onBoth>[2]>[0]) {
  const issue = await withIssue(scenario);
  scenario.world.store.transition(issue, "Done");
  await scenario.world.graph.deliver(
    SUPPORT,
    mail({ subject: "Re: Printer jams", headers: answering("<first@customer.example>") }),
  );
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  return issue;
}

onBoth("mail on a resolved issue opens it again by the chosen transition", {
  env: { JIRA_RESOLVED_REPLY: "reopen", JIRA_REOPEN_TRANSITION: "in progress" },
}, async (scenario) => {
  const issue = await answered(scenario);
  assert.equal(scenario.world.store.status(issue).name, "In Progress");
  assert.equal(issue.comments.length, 1);
});

onBoth("a transition that the issue does not offer leaves it resolved, and the mail is a comment", {
  env: { JIRA_RESOLVED_REPLY: "reopen", JIRA_REOPEN_TRANSITION: "Wake up" },
}, async (scenario) => {
  const issue = await answered(scenario);
  assert.equal(scenario.world.store.status(issue).name, "Done");
  assert.equal(issue.comments.length, 1);
  assert.equal(scenario.logged(/offers no transition/).length, 1);
});

onBoth("mail on an issue that was resolved lately is a comment, though older ones get a new issue", {
  env: { JIRA_RESOLVED_REPLY: "new", JIRA_RESOLVED_NEW_AFTER_DAYS: "14" },
}, async (scenario) => {
  const issue = await answered(scenario);
  assert.equal(scenario.issues().length, 1);
  assert.equal(issue.comments.length, 1);
  issue.resolved = Date.now() - 15 * 86_400_000;
  await scenario.world.graph.deliver(
    SUPPORT,
    mail({ subject: "Re: Printer jams", text: "Once more", headers: answering("<first@customer.example>") }),
  );
  assert.equal(await scenario.once(), 0);
  assert.equal(scenario.issues().length, 2);
});
