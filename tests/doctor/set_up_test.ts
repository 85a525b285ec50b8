import assert from "node:assert/strict";
import { join } from "node:path";
import { runDoctor } from "../../src/app/doctor.ts";
import { KINDS, World } from "./world.ts";

Deno.test("every problem of the configuration is told, and the sound part is examined", async () => {
  await using world = await World.open();
  const seen = await world.doctor({ JIRA_PLATFORM_URL: "ftp://x", JIRA_BOARDS: "", O365_GRANT_TYPE: "device-code" });
  const problems = seen.report.checks.filter(({ check }) => check === "configuration");
  assert.deepEqual(problems.map(({ about, code, ok }) => [about, code, ok]), [
    ["JIRA_PLATFORM_URL", 2, false],
    ["JIRA_PROJECT_KEY", 2, false],
  ]);
  for (const { about, detail, remedy } of problems) {
    assert.ok(detail.startsWith(`${about}: `));
    assert.match(remedy, new RegExp(`Set ${about}`));
  }
  assert.match(seen.check("token").detail, /Nobody has signed in/);
  assert.deepEqual([seen.check("jira-login").ok, seen.check("jira-login").code], [false, 2]);
  assert.match(seen.check("jira-create-issue").detail, /because configuration failed/);
  assert.equal(world.jira.journal.entries.length, 0);
});

Deno.test("with Microsoft 365 unconfigured, Jira is examined", async () => {
  for (const kind of KINDS) {
    await using world = await World.open({ kind });
    const seen = await world.doctor({ O365_PRINCIPAL: "" });
    assert.deepEqual(seen.failures(), ["configuration"]);
    assert.ok(seen.check("jira-create-issue").ok);
    assert.match(seen.check("mailbox-draft").detail, /because configuration failed/);
  }
});

Deno.test("a mistake in the rules about mail stops nothing else", async () => {
  await using world = await World.open();
  const seen = await world.doctor({ QUOTED_HISTORY: "burn" });
  assert.deepEqual(seen.failures(), ["configuration"]);
  assert.deepEqual(seen.notRun(), []);
});

Deno.test("without any configuration nothing is asked, and every check says why", async () => {
  const environment = {
    env: {},
    workingDirectory: await Deno.makeTempDir({ prefix: "o365-connect-test-" }),
    executableDirectory: null,
    windows: false,
    readFile: () => null,
  };
  try {
    const { ok, checks } = await runDoctor({
      flags: { envFile: "missing.env" },
      environment,
      signal: AbortSignal.timeout(10_000),
    });
    assert.equal(ok, false);
    assert.ok(checks.every(({ ok, code }) => !ok && code === 2));
    assert.equal(checks[0]!.about, "--env-file");
    const names = checks.map(({ check }) => check);
    assert.ok(["state-writable", "token", "jira-login", "jira-attachments"].every((name) => names.includes(name)));
    assert.deepEqual([...Deno.readDirSync(environment.workingDirectory)], []);
  } finally {
    await Deno.remove(environment.workingDirectory, { recursive: true });
  }
});

Deno.test("names that nothing reads are a hint", async () => {
  await using world = await World.open();
  await Deno.writeTextFile(join(world.folder, ".env"), "JIRA_ISUE_TYPE=Bug\n");
  const configuration = (await world.doctor()).check("configuration");
  assert.ok(configuration.ok);
  assert.match(configuration.detail, /JIRA_ISUE_TYPE is unknown.*JIRA_ISSUE_TYPE/);
});

Deno.test("a state that is no state of ours fails, and the rest is examined", async () => {
  await using world = await World.open();
  await Deno.writeTextFile(
    join(world.folder, "state.db"),
    "this is a letter, not a database, and it is long enough ".repeat(40),
  );
  const seen = await world.doctor();
  assert.deepEqual(seen.failures(), ["state-writable"]);
  const state = seen.check("state-writable");
  assert.equal(state.code, 2);
  assert.match(state.remedy, /DATABASE_URI|backup/);
  assert.ok(seen.check("mailbox-draft").ok);
});

Deno.test("a folder that does not exist fails the state", async () => {
  await using world = await World.open({ env: { DATABASE_URI: "sqlite:///missing/state.db" } });
  const seen = await world.doctor();
  assert.deepEqual(seen.failures(), ["state-writable"]);
  assert.equal(seen.check("state-writable").code, 2);
});

Deno.test("a sign-in that lies in a state that cannot be read is not taken for a missing one", async () => {
  await using world = await World.open({ env: { DATABASE_URI: "sqlite:///missing/state.db" } });
  const seen = await world.doctor({ O365_GRANT_TYPE: "device-code" });
  assert.deepEqual(seen.failures(), ["state-writable"]);
  assert.match(seen.check("token").detail, /because state-writable failed/);
});

Deno.test("no row of the doctor's is left in the state, and no lock", async () => {
  await using world = await World.open();
  await world.doctor();
  assert.deepEqual(
    [...Deno.readDirSync(world.folder)].map(({ name }) => name).filter((name) => name.endsWith(".lock")),
    [],
  );
});

Deno.test("the checks keep their order whatever answers first", async () => {
  await using world = await World.open();
  const names = async () => (await world.doctor()).report.checks.map(({ check }) => check);
  const usual = await names();
  world.jira.latencyMs = 30;
  assert.deepEqual(await names(), usual);
  world.jira.latencyMs = 0;
  world.graph.latencyMs = 30;
  assert.deepEqual(await names(), usual);
});
