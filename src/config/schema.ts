/**
 * Every variable, once: the loader, `.env.example` and `docs/configuration.md` are made from this table. A variable is
 * marked `seed` if it comes from the Python tool that this program replaces.
 */

import type { z } from "zod";
import {
  addresses,
  addressPatterns,
  automaticActions,
  baseUrl,
  choice,
  jsonObject,
  list,
  number,
  onOff,
  pairs,
  proxyUrl,
  redirectUri,
  text,
  type ValueType,
  word,
} from "./value_types.ts";

/** What a variable is for; a command names those it needs, and problems elsewhere do not stop it. */
export type Section = "state" | "graph" | "jira" | "mail" | "network";

export interface Variable<T> {
  readonly section: Section;
  /** Heading in the documents. */
  readonly heading: string;
  readonly summary: string;
  readonly type: ValueType<T>;
  /** Default in the variable's own notation. */
  readonly default?: string;
  /** Default in words, where it is computed. */
  readonly defaultWords?: string;
  readonly required?: boolean;
  readonly aliases?: readonly string[];
  readonly secret?: boolean;
  readonly seed?: boolean;
  /** The command line option that wins over the variable. */
  readonly option?: string;
  /** Lines of `.env.example` that are to be filled in; without them the variable stands there commented out. */
  readonly sample?: readonly string[];
}

type Defaulted<T> = Variable<T> & { readonly default: string };

function variable<T>(definition: Defaulted<T>): Defaulted<T>;
function variable<T>(definition: Variable<T>): Variable<T>;
function variable<T>(definition: Variable<T>): Variable<T> {
  return definition;
}

const STATE = "State";
const MICROSOFT = "Microsoft 365";
const JIRA = "Jira";
const MAIL = "What mail becomes";
const TIMING = "Timing";
const SECRETS = "Secrets of single features";
const NETWORK = "Network";

