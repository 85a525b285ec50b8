/** A user of the Python tool keeps `.env` and database. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { handleIncomingEvents } from "../../src/app/listen.ts";
import { SIM_CLIENT, SIM_SECRET } from "../../src/app/sim_world.ts";
import { loadConfig } from "../../src/config/load.ts";
import { systemEnvironment } from "../../src/config/system_environment.ts";
import { pythonDatabase } from "../python_tool.ts";
import { EVERYTHING } from "../set_up.ts";
import { answering, mail, onBoth, type Scenario, SINCE } from "./world.ts";

const MAILBOX = "mailbox@example.com";
const PRINTED_TENANT = "11111111-2222-3333-4444-555555555555";

/** The sample of the Python tool's documentation, to the letter. */
const SAMPLE = `# database URI
SQLALCHEMY_DATABASE_URI=sqlite:///issues.db

# O365 settings
O365_ID_PROVIDER=https://login.microsoftonline.com
O365_PRINCIPAL=mailbox@example.com
O365_TENANT_ID=...
O365_CLIENT_ID=...
O365_CLIENT_SECRET=...
O365_SCOPES=...  # optional

# Jira settings
JIRA_PLATFORM_URL=https://atlassian.net
JIRA_PLATFORM_USER=me@example.com
JIRA_PLATFORM_TOKEN=...
JIRA_ISSUE_TYPE=Task
JIRA_ISSUE_DEFAULT_LABELS=support,tasks

# Jira supported boards
JIRA_SUPPORT_BOARD=support
JIRA_BOARDS=JIRA_SUPPORT_BOARD
JIRA_DEFAULT_BOARD=JIRA_SUPPORT_BOARD

# filter settings
JIRA_WHITELIST=example.com
JIRA_BLACKLIST=malicious@example.com
`;

/** The sample with its dots filled in, and its two hosts those of the simulators. */
function filledIn({ world }: Scenario): string {
  const { entra, jira } = world;
  return SAMPLE
    .replace("https://login.microsoftonline.com", entra.url)
    .replace("O365_TENANT_ID=...", `O365_TENANT_ID=${PRINTED_TENANT}`)
    .replace("O365_CLIENT_ID=...", `O365_CLIENT_ID=${SIM_CLIENT}`)
    .replace("O365_CLIENT_SECRET=...", `O365_CLIENT_SECRET=${SIM_SECRET}`)
    .replace("https://atlassian.net", jira.url)
    .replace("JIRA_PLATFORM_TOKEN=...", "JIRA_PLATFORM_TOKEN=the-token-of-me");
}

/** `handle-incoming-events --once` in a folder that holds nothing but the file; the simulated hosts are said beside it. */
async function once(scenario: Scenario, since: string | null = SINCE): Promise<number> {
  const { graph, jira } = scenario.world;
  if (!jira.credentials.some(({ user }) => user === "me@example.com")) {
    jira.credentials.push({ user: "me@example.com", token: "the-token-of-me", kind: "basic" });
    scenario.world.store.createUser({ displayName: "Me", emailAddress: "me@example.com", name: "me@example.com" });
  }
  await Deno.writeTextFile(join(scenario.folder, ".env"), filledIn(scenario));
  const config = loadConfig({ flags: {}, needs: EVERYTHING }, {
    ...systemEnvironment(),
    env: { O365_GRAPH_URL: graph.url, CA_FILE: "ca.pem" },
    workingDirectory: scenario.folder,
    executableDirectory: null,
  });
  assert.deepEqual(config.warnings, []);
  return await handleIncomingEvents(config, {
    once: true,
    dryRun: false,
    since,
    stop: AbortSignal.timeout(60_000),
    abandon: AbortSignal.timeout(60_000),
    write: (line) => scenario.lines.push(line),
  });
}

const WORLD = { mailboxes: [{ address: MAILBOX }] };

onBoth("the Python tool's sample .env works as it is once its dots are filled in", WORLD, async (scenario) => {
  const { graph } = scenario.world;
  const deliver = (init: Parameters<typeof mail>[0]) => graph.deliver(MAILBOX, mail({ to: MAILBOX, ...init }));
  await deliver({ subject: "taken", from: "ada@example.com" });
  await deliver({ subject: "not on the whitelist", from: "ada@customer.example" });
  await deliver({ subject: "blacklisted", from: "malicious@example.com" });
  assert.equal(await once(scenario), 0, scenario.logs.join("\n"));
  const issue = scenario.issue();
  assert.deepEqual([issue.summary, issue.projectKey, issue.labels], ["taken", "SUP", ["support", "tasks"]]);
  assert.deepEqual(scenario.acknowledged(), ["ada@example.com"]);
  assert.ok([...Deno.readDirSync(scenario.folder)].some(({ name }) => name === "issues.db"));
});

onBoth("the Python tool's database is taken over: a reply joins the issue it made", WORLD, async (scenario) => {
  const { graph, store } = scenario.world;
  // What the tool had done before: the first mail, its issue, its row.
  const first = await graph.deliver(MAILBOX, mail({ id: "first@example.com", to: MAILBOX, from: "ada@example.com" }), {
    receivedAt: Date.now() - 24 * 60 * 60 * 1000,
  });
  const issue = store.createIssue({ project: "SUP", summary: "Printer jams", reporter: null });
  pythonDatabase(join(scenario.folder, "issues.db"), issue.key, first.conversationId);
  assert.equal(await once(scenario, null), 0, scenario.logs.join("\n"));
  assert.equal(scenario.issues().length, 1);
  await graph.deliver(
    MAILBOX,
    mail({
      to: MAILBOX,
      from: "ada@example.com",
      subject: "Re: Printer jams",
      headers: answering("<first@example.com>"),
    }),
  );
  assert.equal(await once(scenario), 0, scenario.logs.join("\n"));
  assert.equal(scenario.issue().comments.length, 1);
  await graph.deliver(
    MAILBOX,
    mail({
      to: MAILBOX,
      from: "mallory@example.com",
      subject: "Re: Printer jams",
      headers: answering("<first@example.com>"),
    }),
  );
  assert.equal(await once(scenario), 0, scenario.logs.join("\n"));
  assert.equal(issue.comments.length, 1, "a stranger in the conversation");
  assert.equal(scenario.issues().length, 2);
  assert.ok([...Deno.readDirSync(scenario.folder)].some(({ name }) => name === "issues.db.python-backup"));
});
