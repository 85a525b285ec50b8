/** `authorize`: a token for the mailboxes, proved by reading them, and kept in the state. */

import type { TokenProvider } from "../auth/provider.ts";
import type { Config, GrantType, GraphConfig } from "../config/config.ts";
import { VARIABLES } from "../config/schema.ts";
import { parseScopes } from "../config/scopes.ts";
import { isoTime } from "../core/clock.ts";
import { ConfigError, CredentialsError, HttpError } from "../core/errors.ts";
import type { Http } from "../core/http_port.ts";
import { sameAddress } from "../core/mail.ts";
import type { FileState } from "../state/open.ts";
import { EXIT } from "./exit_codes.ts";
import { isClosedMailbox, isNoMailbox } from "./graph_refusals.ts";
import { graphFor, httpFor, stateFor, tokensFor, trialTokensFor } from "./runtime.ts";

export interface AuthorizeOptions {
  /** `--grant-type`; wins over the configuration, and the Python tool's names are understood. `null`: not given. */
  readonly grantType: string | null;
  /** Shows a question and returns the line that is typed or pasted. */
  ask(question: string): Promise<string>;
  write(line: string): void;
  readonly signal: AbortSignal;
}

/** What one run works with. */
interface Run {
  readonly graph: GraphConfig;
  readonly mailboxes: readonly string[];
  readonly http: Http;
  readonly state: FileState;
  readonly options: AuthorizeOptions;
}

/** A sign-in or app whose token reads every mailbox. */
interface Authorized {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Who signed in; `null` for an app. */
  readonly username: string | null;
}

/**
 * Returns the exit code of success. Throws `CredentialsError` (what to click), `ConfigError`, `StateError`, or the
 * temporary `HttpError` and `NetworkError`. A sign-in that cannot read the mailboxes replaces no earlier one.
 */
export async function authorize(config: Config, options: AuthorizeOptions): Promise<number> {
  if (config.graph === null) throw new TypeError("Graph must be configured");
  const graph = withGrant(config.graph, options.grantType);
  const state = await stateFor(config);
  const http = httpFor(config);
  try {
    const run: Run = { graph, mailboxes: config.mailboxes, http, state, options };
    const stored = await storedAuthorization(run);
    if (stored !== null) options.write("Account already authorized.");
    report(run, stored ?? await newAuthorization(run));
    return EXIT.done;
  } finally {
    http.close();
    await state.close();
  }
}

/** The configuration with the grant of the command line. Throws `ConfigError` when it lacks what that grant needs. */
function withGrant(graph: GraphConfig, flag: string | null): GraphConfig {
  if (flag === null) return graph;
  const grantType = grantNamed(flag);
  if (grantType === "client-credentials" && graph.clientSecret === null && graph.certificate === null) {
    throw new ConfigError([{
      name: "O365_CLIENT_SECRET",
      problem: "is missing: client-credentials need it, or a certificate in O365_CLIENT_CERTIFICATE",
    }]);
  }
  const scopes = graph.scopes.length > 0 ? graph.scopes : parseScopes(VARIABLES.O365_SCOPES.default).scopes;
  return { ...graph, grantType, scopes };
}

function grantNamed(flag: string): GrantType {
  const parsed = VARIABLES.O365_GRANT_TYPE.type.schema.safeParse(flag.trim());
  if (parsed.success) return parsed.data;
  throw new ConfigError([{ name: "--grant-type", problem: parsed.error.issues[0]?.message ?? "is unknown" }]);
}

/** What is stored, if it is still good and reads every mailbox; `null`: a new authorization is needed. */
async function storedAuthorization(run: Run): Promise<Authorized | null> {
  const watched = watching(run.http);
  const tokens = tokensFor(run.graph, watched.http, run.state);
  if (tokens.grantType === "client-credentials") {
    await tokens.token();
    // A token that had to be fetched was not stored. A stored one knows nothing of permissions that were granted since:
    // only a new one may say that they are missing.
    if (watched.fetched() || !await reads(run, tokens) || watched.fetched()) return null;
    return { expiresAt: (await tokens.token()).expiresAt, username: null };
  }
  const account = await tokens.account();
  if (account === null) return null;
  try {
    await tokens.token();
    if (await reads(run, tokens)) {
      return { expiresAt: (await tokens.token()).expiresAt, username: account.username };
    }
    run.options.write(`The stored sign-in of ${account.username} may not read every mailbox. Sign in again.`);
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    run.options.write(`The stored sign-in of ${account.username} is not good any more. Sign in again.`);
  }
  return null;
}

/** Tells whether Entra ID was asked for a token. */
function watching(http: Http): { readonly http: Http; fetched(): boolean } {
  let fetched = false;
  return {
    http: {
      send(request) {
        fetched ||= request.destination === "entra" && request.method === "POST";
        return http.send(request);
      },
      close: () => http.close(),
    },
    fetched: () => fetched,
  };
}

