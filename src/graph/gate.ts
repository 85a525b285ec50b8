/** Exchange answers the fifth request at once to a mailbox with 429 (`MailboxConcurrency`): we wait on our side instead. */

/** Lets at most `capacity` holders in at once; the others wait in their order. */
export class Gate {
  #capacity: number;
  #held = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many are inside. */
  get held(): number {
    return this.#held;
  }

  /** Resolves when there is room; call the result once to leave. Throws the signal's reason when it is aborted first. */
  async enter(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#held >= this.#capacity || this.#waiting.length > 0) await this.#queue(signal);
    else this.#held++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#held--;
      this.#admit();
    };
  }

  /** From now on; whoever is inside stays inside. */
  setCapacity(capacity: number): void {
    this.#capacity = capacity;
    this.#admit();
  }

  #queue(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(admit), 1);
        reject(signal?.reason);
      };
      this.#waiting.push(admit);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  #admit(): void {
    while (this.#held < this.#capacity && this.#waiting.length > 0) {
      this.#held++;
      this.#waiting.shift()!();
    }
  }
}

/** Graph's limit of requests at once, per app and mailbox. */
export const MAILBOX_CONCURRENCY = 4;

/** One gate per mailbox. */
export class Gates {
  readonly #gates = new Map<string, Gate>();

  of(mailbox: string): Gate {
    const name = mailbox.trim().toLowerCase();
    const gate = this.#gates.get(name) ?? new Gate(MAILBOX_CONCURRENCY);
    this.#gates.set(name, gate);
    return gate;
  }
}

/** Passes a stream through and calls `leave` when it has ended, failed, been cancelled, or the signal was aborted. */
export function leaveAfter(
  source: ReadableStream<Uint8Array>,
  leave: () => void,
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  const done = () => {
    signal?.removeEventListener("abort", done);
    leave();
  };
  signal?.addEventListener("abort", done, { once: true });
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const chunk = await reader.read();
        if (!chunk.done) return controller.enqueue(chunk.value);
        done();
        controller.close();
      } catch (error) {
        done();
        controller.error(error);
      }
    },
    async cancel(reason) {
      await reader.cancel(reason).catch(() => {});
      done();
    },
  }, { highWaterMark: 0 });
}
