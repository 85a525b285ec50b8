/** A simulator's HTTP(S) server: routes a request through fault script and journal to one handler. */

import { Buffer } from "node:buffer";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { FaultScript } from "./faults.ts";
import { Journal, type JournalEntry } from "./journal.ts";

export interface SimRequest {
  readonly method: string;
  /** Path without query, percent-encoding kept. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** The body as text. */
  text(): string;
  /** The body as JSON; throws `SyntaxError`. */
  json(): unknown;
}

export interface SimAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

export interface SimServerOptions {
  /** Name in the journal: `entra`, `graph`, `jira`. */
  readonly service: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly port?: number;
  handle(request: SimRequest): Promise<SimAnswer> | SimAnswer;
  /** Called when a request arrives and when it has been answered, for concurrency counts. */
  readonly onStart?: (method: string, path: string, headers: Headers) => SimAnswer | null;
  /** `headers` is the same object that {@link onStart} was given. Also when the client is gone before its answer. */
  readonly onEnd?: (method: string, path: string, headers: Headers) => void;
}

const BODY_KEPT = 256 * 1024;

export class SimServer {
  readonly journal = new Journal();
  readonly faults = new FaultScript();
  /** Added to every answer, milliseconds. */
  latencyMs = 0;
  /** Host in URLs: `localhost`. */
  url = "";
  #server: ReturnType<typeof createHttpServer> | ReturnType<typeof createHttpsServer>;
  #sockets = new Set<{ destroy(): void }>();
  #late = new Set<ReturnType<typeof setTimeout>>();

  constructor(private readonly options: SimServerOptions) {
    const listener = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response);
    this.#server = options.tls === undefined
      ? createHttpServer(listener)
      : createHttpsServer({ cert: options.tls.cert, key: options.tls.key }, listener);
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.options.port ?? 0, "127.0.0.1", () => resolve());
    });
    const { port } = this.#server.address() as AddressInfo;
    this.url = `${this.options.tls === undefined ? "http" : "https"}://localhost:${port}`;
  }

  async stop(): Promise<void> {
    for (const timer of this.#late) clearTimeout(timer);
    for (const socket of this.#sockets) socket.destroy();
    // Deno 2.4 tells of no connections, knows this method instead, and never ends closing while a request hangs.
    this.#server.closeAllConnections();
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    const timer = setTimeout(() => closed.resolve(), 500);
    await closed.promise;
    clearTimeout(timer);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const method = request.method ?? "GET";
    const entry: JournalEntry = this.journal.add({
      at: Date.now(),
      service: this.options.service,
      method,
      path: url.pathname,
      query: url.search.slice(1),
      headers: headersOf(request),
      body: "",
      status: 0,
      fault: null,
    });
    const refused = this.options.onStart?.(method, url.pathname, entry.headers) ?? null;
    let ended = false;
    const end = () => {
      if (!ended) this.options.onEnd?.(method, url.pathname, entry.headers);
      ended = true;
    };
    request.socket.once("close", end);
    try {
      const body = await bodyOf(request);
      const sim = simRequest(method, url, entry.headers, body);
      if (body.length <= BODY_KEPT && /json|urlencoded|text\/plain/.test(entry.headers.get("content-type") ?? "")) {
        Object.assign(entry, { body: sim.text() });
      }
      const fault = refused === null ? this.faults.next(method, url.pathname) : null;
      if (this.latencyMs > 0) await pause(this.latencyMs);
      if (refused !== null) return send(response, refused, entry);
      if (fault === null) return send(response, await this.#answer(sim), entry);
      entry.fault = fault.kind;
      switch (fault.kind) {
        case "answer":
          return send(response, fault, entry);
        case "closeBefore":
          request.socket.destroy();
          return;
        case "closeAfter":
          await this.#answer(sim);
          fault.executed?.();
          request.socket.destroy();
          return;
        case "answerAfter":
          await this.#answer(sim);
          return send(response, fault, entry);
        case "commitsLate": {
          const timer = setTimeout(() => {
            this.#late.delete(timer);
            void this.#answer(sim);
          }, fault.ms);
          this.#late.add(timer);
          request.socket.destroy();
          return;
        }
        case "truncate":
          return sendHalf(request, response, await this.#answer(sim), entry);
        case "garbage": {
          const answer = await this.#answer(sim);
          return send(response, {
            status: answer.status,
            headers: { "content-type": "application/json" },
            body: "\u0000<<not json",
          }, entry);
        }
        case "answersLate": {
          const answer = await this.#answer(sim);
          await pause(fault.ms);
          return send(response, answer, entry);
        }
        case "delay":
          await pause(fault.ms);
          return send(response, await this.#answer(sim), entry);
        case "hang":
          await new Promise<void>((resolve) => request.socket.once("close", () => resolve()));
          return;
      }
    } catch {
      request.socket.destroy();
    } finally {
      request.socket.off("close", end);
      end();
    }
  }

  async #answer(request: SimRequest): Promise<SimAnswer> {
    try {
      return await this.options.handle(request);
    } catch (error) {
      return { status: 500, body: { error: { code: "SimulatorError", message: String(error) } } };
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    headers.append(request.rawHeaders[i]!, request.rawHeaders[i + 1]!);
  }
  return headers;
}

/** By events: on Deno 2.4 iterating over a request without a body never ends. */
function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    request.on("error", reject);
    request.on("close", () => reject(new Error("connection closed")));
  });
}

function simRequest(method: string, url: URL, headers: Headers, body: Uint8Array): SimRequest {
  const text = () => new TextDecoder().decode(body);
  return { method, path: url.pathname, query: url.searchParams, headers, body, text, json: () => JSON.parse(text()) };
}

function bytesOf(answer: SimAnswer): { bytes: Uint8Array; headers: Record<string, string> } {
  const headers: Record<string, string> = { date: new Date().toUTCString(), ...answer.headers };
  if (answer.body === undefined) return { bytes: new Uint8Array(), headers };
  if (answer.body instanceof Uint8Array) return { bytes: answer.body, headers };
  if (typeof answer.body === "string") return { bytes: new TextEncoder().encode(answer.body), headers };
  return {
    bytes: new TextEncoder().encode(JSON.stringify(answer.body)),
    headers: { "content-type": "application/json;charset=UTF-8", ...headers },
  };
}

function send(response: ServerResponse, answer: SimAnswer, entry: JournalEntry): void {
  const { bytes, headers } = bytesOf(answer);
  entry.status = answer.status;
  response.writeHead(answer.status, { ...headers, "content-length": String(bytes.length) });
  response.end(bytes);
}

function sendHalf(request: IncomingMessage, response: ServerResponse, answer: SimAnswer, entry: JournalEntry): void {
  const { bytes, headers } = bytesOf(answer);
  entry.status = answer.status;
  response.writeHead(answer.status, { ...headers, "content-length": String(bytes.length) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy());
}
