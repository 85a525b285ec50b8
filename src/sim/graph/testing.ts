/** A simulated Graph with one app and a client that trusts it, for the tests of this folder. */

import { TokenRegistry } from "../entra/tokens.ts";
import { makeCertificates } from "../kit/certificates.ts";
import { GraphSim, type GraphSimOptions } from "./graph_sim.ts";

export const APP = "11111111-2222-3333-4444-555555555555";
export const SUPPORT = "support@example.com";
export const SALES = "sales@example.com";

const certificates = makeCertificates();

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- answers are looked into freely in tests
  readonly json: any;
}

export interface AskOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Default: a valid token of the app; `null`: none. */
  readonly token?: string | null;
}

export interface GraphWorld {
  readonly graph: GraphSim;
  readonly tokens: TokenRegistry;
  readonly token: string;
  readonly http: Deno.HttpClient;
  /** `path`: below `/v1.0`, or a whole URL. Immutable ids unless `Prefer` is given. */
  ask(path: string, options?: AskOptions): Promise<Asked>;
  issue(permissions: readonly string[], user?: string): string;
}

/** Runs a test in a new world and takes it down. */
export async function withGraph(
  test: (world: GraphWorld) => Promise<void>,
  options: Partial<GraphSimOptions> = {},
): Promise<void> {
  const { ca, cert, key } = await certificates;
  const tokens = new TokenRegistry();
  const graph = new GraphSim({
    tls: { cert, key },
    tokens,
    mailboxes: [{ address: SUPPORT, displayName: "Support", aliases: ["help@example.com"] }, { address: SALES }],
    ...options,
  });
  await graph.start();
  const http = Deno.createHttpClient({ caCerts: [ca] });
  const issue = (permissions: readonly string[], user?: string) =>
    tokens.issue({
      appId: APP,
      tenant: "t",
      kind: user === undefined ? "app" : "delegated",
      user: user ?? null,
      permissions,
      expiresAt: Date.now() + 3_600_000,
    });
  const token = issue(["Mail.ReadWrite", "Mail.Send", "User.Read.All"]);
  try {
    await test({ graph, tokens, token, http, issue, ask: (path, ask = {}) => request(graph, http, token, path, ask) });
  } finally {
    http.close();
    await graph.stop();
  }
}

async function request(
  graph: GraphSim,
  client: Deno.HttpClient,
  token: string,
  path: string,
  options: AskOptions,
): Promise<Asked> {
  const used = options.token === undefined ? token : options.token;
  const binary = options.body instanceof Uint8Array || typeof options.body === "string";
  const response = await fetch(path.startsWith("https:") ? path : `${graph.url}/v1.0${path}`, {
    client,
    method: options.method ?? (options.body === undefined ? "GET" : "POST"),
    headers: {
      prefer: 'IdType="ImmutableId"',
      ...(used === null ? {} : { authorization: `Bearer ${used}` }),
      ...(options.body === undefined || binary ? {} : { "content-type": "application/json" }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: binary ? options.body as string : JSON.stringify(options.body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== "" ? JSON.parse(text) : null,
  };
}
