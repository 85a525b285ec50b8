import assert from "node:assert/strict";
import { inspect } from "node:util";
import { ConfigError, type ConfigProblem } from "../core/errors.ts";
import type { Config } from "./config.ts";
import { COMPLETE, outside, type OutsideForTest } from "./environment_for_test.ts";
import type { Flags } from "./layers.ts";
import { loadConfig, type Needs } from "./load.ts";

const EVERYTHING: Needs = { graph: true, jira: true, state: true };
const NOTHING: Needs = { graph: false, jira: false, state: false };

function load(env: Record<string, string>, rest: OutsideForTest & { flags?: Flags; needs?: Needs } = {}): Config {
  const { flags = {}, needs = EVERYTHING, ...world } = rest;
  return loadConfig({ flags, needs }, outside({ env, ...world }));
}

function problems(env: Record<string, string>, rest: Parameters<typeof load>[1] = {}): readonly ConfigProblem[] {
  try {
    load(env, rest);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

/** The problem with one variable of an otherwise complete environment. */
function problemWith(name: string, value: string): string {
  const found = problems({ ...COMPLETE, [name]: value });
  assert.deepEqual(found.map((problem) => problem.name), [name], `${name}=${value}`);
  return found[0]!.problem;
}

Deno.test("loadConfig() fills in the defaults of the contract", () => {
  const config = load(COMPLETE);
  assert.equal(config.databasePath, "/srv/bridge/o365-connect.db");
  assert.deepEqual(config.mailboxes, ["support@example.com"]);
  const { clientSecret, ...graph } = config.graph!;
  assert.equal(clientSecret?.reveal(), "client~secret");
  assert.deepEqual(graph, {
    authority: "https://login.microsoftonline.com",
    graphUrl: "https://graph.microsoft.com",
    tenantId: "tenant.example.com",
    clientId: "11111111-2222-3333-4444-555555555555",
    grantType: "client-credentials",
    certificate: null,
    scopes: [],
    redirectUri: "https://login.microsoftonline.com/common/oauth2/nativeclient",
  });
  assert.equal(config.jira!.user, null);
  assert.equal(config.jira!.token.reveal(), "jira-token");
  assert.deepEqual(config.routing, {
    boards: [],
    default: { key: null, variable: "JIRA_PROJECT_KEY", name: "SUP", kind: "project" },
    mailboxBoards: [],
    issueType: "Task",
    labels: [],
    issueFields: {},
  });
  assert.deepEqual(config.mail, {
    whitelist: [],
    blacklist: [],
    automaticActions: {},
    quotedHistory: "drop",
    acknowledge: true,
    acknowledgementsPerSenderPerHour: 10,
    templatesDirectory: null,
    attachmentMaxBytes: null,
    attachmentSkip: [],
    commentVisibility: "auto",
    commentRelay: "off",
    commentMarker: "#reply",
    commentRelayDelayMs: 15_000,
    statusNotice: false,
    automationMail: "keep",
    resolvedReply: "comment",
    reopenTransition: null,
    newIssueAfterMs: 0,
  });
  assert.deepEqual([config.pollIntervalMs, config.reconcileDelayMs, config.network.requestTimeoutMs], [
    5_000,
    120_000,
    60_000,
  ]);
  assert.deepEqual(config.warnings, []);
});

const SEED = `# database URI
SQLALCHEMY_DATABASE_URI=sqlite:///issues.db

# O365 settings
O365_ID_PROVIDER=https://login.microsoftonline.com
O365_PRINCIPAL=mailbox@example.com
O365_TENANT_ID=tenant
O365_CLIENT_ID=client
O365_CLIENT_SECRET=secret-of-the-client
O365_SCOPES=...  # optional

# Jira settings
JIRA_PLATFORM_URL=https://atlassian.net
JIRA_PLATFORM_USER=me@example.com
JIRA_PLATFORM_TOKEN=token-of-jira
JIRA_ISSUE_TYPE=Task
JIRA_ISSUE_DEFAULT_LABELS=support,tasks

# Jira supported boards
JIRA_SUPPORT_BOARD=support
JIRA_BOARDS=JIRA_SUPPORT_BOARD
JIRA_DEFAULT_BOARD=JIRA_SUPPORT_BOARD

# filter settings
JIRA_WHITELIST=example.com
JIRA_BLACKLIST=malicious@example.com
`;

Deno.test("the Python tool's sample .env works as it is", () => {
  const config = load({}, { files: { "/srv/bridge/.env": SEED } });
  assert.equal(config.databasePath, "/srv/bridge/issues.db");
  assert.equal(config.jira!.user, "me@example.com");
  const support = { key: "support", variable: "JIRA_SUPPORT_BOARD", name: "support", kind: "board-or-project" };
  assert.deepEqual(config.routing.boards, [support]);
  assert.deepEqual(config.routing.default, support);
  assert.deepEqual(config.routing.labels, ["support", "tasks"]);
  assert.deepEqual(config.mail.whitelist, ["example.com"]);
  assert.deepEqual(config.warnings, []);
});

Deno.test("the sample's dots are not values", () => {
  const dots = SEED.replace("O365_TENANT_ID=tenant", "O365_TENANT_ID=...").replace("=token-of-jira", "=...");
  const found = problems({}, { files: { "/srv/bridge/.env": dots } });
  assert.deepEqual(found.map(({ name }) => name), ["O365_TENANT_ID", "JIRA_PLATFORM_TOKEN"]);
});

Deno.test("the Python tool's other names work", () => {
  const config = load({
    ...COMPLETE,
    O365_GRANT_TYPE: "authorization",
    O365_SCOPES: "basic,message_all",
    JIRA_DEFAULT_LABELS: "mail",
    WHITELIST: "a.com",
    BLACKLIST: "b.com",
  });
  assert.equal(config.graph!.grantType, "authorization-code");
  assert.deepEqual(config.graph!.scopes, ["offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"]);
  assert.deepEqual(config.routing.labels, ["mail"]);
  assert.deepEqual([config.mail.whitelist, config.mail.blacklist], [["a.com"], ["b.com"]]);
  assert.equal(load({ ...COMPLETE, O365_GRANT_TYPE: "credentials" }).graph!.grantType, "client-credentials");
});

Deno.test("flag, environment, --env-file, .env here and .env beside the executable win in this order", () => {
  const files = {
    "/etc/o365.env": "JIRA_ISSUE_TYPE=named\nJIRA_COMMENT_MARKER=named\nACK=off",
    "/srv/bridge/.env": "JIRA_ISSUE_TYPE=here\nJIRA_COMMENT_MARKER=here\nQUOTED_HISTORY=attach",
    "/bin/.env": "JIRA_ISSUE_TYPE=beside\nQUOTED_HISTORY=collapse\nJIRA_RESOLVED_REPLY=new\nPOLL_INTERVAL_SECONDS=7",
  };
  const env = { ...COMPLETE, JIRA_ISSUE_TYPE: "process", POLL_INTERVAL_SECONDS: "8" };
  const flags = { envFile: "/etc/o365.env", POLL_INTERVAL_SECONDS: "9" };
  const config = load(env, { files, flags, executableDirectory: "/bin" });
  assert.equal(config.pollIntervalMs, 9_000);
  assert.equal(config.routing.issueType, "process");
  assert.equal(config.mail.commentMarker, "named");
  assert.equal(config.mail.acknowledge, false);
  assert.equal(config.mail.quotedHistory, "attach");
  assert.equal(config.mail.resolvedReply, "new");
});

Deno.test("a variable set to nothing hides weaker files and means its default", () => {
  const config = load({ ...COMPLETE, JIRA_ISSUE_TYPE: "" }, { files: { "/srv/bridge/.env": "JIRA_ISSUE_TYPE=Bug" } });
  assert.equal(config.routing.issueType, "Task");
});

Deno.test("the state lies beside the executable, or where its URI says, from the folder of the file that names it", () => {
  const path = (env: Record<string, string>, rest: Parameters<typeof load>[1] = {}) =>
    load({ ...COMPLETE, ...env }, rest).databasePath;
  assert.equal(path({}, { executableDirectory: "/opt/o365" }), "/opt/o365/o365-connect.db");
  assert.equal(path({ DATABASE_URI: "sqlite:///x.db" }, { executableDirectory: "/opt/o365" }), "/srv/bridge/x.db");
  const beside = { files: { "/opt/o365/.env": "DATABASE_URI=sqlite:///data/x.db" }, executableDirectory: "/opt/o365" };
  assert.equal(path({}, beside), "/opt/o365/data/x.db");
  assert.equal(path({ DATABASE_URI: "sqlite:////var/x.db" }), "/var/x.db");
  assert.equal(path({}, { ...beside, flags: { DATABASE_URI: "sqlite:///flag.db" } }), "/srv/bridge/flag.db");
  const windows = {
    windows: true,
    files: { "C:\\data\\.env": "DATABASE_URI=sqlite:///x.db" },
    executableDirectory: "C:\\data",
  };
  assert.equal(path({}, windows), "C:\\data\\x.db");
  assert.equal(path({ DATABASE_URI: "sqlite:///D:\\y\\x.db" }, { windows: true }), "D:\\y\\x.db");
});

Deno.test("both names of the database, set and different, are refused; equal ones and a flag are not", () => {
  const other = { ...COMPLETE, DATABASE_URI: "sqlite:///a.db" };
  const files = { "/srv/bridge/.env": "SQLALCHEMY_DATABASE_URI=sqlite:///b.db" };
  assert.match(problems(other, { files })[0]!.problem, /differ/);
  assert.deepEqual(problems({ ...other, SQLALCHEMY_DATABASE_URI: "sqlite:///a.db" }), []);
  assert.deepEqual(problems(other, { files, flags: { DATABASE_URI: "sqlite:///c.db" } }), []);
});

Deno.test("every problem is told at once, each with its variable and an example", () => {
  const found = problems({
    DATABASE_URI: "postgresql://me:hunter2@db/x",
    O365_PRINCIPAL: "nobody",
    O365_ID_PROVIDER: "http://login.example.com",
    JIRA_PLATFORM_URL: "example.atlassian.net",
    POLL_INTERVAL_SECONDS: "soon",
    JIRA_RESOLVED_REPLY: "ignore",
  });
  assert.deepEqual(found.map(({ name }) => name).sort(), [
    "DATABASE_URI",
    "JIRA_PLATFORM_TOKEN",
    "JIRA_PLATFORM_URL",
    "JIRA_PROJECT_KEY",
    "JIRA_RESOLVED_REPLY",
    "O365_CLIENT_ID",
    "O365_CLIENT_SECRET",
    "O365_ID_PROVIDER",
    "O365_PRINCIPAL",
    "O365_TENANT_ID",
    "POLL_INTERVAL_SECONDS",
  ]);
  for (const { name, problem } of found) {
    assert.match(problem, /expected .*(for example|or boards)/, name);
    assert.doesNotMatch(problem, /hunter2|\.$/, name);
  }
});

Deno.test("a problem names the option or the alias by which the value came", () => {
  assert.equal(problems(COMPLETE, { flags: { POLL_INTERVAL_SECONDS: "x" } })[0]!.name, "--poll-interval");
  assert.equal(problems(COMPLETE, { flags: { DATABASE_URI: "x" } })[0]!.name, "--database");
  assert.equal(problems({ ...COMPLETE, SQLALCHEMY_DATABASE_URI: "x" })[0]!.name, "SQLALCHEMY_DATABASE_URI");
});

Deno.test("each kind of value is checked", () => {
  const wrong: Record<string, string> = {
    O365_PRINCIPAL: "a@x.com,nobody",
    O365_TENANT_ID: "a b",
    O365_GRAPH_URL: "http://graph.microsoft.com",
    O365_GRANT_TYPE: "password",
    JIRA_PLATFORM_URL: "https://me:pw@x.atlassian.net",
    JIRA_PROJECT_KEY: "support desk",
    JIRA_ISSUE_DEFAULT_LABELS: "a,b c",
    JIRA_ISSUE_FIELDS: "[1]",
    JIRA_WHITELIST: "a b",
    JIRA_COMMENT_RELAY: "all",
    AUTOMATIC_MAIL: "newsletter:filter",
    ACK: "maybe",
    ACK_LIMIT_PER_SENDER_PER_HOUR: "1.5",
    REQUEST_TIMEOUT_SECONDS: "0",
    RECONCILE_DELAY_SECONDS: "-1",
    ATTACHMENT_MAX_MB: "1e3",
    HTTPS_PROXY: "socks5://x",
  };
  for (const [name, value] of Object.entries(wrong)) problemWith(name, value);
  assert.match(problemWith("JIRA_ISSUE_FIELDS", '{"summary":"x"}'), /"summary" is set from the mail/);
  assert.match(problemWith("O365_PRINCIPAL", ","), /names nobody/);
});

Deno.test("values are read as people write them", () => {
  const { mail, network, routing } = load({
    ...COMPLETE,
    ACK: "False",
    AUTOMATIC_MAIL: "Notification:filter, list:ISSUE",
    ATTACHMENT_MAX_MB: "1.5",
    ATTACHMENT_SKIP: "*.exe, image/gif,",
    JIRA_ISSUE_FIELDS: '{"components":[{"name":"Mail"}]}',
    JIRA_WHITELIST: "*, *.example.com ,Ada@Example.com,@x.com,münchen.example",
    https_proxy: "me:hunter2@proxy:3128",
    NO_PROXY: "localhost,.x.com",
    REQUEST_TIMEOUT_SECONDS: "0.5",
  });
  assert.equal(mail.acknowledge, false);
  assert.deepEqual(mail.automaticActions, { notification: "filter", list: "issue" });
  assert.equal(mail.attachmentMaxBytes, 1_572_864);
  assert.deepEqual(mail.attachmentSkip, ["*.exe", "image/gif"]);
  assert.deepEqual(mail.whitelist, ["*", "*.example.com", "Ada@Example.com", "@x.com", "münchen.example"]);
  assert.equal(network.proxy?.reveal(), "http://me:hunter2@proxy:3128");
  assert.deepEqual(network.noProxy, ["localhost", ".x.com"]);
  assert.equal(network.requestTimeoutMs, 500);
  assert.deepEqual(routing.issueFields, { components: [{ name: "Mail" }] });
});

Deno.test("Jira may be asked over http on this machine only, and its context path is kept", () => {
  const url = (value: string) => load({ ...COMPLETE, JIRA_PLATFORM_URL: value }).jira!.url;
  assert.equal(url("http://127.0.0.1:8080/jira/"), "http://127.0.0.1:8080/jira");
  assert.equal(url("http://localhost:2990/jira"), "http://localhost:2990/jira");
  assert.equal(url("http://[::1]:8080"), "http://[::1]:8080");
  assert.equal(url("https://Jira.Example.com//"), "https://jira.example.com");
  assert.match(problemWith("JIRA_PLATFORM_URL", "http://jira.example.com"), /http only on this machine/);
  assert.match(problemWith("JIRA_PLATFORM_URL", "http://127.0.0.1.example.com"), /must be https/);
});

Deno.test("the Graph of a national cloud follows its authority", () => {
  const graphUrl = (env: Record<string, string>) => load({ ...COMPLETE, ...env }).graph!.graphUrl;
  assert.equal(graphUrl({ O365_ID_PROVIDER: "https://login.microsoftonline.us/" }), "https://graph.microsoft.us");
  assert.equal(
    graphUrl({ O365_ID_PROVIDER: "https://login.partner.microsoftonline.cn" }),
    "https://microsoftgraph.chinacloudapi.cn",
  );
  assert.equal(
    graphUrl({ O365_ID_PROVIDER: "https://login.chinacloudapi.cn" }),
    "https://microsoftgraph.chinacloudapi.cn",
  );
  const dod = {
    O365_ID_PROVIDER: "https://login.microsoftonline.us",
    O365_GRAPH_URL: "https://dod-graph.microsoft.us/v1.0/",
  };
  assert.equal(graphUrl(dod), "https://dod-graph.microsoft.us");
});

Deno.test("boards are variables that JIRA_BOARDS names", () => {
  const { JIRA_PROJECT_KEY: _, ...rest } = COMPLETE;
  const env = {
    ...rest,
    O365_PRINCIPAL: "support@example.com,hr@example.com",
    JIRA_SUPPORT_BOARD: "Support board",
    JIRA_HR_TEAM_BOARD: "HR",
    JIRA_BOARDS: "JIRA_SUPPORT_BOARD, JIRA_HR_TEAM_BOARD",
    JIRA_DEFAULT_BOARD: "JIRA_SUPPORT_BOARD",
    O365_MAILBOX_BOARDS: "HR@example.com:JIRA_HR_TEAM_BOARD,support@example.com:OPS",
  };
  const { routing } = load(env);
  assert.deepEqual(routing.boards.map(({ key, name }) => [key, name]), [["support", "Support board"], [
    "hr_team",
    "HR",
  ]]);
  assert.equal(routing.default?.key, "support");
  assert.deepEqual(routing.mailboxBoards.map(({ mailbox, target }) => [mailbox, target.key, target.name]), [
    ["HR@example.com", "hr_team", "HR"],
    ["support@example.com", null, "OPS"],
  ]);

  const names = (changes: Record<string, string>) => problems({ ...env, ...changes }).map(({ name }) => name);
  assert.deepEqual(names({ JIRA_DEFAULT_BOARD: "" }), ["JIRA_DEFAULT_BOARD"]);
  assert.deepEqual(names({ JIRA_DEFAULT_BOARD: "JIRA_OTHER_BOARD" }), ["JIRA_DEFAULT_BOARD"]);
  assert.deepEqual(names({ JIRA_HR_TEAM_BOARD: "" }), ["JIRA_BOARDS", "O365_MAILBOX_BOARDS"]);
  assert.deepEqual(names({ O365_MAILBOX_BOARDS: "other@example.com:OPS" }), ["O365_MAILBOX_BOARDS"]);
  assert.deepEqual(names({ JIRA_BOARDS: "JIRA_DEFAULT_BOARD" }), ["JIRA_BOARDS", "JIRA_DEFAULT_BOARD"].sort());
});

Deno.test("one board is the default by itself, and a project beside boards is one too", () => {
  const { JIRA_PROJECT_KEY: _, ...rest } = COMPLETE;
  const one = { ...rest, JIRA_BOARDS: "JIRA_SUPPORT_BOARD", JIRA_SUPPORT_BOARD: "s" };
  assert.equal(load(one).routing.default?.key, "support");
  assert.equal(load({ ...one, JIRA_PROJECT_KEY: "SUP" }).routing.default?.name, "SUP");
  const both = load({ ...one, JIRA_PROJECT_KEY: "SUP", JIRA_DEFAULT_BOARD: "JIRA_SUPPORT_BOARD" });
  assert.equal(both.routing.default?.key, "support");
  assert.match(both.warnings.join(), /JIRA_PROJECT_KEY is not used/);
});

const PEM =
  "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n";

Deno.test("client credentials need a secret or a complete certificate, delegated grants neither", () => {
  const { O365_CLIENT_SECRET: _, ...rest } = COMPLETE;
  assert.deepEqual(problems(rest).map(({ name }) => name), ["O365_CLIENT_SECRET"]);
  assert.equal(load({ ...rest, O365_GRANT_TYPE: "device-code" }).graph!.clientSecret, null);
  assert.deepEqual(problems(rest, { flags: { O365_GRANT_TYPE: "device-code" } }), []);
  const certified = { ...rest, O365_CLIENT_CERTIFICATE: "c.pem" };
  assert.equal(load(certified, { files: { "/srv/bridge/c.pem": PEM } }).graph!.certificate?.reveal(), PEM);
  assert.match(problems(certified)[0]!.problem, /there is no file \/srv\/bridge\/c\.pem/);
  const half = PEM.slice(0, PEM.indexOf("-----BEGIN CERT"));
  assert.match(
    problems(certified, { files: { "/srv/bridge/c.pem": half } })[0]!.problem,
    /both a PRIVATE KEY and a CERTIFICATE/,
  );
});

Deno.test("every secret may come from a file", () => {
  const { JIRA_PLATFORM_TOKEN: _, ...rest } = COMPLETE;
  const files = { "/run/secrets/jira": "from-a-file\r\n", "/srv/bridge/empty": "\n" };
  const token = (path: string) => ({ ...rest, JIRA_PLATFORM_TOKEN_FILE: path });
  assert.equal(load(token("/run/secrets/jira"), { files }).jira!.token.reveal(), "from-a-file");
  for (const path of ["/nowhere", "empty"]) {
    const found = problems(token(path), { files }).map(({ name }) => name);
    assert.deepEqual(found, ["JIRA_PLATFORM_TOKEN_FILE"], path);
  }
  assert.match(problems({ ...COMPLETE, JIRA_PLATFORM_TOKEN_FILE: "x" })[0]!.problem, /together with/);
});

Deno.test("no secret shows in a problem, a printed config or its JSON", () => {
  const config = load({ ...COMPLETE, HTTP_TOKEN: "http-token", HTTPS_PROXY: "http://me:hunter2@proxy:1" });
  for (const text of [JSON.stringify(config), inspect(config, { depth: 9 }), Deno.inspect(config, { depth: 9 })]) {
    assert.doesNotMatch(text, /client~secret|jira-token|http-token|hunter2/);
  }
  assert.deepEqual(config.secrets.map((secret) => secret.reveal()).sort(), [
    "client~secret",
    "http-token",
    "http://me:hunter2@proxy:1",
    "jira-token",
  ]);
  const secretInWrongPlace = problems({
    ...COMPLETE,
    HTTPS_PROXY: "ftp://me:hunter2@x",
    O365_CLIENT_SECRET: "a\nhunter2",
  });
  assert.equal(secretInWrongPlace.length, 2);
  for (const { problem } of secretInWrongPlace) assert.doesNotMatch(problem, /hunter2/);
});

Deno.test("names of a file that nothing reads are warned of, with what may be meant", () => {
  const file =
    "JIRA_PLATFORM_TOKN=x\nO365_NONSENSE=1\nJIRA_HR_BOARD=hr\nFOO=1\nJIRA_PLATFORM_TOKEN_FILE=\nJIRA_USER_MPA=";
  const { warnings } = load(COMPLETE, { files: { "/srv/bridge/.env": file } });
  assert.deepEqual(warnings, [
    "/srv/bridge/.env: JIRA_PLATFORM_TOKN is unknown and has no effect; perhaps JIRA_PLATFORM_TOKEN is meant.",
    "/srv/bridge/.env: O365_NONSENSE is unknown and has no effect.",
    "/srv/bridge/.env: JIRA_HR_BOARD has no effect, because JIRA_BOARDS does not list it.",
    "/srv/bridge/.env: JIRA_USER_MPA is unknown and has no effect; perhaps JIRA_USER_MAP is meant.",
  ]);
});

Deno.test("a command is stopped only by problems of what it needs", () => {
  const offline = load({}, { needs: NOTHING });
  assert.deepEqual([offline.mailboxes, offline.graph, offline.jira, offline.routing.default], [[], null, null, null]);
  assert.deepEqual(offline.warnings, []);
  const broken = { JIRA_PLATFORM_URL: "nonsense", JIRA_WHITELIST: "a.com", O365_PRINCIPAL: "nobody" };
  const explained = load(broken, { needs: NOTHING });
  assert.equal(explained.jira, null);
  assert.deepEqual(explained.mail.whitelist, ["a.com"]);
  assert.equal(explained.warnings.length, 2);
  assert.match(explained.warnings.join("\n"), /JIRA_PLATFORM_URL is not used here/);
  const status = { graph: false, jira: false, state: true, mail: false };
  assert.equal(
    load({ DATABASE_URI: "sqlite:///x.db", ACK: "maybe" }, { needs: status }).databasePath,
    "/srv/bridge/x.db",
  );
  assert.deepEqual(problems({ DATABASE_URI: "x" }, { needs: status }).map(({ name }) => name), ["DATABASE_URI"]);
});

Deno.test("an env file that is named must be there, and any must be readable", () => {
  assert.match(
    problems(COMPLETE, { flags: { envFile: "x.env" } })[0]!.problem,
    /there is no file \/srv\/bridge\/x\.env/,
  );
  const denied = problems(COMPLETE, { files: { "/srv/bridge/.env": new Error("Permission denied") } });
  assert.deepEqual(denied, [{ name: ".env", problem: "cannot read /srv/bridge/.env: Permission denied" }]);
  const latin = new Uint8Array([0x41, 0x3d, 0xe4]);
  assert.match(problems(COMPLETE, { files: { "/srv/bridge/.env": latin } })[0]!.problem, /not UTF-8/);
  const utf16 = new Uint8Array([0xff, 0xfe, ...[..."ACK=off"].flatMap((letter) => [letter.charCodeAt(0), 0])]);
  assert.equal(load(COMPLETE, { files: { "/srv/bridge/.env": utf16 } }).mail.acknowledge, false);
  assert.match(load(COMPLETE, { files: { "/srv/bridge/.env": "ACK=off\n=x" } }).warnings[0]!, /in line 2/);
});

Deno.test("the user map and the certificate authorities are read from their files", () => {
  const env = { ...COMPLETE, JIRA_USER_MAP: "users.txt", DENO_CERT: "/ca.pem" };
  const files = {
    "/srv/bridge/users.txt": "# people\nAda@Example.com = ada\n\nbob@x.com=5b10:x=1\r\n",
    "/ca.pem": PEM,
  };
  const config = load(env, { files });
  assert.deepEqual([...config.jira!.userMap], [["ada@example.com", "ada"], ["bob@x.com", "5b10:x=1"]]);
  assert.deepEqual(config.network.certificateAuthorities, [PEM]);
  const bad = problems(env, { files: { "/srv/bridge/users.txt": "ok@x.com=1\nnonsense", "/ca.pem": "empty" } });
  assert.deepEqual(bad.map(({ name }) => name).sort(), ["DENO_CERT", "JIRA_USER_MAP"]);
  assert.match(bad.find(({ name }) => name === "JIRA_USER_MAP")!.problem, /line 2/);
});
