/** Who is let in, what is addressed to us, and where it goes. */

import assert from "node:assert/strict";
import { answering, mail, on, onBoth, SALES, type Scenario, SUPPORT } from "./world.ts";

const TWO = { mailboxes: [{ address: SUPPORT }, { address: SALES }] };

async function deliver(scenario: Scenario, ...mails: Parameters<typeof mail>[0][]): Promise<void> {
  for (const init of mails) await scenario.world.graph.deliver(SUPPORT, mail(init));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
}

const filters = (scenario: Scenario) =>
  scenario.lines.map((line) => line.match(/\[([\w-]+)\]/)?.[1] ?? line.split(" ")[0]);

onBoth(
  "an empty whitelist lets everybody in; one with entries lets only those in, and the blacklist wins",
  {
    env: {
      JIRA_WHITELIST: "customer.example,Friend@Elsewhere.example,*.big.example",
      JIRA_BLACKLIST: "bad@customer.example",
    },
  },
  async (scenario) => {
    await deliver(
      scenario,
      { from: "ada@Customer.example", subject: "domain" },
      { from: "friend@elsewhere.example", subject: "address" },
      { from: "x@sub.big.example", subject: "sub-domain" },
      { from: "x@big.example", subject: "not the sub-domain" },
      { from: "x@sub.customer.example", subject: "a sub-domain of a plain domain" },
      { from: "BAD@customer.example", subject: "blacklisted" },
    );
    assert.deepEqual(scenario.issues().map(({ summary }) => summary).sort(), ["address", "domain", "sub-domain"]);
    assert.deepEqual(filters(scenario).filter((name) => name !== "created").sort(), [
      "blacklist",
      "whitelist",
      "whitelist",
    ]);
  },
);

on(
  "cloud",
  "whitelist and blacklist are for other people's mail: an agent outside the whitelist comments",
  { env: { WHITELIST: "customer.example" } },
  async (scenario) => {
    await deliver(scenario, { id: "first@customer.example" });
    await scenario.world.graph.agentSends(SUPPORT, {
      inReplyTo: "<first@customer.example>",
      to: ["ada@customer.example"],
      text: "Hello.",
    });
    assert.equal(await scenario.once(), 0);
    assert.equal(scenario.comments().length, 1);
  },
);

onBoth(
  "mail that names us only in Cc is filtered; in To, or nowhere (Bcc, list, forward), it is an issue",
  { env: { O365_ADDRESSES: "help@example.com" } },
  async (scenario) => {
    await deliver(
      scenario,
      { to: "boss@customer.example", cc: SUPPORT, subject: "cc" },
      { to: "boss@customer.example", cc: "Help@example.com", subject: "alias in cc" },
      { to: SUPPORT, cc: SUPPORT, subject: "both" },
      { to: "help@example.com", subject: "alias" },
      { to: "boss@customer.example", subject: "bcc" },
    );
    assert.deepEqual(scenario.issues().map(({ summary }) => summary).sort(), ["alias", "bcc", "both"]);
    assert.equal(filters(scenario).filter((name) => name === "recipient-control").length, 2);
  },
);

onBoth(
  "mail from an unverified sender is an issue without reporter and acknowledgement that says so",
  {},
  async (scenario) => {
    const ada = scenario.world.store.createUser({ displayName: "Ada Lovelace", emailAddress: "ada@customer.example" });
    await deliver(scenario, { id: "first@customer.example" });
    assert.equal(scenario.issue().reporter, ada.accountId);
    await deliver(scenario, {
      subject: "Re: Printer jams (forged)",
      headers: {
        "Authentication-Results":
          "spf=pass smtp.mailfrom=evil.example; dmarc=fail action=none header.from=customer.example",
        ...answering("<first@customer.example>"),
      },
    });
    const forged = scenario.issueOf("Re: Printer jams (forged)");
    assert.notEqual(forged.reporter, ada.accountId);
    assert.match(scenario.text(forged.description), /could not be verified/);
    assert.deepEqual(scenario.acknowledged(), ["ada@customer.example"]);
  },
);

