/** Throttling, destinations that are down, and credentials that are refused: mail waits, attempts are not burnt. */

import assert from "node:assert/strict";
import type { FaultAction } from "../../src/sim/kit/faults.ts";
import { mail, on, onBoth, type Scenario, SUPPORT, until } from "./world.ts";

const tooMany = (seconds: string): FaultAction => ({
  kind: "answer",
  status: 429,
  headers: { "retry-after": seconds },
  body: { error: { code: "ApplicationThrottled", message: "slow down" }, errorMessages: ["Rate limit exceeded."] },
});

/** Milliseconds between the first answer of 429 and the next request of the same kind. */
function waited(journal: Scenario["world"]["jira"]["journal"], method: string, path: RegExp): number {
  const entries = journal.find(method, path);
  const at = entries.findIndex(({ status }) => status === 429);
  assert.ok(at >= 0 && at + 1 < entries.length, "no request after the 429");
  return entries[at + 1]!.at - entries[at]!.at;
}

onBoth("Jira's 429 is waited for as it tells, and is nobody's attempt", {}, async (scenario) => {
  const { graph, jira } = scenario.world;
  jira.faults.add({ method: "POST", path: /\/issue$/, action: tooMany("1") });
  await graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.ok(waited(jira.journal, "POST", /\/issue$/) >= 950);
});

on("cloud", "Graph's 429 on a mail is waited for as it tells, also with a fraction", {}, async (scenario) => {
  const { graph } = scenario.world;
  graph.faults.add({ method: "GET", path: /\/messages\/[^/]+$/, action: tooMany("0.8"), after: 2 });
  await graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
});

on("cloud", "a 429 on the message itself delays it as told", {}, async (scenario) => {
  const { graph } = scenario.world;
  await scenario.once();
  const { id } = await graph.deliver(SUPPORT, mail());
  const path = new RegExp(`/messages/${id.replace(/[^\w-]/g, ".+")}$`);
  graph.faults.add({ method: "GET", path, action: tooMany("0.8") });
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.ok(waited(graph.journal, "GET", path) >= 750);
});

on("cloud", "a daemon whose delta is throttled asks again when it was told to", {}, async (scenario) => {
  const { graph } = scenario.world;
  const listener = scenario.listen();
  await until("the first round", () => graph.journal.find("GET", /delta/).length >= 2);
  graph.faults.add({ method: "GET", path: /delta/, action: tooMany("1") });
  await until("the 429", () => graph.journal.find("GET", /delta/).some(({ status }) => status === 429));
  await graph.deliver(SUPPORT, mail());
  await until("the issue", () => scenario.issues().length === 1);
  assert.ok(waited(graph.journal, "GET", /delta/) >= 950);
  assert.equal(await listener.stop(), 0);
});

onBoth("a throttled mail never fails, however often Jira says later", {}, async (scenario) => {
  const { graph, jira } = scenario.world;
  jira.faults.add({ method: "POST", path: /\/issue$/, action: tooMany("0.05"), times: 12 });
  await graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.deepEqual(await scenario.failed(), []);
});

onBoth("a Jira that is down is paused, said once, and caught up with; no attempt is burnt", {}, async (scenario) => {
  const { graph, jira } = scenario.world;
  const listener = scenario.listen();
  await until("the first round", () => graph.journal.find("GET", /delta/).length >= 2);
  jira.faults.chance = () => ({ kind: "answer", status: 503, body: "" });
  for (let i = 0; i < 8; i++) await graph.deliver(SUPPORT, mail({ subject: `mail ${i}` }));
  await until("the pause", () => scenario.logged(/Paused Jira/).length > 0);
  await until("a probe", () => jira.journal.find("GET", /\/myself$/).some(({ status }) => status === 503));
  assert.equal(scenario.issues().length, 0);
  assert.equal((await scenario.counts()).pending, 8);
  jira.faults.clear();
  await until("every issue", () => scenario.issues().length === 8);
  await until("every acknowledgement", () => graph.outbox.length === 8);
  assert.equal(scenario.logged(/Paused Jira/).length, 1);
  assert.equal(scenario.logged(/Resumed Jira/).length, 1);
  assert.equal(await listener.stop(), 0);
  const bridge = await scenario.bridge();
  try {
    assert.deepEqual(await bridge.state.pauses(), []);
  } finally {
    await bridge.close();
  }
});