const PROJECT_KEY = /^[A-Z][A-Z0-9_]+$/;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export const VARIABLES = {
  DATABASE_URI: variable({
    section: "state",
    heading: STATE,
    summary:
      "The file that remembers what was handled. A relative path starts at the folder of the .env file that names " +
      "it, else at the working directory. The Python tool's own file is taken over: a copy is kept, its threads are imported",
    type: text("the URI of an SQLite file", "sqlite:///o365-connect.db"),
    defaultWords: "o365-connect.db beside the executable; in the working directory when run with deno",
    aliases: ["SQLALCHEMY_DATABASE_URI"],
    seed: true,
    option: "--database",
  }),

  O365_ID_PROVIDER: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "Entra ID authority",
    type: baseUrl("an https URL", "https://login.microsoftonline.com"),
    default: "https://login.microsoftonline.com",
    seed: true,
  }),
  O365_GRAPH_URL: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "Microsoft Graph host. Follows O365_ID_PROVIDER for .us (GCC High) and 21Vianet; DoD must set " +
      "https://dod-graph.microsoft.us",
    type: baseUrl("an https URL", "https://graph.microsoft.com"),
    defaultWords: "https://graph.microsoft.com, or the host of the authority's cloud",
  }),
  O365_PRINCIPAL: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "Mailbox address; several allowed, comma separated",
    type: addresses("a mail address, or several, comma separated", "support@example.com", { atLeastOne: true }),
    required: true,
    seed: true,
    sample: ["O365_PRINCIPAL=mailbox@example.com"],
  }),
  O365_ADDRESSES: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "Aliases and lists that deliver to the mailbox",
    type: addresses("mail addresses, comma separated", "help@example.com,it@example.com"),
    default: "",
  }),
  O365_MAILBOX_BOARDS: variable({
    section: "jira",
    heading: MICROSOFT,
    summary: "The board (a variable of JIRA_BOARDS, or a project key) of a mailbox",
    type: pairs('"mailbox:board" pairs, comma separated', "hr@example.com:JIRA_HR_BOARD"),
    defaultWords: "the default board for every mailbox",
  }),
  O365_TENANT_ID: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "Directory (tenant) ID of the app registration, or a domain of the tenant",
    type: word("a GUID or a domain", "11111111-2222-3333-4444-555555555555", /^[A-Za-z0-9][A-Za-z0-9.-]*$/),
    required: true,
    seed: true,
    sample: ["O365_TENANT_ID=..."],
  }),
  O365_CLIENT_ID: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "Application (client) ID of the app registration",
    type: word("a GUID", "11111111-2222-3333-4444-555555555555", /^[A-Za-z0-9][A-Za-z0-9._-]*$/),
    required: true,
    seed: true,
    sample: ["O365_CLIENT_ID=..."],
  }),
  O365_CLIENT_SECRET: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "Client secret (its value, not its ID). Client credentials need this or a certificate",
    type: text("the value of a client secret", "(from Certificates & secrets of the app registration)"),
    secret: true,
    seed: true,
    sample: ["O365_CLIENT_SECRET=..."],
  }),
  O365_CLIENT_CERTIFICATE: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "Path of a PEM file with private key and certificate, instead of a secret. It wins if both are given",
    type: text("the path of a PEM file", "o365-connect.pem"),
  }),
  O365_GRANT_TYPE: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "How a token is obtained; the Python tool's credentials and authorization are understood",
    type: choice(["client-credentials", "authorization-code", "device-code"], {
      credentials: "client-credentials",
      client_credentials: "client-credentials",
      authorization: "authorization-code",
      authorization_code: "authorization-code",
      device_code: "device-code",
    }),
    default: "client-credentials",
    option: "--grant-type",
  }),
  O365_SCOPES: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "Scopes of the delegated grants (authorization-code, device-code); python-o365's names are mapped",
    type: text("names of scopes", "Mail.ReadWrite Mail.Send offline_access"),
    default: "Mail.ReadWrite Mail.Send offline_access",
    seed: true,
  }),
  O365_REDIRECT_URI: variable({
    section: "graph",
    heading: MICROSOFT,
    summary: "Redirect URI of the app registration, for authorization-code",
    type: redirectUri,
    defaultWords: "<authority>/common/oauth2/nativeclient",
  }),

  JIRA_PLATFORM_URL: variable({
    section: "jira",
    heading: JIRA,
    summary: "Cloud site, or base URL of Jira Server/Data Center with its context path; http only on this machine",
    type: baseUrl("the URL of the site", "https://example.atlassian.net", { httpOnLoopback: true }),
    required: true,
    seed: true,
    sample: ["JIRA_PLATFORM_URL=https://example.atlassian.net"],
  }),
  JIRA_PLATFORM_USER: variable({
    section: "jira",
    heading: JIRA,
    summary:
      "Account of the token (Cloud: its e-mail address; Server: the login name). Without it the token is sent as " +
      "Bearer: a personal access token of Server/Data Center",
    type: text("an account name", "me@example.com"),
    seed: true,
    sample: ["JIRA_PLATFORM_USER=me@example.com"],
  }),
  JIRA_PLATFORM_TOKEN: variable({
    section: "jira",
    heading: JIRA,
    summary: "API token, personal access token, or (Server) password",
    type: text("an API token", "(from id.atlassian.com, Security, API tokens)"),
    required: true,
    secret: true,
    seed: true,
    sample: ["JIRA_PLATFORM_TOKEN=..."],
  }),
  JIRA_ISSUE_TYPE: variable({
    section: "jira",
    heading: JIRA,
    summary: "Type of new issues",
    type: text("the name of an issue type", "Task"),
    default: "Task",
    seed: true,
    sample: ["JIRA_ISSUE_TYPE=Task"],
  }),
  JIRA_ISSUE_DEFAULT_LABELS: variable({
    section: "jira",
    heading: JIRA,
    summary: "Labels of new issues",
    type: list("labels without white space, comma separated", "support,tasks", (label) => /^\S{1,255}$/.test(label)),
    default: "",
    aliases: ["JIRA_DEFAULT_LABELS"],
    seed: true,
  }),
  JIRA_BOARDS: variable({
    section: "jira",
    heading: JIRA,
    summary: "Names of variables, comma separated; each of them holds a board's name in Jira (or a project key). The " +
      "middle of the variable's name, in lower case, is the board's key: a mail to mailbox+support@… goes to " +
      "JIRA_SUPPORT_BOARD. Boards or JIRA_PROJECT_KEY: one of the two is required",
    type: list(
      "names of variables, comma separated",
      "JIRA_SUPPORT_BOARD,JIRA_HR_BOARD",
      (name) => VARIABLE_NAME.test(name),
    ),
    default: "",
    seed: true,
    sample: ["JIRA_SUPPORT_BOARD=support", "JIRA_BOARDS=JIRA_SUPPORT_BOARD"],
  }),
  JIRA_DEFAULT_BOARD: variable({
    section: "jira",
    heading: JIRA,
    summary: "The board of mail that names no other: one of the names in JIRA_BOARDS",
    type: word("one of the names in JIRA_BOARDS", "JIRA_SUPPORT_BOARD", VARIABLE_NAME),
    defaultWords: "the only board of JIRA_BOARDS",
    seed: true,
    sample: ["JIRA_DEFAULT_BOARD=JIRA_SUPPORT_BOARD"],
  }),
  JIRA_PROJECT_KEY: variable({
    section: "jira",
    heading: JIRA,
    summary: "Project of the issues, instead of boards",
    type: word("the key of a project", "SUP", PROJECT_KEY),
  }),
  JIRA_ISSUE_FIELDS: variable({
    section: "jira",
    heading: JIRA,
    summary: "Constant fields of every new issue (a required component, say)",
    type: jsonObject("a JSON object of Jira's fields", '{"components":[{"name":"Mail"}]}', [
      "project",
      "summary",
      "description",
      "issuetype",
    ]),
    default: "{}",
  }),
  JIRA_USER_MAP: variable({
    section: "jira",
    heading: JIRA,
    summary: "Path of a file with address=account lines (Cloud: account ID; Server: login name); wins over the search",
    type: text("the path of a file", "users.txt"),
  }),
  JIRA_WHITELIST: variable({
    section: "mail",
    heading: MAIL,
    summary: "Senders that are let in: addresses or domains in any case; example.com is that domain only, " +
      "*.example.com its sub-domains, * anything. Empty lets everybody in",
    type: addressPatterns,
    default: "",
    aliases: ["WHITELIST"],
    seed: true,
  }),
  JIRA_BLACKLIST: variable({
    section: "mail",
    heading: MAIL,
    summary: "Senders that are kept out, in the same notation; wins over the whitelist",
    type: addressPatterns,
    default: "",
    aliases: ["BLACKLIST"],
    seed: true,
  }),
  JIRA_COMMENT_VISIBILITY: variable({
    section: "mail",
    heading: MAIL,
    summary: "Who sees the comments made from mail; auto is internal in service-desk projects",
    type: choice(["auto", "public", "internal"]),
    default: "auto",
  }),
  JIRA_COMMENT_RELAY: variable({
    section: "mail",
    heading: MAIL,
    summary: "Which Jira comments are mailed to the sender: none, those that begin with the marker, or all public ones",
    type: choice(["off", "marked", "public"]),
    default: "off",
  }),
  JIRA_COMMENT_MARKER: variable({
    section: "mail",
    heading: MAIL,
    summary: "What a comment begins with to be mailed; it is cut off",
    type: text("a short text", "#reply"),
    default: "#reply",
  }),
  JIRA_COMMENT_RELAY_DELAY_SECONDS: variable({
    section: "mail",
    heading: MAIL,
    summary: "How long a comment must rest before it is mailed, so that it can be corrected",
    type: number("seconds", "15", { min: 0, max: 86_400 }),
    default: "15",
  }),
  JIRA_STATUS_NOTICE: variable({
    section: "mail",
    heading: MAIL,
    summary: "Whether the sender is told that the issue was resolved or opened again",
    type: onOff,
    default: "off",
  }),
  JIRA_AUTOMATION_MAIL: variable({
    section: "mail",
    heading: MAIL,
    summary: "What becomes of Jira Automation's mail about comments (Cloud) when it was read: kept or deleted",
    type: choice(["keep", "delete"]),
    default: "keep",
  }),
  JIRA_RESOLVED_REPLY: variable({
    section: "mail",
    heading: MAIL,
    summary: "What mail on a resolved issue does: add a comment, reopen the issue, or open a new one",
    type: choice(["comment", "reopen", "new"]),
    default: "comment",
  }),
  JIRA_REOPEN_TRANSITION: variable({
    section: "mail",
    heading: MAIL,
    summary: "Name or id of the transition by which JIRA_RESOLVED_REPLY=reopen opens an issue again",
    type: text("the name of a transition", "Reopen"),
    defaultWords: "the first that leads out of the done statuses",
  }),
  JIRA_RESOLVED_NEW_AFTER_DAYS: variable({
    section: "mail",
    heading: MAIL,
    summary:
      "With JIRA_RESOLVED_REPLY=new a new issue is opened only when the old one was resolved at least so many days " +
      "ago; a younger one gets a comment",
    type: number("days", "14", { min: 0, max: 36_500 }),
    default: "0",
  }),
  AUTOMATIC_MAIL: variable({
    section: "mail",
    heading: MAIL,
    summary: "What the kinds of automatic mail become outside a known conversation",
    type: automaticActions,
    defaultWords: "notification:issue, every other kind:filter",
  }),
  QUOTED_HISTORY: variable({
    section: "mail",
    heading: MAIL,
    summary: "What becomes of the quoted history of a reply: dropped (it stays in the mailbox), collapsed or attached",
    type: choice(["drop", "collapse", "attach"]),
    default: "drop",
  }),
  ACK: variable({
    section: "mail",
    heading: MAIL,
    summary: "Whether the sender of a new issue is told its key",
    type: onOff,
    default: "on",
  }),
  ACK_LIMIT_PER_SENDER_PER_HOUR: variable({
    section: "mail",
    heading: MAIL,
    summary: "More acknowledgements than this are suppressed; the mail itself never is",
    type: number("acknowledgements", "10", { min: 0, max: 10_000, integer: true }),
    default: "10",
  }),
  TEMPLATES_DIR: variable({
    section: "mail",
    heading: MAIL,
    summary: "Folder with templates of one's own",
    type: text("the path of a folder", "templates"),
    defaultWords: "the built-in templates",
  }),
  ATTACHMENT_MAX_MB: variable({
    section: "mail",
    heading: MAIL,
    summary: "Larger attachments are named in the issue, not attached; Jira's own limit counts when it is smaller",
    type: number("megabytes", "25", { min: 0.001, max: 100_000 }),
    defaultWords: "Jira's limit",
  }),
  ATTACHMENT_SKIP: variable({
    section: "mail",
    heading: MAIL,
    summary: "Names (with *) or content types that are not attached",
    type: list("names or content types, comma separated", "*.exe,winmail.dat,image/gif"),
    default: "",
  }),

  POLL_INTERVAL_SECONDS: variable({
    section: "graph",
    heading: TIMING,
    summary: "How often the mailbox is asked for changes",
    type: number("seconds", "5", { min: 0.1, max: 86_400 }),
    default: "5",
    option: "--poll-interval",
  }),
  REQUEST_TIMEOUT_SECONDS: variable({
    section: "network",
    heading: TIMING,
    summary: "When a request without answer is given up",
    type: number("seconds", "60", { min: 0.1, max: 600 }),
    default: "60",
  }),
  RECONCILE_DELAY_SECONDS: variable({
    section: "network",
    heading: TIMING,
    summary: "How long after a doubtful write Jira must still show nothing before the write is repeated",
    type: number("seconds", "120", { min: 0, max: 86_400 }),
    default: "120",
  }),

  REPLY_TOKEN_SECRET: variable({
    section: "mail",
    heading: SECRETS,
    summary: "Signs the tokens by which replies are recognised",
    type: text("a long random text", "(for example from: openssl rand -hex 32)"),
    secret: true,
    defaultWords: "made and kept in the state",
  }),
  JIRA_WEBHOOK_SECRET: variable({
    section: "jira",
    heading: SECRETS,
    summary: "Secret of Jira's webhook; required where a webhook is used",
    type: text("the secret set in Jira's webhook", "(for example from: openssl rand -hex 32)"),
    secret: true,
  }),
  JIRA_WEBHOOK_CERTIFICATE: variable({
    section: "jira",
    heading: SECRETS,
    summary: "Path of a PEM file with private key and certificate, by which the webhook is served over TLS",
    type: text("the path of a PEM file", "webhook.pem"),
    defaultWords: "plain HTTP, for a proxy with TLS in front",
  }),
  HTTP_TOKEN: variable({
    section: "network",
    heading: SECRETS,
    summary: "Bearer token of the program's own HTTP endpoint",
    type: text("a long random text", "(for example from: openssl rand -hex 32)"),
    secret: true,
    defaultWords: "printed at start",
  }),

  HTTPS_PROXY: variable({
    section: "network",
    heading: NETWORK,
    summary: "Proxy of every outgoing request, uploads included",
    type: proxyUrl,
    secret: true,
    aliases: ["https_proxy"],
  }),
  NO_PROXY: variable({
    section: "network",
    heading: NETWORK,
    summary: "Hosts that are asked directly",
    type: list("host names, comma separated", "jira.example.com,.example.org"),
    default: "",
    aliases: ["no_proxy"],
  }),
  CA_FILE: variable({
    section: "network",
    heading: NETWORK,
    summary: "PEM file of certificate authorities that are trusted beside the built-in ones",
    type: text("the path of a PEM file", "company-ca.pem"),
    aliases: ["DENO_CERT"],
  }),
  DENO_TLS_CA_STORE: variable({
    section: "network",
    heading: NETWORK,
    summary:
      "Deno's own: system trusts the operating system's certificate store. Read at start, so not from a .env file",
    type: list('"system" or "mozilla", comma separated', "system", (store) => /^(system|mozilla)$/.test(store)),
    default: "mozilla",
  }),
};

export type VariableName = keyof typeof VARIABLES;

/** The parsed value of a variable; `undefined` only if it has no default. */
export type ValueOf<Name extends VariableName> =
  | z.output<(typeof VARIABLES)[Name]["type"]["schema"]>
  | ((typeof VARIABLES)[Name] extends { readonly default: string } ? never : undefined);

/** The table row by row, in order. */
export function everyVariable(): readonly (readonly [VariableName, Variable<unknown>])[] {
  return Object.entries(VARIABLES) as [VariableName, Variable<unknown>][];
}
