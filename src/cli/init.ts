import { EXIT } from "../app/exit_codes.ts";
import { commandsFor, prepareInit, problemOf, type Settings, writeSettings } from "../app/init.ts";
import type { VariableName } from "../config/schema.ts";
import { systemEnvironment } from "../config/system_environment.ts";
import { beginLogging } from "./context.ts";
import { writeError } from "./exit.ts";
import { writeLine } from "./output.ts";
import { ask } from "./prompt.ts";
import type { Session } from "./session.ts";

export interface InitOptions {
  readonly output: string;
  readonly yes?: true | undefined;
  readonly mailbox?: string | undefined;
  readonly tenant?: string | undefined;
  readonly clientId?: string | undefined;
  readonly certificate?: string | undefined;
  readonly jiraUrl?: string | undefined;
  readonly jiraUser?: string | undefined;
  readonly project?: string | undefined;
}

/** `init`: writes the `.env`, and says what is to be done in the tenant and in Jira. */
export async function runInit(session: Session, options: InitOptions): Promise<number> {
  const { stop } = session.stopSignals();
  const logging = beginLogging(session);
  const environment = systemEnvironment();
  const prepared = prepareInit(options.output, flagsOf(options), environment);
  if (!options.yes) await askFor(prepared.settings, stop, (secret) => logging.hide(secret));
  const missing = await writeSettings(prepared, environment);
  writeLine(`Written: ${prepared.path}, which only this account can read.`);
  if (missing.length > 0) writeLine(`To be filled in there: ${missing.join(", ")}.`);
  writeLine("");
  for (const line of commandsFor(prepared.settings)) writeLine(line);
  writeLine("");
  writeLine("Then: o365-connect doctor --send --foreign <a mailbox that the app must not read>");
  writeLine("As a service: o365-connect service install");
  return EXIT.done;
}

function flagsOf(options: InitOptions): Partial<Record<VariableName, string>> {
  const given: Partial<Record<VariableName, string | undefined>> = {
    O365_PRINCIPAL: options.mailbox,
    O365_TENANT_ID: options.tenant,
    O365_CLIENT_ID: options.clientId,
    O365_CLIENT_CERTIFICATE: options.certificate,
    JIRA_PLATFORM_URL: options.jiraUrl,
    JIRA_PLATFORM_USER: options.jiraUser,
    JIRA_PROJECT_KEY: options.project,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

interface Question {
  readonly name: VariableName;
  readonly words: string;
  /** Nothing of the answer is shown. */
  readonly hidden?: true;
  /** Not asked if one of these is known. */
  readonly unless?: readonly string[];
}

const QUESTIONS: readonly Question[] = [
  { name: "O365_PRINCIPAL", words: "Address of the mailbox:" },
  { name: "O365_TENANT_ID", words: "Directory (tenant) ID, or a domain of the tenant:" },
  { name: "O365_CLIENT_ID", words: "Application (client) ID of the app registration:" },
  {
    name: "O365_CLIENT_CERTIFICATE",
    words: "Path of a PEM file with key and certificate (empty: a client secret is used):",
    unless: ["O365_CLIENT_SECRET", "O365_CLIENT_SECRET_FILE"],
  },
  {
    name: "O365_CLIENT_SECRET",
    words: "Client secret, its value (not shown):",
    hidden: true,
    unless: ["O365_CLIENT_SECRET_FILE", "O365_CLIENT_CERTIFICATE"],
  },
  { name: "JIRA_PLATFORM_URL", words: "URL of Jira:" },
  { name: "JIRA_PLATFORM_USER", words: "Jira account (Server with a personal access token: empty):" },
  {
    name: "JIRA_PLATFORM_TOKEN",
    words: "Jira token (not shown):",
    hidden: true,
    unless: ["JIRA_PLATFORM_TOKEN_FILE"],
  },
  {
    name: "JIRA_PROJECT_KEY",
    words: "Key of the Jira project (empty: a board is named instead):",
    unless: ["JIRA_BOARDS"],
  },
];

/** Asks for what is not known; an answer that is wrong is told and asked for again, an empty one is left for later. */
async function askFor(settings: Settings, stop: AbortSignal, hide: (secret: string) => void): Promise<void> {
  if (Deno.stdin.isTerminal()) writeError("An empty answer leaves the setting for later.\n");
  for (const question of QUESTIONS) {
    if ([question.name, ...question.unless ?? []].some((name) => settings.has(name))) continue;
    const answer = await answerTo(question, stop);
    if (answer === "") continue;
    if (question.hidden) hide(answer);
    settings.set(question.name, answer);
  }
  if (["JIRA_PROJECT_KEY", "JIRA_BOARDS"].some((name) => settings.has(name))) return;
  const board = await answerTo({ name: "JIRA_BOARDS", words: "Name of the Jira board:" }, stop, () => null);
  if (board === "") return;
  settings.set("JIRA_SUPPORT_BOARD", board);
  settings.set("JIRA_BOARDS", "JIRA_SUPPORT_BOARD");
  settings.set("JIRA_DEFAULT_BOARD", "JIRA_SUPPORT_BOARD");
}

async function answerTo(
  { name, words, hidden }: Question,
  stop: AbortSignal,
  wrong: (answer: string) => string | null = (answer) => problemOf(name, answer),
): Promise<string> {
  for (;;) {
    const answer = await ask(words, stop, { mayBeEmpty: true, hidden: hidden === true });
    const problem = answer === "" ? null : wrong(answer);
    if (problem === null) return answer;
    writeError(`${name}: ${problem}.\n`);
  }
}
