/** Everything the page, `/healthz` and `/metrics` tell, read at one moment. */

import type { MailboxCounts } from "../../core/state_port.ts";
import type { Bridge } from "../bridge.ts";
import type { Meter } from "./meter.ts";

/** What is looked at: the running listener. */
export type Watched = Pick<Bridge, "state" | "destinations" | "mailboxes" | "graph"> & {
  readonly config: Pick<Bridge["config"], "pollIntervalMs" | "jira">;
};

export interface MailboxSnapshot extends MailboxCounts {
  /** Since the last complete read was begun; `null`: there was none. */
  readonly readAgeSeconds: number | null;
  /** Requests of this process to Graph under way, and in the last ten minutes. */
  readonly underWay: number;
  readonly requests: number;
}

export interface PauseSnapshot {
  readonly destination: "entra" | "graph" | "jira";
  /** Mailbox for Graph, else empty. */
  readonly scope: string;
  readonly since: string | null;
  /** `null`: another process paused it. */
  readonly kind: "down" | "credentials" | null;
  /** A detail: may name mail. */
  readonly error: string | null;
}

export interface Snapshot {
  readonly now: number;
  readonly mailboxes: readonly MailboxSnapshot[];
  readonly paused: readonly PauseSnapshot[];
  readonly lastError: { readonly at: string; readonly error: string } | null;
  /** After this age of the last complete read a mailbox counts as not read. */
  readonly maxReadAgeSeconds: number;
}

/** A few rounds may fail and back off before anybody is called. */
const MIN_READ_AGE_SECONDS = 120;
const ROUNDS = 10;

export async function takeSnapshot(watched: Watched, meter: Meter, now: number): Promise<Snapshot> {
  const { state, mailboxes, graph, config } = watched;
  const counts = (await state.counts()).filter(({ address }) => mailboxes.includes(address));
  return {
    now,
    mailboxes: counts.map((row) => ({
      ...row,
      readAgeSeconds: row.lastSyncAt === null ? null : Math.max(0, (now - Date.parse(row.lastSyncAt)) / 1000),
      underWay: graph.underWay(row.address),
      requests: meter.graphRequests(row.address),
    })),
    paused: await pauses(watched),
    lastError: await state.lastError(),
    maxReadAgeSeconds: Math.max(MIN_READ_AGE_SECONDS, ROUNDS * config.pollIntervalMs / 1000),
  };
}

/** Ours, with their kind, and those of other processes on the same state. */
async function pauses({ state, destinations }: Watched): Promise<PauseSnapshot[]> {
  const ours = destinations.paused();
  const stored = await state.pauses();
  const same = (a: { destination: string; scope: string }, b: { destination: string; scope: string }) =>
    a.destination === b.destination && a.scope === b.scope;
  return [
    ...stored.map(({ destination, scope, since, reason }) => ({
      destination,
      scope,
      since,
      kind: ours.find((one) => same(one, { destination, scope }))?.reason ?? null,
      error: reason,
    })),
    ...ours.filter((one) => !stored.some((row) => same(row, one)))
      .map(({ destination, scope, reason }) => ({ destination, scope, since: null, kind: reason, error: null })),
  ];
}
