/** The one way out: every request of the program passes `send`. */

import type { Http, HttpAnswer, HttpRequest } from "../core/http_port.ts";
import { Attempt } from "./attempt.ts";
import { networkError } from "./network_error.ts";
import { isProxyExempt, proxyAddress } from "./proxy.ts";
import { sizedBody, watchedStream } from "./request_body.ts";

export interface HttpOptions {
  /** `undefined`: what the process environment says; `null`: none; else this one, for https URLs. */
  readonly proxy?: string | null | undefined;
  /** Entries of `NO_PROXY`; see {@link isProxyExempt}. */
  readonly noProxy?: readonly string[] | undefined;
  /** PEM texts of authorities trusted in addition to Deno's (`DENO_CERT`, `DENO_TLS_CA_STORE`). */
  readonly caCerts?: readonly string[] | undefined;
  /** Default of {@link HttpRequest.timeoutMs}. */
  readonly timeoutMs: number;
  /** `o365-connect/<version>`; Jira Server answers browsers (`Mozilla…`) with pages instead of errors. */
  readonly userAgent: string;
}

/** Shorter than the idle times of servers and load balancers: a write on a connection that just closed is a doubt. */
const POOL_IDLE_MS = 15_000;
const PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/** Makes the transport. Throws `TypeError` when the proxy is no URL or a certificate cannot be read. */
export function createHttp(options: HttpOptions): Http {
  const clients = createClients(options);
  return {
    send: (request) => send(request, options, clients.for(request.url)),
    close: () => clients.close(),
  };
}

interface Clients {
  for(url: string): Deno.HttpClient;
  close(): void;
}

function createClients({ proxy, noProxy = [], caCerts = [] }: HttpOptions): Clients {
  const common = { caCerts: [...caCerts], poolIdleTimeout: POOL_IDLE_MS };
  if (proxy === undefined) return oneClient(Deno.createHttpClient(common));
  const direct = withoutProxyVariables(() => Deno.createHttpClient(common));
  if (proxy === null || proxy === "") return oneClient(direct);
  const proxied = Deno.createHttpClient({ ...common, proxy: proxyAddress(proxy) });
  return {
    for(url) {
      const target = URL.canParse(url) ? new URL(url) : null;
      return target?.protocol === "https:" && !isProxyExempt(target, noProxy) ? proxied : direct;
    },
    close() {
      direct.close();
      proxied.close();
    },
  };
}

function oneClient(client: Deno.HttpClient): Clients {
  return { for: () => client, close: () => client.close() };
}

/** Deno's clients read the proxy variables when they are made and cannot be told not to. */
function withoutProxyVariables<T>(make: () => T): T {
  const saved = PROXY_VARIABLES.map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const [name] of saved) Deno.env.delete(name);
    return make();
  } finally {
    for (const [name, value] of saved) if (value !== undefined) Deno.env.set(name, value);
  }
}

async function send(request: HttpRequest, options: HttpOptions, client: Deno.HttpClient): Promise<HttpAnswer> {
  const attempt = new Attempt(request, request.timeoutMs ?? options.timeoutMs);
  try {
    const sent = fetch(request.url, {
      method: request.method,
      headers: headersOf(request, options.userAgent),
      body: bodyOf(request, attempt),
      redirect: "manual",
      signal: attempt.signal,
      client,
    });
    const response = await attempt.race(sent);
    if (request.read === "stream") {
      attempt.stopClock();
      return { status: response.status, headers: response.headers, text: "", stream: attempt.stream(response.body) };
    }
    const text = await attempt.race(response.text());
    attempt.end();
    return { status: response.status, headers: response.headers, text, stream: null };
  } catch (error) {
    attempt.abandon();
    throw attempt.errorFrom(error);
  }
}

function headersOf(request: HttpRequest, userAgent: string): Headers {
  try {
    const headers = new Headers(request.headers);
    headers.set("user-agent", userAgent);
    return headers;
  } catch {
    // The original error repeats the value, which may be a secret.
    throw networkError(request, "refused", "not sent, a header holds characters that HTTP does not allow");
  }
}

/**
 * A write's body can be read once only: Deno 2.9's `fetch` repeats a request by itself when a pooled connection closes
 * without an answer and the body can be read again, also a POST. What happened to a write is for the caller to find out.
 */
function bodyOf(request: HttpRequest, attempt: Attempt): BodyInit | null {
  const { body, contentLength, method } = request;
  if (body instanceof ReadableStream) {
    const watched = watchedStream(body, (error) => attempt.bodyFailed(error));
    return contentLength === undefined ? watched : sizedBody(watched, contentLength);
  }
  if (method === "GET" || method === "HEAD") return null;
  if (body === undefined && method === "DELETE") return null;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body ?? new Uint8Array();
  return sizedBody(ReadableStream.from(bytes.length === 0 ? [] : [bytes]), bytes.length);
}
