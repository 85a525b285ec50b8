/** Requests to the configured Jira: credential, headers, concurrency and pace. */

import { Buffer } from "node:buffer";
import type { Clock } from "../core/clock.ts";
import { type HttpError, NetworkError, SchemaError } from "../core/errors.ts";
import type { Http, HttpAnswer, HttpRequest } from "../core/http_port.ts";
import { ensureSuccess, httpErrorFrom, jsonOf } from "../http/errors.ts";
import { CredentialJudge } from "./credential_judge.ts";
import { isAnonymous } from "./credential_signs.ts";
import { Gate, IssuePace } from "./gate.ts";

export interface JiraTransportOptions {
  readonly kind: "cloud" | "server";
  /** Scheme, host and context path; nothing else ever gets the credential. */
  readonly baseUrl: string;
  /** With a user: Basic; `null`: Bearer. */
  readonly user: string | null;
  readonly token: string;
  readonly http: Http;
  readonly clock: Clock;
  /** Requests under way at once. */
  readonly concurrency?: number;
}

export interface JiraRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the base URL, percent-encoded, with a leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  /** Sent as JSON; `undefined` for none. */
  readonly body?: unknown;
  /** A POST that only reads (search, comment list). */
  readonly reads?: boolean;
  /** The issue that is written to, for the pace. */
  readonly issue?: string;
  readonly signal?: AbortSignal | undefined;
}

/** A request whose body or answer is a stream. */
export interface StreamRequest extends Omit<JiraRequest, "body"> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream?: ReadableStream<Uint8Array>;
  readonly contentLength?: number;
  readonly timeoutMs?: number;
  readonly read?: "text" | "stream";
}

const DEFAULT_CONCURRENCY = 8;

export class JiraTransport {
  readonly kind: "cloud" | "server";
  /** Without a slash at the end. */
  readonly base: string;
  readonly judge: CredentialJudge;
  readonly #authorization: string;
  readonly #gate: Gate;
  readonly #pace: IssuePace;

  constructor(private readonly options: JiraTransportOptions) {
    this.kind = options.kind;
    this.base = baseOf(options.baseUrl);
    this.#authorization = options.user === null
      ? `Bearer ${options.token}`
      : `Basic ${Buffer.from(`${options.user}:${options.token}`, "utf8").toString("base64")}`;
    this.#gate = new Gate(options.concurrency ?? DEFAULT_CONCURRENCY);
    this.#pace = new IssuePace(options.clock);
    const myself: JiraRequest = { method: "GET", path: this.#myselfPath };
    this.judge = new CredentialJudge({
      clock: options.clock,
      basic: options.user !== null,
      ask: () => this.#exchange(myself, this.#httpRequest(myself)),
    });
  }

  /** The answer if it is a success that was meant for us; throws `HttpError` or `NetworkError`. */
  async send(request: JiraRequest): Promise<HttpAnswer> {
    const http = this.#httpRequest(request);
    const answer = await this.#exchange(request, http);
    await this.#judge(request, http, answer);
    return answer;
  }

  /** The JSON of a success. Unreadable: `NetworkError` ("reset"), since a write may have happened. */
  async json(request: JiraRequest): Promise<unknown> {
    return jsonAnswer(await this.send(request), request);
  }

  /** As {@link send}, with streams and own headers. An answer of 3xx is returned as it is: it is never followed. */
  async stream(request: StreamRequest): Promise<HttpAnswer> {
    const http = this.#httpRequest(request, request);
    const answer = await this.#exchange(request, http);
    if (answer.status >= 300 && answer.status < 400) return answer;
    const success = answer.status >= 200 && answer.status < 300;
    await this.#judge(request, http, success ? answer : await withText(answer));
    return answer;
  }

  /** The error that this answer is. */
  async failure(request: JiraRequest, answer: HttpAnswer): Promise<HttpError> {
    return await this.#error(request, this.#httpRequest(request), await withText(answer));
  }

  /** Sends to a host that is not Jira's: no credential, no header of ours. */
  async sendElsewhere(url: string, signal?: AbortSignal): Promise<HttpAnswer> {
    const request: HttpRequest = { destination: "jira", method: "GET", url, read: "stream", ...given({ signal }) };
    const answer = await this.options.http.send(request);
    if (answer.status >= 400) throw httpErrorFrom(request, await withText(answer), this.options.clock.now());
    return answer;
  }

  #httpRequest(request: JiraRequest, streams: Partial<StreamRequest> = {}): HttpRequest {
    const write = request.method !== "GET";
    const json = request.body === undefined ? undefined : JSON.stringify(request.body);
    return {
      destination: "jira",
      method: request.method,
      url: this.base + request.path + queryString(request.query),
      headers: {
        accept: "application/json",
        // Jira's XSRF filter wants both on every write, also without a body (jira-dc.md §13).
        ...(write ? { "content-type": "application/json", "x-atlassian-token": "no-check" } : {}),
        ...streams.headers,
        authorization: this.#authorization,
      },
      ...given({
        body: streams.stream ?? json,
        contentLength: streams.contentLength,
        timeoutMs: streams.timeoutMs,
        read: streams.read,
        signal: request.signal,
      }),
    };
  }

