/** What is to happen a while later, unless the run is over by then. */

export class Timers {
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  after(ms: number, action: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  /** Nothing of it happens any more. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
