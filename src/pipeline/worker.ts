/** Takes deliveries, keeps their leases, and turns every error into what it asks for. */

import { errorText, LeaseLostError } from "../core/errors.ts";
import type { Delivery, Finish, Release } from "../core/state_port.ts";
import { backoffMs, classify, RETRY_BUDGET } from "./classify.ts";
import type { Parts, StepHold } from "./context.ts";
import type { Destinations } from "./destinations.ts";
import { EffectInDoubt } from "./effects.ts";
import { processDelivery } from "./process.ts";

export interface WorkerOptions {
  readonly mailboxes: readonly string[];
  /** Deliveries worked on at once. */
  readonly concurrency: number;
  readonly random: () => number;
  /** Told each end of a delivery, for people to see. */
  readonly onEnd?: (delivery: Delivery, finish: Finish) => void;
  /** Within which an attempt at a delivery is made (tracing). */
  readonly around?: (delivery: Delivery, work: () => Promise<void>) => Promise<void>;
  /** Time until leases are over, and before a write; milliseconds. */
  readonly leaseMs?: number;
}

const LEASE_MS = 120_000;
/** Of the lease that must be left before a write: the request's own timeout and a margin (design §2). */
const WRITE_SHARE = 70 / 120;
/** How long the worker sleeps at most before it looks again. */
const MAX_SLEEP_MS = 1_000;

interface Held {
  readonly delivery: Delivery;
  readonly controller: AbortController;
  /** The program is ending: the delivery goes back, its lease is not lost. */
  readonly abandoned: () => boolean;
  leasedUntil: number;
}

export class Worker {
  #held = new Map<number, Held>();
  #running = new Set<Promise<void>>();
  #wake: (() => void) | null = null;
  #fatal: unknown = null;
  #roundWanted = false;
  readonly #leaseMs: number;

  constructor(
    private readonly parts: Parts,
    private readonly destinations: Destinations,
    private readonly options: WorkerOptions,
  ) {
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
  }

  /** Something new was accepted: look at once. */
  wake(): void {
    this.#wake?.();
  }