on("cloud", "a verdict below the topmost Authentication-Results is the sender's own and does not count", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  const raw = mail({ headers: { "Authentication-Results": "dmarc=pass header.from=customer.example" } });
  await graph.deliver(
    SUPPORT,
    raw.replace("\r\nContent-Type", "\r\nAuthentication-Results: dmarc=fail\r\nContent-Type"),
  );
  assert.equal(await scenario.once(), 0);
  assert.doesNotMatch(scenario.text(scenario.issue().description), /could not be verified/);
});

onBoth(
  "automatic mail is filtered, a notification is an issue without acknowledgement",
  {},
  async (scenario) => {
    await deliver(
      scenario,
      { id: "first@customer.example" },
      { subject: "Out of office", headers: { "Auto-Submitted": "auto-replied" } },
      {
        subject: "News",
        headers: { "List-Id": "<news.x.example>", "List-Unsubscribe": "<https://x.example/u>", Precedence: "bulk" },
      },
      { subject: "Disk full", from: "monitor@customer.example", headers: { "Auto-Submitted": "auto-generated" } },
    );
    assert.deepEqual(scenario.issues().map(({ summary }) => summary).sort(), ["Disk full", "Printer jams"]);
    assert.equal(filters(scenario).filter((name) => name === "automatic-mail").length, 2);
    assert.deepEqual(scenario.acknowledged(), ["ada@customer.example"]);
  },
);

onBoth("a notification in a known conversation is a comment, an automatic reply is not", {}, async (scenario) => {
  await deliver(scenario, { id: "first@customer.example" });
  await deliver(
    scenario,
    { headers: { ...answering("<first@customer.example>"), "Auto-Submitted": "auto-generated" }, text: "Alarm." },
    {
      subject: "Automatic reply: Printer jams",
      headers: { ...answering("<first@customer.example>"), "Auto-Submitted": "auto-replied" },
    },
  );
  assert.equal(scenario.comments().length, 1);
});

on(
  "cloud",
  "AUTOMATIC_MAIL changes what a kind becomes",
  { env: { AUTOMATIC_MAIL: "notification:filter,list:issue" } },
  async (scenario) => {
    await deliver(
      scenario,
      { subject: "News", headers: { "List-Id": "<news.x.example>", Precedence: "bulk" } },
      { subject: "Disk full", from: "monitor@customer.example", headers: { "Auto-Submitted": "auto-generated" } },
    );
    assert.deepEqual(scenario.issues().map(({ summary }) => summary), ["News"]);
  },
);

onBoth("Jira's own notifications are filtered, always", {}, async (scenario) => {
  await deliver(scenario, {
    from: "jira@customer.example",
    subject: "[JIRA] (SUP-1) Printer jams",
    headers: { "X-JIRA-FingerPrint": "8c7e0c4a", "Auto-Submitted": "auto-generated", Precedence: "bulk" },
  });
  assert.equal(scenario.issues().length, 0);
  assert.deepEqual(filters(scenario), ["jira-notification"]);
});

onBoth(
  "local+key@ leads to that board, an unknown key to the default",
  { env: { JIRA_BOARDS: "JIRA_SUPPORT_BOARD,JIRA_HUMAN_RESOURCES_BOARD", JIRA_HUMAN_RESOURCES_BOARD: "People" } },
  async (scenario) => {
    scenario.world.store.createProject({ key: "HR" });
    scenario.world.store.createBoard("people", ["HR"]);
    await deliver(
      scenario,
      { to: "Support+Human_Resources@example.com", subject: "holiday" },
      { to: "support+human-resources@example.com", subject: "sick leave" },
      { to: "support+nothing@example.com", subject: "unknown" },
    );
    assert.equal(scenario.issueOf("holiday").projectKey, "HR");
    assert.equal(scenario.issueOf("sick leave").projectKey, "HR");
    assert.equal(scenario.issueOf("unknown").projectKey, "SUP");
  },
);

