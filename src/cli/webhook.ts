/** `--jira-webhook`: where Jira may ring. */

import { type HttpAddress, parseAddress } from "../app/http/address.ts";
import { type WebhookOptions, webhookProblems } from "../app/relay_webhook.ts";
import type { Config } from "../config/config.ts";
import { ConfigError, type ConfigProblem } from "../core/errors.ts";
import { writeLine } from "./output.ts";

export interface WebhookFlags {
  readonly once?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly jiraWebhook?: string | undefined;
}

/** `null`: not asked for. What is wrong with the option is added to `problems`. */
export function webhookPlace(
  { once, dryRun, jiraWebhook }: WebhookFlags,
  problems: ConfigProblem[],
): HttpAddress | null {
  if (jiraWebhook === undefined) return null;
  if (once || dryRun) {
    problems.push({ name: "--jira-webhook", problem: "is for a listener that stays, not for --once or --dry-run" });
  }
  const address = parseAddress(jiraWebhook);
  if (address === null) {
    problems.push({
      name: "--jira-webhook",
      problem: "expected an address of this machine and a port, for example 127.0.0.1:8090 or 0.0.0.0:8090",
    });
  }
  return address;
}

/** Throws `ConfigError` where the secret is missing or too short. */
export function webhookOptions(address: HttpAddress, config: Config): WebhookOptions {
  const secret = config.webhookSecret?.reveal() ?? null;
  const problems = webhookProblems(secret);
  if (problems.length > 0 || secret === null) throw new ConfigError(problems);
  return {
    address,
    secret,
    certificate: config.webhookCertificate?.reveal() ?? null,
    onServed: (url) => writeLine(`Jira's webhook: ${url}`),
  };
}
