import assert from "node:assert/strict";
import { answering, KINDS, mail, Scenario, SUPPORT } from "./world.ts";

const PIXEL = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (c) => c.charCodeAt(0),
);

Deno.test("cloud: where Jira lets nobody edit, a picture stays an attachment and the issue says so", async () => {
  await using scenario = await Scenario.open("cloud");
  scenario.world.store.deny("EDIT_ISSUES");
  await scenario.world.graph.deliver(
    SUPPORT,
    mail({
      html: '<p>Look:</p><img src="cid:shot"><p>Broken.</p>',
      attachments: [{ name: "shot.png", type: "image/png", content: PIXEL, contentId: "shot" }],
    }),
  );
  assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
  const issue = scenario.issue();
  assert.deepEqual(issue.attachments.map(({ filename }) => filename), ["shot.png"]);
  assert.equal(issue.comments.length, 1);
  assert.match(scenario.text(issue.comments[0]!.body), /shot\.png/);
  assert.equal(scenario.world.graph.outbox.length, 1);
});

for (const kind of KINDS) {
  Deno.test(`${kind}: a mail on a resolved issue becomes a new issue though Jira lets nobody link`, async () => {
    await using scenario = await Scenario.open(kind, { env: { JIRA_RESOLVED_REPLY: "new" } });
    const { graph, store } = scenario.world;
    await graph.deliver(SUPPORT, mail({ id: "first@x.example" }));
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    const first = scenario.issue();
    store.transition(first, "Done");
    store.deny("LINK_ISSUES");
    await graph.deliver(SUPPORT, mail({ subject: "Re: Printer jams", headers: answering("<first@x.example>") }));
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    assert.equal(scenario.issues().length, 2);
    assert.equal(graph.outbox.length, 2);
  });

  Deno.test(`${kind}: a resolved issue that Jira does not let us reopen gets the comment all the same`, async () => {
    await using scenario = await Scenario.open(kind, { env: { JIRA_RESOLVED_REPLY: "reopen" } });
    const { graph, store } = scenario.world;
    await graph.deliver(SUPPORT, mail({ id: "first@x.example" }));
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    const first = scenario.issue();
    store.transition(first, "Done");
    scenario.world.jira.faults.add({
      method: "POST",
      path: /\/transitions$/,
      action: { kind: "answer", status: 400, body: { errorMessages: ["A resolution is required"], errors: {} } },
    });
    await graph.deliver(SUPPORT, mail({ subject: "Re: Printer jams", headers: answering("<first@x.example>") }));
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    assert.equal(scenario.issue().comments.length, 1);
  });
}
