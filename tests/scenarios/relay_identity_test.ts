import assert from "node:assert/strict";
import { ADA, GRACE, recipientsOf, relayed, relaying, textOf, withIssue } from "./relay.ts";
import { answering, mail, on, onBoth, SUPPORT } from "./world.ts";

const ON = relaying("public", { ACK: "on" });

onBoth("an answer joins its issue by the token in our mail, though every header was lost", ON, async (scenario) => {
  const issue = await withIssue(scenario);
  const [acknowledgement] = relayed(scenario);
  const token = textOf(acknowledgement!).match(/\[SUP-1 · \w+-\w+\]/)?.[0];
  assert.ok(token, textOf(acknowledgement!));
  await scenario.world.graph.deliver(
    SUPPORT,
    mail({ from: "ada.private@elsewhere.example", subject: "Printer, again", text: `It still jams.\n\n> ${token}\n` }),
  );
  assert.equal(await scenario.once(), 0);
  assert.equal(issue.comments.length, 1, scenario.logs.join("\n"));
});

for (const [whose, settings] of Object.entries({ configured: { REPLY_TOKEN_SECRET: "s".repeat(32) }, stored: {} })) {
  onBoth(
    `a dry run knows an answer by its token, with the ${whose} secret`,
    { ...ON, ...settings },
    async (scenario) => {
      await withIssue(scenario);
      const token = textOf(relayed(scenario)[0]!).match(/\[SUP-1 · \w+-\w+\]/)![0];
      await scenario.world.graph.deliver(SUPPORT, mail({ from: "ada.private@elsewhere.example", text: token }));
      scenario.lines.length = 0;
      assert.equal(await scenario.dryRun(), 0);
      assert.ok(scenario.lines.some((line) => line.startsWith("would be commented SUP-1 ")), scenario.lines.join("\n"));
    },
  );
}

onBoth(
  "a stranger who only knows an issue key cannot comment on it, with an invented token neither",
  ON,
  async (scenario) => {
    const issue = await withIssue(scenario);
    await scenario.world.graph.deliver(
      SUPPORT,
      mail({
        from: "mallory@elsewhere.example",
        subject: "Re: [SUP-1] Printer jams",
        text: "Let me in.\n[SUP-1 · 7ps-aaaaaaaaaaaaaaaa]",
      }),
    );
    assert.equal(await scenario.once(), 0);
    assert.equal(issue.comments.length, 0);
    assert.equal(scenario.issues().length, 2);
  },
);

on("cloud", "an unverified sender does not join by a token", ON, async (scenario) => {
  const issue = await withIssue(scenario);
  const token = textOf(relayed(scenario)[0]!).match(/\[SUP-1 · \w+-\w+\]/)![0];
  await scenario.world.graph.deliver(
    SUPPORT,
    mail({ subject: "Hm", text: token, headers: { "Authentication-Results": "dmarc=fail" } }),
  );
  assert.equal(await scenario.once(), 0);
  assert.equal(issue.comments.length, 0);
});

onBoth("answers thread by our Message-IDs, though Exchange gave our mail other ones", ON, async (scenario) => {
  const { graph, store } = scenario.world;
  graph.sending.rewriteMessageIds = true;
  const issue = await withIssue(scenario);
  store.commentAs(GRACE, issue, "Which printer?");
  await scenario.once();
  await scenario.once();
  const sent = relayed(scenario).at(-1)!;
  await graph.deliver(
    SUPPORT,
    mail({ from: "Ada <ada@home.example>", subject: "Wholly new", headers: answering(sent.internetMessageId) }),
  );
  assert.equal(await scenario.once(), 0);
  assert.equal(issue.comments.length, 2, scenario.logs.join("\n"));
});

onBoth("a mailed comment reaches the sender of the first mail also when others wrote since", ON, async (scenario) => {
  const issue = await withIssue(scenario, { cc: "bob@customer.example" });
  const { graph, store } = scenario.world;
  await graph.deliver(
    SUPPORT,
    mail({ from: "bob@customer.example", subject: "Re: Printer jams", headers: answering("<first@customer.example>") }),
  );
  await scenario.once();
  store.commentAs(GRACE, issue, "Which printer?");
  assert.equal(await scenario.once(), 0);
  const sent = relayed(scenario).at(-1)!;
  assert.deepEqual(sent.to.map(({ address }) => address), [ADA]);
  assert.deepEqual(recipientsOf(sent), [ADA, "bob@customer.example"]);
});
