/** How many requests are under way at once, and how fast one issue is written to. */

import type { Clock } from "../core/clock.ts";

/** First come, first served. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#free = Math.max(1, limit);
  }

  /** Resolves when there is room; call the result once to leave. Rejects with the signal's reason. */
  async enter(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#leave();
    };
  }

  #turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.#waiting.push(go);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}

/**
 * Cloud refuses more than 20 writes to one issue in 2 s and 100 in 30 s (429, `jira-per-issue-on-write`). The windows
 * are a little longer here, because what counts is when the requests arrive.
 */
const WINDOWS = [{ writes: 20, ms: 2_200 }, { writes: 100, ms: 31_000 }] as const;
const LONGEST_MS = WINDOWS[1].ms;
const MAX_ISSUES = 500;

export class IssuePace {
  /** Issue → when its last writes began or will begin, milliseconds, oldest first. */
  readonly #writes = new Map<string, number[]>();

  constructor(private readonly clock: Clock) {}

  /** Waits until one more write to this issue is polite. Rejects with the signal's reason. */
  async turn(issue: string, signal?: AbortSignal): Promise<void> {
    const now = this.clock.now();
    if (this.#writes.size > MAX_ISSUES) this.#forget(now);
    const times = (this.#writes.get(issue) ?? []).filter((at) => at > now - LONGEST_MS);
    const starts = WINDOWS.map(({ writes, ms }) => (times.at(-writes) ?? -Infinity) + ms);
    const start = Math.max(now, ...starts);
    times.push(start);
    this.#writes.set(issue, times);
    if (start > now) await this.clock.sleep(start - now, signal);
    signal?.throwIfAborted();
  }

  #forget(now: number): void {
    for (const [issue, times] of this.#writes) {
      if ((times.at(-1) ?? 0) <= now - LONGEST_MS) this.#writes.delete(issue);
    }
  }
}
