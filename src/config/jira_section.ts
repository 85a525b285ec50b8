import type { ConfigProblem } from "../core/errors.ts";
import { normaliseAddress } from "../core/mail.ts";
import { type Boards, readBoards } from "./boards.ts";
import type { JiraConfig, RoutingConfig } from "./config.ts";
import { Secret } from "./secret.ts";
import { parseUserMap } from "./user_map.ts";
import type { Values } from "./values.ts";

/** The connection to Jira; `null` if anything of it is missing or wrong. */
export function readJira(values: Values): JiraConfig | null {
  const map = values.file("JIRA_USER_MAP", "a file with address=account lines, for example users.txt");
  const userMap = values.collect("jira", (problems) => parseUserMap(map ?? "", problems));
  const [url, token] = [values.get("JIRA_PLATFORM_URL"), values.secret("JIRA_PLATFORM_TOKEN")];
  if (url === undefined || token === null || !values.isSound("jira")) return null;
  return { url, user: values.get("JIRA_PLATFORM_USER") ?? null, token, userMap };
}

/** Key and certificate of the webhook's own server. */
export function readWebhookCertificate(values: Values): Secret | null {
  const pem = values.file("JIRA_WEBHOOK_CERTIFICATE", "a PEM file with private key and certificate");
  if (pem === null) return null;
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem) && pem.includes("-----BEGIN CERTIFICATE-----")) {
    return new Secret(pem);
  }
  values.problem(
    "JIRA_WEBHOOK_CERTIFICATE",
    "the file is not complete: expected a PEM file with both a PRIVATE KEY and a CERTIFICATE block",
  );
  return null;
}

/** Boards, project and the constant parts of an issue, as far as they are set. */
export function readRouting(values: Values): RoutingConfig {
  const boards = values.collect("jira", (problems) => readAllBoards(values, problems));
  if (["JIRA_BOARDS", "JIRA_DEFAULT_BOARD", "JIRA_PROJECT_KEY"].every((name) => values.lookUp(name) === null)) {
    values.missing(
      "JIRA_PROJECT_KEY",
      "expected the key of a project, for example SUP, or boards by JIRA_BOARDS and JIRA_DEFAULT_BOARD",
    );
  }
  return {
    ...boards,
    issueType: values.get("JIRA_ISSUE_TYPE"),
    labels: values.get("JIRA_ISSUE_DEFAULT_LABELS"),
    issueFields: values.get("JIRA_ISSUE_FIELDS"),
  };
}

function readAllBoards(values: Values, problems: ConfigProblem[]): Boards {
  const mailboxBoards = values.get("O365_MAILBOX_BOARDS") ?? [];
  const mailboxes = (values.get("O365_PRINCIPAL") ?? []).map(normaliseAddress);
  for (const [mailbox] of mailboxBoards) {
    if (mailboxes.length === 0 || mailboxes.includes(normaliseAddress(mailbox))) continue;
    const problem = `${mailbox} is not one of O365_PRINCIPAL: expected a mailbox of it, for example ${mailboxes[0]}`;
    problems.push({ name: "O365_MAILBOX_BOARDS", problem });
  }
  const settings = {
    boardVariables: values.get("JIRA_BOARDS"),
    defaultVariable: values.get("JIRA_DEFAULT_BOARD") ?? null,
    projectKey: values.get("JIRA_PROJECT_KEY") ?? null,
    mailboxBoards,
    lookUp: (name: string) => values.lookUp(name),
  };
  return readBoards(settings, problems, values.warnings);
}