  /** Works until `stop` is aborted, then lets running deliveries end until `abandon` is. Throws only if the state fails. */
  async run(stop: AbortSignal, abandon: AbortSignal): Promise<void> {
    const renewing = this.#keepLeases();
    try {
      while (!stop.aborted && this.#fatal === null) {
        const took = await this.#takeSome(abandon);
        if (!took) await this.#sleep(stop);
      }
      await this.#settleRunning(abandon);
    } finally {
      clearInterval(renewing);
    }
    if (this.#fatal !== null) throw this.#fatal;
  }

  /**
   * Works until nothing is left that becomes due within `patienceMs`, for one-shot commands. Returns how many
   * deliveries are still unfinished.
   */
  async drain(
    stop: AbortSignal,
    abandon: AbortSignal,
    patienceMs: number,
    /** Called when all that is left waits, some of it for a round of the Inbox. */
    readAgain: () => Promise<void> = () => Promise.resolve(),
  ): Promise<number> {
    const { state, clock } = this.parts;
    const renewing = this.#keepLeases();
    const until = clock.now() + patienceMs;
    try {
      while (!stop.aborted && this.#fatal === null) {
        if (await this.#takeSome(abandon)) continue;
        if (this.#running.size > 0) {
          await this.#sleep(stop);
          continue;
        }
        if (this.destinations.paused().length > 0) break;
        if (this.#roundWanted) {
          this.#roundWanted = false;
          await readAgain();
        }
        const due = await state.nextDue(this.options.mailboxes);
        // What is left may be in the hands of another process: its end is waited for, too.
        const elsewhere = due === null && await state.unfinished(this.options.mailboxes) > 0;
        if (elsewhere ? clock.now() > until : due === null || due > until) break;
        await this.#sleep(stop);
      }
      await this.#settleRunning(abandon);
    } finally {
      clearInterval(renewing);
    }
    if (this.#fatal !== null) throw this.#fatal;
    return await state.unfinished(this.options.mailboxes);
  }

  async #takeSome(abandon: AbortSignal): Promise<boolean> {
    await this.destinations.probe(abandon);
    const free = this.options.concurrency - this.#running.size;
    const mailboxes = this.destinations.usable(this.options.mailboxes);
    if (free <= 0 || mailboxes.length === 0) return false;
    const deliveries = await this.parts.state.take({ limit: free, leaseMs: this.#leaseMs, mailboxes });
    for (const delivery of deliveries) {
      const attempt = () => this.#work(delivery, abandon);
      const work = (this.options.around?.(delivery, attempt) ?? attempt())
        .catch((error) => {
          this.#fatal ??= error;
        })
        .finally(() => {
          this.#running.delete(work);
          this.wake();
        });
      this.#running.add(work);
    }
    return deliveries.length > 0;
  }

  async #work(delivery: Delivery, abandon: AbortSignal): Promise<void> {
    const { state, clock, log } = this.parts;
    const held: Held = {
      delivery,
      controller: new AbortController(),
      abandoned: () => abandon.aborted,
      leasedUntil: clock.now() + this.#leaseMs,
    };
    const stopIt = () => held.controller.abort();
    if (abandon.aborted) stopIt();
    abandon.addEventListener("abort", stopIt, { once: true });
    this.#held.set(delivery.id, held);
    const hold: StepHold = {
      deliveryId: delivery.id,
      signal: held.controller.signal,
      step: "fetch-message",
      ensure: () => this.#ensure(held),
    };
    try {
      const ending = await processDelivery(this.parts, delivery, hold);
      if ("release" in ending && ending.release.waitingFor?.startsWith("round:")) this.#roundWanted = true;
      if ("finish" in ending) await this.#finish(delivery, ending.finish);
      else await state.release(delivery.id, ending.release);
    } catch (error) {
      if (error instanceof LeaseLostError) {
        log.warn("Lost the lease on delivery {delivery}; whoever has it goes on.", { delivery: delivery.id });
        return;
      }
      const next = await this.#afterError(delivery, hold, error);
      if ("outcome" in next) await this.#finish(delivery, next);
      else await state.release(delivery.id, next);
    } finally {
      abandon.removeEventListener("abort", stopIt);
      this.#held.delete(delivery.id);
    }
  }

  async #finish(delivery: Delivery, finish: Finish): Promise<void> {
    await this.parts.state.finish(delivery.id, finish);
    const fields = {
      mailbox: delivery.mailbox,
      delivery: delivery.id,
      reason: finish.reason,
      issueKey: finish.issue?.key,
    };
    if (finish.outcome === "failed") {
      await this.parts.state.setLastError(`${finish.step}: ${finish.error}`);
      this.parts.log.error(
        "Gave up on mail {delivery} of {mailbox}: {reason}. See: o365-connect failed show {delivery}",
        fields,
      );
    } else if (finish.outcome === "filtered") {
      this.parts.log.info(`Filtered mail {delivery} of {mailbox} ({filter}): {reason}.`, {
        ...fields,
        filter: finish.filter,
      });
    } else {
      const verb = finish.outcome === "created" ? "Opened" : "Commented on";
      this.parts.log.info(`${verb} {issueKey} for mail {delivery} of {mailbox}: {reason}.`, fields);
    }
    this.options.onEnd?.(delivery, finish);
  }

  /** The one place where an error becomes a decision. */
  async #afterError(delivery: Delivery, hold: StepHold, error: unknown): Promise<Finish | Release> {
    const { clock, state, log } = this.parts;
    const now = clock.now();
    const uncounted = (notBefore: number): Release => ({
      notBefore,
      countAttempt: false,
      step: hold.step,
      error: errorText(error),
    });
    if (error instanceof EffectInDoubt) {
      log.warn(
        "Outcome of {step} for mail {delivery} is not known yet ({why}); it is looked up before anything is repeated.",
        {
          step: hold.step,
          delivery: delivery.id,
          why: error.cause === undefined ? "an earlier try ended without its answer" : errorText(error.cause),
        },
      );
      const cause = error.cause === undefined ? null : classify(error.cause);
      if (cause?.kind === "pause") {
        await this.destinations.pause(
          cause.destination,
          this.#scope(cause.destination, delivery),
          cause.reason,
          error.cause,
        );
      } else if (cause?.kind === "transient" && error.looked) {
        await this.#isDown(cause.destination, delivery, error.cause, hold);
      }
      return uncounted(error.until);
    }
    const asked = classify(error);
    switch (asked.kind) {
      case "state":
        throw error;
      case "aborted":
        return uncounted(now);
      case "throttled": {
        const until = this.destinations.throttle(
          asked.destination,
          this.#scope(asked.destination, delivery),
          asked.afterMs,
        );
        return uncounted(until);
      }
      case "pause":
        await state.setLastError(errorText(error));
        await this.destinations.pause(asked.destination, this.#scope(asked.destination, delivery), asked.reason, error);
        return uncounted(now);
      case "transient": {
        if (await this.#isDown(asked.destination, delivery, error, hold)) return uncounted(now);
        if (delivery.attempts + 1 >= RETRY_BUDGET) return this.#failed(hold, error);
        const wait = asked.afterMs ?? backoffMs(delivery.attempts + 1, this.options.random());
        return { notBefore: now + wait, countAttempt: true, step: hold.step, error: errorText(error) };
      }
      case "fault":
        return this.#failed(hold, error);
    }
  }

  #failed(hold: StepHold, error: unknown): Finish {
    return {
      outcome: "failed",
      reason: errorText(error),
      filter: null,
      issue: null,
      step: hold.step,
      error: errorText(error),
    };
  }

  /** A failure that may be everybody's: if the destination does not answer a probe either, it is paused. */
  async #isDown(
    destination: Parameters<Destinations["throttle"]>[0],
    delivery: Delivery,
    error: unknown,
    hold: StepHold,
  ): Promise<boolean> {
    const scope = this.#scope(destination, delivery);
    if (await this.destinations.answers(destination, scope, hold.signal)) return false;
    await this.destinations.pause(destination, scope, "down", error);
    return true;
  }

  #scope(destination: Parameters<Destinations["throttle"]>[0], delivery: Delivery): string {
    return destination === "graph" ? delivery.mailbox : "";
  }

