/** Mails to the sender what happened in Jira: notices it, and works on what is due. One process at a time. */

import { getLogger } from "@logtape/logtape";
import { type Destination, errorText, LeaseLostError } from "../core/errors.ts";
import { type Relay, RELAY_LEASE } from "../core/state_port.ts";
import { backoffMs, classify, RETRY_BUDGET } from "../pipeline/classify.ts";
import type { Parts } from "../pipeline/context.ts";
import { everyTarget } from "../pipeline/decide.ts";
import type { Destinations } from "../pipeline/destinations.ts";
import { EffectInDoubt } from "../pipeline/effects.ts";
import { processRelay, type RelayHold, type RelayParts, sayNotMailed } from "../pipeline/relaying.ts";
import { Noticing, switchedOff } from "../pipeline/relaying_notice.ts";
import { RelayPlaces } from "../pipeline/relaying_places.ts";

const LEASE_MS = 120_000;
/** Of the lease that must be left before a write. */
const WRITE_MS = 70_000;
/** Issues worked on at once. */
const CONCURRENCY = 4;
/** Jira is asked as often as the mailbox, but not more often than this: a comment rests anyway. */
const POLL_MS = 10_000;
const MAX_SLEEP_MS = 1_000;
const BLOCKED_MS = 5_000;
const MAX_WAIT_MS = 60_000;

const logger = getLogger(["o365-connect", "relay"]);

/** Told each end of a relay, for people to see. */
export type OnRelayEnd = (relay: Relay, outcome: "sent" | "skipped" | "failed", reason: string) => void;

export interface RelayingOptions {
  readonly pollIntervalMs: number;
  readonly onEnd?: OnRelayEnd;
}

export class Relaying {
  readonly #parts: RelayParts;
  readonly #noticing: Noticing;
  #leasedUntil = 0;
  #nextPoll = 0;
  #backMinutes = 0;
  /** Looks that failed in a row. */
  #failures = 0;
  /** Issues that a doorbell named; `null`: one that named none. */
  readonly #rung = new Set<string | null>();
  #wake: (() => void) | null = null;

  constructor(parts: Parts, private readonly destinations: Destinations, private readonly options: RelayingOptions) {
    this.#parts = relayParts(parts);
    this.#noticing = new Noticing(this.#parts);
  }

  /** Whether anything of Jira is mailed at all. */
  get on(): boolean {
    const { which, statusNotice } = this.#parts.settings.relay;
    return which !== "off" || statusNotice;
  }

