/** Missing or malformed configuration: every problem at once, in a line each, exit 2, and nothing is asked or written. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { on, onBoth, type Scenario, SUPPORT } from "./world.ts";

function nothingAsked({ world: { graph, jira, entra } }: Scenario): void {
  for (const { journal } of [graph, jira, entra]) assert.equal(journal.entries.length, 0);
}

on("cloud", "every problem of the configuration is told at once, each by its variable, with exit 2", {}, async (
  scenario,
) => {
  const env = {
    O365_PRINCIPAL: "",
    O365_TENANT_ID: "",
    O365_CLIENT_SECRET: "",
    JIRA_PLATFORM_URL: "ftp://jira.example.com",
    JIRA_PLATFORM_TOKEN: "",
    JIRA_BOARDS: "JIRA_MISSING_BOARD",
    JIRA_ISSUE_FIELDS: "{broken",
    JIRA_WHITELIST: "not an address,example.com",
    POLL_INTERVAL_SECONDS: "soon",
    DATABASE_URI: "postgresql://localhost/x",
  };
  for (const command of [() => scenario.once({ env }), async () => (await scenario.check({ env })).exitCode]) {
    const { code, text } = await scenario.ended(command);
    assert.equal(code, 2);
    for (const name of Object.keys(env)) {
      if (name === "JIRA_BOARDS") continue;
      const expected = name === "O365_CLIENT_SECRET"
        ? /O365_CLIENT_(SECRET|CERTIFICATE)/
        : new RegExp(`^ *${name}: `, "m");
      assert.match(text, expected, name);
    }
    assert.match(text, /JIRA_MISSING_BOARD/);
    assert.match(text, /postgresql/i);
    assert.match(text, /problems to solve first/);
  }
  nothingAsked(scenario);
  assert.deepEqual([...Deno.readDirSync(scenario.folder)].map(({ name }) => name), ["ca.pem"]);
});

on("cloud", "an .env that cannot be read is exit 2 and named", {}, async (scenario) => {
  const path = join(scenario.folder, ".env");
  await Deno.mkdir(path);
  const folder = await scenario.ended(() => scenario.once());
  assert.equal(folder.code, 2, folder.text);
  assert.ok(folder.text.includes(`cannot read ${path}`), folder.text);
  await Deno.remove(path);
  await Deno.writeFile(path, Uint8Array.from([0x4a, 0xff, 0xfe, 0xfd, 0x3d, 0x31, 0x0a]));
  const bytes = await scenario.ended(() => scenario.once());
  assert.deepEqual([bytes.code, bytes.text.includes("is not UTF-8 text")], [2, true], bytes.text);
  nothingAsked(scenario);
});

on("cloud", "both names of the database with different values are exit 2", {}, async (scenario) => {
  const { code, text } = await scenario.ended(() =>
    scenario.once({ env: { DATABASE_URI: "sqlite:///a.db", SQLALCHEMY_DATABASE_URI: "sqlite:///b.db" } })
  );
  assert.equal(code, 2);
  assert.match(text, /SQLALCHEMY_DATABASE_URI/);
});

on("cloud", "a secret file that is missing is exit 2; one that is there is read", {}, async (scenario) => {
  const env = { O365_CLIENT_SECRET: "", O365_CLIENT_SECRET_FILE: "secret.txt" };
  delete (env as Partial<typeof env>).O365_CLIENT_SECRET;
  const missing = await scenario.ended(() =>
    scenario.once({ env: { ...env, O365_CLIENT_SECRET_FILE: "nowhere.txt" } })
  );
  assert.equal(missing.code, 2, missing.text);
  assert.match(missing.text, /O365_CLIENT_SECRET/);
});

onBoth("an unknown board is exit 2 and tells those that there are", {}, async (scenario) => {
  scenario.world.store.createBoard("supporters", ["SUP"]);
  const { code, text } = await scenario.ended(() => scenario.once({ env: { JIRA_SUPPORT_BOARD: "Suport" } }));
  assert.equal(code, 2, text);
  assert.match(text, /JIRA_SUPPORT_BOARD/);
  assert.match(text, /"support"/);
});

onBoth("a board is found by its exact name in any case, though others hold it as a part", {}, async (scenario) => {
  for (let i = 0; i < 60; i++) scenario.world.store.createBoard(`support ${i}`, ["SUP"]);
  assert.equal(await scenario.once({ env: { JIRA_SUPPORT_BOARD: "SUPPORT" } }), 0);
});

onBoth("a board over several projects is exit 2 and names them; so is one over none", {}, async (scenario) => {
  const { store } = scenario.world;
  store.createProject({ key: "OPS" });
  store.createBoard("many", ["SUP", "OPS"]);
  store.createBoard("none", []);
  if (scenario.world.kind === "server") {
    const many = await scenario.ended(() => scenario.once({ env: { JIRA_SUPPORT_BOARD: "many" } }));
    assert.equal(many.code, 2, many.text);
    assert.match(many.text, /JIRA_SUPPORT_BOARD.*OPS/s);
  }
  const none = await scenario.ended(() => scenario.once({ env: { JIRA_SUPPORT_BOARD: "none" } }));
  assert.equal(none.code, 2, none.text);
  assert.match(none.text, /JIRA_SUPPORT_BOARD/);
});

onBoth("an unknown project is exit 2, and with an unknown board both are told", {}, async (scenario) => {
  const alone = await scenario.ended(() =>
    scenario.once({ env: { JIRA_BOARDS: "", JIRA_DEFAULT_BOARD: "", JIRA_PROJECT_KEY: "NOPE" } })
  );
  assert.equal(alone.code, 2, alone.text);
  assert.match(alone.text, /JIRA_PROJECT_KEY.*"NOPE"/);
  const both = await scenario.ended(() =>
    scenario.once({ env: { JIRA_SUPPORT_BOARD: "Nowhere", O365_MAILBOX_BOARDS: `${SUPPORT}:NOPE` } })
  );
  assert.equal(both.code, 2, both.text);
  assert.match(both.text, /JIRA_SUPPORT_BOARD/);
  assert.match(both.text, /NOPE/);
});

on("cloud", "something that is no Jira at JIRA_PLATFORM_URL is exit 2", {}, async (scenario) => {
  const { jira } = scenario.world;
  const { code, text } = await scenario.ended(() => scenario.once({ env: { JIRA_PLATFORM_URL: `${jira.url}/wiki` } }));
  assert.equal(code, 2, text);
  assert.match(text, /JIRA_PLATFORM_URL/);
});
