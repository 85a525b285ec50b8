import assert from "node:assert/strict";
import { ConfigError } from "../core/errors.ts";
import { configurationPage, envExample } from "./documentation.ts";
import { outside } from "./environment_for_test.ts";
import { loadConfig } from "./load.ts";
import { everyVariable } from "./schema.ts";

const needs = { graph: true, jira: true, state: true };

function load(text: string) {
  return loadConfig({ flags: {}, needs }, outside({ files: { "/srv/bridge/.env": text } }));
}

Deno.test("both documents name every variable", () => {
  for (const [name] of everyVariable()) {
    assert.match(envExample(), new RegExp(`^(# )?${name}=`, "m"));
    assert.ok(configurationPage().includes(`| \`${name}\``), name);
  }
});

Deno.test("the sample file asks only for its dots", () => {
  try {
    load(envExample());
    assert.fail("the dots were taken for values");
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(error.problems.map(({ name }) => name), [
      "O365_TENANT_ID",
      "O365_CLIENT_ID",
      "JIRA_PLATFORM_TOKEN",
      "O365_CLIENT_SECRET",
    ]);
  }
});

Deno.test("the sample file works with its dots filled in, and also with every example taken", () => {
  const filled = envExample().replaceAll("=...", "=filled-in");
  assert.deepEqual(load(filled).warnings, []);
  const files =
    /^# (O365_CLIENT_CERTIFICATE|JIRA_USER_MAP|CA_FILE|O365_MAILBOX_BOARDS|JIRA_PROJECT_KEY|DENO_TLS_CA_STORE|JIRA_WEBHOOK_CERTIFICATE)=/;
  const everything = filled.split("\n").map((line) => files.test(line) ? line : line.replace(/^# ([A-Z0-9_]+=)/, "$1"));
  assert.deepEqual(load(everything.join("\n")).warnings, []);
});
