/** `authorize`: a token for the mailboxes, proved by reading them, and kept in the state. */

import type { TokenProvider } from "../auth/provider.ts";
import type { Config, GrantType, GraphConfig } from "../config/config.ts";
import { VARIABLES } from "../config/schema.ts";
import { parseScopes } from "../config/scopes.ts";
import { isoTime } from "../core/clock.ts";
import { ConfigError, CredentialsError } from "../core/errors.ts";
import type { Http } from "../core/http_port.ts";
import type { FileState } from "../state/open.ts";
import { EXIT } from "./exit_codes.ts";
import { refuseUnreadable, type Unreadable, unreadableOf } from "./readable.ts";
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
    refuseUnreadable(await unreadable(run, tokens), { app: true });
    return { expiresAt, username: null };
  }
  const trial = trialTokensFor(graph, http, state);
  const { username, expiresAt } = graph.grantType === "authorization-code"
    ? await signInByCode(run, trial.tokens)
    : await trial.tokens.signInByDevice(({ message }) => run.options.write(message), undefined, signal);
  refuseUnreadable(await unreadable(run, trial.tokens), { username });
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

async function reads(run: Run, tokens: TokenProvider): Promise<boolean> {
  return (await unreadable(run, tokens)).length === 0;
}

async function unreadable({ graph, http, mailboxes, options }: Run, tokens: TokenProvider): Promise<Unreadable[]> {
  return await unreadableOf(graphFor(graph, http, tokens), mailboxes, options.signal);
}

function report({ graph, mailboxes, options }: Run, { expiresAt, username }: Authorized): void {
  const who = username === null ? "" : `, signed in as ${username}`;
  options.write(
    `Authorized for ${mailboxes.join(", ")} until ${isoTime(expiresAt)}${who}. The token is renewed by itself.`,
  );
  if (options.grantType !== null && graph.grantType !== "client-credentials") {
    options.write(`The other commands use this sign-in when O365_GRANT_TYPE=${graph.grantType} is set.`);
  }
}
