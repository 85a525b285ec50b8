/**
 * The effect protocol (design §2): a row before the write, a receipt after it, and when the outcome is open, looking
 * before repeating.
 */

import type { Clock } from "../core/clock.ts";
import type { Effect, EffectKind, EffectStart, Gap, State } from "../core/state_port.ts";
import { HttpError } from "../core/errors.ts";
import { classify, provesNotExecuted } from "./classify.ts";

/** One outside write, described so that it can be found again. */
export interface EffectPlan<R> {
  /** Idempotency key; the write carries it, or {@link carried} what else tells it from others. */
  readonly key: string;
  readonly kind: EffectKind;
  readonly scope?: string;
  /** Of its scope; `ScopeLimitError` when it is reached. */
  readonly limit?: EffectStart["limit"];
  readonly carried: unknown;
  write(signal: AbortSignal): Promise<R>;
  /**
   * Looks whether the write took effect: its receipt, or `null` for "absent". Must throw when the answer cannot be
   * trusted (anonymous, throttled, incomplete): a pause never counts as "absent".
   */
  look(effect: Effect, signal: AbortSignal): Promise<R | null>;
  /** Whether what was found is all that was written; a part is believed to be all only when "absent" would be. */
  isWhole?(found: R): boolean;
  /** Repeating it changes nothing (a watcher): no look-up, no waiting. */
  readonly idempotent?: boolean;
  /** Milliseconds after a doubtful write from which "absent" is believed; default the engine's. */
  readonly settleMs?: number;
  /** What a second write's clear refusal means: default "look once more"; for `send`: it had been sent. */
  readonly refusedAgain?: R;
}

/** The outcome of an effect is open: come back at `until`. Not an error of anybody, not a counted attempt. */
export class EffectInDoubt extends Error {
  override readonly name = "EffectInDoubt";
  /** The cause went wrong with looking, not with writing. */
  readonly looked: boolean;
  constructor(readonly key: string, readonly until: number, options: ErrorOptions & { looked?: boolean } = {}) {
    super(`The outcome of "${key}" is not known yet`, options);
    this.looked = options.looked ?? false;
  }
}

/** A write that decided, before anything was sent, that it must not be: its row goes, and this is thrown on. */
export class NothingWritten extends Error {
  override readonly name = "NothingWritten";
}

export interface EffectEngineOptions {
  readonly state: State;
  readonly clock: Clock;
  /** `RECONCILE_DELAY_SECONDS`, milliseconds. */
  readonly reconcileDelayMs: number;
  /** Throws unless the destination of effects of this kind still answers us as ourselves. */
  readonly proveIdentity: (kind: EffectKind, signal: AbortSignal) => Promise<void>;
}

/** The part of a worker's hold on a delivery that effects need. */
export interface Hold {
  readonly deliveryId: number;
  /** Set for the effects of a relay; `deliveryId` does not count then. */
  readonly relayId?: number;
  /** Aborted when the lease is lost or the program must end. */
  readonly signal: AbortSignal;
  /** Set if the delivery may have been handled in the gap that a restore made. */
  gap?: Gap | null;
  /** Makes sure that enough of the lease is left for one write; throws when it is lost. */
  ensure(): Promise<void>;
}

export class EffectEngine {
  constructor(private readonly options: EffectEngineOptions) {}

  /** Performs the write once, or finds that it was performed; returns its receipt. */
  async perform<R>(hold: Hold, plan: EffectPlan<R>): Promise<R> {
    const { state } = this.options;
    const existing = await state.effect(plan.key);
    if (existing?.status === "done") return existing.receipt as R;
    if (existing !== null && plan.idempotent !== true) {
      const found = await this.#reconcile(hold, plan, existing);
      if (found !== null) return found;
    }
    return await this.#write(hold, plan);
  }

