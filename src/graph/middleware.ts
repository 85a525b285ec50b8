/**
 * Our middleware in place of the Graph client's own, which repeats POSTs, cannot be aborted while it waits, and sends a
 * request without its token when it does not know the host.
 */

import type { Context, Middleware, MiddlewareOptions } from "@microsoft/microsoft-graph-client";
import { SchemaError } from "../core/errors.ts";
import type { Http, HttpAnswer, HttpRequest } from "../core/http_port.ts";
import { ensureSuccess } from "../http/errors.ts";
import { networkError } from "../http/network_error.ts";
import { type Gates, leaveAfter } from "./gate.ts";

/** Where tokens come from. */
export interface TokenSource {
  /** `refused`: this token was answered with 401, get another. */
  token(options?: { forceRefresh?: boolean; refused?: string }): Promise<{ readonly token: string }>;
}

/** What one call hands to the middleware, and gets back: the client's own errors lose ours. */
export class CallOptions implements MiddlewareOptions {
  answer: HttpAnswer | null = null;
  error: unknown = null;

  constructor(
    readonly call: {
      readonly mailbox: string;
      readonly signal?: AbortSignal | undefined;
      readonly read?: "text" | "stream" | undefined;
      /** Sent to the letter: the client would take a link apart and put it together in another order. */
      readonly link?: string | undefined;
    },
  ) {}
}

function optionsOf(context: Context): CallOptions {
  return context.middlewareControl!.getMiddlewareOptions(CallOptions) as CallOptions;
}

abstract class Link implements Middleware {
  protected next: Middleware | null = null;

  setNext(next: Middleware): void {
    this.next = next;
  }

  abstract execute(context: Context): Promise<void>;
}

/** First: keeps our errors, and makes of the answer what the client expects. */
export class Outcome extends Link {
  override async execute(context: Context): Promise<void> {
    const options = optionsOf(context);
    try {
      await this.next!.execute(context);
      // The answer itself is taken from the options.
      context.response = new Response(null, { status: 204 });
    } catch (error) {
      options.error = error;
      throw error;
    }
  }
}

/** Ids that survive a move within the mailbox, and a name for support cases. */
export class StandardHeaders extends Link {
  override async execute(context: Context): Promise<void> {
    const headers = headersOf(context);
    const prefer = headers["Prefer"] === undefined ? [] : [headers["Prefer"]];
    headers["Prefer"] = ['IdType="ImmutableId"', ...prefer].join(", ");
    headers["client-request-id"] = crypto.randomUUID();
    context.options = { ...context.options, headers };
    await this.next!.execute(context);
  }
}

/** The token, for the configured host only; after a 401 another one, once: a 401 was not executed. */
export class Authorization extends Link {
  constructor(private readonly tokens: TokenSource, private readonly origin: string) {
    super();
  }

  override async execute(context: Context): Promise<void> {
    const options = optionsOf(context);
    const url = options.call.link ?? String(context.request);
    if (new URL(url).origin !== this.origin) {
      throw new SchemaError("graph", "link", "it leads to another host than O365_GRAPH_URL, where no token is sent");
    }
    const { token } = await this.tokens.token();
    if (await this.#send(context, token) !== 401) return;
    const another = await this.tokens.token({ forceRefresh: true, refused: token });
    await this.#send(context, another.token);
  }

  async #send(context: Context, token: string): Promise<number> {
    const headers = { ...headersOf(context), Authorization: `Bearer ${token}` };
    context.options = { ...context.options, headers };
    await this.next!.execute(context);
    return optionsOf(context).answer!.status;
  }
}

/** Last: waits for room at the mailbox and sends through our `Http`. */
export class Transport extends Link {
  constructor(private readonly sender: MailboxSender) {
    super();
  }

  override async execute(context: Context): Promise<void> {
    const { call } = optionsOf(context);
    const body = context.options?.body;
    const request: HttpRequest = {
      destination: "graph",
      method: context.options?.method ?? "GET",
      url: call.link ?? String(context.request),
      headers: headersOf(context),
      ...(typeof body === "string" ? { body } : {}),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
      ...(call.read === undefined ? {} : { read: call.read }),
    };
    optionsOf(context).answer = await this.sender.send(call.mailbox, request);
  }
}

/** Throws `HttpError` unless the call succeeded. Between {@link Outcome} and {@link Authorization}. */
export class Success extends Link {
  override async execute(context: Context): Promise<void> {
    await this.next!.execute(context);
    const { answer, call } = optionsOf(context);
    const request = {
      destination: "graph",
      method: context.options?.method ?? "GET",
      url: call.link ?? String(context.request),
      headers: headersOf(context),
    } as const;
    ensureSuccess(request, answer!, Date.now());
  }
}

function headersOf(context: Context): Record<string, string> {
  return { ...(context.options?.headers as Record<string, string> | undefined) };
}

/** Sends one request at a time through the gate of its mailbox, and keeps the service's clock. */
export class MailboxSender {
  #clock: { readonly theirs: number; readonly ours: number } | null = null;

  constructor(private readonly http: Http, private readonly gates: Gates) {}

  async send(mailbox: string, request: HttpRequest): Promise<HttpAnswer> {
    const leave = await this.#enter(mailbox, request);
    let answer: HttpAnswer;
    try {
      answer = await this.http.send(request);
      this.#seeDate(answer.headers);
      if (answer.stream !== null && answer.status >= 300) answer = await asText(answer);
    } catch (error) {
      leave();
      throw error;
    }
    if (answer.stream !== null) return { ...answer, stream: leaveAfter(answer.stream, leave, request.signal) };
    leave();
    return answer;
  }

  /** The last `Date` of an answer plus the time since; `null` before the first. */
  serverNow(): number | null {
    return this.#clock === null ? null : this.#clock.theirs + Math.round(performance.now() - this.#clock.ours);
  }

  async #enter(mailbox: string, request: HttpRequest): Promise<() => void> {
    try {
      return await this.gates.of(mailbox).enter(request.signal);
    } catch {
      throw networkError(request, "aborted", "stopped by us before it was sent");
    }
  }

  #seeDate(headers: Headers): void {
    const theirs = Date.parse(headers.get("date") ?? "");
    if (!Number.isNaN(theirs)) this.#clock = { theirs, ours: performance.now() };
  }
}

async function asText(answer: HttpAnswer): Promise<HttpAnswer> {
  return { ...answer, text: await new Response(answer.stream).text(), stream: null };
}
