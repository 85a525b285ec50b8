/** Mail is told in any order, and a page at a time: what answers what is decided when the answered mail can be known. */

import assert from "node:assert/strict";
import { compareMailbox } from "../../src/app/compare.ts";
import { answering, mail, on, onBoth, SINCE, SUPPORT, until } from "./world.ts";

onBoth("a reply that delta tells a page before the mail that it answers is a comment", {}, async (scenario) => {
  const { graph } = scenario.world;
  graph.delta.behaviour.maxPageSize = 1;
  const now = Date.now();
  await graph.deliver(SUPPORT, mail({ id: "first@x.example" }), { receivedAt: now - 5000 });
  const headers = answering("<first@x.example>");
  await graph.deliver(SUPPORT, mail({ subject: "Something else", headers }), { receivedAt: now });
  // A first round tells the youngest first; its second page is slow.
  graph.faults.add({ method: "GET", path: /delta$/, after: 1, action: { kind: "delay", ms: 2500 } });
  const listener = scenario.listen();
  await until("both mails are handled", async () => {
    const counts = await scenario.counts().catch(() => null);
    return counts !== null && counts.created + counts.commented === 2;
  });
  await listener.stop();
  assert.equal(scenario.issue().comments.length, 1);
});

on("cloud", "a comparison stores what it misses when it has seen all of it, the oldest first", {}, async (scenario) => {
  const { graph } = scenario.world;
  await scenario.once();
  const now = Date.now();
  for (let i = 0; i < 120; i++) {
    await graph.deliver(SUPPORT, mail({ subject: `mail ${i}` }), { receivedAt: now - 1000 * (120 - i) });
  }
  const bridge = await scenario.bridge();
  const stored: number[] = [];
  const storedByPage: number[] = [];
  try {
    const comparison = await compareMailbox({
      graph: bridge.graph,
      state: {
        ...bridge.state,
        async accept(page) {
          stored.push(...page.messages.map(({ receivedAt }) => Date.parse(receivedAt)));
          return await bridge.state.accept(page);
        },
      },
    }, {
      mailbox: SUPPORT,
      since: SINCE,
      includeBeforeStart: false,
      accept: true,
      signal: AbortSignal.timeout(60_000),
      progress: () => storedByPage.push(stored.length),
    });
    assert.equal(comparison.missing, 120);
  } finally {
    await bridge.close();
  }
  assert.deepEqual(storedByPage.slice(0, 2), [0, 0], "two pages of the Inbox were listed before anything was stored");
  assert.equal(stored.length, 120);
  assert.deepEqual(stored, stored.toSorted((a, b) => a - b));
});

for (const how of ["once", "check"] as const) {
  on("cloud", `an agent's answer to a mail that was never here is settled in one run (${how}), in seconds`, {}, async (
    scenario,
  ) => {
    assert.equal(await scenario.once(), 0);
    await scenario.world.graph.agentSends(SUPPORT, {
      inReplyTo: "<elsewhere@x.example>",
      to: ["ada@customer.example"],
      text: "As I said on the phone.",
    });
    const begun = performance.now();
    const code = how === "once" ? await scenario.once() : (await scenario.check()).exitCode;
    assert.equal(code, 0, scenario.logs.join("\n"));
    assert.ok(performance.now() - begun < 20_000, `${performance.now() - begun} ms`);
    assert.deepEqual(scenario.issues(), []);
  });
}