  /** Looks for a write in doubt. `null`: it is absent, and long enough so to be repeated. */
  async #reconcile<R>(hold: Hold, plan: EffectPlan<R>, effect: Effect): Promise<R | null> {
    const { state, clock, proveIdentity } = this.options;
    const settleMs = plan.settleMs ?? this.options.reconcileDelayMs;
    if (effect.doubtfulAt === null) await state.doubtEffect(plan.key, clock.now());
    // What a look tells is as old as its beginning.
    const asked = clock.now();
    let found: R | null;
    try {
      await proveIdentity(plan.kind, hold.signal);
      found = await plan.look(effect, hold.signal);
    } catch (error) {
      throw blindLook(plan.key, error, clock.now(), effect.doubtfulAt ?? asked);
    }
    if (found !== null && (plan.isWhole?.(found) ?? true)) {
      await state.finishEffect(plan.key, found);
      return found;
    }
    const looked = await state.emptyLook(plan.key, asked);
    const doubtfulAt = looked.doubtfulAt ?? asked;
    if (looked.emptyLooks >= 2 && asked >= doubtfulAt + settleMs) {
      if (found !== null) await state.finishEffect(plan.key, found);
      return found;
    }
    const now = clock.now();
    throw new EffectInDoubt(plan.key, nextLook(now, doubtfulAt, settleMs));
  }

  async #write<R>(hold: Hold, plan: EffectPlan<R>): Promise<R> {
    const { state, clock } = this.options;
    await hold.ensure();
    const row = await state.startEffect({
      key: plan.key,
      deliveryId: hold.deliveryId,
      ...(hold.relayId === undefined ? {} : { relayId: hold.relayId }),
      kind: plan.kind,
      carried: plan.carried,
      ...(plan.scope === undefined ? {} : { scope: plan.scope }),
      ...(plan.limit === undefined ? {} : { limit: plan.limit }),
    });
    const firstTry = row.writes <= 1;
    let receipt: R;
    try {
      receipt = await plan.write(hold.signal);
    } catch (error) {
      if (error instanceof NothingWritten) {
        await state.dropEffect(plan.key);
        throw error;
      }
      if (plan.idempotent === true || provesNotExecuted(error, firstTry)) {
        if (firstTry || plan.idempotent === true) await state.dropEffect(plan.key);
        else await state.doubtEffect(plan.key, row.doubtfulAt ?? clock.now());
        throw error;
      }
      if (!firstTry && isClearRefusal(error)) return await this.#afterSecondRefusal(hold, plan, row, error);
      const now = clock.now();
      await state.doubtEffect(plan.key, now);
      throw new EffectInDoubt(plan.key, nextLook(now, now, plan.settleMs ?? this.options.reconcileDelayMs), {
        cause: error,
      });
    }
    await state.finishEffect(plan.key, receipt);
    return receipt;
  }

  /** A repeated write was refused: the first may have arrived meanwhile, or the request itself is at fault. */
  async #afterSecondRefusal<R>(hold: Hold, plan: EffectPlan<R>, effect: Effect, error: unknown): Promise<R> {
    const receipt = plan.refusedAgain ?? await plan.look(effect, hold.signal);
    if (receipt !== null) {
      await this.options.state.finishEffect(plan.key, receipt);
      return receipt;
    }
    await this.options.state.dropEffect(plan.key);
    throw error;
  }
}

/** How long a doubt is borne without counting what goes wrong with its look-ups. */
const BLIND_MS = 24 * 60 * 60 * 1000;

/**
 * A look-up that failed for a passing reason is no attempt at the mail: given up now, it would be called failed although
 * its write may have worked. Looks again after half the time of the doubt, at least a second, at most ten minutes.
 */
function blindLook(key: string, error: unknown, now: number, doubtfulAt: number): unknown {
  if (classify(error).kind !== "transient" || now - doubtfulAt > BLIND_MS) return error;
  return new EffectInDoubt(key, now + Math.min(600_000, Math.max(1_000, (now - doubtfulAt) / 2)), {
    cause: error,
    looked: true,
  });
}

/** Looks early (most lost answers belong to writes that worked), then less often, and once when "absent" may be believed. */
function nextLook(now: number, doubtfulAt: number, settleMs: number): number {
  const settled = doubtfulAt + settleMs;
  if (now >= settled) return now + Math.min(1_000, settleMs);
  return Math.min(settled, now + Math.max(500, Math.min(now - doubtfulAt, settleMs / 2)));
}

function isClearRefusal(error: unknown): boolean {
  return error instanceof HttpError && error.status >= 400 && error.status < 500 && provesNotExecuted(error, true);
}
