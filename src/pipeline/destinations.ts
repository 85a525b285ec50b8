/** Which destinations can be used now: throttles and pauses, said once, ended by a probe. */

import type { Clock } from "../core/clock.ts";
import { isoTime } from "../core/clock.ts";
import { type Destination, DESTINATION_NAMES, errorText } from "../core/errors.ts";
import type { State } from "../core/state_port.ts";
import type { PipelineLog } from "./context.ts";

interface Closed {
  readonly destination: Destination;
  /** Mailbox for Graph, else empty. */
  readonly scope: string;
  readonly reason: "down" | "credentials";
  readonly error: unknown;
  readonly failures: number;
  readonly until: number;
}

export interface DestinationsOptions {
  readonly state: State;
  readonly clock: Clock;
  readonly log: PipelineLog;
  /** One cheap request that shows whether the destination answers us as ourselves; throws if not. */
  probe(destination: Destination, scope: string, signal: AbortSignal): Promise<void>;
}

const FIRST_PROBE_MS = 1_000;
const MAX_PROBE_MS = 60_000;
/** A throttle without a Retry-After. */
const THROTTLE_MS = 5_000;

export class Destinations {
  #closed = new Map<string, Closed>();
  #throttledUntil = new Map<string, number>();
  constructor(private readonly options: DestinationsOptions) {}

  /** Nobody uses the destination before this time. Returns it. */
  throttle(destination: Destination, scope: string, afterMs: number | null): number {
    const until = this.options.clock.now() + (afterMs ?? THROTTLE_MS);
    const name = nameOf(destination, scope);
    this.#throttledUntil.set(name, Math.max(until, this.#throttledUntil.get(name) ?? 0));
    return until;
  }

  async pause(destination: Destination, scope: string, reason: Closed["reason"], error: unknown): Promise<void> {
    const { clock, state, log } = this.options;
    const name = nameOf(destination, scope);
    const closed = this.#closed.get(name);
    if (closed !== undefined && closed.until > clock.now()) {
      // What was under way when it was paused fails, too: the time of the probe stays.
      this.#closed.set(name, { ...closed, reason, error });
      return;
    }
    const failures = (closed?.failures ?? 0) + 1;
    const wait = Math.min(MAX_PROBE_MS, FIRST_PROBE_MS * 2 ** Math.min(failures - 1, 10));
    this.#closed.set(name, { destination, scope, reason, error, failures, until: clock.now() + wait });
    if (closed !== undefined) return;
    const why = errorText(error);
    await state.setPause({ destination, scope, since: isoTime(clock.now()), reason: why });
    log.error(
      `Paused {destination}${
        scope === "" ? "" : " for {mailbox}"
      }: {why}. Mail waits, nothing is lost; trying again by itself.`,
      { destination: DESTINATION_NAMES[destination], mailbox: scope, why },
    );
  }

  /** Whether the destination answers us as ourselves right now. */
  async answers(destination: Destination, scope: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.options.probe(destination, scope, signal);
      return true;
    } catch {
      return false;
    }
  }

  /** Probes what is paused and due. */
  async probe(signal: AbortSignal): Promise<void> {
    const now = this.options.clock.now();
    for (const closed of [...this.#closed.values()].filter(({ until }) => until <= now)) {
      try {
        await this.options.probe(closed.destination, closed.scope, signal);
      } catch (error) {
        if (signal.aborted) return;
        await this.pause(closed.destination, closed.scope, closed.reason, error);
        continue;
      }
      this.#closed.delete(nameOf(closed.destination, closed.scope));
      await this.options.state.clearPause(closed.destination, closed.scope);
      this.options.log.info(`Resumed {destination}${closed.scope === "" ? "" : " for {mailbox}"}.`, {
        destination: DESTINATION_NAMES[closed.destination],
        mailbox: closed.scope,
      });
    }
  }

  /** The mailboxes that can be worked on now: Jira and Entra ID must be open, and each mailbox itself. */
  usable(mailboxes: readonly string[]): string[] {
    const blocked = (destination: Destination, scope: string) => this.blockedUntil(destination, scope) !== null;
    if (blocked("jira", "") || blocked("entra", "") || blocked("graph", "")) return [];
    return mailboxes.filter((mailbox) => !blocked("graph", mailbox));
  }

  /** `null`: open. */
  blockedUntil(destination: Destination, scope: string): number | null {
    const name = nameOf(destination, scope);
    const closed = this.#closed.get(name)?.until;
    const throttled = this.#throttledUntil.get(name) ?? 0;
    if (closed !== undefined) return Math.max(closed, throttled);
    return throttled > this.options.clock.now() ? throttled : null;
  }

  /** When something blocked is to be tried again; `null` if nothing is. */
  nextTry(): number | null {
    const now = this.options.clock.now();
    const times = [
      ...[...this.#closed.values()].map(({ until }) => until),
      ...[...this.#throttledUntil.values()].filter((until) => until > now),
    ];
    return times.length === 0 ? null : Math.min(...times);
  }

  /** The paused destinations with their errors, credentials first: what a one-shot command ends with. */
  paused(): readonly {
    readonly destination: Destination;
    /** Mailbox for Graph, else empty. */
    readonly scope: string;
    readonly reason: "down" | "credentials";
    readonly error: unknown;
  }[] {
    return [...this.#closed.values()].sort((a, b) => a.reason.localeCompare(b.reason));
  }
}

function nameOf(destination: Destination, scope: string): string {
  return `${destination}|${scope}`;
}