onBoth(
  "O365_MAILBOX_BOARDS leads a mailbox's mail to its board, or to a project key; a plus-address wins",
  {
    ...TWO,
    env: {
      O365_MAILBOX_BOARDS: `${SALES}:JIRA_SALES_BOARD`,
      JIRA_SALES_BOARD: "SAL",
      JIRA_BOARDS: "JIRA_SUPPORT_BOARD,JIRA_SALES_BOARD",
    },
  },
  async (scenario) => {
    const { graph, store } = scenario.world;
    store.createProject({ key: "SAL" });
    await graph.deliver(SALES, mail({ to: SALES, subject: "to sales" }));
    await graph.deliver(SALES, mail({ to: "sales+support@example.com", subject: "plus" }));
    await graph.deliver(SUPPORT, mail({ subject: "to support" }));
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.equal(scenario.issueOf("to sales").projectKey, "SAL");
    assert.equal(scenario.issueOf("plus").projectKey, "SUP");
    assert.equal(scenario.issueOf("to support").projectKey, "SUP");
  },
);

onBoth("a mail to two of our mailboxes is handled once per project", TWO, async (scenario) => {
  const { graph } = scenario.world;
  const raw = mail({ id: "first@customer.example", to: `${SUPPORT}, ${SALES}` });
  await graph.deliver(SUPPORT, raw);
  await graph.deliver(SALES, raw);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.deepEqual(scenario.acknowledged(), ["ada@customer.example"]);
  assert.deepEqual(filters(scenario).sort(), ["already-handled", "created"]);
  const reply = mail({ to: `${SUPPORT}, ${SALES}`, headers: answering("<first@customer.example>") });
  await graph.deliver(SUPPORT, reply);
  await graph.deliver(SALES, reply);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(scenario.comments().length, 1);
});

onBoth(
  "a mail to two of our mailboxes with boards of their own is an issue in each project",
  { ...TWO, env: { O365_MAILBOX_BOARDS: `${SALES}:SAL` } },
  async (scenario) => {
    const { graph, store } = scenario.world;
    store.createProject({ key: "SAL" });
    const raw = mail({ to: `${SUPPORT}, ${SALES}` });
    await graph.deliver(SUPPORT, raw);
    await graph.deliver(SALES, raw);
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.deepEqual(scenario.issues().map(({ projectKey }) => projectKey).sort(), ["SAL", "SUP"]);
  },
);

on("cloud", "a mail that lies twice in a mailbox is handled once", {}, async (scenario) => {
  const raw = mail();
  await scenario.world.graph.deliver(SUPPORT, raw);
  await scenario.world.graph.deliver(SUPPORT, raw);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.deepEqual(filters(scenario).sort(), ["already-handled", "created"]);
  await scenario.world.graph.deliver(SUPPORT, raw);
  assert.equal(await scenario.once(), 0);
  scenario.issue();
});

onBoth(
  "an issue has the sender as reporter, the other people as watchers, the importance as priority, and the labels",
  { env: { JIRA_DEFAULT_LABELS: "mail,support" } },
  async (scenario) => {
    const { store } = scenario.world;
    const ada = store.createUser({ displayName: "Ada Lovelace", emailAddress: "ada@customer.example" });
    const grace = store.createUser({ displayName: "Grace Hopper", emailAddress: "grace@example.com" });
    await deliver(scenario, {
      to: `${SUPPORT}, grace@example.com`,
      cc: "nobody@customer.example",
      headers: { Importance: "high" },
    });
    const issue = scenario.issue();
    assert.equal(issue.reporter, ada.accountId);
    assert.deepEqual([...issue.watchers].filter((id) => id === grace.accountId), [grace.accountId]);
    assert.equal(issue.priority, "High");
    assert.deepEqual(issue.labels, ["mail", "support"]);
    assert.match(scenario.text(issue.description), /Cc:.*nobody@customer\.example/);
  },
);
