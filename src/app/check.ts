/** `check-for-missing-events`: the proof that nothing was lost, and the repair. */

import { getLogger } from "@logtape/logtape";
import type { Config } from "../config/config.ts";
import { type Clock, isoTime, systemClock } from "../core/clock.ts";
import { StateError } from "../core/errors.ts";
import { normaliseAddress } from "../core/mail.ts";
import type { LeaseHolder } from "../core/state_port.ts";
import { type Bridge, openBridge } from "./bridge.ts";
import { compareMailbox, type Comparison } from "./compare.ts";
import { EXIT } from "./exit_codes.ts";
import { announceExpiry } from "./expiry.ts";
import { endCode, openMailboxes, readEach } from "./listen.ts";
import { askerOf, refuseUnreadable, unreadableOf } from "./readable.ts";
import type { Progress } from "./progress.ts";
import { graphFor, httpFor, passingTokensFor, stateFor } from "./runtime.ts";
import { tidyState } from "./tidy.ts";

export interface CheckOptions {
  readonly days: number;
  readonly dryRun: boolean;
  readonly includeBeforeStart: boolean;
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
  readonly progress?: Progress;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** Contract §5: `examined` = `alreadyHandled` + `beforeStart` + `created` + `commented` + `filtered` + `failed` + `pending`. */
export interface CheckReport {
  readonly since: string;
  readonly mailboxes: readonly {
    readonly address: string;
    readonly examined: number;
    readonly alreadyHandled: number;
    readonly beforeStart: number;
    readonly created: number;
    readonly commented: number;
    readonly filtered: number;
    readonly failed: number;
    readonly pending: number;
  }[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
const HOLDER_WAIT_MS = 30_000;
const LEASE_MS = 120_000;

const logger = getLogger(["o365-connect", "check"]);

export async function checkForMissingEvents(
  config: Config,
  options: CheckOptions,
): Promise<{ report: CheckReport; exitCode: number }> {
  if (options.dryRun) return await dryCheck(config, options);
  const { clock = systemClock } = options;
  const bridge = await openBridge(config, { signal: options.abandon, patient: false, clock });
  const since = sinceOf(options, bridge.parts.clock);
  try {
    await becomeTheCheck(bridge, options.stop);
    return await checked(bridge, since, options);
  } finally {
    await bridge.close();
  }
}

async function checked(
  bridge: Bridge,
  since: string,
  options: CheckOptions,
): Promise<{ report: CheckReport; exitCode: number }> {
  const share = bridge.graphShare("check");
  const renewing = setInterval(() => {
    // A state that cannot be written ends the check elsewhere; here it must not end it by an unhandled rejection.
    Promise.all(bridge.mailboxes.map((mailbox) => bridge.state.acquireLease(runName(mailbox), "check", LEASE_MS)))
      .catch(() => {});
  }, LEASE_MS / 4);
  try {
    await share.start(options.stop);
    await announceExpiry(bridge.config.graph!, { state: bridge.state, clock: bridge.parts.clock });
    await openMailboxes(bridge, null, { patient: false, signal: options.stop });
    await tidyState(bridge.state);
    const compared = new Map<string, Comparison>();
    for (const mailbox of bridge.mailboxes) compared.set(mailbox, await compare(bridge, mailbox, since, options));
    const patience = bridge.config.reconcileDelayMs * 3 + 60_000;
    const total = [...compared.values()].reduce((sum, { open }) => sum + open.length, 0);
    let done = 0;
    const worker = bridge.worker(() =>
      options.progress?.({ what: "handled mails:", done: ++done, total: Math.max(done, total) })
    );
    const readAgain = () => readEach(bridge, {}, options.stop);
    await worker.drain(options.stop, options.abandon, patience, readAgain);
    const relaying = bridge.relaying();
    await relaying.drain(options.stop, options.abandon, patience, options.days * DAY_MS / 60_000);
    const mailboxes = [];
    for (const [address, comparison] of compared) mailboxes.push(await row(bridge, address, comparison));
    return { report: { since, mailboxes }, exitCode: await endCode(bridge, relaying) };
  } finally {
    clearInterval(renewing);
    for (const mailbox of bridge.mailboxes) await bridge.state.releaseLease(runName(mailbox));
    await share.stop();
  }
}

function sinceOf({ days }: CheckOptions, clock: Clock): string {
  return isoTime(Math.floor((clock.now() - days * DAY_MS) / 1000) * 1000);
}

/** Compares without the right to write: no state file is made, no token kept, and Jira is not needed. */
async function dryCheck(config: Config, options: CheckOptions): Promise<{ report: CheckReport; exitCode: number }> {
  if (config.graph === null) throw new TypeError("Graph must be configured");
  const since = sinceOf(options, systemClock);
  const http = httpFor(config);
  try {
    const state = await stateFor(config, { readOnly: true });
    try {
      const graph = graphFor(config.graph, http, passingTokensFor(config.graph, http, state));
      const addresses = config.mailboxes.map(normaliseAddress);
      refuseUnreadable(await unreadableOf(graph, addresses, options.stop), askerOf(config));
      const mailboxes = [];
      for (const address of addresses) {
        mailboxes.push(dryRow(address, await compare({ graph, state }, address, since, options)));
      }
      return { report: { since, mailboxes }, exitCode: EXIT.done };
    } finally {
      await state.close();
    }
  } finally {
    http.close();
  }
}

function compare(
  bridge: Pick<Bridge, "graph" | "state">,
  mailbox: string,
  since: string,
  options: CheckOptions,
): Promise<Comparison> {
  return compareMailbox(bridge, {
    mailbox,
    since,
    includeBeforeStart: options.includeBeforeStart,
    accept: !options.dryRun,
    signal: options.stop,
    progress: (examined) => options.progress?.({ what: `${mailbox}: compared mails:`, done: examined, total: null }),
  });
}

/** What became of the mails that were open, read back from the state: also of those that another process handled. */
async function row(bridge: Bridge, address: string, comparison: Comparison): Promise<CheckReport["mailboxes"][number]> {
  const counts = { created: 0, commented: 0, filtered: 0, failed: 0, pending: 0 };
  const known = await bridge.state.known(address, comparison.open);
  for (const id of comparison.open) counts[known.get(id)?.outcome ?? "pending"]++;
  return {
    address,
    examined: comparison.examined,
    alreadyHandled: comparison.alreadyHandled,
    beforeStart: comparison.beforeStart,
    ...counts,
  };
}

function dryRow(address: string, comparison: Comparison): CheckReport["mailboxes"][number] {
  const { examined, alreadyHandled, beforeStart, open } = comparison;
  return {
    address,
    examined,
    alreadyHandled,
    beforeStart,
    created: 0,
    commented: 0,
    filtered: 0,
    failed: 0,
    pending: open.length,
  };
}

/** One check of a mailbox at a time; a second one names the holder and gives up after 30 seconds. */
async function becomeTheCheck(bridge: Bridge, signal: AbortSignal): Promise<void> {
  const { clock } = bridge.parts;
  const until = clock.now() + HOLDER_WAIT_MS;
  for (const mailbox of bridge.mailboxes) {
    for (let said = false;;) {
      const holder = await bridge.state.acquireLease(runName(mailbox), "check", LEASE_MS);
      if (holder === null) break;
      if (!said) {
        logger.warn("Another check of {mailbox} is running ({holder}). Waiting for it.", {
          mailbox,
          holder: processOf(holder),
        });
      }
      said = true;
      if (signal.aborted || clock.now() >= until) {
        throw new StateError(
          `Checking ${mailbox}: another check (${processOf(holder)}) is still running. Run this again later`,
          "busy",
        );
      }
      await clock.sleep(500, signal);
    }
  }
}

/** A holder's name begins with its process id. */
function processOf({ owner }: LeaseHolder): string {
  return `process ${owner.split("-")[0]}`;
}

function runName(mailbox: string): string {
  return `check-run:${mailbox}`;
}
