/** The long-lived parts of a run, made from the configuration: the only place that wires. */

import { createTokenProvider, type TokenProvider } from "../auth/provider.ts";
import type { Config, GraphConfig, JiraConfig } from "../config/config.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { StateError } from "../core/errors.ts";
import type { Http } from "../core/http_port.ts";
import { createGraph, type GraphService } from "../graph/graph.ts";
import { createHttp } from "../http/http.ts";
import type { JiraClient, ServerInfo } from "../jira/client.ts";
import { connectJira } from "../jira/connect.ts";
import { type FileState, openState } from "../state/open.ts";
import { openedGraph } from "./opened_graph.ts";
import { VERSION } from "./version.ts";

export function httpFor(config: Config): Http {
  const { proxy, noProxy, certificateAuthorities, requestTimeoutMs } = config.network;
  return createHttp({
    ...(proxy === null ? {} : { proxy: proxy.reveal(), noProxy }),
    caCerts: certificateAuthorities,
    timeoutMs: requestTimeoutMs,
    userAgent: `o365-connect/${VERSION}`,
  });
}

export async function stateFor(config: Config, options: { readOnly?: boolean } = {}): Promise<FileState> {
  return await openState({ path: config.databasePath, ...options });
}

/** How long a process waits for another one that is obtaining a token. */
const TOKEN_LOCK_MS = 120_000;

export function tokensFor(graph: GraphConfig, http: Http, state: FileState, clock: Clock = systemClock): TokenProvider {
  const name = tokenName(graph);
  return createTokenProvider({
    ...tokenOptions(graph, http, clock),
    cache: { get: () => state.tokenCache(name), set: (value) => state.setTokenCache(name, value) },
    lock: (work) => alone(state, `token:${name}`, clock, work),
  });
}

function tokenName(graph: GraphConfig): string {
  return [graph.authority, graph.tenantId, graph.clientId, graph.grantType].join("|");
}

function tokenOptions(graph: GraphConfig, http: Http, clock: Clock) {
  return {
    grantType: graph.grantType,
    authority: graph.authority,
    tenantId: graph.tenantId,
    clientId: graph.clientId,
    clientSecret: graph.clientSecret?.reveal() ?? null,
    clientCertificate: graph.certificate?.reveal() ?? null,
    graphUrl: graph.graphUrl,
    scopes: graph.scopes,
    redirectUri: graph.redirectUri,
    http,
    clock,
  };
}

/** Tokens without touching the state: what is stored is used, what is new is forgotten (`explain`, `--dry-run`). */
export function passingTokensFor(graph: GraphConfig, http: Http, state: FileState): TokenProvider {
  let obtained: string | null = null;
  return createTokenProvider({
    ...tokenOptions(graph, http, systemClock),
    cache: {
      get: async () => obtained ?? await state.tokenCache(tokenName(graph)),
      set(value) {
        obtained = value;
        return Promise.resolve();
      },
    },
    lock: (work) => work(),
  });
}

/** Tokens of a sign-in on trial: nothing is stored until `keep` is called, then it takes the place of an earlier one. */
export function trialTokensFor(
  graph: GraphConfig,
  http: Http,
  state: FileState,
): { readonly tokens: TokenProvider; keep(): Promise<void> } {
  const name = tokenName(graph);
  let obtained: string | null = null;
  const tokens = createTokenProvider({
    ...tokenOptions(graph, http, systemClock),
    cache: {
      get: () => Promise.resolve(obtained),
      set(value) {
        obtained = value;
        return Promise.resolve();
      },
    },
    lock: (work) => work(),
  });
  return {
    tokens,
    async keep() {
      if (obtained === null) return;
      const value = obtained;
      await alone(state, `token:${name}`, systemClock, () => state.setTokenCache(name, value));
    },
  };
}

/** Runs alone among the processes of one state. */
async function alone<T>(state: FileState, lease: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  const until = clock.now() + TOKEN_LOCK_MS;
  while (await state.acquireLease(lease, "token", TOKEN_LOCK_MS) !== null) {
    if (clock.now() > until) throw new StateError("Another process has been obtaining a token for two minutes", "busy");
    await clock.sleep(100);
  }
  try {
    return await work();
  } finally {
    await state.releaseLease(lease);
  }
}

export function graphFor(graph: GraphConfig, http: Http, tokens: TokenProvider): GraphService {
  return openedGraph(createGraph({ http, baseUrl: graph.graphUrl, tokens }));
}

export async function jiraFor(
  jira: JiraConfig,
  http: Http,
  signal?: AbortSignal,
): Promise<{ client: JiraClient; info: ServerInfo }> {
  return await connectJira({
    baseUrl: jira.url,
    user: jira.user,
    token: jira.token.reveal(),
    http,
    clock: systemClock,
    ...(signal === undefined ? {} : { signal }),
  });
}
