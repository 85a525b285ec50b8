/** A simulated Jira of each kind with our client on it, over HTTP. */

import { systemClock } from "../../src/core/clock.ts";
import type { RichText } from "../../src/core/jira.ts";
import { createHttp } from "../../src/http/http.ts";
import type { CommentDraft, IssueDraft, JiraClient, ServerInfo, UploadFile } from "../../src/jira/client.ts";
import { connectJira } from "../../src/jira/connect.ts";
import {
  type JiraCloudOptions,
  JiraCloudSim,
  type JiraServerOptions,
  JiraServerSim,
  JiraStore,
} from "../../src/sim/jira/mod.ts";

export interface JiraWorld {
  readonly kind: "cloud" | "server";
  readonly sim: JiraCloudSim | JiraServerSim;
  readonly store: JiraStore;
  readonly client: JiraClient;
  readonly info: ServerInfo;
  /** A second client with another token. */
  connect(token: string): Promise<JiraClient>;
  text(words: string): RichText;
  issue(more?: Partial<IssueDraft>): IssueDraft;
  comment(words: string, more?: Partial<CommentDraft>): CommentDraft;
  /** Milliseconds by which the simulator's clock is moved on. */
  wait(ms: number): void;
}

export interface WorldOptions {
  readonly timeoutMs?: number;
  readonly cloud?: JiraCloudOptions;
  readonly server?: JiraServerOptions;
}

export async function withJira(
  kind: "cloud" | "server",
  test: (world: JiraWorld) => Promise<void>,
  options: WorldOptions = {},
): Promise<void> {
  let offset = 0;
  const store = new JiraStore({ format: kind === "cloud" ? "adf" : "wiki", now: () => Date.now() + offset });
  const sim = kind === "cloud"
    ? new JiraCloudSim({ store, ...options.cloud })
    : new JiraServerSim({ store, ...options.server });
  store.createProject({ key: "SUP", name: "Support" });
  store.createProject({ key: "OPS", name: "Operations", type: "service_desk" });
  await sim.start();
  // Deno 2.4 notices a connection that the simulator breaks only by its own clock.
  const http = createHttp({ timeoutMs: options.timeoutMs ?? 10_000, userAgent: "o365-connect/test", proxy: null });
  const user = kind === "cloud" ? "bot@example.com" : null;
  const connect = async (token: string) => {
    const clock = { ...systemClock, now: () => Date.now() + offset };
    return await connectJira({ baseUrl: sim.url, user, token, http, clock });
  };
  try {
    const { client, info } = await connect(kind === "cloud" ? "cloud-token" : "server-token");
    const text = (words: string) => store.text(words);
    await test({
      kind,
      sim,
      store,
      client,
      info,
      connect: async (token) => (await connect(token)).client,
      text,
      issue: (more = {}) => ({
        project: "SUP",
        issueType: "Task",
        summary: "Printer on fire",
        description: text("It burns."),
        reporter: null,
        labels: ["mail"],
        priority: "High",
        fields: {},
        idempotencyKey: "issue:1",
        ...more,
      }),
      comment: (words, more = {}) => ({ body: text(words), internal: false, idempotencyKey: "comment:1", ...more }),
      wait: (ms) => void (offset += ms),
    });
  } finally {
    http.close();
    await sim.stop();
  }
}

export const KINDS = ["cloud", "server"] as const;

/** The same promise on both kinds. */
export function promiseOnBoth(name: string, test: (world: JiraWorld) => Promise<void>, options?: WorldOptions): void {
  for (const kind of KINDS) Deno.test(`${kind}: ${name}`, () => withJira(kind, test, options));
}

export function fileOf(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  contentType = "application/octet-stream",
): UploadFile {
  return { name, contentType, size: bytes.length, open: () => new Response(bytes).body! };
}
