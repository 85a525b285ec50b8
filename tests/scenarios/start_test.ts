/** Where a mailbox starts, what is older, and what comes late. */

import assert from "node:assert/strict";
import { mail, on, onBoth, sumOf, SUPPORT } from "./world.ts";

const HOUR_MS = 60 * 60 * 1000;
const ago = (hours: number) => Date.now() - hours * HOUR_MS;

onBoth("without --since a mailbox starts now: older mail is before-start, newer becomes an issue", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ subject: "old" }), { receivedAt: ago(2) });
  assert.equal(await scenario.once({ since: null }), 0, scenario.logs.join("\n"));
  assert.equal(scenario.issues().length, 0);
  await graph.deliver(SUPPORT, mail({ subject: "new" }));
  assert.equal(await scenario.once({ since: null }), 0);
  assert.equal(scenario.issue().summary, "new");
});

onBoth("--since starts there on a mailbox's first run; later it is ignored with a warning", {}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ subject: "before" }), { receivedAt: ago(3) });
  await graph.deliver(SUPPORT, mail({ subject: "after" }), { receivedAt: ago(1) });
  assert.equal(await scenario.once({ since: new Date(ago(2)).toISOString() }), 0);
  assert.equal(scenario.issue().summary, "after");
  assert.equal(await scenario.once({ since: new Date(ago(5)).toISOString() }), 0);
  scenario.issue();
  assert.equal(scenario.logged(/--since is ignored/).length, 1);
  assert.equal((await scenario.counts()).filtered, await ownCount(scenario) + 1);
});

/** Our own mail in Sent Items is filtered, too. */
function ownCount(scenario: { world: { graph: { outbox: readonly unknown[] } } }): number {
  return scenario.world.graph.outbox.length;
}

on("cloud", "mail from before the start costs no request of its own", {}, async (scenario) => {
  const { graph } = scenario.world;
  for (let i = 0; i < 30; i++) await graph.deliver(SUPPORT, mail({ subject: `old ${i}` }), { receivedAt: ago(2) });
  assert.equal(await scenario.once({ since: null }), 0);
  assert.equal(graph.journal.find("GET", /\/messages\/[^/]+$/).filter(({ path }) => !path.includes("delta")).length, 0);
  assert.equal((await scenario.counts()).filtered, 30);
});

onBoth("old mail that is moved into the Inbox later is before-start; --include-before-start takes it", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  await scenario.once({ since: null });
  const { id } = await graph.deliver(SUPPORT, mail({ subject: "moved" }), { receivedAt: ago(2), folder: "archive" });
  graph.move(SUPPORT, id, "inbox");
  assert.equal(await scenario.once(), 0);
  assert.equal(scenario.issues().length, 0);
  const { report } = await scenario.check();
  assert.deepEqual([report.mailboxes[0]!.beforeStart, report.mailboxes[0]!.created], [1, 0]);
  const taken = await scenario.check({ includeBeforeStart: true });
  assert.deepEqual([taken.report.mailboxes[0]!.beforeStart, taken.report.mailboxes[0]!.created], [0, 1]);
  assert.equal(sumOf(taken.report.mailboxes[0]!), taken.report.mailboxes[0]!.examined);
  assert.equal(scenario.issue().summary, "moved");
  await scenario.check({ includeBeforeStart: true });
  scenario.issue();
});

on("cloud", "mail of the very second of the start is taken", {}, async (scenario) => {
  const start = Math.floor(ago(1) / 1000) * 1000;
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ subject: "same second" }), { receivedAt: start + 400 });
  await graph.deliver(SUPPORT, mail({ subject: "second before" }), { receivedAt: start - 400 });
  assert.equal(await scenario.once({ since: new Date(start).toISOString() }), 0);
  assert.equal(scenario.issue().summary, "same second");
});

on("cloud", "an old Date in a mail that arrives now counts for nothing", {}, async (scenario) => {
  await scenario.once({ since: null });
  await scenario.world.graph.deliver(SUPPORT, mail({ subject: "slow", date: new Date(ago(24 * 400)) }));
  assert.equal(await scenario.once(), 0);
  assert.equal(scenario.issue().summary, "slow");
});

on("cloud", "many mails of one and the same second are all handled", {}, async (scenario) => {
  const receivedAt = ago(1);
  for (let i = 0; i < 12; i++) {
    await scenario.world.graph.deliver(SUPPORT, mail({ subject: `equal ${i}` }), { receivedAt });
  }
  scenario.world.graph.delta.behaviour.maxPageSize = 5;
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(scenario.issues().length, 12);
});
