/** `handle-incoming-events`: reads and processes until stopped, or once. */

import { getLogger } from "@logtape/logtape";
import type { Config } from "../config/config.ts";
import { isoTime } from "../core/clock.ts";
import { errorText } from "../core/errors.ts";
import type { Delivery, Finish } from "../core/state_port.ts";
import { classify } from "../pipeline/classify.ts";
import { createPollSource, readMailbox } from "../streaming/poll.ts";
import { type Bridge, openBridge } from "./bridge.ts";
import { compareMailbox } from "./compare.ts";
import { dryRun } from "./dry_run.ts";
import { EXIT, worstExit } from "./exit_codes.ts";
import { announceExpiry } from "./expiry.ts";

export interface ListenOptions {
  readonly once: boolean;
  readonly dryRun: boolean;
  /** ISO 8601; where a mailbox's first run starts. */
  readonly since: string | null;
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
  /** For what the user asked to see (`--once`, `--dry-run`: one line per mail). */
  readonly write: (line: string) => void;
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** What `--once` waits for: a throttle, a look-up of a doubtful write; longer is for the next run. */
const PATIENCE_MARGIN_MS = 60_000;

const logger = getLogger(["o365-connect", "listen"]);

export async function handleIncomingEvents(config: Config, options: ListenOptions): Promise<number> {
  if (options.dryRun) return await dryRun(config, options);
  const bridge = await openBridge(config, { signal: options.abandon, patient: !options.once });
  const share = bridge.graphShare("listener");
  try {
    await share.start(options.stop);
    await openMailboxes(bridge, options.since);
    return options.once ? await once(bridge, options) : await forever(bridge, options);
  } finally {
    await share.stop();
    await bridge.close();
  }
}

/** Fixes the start of mailboxes that are new: now by Graph's clock, or as asked. */
export async function openMailboxes(bridge: Bridge, since: string | null): Promise<void> {
  for (const mailbox of bridge.mailboxes) {
    const known = await bridge.state.mailbox(mailbox);
    if (known !== null) {
      if (since !== null) {
        logger.warn("--since is ignored for {mailbox}: it was started at {startedAt} and continues from there.", {
          mailbox,
          startedAt: known.startedAt,
        });
      }
      continue;
    }
    const startedAt = since ?? await serviceNow(bridge, mailbox);
    await bridge.state.openMailbox(mailbox, startedAt);
    logger.info("Started {mailbox} at {startedAt}; older mail is left alone.", { mailbox, startedAt });
  }
}

/** Graph's clock, to the second: that is how exactly it tells when a mail was received. */
async function serviceNow(bridge: Bridge, mailbox: string): Promise<string> {
  await bridge.graph.mailFolder(mailbox, "inbox", AbortSignal.timeout(60_000));
  const now = bridge.graph.serverNow() ?? bridge.parts.clock.now();
  return isoTime(Math.floor(now / 1000) * 1000);
}

async function forever(bridge: Bridge, options: ListenOptions): Promise<number> {
  const { stop, abandon } = options;
  const worker = bridge.worker();
  const ending = new AbortController();
  const end = () => ending.abort();
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  const source = createPollSource({
    graph: bridge.graph,
    state: bridge.state,
    mailboxes: bridge.mailboxes,
    intervalMs: bridge.config.pollIntervalMs,
    clock: bridge.parts.clock,
    onRound(mailbox, { newRows }) {
      if (newRows > 0) {
        logger.debug("Accepted {count} new mails of {mailbox}.", { count: newRows, mailbox });
        worker.wake();
      }
    },
    async onFailure(mailbox, error) {
      const asked = classify(error);
      if (asked.kind === "pause") {
        await bridge.destinations.pause(
          asked.destination,
          asked.destination === "graph" ? mailbox : "",
          asked.reason,
          error,
        );
      } else logger.warn("Reading {mailbox} failed: {why}. Trying again.", { mailbox, why: errorText(error) });
    },
  });
  logger.info("Listening to {mailboxes}.", { mailboxes: bridge.mailboxes.join(", ") });
  try {
    // Whichever ends first, by an error of the state, ends all.
    await Promise.all([
      worker.run(ending.signal, abandon).finally(end),
      source.run(ending.signal).finally(end),
      selfComparison(bridge, ending.signal),
      watchExpiry(bridge, ending.signal),
    ]);
  } finally {
    stop.removeEventListener("abort", end);
  }
  logger.info("Stopped.");
  return EXIT.done;
}

/** At the start, and then once a day. */
async function watchExpiry({ config, state, parts }: Bridge, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await announceExpiry(config.graph!, { state, clock: parts.clock });
    await parts.clock.sleep(DAY_MS, signal);
  }
}

