/** Finds out what kind of Jira answers at the base URL, and gives the client for it. */

import type { Clock } from "../core/clock.ts";
import { ConfigError, HttpError, NetworkError, SchemaError } from "../core/errors.ts";
import type { Http, HttpAnswer } from "../core/http_port.ts";
import { jsonOf } from "../http/errors.ts";
import { readAnswer, serverInfoAnswer } from "./answers.ts";
import type { JiraClient, ServerInfo } from "./client.ts";
import type { MismatchReport } from "./jira_js.ts";
import { JiraTransport, type JiraTransportOptions } from "./transport.ts";

export interface JiraOptions {
  /** Cloud site, API gateway (`https://api.atlassian.com/ex/jira/<cloudId>`) or Server base URL with context path. */
  readonly baseUrl: string;
  /** With a user: Basic; `null`: Bearer (personal access token). */
  readonly user: string | null;
  readonly token: string;
  readonly http: Http;
  readonly clock: Clock;
  /** Requests under way at once; default 8. */
  readonly concurrency?: number;
  /** Told of answers of Cloud that differ from their specification. */
  readonly onMismatch?: MismatchReport;
  readonly signal?: AbortSignal;
}

/** Works on Cloud as well. */
const SERVER_INFO = "/rest/api/2/serverInfo";

/**
 * Throws `ConfigError` when no Jira answers there, `HttpError` (`credentialsRefused`) or `NetworkError`. On Cloud
 * `serverInfo` is answered to anybody: whether the credential is accepted is only known by `client.myself()`.
 */
export async function connectJira(options: JiraOptions): Promise<{ client: JiraClient; info: ServerInfo }> {
  const { answer, told } = await askServerInfo(new JiraTransport(transportOptions(options, "server")), options.signal);
  const kind = told.deploymentType?.toLowerCase() === "cloud" ? "cloud" : "server";
  const transport = new JiraTransport(transportOptions(options, kind));
  const info: ServerInfo = {
    kind,
    version: told.version ?? "",
    baseUrl: linkBase(told.displayUrl ?? told.baseUrl ?? null, transport.base),
    serverTime: dateOf(answer) ?? told.serverTime ?? null,
  };
  if (kind === "cloud") {
    const { CloudClient } = await import("./cloud.ts");
    return { client: new CloudClient(transport, info.baseUrl, options.onMismatch), info };
  }
  const { ServerClient } = await import("./server.ts");
  return { client: new ServerClient(transport, info.baseUrl, versionOf(told)), info };
}

function transportOptions(options: JiraOptions, kind: "cloud" | "server"): JiraTransportOptions {
  const { baseUrl, user, token, http, clock, concurrency } = options;
  return { kind, baseUrl, user, token, http, clock, ...(concurrency === undefined ? {} : { concurrency }) };
}

async function askServerInfo(transport: JiraTransport, signal: AbortSignal | undefined) {
  let answer: HttpAnswer | null = null;
  try {
    answer = await transport.send({ method: "GET", path: SERVER_INFO, signal });
    const value = jsonOf(answer, "jira", SERVER_INFO);
    const told = readAnswer(serverInfoAnswer, value, { method: "GET", path: SERVER_INFO, write: false });
    if (told.version !== null && told.version !== undefined) return { answer, told };
    throw new SchemaError("jira", SERVER_INFO, "no version");
  } catch (error) {
    throw notJira(error, answer) ?? error;
  }
}

/** What answers is no Jira, or stands elsewhere. */
function notJira(error: unknown, answer: HttpAnswer | null): ConfigError | null {
  const problem = (problem: string) => new ConfigError([{ name: "JIRA_PLATFORM_URL", problem }]);
  const wanted = "expected Jira's base URL with its context path, if it has one";
  if (error instanceof HttpError && !error.credentialsRefused) {
    if (error.status >= 300 && error.status < 400) {
      return problem(`it redirects; ${wanted}. ${error.remedy ?? ""}`.trim());
    }
    if (error.status === 404 || error.status === 410) {
      return problem(`no Jira answers there (${error.status}); ${wanted}`);
    }
  }
  const unreadable = error instanceof SchemaError || error instanceof NetworkError && answer !== null;
  return unreadable ? problem(`something else than Jira answers there; ${wanted}`) : null;
}

function dateOf({ headers }: HttpAnswer): string | null {
  const at = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

function versionOf(
  told: { versionNumbers?: readonly number[] | null | undefined; version?: string | null | undefined },
) {
  return told.versionNumbers ?? (told.version ?? "").split(".").map(Number).filter((part) => !Number.isNaN(part));
}

/**
 * The address for people: Jira's own (behind the API gateway, or where we use an internal name), unless it was left at
 * an address that only the machine itself can open.
 */
function linkBase(told: string | null, configured: string): string {
  if (told === null || !URL.canParse(told)) return configured;
  const url = new URL(told);
  const usable = /^https?:$/.test(url.protocol) && (!isLoopback(url) || isLoopback(new URL(configured)));
  return usable ? url.origin + url.pathname.replace(/\/+$/, "") : configured;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
