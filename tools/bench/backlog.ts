/** A mailbox full of unhandled mail: how fast it becomes issues, and with how many requests. */

import { SIM_MAILBOX } from "../../src/app/sim_world.ts";
import type { JournalEntry } from "../../src/sim/kit/journal.ts";
import { backlogMails } from "./mails.ts";
import { type Program, runWell } from "./program.ts";
import { BenchWorld, type Latencies } from "./world.ts";

export interface Backlog {
  readonly seconds: number;
  readonly peakMb: number | null;
  /** Most requests that Graph saw at once. */
  readonly graphAtOnce: number;
  /** Requests by side, and by side and route. */
  readonly graph: number;
  readonly jira: number;
  readonly routes: ReadonlyMap<string, number>;
}

/** Runs `handle-incoming-events --once` over it. Throws unless every mail has become an issue with its attachment. */
export async function measureBacklog(
  program: Program,
  kind: "cloud" | "server",
  mails: number,
  latencies: Latencies,
): Promise<Backlog> {
  await using world = await BenchWorld.open(kind, latencies);
  const { sim } = world;
  const since = new Date(Date.now() - 60_000).toISOString();
  for (const mail of backlogMails(mails)) await sim.graph.deliver(SIM_MAILBOX, mail);
  const ended = await runWell(program, ["handle-incoming-events", "--once", "--since", since], world.env, world.folder);
  const issues = sim.store.issues();
  const attachments = issues.reduce((sum, issue) => sum + issue.attachments.length, 0);
  if (issues.length !== mails || attachments !== Math.floor(mails / 2)) {
    throw new Error(`${mails} mails became ${issues.length} issues with ${attachments} attachments`);
  }
  const graph = sim.graph.journal.entries;
  const jira = sim.jira.journal.entries;
  return {
    seconds: ended.ms / 1000,
    peakMb: ended.peakMb,
    graphAtOnce: sim.graph.peakConcurrency(SIM_MAILBOX),
    graph: graph.length,
    jira: jira.length,
    routes: countRoutes([...graph, ...jira]),
  };
}

function countRoutes(entries: readonly JournalEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { service, method, path, status } of entries) {
    const route = path.split("/").map((part) => /^(\d+|[A-Z]+-\d+|.{40,})$/.test(part) ? "…" : part).join("/");
    const name = `${service} ${method} ${route.replace(/^\/v1\.0\/users\/[^/]+/, "")} → ${status}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}
