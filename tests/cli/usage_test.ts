import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder, o365 } from "./spawn.ts";

Deno.test("wrong usage says what was meant, exit 2, nothing on stdout", async () => {
  const results = await Promise.all([
    o365(["statsu"]),
    o365(["explain", "--jsno", "a.eml"]),
    o365(["failed"]),
    o365(["completions", "tcsh"]),
  ]);
  for (const { code, stdout } of results) assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
  assert.match(results[0]!.stderr, /unknown command 'statsu'\n\(Did you mean status\?\)/);
  assert.match(results[1]!.stderr, /unknown option '--jsno'\n\(Did you mean --json\?\)/);
  assert.match(results[2]!.stderr, /retry \[options\] \[id\.\.\.\]/);
  assert.match(results[3]!.stderr, /Allowed choices are bash, zsh, fish, powershell/);
});

Deno.test("every problem of command line and configuration is told at once, each with its name, exit 2", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "my.env"), "O365_TENANT_ID=a b\nJIRA_PLATFORM_TOKEN=very-secret-token\n");
    const { code, stdout, stderr } = await o365(
      ["--env-file", "my.env", "handle-incoming-events", "--since", "yesterday", "--poll-interval", "often"],
      { cwd: folder, env: { JIRA_PLATFORM_URL: "http://jira.example.com" } },
    );
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    const names = stderr.split("\n").map((line) => line.match(/^ {2}([A-Z0-9_]+|--[a-z-]+): /)?.[1]).filter(Boolean);
    assert.deepEqual(names.sort(), [
      "--poll-interval",
      "--since",
      "JIRA_PLATFORM_URL",
      "JIRA_PROJECT_KEY",
      "O365_CLIENT_ID",
      "O365_CLIENT_SECRET",
      "O365_PRINCIPAL",
      "O365_TENANT_ID",
    ]);
    assert.doesNotMatch(stderr, /very-secret-token|\n\s+at /);
  }));

Deno.test("explain without anything to explain, and with too much, is wrong usage", () =>
  inFolder(async (folder) => {
    const [none, both] = await Promise.all([
      o365(["explain"], { cwd: folder }),
      o365(["explain", "a.eml", "--id", "<x@y>"], { cwd: folder }),
    ]);
    assert.equal(none!.code, 2);
    assert.match(none!.stderr, /expected mail files, or --id/);
    assert.equal(both!.code, 2);
    assert.match(both!.stderr, /--id: expected either mail files or --id/);
  }));

Deno.test("a stack trace is for --debug only", () =>
  inFolder(async (folder) => {
    // A folder in the place of the file: no error of ours.
    await Deno.mkdir(join(folder, "dir.db"));
    const args = ["status", "--database", "sqlite:///dir.db"];
    const [short, long] = await Promise.all([
      o365(args, { cwd: folder }),
      o365([...args, "--debug"], { cwd: folder }),
    ]);
    assert.notEqual(short!.code, 0);
    assert.match(short!.stderr, /^o365-connect: .*dir\.db/m);
    assert.doesNotMatch(short!.stderr, /\n\s+at /);
    assert.match(long!.stderr, /\n\s+at /);
  }));

Deno.test("with --log-format json the reason of the end is a log line too", () =>
  inFolder(async (folder) => {
    const { stderr, code } = await o365(["failed", "show", "7", "--log-format", "json"], { cwd: folder });
    const last = JSON.parse(stderr.trim().split("\n").at(-1)!);
    assert.equal(code, 2);
    assert.equal(last.level, "fatal");
    assert.equal(last.fields.exitCode, 2);
    assert.match(last.message, /no failed mail has this id/);
  }));