on("cloud", "a Graph that is down is paused and caught up with", {}, async (scenario) => {
  const { graph } = scenario.world;
  const listener = scenario.listen();
  await until("the first round", () => graph.journal.find("GET", /delta/).length >= 2);
  graph.faults.chance = () => ({ kind: "closeBefore" });
  for (let i = 0; i < 3; i++) await graph.deliver(SUPPORT, mail({ subject: `mail ${i}` }));
  await until("a few failures", () => graph.journal.entries.filter(({ status }) => status === 0).length > 3);
  graph.faults.clear();
  await until("every issue", () => scenario.issues().length === 3 && graph.outbox.length === 3);
  assert.deepEqual(await scenario.failed(), []);
  assert.equal(await listener.stop(), 0);
});

on("cloud", "a destination that is down at the start of the daemon is waited for", {}, async (scenario) => {
  const { graph, jira, entra } = scenario.world;
  await graph.deliver(SUPPORT, mail());
  for (const { faults } of [entra, graph, jira]) {
    faults.add({ method: "*", path: /./, action: { kind: "answer", status: 503, body: "" }, times: 2 });
  }
  const listener = scenario.listen();
  await until("the issue", () => scenario.issues().length === 1);
  assert.ok(scenario.logged(/does not answer yet/).length >= 1);
  assert.equal(await listener.stop(), 0);
});

onBoth(
  "--once and a check end with 75 when Jira is down, and the next run does what was left",
  {},
  async (scenario) => {
    const { graph, jira } = scenario.world;
    await scenario.once();
    await graph.deliver(SUPPORT, mail());
    jira.faults.add({ method: "POST", path: /\/issue$/, action: { kind: "closeBefore" }, times: 9 });
    jira.faults.add({
      method: "GET",
      path: /./,
      action: { kind: "answer", status: 503, body: "" },
      times: 99,
      after: 12,
    });
    const first = await scenario.ended(() => scenario.once());
    assert.equal(first.code, 75, `${first.text}\n${scenario.logs.join("\n")}`);
    jira.faults.clear();
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    scenario.issue();
    jira.faults.chance = () => ({ kind: "answer", status: 503, body: "" });
    assert.equal((await scenario.ended(async () => (await scenario.check()).exitCode)).code, 75);
  },
);

on("cloud", "an Entra ID that refuses the secret at the start is exit 3 for every command that needs it", {}, async (
  scenario,
) => {
  const env = { O365_CLIENT_SECRET: "wrong-secret" };
  for (
    const command of [
      () => scenario.once({ env }),
      () => scenario.listen({ env }).end,
      () => scenario.dryRun({ env }),
      async () => (await scenario.check({ env })).exitCode,
      async () => (await scenario.check({ env, dryRun: true })).exitCode,
    ]
  ) {
    const { code, text } = await scenario.ended(command);
    assert.equal(code, 3, text);
    assert.match(text, /O365_CLIENT_SECRET|client secret/i);
    assert.ok(!text.includes("wrong-secret"));
  }
});

onBoth("a Jira that refuses the token at the start is exit 3", {}, async (scenario) => {
  const env = { JIRA_PLATFORM_TOKEN: "wrong-token" };
  for (const command of [() => scenario.once({ env }), async () => (await scenario.check({ env })).exitCode]) {
    const { code, text } = await scenario.ended(command);
    assert.equal(code, 3, text);
    assert.match(text, /JIRA_PLATFORM_TOKEN/);
    assert.ok(!text.includes("wrong-token"));
  }
});

