/**
 * `--jira-webhook`: Jira tells that something happened. Only a doorbell: nothing that stands in a request is believed
 * but the issue to look at, and that is read through REST.
 */

import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import { getLogger } from "@logtape/logtape";
import { hmacSha256 } from "../core/ids.ts";
import { ConfigError, type ConfigProblem, errorText } from "../core/errors.ts";
import { authorityOf, type HttpAddress } from "./http/address.ts";

export interface WebhookOptions {
  readonly address: HttpAddress;
  readonly secret: string;
  /** PEM with certificate and key; `null`: plain HTTP, for a proxy with TLS in front. */
  readonly certificate: string | null;
  /** Told once, when it is served. */
  readonly onServed?: (url: string) => void;
}

export interface Webhook {
  readonly url: string;
  close(): Promise<void>;
}

/** Jira's webhooks hold an issue and a comment; far larger ones are not read. */
const MAX_BYTES = 4 * 1024 * 1024;
const BODY_MS = 10_000;
const MAX_AT_ONCE = 32;
const MIN_SECRET = 16;
const CLOSE_MS = 500;

const logger = getLogger(["o365-connect", "webhook"]);

/** `--jira-webhook` needs a secret that cannot be tried out. */
export function webhookProblems(secret: string | null): ConfigProblem[] {
  const example = "for example from: openssl rand -hex 32";
  if (secret === null) {
    return [{
      name: "JIRA_WEBHOOK_SECRET",
      problem: `is required with --jira-webhook (${example}), and the same in Jira`,
    }];
  }
  if (secret.length >= MIN_SECRET) return [];
  return [{ name: "JIRA_WEBHOOK_SECRET", problem: `expected at least ${MIN_SECRET} characters (${example})` }];
}

/** Throws `ConfigError` where the address cannot be had or the certificate cannot be read. */
export function serveWebhook(options: WebhookOptions, ring: (issue: string | null) => void): Webhook {
  const stop = new AbortController();
  let atOnce = 0;
  const server = listen(options, stop.signal, async (request) => {
    if (atOnce >= MAX_AT_ONCE) return said(503, "Too many at once; try again.");
    atOnce++;
    try {
      return await answer(request, options, ring);
    } catch (error) {
      logger.error("Answering a webhook failed: {why}.", { why: errorText(error) });
      return said(500, "This did not work; the log says why.");
    } finally {
      atOnce--;
    }
  });
  const scheme = options.certificate === null ? "http" : "https";
  const url = `${scheme}://${authorityOf({ ...options.address, port: server.addr.port })}/jira`;
  options.onServed?.(url);
  return {
    url,
    async close() {
      const timer = setTimeout(() => stop.abort(), CLOSE_MS);
      await server.shutdown().catch(() => {});
      clearTimeout(timer);
      await server.finished;
    },
  };
}

async function answer(
  request: Request,
  options: WebhookOptions,
  ring: (issue: string | null) => void,
): Promise<Response> {
  const path = new URL(request.url).pathname;
  if (path !== "/jira" && !path.startsWith("/jira/")) return said(404, "Nothing here.");
  if (request.method !== "POST") return said(405, "POST a webhook.", { allow: "POST" });
  const bySecretPath = path.length > "/jira/".length;
  if (bySecretPath && !mayUsePath(options)) return said(404, "Nothing here.");
  if (bySecretPath && !sameText(decoded(path.slice("/jira/".length)), options.secret)) {
    return said(404, "Nothing here.");
  }
  const body = await bodyOf(request);
  if (body === "too-large") return said(413, "Too large.");
  if (body === "too-slow") return said(408, "Too slow.");
  if (!bySecretPath && !(await isSigned(body, request.headers.get("x-hub-signature"), options.secret))) {
    logger.warn(
      "Refused a webhook whose signature is missing or wrong. Is JIRA_WEBHOOK_SECRET the secret set in Jira?",
    );
    return said(401, "The signature is missing or wrong.");
  }
  const issue = issueIn(body);
  ring(issue);
  logger.debug("Jira rang: {issue}.", { issue: issue ?? "no issue named" });
  return said(200, "Thank you.");
}

/** A secret in a path stands in logs of proxies, and on the wire: only over TLS, ours or that of a proxy on this machine. */
function mayUsePath({ address, certificate }: WebhookOptions): boolean {
  return certificate !== null || address.loopback;
}

async function bodyOf(request: Request): Promise<Uint8Array<ArrayBuffer> | "too-large" | "too-slow"> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BYTES) return "too-large";
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let slow = false;
  const timer = setTimeout(() => {
    slow = true;
    void reader.cancel().catch(() => {});
  }, BODY_MS);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (slow) return "too-slow";
      if (done) return new Uint8Array(Buffer.concat(chunks));
      size += value.length;
      if (size > MAX_BYTES) {
        await reader.cancel();
        return "too-large";
      }
      chunks.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** `sha256=<hex HMAC of the raw body>`; older methods are not accepted. */
async function isSigned(
  body: Uint8Array<ArrayBuffer>,
  header: string | null,
  secret: string,
): Promise<boolean> {
  const given = /^sha256=([0-9a-f]{64})$/i.exec(header?.trim() ?? "")?.[1];
  const expected = await hmacSha256(secret, body);
  return timingSafeEqual(Buffer.from(given ?? "0".repeat(64), "hex"), expected) && given !== undefined;
}

function sameText(one: string, other: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The id of the issue that a webhook is about, `null` if it does not say so. */
function issueIn(body: Uint8Array): string | null {
  try {
    const { issue } = JSON.parse(new TextDecoder().decode(body)) as { issue?: { id?: unknown } };
    return /^\d{1,18}$/.test(String(issue?.id)) ? String(issue?.id) : null;
  } catch {
    return null;
  }
}

function said(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers },
  });
}

function listen(
  { address: { hostname, port }, certificate }: WebhookOptions,
  signal: AbortSignal,
  handler: (request: Request) => Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  const place = { hostname, port, signal, onListen() {} };
  try {
    return certificate === null
      ? Deno.serve(place, handler)
      : Deno.serve({ ...place, cert: certificate, key: certificate }, handler);
  } catch (error) {
    throw new ConfigError([{
      name: "--jira-webhook",
      problem: `cannot listen at ${authorityOf({ hostname, port })}: ${errorText(error)}`,
    }]);
  }
}
