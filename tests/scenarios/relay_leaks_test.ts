import assert from "node:assert/strict";
import { backupState, restoreState } from "../../src/state/state_file.ts";
import { ADA, GRACE, recipientsOf, relayed, relaying, textOf, withIssue } from "./relay.ts";
import { answering, mail, on, onBoth, SUPPORT } from "./world.ts";

/** What is never mailed, in the most open setting there is. */
const OPEN = relaying("public");
const DESK = { ...OPEN, project: { type: "service_desk" as const } };

onBoth("a comment restricted to a role or a group is never mailed", OPEN, async (scenario) => {
  const issue = await withIssue(scenario);
  const { store } = scenario.world;
  store.commentAs(GRACE, issue, "For us.", { visibility: { type: "role", value: "Administrators" } });
  store.commentAs(GRACE, issue, "For us, too.", { visibility: { type: "group", value: "jira-users" } });
  assert.equal(await scenario.once(), 0);
  assert.equal(relayed(scenario).length, 0);
});

onBoth("an internal comment of a service desk is never mailed, a public one is", DESK, async (scenario) => {
  const issue = await withIssue(scenario);
  const { store } = scenario.world;
  store.commentAs(GRACE, issue, "Between us.", { internal: true });
  store.commentAs(GRACE, issue, "For Ada.", { internal: false });
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.deepEqual(relayed(scenario).map(textOf).map((text) => /Between us/.test(text)), [false]);
});

on(
  "server",
  "a comment of a service desk that says nothing about its readers counts as internal",
  DESK,
  async (scenario) => {
    const issue = await withIssue(scenario);
    scenario.world.store.commentAs(GRACE, issue, "For whom?");
    assert.equal(await scenario.once(), 0);
    assert.equal(relayed(scenario).length, 0);
  },
);

onBoth(
  "a comment that becomes internal while it rests is not mailed",
  relaying("public", {
    JIRA_COMMENT_RELAY_DELAY_SECONDS: "2",
  }),
  async (scenario) => {
    const issue = await withIssue(scenario);
    const comment = scenario.world.store.commentAs(GRACE, issue, "Oh.", { internal: false });
    setTimeout(() => comment.properties.set("sd.public.comment", { internal: true }), 500);
    assert.equal(await scenario.once(), 0);
    assert.equal(relayed(scenario).length, 0);
  },
);

onBoth(
  "a comment that is hidden or deleted after its draft was made is not sent, and the draft goes",
  OPEN,
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { graph, store } = scenario.world;
    const hidden = store.commentAs(GRACE, issue, "Oh.");
    const deleted = store.commentAs(GRACE, issue, "Ah.");
    graph.faults.add({ method: "POST", path: /\/createReply$/, action: { kind: "delay", ms: 600 }, times: 2 });
    const made = () => graph.journal.find("POST", /\/createReply$/).length;
    const watch = setInterval(() => {
      if (made() >= 1) hidden.visibility = { type: "role", value: "Administrators" };
      if (made() >= 2) store.deleteComment(issue, deleted.id);
    }, 20);
    try {
      assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    } finally {
      clearInterval(watch);
    }
    assert.equal(made(), 2, scenario.logs.join("\n"));
    assert.equal(relayed(scenario).length, 0);
    assert.equal(graph.messages(SUPPORT, "drafts").length, 0);
  },
);

onBoth("a comment that is edited after its draft was made is mailed as it is then", OPEN, async (scenario) => {
  const issue = await withIssue(scenario);
  const { graph, store } = scenario.world;
  const comment = store.commentAs(GRACE, issue, "The password is swordfish.");
  graph.faults.add({ method: "POST", path: /\/createReply$/, action: { kind: "delay", ms: 600 } });
  const watch = setInterval(() => {
    if (graph.journal.find("POST", /\/createReply$/).length === 0) return;
    clearInterval(watch);
    store.editComment(issue, comment.id, "The password comes by post.");
  }, 20);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.deepEqual(relayed(scenario).map((sent) => /by post/.test(textOf(sent))), [true]);
  assert.equal(graph.messages(SUPPORT, "drafts").length, 0);
});

onBoth("what was said before the relay was switched on is never mailed", { env: { ACK: "off" } }, async (scenario) => {
  const issue = await withIssue(scenario);
  const { store } = scenario.world;
  store.commentAs(GRACE, issue, "What a customer.");
  assert.equal(await scenario.once({ env: OPEN.env }), 0);
  store.commentAs(GRACE, issue, "Dear Ada.");
  assert.equal(await scenario.once({ env: OPEN.env }), 0, scenario.logs.join("\n"));
  assert.deepEqual(relayed(scenario).map((sent) => /Dear Ada/.test(textOf(sent))), [true]);
});

onBoth("what was said while the relay was switched off again is never mailed", OPEN, async (scenario) => {
  const issue = await withIssue(scenario);
  assert.equal(await scenario.once({ env: { JIRA_COMMENT_RELAY: "off" } }), 0);
  scenario.world.store.commentAs(GRACE, issue, "Between us.");
  assert.equal(await scenario.once({ env: { JIRA_COMMENT_RELAY: "off" } }), 0);
  assert.equal(await scenario.once(), 0);
  assert.equal(relayed(scenario).length, 0);
});

onBoth(
  "mail that became a comment is not mailed back, nor is anything our own account wrote",
  OPEN,
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { graph, store } = scenario.world;
    await graph.deliver(SUPPORT, mail({ subject: "Re: Printer jams", headers: answering("<first@customer.example>") }));
    await scenario.once();
    assert.equal(issue.comments.length, 1);
    store.commentAs(issue.comments[0]!.author, issue, "By hand, with the account of the program.");
    assert.equal(await scenario.once(), 0);
    assert.equal(relayed(scenario).length, 0);
  },
);

