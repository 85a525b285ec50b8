/** A simulated Graph and our client for it. */

import { createGraph, type GraphService } from "../../src/graph/graph.ts";
import { createHttp } from "../../src/http/http.ts";
import { GraphSim, type GraphSimOptions } from "../../src/sim/graph/graph_sim.ts";
import { TokenRegistry } from "../../src/sim/entra/tokens.ts";
import { makeCertificates } from "../../src/sim/kit/certificates.ts";
import type { JournalEntry } from "../../src/sim/kit/journal.ts";

export const SUPPORT = "support@example.com";
export const CUSTOMER = "Ada Example <ada@customer.example>";

const certificates = await makeCertificates();

export interface GraphWorld {
  readonly sim: GraphSim;
  readonly tokens: TokenRegistry;
  readonly graph: GraphService;
  /** How often a token was asked for because the last one was refused. */
  readonly refreshes: () => number;
  /** The journal from its `from`th entry on. */
  journal(from?: number): JournalEntry[];
  issue(permissions?: readonly string[]): string;
}

/** Runs a test in a new world and takes it down. */
export async function withGraph(
  test: (world: GraphWorld) => Promise<void>,
  options: Partial<GraphSimOptions> & { permissions?: readonly string[]; timeoutMs?: number } = {},
): Promise<void> {
  const { ca, cert, key } = certificates;
  const tokens = new TokenRegistry();
  const sim = new GraphSim({
    tls: { cert, key },
    tokens,
    mailboxes: [
      { address: SUPPORT, displayName: "Support", aliases: ["help@example.com"] },
      { address: "nobody@example.com", enabled: false },
    ],
    ...options,
  });
  await sim.start();
  const issue = (permissions = options.permissions ?? ["Mail.ReadWrite", "Mail.Send"]) =>
    tokens.issue({
      appId: "11111111-2222-3333-4444-555555555555",
      tenant: "t",
      kind: "app",
      user: null,
      permissions,
      expiresAt: Date.now() + 3_600_000,
    });
  let token = issue();
  let refreshes = 0;
  const http = createHttp({
    timeoutMs: options.timeoutMs ?? 5_000,
    userAgent: "o365-connect/test",
    caCerts: [ca],
    proxy: null,
  });
  const graph = createGraph({
    http,
    baseUrl: sim.url,
    tokens: {
      token(asked) {
        if (asked?.forceRefresh && asked.refused === token) [token, refreshes] = [issue(), refreshes + 1];
        return Promise.resolve({ token });
      },
    },
  });
  try {
    await test({
      sim,
      tokens,
      graph,
      refreshes: () => refreshes,
      journal: (from = 0) => sim.journal.entries.slice(from),
      issue,
    });
  } finally {
    http.close();
    await sim.stop();
  }
}

export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