  /** Something happened in Jira, on this issue (id or key) if it is known: look at once. */
  ring(issue: string | null): void {
    if (this.#rung.size < 1_000) this.#rung.add(issue);
    this.#wake?.();
  }

  /** The next look goes at least so far back, whatever was noticed before. */
  lookBack(minutes: number): void {
    this.#backMinutes = Math.max(this.#backMinutes, minutes);
    this.#nextPoll = 0;
  }

  /** Works until `stop` is aborted. Throws only if the state fails. */
  async run(stop: AbortSignal, abandon: AbortSignal): Promise<void> {
    if (!await this.#begin()) return;
    const { clock } = this.#parts;
    try {
      while (!stop.aborted) {
        if (await this.#leads()) {
          const minutes = this.#backMinutes;
          this.#backMinutes = 0;
          await this.#notice(abandon, minutes);
          if (await this.#workSome(stop, abandon)) continue;
        } else await this.#noticeRung(abandon);
        await this.#sleep(stop, clock.now() + MAX_SLEEP_MS);
      }
    } finally {
      await this.#end();
    }
  }

  /**
   * Looks once, at least `minutes` back, and works on what becomes due within `patienceMs`. Leaves it to another process
   * that is at it.
   */
  async drain(stop: AbortSignal, abandon: AbortSignal, patienceMs: number, minutes = 0): Promise<void> {
    if (!await this.#begin()) return;
    const { state, clock } = this.#parts;
    const until = clock.now() + patienceMs;
    this.#nextPoll = 0;
    try {
      if (!await this.#leads()) {
        await this.#try(() => this.#noticing.poll(abandon, minutes));
        return;
      }
      await this.#notice(abandon, minutes);
      while (!stop.aborted && !this.#blocked()) {
        if (await this.#workSome(stop, abandon)) continue;
        const due = await state.nextRelayDue();
        if (due === null || due > until || !await this.#leads()) break;
        await this.#sleep(stop, Math.min(due, clock.now() + MAX_SLEEP_MS));
      }
    } finally {
      await this.#end();
    }
  }

  async #begin(): Promise<boolean> {
    if (!this.on) await switchedOff(this.#parts.state);
    return this.on;
  }

  async #end(): Promise<void> {
    this.#leasedUntil = 0;
    await this.#parts.state.releaseLease(RELAY_LEASE);
  }

  async #leads(): Promise<boolean> {
    const { state, clock } = this.#parts;
    if (this.#leasedUntil - clock.now() > WRITE_MS) return true;
    const until = clock.now() + LEASE_MS;
    const ours = await state.acquireLease(RELAY_LEASE, "relay", LEASE_MS) === null;
    this.#leasedUntil = ours ? until : 0;
    return ours;
  }

  async #notice(signal: AbortSignal, minutes = 0): Promise<void> {
    const { clock } = this.#parts;
    if (this.#blocked()) return;
    await this.#noticeRung(signal);
    if (clock.now() < this.#nextPoll) return;
    this.#nextPoll = clock.now() + Math.max(this.options.pollIntervalMs, this.#pollMs());
    await this.#try(() => this.#noticing.poll(signal, minutes));
  }

  /** Without a rest there is nothing to wait for. */
  #pollMs(): number {
    return Math.min(POLL_MS, this.#parts.settings.relay.delayMs);
  }

  async #noticeRung(signal: AbortSignal): Promise<void> {
    const rung = [...this.#rung];
    this.#rung.clear();
    if (rung.includes(null)) this.#nextPoll = 0;
    for (const issue of rung) if (issue !== null) await this.#try(() => this.#noticing.lookAtIssue(issue, signal));
  }

  /** A failed look is repeated with the next one. */
  async #try(look: () => Promise<unknown>): Promise<void> {
    try {
      await look();
      if (this.#failures > 0) logger.info("Jira can be asked for new comments again.");
      this.#failures = 0;
    } catch (error) {
      const asked = classify(error);
      if (asked.kind === "state") throw error;
      if (asked.kind === "aborted") return;
      if (asked.kind === "pause") await this.#pause(asked, "", error);
      else if (asked.kind === "throttled") this.destinations.throttle(asked.destination, "", asked.afterMs);
      else if (this.#failures === 0) {
        logger.warn("Looking for new comments in Jira failed: {why}. Trying again.", { why: errorText(error) });
      }
      const wait = Math.min(MAX_WAIT_MS, 1_000 * 2 ** Math.min(this.#failures++, 10));
      this.#nextPoll = Math.max(this.#nextPoll, this.#parts.clock.now() + wait);
    }
  }

  #blocked(): boolean {
    return this.destinations.blockedUntil("jira", "") !== null ||
      this.destinations.blockedUntil("entra", "") !== null ||
      this.destinations.blockedUntil("graph", "") !== null;
  }

  async #workSome(stop: AbortSignal, abandon: AbortSignal): Promise<boolean> {
    if (stop.aborted || this.#blocked()) return false;
    const relays = await this.#parts.state.dueRelays(CONCURRENCY);
    const lost = new AbortController();
    const signal = AbortSignal.any([abandon, lost.signal]);
    const renewing = setInterval(() => void this.#renew(lost), LEASE_MS / 4);
    try {
      // All have ended before an error of the state goes on.
      const ends = await Promise.allSettled(relays.map((relay) => this.#work(relay, signal)));
      const failed = ends.find((end) => end.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    } finally {
      clearInterval(renewing);
    }
    return relays.length > 0;
  }

  async #renew(lost: AbortController): Promise<void> {
    const { state, clock } = this.#parts;
    const until = clock.now() + LEASE_MS;
    try {
      if (await state.acquireLease(RELAY_LEASE, "relay", LEASE_MS) === null) this.#leasedUntil = until;
      else lost.abort();
    } catch (error) {
      logger.warn("Keeping the lease of the relay failed: {why}.", { why: errorText(error) });
    }
  }

  async #work(relay: Relay, signal: AbortSignal): Promise<void> {
    const { state } = this.#parts;
    const hold: RelayHold = {
      deliveryId: 0,
      relayId: relay.id,
      signal,
      mailbox: "",
      ensure: async () => {
        signal.throwIfAborted();
        if (!await this.#leads()) throw new LeaseLostError(relay.id, "Relaying");
      },
    };
    try {
      const ending = await processRelay(this.#parts, relay, hold);
      if ("finish" in ending) await this.#finish(relay, ending.finish.outcome, ending.finish.reason);
      else await state.releaseRelay(relay.id, { ...ending.release, countAttempt: false });
    } catch (error) {
      if (error instanceof LeaseLostError) return;
      await this.#afterError(relay, hold, error);
    }
  }

  async #finish(relay: Relay, outcome: "sent" | "skipped" | "failed", reason: string): Promise<void> {
    await this.#parts.state.finishRelay(relay.id, { outcome, reason });
    const fields = { issueKey: relay.issue.key, what: nameOf(relay), reason };
    if (outcome === "failed") {
      await this.#parts.state.setLastError(`Mailing ${nameOf(relay)} of ${relay.issue.key}: ${reason}`);
      logger.error("Gave up on mailing {what} of {issueKey}: {reason}. Write to the sender by hand.", fields);
    } else if (outcome === "sent") logger.info("Mailed {what} of {issueKey}: {reason}.", fields);
    else logger.info("Did not mail {what} of {issueKey}: {reason}.", fields);
    this.options.onEnd?.(relay, outcome, reason);
  }

  async #fail(relay: Relay, hold: RelayHold, error: unknown): Promise<void> {
    const why = errorText(error);
    try {
      await sayNotMailed(this.#parts, relay, hold, why);
    } catch (another) {
      logger.warn("Saying so in {issueKey} failed, too: {why}.", {
        issueKey: relay.issue.key,
        why: errorText(another),
      });
    }
    await this.#finish(relay, "failed", why);
  }

  async #afterError(relay: Relay, hold: RelayHold, error: unknown): Promise<void> {
    const { state, clock } = this.#parts;
    const now = clock.now();
    const later = (notBefore: number, countAttempt: boolean) =>
      state.releaseRelay(relay.id, { notBefore, countAttempt, error: errorText(error) });
    if (error instanceof EffectInDoubt) {
      logger.warn(
        "Whether {what} of {issueKey} was mailed is not known yet; it is looked up before anything is repeated.",
        {
          what: nameOf(relay),
          issueKey: relay.issue.key,
        },
      );
      return await later(error.until, false);
    }
    const asked = classify(error);
    const scope = "destination" in asked && asked.destination === "graph" ? hold.mailbox : "";
    switch (asked.kind) {
      case "state":
        throw error;
      case "aborted":
        return await later(now, false);
      case "throttled":
        return await later(this.destinations.throttle(asked.destination, scope, asked.afterMs), false);
      case "pause":
        await this.#pause(asked, scope, error);
        return await later(now + BLOCKED_MS, false);
      case "transient":
        if (relay.attempts + 1 >= RETRY_BUDGET) return await this.#fail(relay, hold, error);
        return await later(now + (asked.afterMs ?? backoffMs(relay.attempts + 1, Math.random())), true);
      case "fault":
        return await this.#fail(relay, hold, error);
    }
  }

  /** What is paused already is probed by the worker, at its own pace. */
  async #pause(
    { destination, reason }: { readonly destination: Destination; readonly reason: "down" | "credentials" },
    scope: string,
    error: unknown,
  ): Promise<void> {
    if (this.destinations.blockedUntil(destination, scope) !== null) return;
    await this.destinations.pause(destination, scope, reason, error);
  }

  async #sleep(stop: AbortSignal, until: number): Promise<void> {
    const { clock } = this.#parts;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await clock.sleep(Math.max(20, until - clock.now()), AbortSignal.any([stop, woken.signal]));
    this.#wake = null;
  }
}

function relayParts(parts: Parts): RelayParts {
  return { ...parts, places: new RelayPlaces(parts.jira, parts.clock, everyTarget(parts.settings)) };
}

/** Stores what is to be mailed of one issue; whoever relays finds it in the state. */
export async function noticeIssue(parts: Parts, issue: string, signal: AbortSignal): Promise<void> {
  await new Noticing(relayParts(parts)).lookAtIssue(issue, signal);
}

function nameOf({ kind, subjectId }: Relay): string {
  return kind === "comment"
    ? `comment ${subjectId}`
    : `the notice that it was ${kind === "resolved" ? "resolved" : "opened again"}`;
}

/** The line for people who asked to see what is done (`--once`). */
export function relayLine(relay: Relay, outcome: string, reason: string): string {
  return `${outcome === "sent" ? "mailed" : outcome === "failed" ? "failed" : "not mailed"} ${relay.issue.key}  ${
    nameOf(relay)
  }: ${reason}`;
}