onBoth(
  "an answer to a mailed comment is one comment, and our own mail in Sent Items is none",
  OPEN,
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { graph, store } = scenario.world;
    store.commentAs(GRACE, issue, "Which printer?");
    await scenario.once();
    const [sent] = relayed(scenario);
    await graph.deliver(
      SUPPORT,
      mail({
        subject: `Re: ${sent!.subject}`,
        html: `<p>The old one.</p><hr><div id="divRplyFwdMsg"><b>From:</b> Support<br></div>${sent!.body.content}`,
        headers: answering(sent!.internetMessageId),
      }),
    );
    assert.equal(await scenario.once(), 0);
    assert.equal(await scenario.once(), 0);
    assert.equal(issue.comments.length, 2, scenario.comments(issue).join("\n"));
    assert.match(scenario.comments(issue)[1]!, /The old one\./);
    assert.doesNotMatch(scenario.comments(issue)[1]!, /Which printer/);
    assert.equal(relayed(scenario).length, 1);
  },
);

onBoth("an auto-responder that answers a mailed comment gets no second mail", OPEN, async (scenario) => {
  const issue = await withIssue(scenario);
  const { graph, store } = scenario.world;
  let answers = 0;
  graph.onSent = async (sent) => {
    answers++;
    await graph.deliver(
      SUPPORT,
      mail({
        subject: `Automatic reply: ${sent.subject}`,
        headers: { ...answering(sent.internetMessageId), "Auto-Submitted": "auto-replied" },
      }),
    );
  };
  store.commentAs(GRACE, issue, "Which printer?");
  for (let round = 0; round < 3; round++) assert.equal(await scenario.once(), 0);
  assert.equal(answers, 1);
  assert.equal(issue.comments.length, 1);
});

onBoth("a forged sender, a machine and a no-reply address are not told", OPEN, async (scenario) => {
  const { graph, store } = scenario.world;
  await graph.deliver(
    SUPPORT,
    mail({
      subject: "Forged",
      cc: "mallory@elsewhere.example",
      headers: { "Authentication-Results": "spf=fail; dmarc=fail" },
    }),
  );
  await graph.deliver(
    SUPPORT,
    mail({ subject: "Disk full", from: "monitor@customer.example", headers: { "Auto-Submitted": "auto-generated" } }),
  );
  await graph.deliver(SUPPORT, mail({ subject: "Order", from: "no-reply@shop.example" }));
  await scenario.once();
  assert.equal(scenario.issues().length, 3, scenario.logs.join("\n"));
  for (const issue of scenario.issues()) store.commentAs(GRACE, issue, "Dear sender.");
  assert.equal(await scenario.once(), 0);
  assert.equal(relayed(scenario).length, 0);
});

onBoth("nobody is told what they wrote in Jira themselves", OPEN, async (scenario) => {
  const { store } = scenario.world;
  store.createUser({ displayName: "Ada Lovelace", emailAddress: ADA });
  const issue = await withIssue(scenario, { cc: "bob@customer.example" });
  store.commentAs(ADA, issue, "I tried again.");
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.deepEqual(relayed(scenario).map(recipientsOf), [["bob@customer.example"]]);
});

onBoth("comments of issues that no mail belongs to are nobody's business", OPEN, async (scenario) => {
  await withIssue(scenario);
  const other = scenario.world.store.createIssue({ project: "SUP", summary: "Internal work", reporter: GRACE });
  scenario.world.store.commentAs(GRACE, other, "Between us.");
  assert.equal(await scenario.once(), 0);
  assert.equal(relayed(scenario).length, 0);
});

onBoth(
  "what an agent wrote to a supplier about the issue does not show in the mail to the sender",
  OPEN,
  async (scenario) => {
    const { graph, store } = scenario.world;
    const issue = await withIssue(scenario);
    const [first] = graph.messages(SUPPORT, "inbox");
    await graph.agentSends(SUPPORT, {
      inReplyTo: first!.immutableId,
      to: ["sales@supplier.example"],
      subject: "FW: Printer jams - how much, for this fool?",
      text: "How much?",
    });
    await scenario.once();
    const asked = graph.outbox.at(-1)!;
    await graph.deliver(
      SUPPORT,
      mail({ from: "sales@supplier.example", subject: "RE: 300 EUR", headers: answering(asked.internetMessageId) }),
    );
    await scenario.once();
    assert.equal(issue.comments.length, 2, scenario.logs.join("\n"));
    store.commentAs(GRACE, issue, "We order a new one.");
    assert.equal(await scenario.once(), 0);
    const [sent] = relayed(scenario);
    assert.equal(sent!.subject, "RE: Printer jams");
    assert.deepEqual(sent!.references, ["<first@customer.example>"]);
    assert.deepEqual(recipientsOf(sent!), [ADA]);
  },
);

onBoth("after a restore, a comment that was mailed since the backup is not mailed again", OPEN, async (scenario) => {
  const issue = await withIssue(scenario);
  scenario.world.store.commentAs(GRACE, issue, "On its way.");
  const backup = `${scenario.folder}/backup.db`;
  await backupState(scenario.config.databasePath, backup);
  assert.equal(await scenario.once(), 0);
  assert.equal(relayed(scenario).length, 1);
  await restoreState(backup, scenario.config.databasePath);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(relayed(scenario).length, 1);
});
