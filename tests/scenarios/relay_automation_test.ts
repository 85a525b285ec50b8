import assert from "node:assert/strict";
import { GRACE, relayed, relaying, withIssue } from "./relay.ts";
import { mail, on, onBoth, type Scenario, SUPPORT } from "./world.ts";

/** Nothing is found by polling in the second and later runs: Jira's search is broken. */
const ON = relaying("public");
const SIGNED = "spf=pass smtp.mailfrom=automation.atlassian.com; dkim=pass (signature was verified) " +
  "header.d=automation.atlassian.com; dmarc=pass action=none header.from=automation.atlassian.com; compauth=pass";

/** What the Python tool's rule sends for a comment. */
function automationMail(key: string, comment: string, results = SIGNED): string {
  return mail({
    from: "Jira Automation <noreply@automation.atlassian.com>",
    subject: "comment",
    html: `<html><body><p>{&quot;issue&quot;:&quot;${key}&quot;,&quot;id&quot;:&quot;${comment}&quot;,` +
      `&quot;author&quot;:{&quot;name&quot;:&quot;Grace&quot;}}</p></body></html>`,
    headers: { "Authentication-Results": results },
  });
}

function withoutSearch({ world }: Scenario): void {
  world.jira.faults.add({
    method: "POST",
    path: /\/search(\/jql)?$/,
    action: { kind: "answer", status: 500 },
    times: 100,
  });
}

async function outcome(scenario: Scenario): Promise<string> {
  await scenario.once();
  return scenario.lines.filter((line) => line.startsWith("filtered")).at(-1) ?? "";
}

on(
  "cloud",
  "Jira Automation's mail has its comment mailed, is filtered, and stays in the mailbox",
  ON,
  async (scenario) => {
    const issue = await withIssue(scenario);
    const comment = scenario.world.store.commentAs(GRACE, issue, "On its way.");
    withoutSearch(scenario);
    await scenario.world.graph.deliver(SUPPORT, automationMail(issue.key, comment.id));
    assert.match(await outcome(scenario), /\[jira-automation\]/);
    assert.equal(relayed(scenario).length, 1, scenario.logs.join("\n"));
    assert.equal(scenario.world.graph.messages(SUPPORT, "inbox").length, 2);
  },
);

on("cloud", "it is deleted with JIRA_AUTOMATION_MAIL=delete", ON, async (scenario) => {
  const issue = await withIssue(scenario);
  const comment = scenario.world.store.commentAs(GRACE, issue, "On its way.");
  const { id } = await scenario.world.graph.deliver(SUPPORT, automationMail(issue.key, comment.id));
  await scenario.once({ env: { JIRA_AUTOMATION_MAIL: "delete" } });
  assert.match(scenario.lines.at(-2)!, /\[jira-automation\]/);
  assert.equal(relayed(scenario).length, 1);
  assert.ok(!scenario.world.graph.messages(SUPPORT, "inbox").some(({ immutableId }) => immutableId === id));
});

onBoth("mail that only claims to be Jira Automation's rings nothing and is not deleted", ON, async (scenario) => {
  const issue = await withIssue(scenario);
  const comment = scenario.world.store.commentAs(GRACE, issue, "On its way.");
  withoutSearch(scenario);
  for (
    const results of ["dkim=fail header.d=automation.atlassian.com", "dkim=pass header.d=evil.example", "dmarc=pass"]
  ) {
    await scenario.world.graph.deliver(SUPPORT, automationMail(issue.key, comment.id, results));
    await scenario.once({ env: { JIRA_AUTOMATION_MAIL: "delete" } });
    assert.match(scenario.lines.filter((line) => line.startsWith("filtered")).at(-1)!, /\[jira-notification\]/);
  }
  assert.equal(relayed(scenario).length, 0);
  assert.equal(scenario.world.graph.messages(SUPPORT, "inbox").length, 4);
});

on("server", "on Server it rings nothing, and is filtered", ON, async (scenario) => {
  const issue = await withIssue(scenario);
  const comment = scenario.world.store.commentAs(GRACE, issue, "On its way.");
  withoutSearch(scenario);
  await scenario.world.graph.deliver(SUPPORT, automationMail(issue.key, comment.id));
  assert.match(await outcome(scenario), /\[jira-automation\]/);
  assert.equal(relayed(scenario).length, 0);
});