on(
  "cloud",
  "a mailbox that does not exist is exit 2 and names O365_PRINCIPAL; one that is closed to us is exit 3",
  {
    mailboxes: [{ address: SUPPORT }, { address: "closed@example.com" }, {
      address: "onprem@example.com",
      enabled: false,
    }],
  },
  async (scenario) => {
    const principal = (...addresses: string[]) => ({ O365_PRINCIPAL: addresses.join(",") });
    for (const since of ["2026-01-01T00:00:00Z", null]) {
      const missing = await scenario.ended(() =>
        scenario.once({ since, env: principal(SUPPORT, "nobody@example.com", "onprem@example.com") })
      );
      assert.equal(missing.code, 2, missing.text);
      assert.match(missing.text, /O365_PRINCIPAL: nobody@example\.com/);
      assert.match(missing.text, /O365_PRINCIPAL: onprem@example\.com/);
    }
    for (const dryRun of [false, true]) {
      const checked = await scenario.ended(async () =>
        (await scenario.check({ env: principal("nobody@example.com"), dryRun })).exitCode
      );
      assert.deepEqual([checked.code, /O365_PRINCIPAL/.test(checked.text)], [2, true], checked.text);
    }
    assert.equal((await scenario.ended(() => scenario.dryRun({ env: principal("nobody@example.com") }))).code, 2);
  },
);

on(
  "cloud",
  "a mailbox that is closed to the app is exit 3 and says what to click",
  {
    mailboxes: [{ address: SUPPORT }, { address: "closed@example.com" }],
    access: { accessPolicies: [{ appId: "66666666-7777-8888-9999-000000000000", mailboxes: [SUPPORT] }] },
  },
  async (scenario) => {
    for (const command of [() => scenario.once(), () => scenario.listen().end, () => scenario.dryRun()]) {
      const { code, text } = await scenario.ended(command);
      assert.equal(code, 3, text);
      assert.match(text, /closed@example\.com.*access policy/s);
    }
  },
);

onBoth("a token that Jira refuses later is a pause, said once; with a good one the mail is handled", {}, async (
  scenario,
) => {
  const { graph, jira } = scenario.world;
  const listener = scenario.listen();
  await until("the first round", () => graph.journal.find("GET", /delta/).length >= 2);
  const [credential] = jira.credentials.splice(0);
  for (let i = 0; i < 3; i++) await graph.deliver(SUPPORT, mail({ subject: `mail ${i}` }));
  await until("the pause", () => scenario.logged(/Paused Jira/).length > 0);
  const asked = jira.journal.entries.length;
  await until("a probe", () => jira.journal.entries.length > asked);
  assert.equal((await scenario.counts()).pending, 3);
  jira.credentials.push(credential!);
  await until("every issue", () => scenario.issues().length === 3);
  assert.equal(scenario.logged(/Paused Jira/).length, 1);
  assert.deepEqual(await scenario.failed(), []);
  assert.equal(await listener.stop(), 0);
});

onBoth("--once whose token is refused on the way ends with 3, and nothing is lost", {}, async (scenario) => {
  const { graph, jira } = scenario.world;
  await scenario.once();
  await graph.deliver(SUPPORT, mail());
  const [credential] = jira.credentials;
  jira.faults.add({ method: "GET", path: /./, action: { kind: "delay", ms: 1 }, times: 999 });
  graph.faults.add({ method: "GET", path: /delta/, action: { kind: "delay", ms: 300 } });
  const running = scenario.ended(() => scenario.once());
  await until("the reading", () => graph.journal.entries.some(({ fault }) => fault === "delay"));
  jira.credentials.splice(0);
  assert.equal((await running).code, 3, scenario.logs.join("\n"));
  jira.credentials.push(credential!);
  assert.equal(await scenario.once(), 0);
  scenario.issue();
});

on("cloud", "a Graph token that expires in the middle is renewed, and nobody notices", {}, async (scenario) => {
  const { graph, entra } = scenario.world;
  const listener = scenario.listen();
  await until("the first round", () => graph.journal.find("GET", /delta/).length >= 2);
  entra.expireAllTokens();
  await graph.deliver(SUPPORT, mail());
  await until("the issue", () => scenario.issues().length === 1 && graph.outbox.length === 1);
  assert.deepEqual(scenario.logged(/Paused/), []);
  assert.equal(await listener.stop(), 0);
});
