/** After outages, lost delta links, moved and vanished mail: nothing is missing, nothing is there twice. */

import assert from "node:assert/strict";
import { mail, on, onBoth, sumOf, SUPPORT } from "./world.ts";

for (const refusal of ["gone", "syncStateNotFound", "resyncRequired"] as const) {
  on("cloud", `a delta link that Graph has forgotten (${refusal}) loses and doubles nothing`, {}, async (scenario) => {
    const { graph } = scenario.world;
    await graph.deliver(SUPPORT, mail({ subject: "one" }));
    assert.equal(await scenario.once(), 0);
    await graph.deliver(SUPPORT, mail({ subject: "two" }));
    graph.delta.refuseNext(refusal);
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.deepEqual(scenario.issues().map(({ summary }) => summary), ["one", "two"]);
    assert.equal(graph.outbox.length, 2);
  });
}

on("cloud", "a link forgotten in the middle of a first round starts that round again", {}, async (scenario) => {
  const { graph } = scenario.world;
  graph.delta.behaviour.maxPageSize = 2;
  for (let i = 0; i < 6; i++) await graph.deliver(SUPPORT, mail({ subject: `mail ${i}` }));
  graph.delta.refuseNext("gone");
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(scenario.issues().length, 6);
});

on("cloud", "items that delta repeats, reverses, and hides behind empty pages are handled once each", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  Object.assign(graph.delta.behaviour, { maxPageSize: 2, emptyPages: 2, repeats: 3, reversed: true });
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 3; i++) await graph.deliver(SUPPORT, mail({ subject: `mail ${round}-${i}` }));
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  }
  assert.equal(scenario.issues().length, 9);
  assert.equal(graph.outbox.length, 9);
});

on("cloud", "a mail that disappears between delta and reading is filtered, and the others go on", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  await scenario.once();
  const { id } = await graph.deliver(SUPPORT, mail({ subject: "gone" }));
  await graph.deliver(SUPPORT, mail({ subject: "here" }));
  graph.faults.add({
    method: "GET",
    path: new RegExp(`/messages/${id.replace(/[^\w-]/g, ".")}$`),
    action: { kind: "answer", status: 404, body: { error: { code: "ErrorItemNotFound", message: "not found" } } },
  });
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(scenario.issue().summary, "here");
  assert.match(scenario.lines.join("\n"), /^filtered \[message-gone\]/m);
});

onBoth("a mail that a rule moves away while its issue is made keeps what was made", {}, async (scenario) => {
  const { graph, jira } = scenario.world;
  const { id } = await graph.deliver(SUPPORT, mail());
  jira.faults.add({ method: "POST", path: /\/issue$/, action: { kind: "closeAfter" } });
  const work = scenario.once();
  while (scenario.issues().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  graph.remove(SUPPORT, id);
  assert.equal(await work, 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.match(scenario.lines.join("\n"), /^created SUP-1 .*its issue exists/m);
});

onBoth("mail that is moved within the mailbox after it was handled is not handled again", {}, async (scenario) => {
  const { graph } = scenario.world;
  const { id } = await graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0);
  graph.move(SUPPORT, id, "archive");
  await scenario.once();
  graph.move(SUPPORT, id, "inbox");
  assert.equal(await scenario.once(), 0);
  scenario.issue();
});

on("cloud", "mail that comes back from the archive under another immutable id is not handled again", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  const raw = mail();
  const { id } = await graph.deliver(SUPPORT, raw);
  assert.equal(await scenario.once(), 0);
  graph.remove(SUPPORT, id);
  await graph.deliver(SUPPORT, raw);
  assert.equal(await scenario.once(), 0);
  scenario.issue();
  assert.match(scenario.lines.join("\n"), /^filtered \[already-handled\]/m);
});

onBoth("a rule that moves the mail before we read it can be undone: moved into the Inbox it is handled", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  await scenario.once();
  const { id } = await graph.deliver(SUPPORT, mail(), { folder: "junkemail" });
  await scenario.once();
  assert.equal(scenario.issues().length, 0);
  graph.move(SUPPORT, id, "inbox");
  assert.equal(await scenario.once(), 0);
  scenario.issue();
});

onBoth("a check finds what the state never heard of, processes it, and its table adds up", {}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ subject: "before" }), { receivedAt: Date.now() - 6 * 60 * 60 * 1000 });
  await graph.deliver(SUPPORT, mail({ id: "first@customer.example", subject: "handled" }));
  assert.equal(await scenario.once({ since: new Date(Date.now() - 60 * 60 * 1000).toISOString() }), 0);
  await graph.deliver(SUPPORT, mail({ subject: "missed" }));
  await graph.deliver(SUPPORT, mail({ subject: "Out of office", headers: { "Auto-Submitted": "auto-replied" } }));
  await graph.deliver(
    SUPPORT,
    mail({ subject: "Re: handled", headers: { "In-Reply-To": "<first@customer.example>" } }),
  );
  const { report, exitCode } = await scenario.check();
  assert.equal(exitCode, 0);
  const row = report.mailboxes[0]!;
  assert.deepEqual(
    [row.created, row.commented, row.filtered, row.failed, row.pending, row.beforeStart],
    [1, 1, 2, 0, 0, 1],
    JSON.stringify(row),
  );
  assert.equal(sumOf(row), row.examined);
  const again = (await scenario.check()).report.mailboxes[0]!;
  assert.equal(again.alreadyHandled + again.beforeStart + again.filtered, again.examined);
  assert.equal(scenario.issues().length, 2);
  assert.equal(await scenario.once(), 0);
  assert.equal(scenario.issues().length, 2);
});

on("cloud", "a check looks back exactly as many days as asked", {}, async (scenario) => {
  const { graph } = scenario.world;
  const day = 24 * 60 * 60 * 1000;
  for (const days of [0.5, 1.5, 6.5, 8]) {
    await graph.deliver(SUPPORT, mail({ subject: `${days} days` }), { receivedAt: Date.now() - days * day });
  }
  await scenario.once({ since: new Date(Date.now() - 10 * day).toISOString() });
  const examined = async (days: number) => {
    const [row] = (await scenario.check({ days, dryRun: true })).report.mailboxes;
    return row!.examined - graph.outbox.length;
  };
  assert.deepEqual([await examined(1), await examined(7), await examined(30)], [1, 3, 4]);
});

on("cloud", "a check on a mailbox that never ran fixes its start and takes nothing older", {}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, mail({ subject: "old" }), { receivedAt: Date.now() - 60_000 });
  const { report, exitCode } = await scenario.check();
  assert.equal(exitCode, 0);
  assert.deepEqual([report.mailboxes[0]!.beforeStart, report.mailboxes[0]!.examined], [1, 1]);
  assert.equal(scenario.issues().length, 0);
});
