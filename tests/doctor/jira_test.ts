import assert from "node:assert/strict";
import { type Examination, type Kind, KINDS, SUPPORT, World, type WorldOptions } from "./world.ts";

/** A test for Cloud and for Server. */
function onBoth(name: string, options: WorldOptions, test: (world: World, kind: Kind) => Promise<void>): void {
  for (const kind of KINDS) {
    Deno.test(`${name} (${kind})`, async () => {
      await using world = await World.open({ ...options, kind });
      await test(world, kind);
    });
  }
}

function failsOnly(seen: Examination, check: string, code: number, detail: RegExp, remedy: RegExp): void {
  assert.deepEqual(seen.failures(), [check], seen.text());
  const failed = seen.check(check);
  assert.equal(failed.code, code);
  assert.match(failed.detail, detail);
  assert.match(failed.remedy, remedy);
}

onBoth("everything in order is said line by line, and nothing changes in Jira", {}, async (world) => {
  const seen = await world.doctor();
  assert.ok(seen.report.ok, seen.text());
  assert.ok(seen.report.checks.every(({ code, detail }) => code === 0 && detail !== ""));
  assert.equal(world.jira.store.issues().length, 0);
  const writes = world.jira.journal.entries.filter(({ method }) => method !== "GET");
  assert.deepEqual(writes, []);
});

onBoth("a wrong token fails the login, and what needs it is not run", {}, async (world) => {
  const seen = await world.doctor({ JIRA_PLATFORM_TOKEN: "wrong-token" });
  failsOnly(seen, "jira-login", 3, /^Jira does not accept the credential/, /JIRA_PLATFORM_TOKEN/);
  assert.ok(seen.check("jira-connection").ok);
  for (const check of ["jira-project", "jira-create-issue", "jira-required-fields", "jira-attachments"]) {
    assert.deepEqual([seen.check(check).ok, seen.check(check).code], [false, 3]);
    assert.match(seen.check(check).detail, /because jira-login failed/);
  }
  assert.ok(seen.check("mailbox-draft").ok);
});

Deno.test("an address where no Jira answers is a mistake in JIRA_PLATFORM_URL; a closed port is an outage", async () => {
  await using world = await World.open({ kind: "server" });
  const wrong = await world.doctor({ JIRA_PLATFORM_URL: new URL(world.jira.url).origin });
  failsOnly(wrong, "jira-connection", 2, /no Jira answers|something else/, /JIRA_PLATFORM_URL/);
  const closed = await world.doctor({ JIRA_PLATFORM_URL: "https://localhost:1" });
  failsOnly(closed, "jira-connection", 1, /could not connect/, /JIRA_PLATFORM_URL/);
});

onBoth("a Jira user with the address of a mailbox is refused", { env: {} }, async (world) => {
  world.jira.store.user("bot")!.emailAddress = SUPPORT;
  world.jira.credentials.splice(0, 1, { ...world.jira.credentials[0]!, user: SUPPORT });
  const user: Record<string, string> = world.kind === "cloud" ? { JIRA_PLATFORM_USER: SUPPORT } : {};
  failsOnly(await world.doctor(user), "jira-own-user", 2, /support@example\.com/, /JIRA_PLATFORM_USER/);
});

onBoth("a mailbox's user is recognised although Jira does not tell its own address", {}, async (world) => {
  const bot = world.jira.store.user("bot@example.com")!;
  bot.emailAddress = SUPPORT;
  world.jira.credentials.splice(0, 1, { ...world.jira.credentials[0]!, user: SUPPORT });
  const body = world.kind === "cloud"
    ? { accountId: bot.accountId, displayName: bot.displayName }
    : { name: bot.name, displayName: bot.displayName };
  world.jira.faults.add({ method: "GET", path: /\/myself$/, action: { kind: "answer", status: 200, body }, times: 9 });
  const user: Record<string, string> = world.kind === "cloud" ? { JIRA_PLATFORM_USER: SUPPORT } : {};
  assert.deepEqual((await world.doctor(user)).failures(), ["jira-own-user"]);
});

onBoth("an unknown board is told with those that there are", {}, async (world) => {
  const seen = await world.doctor({ JIRA_SUPPORT_BOARD: "suport" });
  failsOnly(seen, "jira-project", 2, /no board is named "suport".*"support"/, /JIRA_SUPPORT_BOARD/);
  assert.match(seen.check("jira-create-issue").detail, /because jira-project failed/);
});

