/**
 * The effect protocol (design §2): a row before the write, a receipt after it, and when the outcome is open, looking
 * before repeating.
 */

import type { Clock } from "../core/clock.ts";
import type { Effect, EffectKind, State } from "../core/state_port.ts";
import { HttpError } from "../core/errors.ts";
import { provesNotExecuted } from "./classify.ts";

/** One outside write, described so that it can be found again. */
export interface EffectPlan<R> {
  /** Idempotency key; the write carries it, or {@link carried} what else tells it from others. */
  readonly key: string;
  readonly kind: EffectKind;
  readonly scope?: string;
  readonly carried: unknown;
  write(signal: AbortSignal): Promise<R>;
  /**
   * Looks whether the write took effect: its receipt, or `null` for "absent". Must throw when the answer cannot be
   * trusted (anonymous, throttled, incomplete): a pause never counts as "absent".
   */
  look(effect: Effect, signal: AbortSignal): Promise<R | null>;
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
  constructor(readonly key: string, readonly until: number, options?: ErrorOptions) {
    super(`The outcome of "${key}" is not known yet`, options);
  }
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
  /** Aborted when the lease is lost or the program must end. */
  readonly signal: AbortSignal;
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
    await proveIdentity(plan.kind, hold.signal);
    const found = await plan.look(effect, hold.signal);
    if (found !== null) {
      await state.finishEffect(plan.key, found);
      return found;
    }
    const now = clock.now();
    const looked = await state.emptyLook(plan.key, now);
    const doubtfulAt = looked.doubtfulAt ?? now;
    if (looked.emptyLooks >= 2 && now >= doubtfulAt + settleMs) return null;
    throw new EffectInDoubt(plan.key, nextLook(now, doubtfulAt, settleMs));
  }

  async #write<R>(hold: Hold, plan: EffectPlan<R>): Promise<R> {
    const { state, clock } = this.options;
    await hold.ensure();
    const row = await state.startEffect({
      key: plan.key,
      deliveryId: hold.deliveryId,
      kind: plan.kind,
      carried: plan.carried,
      ...(plan.scope === undefined ? {} : { scope: plan.scope }),
    });
    const firstTry = row.writes <= 1;
    let receipt: R;
    try {
      receipt = await plan.write(hold.signal);
    } catch (error) {
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

/** Looks early (most lost answers belong to writes that worked), then less often, and once when "absent" may be believed. */
function nextLook(now: number, doubtfulAt: number, settleMs: number): number {
  const settled = doubtfulAt + settleMs;
  if (now >= settled) return now + Math.min(1_000, settleMs);
  return Math.min(settled, now + Math.max(500, Math.min(now - doubtfulAt, settleMs / 2)));
}

function isClearRefusal(error: unknown): boolean {
  return error instanceof HttpError && error.status >= 400 && error.status < 500 && provesNotExecuted(error, true);
}
