/**
 * What happened, as classes. What to do about it is decided in one place (`pipeline/classify.ts`).
 * Messages: what was tried, colon, what came back. Never a secret, a body, a subject or a query string.
 */

/** One thing wrong with the configuration or the command line. */
export interface ConfigProblem {
  /** The variable or option, e.g. `JIRA_PLATFORM_URL`. */
  readonly name: string;
  /** What is wrong and what was expected, one sentence without a full stop. Never a secret value. */
  readonly problem: string;
}

/** Wrong usage or configuration: every problem at once; exit code 2. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map(({ name, problem }) => `${name}: ${problem}`).join("\n"));
  }
}

/** Who answered, or should have. */
export type Destination = "entra" | "graph" | "jira";

export interface HttpErrorInit {
  readonly destination: Destination;
  readonly method: string;
  /** Path without host, query and credentials. */
  readonly path: string;
  readonly status: number;
  /** The vendor's error code, e.g. `ErrorItemNotFound`, `AADSTS7000215`; empty if none. */
  readonly code: string;
  /** The vendor's own words, shortened, on one line; empty if none. */
  readonly vendorMessage: string;
  /** Jira's `errors` object: field → text. */
  readonly fieldErrors?: Readonly<Record<string, string>>;
  /** How long the vendor asks us to wait, if it says so. */
  readonly retryAfterMs?: number | undefined;
  readonly requestId?: string | undefined;
  /** Set when the answer itself shows that the credential was not accepted (Jira: anonymous, CAPTCHA; Entra: invalid_client). */
  readonly credentialsRefused?: boolean;
  /** What the user should do, one sentence; added to the message. */
  readonly remedy?: string | undefined;
}

/** An answer that is not a success. The only place that makes it is `http/errors.ts` (and the adapters' wrappers of it). */
export class HttpError extends Error {
  override readonly name: string = "HttpError";
  readonly destination: Destination;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: string;
  readonly vendorMessage: string;
  readonly fieldErrors: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  readonly credentialsRefused: boolean;
  readonly remedy: string | undefined;
  constructor(init: HttpErrorInit) {
    const words = [init.code, init.vendorMessage].filter((part) => part !== "").join(" ");
    super(
      `${init.method} ${init.path} on ${DESTINATION_NAMES[init.destination]}: answered ${init.status}` +
        (words === "" ? "" : ` (${words})`) + (init.remedy === undefined ? "" : `. ${init.remedy}`),
    );
    this.destination = init.destination;
    this.method = init.method;
    this.path = init.path;
    this.status = init.status;
    this.code = init.code;
    this.vendorMessage = init.vendorMessage;
    this.fieldErrors = init.fieldErrors ?? {};
    this.retryAfterMs = init.retryAfterMs;
    this.requestId = init.requestId;
    this.credentialsRefused = init.credentialsRefused ?? false;
    this.remedy = init.remedy;
  }
}

/** Names of the destinations in messages for people. */
export const DESTINATION_NAMES: Readonly<Record<Destination, string>> = {
  entra: "Entra ID",
  graph: "Microsoft Graph",
  jira: "Jira",
};

/** Nobody answered, or the answer broke off: the outcome of a write is unknown. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  constructor(
    readonly destination: Destination,
    readonly method: string,
    readonly path: string,
    /** `refused`, `timeout` (we gave up), `reset` (connection broke, or an unreadable 2xx), `tls`, `dns`, `aborted` (we stopped it). */
    readonly reason: "refused" | "timeout" | "reset" | "tls" | "dns" | "aborted",
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${method} ${path} on ${DESTINATION_NAMES[destination]}: ${detail}`, options);
  }
}

/** An answer of success whose body is not what the vendor promises. Type names and paths only, never values. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
  constructor(readonly destination: Destination, readonly path: string, detail: string, options?: ErrorOptions) {
    super(`Answer of ${path} on ${DESTINATION_NAMES[destination]}: ${detail}`, options);
  }
}

/** Credentials that no retry can mend: exit code 3 at start, a pause later. `message` says what to click. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
  constructor(readonly destination: Destination, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The state file cannot be used: missing rights, locked, foreign, newer. */
export class StateError extends Error {
  override readonly name = "StateError";
  constructor(
    message: string,
    /** `busy` and `full` are temporary (exit 75); the others are configuration (exit 2). */
    readonly kind: "readonly" | "busy" | "foreign" | "newer" | "corrupt" | "full",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The delivery is not ours any more: its lease ended and another run may work on it. Stop, write nothing, say nothing. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
  constructor(readonly deliveryId: number, tried: string) {
    super(`${tried} of delivery ${deliveryId}: its lease is over or another run holds it`);
  }
}

/** So many effects of this scope were begun within the time that none more may be (`EffectStart.limit`). */
export class ScopeLimitError extends Error {
  override readonly name = "ScopeLimitError";
  constructor(scope: string) {
    super(`The limit of ${scope.replace(/:.*/s, "")} is reached`);
  }
}

/** The text of any thrown value, for a message; never a stack. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