/** Once an hour the last 24 hours of each mailbox are compared with the state, as `check-for-missing-events` does. */
async function selfComparison(bridge: Bridge, signal: AbortSignal): Promise<void> {
  const { clock } = bridge.parts;
  while (!signal.aborted) {
    await clock.sleep(HOUR_MS, signal);
    if (signal.aborted) return;
    for (const mailbox of bridge.mailboxes) {
      try {
        const since = isoTime(clock.now() - DAY_MS);
        const { missing } = await compareMailbox(bridge, {
          mailbox,
          since,
          includeBeforeStart: false,
          accept: true,
          signal,
        });
        if (missing > 0) {
          logger.warn(
            "The hourly comparison found {missing} mails of {mailbox} that the delta had not told; they are processed now.",
            { missing, mailbox },
          );
        }
      } catch (error) {
        if (!signal.aborted) {
          logger.info("The hourly comparison of {mailbox} did not finish: {why}.", { mailbox, why: errorText(error) });
        }
      }
    }
  }
}

async function once(bridge: Bridge, { stop, abandon, write }: ListenOptions): Promise<number> {
  const codes: number[] = [];
  const worker = bridge.worker((delivery, finish) => write(endLine(delivery, finish)));
  const patience = bridge.config.reconcileDelayMs * 3 + PATIENCE_MARGIN_MS;
  for (let round = 0; round < MAX_ROUNDS && !stop.aborted; round++) {
    for (const mailbox of bridge.mailboxes) {
      const read = await readMailbox({ ...bridge, clock: bridge.parts.clock }, mailbox, stop);
      if (read === null) {
        logger.info("Another process is reading {mailbox}; this one helps with what is there.", { mailbox });
      }
    }
    const left = await worker.drain(stop, abandon, patience);
    const waiting = left > 0 && await bridge.state.nextDue(bridge.mailboxes) !== null;
    if (!waiting || bridge.destinations.paused().length > 0) break;
    const due = await bridge.state.nextDue(bridge.mailboxes);
    if (due === null || due > bridge.parts.clock.now() + patience) break;
  }
  codes.push(await endCode(bridge));
  return worstExit(codes);
}

/** A Sent Items reply waits for one more round of the Inbox; more than a few rounds are for the next run. */
const MAX_ROUNDS = 4;

/** What a one-shot command ends with: refused credentials, something temporary left over, failed mail. */
export async function endCode(bridge: Bridge): Promise<number> {
  const codes: number[] = [EXIT.done];
  for (const { reason } of bridge.destinations.paused()) {
    codes.push(reason === "credentials" ? EXIT.credentials : EXIT.temporary);
  }
  if (await bridge.state.unfinished(bridge.mailboxes) > 0) codes.push(EXIT.temporary);
  if ((await bridge.state.failed()).length > 0) codes.push(EXIT.failed);
  return worstExit(codes);
}

export function endLine(delivery: Delivery, finish: Finish): string {
  const where = finish.issue === null ? "" : ` ${finish.issue.key}`;
  const filter = finish.filter === null ? "" : ` [${finish.filter}]`;
  return `${finish.outcome}${where}${filter}  mail ${delivery.id} of ${delivery.mailbox}: ${finish.reason}`;
}
