/** One outgoing request as data, and the one function that sends it. */

import type { Destination } from "./errors.ts";

export interface HttpRequest {
  readonly destination: Destination;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent chunked unless `contentLength` is given. */
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>;
  /** Bytes of a stream body, where the receiver refuses chunked bodies. */
  readonly contentLength?: number;
  readonly signal?: AbortSignal;
  /** Milliseconds until the answer must be complete (`read: "text"`) or begun and then flowing (`read: "stream"`). */
  readonly timeoutMs?: number;
  /** Default `text`: the body is read before `send` returns. */
  readonly read?: "text" | "stream";
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The whole body with `read: "text"`, else empty. */
  readonly text: string;
  /** The body with `read: "stream"`, else `null`. Cancel it when it is not read. */
  readonly stream: ReadableStream<Uint8Array> | null;
}

/** Sends one request, once: no retry, no redirect followed. Any status is an answer; throws only `NetworkError`. */
export interface Http {
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}
