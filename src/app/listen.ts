/** `handle-incoming-events`: reads and processes until stopped, or once. */

import { getLogger } from "@logtape/logtape";
import type { Config } from "../config/config.ts";
import { isoTime } from "../core/clock.ts";
import { errorText } from "../core/errors.ts";
import type { Delivery, Finish } from "../core/state_port.ts";
import { classify } from "../pipeline/classify.ts";
import { createPollSource, type PollOptions, readMailbox } from "../streaming/poll.ts";
import { type Bridge, openBridge, untilItAnswers } from "./bridge.ts";
import { compareMailbox } from "./compare.ts";
import { dryRun } from "./dry_run.ts";
import { EXIT, worstExit } from "./exit_codes.ts";
import { askerOf, refuseUnreadable, unreadableOf } from "./readable.ts";
import { announceExpiry } from "./expiry.ts";
import type { PageOptions } from "./http/server.ts";
import { type Watch, watchWith } from "./http/watch.ts";
import { type Relaying, relayLine } from "./relay.ts";
import { serveWebhook, type Webhook, type WebhookOptions } from "./relay_webhook.ts";
import { mayPass, whenWritable } from "./state_trouble.ts";
import { firstRounds } from "./first_round.ts";
import type { Progress } from "./progress.ts";
import { tidyState } from "./tidy.ts";