onBoth("an unknown project is told, and the other board's project is examined", {}, async (world) => {
  const env = {
    JIRA_HR_BOARD: "NOPE",
    JIRA_BOARDS: "JIRA_SUPPORT_BOARD,JIRA_HR_BOARD",
    JIRA_DEFAULT_BOARD: "JIRA_SUPPORT_BOARD",
  };
  const seen = await world.doctor(env);
  assert.deepEqual(seen.failures(), ["jira-project"]);
  assert.ok(seen.check("jira-issue-type").ok);
  const key = await world.doctor({ JIRA_BOARDS: "", JIRA_PROJECT_KEY: "NOPE" });
  failsOnly(key, "jira-project", 2, /no project "NOPE"/, /JIRA_PROJECT_KEY/);
});

onBoth("an unknown issue type is told with those that there are", {}, async (world) => {
  const seen = await world.doctor({ JIRA_ISSUE_TYPE: "Ticket" });
  failsOnly(seen, "jira-issue-type", 2, /no issue type "Ticket"/, /JIRA_ISSUE_TYPE to one of: Task, Bug/);
  assert.match(seen.check("jira-required-fields").detail, /because jira-issue-type failed/);
});

const REQUIRED = [
  { id: "customfield_10010", name: "Site", required: true, type: "string" },
  { id: "customfield_10011", name: "Level", required: true, hasDefaultValue: true, type: "string" },
] as const;
onBoth("required fields that nothing fills are told until JIRA_ISSUE_FIELDS fills them", {
  project: { fields: REQUIRED },
}, async (world) => {
  failsOnly(
    await world.doctor(),
    "jira-required-fields",
    2,
    /Site \(customfield_10010\)\./,
    /JIRA_ISSUE_FIELDS=\{"customfield_10010"/,
  );
  const filled = await world.doctor({ JIRA_ISSUE_FIELDS: '{"customfield_10010":"Graz"}' });
  assert.ok(filled.report.ok, filled.text());
  const empty = await world.doctor({ JIRA_ISSUE_FIELDS: '{"customfield_10010":""}' });
  assert.deepEqual(empty.failures(), ["jira-required-fields"]);
});

onBoth("a sub-task needs a parent that no mail has", {}, async (world) => {
  failsOnly(
    await world.doctor({ JIRA_ISSUE_TYPE: "Sub-task" }),
    "jira-required-fields",
    2,
    /Parent \(parent\)/,
    /JIRA_ISSUE_TYPE/,
  );
});

onBoth(
  "a create screen without description refuses every mail",
  { project: { offScreen: ["description"] } },
  async (world) => {
    failsOnly(await world.doctor(), "jira-create-screen", 1, /lacks description/, /Project settings › Screens/);
  },
);

onBoth(
  "a create screen without what is dropped is only a hint",
  { project: { offScreen: ["reporter", "labels"] } },
  async (world) => {
    const seen = await world.doctor({ JIRA_ISSUE_DEFAULT_LABELS: "mail" });
    assert.ok(seen.report.ok, seen.text());
    assert.match(seen.check("jira-create-screen").detail, /lacks reporter, labels/);
  },
);

for (
  const [permission, check, name] of [
    ["CREATE_ISSUES", "jira-create-issue", "Create Issues"],
    ["ADD_COMMENTS", "jira-add-comment", "Add Comments"],
    ["CREATE_ATTACHMENTS", "jira-create-attachment", "Create Attachments"],
  ] as const
) {
  onBoth(`without ${permission} the job cannot be done`, {}, async (world) => {
    world.jira.store.deny(permission);
    const seen = await world.doctor();
    failsOnly(seen, check, 3, new RegExp(`Mail Bridge lacks "${name}" in SUP`), new RegExp(`"${name}".*Mail Bridge`));
    assert.equal(seen.notRun().length, permission === "CREATE_ISSUES" ? 3 : 0);
  });
}

for (
  const [permission, check, loss] of [
    ["MANAGE_WATCHERS", "jira-manage-watchers", /do not become watchers/],
    ["MODIFY_REPORTER", "jira-modify-reporter", /does not become the reporter/],
    ["USER_PICKER", "jira-user-search", /finds nobody/],
  ] as const
) {
  onBoth(`without ${permission} the job is done with less`, {}, async (world) => {
    world.jira.store.deny(permission);
    const seen = await world.doctor();
    assert.ok(seen.report.ok, seen.text());
    assert.match(seen.check(check).detail, loss);
    assert.notEqual(seen.check(check).remedy, "");
  });
}

onBoth("a project that the account may not see is told", {}, async (world) => {
  world.jira.store.deny("BROWSE_PROJECTS");
  const seen = await world.doctor({ JIRA_BOARDS: "", JIRA_PROJECT_KEY: "SUP" });
  failsOnly(seen, "jira-project", 2, /no project "SUP"/, /Browse Projects/);
});

Deno.test("pictures need Edit Issues on Cloud only", async () => {
  for (const kind of KINDS) {
    await using world = await World.open({ kind });
    world.jira.store.deny("EDIT_ISSUES");
    assert.deepEqual((await world.doctor()).failures(), kind === "cloud" ? ["jira-edit-issue"] : []);
  }
});

onBoth("what JIRA_RESOLVED_REPLY needs is looked at when it is set", {}, async (world) => {
  world.jira.store.deny("LINK_ISSUES");
  world.jira.store.deny("TRANSITION_ISSUES");
  assert.ok((await world.doctor()).report.ok);
  assert.deepEqual((await world.doctor({ JIRA_RESOLVED_REPLY: "new" })).failures(), ["jira-link-issues"]);
  const reopen = await world.doctor({ JIRA_RESOLVED_REPLY: "reopen" });
  assert.ok(reopen.report.ok);
  assert.match(reopen.check("jira-transition-issue").detail, /stays a comment/);
});

onBoth("permissions that Jira does not tell are one failure, not many", {}, async (world) => {
  world.jira.faults.add({ method: "GET", path: /\/mypermissions$/, action: { kind: "answer", status: 500 } });
  const seen = await world.doctor();
  failsOnly(seen, "jira-browse-projects", 1, /500/, /later/);
  assert.match(seen.check("jira-issue-type").detail, /because jira-browse-projects failed/);
});

onBoth("attachments that are switched off fail, a limit below ATTACHMENT_MAX_MB is a hint", {}, async (world) => {
  const hint = (await world.doctor({ ATTACHMENT_MAX_MB: "25" })).check("jira-attachments");
  assert.ok(hint.ok);
  assert.match(hint.detail, /10 MB/);
  assert.match(hint.remedy, /Set it to 10/);
  world.jira.store.attachmentsEnabled = false;
  failsOnly(await world.doctor(), "jira-attachments", 1, /switched off/, /Allow attachments/);
});

onBoth("a computer whose clock is wrong is told by Jira's", {}, async (world) => {
  const body = { version: "10.3.12", deploymentType: world.kind, baseUrl: world.jira.url };
  const play = (aheadMs: number) =>
    world.jira.faults.add({
      method: "GET",
      path: /serverInfo$/,
      action: { kind: "answer", status: 200, headers: { date: new Date(Date.now() + aheadMs).toUTCString() }, body },
    });
  play(-600_000);
  failsOnly(await world.doctor(), "clock-jira", 1, /60[01] s ahead of Jira's/, /timedatectl/);
  play(30_000);
  const little = (await world.doctor()).check("clock-jira");
  assert.ok(little.ok);
  assert.match(little.detail, /(29|30) s behind/);
});

onBoth("the search of the relay is looked at when it is on", {}, async (world) => {
  const on = { JIRA_COMMENT_RELAY: "marked" };
  assert.match((await world.doctor(on)).check("jira-comment-relay").detail, /#reply/);
  world.jira.faults.add({ method: "*", path: /\/search(\/jql)?$/, action: { kind: "answer", status: 500 } });
  assert.deepEqual((await world.doctor(on)).failures(), ["jira-comment-relay"]);
});

onBoth("several boards of one project are one project to examine", {}, async (world) => {
  world.jira.store.createBoard("Desk two", ["SUP"]);
  const env = {
    JIRA_TWO_BOARD: "desk two",
    JIRA_BOARDS: "JIRA_SUPPORT_BOARD,JIRA_TWO_BOARD",
    JIRA_DEFAULT_BOARD: "JIRA_TWO_BOARD",
  };
  const seen = await world.doctor(env);
  assert.ok(seen.check("jira-create-issue").ok);
  assert.equal(seen.report.checks.filter(({ check }) => check === "jira-project").length, 2);
});
