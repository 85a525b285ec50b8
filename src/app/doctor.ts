/** `doctor`: checks everything the job needs, one line each with its remedy. Nothing is left behind. */

import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/environment.ts";
import { ConfigError, errorText } from "../core/errors.ts";
import { normaliseAddress } from "../core/mail.ts";
import type { GraphService } from "../graph/graph.ts";
import type { JiraClient } from "../jira/client.ts";
import { settingsFor } from "./bridge.ts";
import { exitOfError } from "./exit_of_error.ts";
import { graphFor, httpFor, jiraFor, stateFor, tokensFor } from "./runtime.ts";

export interface DoctorCheck {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy: string | null;
  /** Exit code that this check alone would give; `null` when ok. */
  readonly code: number | null;
}

export interface DoctorReport {
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

type Add = (check: string, remedy: string, work: () => Promise<string>) => Promise<boolean>;

export async function runDoctor(options: {
  readonly flags: Parameters<typeof loadConfig>[0]["flags"];
  readonly environment: Environment;
  readonly signal: AbortSignal;
}): Promise<DoctorReport> {
  const checks: DoctorCheck[] = [];
  const add: Add = async (check, remedy, work) => {
    try {
      checks.push({ check, ok: true, detail: await work(), remedy: null, code: null });
      return true;
    } catch (error) {
      checks.push({ check, ok: false, detail: errorText(error), remedy, code: exitOfError(error) });
      return false;
    }
  };
  const report = () => ({ ok: checks.every(({ ok }) => ok), checks });
  let config: Config | null = null;
  await add("configuration", "Correct the variables named here; see docs/configuration.md", () => {
    const needs = { graph: true, jira: true, state: true };
    config = loadConfig({ flags: options.flags, needs }, options.environment);
    return Promise.resolve("every required variable is set");
  });
  if (config === null) return report();
  const http = httpFor(config);
  try {
    await Promise.all([
      checkMicrosoft(config, http, add, options.signal),
      checkJira(config, http, add, options.signal),
    ]);
  } finally {
    http.close();
  }
  return report();
}

async function checkMicrosoft(config: Config, http: ReturnType<typeof httpFor>, add: Add, signal: AbortSignal) {
  const opened: Awaited<ReturnType<typeof stateFor>>[] = [];
  const remedy = "Let this account write to the folder of the state file, or set DATABASE_URI";
  await add("state", remedy, async () => {
    opened.push(await stateFor(config));
    return `${config.databasePath} can be written`;
  });
  const [state] = opened;
  if (state === undefined || config.graph === null) return;
  try {
    const tokens = tokensFor(config.graph, http, state);
    if (
      !await add("token", "Do what Entra ID's answer says, then run this again", async () => {
        const { expiresAt } = await tokens.token();
        return `valid until ${new Date(expiresAt).toISOString()}`;
      })
    ) return;
    const graph = graphFor(config.graph, http, tokens);
    for (const mailbox of config.mailboxes) await checkMailbox(config, graph, mailbox, add, signal);
  } finally {
    await state.close();
  }
}

async function checkMailbox(config: Config, graph: GraphService, mailbox: string, add: Add, signal: AbortSignal) {
  const grant = "Grant the app Mail.ReadWrite and Mail.Send (application permissions, admin consent) for this mailbox";
  if (
    !await add(`mailbox-read ${mailbox}`, grant, async () => {
      const { totalItemCount } = await graph.mailFolder(mailbox, "inbox", signal);
      return `the Inbox can be read (${totalItemCount ?? "?"} mails)`;
    })
  ) return;
  await add(`mailbox-draft ${mailbox}`, grant, async () => {
    const draft = await graph.createDraft(mailbox, { html: "<p>doctor</p>", to: [], marker: "doctor" }, signal);
    await graph.deleteMessage(mailbox, draft.id, signal);
    return "a draft was made and deleted";
  });
  await add(`mailbox-sent-items ${mailbox}`, grant, async () => {
    await graph.mailFolder(mailbox, "sentitems", signal);
    return "Sent Items can be read. Not proved, for Graph does not tell: that copies of what agents send stay here. Make sure with " +
      `Set-Mailbox ${mailbox} -MessageCopyForSentAsEnabled $true -MessageCopyForSendOnBehalfEnabled $true`;
  });
  await add(`aliases ${mailbox}`, "Add them to O365_ADDRESSES if they deliver to this mailbox", async () => {
    const own = [...config.mailboxes, ...config.addresses].map(normaliseAddress);
    const domains = new Set(own.map((address) => address.split("@")[1]));
    const seen = (await graph.recentRecipients(mailbox, signal)).filter((address) =>
      domains.has(address.split("@")[1])
    );
    const unknown = seen.filter((address) => !own.includes(address.replace(/\+[^@]*@/, "@")));
    return unknown.length === 0
      ? "no other address of our domains in the last 50 mails"
      : `seen in the last 50 mails and not in O365_ADDRESSES (add those that deliver here): ${unknown.join(", ")}`;
  });
  await add(`clock ${mailbox}`, "Set this machine's clock (NTP)", () => {
    const skew = Math.round(((graph.serverNow() ?? Date.now()) - Date.now()) / 1000);
    if (Math.abs(skew) > 120) throw new Error(`this machine's clock differs from Graph's by ${skew} s`);
    return Promise.resolve(`differs from Graph's by ${skew} s`);
  });
}

const NEEDED = ["BROWSE_PROJECTS", "CREATE_ISSUES", "ADD_COMMENTS", "CREATE_ATTACHMENTS"];
const USEFUL = ["EDIT_ISSUES", "MANAGE_WATCHERS", "MODIFY_REPORTER"];
/** Fields that every issue of ours has, or that Jira fills. */
const FILLED = new Set(["project", "issuetype", "summary", "description", "reporter", "labels", "priority"]);

async function checkJira(config: Config, http: ReturnType<typeof httpFor>, add: Add, signal: AbortSignal) {
  const login = "Check JIRA_PLATFORM_URL, JIRA_PLATFORM_USER and JIRA_PLATFORM_TOKEN";
  const clients: JiraClient[] = [];
  if (
    !await add("jira-login", login, async () => {
      const { client, info } = await jiraFor(config.jira!, http, signal);
      const { user, emailAddress } = await client.myself(signal);
      if (config.mailboxes.map(normaliseAddress).includes(normaliseAddress(emailAddress ?? ""))) {
        throw new ConfigError([{
          name: "JIRA_PLATFORM_USER",
          problem: "is one of our mailboxes: Jira's mail about its own work would come back",
        }]);
      }
      clients.push(client);
      return `${user.displayName} on Jira ${info.kind === "cloud" ? "Cloud" : `Server ${info.version}`}`;
    })
  ) return;
  const jira = clients[0]!;
  const projects = new Set<string>();
  await add("jira-boards", "Correct JIRA_BOARDS, JIRA_DEFAULT_BOARD or JIRA_PROJECT_KEY", async () => {
    const { boards, defaultTarget } = await settingsFor(config, jira, signal);
    for (const { project } of [...boards, defaultTarget]) projects.add(project);
    return `projects: ${[...projects].join(", ")}`;
  });
  for (const project of projects) await checkProject(config, jira, project, add, signal);
  await add("jira-attachments", "Ask Jira's administrator to switch attachments on", async () => {
    const { enabled, uploadLimit } = await jira.attachmentMeta(signal);
    if (!enabled) throw new Error("attachments are switched off in Jira");
    return `up to ${uploadLimit} bytes each`;
  });
}

async function checkProject(config: Config, jira: JiraClient, project: string, add: Add, signal: AbortSignal) {
  await add(`jira-permissions ${project}`, `Give Jira's user these permissions in ${project}`, async () => {
    const granted = await jira.permissions(project, [...NEEDED, ...USEFUL], signal);
    const lacks = (keys: readonly string[]) => keys.filter((key) => granted[key] !== true);
    if (lacks(NEEDED).length > 0) throw new Error(`missing: ${lacks(NEEDED).join(", ")}`);
    const less = lacks(USEFUL);
    return less.length === 0
      ? "all granted"
      : `granted; without ${less.join(", ")} pictures, watchers or the reporter are left out`;
  });
  const remedy = "Set JIRA_ISSUE_TYPE to a type of the project, and fill required fields by JIRA_ISSUE_FIELDS";
  await add(`jira-create-issue ${project}`, remedy, async () => {
    const types = await jira.issueTypes(project, signal);
    const type = types.find(({ name }) => name.toLowerCase() === config.routing.issueType.toLowerCase());
    if (type === undefined) {
      throw new ConfigError([{
        name: "JIRA_ISSUE_TYPE",
        problem: `"${config.routing.issueType}" is not one of: ${types.map(({ name }) => name).join(", ")}`,
      }]);
    }
    const fields = await jira.createFields(project, type.id, signal);
    const open = fields.filter(({ id, required, hasDefault }) =>
      required && !hasDefault && !FILLED.has(id) && !(id in config.routing.issueFields)
    );
    if (open.length > 0) {
      throw new ConfigError([{
        name: "JIRA_ISSUE_FIELDS",
        problem: `must fill the required fields ${open.map(({ id, name }) => `${id} (${name})`).join(", ")}`,
      }]);
    }
    return `${type.name} in ${project} can be created`;
  });
}