export interface ListenOptions {
  readonly once: boolean;
  readonly dryRun: boolean;
  /** ISO 8601; where a mailbox's first run starts. */
  readonly since: string | null;
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
  /** For what the user asked to see (`--once`, `--dry-run`: one line per mail). */
  readonly write: (line: string) => void;
  /** The first reading of a mailbox, as it goes on. */
  readonly progress?: Progress;
  /** Where Jira may ring; `null`, or left out: nowhere. */
  readonly webhook?: WebhookOptions | null;
  /** The page; `null`, or left out: none is served. */
  readonly http?: PageOptions | null;
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** What `--once` waits for: a throttle, a look-up of a doubtful write; longer is for the next run. */
const PATIENCE_MARGIN_MS = 60_000;

const logger = getLogger(["o365-connect", "listen"]);

export async function handleIncomingEvents(config: Config, options: ListenOptions): Promise<number> {
  if (options.dryRun) return await dryRun(config, options);
  const watch = await watchWith(options.http ?? null);
  try {
    return await handle(config, options, watch);
  } finally {
    await watch.close(options.stop.aborted);
  }
}

async function handle(config: Config, options: ListenOptions, watch: Watch): Promise<number> {
  const bridge = await openBridge(config, {
    signal: options.abandon,
    patient: !options.once,
    through: (http) => watch.through(http),
  });
  const share = bridge.graphShare("listener");
  try {
    await share.start(options.stop);
    await openMailboxes(bridge, options.since, { patient: !options.once, signal: options.stop });
    watch.open(bridge);
    return options.once ? await once(bridge, options, watch) : await forever(bridge, options, watch);
  } finally {
    await watch.shut(options.stop.aborted);
    await share.stop();
    await bridge.close();
  }
}

/**
 * Fixes the start of mailboxes that are new: now by Graph's clock, or as asked. Throws for mailboxes that are none, or
 * closed to us. `patient`: waits for a Graph that is down.
 */
export async function openMailboxes(
  bridge: Bridge,
  since: string | null,
  { patient, signal }: { readonly patient: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const { clock, log } = bridge.parts;
  const ask = () => unreadableOf(bridge.graph, bridge.mailboxes, signal);
  const found = patient ? await untilItAnswers("Microsoft Graph", ask, { clock, log, signal }) : await ask();
  refuseUnreadable(found, askerOf(bridge.config));
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
    const startedAt = since ?? serviceNow(bridge);
    await bridge.state.openMailbox(mailbox, startedAt);
    logger.info("Started {mailbox} at {startedAt}; older mail is left alone.", { mailbox, startedAt });
  }
}

/** Graph's clock, to the second: that is how exactly it tells when a mail was received. */
function serviceNow(bridge: Bridge): string {
  const now = bridge.graph.serverNow() ?? bridge.parts.clock.now();
  return isoTime(Math.floor(now / 1000) * 1000);
}

/** Works until stopped; a state that cannot be written for a while interrupts, and does not end it. */
async function forever(bridge: Bridge, options: ListenOptions, watch: Watch): Promise<number> {
  const { stop } = options;
  const { state, parts: { clock } } = bridge;
  logger.info("Listening to {mailboxes}.", { mailboxes: bridge.mailboxes.join(", ") });
  for (let broken: unknown = null;; broken = null) {
    try {
      await untilStopped(bridge, options, watch);
      break;
    } catch (error) {
      if (!mayPass(error) || stop.aborted) throw error;
      broken = error;
    }
    const probe = async () => {
      const error = broken;
      broken = null;
      if (error !== null) throw error;
      // Nobody of this process works on anything now.
      await state.dropOwnLeases();
    };
    try {
      await whenWritable(probe, { clock, signal: stop });
    } catch (error) {
      if (!stop.aborted) throw error;
      break;
    }
  }
  logger.info("Stopped.");
  return EXIT.done;
}

async function untilStopped(bridge: Bridge, options: ListenOptions, watch: Watch): Promise<void> {
  const { stop, abandon } = options;
  const worker = bridge.worker(
    (delivery, finish) => watch.onEnd(delivery, finish),
    (delivery, work) => watch.around(delivery, work),
  );
  const relaying = bridge.relaying();
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
    ...pagesOf(bridge, options),
    onRound(mailbox, { newRows }) {
      options.progress?.(null);
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
  const webhook = openWebhook(options, relaying);
  // Whichever ends first, by an error of the state, ends all; and all have ended before anything begins anew.
  const ends = await Promise.allSettled([
    worker.run(ending.signal, abandon).finally(end),
    source.run(ending.signal).finally(end),
    relaying.run(ending.signal, abandon).catch((error) => {
      end();
      throw error;
    }),
    selfComparison(bridge, relaying, ending.signal).finally(end),
    daily(bridge, ending.signal).finally(end),
  ]);
  await webhook?.close();
  stop.removeEventListener("abort", end);
  const failed = ends.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function openWebhook({ webhook }: ListenOptions, relaying: Relaying): Webhook | null {
  if (webhook == null) return null;
  if (!relaying.on) {
    logger.warn("--jira-webhook has no effect: JIRA_COMMENT_RELAY and JIRA_STATUS_NOTICE are off, nothing is mailed.");
  }
  return serveWebhook(webhook, (issue) => relaying.ring(issue));
}

/** At the start, and then once a day. */
async function daily({ config, state, parts }: Bridge, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await announceExpiry(config.graph!, { state, clock: parts.clock });
    await tidyState(state);
    await parts.clock.sleep(DAY_MS, signal);
  }
}

/** Once an hour the last 24 hours of each mailbox are compared with the state, as `check-for-missing-events` does. */
async function selfComparison(bridge: Bridge, relaying: Relaying, signal: AbortSignal): Promise<void> {
  const { clock } = bridge.parts;
  while (!signal.aborted) {
    await clock.sleep(HOUR_MS, signal);
    if (signal.aborted) return;
    relaying.lookBack(DAY_MS / 60_000);
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

/** Tells the progress of first rounds, if anybody wants to see it. */
function pagesOf({ graph }: Bridge, { progress, stop }: ListenOptions): Pick<PollOptions, "onFirstRound"> {
  return progress === undefined ? {} : { onFirstRound: firstRounds(graph, progress, stop) };
}

/** One round of each mailbox that no other process reads. */
export async function readEach(
  bridge: Bridge,
  pages: Pick<PollOptions, "onFirstRound">,
  stop: AbortSignal,
): Promise<void> {
  for (const mailbox of bridge.mailboxes) {
    const read = await readMailbox({ ...bridge, clock: bridge.parts.clock, ...pages }, mailbox, stop);
    if (read === null) {
      logger.info("Another process is reading {mailbox}; this one helps with what is there.", { mailbox });
    }
  }
}

async function once(bridge: Bridge, options: ListenOptions, watch: Watch): Promise<number> {
  const { stop, abandon, write } = options;
  const codes: number[] = [];
  const pages = pagesOf(bridge, options);
  const worker = bridge.worker((delivery, finish) => {
    write(endLine(delivery, finish));
    watch.onEnd(delivery, finish);
  }, (delivery, work) => watch.around(delivery, work));
  const patience = bridge.config.reconcileDelayMs * 3 + PATIENCE_MARGIN_MS;
  for (let round = 0; round < MAX_ROUNDS && !stop.aborted; round++) {
    await readEach(bridge, pages, stop);
    options.progress?.(null);
    const readAgain = () => readEach(bridge, pages, stop);
    const left = await worker.drain(stop, abandon, patience, readAgain);
    const waiting = left > 0 && await bridge.state.nextDue(bridge.mailboxes) !== null;
    if (!waiting || bridge.destinations.paused().length > 0) break;
    const due = await bridge.state.nextDue(bridge.mailboxes);
    if (due === null || due > bridge.parts.clock.now() + patience) break;
  }
  const relaying = bridge.relaying((relay, outcome, reason) => write(relayLine(relay, outcome, reason)));
  await relaying.drain(stop, abandon, patience);
  codes.push(await endCode(bridge, relaying));
  return worstExit(codes);
}

/** A Sent Items reply waits for one more round of the Inbox; more than a few rounds are for the next run. */
const MAX_ROUNDS = 4;

/** What a one-shot command ends with: refused credentials, something temporary left over, failed mail. */
export async function endCode(bridge: Bridge, relaying: Relaying): Promise<number> {
  const codes: number[] = [EXIT.done];
  for (const { reason } of bridge.destinations.paused()) {
    codes.push(reason === "credentials" ? EXIT.credentials : EXIT.temporary);
  }
  if (await bridge.state.unfinished(bridge.mailboxes) > 0) codes.push(EXIT.temporary);
  if (relaying.on && await bridge.state.unfinishedRelays() > 0) codes.push(EXIT.temporary);
  if ((await bridge.state.failed()).length > 0) codes.push(EXIT.failed);
  return worstExit(codes);
}

export function endLine(delivery: Delivery, finish: Finish): string {
  const where = finish.issue === null ? "" : ` ${finish.issue.key}`;
  const filter = finish.filter === null ? "" : ` [${finish.filter}]`;
  return `${finish.outcome}${where}${filter}  mail ${delivery.id} of ${delivery.mailbox}: ${finish.reason}`;
}
