/** What Jira refuses is dropped and said; what cannot be handled is in `failed list`, and never stops the next mail. */

import assert from "node:assert/strict";
import { discardFailed, listFailed, retryFailed, showFailed } from "../../src/app/failed.ts";
import { answering, mail, on, onBoth, type Scenario, SUPPORT } from "./world.ts";

const PROJECT = "SUP";

/** The permanent refusal of a create call that is about no field that could be dropped. */
function refuseIssues(scenario: Scenario, times = 1): void {
  scenario.world.jira.faults.add({
    method: "POST",
    path: /\/issue$/,
    times,
    action: {
      kind: "answer",
      status: 400,
      body: { errorMessages: [], errors: { customfield_10042: "Cost centre is required." } },
    },
  });
}

onBoth("a mail that Jira refuses for good is failed with step and Jira's words; the next one goes on", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ subject: "bad" }), { receivedAt: Date.now() - 5000 });
  refuseIssues(scenario);
  assert.equal(await scenario.once(), 4, scenario.logs.join("\n"));
  await graph.deliver(SUPPORT, mail({ subject: "good" }));
  assert.equal(await scenario.once(), 4);
  assert.equal(scenario.issue().summary, "good");
  const [row, ...more] = await scenario.failed();
  assert.equal(more.length, 0);
  assert.deepEqual([row!.subject, row!.from, row!.step, row!.mailbox], [
    "bad",
    "ada@customer.example",
    "create-issue",
    SUPPORT,
  ]);
  assert.match(row!.error, /Cost centre is required/);
  assert.equal((await scenario.counts()).failed, 1);
});

onBoth("failed retry resumes at the step that failed: issue and acknowledgement are not made again", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ attachments: [{ name: "log.txt", content: "all is well" }] }));
  graph.faults.add({
    method: "POST",
    path: /createReply$/,
    action: { kind: "answer", status: 400, body: { error: { code: "ErrorInvalidRecipients", message: "no good" } } },
  });
  assert.equal(await scenario.once(), 4, scenario.logs.join("\n"));
  const [row] = await scenario.failed();
  assert.equal(row!.step, "acknowledge");
  assert.match(row!.error, /ErrorInvalidRecipients/);
  const detail = await showFailed(scenario.config, row!.id);
  assert.deepEqual(detail.effects.map(({ kind, status }) => [kind, status]), [["issue", "done"], [
    "attachments",
    "done",
  ]]);
  assert.deepEqual(await retryFailed(scenario.config, "all"), [row!.id]);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.deepEqual(scenario.attachments(), { "log.txt": "all is well" });
  scenario.issue();
  assert.equal(graph.outbox.length, 1);
  assert.deepEqual(await listFailed(scenario.config), []);
});

on("cloud", "failed discard ends a mail as filtered; a check leaves it alone", {}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, mail());
  refuseIssues(scenario);
  assert.equal(await scenario.once(), 4);
  const [row] = await scenario.failed();
  assert.deepEqual(await discardFailed(scenario.config, [row!.id]), [row!.id]);
  assert.equal(await scenario.once(), 0);
  const { report, exitCode } = await scenario.check();
  assert.deepEqual([exitCode, report.mailboxes[0]!.alreadyHandled], [0, 1]);
  assert.equal(scenario.issues().length, 0);
});

on("cloud", "an id that is no failed mail is exit 2, and nothing is changed", {}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, mail());
  refuseIssues(scenario);
  assert.equal(await scenario.once(), 4);
  const [row] = await scenario.failed();
  for (const ids of [["77"], [row!.id, "77"], ["no-number"]]) {
    for (const change of [retryFailed, discardFailed]) {
      const { code, text } = await scenario.ended(async () => (await change(scenario.config, ids)).length);
      assert.equal(code, 2);
      assert.match(text, /failed list/);
    }
  }
  assert.equal((await scenario.failed()).length, 1);
});

on("cloud", "a reply to a mail that failed goes on alone, and joins the issue when that is retried", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "first@customer.example" }));
  refuseIssues(scenario);
  assert.equal(await scenario.once(), 4);
  await graph.deliver(SUPPORT, mail({ subject: "Re: Printer jams", headers: answering("<first@customer.example>") }));
  assert.equal(await scenario.once(), 4);
  assert.equal(scenario.issue().summary, "Re: Printer jams");
});