  async #exchange(request: JiraRequest, http: HttpRequest): Promise<HttpAnswer> {
    let leave: () => void;
    try {
      if (request.issue !== undefined) await this.#pace.turn(request.issue, request.signal);
      leave = await this.#gate.enter(request.signal);
    } catch {
      // Nothing was sent; a body that was handed over is not read any more.
      if (http.body instanceof ReadableStream) await http.body.cancel().catch(() => {});
      throw new NetworkError("jira", request.method, request.path, "aborted", "stopped by us before it was sent");
    }
    try {
      return await this.options.http.send(http);
    } finally {
      leave();
    }
  }

  async #judge(request: JiraRequest, http: HttpRequest, answer: HttpAnswer): Promise<void> {
    this.judge.note(answer, request.path === this.#myselfPath);
    const success = answer.status >= 200 && answer.status < 300;
    // A write that was executed as a stranger's is executed; the next read will tell.
    if (success && isWrite(request) && isAnonymous(answer)) return;
    if (!success) throw await this.#error(request, http, answer);
    ensureSuccess(http, answer, this.options.clock.now());
    const error = isWrite(request) ? null : this.judge.strangersAnswer(http, answer);
    if (error !== null) throw error;
  }

  #error(request: JiraRequest, http: HttpRequest, answer: HttpAnswer): Promise<HttpError> {
    return this.judge.error(http, answer, request.path === this.#myselfPath);
  }

  get #myselfPath(): string {
    return `/rest/api/${this.kind === "cloud" ? 3 : 2}/myself`;
  }
}

/** Whether a request may change something. */
export function isWrite({ method, reads }: Pick<JiraRequest, "method" | "reads">): boolean {
  return method !== "GET" && reads !== true;
}

function jsonAnswer(answer: HttpAnswer, request: JiraRequest): unknown {
  try {
    return jsonOf(answer, "jira", request.path, request.method);
  } catch (error) {
    if (!(error instanceof SchemaError) || !isWrite(request)) throw error;
    throw new NetworkError("jira", request.method, request.path, "reset", "answered with success, but no object");
  }
}

/** An answer whose stream has been read, so that its words can be told. */
async function withText(answer: HttpAnswer): Promise<HttpAnswer> {
  if (answer.stream === null) return answer;
  return { ...answer, stream: null, text: (await new Response(answer.stream).text()).slice(0, 100_000) };
}

/** Leaves out what is `undefined`. */
function given<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof given<T>
  >;
}

function baseOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, "");
}

/** Lists are joined by commas, as Jira documents them. */
function queryString(query: Readonly<Record<string, unknown>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  if (given.length === 0) return "";
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
