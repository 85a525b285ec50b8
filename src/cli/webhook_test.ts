import assert from "node:assert/strict";
import type { Config } from "../config/config.ts";
import { Secret } from "../config/secret.ts";
import { ConfigError, type ConfigProblem } from "../core/errors.ts";
import { webhookOptions, webhookPlace } from "./webhook.ts";

const ADDRESS = { hostname: "127.0.0.1", port: 8090, loopback: true };

function configWith(secret: string | null): Config {
  return { webhookSecret: secret === null ? null : new Secret(secret), webhookCertificate: null } as Config;
}

Deno.test("a webhook is not served without a secret, or with one that can be tried out", () => {
  for (const secret of [null, "short"]) {
    assert.throws(() => webhookOptions(ADDRESS, configWith(secret)), (error) => {
      assert(error instanceof ConfigError);
      return error.problems[0]?.name === "JIRA_WEBHOOK_SECRET";
    });
  }
  assert.equal(webhookOptions(ADDRESS, configWith("a secret of more than sixteen signs")).address.port, 8090);
});

Deno.test("--jira-webhook wants an address, and a listener that stays", () => {
  const problems: ConfigProblem[] = [];
  assert.equal(webhookPlace({}, problems), null);
  assert.deepEqual(webhookPlace({ jiraWebhook: "127.0.0.1:8090" }, problems), ADDRESS);
  assert.deepEqual(problems, []);
  webhookPlace({ jiraWebhook: "everywhere" }, problems);
  webhookPlace({ jiraWebhook: "127.0.0.1:8090", once: true }, problems);
  assert.deepEqual(problems.map(({ name }) => name), ["--jira-webhook", "--jira-webhook"]);
});
