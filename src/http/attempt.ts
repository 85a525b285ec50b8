/** One request under way: its clock, its abortion, and why it ended. */

import { NetworkError } from "../core/errors.ts";
import type { HttpRequest } from "../core/http_port.ts";
import { networkError, networkErrorFrom } from "./network_error.ts";

export class Attempt {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #why: "timeout" | "aborted" | "body" | null = null;
  #bodyError: unknown;
  /** Who waits now. One promise for the whole request would keep every chunk that was ever raced against it. */
  readonly #waiting = new Set<(reason: unknown) => void>();
  readonly #onAbort = () => this.#stop("aborted");

  constructor(private readonly request: HttpRequest, private readonly timeoutMs: number) {
    this.#startClock();
    if (request.signal?.aborted) this.#stop("aborted");
    else request.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends with the work, or rejects when we give up: on Deno 2.4 a pending `fetch` or read may outlive its signal. */
  async race<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {});
    const { promise: gaveUp, reject } = Promise.withResolvers<never>();
    this.#waiting.add(reject);
    if (this.#why !== null) reject(givenUp());
    try {
      return await Promise.race([work, gaveUp]);
    } finally {
      this.#waiting.delete(reject);
    }
  }

  /** The source of the request's body failed: nothing whole was sent. */
  bodyFailed(error: unknown): void {
    this.#bodyError = error;
    this.#stop("body");
  }

  stopClock(): void {
    clearTimeout(this.#timer);
  }

  #startClock(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stop("timeout"), this.timeoutMs);
  }

  /** Done: nothing of this request is left running. */
  end(): void {
    this.stopClock();
    this.request.signal?.removeEventListener("abort", this.#onAbort);
  }

  abandon(): void {
    this.end();
    this.#controller.abort();
  }

  #stop(why: "timeout" | "aborted" | "body"): void {
    this.#why ??= why;
    for (const reject of this.#waiting) reject(givenUp());
    this.#controller.abort();
  }

  errorFrom(error: unknown): NetworkError {
    if (error instanceof NetworkError) return error;
    switch (this.#why) {
      case "timeout":
        return networkError(this.request, "timeout", `no answer within ${this.timeoutMs / 1000} s`);
      case "aborted":
        return networkError(this.request, "aborted", "stopped by us");
      case "body":
        return networkError(this.request, "aborted", "stopped, the body to send could not be read", {
          cause: this.#bodyError,
        });
      case null:
        return networkErrorFrom(this.request, error);
    }
  }

  /** The answer's body; its errors are `NetworkError`s, and the clock runs only while somebody waits for a chunk. */
  stream(body: ReadableStream<Uint8Array> | null): ReadableStream<Uint8Array> {
    const reader = body?.getReader();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          this.#startClock();
          const { done, value } = reader === undefined
            ? { done: true, value: undefined }
            : await this.race(reader.read());
          this.stopClock();
          if (!done) return controller.enqueue(value as Uint8Array);
          this.end();
          controller.close();
        } catch (error) {
          this.abandon();
          controller.error(this.errorFrom(error));
        }
      },
      cancel: async () => {
        this.abandon();
        await reader?.cancel().catch(() => {});
      },
    }, { highWaterMark: 0 });
  }
}

function givenUp(): DOMException {
  return new DOMException("gave up", "AbortError");
}
