import type { Clock } from "../core/clock.ts";

/** A sleep that can be cut short, also before it has begun. */
export class Doze {
  #woken = false;
  #sleeping: AbortController | null = null;

  constructor(private readonly clock: Clock) {}

  /** Returns after `ms`, on {@link wake}, or when the signal is aborted. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#woken && !signal.aborted) {
      const sleeping = new AbortController();
      const stop = () => sleeping.abort();
      signal.addEventListener("abort", stop, { once: true });
      this.#sleeping = sleeping;
      await this.clock.sleep(ms, sleeping.signal);
      this.#sleeping = null;
      signal.removeEventListener("abort", stop);
    }
    this.#woken = false;
  }

  /** A wake-up during work is remembered for the next sleep. */
  wake(): void {
    this.#woken = true;
    this.#sleeping?.abort();
  }
}
