/** What `fetch` throws, told apart: it gives no codes, only words, and different ones in each Deno version. */

import { NetworkError } from "../core/errors.ts";
import type { HttpRequest } from "../core/http_port.ts";

type Reason = NetworkError["reason"];

const SENTENCES: Readonly<Record<Exclude<Reason, "timeout" | "aborted">, string>> = {
  refused: "could not connect",
  dns: "host name not found",
  tls: "no trusted TLS connection (a private authority goes into CA_FILE)",
  reset: "the connection broke before the answer was complete",
};

/** `fetch` on Deno 2.9 puts the detail into `cause`, on 2.4 into the message itself. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** `refused`, `dns` and `tls` mean that the request was never sent; `reset` leaves the outcome open. */
export function reasonOf(words: string): Exclude<Reason, "timeout" | "aborted"> {
  if (/dns error|failed to lookup/i.test(words)) return "dns";
  if (
    /invalid peer certificate|fatal alert|corrupt message|InvalidContentType|CA file|CaUsedAsEndEntity/i.test(words)
  ) {
    return "tls";
  }
  if (/tls handshake eof/i.test(words)) return "reset";
  return /\(Connect\)|ports? .*blocked|NotCapable|Requires net access/i.test(words) ? "refused" : "reset";
}

/** The last words of the chain ("Connection refused (os error 111)"), which hold no URL. */
function shortDetail(words: string): string {
  const inner = words.match(/client error \(\w+\): (.*)$/s)?.[1] ?? "";
  const parts = [...new Set(inner.split(": "))].filter((part) => !/https?:\/\//.test(part));
  return parts.slice(-2).join(": ").replace(/\s+/g, " ").slice(0, 200);
}

/** Path without query, which may hold a token. */
export function pathOf(url: string): string {
  try {
    return new URL(url).pathname;
  } catch {
    return "(invalid URL)";
  }
}

/** The error of a request that got no complete answer. */
export function networkErrorFrom(request: HttpRequest, error: unknown): NetworkError {
  const words = wordsOf(error);
  const reason = reasonOf(words);
  const detail = shortDetail(words);
  return networkError(request, reason, detail === "" ? SENTENCES[reason] : `${SENTENCES[reason]} (${detail})`);
}

/** A `NetworkError` about this request. */
export function networkError(
  request: Pick<HttpRequest, "destination" | "method" | "url">,
  reason: Reason,
  detail: string,
  options?: ErrorOptions,
): NetworkError {
  return new NetworkError(request.destination, request.method, pathOf(request.url), reason, detail, options);
}