  async #ensure(held: Held): Promise<void> {
    const left = held.leasedUntil - this.parts.clock.now();
    if (left < this.#leaseMs * WRITE_SHARE) await this.#renew([held]);
    if (held.abandoned()) throw new DOMException("Stopped before a write", "AbortError");
    if (held.controller.signal.aborted) throw new LeaseLostError(held.delivery.id, "Writing");
  }

  #keepLeases(): ReturnType<typeof setInterval> {
    return setInterval(() => {
      this.#renew([...this.#held.values()]).catch((error) => {
        this.#fatal ??= error;
      });
    }, this.#leaseMs / 4);
  }

  async #renew(held: readonly Held[]): Promise<void> {
    if (held.length === 0) return;
    const until = this.parts.clock.now() + this.#leaseMs;
    const kept = new Set(await this.parts.state.renew(held.map(({ delivery }) => delivery.id), this.#leaseMs));
    for (const entry of held) {
      if (kept.has(entry.delivery.id)) entry.leasedUntil = until;
      else if (this.#held.has(entry.delivery.id)) entry.controller.abort();
    }
  }

  /** Until woken, something is due, or a moment has passed. */
  async #sleep(stop: AbortSignal): Promise<void> {
    const { clock, state } = this.parts;
    const now = clock.now();
    const next = this.destinations.nextTry() ?? await state.nextDue(this.options.mailboxes) ?? now + MAX_SLEEP_MS;
    const wait = Math.min(MAX_SLEEP_MS, Math.max(20, next - now));
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await clock.sleep(wait, AbortSignal.any([stop, woken.signal]));
    this.#wake = null;
  }

  async #settleRunning(abandon: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      if (abandon.aborted) resolve();
      else abandon.addEventListener("abort", () => resolve(), { once: true });
    });
    while (this.#running.size > 0) {
      await Promise.race([Promise.allSettled(this.#running), aborted]);
      if (abandon.aborted) {
        await Promise.race([Promise.allSettled(this.#running), this.parts.clock.sleep(2_000)]);
        return;
      }
    }
  }
}
