/** Bodies that are streamed. */

/** Passes a stream through and tells when its source fails: `fetch` would report that as a broken connection. */
export function watchedStream(
  source: ReadableStream<Uint8Array>,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        failed(error);
        controller.error(error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

/**
 * A body that is streamed and yet has a Content-Length. `fetch` drops that header from a stream, but takes the length
 * of a `Blob`, whose bytes it reads from `stream()`.
 */
export function sizedBody(source: ReadableStream<Uint8Array>, size: number): Blob {
  return new StreamBlob(source, size);
}

class StreamBlob extends Blob {
  readonly #source: ReadableStream<Uint8Array>;
  readonly #size: number;
  constructor(source: ReadableStream<Uint8Array>, size: number) {
    super();
    this.#source = source;
    this.#size = size;
  }
  override get size(): number {
    return this.#size;
  }
  override stream(): ReturnType<Blob["stream"]> {
    return this.#source as ReturnType<Blob["stream"]>;
  }
}
