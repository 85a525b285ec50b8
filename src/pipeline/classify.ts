/** What an error asks of the pipeline: one pure table. */

import {
  CredentialsError,
  type Destination,
  HttpError,
  NetworkError,
  SchemaError,
  StateError,
} from "../core/errors.ts";

export type Disposition =
  /** The vendor asks us to wait; the attempt does not count. `afterMs` null: it did not say how long. */
  | { readonly kind: "throttled"; readonly destination: Destination; readonly afterMs: number | null }
  /** May pass by itself; counts, unless a probe shows that the destination as a whole is down. */
  | { readonly kind: "transient"; readonly destination: Destination; readonly afterMs: number | null }
  /** Nobody answers there, or our credentials are not accepted: pause the destination, burn nobody's attempts. */
  | { readonly kind: "pause"; readonly destination: Destination; readonly reason: "down" | "credentials" }
  /** This one mail is at fault (or what it is about): degrade, then `failed`. */
  | { readonly kind: "fault" }
  /** The state itself cannot be written: nothing may go on. */
  | { readonly kind: "state" }
  /** We stopped it ourselves. */
  | { readonly kind: "aborted" };

/** The verdict on any error of a step. */
export function classify(error: unknown): Disposition {
  if (error instanceof CredentialsError) {
    return { kind: "pause", destination: error.destination, reason: "credentials" };
  }
  if (error instanceof StateError) return { kind: "state" };
  if (error instanceof SchemaError) return { kind: "transient", destination: error.destination, afterMs: null };
  if (error instanceof NetworkError) return ofNetwork(error);
  if (error instanceof HttpError) return ofAnswer(error);
  if (error instanceof DOMException && error.name === "AbortError") return { kind: "aborted" };
  return { kind: "fault" };
}

function ofNetwork(error: NetworkError): Disposition {
  switch (error.reason) {
    case "aborted":
      return { kind: "aborted" };
    case "refused":
    case "dns":
    case "tls":
      return { kind: "pause", destination: error.destination, reason: "down" };
    default:
      return { kind: "transient", destination: error.destination, afterMs: null };
  }
}

/** Not this mail's fault: the whole mailbox is closed to us, or not there. */
const CLOSED_MAILBOX =
  /^(ErrorAccessDenied|Authorization_RequestDenied|ErrorInvalidUser|Request_ResourceNotFound|MailboxNotEnabledForRESTAPI|ResourceNotFound|ErrorSendAsDenied)$/i;

/** Exchange is moving the mailbox, whatever the status says: it passes. */
const MOVING_MAILBOX = /^ErrorMailboxMoveInProgress$/i;

function ofAnswer(error: HttpError): Disposition {
  const { destination, status } = error;
  const afterMs = error.retryAfterMs ?? null;
  if (destination === "graph" && MOVING_MAILBOX.test(error.code)) return { kind: "transient", destination, afterMs };
  const closedMailbox = destination === "graph" && CLOSED_MAILBOX.test(error.code);
  if (error.credentialsRefused || closedMailbox || (status === 401 && destination !== "jira")) {
    return { kind: "pause", destination, reason: "credentials" };
  }
  if (status === 429 || status === 509) return { kind: "throttled", destination, afterMs };
  if (status === 503 && afterMs !== null) return { kind: "throttled", destination, afterMs };
  if (status === 401) return { kind: "pause", destination, reason: "credentials" };
  if (
    status === 408 || status === 409 || status === 412 || status === 423 || status === 425 || status === 499 ||
    status >= 500
  ) {
    return { kind: "transient", destination, afterMs };
  }
  // A page of HTML or a redirect where JSON was asked for: a proxy or a login page in between, not a verdict on the mail.
  if (status >= 300 && status < 400) return { kind: "transient", destination, afterMs };
  return { kind: "fault" };
}

/**
 * Whether an error of a write says clearly that nothing was executed (design §2). `firstTry`: no earlier write of the
 * same effect may still be on its way; on a later try such an answer can be the echo of the first.
 */
export function provesNotExecuted(error: unknown, firstTry: boolean): boolean {
  if (error instanceof CredentialsError) return true;
  // The connection was never made, so no byte of the request was sent.
  if (error instanceof NetworkError) {
    return error.reason === "refused" || error.reason === "dns" || error.reason === "tls";
  }
  if (!(error instanceof HttpError)) return false;
  if (error.status === 429) return true;
  return firstTry && NOT_EXECUTED.has(error.status);
}

const NOT_EXECUTED = new Set([400, 401, 403, 404, 413, 422]);

/** Waiting before the next counted attempt, milliseconds: doubling from 2 s to 10 minutes, with jitter ×0.5–1. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(600_000, 2_000 * 2 ** Math.max(0, attempt - 1));
  return Math.round(full * (0.5 + random / 2));
}

/** Counted attempts before a mail goes to `failed`. */
export const RETRY_BUDGET = 6;
