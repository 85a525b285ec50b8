/** Calls Graph through Microsoft's client and our middleware. */

import { Client, type GraphRequest } from "@microsoft/microsoft-graph-client";
import type { z } from "zod";
import { SchemaError } from "../core/errors.ts";
import type { Http, HttpAnswer, HttpRequest } from "../core/http_port.ts";
import { jsonOf } from "../http/errors.ts";
import { pathOf } from "../http/network_error.ts";
import { Gates } from "./gate.ts";
import {
  Authorization,
  CallOptions,
  MailboxSender,
  Outcome,
  StandardHeaders,
  Success,
  Transport,
} from "./middleware.ts";
import type { TokenSource } from "./middleware.ts";
import { serviceLink } from "./paths.ts";

/** One call: to whose mailbox, where, how. */
export interface Call {
  readonly mailbox: string;
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** From `/users/…` on; see `paths.ts`. */
  readonly path: string;
  /** A next or delta link: sent as it is instead of `path` and `query`. */
  readonly link?: string | null | undefined;
  /** Not encoded yet. */
  readonly query?: Readonly<Record<string, string>>;
  readonly prefer?: string;
  readonly body?: unknown;
  readonly read?: "stream";
  /** For what v1.0 does not tell. */
  readonly version?: "beta";
  readonly signal?: AbortSignal | undefined;
}

export interface GraphOptions {
  readonly http: Http;
  /** `https://graph.microsoft.com`, or another cloud's; with its port if it has one. */
  readonly baseUrl: string;
  readonly tokens: TokenSource;
}

export class GraphCaller {
  readonly gates = new Gates();
  readonly origin: string;
  readonly #client: Client;
  readonly #sender: MailboxSender;

  constructor({ http, baseUrl, tokens }: GraphOptions) {
    const { origin, hostname } = new URL(baseUrl);
    this.origin = origin;
    this.#sender = new MailboxSender(http, this.gates);
    this.#client = Client.initWithMiddleware({
      baseUrl: `${origin}/`,
      defaultVersion: "v1.0",
      customHosts: new Set([hostname]),
      middleware: [
        new Outcome(),
        new StandardHeaders(),
        new Success(),
        new Authorization(tokens, origin),
        new Transport(this.#sender),
      ],
    });
  }

  /** The answer of a success. Throws `HttpError`, `NetworkError`, `CredentialsError`, `SchemaError` (foreign link). */
  async send(call: Call): Promise<HttpAnswer> {
    const link = call.link == null ? undefined : serviceLink(call.link, this.origin, call.path);
    const options = new CallOptions({ mailbox: call.mailbox, signal: call.signal, read: call.read, link });
    const request = this.#client.api(call.path).middlewareOptions([options]);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      request.query({ [name]: encodeURIComponent(value) });
    }
    if (call.version !== undefined) request.version(call.version);
    if (call.prefer !== undefined) request.header("Prefer", call.prefer);
    try {
      await start(request, call);
    } catch (error) {
      throw options.error ?? error;
    }
    return options.answer!;
  }

  /** The checked JSON of a success. Throws also `SchemaError`. */
  async json<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.send(call);
    const path = call.link == null ? `/${call.version ?? "v1.0"}${call.path}` : pathOf(call.link);
    return checked(schema, jsonOf(answer, "graph", path, call.method ?? "GET"), path);
  }

  /** A request beside the client, without token (upload sessions), through the mailbox's gate. */
  sendPlain(mailbox: string, request: HttpRequest): Promise<HttpAnswer> {
    return this.#sender.send(mailbox, request);
  }

  serverNow(): number | null {
    return this.#sender.serverNow();
  }
}

function start(request: GraphRequest, call: Call): Promise<unknown> {
  switch (call.method ?? "GET") {
    case "GET":
      return request.get();
    case "POST":
      return request.post(call.body);
    case "PATCH":
      return request.patch(call.body);
    case "DELETE":
      return request.delete();
  }
}

/** Names the place and the type that was expected there, never the value. */
function checked<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new SchemaError("graph", path, `${issue?.path.join(".") || "answer"}: ${issue?.message ?? "unexpected"}`);
}