/** The search for this person fails while Jira as a whole answers. */
function breakSearch(scenario: Scenario, times: number): void {
  scenario.world.jira.faults.add({
    method: "GET",
    path: /\/user\/search$/,
    times,
    action: {
      kind: "answer",
      status: 500,
      headers: { "retry-after": "0.05" },
      body: { errorMessages: ["Internal server error"], errors: {} },
    },
  });
}

onBoth("a fault that passes is tried again, and the mail is handled", {}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, mail());
  breakSearch(scenario, 3);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.deepEqual(await scenario.failed(), []);
});

onBoth("a fault that stays ends after six counted attempts, with Jira's words", {}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, mail());
  breakSearch(scenario, 99);
  assert.equal(await scenario.once(), 4, scenario.logs.join("\n"));
  const [row] = await scenario.failed();
  assert.equal(row!.attempts, 6);
  assert.match(row!.error, /answered 500.*Internal server error/);
});

onBoth("a reporter, a priority and labels that Jira refuses are dropped and said in the issue", {
  env: { JIRA_DEFAULT_LABELS: "mail" },
  project: { offScreen: ["reporter", "priority", "labels"] },
}, async (scenario) => {
  const { graph, store } = scenario.world;
  store.createUser({ displayName: "Ada Lovelace", emailAddress: "ada@customer.example" });
  await graph.deliver(SUPPORT, mail({ headers: { Importance: "high" } }));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  const issue = scenario.issue();
  const text = scenario.text(issue.description);
  for (const words of [/sender as reporter/, /priority "High"/, /the labels/]) assert.match(text, words);
  assert.deepEqual(issue.labels, []);
  assert.equal(graph.outbox.length, 1);
});

onBoth("a constant field that Jira refuses is dropped and said; one that it takes is set", {
  env: { JIRA_ISSUE_FIELDS: JSON.stringify({ components: [{ name: "Mail" }], customfield_99999: "x" }) },
  project: { components: ["Mail"] },
}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  const issue = scenario.issue();
  assert.match(scenario.text(issue.description), /field "customfield_99999" of JIRA_ISSUE_FIELDS/);
  assert.ok(issue.fields.has("components"));
});

onBoth("a required field that nothing fills fails the mail and names the field", {
  project: { fields: [{ id: "customfield_10042", name: "Cost centre", required: true, type: "string" }] },
}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 4, scenario.logs.join("\n"));
  const [row] = await scenario.failed();
  assert.match(row!.error, /Cost centre is required/);
});

onBoth("a required field is filled by JIRA_ISSUE_FIELDS", {
  project: { fields: [{ id: "customfield_10042", name: "Cost centre", required: true, type: "string" }] },
  env: { JIRA_ISSUE_FIELDS: JSON.stringify({ customfield_10042: "4711" }) },
}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(scenario.issue().fields.get("customfield_10042"), "4711");
});

onBoth("a text that is longer than Jira takes is shortened, and the whole is attached", {}, async (scenario) => {
  const line = "All work and no play makes a long mail. ";
  await scenario.world.graph.deliver(
    SUPPORT,
    mail({ id: "first@customer.example", text: `${line.repeat(1500)}THE END` }),
  );
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  const issue = scenario.issue();
  assert.doesNotMatch(scenario.text(issue.description), /THE END/);
  const whole = Object.values(scenario.attachments());
  assert.equal(whole.length, 1);
  assert.match(whole[0]!, /THE END/);
  await scenario.world.graph.deliver(
    SUPPORT,
    mail({ headers: answering("<first@customer.example>"), text: `${line.repeat(1500)}THE VERY END` }),
  );
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(issue.comments.length, 1);
  assert.ok(Object.values(scenario.attachments()).some((text) => text.includes("THE VERY END")));
});

onBoth("a Jira with a smaller limit than usual gets a text that fits", {}, async (scenario) => {
  scenario.world.store.textLimit = 2_000;
  await scenario.world.graph.deliver(SUPPORT, mail({ text: `${"Word after word. ".repeat(400)}THE END` }));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.match(Object.values(scenario.attachments()).join(), /THE END/);
  assert.equal(scenario.issue().projectKey, PROJECT);
});
