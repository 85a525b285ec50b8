/** How many requests run at once per mailbox, and the refusal of the fifth. */

import { GraphFault } from "./faults.ts";

/** Exchange's limit per app and mailbox. */
export const MAILBOX_CONCURRENCY = 4;

export class Concurrency {
  #running = new Map<string, number>();
  #peaks = new Map<string, number>();

  /** Counts a request in. Throws 429 `ApplicationThrottled` when too many run; the peak counts the refused one too. */
  enter(key: string): void {
    const running = (this.#running.get(key) ?? 0) + 1;
    this.#peaks.set(key, Math.max(running, this.#peaks.get(key) ?? 0));
    if (running > MAILBOX_CONCURRENCY) {
      throw new GraphFault(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", {
        "retry-after": "1",
      });
    }
    this.#running.set(key, running);
  }

  leave(key: string): void {
    this.#running.set(key, Math.max(0, (this.#running.get(key) ?? 0) - 1));
  }

  /** The most requests that were ever asked for at once, over all keys that begin like this. */
  peak(prefix: string): number {
    return Math.max(0, ...[...this.#peaks].filter(([key]) => key.startsWith(prefix)).map(([, peak]) => peak));
  }

  resetPeaks(): void {
    this.#peaks.clear();
  }
}
