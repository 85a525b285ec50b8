/** Several processes on one state: nothing twice, nobody waits for ever, Graph sees four requests at most. */

import assert from "node:assert/strict";
import { fastClock, mail, on, onBoth, type Scenario, sumOf, SUPPORT, until } from "./world.ts";

async function deliverMany(scenario: Scenario, count: number, name = "mail"): Promise<void> {
  for (let i = 0; i < count; i++) {
    await scenario.world.graph.deliver(
      SUPPORT,
      mail({
        subject: `${name} ${i}`,
        from: `c${i}@customer.example`,
        attachments: [{ name: "a.txt", content: `${i}` }],
      }),
    );
  }
}

function eachOnce(scenario: Scenario, count: number): void {
  const summaries = scenario.issues().map(({ summary }) => summary);
  assert.equal(summaries.length, count, scenario.logs.join("\n"));
  assert.equal(new Set(summaries).size, count);
  assert.ok(scenario.issues().every(({ attachments, comments }) => attachments.length === 1 && comments.length === 0));
  assert.equal(scenario.world.graph.outbox.length, count);
  assert.equal(new Set(scenario.acknowledged()).size, count);
}

onBoth("a check beside a running daemon: nothing twice, and its table adds up", {}, async (scenario) => {
  const { graph, jira } = scenario.world;
  graph.latencyMs = 10;
  jira.latencyMs = 20;
  const listener = scenario.listen();
  await until("the first round", () => graph.journal.find("GET", /delta/).length >= 2);
  await deliverMany(scenario, 16);
  const { report, exitCode } = await scenario.check();
  assert.equal(exitCode, 0);
  const said = scenario.logged(/is handled together with/);
  for (const command of ["handle-incoming-events", "check-for-missing-events"]) {
    const lines = said.filter((line) => line.includes(`${command} (process ${Deno.pid})`));
    assert.equal(lines.length, 1, said.join("\n"));
  }
  assert.equal(sumOf(report.mailboxes[0]!), report.mailboxes[0]!.examined);
  await until("every mail", () => graph.outbox.length >= 16);
  assert.equal(await listener.stop(), 0);
  eachOnce(scenario, 16);
});

onBoth("two daemons by mistake: nothing twice, and both take part", {}, async (scenario) => {
  const { graph, jira } = scenario.world;
  graph.latencyMs = 10;
  jira.latencyMs = 20;
  const listeners = [scenario.listen(), scenario.listen()];
  await until("the first round", () => graph.journal.find("GET", /delta/).length >= 2);
  await deliverMany(scenario, 24);
  await until("every mail", () => graph.outbox.length >= 24);
  assert.deepEqual(await Promise.all(listeners.map((listener) => listener.stop())), [0, 0]);
  eachOnce(scenario, 24);
});

on("cloud", "when the daemon that reads ends, the one that stood by goes on", {}, async (scenario) => {
  const { graph } = scenario.world;
  const first = scenario.listen();
  await until("the first round", () => graph.journal.find("GET", /delta/).length >= 2);
  const second = scenario.listen();
  await until("the second", () => scenario.logged(/Listening to/).length === 2);
  assert.equal(await first.stop(), 0);
  await deliverMany(scenario, 2);
  await until("every mail", () => graph.outbox.length >= 2);
  assert.equal(await second.stop(), 0);
  eachOnce(scenario, 2);
});

on("cloud", "a daemon and --once beside it: nothing twice", {}, async (scenario) => {
  const { graph } = scenario.world;
  graph.latencyMs = 10;
  const listener = scenario.listen();
  await until("the first round", () => graph.journal.find("GET", /delta/).length >= 2);
  await deliverMany(scenario, 10);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  await until("every mail", () => graph.outbox.length >= 10);
  assert.equal(await listener.stop(), 0);
  eachOnce(scenario, 10);
});

on("cloud", "a second check waits for the first, names its process, and then does its own", {}, async (scenario) => {
  const { graph, jira } = scenario.world;
  await scenario.once();
  await deliverMany(scenario, 6);
  jira.faults.add({ method: "POST", path: /\/issue$/, action: { kind: "delay", ms: 1_500 } });
  const first = scenario.check();
  await until("the first at work", () => jira.journal.find("POST", /\/issue$/).length > 0);
  const [one, two] = await Promise.all([first, scenario.check()]);
  assert.deepEqual([one.exitCode, two.exitCode], [0, 0]);
  assert.equal(one.report.mailboxes[0]!.created, 6);
  const row = two.report.mailboxes[0]!;
  assert.equal(row.alreadyHandled + row.filtered, row.examined);
  const said = scenario.logged(/Another check of support@example\.com is running/);
  assert.equal(said.length, 1);
  assert.ok(said[0]!.includes(`process ${Deno.pid}`));
  eachOnce(scenario, 6);
  assert.equal(graph.outbox.length, 6);
});

on(
  "cloud",
  "a second check of a mailbox gives up after 30 seconds with 75 and names the holder",
  {},
  async (scenario) => {
    const { graph, jira } = scenario.world;
    await scenario.once();
    await deliverMany(scenario, 1);
    jira.faults.add({ method: "POST", path: /\/issue$/, action: { kind: "delay", ms: 4_000 } });
    const first = scenario.check();
    await until("the first at work", () => jira.journal.find("POST", /\/issue$/).length > 0);
    const clock = fastClock(40);
    const began = clock.now();
    const { code, text } = await scenario.ended(async () => (await scenario.check({ clock })).exitCode);
    const waited = clock.now() - began;
    assert.equal(code, 75, text);
    assert.match(text, new RegExp(`support@example\\.com.*process ${Deno.pid}`));
    assert.ok(waited >= 30_000 && waited < 150_000, `${waited} ms`);
    assert.equal((await first).exitCode, 0);
    eachOnce(scenario, 1);
    assert.equal(graph.outbox.length, 1);
  },
);
