import assert from "node:assert/strict";
import { answering, KINDS, mail, Scenario, SUPPORT } from "./world.ts";

for (const kind of KINDS) {
  Deno.test(`${kind}: a mail becomes one issue, its reply one comment, and the sender knows the key`, async () => {
    await using scenario = await Scenario.open(kind);
    const { graph } = scenario.world;
    await graph.deliver(
      SUPPORT,
      mail({ id: "first@x.example", attachments: [{ name: "log.txt", content: "all is well" }] }),
    );
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    await graph.deliver(SUPPORT, mail({ subject: "Re: Printer jams", headers: answering("<first@x.example>") }));
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    const issue = scenario.issue();
    assert.equal(issue.comments.length, 1);
    assert.deepEqual(issue.attachments.map(({ bytes }) => new TextDecoder().decode(bytes)), ["all is well"]);
    assert.equal(graph.outbox.length, 1);
    assert.equal(await scenario.once(), 0);
    assert.equal(scenario.issue().comments.length, 1);
    assert.ok(graph.peakConcurrency(SUPPORT) <= 4);
  });

  Deno.test(`${kind}: a create call whose answer is lost does not make a second issue`, async () => {
    await using scenario = await Scenario.open(kind);
    scenario.world.jira.faults.add({ method: "POST", path: /\/issue$/, action: { kind: "closeAfter" } });
    await scenario.world.graph.deliver(SUPPORT, mail());
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    scenario.issue();
    assert.equal(scenario.world.graph.outbox.length, 1);
  });

  Deno.test(`${kind}: a check takes what was not handled, and its table adds up`, async () => {
    await using scenario = await Scenario.open(kind);
    assert.equal(await scenario.once(), 0);
    await scenario.world.graph.deliver(SUPPORT, mail());
    const { report, exitCode } = await scenario.check();
    assert.equal(exitCode, 0);
    const { address: _, examined, ...parts } = report.mailboxes[0]!;
    assert.equal(Object.values(parts).reduce((sum, one) => sum + one, 0), examined);
    assert.equal(parts.created, 1);
  });
}

Deno.test("an acknowledgement leaves once, though the answer to its send is lost", async () => {
  await using scenario = await Scenario.open("cloud");
  const { graph } = scenario.world;
  graph.faults.add({ method: "POST", path: /\/createReply$/, action: { kind: "closeAfter" } });
  graph.faults.add({ method: "POST", path: /\/send$/, action: { kind: "closeAfter" } });
  await graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
  assert.equal(graph.outbox.length, 1);
  assert.equal(graph.journal.find("POST", /\/createReply$/).length, 1);
  assert.equal(graph.journal.find("POST", /\/send$/).length, 1);
});
