/** The only place where an answer that is not a success becomes an error. */

import { type Destination, HttpError, NetworkError, SchemaError } from "../core/errors.ts";
import type { HttpAnswer, HttpRequest } from "../core/http_port.ts";
import { credentialTrap } from "./credential_trap.ts";
import { pathOf } from "./network_error.ts";
import { remedyFor } from "./remedies.ts";
import { retryAfterOf } from "./retry_after.ts";
import { vendorWords } from "./vendor_words.ts";

/** What an error must know of the request; `headers` to see whether a credential was sent. */
export type ErrorRequest = Pick<HttpRequest, "destination" | "method" | "url" | "headers">;

/** Makes the error of an answer; the status may also be a 2xx or 3xx that should not have been. */
export function httpErrorFrom(request: ErrorRequest, answer: HttpAnswer, nowMs: number): HttpError {
  const { destination, method } = request;
  const words = vendorWords(destination, answer);
  const trap = credentialTrap(request, answer);
  return new HttpError({
    destination,
    method,
    path: pathOf(request.url),
    status: answer.status,
    code: words.code,
    vendorMessage: words.message,
    fieldErrors: words.fieldErrors,
    retryAfterMs: retryAfterOf(answer.status, answer.headers, nowMs),
    requestId: requestIdOf(answer) ?? words.requestId,
    credentialsRefused: trap !== null,
    remedy: trap ?? remedyFor(destination, answer, words.code),
  });
}

/**
 * Throws `HttpError` unless the answer is a 2xx given to the account whose credential we sent: Jira answers a refused
 * credential as it answers strangers, with 200 and nothing, or with its login page.
 */
export function ensureSuccess(request: ErrorRequest, answer: HttpAnswer, nowMs: number): void {
  const success = answer.status >= 200 && answer.status < 300;
  if (!success || credentialTrap(request, answer) !== null) throw httpErrorFrom(request, answer, nowMs);
}

/**
 * The JSON of a 2xx. Throws `NetworkError` ("reset": for a write the outcome is unknown) when it cannot be read, and
 * `SchemaError` when it is neither object nor array.
 */
export function jsonOf(answer: HttpAnswer, destination: Destination, path: string, method = "GET"): unknown {
  let value: unknown;
  try {
    value = JSON.parse(answer.text);
  } catch {
    const what = answer.text === "" ? "an empty body" : `${answer.headers.get("content-type") ?? "something"}, no JSON`;
    throw new NetworkError(destination, method, path, "reset", `answered ${answer.status} with ${what}`);
  }
  if (typeof value === "object" && value !== null) return value;
  throw new SchemaError(destination, path, `expected an object, got ${value === null ? "null" : typeof value}`);
}

function requestIdOf({ headers }: HttpAnswer): string | undefined {
  for (const name of ["request-id", "x-ms-request-id", "x-arequestid", "atl-traceid", "x-request-id"]) {
    const id = headers.get(name);
    if (id !== null) return id.slice(0, 100);
  }
  return undefined;
}
