import assert from "node:assert/strict";
import { ADA, GRACE, recipientsOf, relayed, relaying, textOf, withIssue } from "./relay.ts";
import { answering, mail, onBoth, SUPPORT, until } from "./world.ts";

onBoth(
  "a marked comment is mailed to the sender, once, in the thread, without the marker",
  relaying("marked"),
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { store } = scenario.world;
    store.createUser({ displayName: "Grace Hopper", emailAddress: GRACE });
    store.commentAs(GRACE, issue, "#reply Please turn it off and on.");
    store.commentAs(GRACE, issue, "The customer has no idea.");
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.equal(await scenario.once(), 0);
    const [sent, ...others] = relayed(scenario);
    assert.equal(others.length, 0);
    assert.deepEqual(recipientsOf(sent!), [ADA]);
    assert.equal(sent!.inReplyTo, "<first@customer.example>");
    assert.match(textOf(sent!), /Grace Hopper wrote about SUP-1: Please turn it off and on\./);
    assert.doesNotMatch(textOf(sent!), /#reply|no idea/);
    assert.ok(sent!.headers.some(({ name, value }) => name === "X-Auto-Response-Suppress" && value === "All"));
  },
);

onBoth(
  "every public comment is mailed, in the order in which they were written",
  relaying("public"),
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { store } = scenario.world;
    for (const text of ["one", "two", "three"]) store.commentAs(GRACE, issue, text);
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.deepEqual(relayed(scenario).map((sent) => textOf(sent).match(/: (\w+)/)?.[1]), ["one", "two", "three"]);
  },
);

onBoth("a running listener mails a comment by itself", relaying("marked"), async (scenario) => {
  const listener = scenario.listen();
  await scenario.world.graph.deliver(SUPPORT, mail());
  await until("the issue is there", () => scenario.issues().length === 1);
  scenario.world.store.commentAs(GRACE, scenario.issue(), "#reply On its way.");
  await until("the comment is mailed", () => relayed(scenario).length === 1);
  assert.equal(await listener.stop(), 0);
});

onBoth("a check mails what a listener missed", relaying("marked"), async (scenario) => {
  const issue = await withIssue(scenario);
  scenario.world.store.commentAs(GRACE, issue, "#reply On its way.");
  const { exitCode } = await scenario.check();
  assert.equal(exitCode, 0, scenario.logs.join("\n"));
  assert.equal(relayed(scenario).length, 1);
});

onBoth(
  "a comment is mailed once, though the answers of draft and send are lost",
  relaying("marked", { RECONCILE_DELAY_SECONDS: "1" }),
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { graph, store } = scenario.world;
    graph.faults.add({ method: "POST", path: /\/createReply$/, action: { kind: "closeAfter" } });
    graph.faults.add({ method: "POST", path: /\/send$/, action: { kind: "closeAfter" } });
    store.commentAs(GRACE, issue, "#reply On its way.");
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.equal(relayed(scenario).length, 1);
    assert.equal(graph.journal.find("POST", /\/send$/).length, 1);
    assert.equal(graph.messages(SUPPORT, "drafts").length, 0);
  },
);

onBoth("an edit after the mail left is not mailed again", relaying("public"), async (scenario) => {
  const issue = await withIssue(scenario);
  const { store } = scenario.world;
  const comment = store.commentAs(GRACE, issue, "On its way.");
  await scenario.once();
  store.editComment(issue, comment.id, "On its way, really.");
  assert.equal(await scenario.once(), 0);
  assert.equal(relayed(scenario).length, 1);
});

onBoth(
  "a comment rests before it is mailed, and what is mailed is what it became",
  relaying("public", {
    JIRA_COMMENT_RELAY_DELAY_SECONDS: "2",
  }),
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { store } = scenario.world;
    const comment = store.commentAs(GRACE, issue, "We hvae it.");
    setTimeout(() => store.editComment(issue, comment.id, "We have it."), 500);
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    const [sent, ...others] = relayed(scenario);
    assert.equal(others.length, 0);
    assert.match(textOf(sent!), /: We have it\./);
    assert.ok(sent!.sentAt >= comment.updated + 2000);
  },
);

onBoth(
  "those whom the sender put in Cc are told, those whom others put there are not",
  relaying("public"),
  async (scenario) => {
    const issue = await withIssue(scenario, { cc: "Bob <bob@customer.example>" });
    await scenario.world.graph.deliver(
      SUPPORT,
      mail({
        from: "bob@customer.example",
        cc: "mallory@elsewhere.example",
        subject: "Re: Printer jams",
        headers: answering("<first@customer.example>"),
      }),
    );
    await scenario.once();
    scenario.world.store.commentAs(GRACE, issue, "On its way.");
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.deepEqual(relayed(scenario).map(recipientsOf), [[ADA, "bob@customer.example"]]);
  },
);

onBoth("an issue whose comments cannot be read does not hold up the others", relaying("public"), async (scenario) => {
  const { graph, store, jira } = scenario.world;
  await graph.deliver(SUPPORT, mail({ subject: "One" }));
  await graph.deliver(SUPPORT, mail({ subject: "Two" }));
  await scenario.once();
  const [one, two] = [scenario.issueOf("One"), scenario.issueOf("Two")];
  store.commentAs(GRACE, one, "About one.");
  store.commentAs(GRACE, two, "About two.");
  const path = new RegExp(`/issue/${one.id}/comment$`);
  jira.faults.add({ method: "GET", path, action: { kind: "answer", status: 500 }, times: 2 });
  assert.equal(await scenario.once(), 0);
  assert.deepEqual(relayed(scenario).map((sent) => textOf(sent).match(/About \w+/)?.[0]), ["About two"]);
  await scenario.once();
  await scenario.once();
  assert.deepEqual(relayed(scenario).map((sent) => textOf(sent).match(/About \w+/)?.[0]), ["About two", "About one"]);
});

onBoth(
  "a marked comment that reaches nobody, or that Graph refuses, says so in the issue",
  relaying("marked"),
  async (scenario) => {
    const { graph, store } = scenario.world;
    await graph.deliver(SUPPORT, mail({ subject: "Forged", headers: { "Authentication-Results": "dmarc=fail" } }));
    await graph.deliver(SUPPORT, mail({ subject: "Honest" }));
    await scenario.once();
    graph.faults.add({
      method: "POST",
      path: /\/createReply$/,
      action: { kind: "answer", status: 400, body: { error: { code: "ErrorInvalidRequest", message: "No." } } },
      times: 100,
    });
    for (const subject of ["Forged", "Honest"]) store.commentAs(GRACE, scenario.issueOf(subject), "#reply Dear Ada.");
    await scenario.once();
    await scenario.once();
    assert.equal(relayed(scenario).length, 0);
    for (const subject of ["Forged", "Honest"]) {
      const comments = scenario.comments(scenario.issueOf(subject));
      assert.equal(comments.length, 2, comments.join("\n"));
      assert.match(
        comments[1]!,
        /was not mailed: (the sender of the first mail may not be answered|POST .*ErrorInvalidRequest)/,
      );
    }
  },
);

onBoth(
  "comments of an issue that was moved to a project of others are mailed, too",
  relaying("public"),
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { store } = scenario.world;
    store.createProject({ key: "OPS", name: "Operations" });
    store.moveIssue(issue, "OPS");
    store.commentAs(GRACE, issue, "We took it over.");
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.deepEqual(relayed(scenario).map((sent) => /about OPS-1: We took it over/.test(textOf(sent))), [true]);
  },
);
