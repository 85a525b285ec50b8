import assert from "node:assert/strict";
import { join } from "node:path";
import { parseDotenv } from "../../src/config/dotenv.ts";
import { loadConfig } from "../../src/config/load.ts";
import { systemEnvironment } from "../../src/config/system_environment.ts";
import { inFolder, o365 } from "../cli/spawn.ts";

const SECRET = "s3cret~with 'quotes' and ${HOME} #\\";
const ANSWERS = [
  "support@example.com",
  "contoso.onmicrosoft.com",
  "11111111-2222-3333-4444-555555555555",
  "", // no certificate
  SECRET,
  "https://contoso.atlassian.net",
  "bot@example.com",
  "jira-token",
  "SUP",
];

function valuesIn(folder: string, name = ".env"): Record<string, string> {
  return Object.fromEntries(parseDotenv(Deno.readTextFileSync(join(folder, name))).values);
}

Deno.test("init asks, and the file it writes is a whole configuration that only its owner can read", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await o365(["init"], { cwd: folder, input: `${ANSWERS.join("\n")}\n` });
    assert.equal(code, 0, stderr);
    const path = join(folder, ".env");
    if (Deno.build.os !== "windows") assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    const config = loadConfig({ flags: {}, needs: { graph: true, jira: true, state: true } }, {
      ...systemEnvironment(),
      env: {},
      workingDirectory: folder,
      executableDirectory: null,
    });
    assert.deepEqual(config.mailboxes, ["support@example.com"]);
    assert.equal(config.graph?.clientSecret?.reveal(), SECRET);
    assert.equal(config.jira?.token.reveal(), "jira-token");
    assert.equal(config.routing.default?.name, "SUP");
    assert.deepEqual(config.warnings, []);
    for (const text of [stdout, stderr]) assert.doesNotMatch(text, /s3cret|jira-token/);
    assert.match(stdout, /^Written: .*\.env, which only this account can read\.\n\n/);
  }));

Deno.test("every variable stands in the file with its meaning", () =>
  inFolder(async (folder) => {
    await o365(["init", "--yes"], { cwd: folder });
    const text = Deno.readTextFileSync(join(folder, ".env"));
    for (const line of Deno.readTextFileSync(new URL("../../.env.example", import.meta.url)).split("\n")) {
      if (/^# (?!JIRA_PROJECT_KEY=)[A-Z0-9_]+=/.test(line)) assert.ok(text.includes(`\n${line}\n`), line);
    }
    assert.match(text, /# Client secret \(its value, not its ID\)\./);
  }));

Deno.test("a wrong answer is told and asked for again; an empty one is left for later, and said", () =>
  inFolder(async (folder) => {
    const input = ["not an address", "support@example.com", "", "", "", "", "", "", "", "", "Support board", ""].join(
      "\r\n",
    );
    const { code, stdout, stderr } = await o365(["init", "--output", "my.env"], { cwd: folder, input });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /O365_PRINCIPAL: "not an address" .*expected a mail address/);
    assert.match(
      stdout,
      /^To be filled in there: O365_TENANT_ID, O365_CLIENT_ID, O365_CLIENT_SECRET, JIRA_PLATFORM_URL, JIRA_PLATFORM_TOKEN\.$/m,
    );
    const values = valuesIn(folder, "my.env");
    assert.deepEqual([values.JIRA_SUPPORT_BOARD, values.JIRA_BOARDS], ["Support board", "JIRA_SUPPORT_BOARD"]);
    assert.equal(values.O365_TENANT_ID, "...");
  }));

Deno.test("init --yes asks nothing: it takes environment and options, the options first", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(join(folder, "etc"));
    const env = {
      O365_PRINCIPAL: "other@example.com",
      O365_CLIENT_SECRET_FILE: "/run/secrets/o365",
      O365_CLIENT_CERTIFICATE: "o365.pem",
      JIRA_DEFAULT_LABELS: "mail",
      JIRA_BOARDS: "JIRA_HR_BOARD",
      JIRA_HR_BOARD: "Human Resources",
      DATABASE_URI: "sqlite:///state.db",
      DENO_TLS_CA_STORE: "system",
    };
    const args = [
      "init",
      "-y",
      "--mailbox",
      "support@example.com",
      "--tenant",
      "example.com",
      "--output",
      "etc/my.env",
    ];
    const { code, stdout, stderr } = await o365(args, { cwd: folder, env });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(valuesIn(join(folder, "etc"), "my.env"), {
      // Relative paths start at the folder of the file, and meant another one before.
      DATABASE_URI: `sqlite:///${join(folder, "state.db").replaceAll("\\", "/")}`,
      O365_PRINCIPAL: "support@example.com",
      O365_TENANT_ID: "example.com",
      O365_CLIENT_ID: "...",
      O365_CLIENT_SECRET_FILE: "/run/secrets/o365",
      O365_CLIENT_CERTIFICATE: join(folder, "o365.pem"),
      JIRA_PLATFORM_URL: "...",
      JIRA_PLATFORM_TOKEN: "...",
      JIRA_ISSUE_DEFAULT_LABELS: "mail",
      JIRA_HR_BOARD: "Human Resources",
      JIRA_BOARDS: "JIRA_HR_BOARD",
    });
    assert.match(stdout, /^To be filled in there: O365_CLIENT_ID, JIRA_PLATFORM_URL, JIRA_PLATFORM_TOKEN\.$/m);
  }));

Deno.test("a file that exists is never overwritten, not even a link to nowhere; nothing is asked then", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, ".env"), "MINE=1\n");
    if (Deno.build.os !== "windows") await Deno.symlink(join(folder, "nowhere"), join(folder, "link.env"));
    const results = await Promise.all([
      o365(["init"], { cwd: folder }),
      o365(["init", "--yes"], { cwd: folder }),
      ...Deno.build.os === "windows" ? [] : [o365(["init", "--yes", "--output", "link.env"], { cwd: folder })],
    ]);
    for (const { code, stdout, stderr } of results) {
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
      assert.match(
        stderr,
        /\.env: exists already and is never overwritten: edit it, or name another file with --output/,
      );
      assert.doesNotMatch(stderr, /Address of the mailbox/);
    }
    assert.equal(Deno.readTextFileSync(join(folder, ".env")), "MINE=1\n");
  }));

Deno.test("every wrong value of environment and options is told at once, and no file is made", () =>
  inFolder(async (folder) => {
    const env = { JIRA_PLATFORM_URL: "http://jira.example.com", JIRA_BOARDS: "JIRA_HR_BOARD" };
    const { code, stderr } = await o365(["init", "--yes", "--tenant", "a b", "--project", "sup"], { cwd: folder, env });
    assert.equal(code, 2);
    for (const name of ["O365_TENANT_ID", "JIRA_PLATFORM_URL", "JIRA_PROJECT_KEY", "JIRA_HR_BOARD"]) {
      assert.match(stderr, new RegExp(`^ +${name}: `, "m"));
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("an input that ends early, and a folder that is not there, are said, and no file is made", () =>
  inFolder(async (folder) => {
    const [early, nowhere] = await Promise.all([
      o365(["init"], { cwd: folder, input: "support@example.com\n" }),
      o365(["init", "--yes", "--output", "no/.env"], { cwd: folder }),
    ]);
    assert.equal(early.code, 2);
    assert.match(early.stderr, /stdin: ended before a line was read/);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /cannot be made: there is no such folder/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));
