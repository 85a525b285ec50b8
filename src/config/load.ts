/** From flags, environment and files to a checked {@link Config}, or every problem at once. */

import { ConfigError } from "../core/errors.ts";
import type { Config } from "./config.ts";
import type { Environment } from "./environment.ts";
import { readGraph } from "./graph_section.ts";
import { readJira, readRouting, readWebhookCertificate } from "./jira_section.ts";
import { type Flags, readLayers } from "./layers.ts";
import { readMail } from "./mail_section.ts";
import { readNetwork } from "./network_section.ts";
import type { Section } from "./schema.ts";
import { readDatabasePath } from "./state_section.ts";
import { unknownNames } from "./unknown_names.ts";
import { Values } from "./values.ts";

/** What a command needs. Problems elsewhere become warnings, and that part of the configuration is `null` or default. */
export interface Needs {
  readonly graph: boolean;
  readonly jira: boolean;
  readonly state: boolean;
  /** The rules about mail; default `true`. */
  readonly mail?: boolean;
}

export interface LoadOptions {
  readonly flags: Flags;
  readonly needs: Needs;
}

/** Throws `ConfigError` with every problem of the sections that are needed. */
export function loadConfig({ flags, needs }: LoadOptions, environment: Environment): Config {
  const { layers, problems: fileProblems, warnings: fileWarnings } = readLayers(flags, environment);
  const values = new Values(layers, environment);
  const config = build(values);
  const needed = sectionsOf(needs);
  const serious = values.problems.filter(({ section }) => needed[section]);
  const problems = [...fileProblems, ...serious.map(({ problem }) => problem)];
  if (problems.length > 0) throw new ConfigError(problems);
  const unused = values.problems.filter(({ missing }) => !missing);
  return {
    ...config,
    warnings: [
      ...fileWarnings,
      ...values.warnings,
      ...unknownNames(layers, boardVariables(config)),
      ...unused.map(({ problem }) => `${problem.name} is not used here: ${problem.problem}.`),
    ],
  };
}

function sectionsOf(needs: Needs): Readonly<Record<Section, boolean>> {
  const { graph, jira, state, mail = true } = needs;
  return { graph, jira, state, mail, network: graph || jira };
}

function build(values: Values): Omit<Config, "warnings"> {
  const databasePath = readDatabasePath(values);
  const graph = readGraph(values);
  const routing = readRouting(values);
  const jira = readJira(values);
  return {
    databasePath,
    mailboxes: values.get("O365_PRINCIPAL") ?? [],
    addresses: values.get("O365_ADDRESSES"),
    graph,
    jira,
    routing,
    mail: readMail(values),
    network: readNetwork(values),
    pollIntervalMs: Math.round(values.get("POLL_INTERVAL_SECONDS") * 1000),
    reconcileDelayMs: Math.round(values.get("RECONCILE_DELAY_SECONDS") * 1000),
    replyTokenSecret: values.secret("REPLY_TOKEN_SECRET"),
    webhookSecret: values.secret("JIRA_WEBHOOK_SECRET"),
    webhookCertificate: readWebhookCertificate(values),
    httpToken: values.secret("HTTP_TOKEN"),
    secrets: values.secrets(),
  };
}

function boardVariables({ routing }: Omit<Config, "warnings">): string[] {
  return [...routing.boards, ...routing.mailboxBoards.map(({ target }) => target)].map(({ variable }) => variable);
}