async function newAuthorization(run: Run): Promise<Authorized> {
  const { graph, http, state, options: { signal } } = run;
  if (graph.grantType === "client-credentials") {
    const tokens = tokensFor(graph, http, state);
    const stored = await tokens.token();
    const before = await unreadable(run, tokens);
    if (before.length === 0) return { expiresAt: stored.expiresAt, username: null };
    const { expiresAt } = await tokens.token({ forceRefresh: true, refused: stored.token });
    refuse(await unreadable(run, tokens), null);
    return { expiresAt, username: null };
  }
  const trial = trialTokensFor(graph, http, state);
  const { username, expiresAt } = graph.grantType === "authorization-code"
    ? await signInByCode(run, trial.tokens)
    : await trial.tokens.signInByDevice(({ message }) => run.options.write(message), undefined, signal);
  refuse(await unreadable(run, trial.tokens), username);
  await trial.keep();
  return { username, expiresAt };
}

async function signInByCode({ mailboxes, options }: Run, tokens: TokenProvider) {
  const pending = await tokens.authorizationUrl(mailboxes[0]);
  options.write("Open this URL in a browser, sign in as the mailbox's account, and accept:");
  options.write(pending.url);
  const pasted = await options.ask("Paste the address at which the browser ends (the page may be empty):");
  return await tokens.redeem(pasted, pending);
}

/** A mailbox that Graph does not let us read. */
interface Unreadable {
  readonly mailbox: string;
  readonly error: HttpError;
}

async function reads(run: Run, tokens: TokenProvider): Promise<boolean> {
  return (await unreadable(run, tokens)).length === 0;
}

/** Reads each mailbox's Inbox. Throws what is no refusal. */
async function unreadable({ graph, http, mailboxes, options }: Run, tokens: TokenProvider): Promise<Unreadable[]> {
  const service = graphFor(graph, http, tokens);
  const results = await Promise.all(mailboxes.map(async (mailbox): Promise<Unreadable[]> => {
    try {
      await service.mailFolder(mailbox, "inbox", options.signal);
      return [];
    } catch (error) {
      if (error instanceof HttpError && (isNoMailbox(error) || isClosedMailbox(error))) return [{ mailbox, error }];
      throw error;
    }
  }));
  return results.flat();
}

/** Throws for the mailboxes that cannot be read: wrong addresses first, for they can only be mended in the configuration. */
function refuse(found: readonly Unreadable[], username: string | null): void {
  if (found.length === 0) return;
  const missing = found.filter(({ error }) => isNoMailbox(error));
  if (missing.length > 0) {
    throw new ConfigError(missing.map(({ mailbox, error }) => ({
      name: "O365_PRINCIPAL",
      problem: `${mailbox} is no mailbox in Exchange Online (${error.code}): expected its primary address`,
    })));
  }
  const names = found.map(({ mailbox }) => mailbox).join(", ");
  throw new CredentialsError("graph", username === null ? closedToApp(names) : closedToAccount(names, username), {
    cause: found[0]!.error,
  });
}

function closedToApp(mailboxes: string): string {
  return `The app may not read ${mailboxes}: Entra admin center › App registrations › your app › API permissions › ` +
    "Add a permission › Microsoft Graph › Application permissions › Mail.ReadWrite and Mail.Send, then Grant admin " +
    "consent; if an Exchange role or application access policy limits the app, put the mailbox into its scope " +
    "(changes take up to 2 hours)";
}

function closedToAccount(mailboxes: string, username: string): string {
  return sameAddress(mailboxes, username)
    ? `${username} may not read its own mailbox: sign in again and accept Mail.ReadWrite and Mail.Send`
    : `Signed in as ${username}, who may not read ${mailboxes}: run \`o365-connect authorize\` again and sign in as ` +
      "the mailbox's own account; or give this account the mailbox (Exchange admin center › Mailboxes › the mailbox › " +
      'Delegation › Read and manage, and Send as) and set O365_SCOPES="Mail.ReadWrite.Shared Mail.Send.Shared"';
}

function report({ graph, mailboxes, options }: Run, { expiresAt, username }: Authorized): void {
  const until = `${isoTime(expiresAt).slice(0, 16).replace("T", " ")} UTC`;
  const who = username === null ? "" : `, signed in as ${username}`;
  options.write(`Authorized for ${mailboxes.join(", ")} until ${until}${who}. The token is renewed by itself.`);
  if (options.grantType !== null && graph.grantType !== "client-credentials") {
    options.write(`The other commands use this sign-in when O365_GRANT_TYPE=${graph.grantType} is set.`);
  }
}
