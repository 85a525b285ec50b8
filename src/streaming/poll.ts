/** The portable "stream": a timer, or whoever calls `wake`, makes us read the delta of each mailbox. */

import { type Clock, isoTime } from "../core/clock.ts";
import { CredentialsError, HttpError, NetworkError, SchemaError, StateError } from "../core/errors.ts";
import type { Folder } from "../core/mail.ts";
import type { State } from "../core/state_port.ts";
import type { GraphClient } from "../graph/client.ts";
import { Doze } from "./doze.ts";
import { readRound, type RoundResult, type StoredPage } from "./round.ts";

export interface PollOptions {
  readonly graph: Pick<GraphClient, "delta">;
  readonly state: Pick<State, "cursor" | "accept" | "resetCursor" | "acquireLease" | "releaseLease" | "setLastSync">;
  readonly mailboxes: readonly string[];
  /** Between the end of a round and the next. */
  readonly intervalMs: number;
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  random?(): number;
  /** After each round of both folders that this process was allowed to read. */
  onRound?(mailbox: string, result: RoundResult): void | Promise<void>;
  /** After each page of a folder's first round. */
  onFirstRound?(mailbox: string, folder: Folder, page: StoredPage): void;
  /** A round failed; it is tried again after `delayMs`. */
  onFailure?(mailbox: string, error: unknown, delayMs: number): void | Promise<void>;
}

export interface PollSource {
  /** Reads until the signal is aborted. Rejects for what is not Graph's or a busy state's fault. */
  run(signal: AbortSignal): Promise<void>;
  /** Something may have changed: read now. Without a mailbox: all of them. */
  wake(mailbox?: string): void;
}

/** Inbox first: a Sent Items reply is understood by what it answers. */
const FOLDERS: readonly Folder[] = ["inbox", "sentitems"];
const MAX_DELAY_MS = 5 * 60 * 1000;
/** Outlives one request; renewed before each page. Another process stands by meanwhile. */
const LEASE_MS = 120_000;

export function createPollSource(options: PollOptions): PollSource {
  const dozes = new Map(options.mailboxes.map((mailbox) => [mailbox, new Doze(options.clock)]));
  return {
    async run(signal) {
      const stop = new AbortController();
      const onAbort = () => stop.abort();
      if (signal.aborted) stop.abort();
      signal.addEventListener("abort", onAbort, { once: true });
      const loops = [...dozes].map(([mailbox, doze]) =>
        pollMailbox(options, mailbox, doze, stop.signal).finally(() => stop.abort())
      );
      const ends = await Promise.allSettled(loops);
      signal.removeEventListener("abort", onAbort);
      const failed = ends.find((end) => end.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    },
    wake(mailbox) {
      for (const [name, doze] of dozes) if (mailbox === undefined || mailbox === name) doze.wake();
    },
  };
}

async function pollMailbox(options: PollOptions, mailbox: string, doze: Doze, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let delayMs = options.intervalMs;
    try {
      const result = await readMailbox(options, mailbox, signal);
      failures = 0;
      if (result !== null) await options.onRound?.(mailbox, result);
    } catch (error) {
      if (signal.aborted) break;
      if (!isPassing(error)) throw error;
      delayMs = backOff(options, error, ++failures);
      await options.onFailure?.(mailbox, error, delayMs);
    }
    await doze.sleep(delayMs, signal);
  }
  await options.state.releaseLease(leaseName(mailbox));
}

/** What one reading of a mailbox needs. */
export type ReadOptions = Pick<PollOptions, "graph" | "state" | "clock" | "onFirstRound">;

/** One round of both folders; `null`: another process reads this mailbox. Throws what reading throws. */
export async function readMailbox(
  options: ReadOptions,
  mailbox: string,
  signal: AbortSignal,
): Promise<RoundResult | null> {
  const { graph, state, clock } = options;
  const isReader = async () => await state.acquireLease(leaseName(mailbox), "reader", LEASE_MS) === null;
  if (!await isReader()) return null;
  const startedAt = clock.now();
  let newRows = 0;
  let complete = true;
  for (const folder of FOLDERS) {
    const onPage = (page: StoredPage) => {
      if (page.first) options.onFirstRound?.(mailbox, folder, page);
    };
    const round = await readRound({ graph, state, mailbox, folder, signal, mayGoOn: isReader, onPage });
    newRows += round.newRows;
    complete &&= round.complete;
  }
  if (complete) await state.setLastSync(mailbox, isoTime(startedAt));
  return { newRows, complete };
}

function leaseName(mailbox: string): string {
  return `delta:${mailbox.trim().toLowerCase()}`;
}

function isPassing(error: unknown): boolean {
  return error instanceof HttpError || error instanceof NetworkError || error instanceof SchemaError ||
    error instanceof CredentialsError || (error instanceof StateError && error.kind === "busy");
}

/** As long as Graph asks, else doubling from the interval to 5 minutes, the last half of it at random. */
function backOff({ intervalMs, random = Math.random }: PollOptions, error: unknown, failures: number): number {
  if (error instanceof HttpError && error.retryAfterMs !== undefined) {
    return error.retryAfterMs + Math.round(random() * Math.min(intervalMs, 1000));
  }
  const ceiling = Math.min(MAX_DELAY_MS, Math.max(1, intervalMs) * 2 ** Math.min(failures, 16));
  return Math.round(ceiling * (0.5 + random() / 2));
}
