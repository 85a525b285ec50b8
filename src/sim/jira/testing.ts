/** What this room's tests share: a running simulator with a project in it, and a plain client. */

import { Buffer } from "node:buffer";
import { type JiraCloudOptions, JiraCloudSim } from "./cloud.ts";
import { type JiraServerOptions, JiraServerSim } from "./server.ts";
import { JiraStore } from "./store.ts";
import { adfFromText } from "./texts.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, if the answer says it is JSON. */
  readonly json: Record<string, unknown>;
}

export interface AskOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: BodyInit;
  /** `null`: none is sent. */
  readonly authorization?: string | null;
  readonly headers?: Record<string, string>;
}

export function basic(user: string, token: string): string {
  return `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}`;
}

async function ask(url: string, method: string, authorization: string, options: AskOptions): Promise<Reply> {
  const headers = new Headers(options.headers);
  if (options.authorization !== null) headers.set("authorization", options.authorization ?? authorization);
  if (options.body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  const body = options.raw ?? (options.body === undefined ? null : JSON.stringify(options.body));
  const response = await fetch(url, { method, headers, body, redirect: "manual" });
  const text = await response.text();
  const isJson = text !== "" && (response.headers.get("content-type") ?? "").includes("json");
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

/** What went wrong, from an ErrorCollection. */
export function wrong(reply: Reply): { status: number; messages: unknown; errors: unknown } {
  return { status: reply.status, messages: reply.json.errorMessages, errors: reply.json.errors };
}

/** A Cloud site with project `SUP`, on a clock that stands until it is moved. */
export async function startCloud(options: JiraCloudOptions = {}) {
  const clock = { ms: Date.parse("2026-11-24T12:00:30Z") };
  const store = options.store ?? new JiraStore({ format: "adf", now: () => clock.ms });
  const sim = new JiraCloudSim({ ...options, store });
  store.createProject({ key: "SUP", name: "Support" });
  await sim.start();
  const bot = store.user("bot@example.com")!;
  const doc = adfFromText;
  return {
    sim,
    store,
    clock,
    bot,
    doc,
    ask: (method: string, path: string, options: AskOptions = {}) =>
      ask(sim.url + path, method, basic("bot@example.com", "cloud-token"), options),
    create: (fields: Record<string, unknown> = {}) =>
      ask(`${sim.url}/rest/api/3/issue`, "POST", basic("bot@example.com", "cloud-token"), {
        body: {
          fields: {
            project: { key: "SUP" },
            issuetype: { name: "Task" },
            summary: "A summary",
            description: doc("Text"),
            ...fields,
          },
        },
      }),
    [Symbol.asyncDispose]: () => sim.stop(),
  };
}

/** A Server below `/jira` with project `SUP`, on a clock that stands until it is moved. */
export async function startServer(options: JiraServerOptions = {}) {
  const clock = { ms: Date.parse("2026-11-24T12:00:30Z") };
  const store = options.store ?? new JiraStore({ format: "wiki", now: () => clock.ms });
  const sim = new JiraServerSim({ ...options, store });
  store.createProject({ key: "SUP", name: "Support" });
  await sim.start();
  const bot = store.user("bot")!;
  return {
    sim,
    store,
    clock,
    bot,
    ask: (method: string, path: string, options: AskOptions = {}) =>
      ask(sim.url + path, method, "Bearer server-token", options),
    create: (fields: Record<string, unknown> = {}) =>
      ask(`${sim.url}/rest/api/2/issue`, "POST", "Bearer server-token", {
        body: {
          fields: {
            project: { key: "SUP" },
            issuetype: { name: "Task" },
            summary: "A summary",
            description: "Text",
            ...fields,
          },
        },
      }),
    [Symbol.asyncDispose]: () => sim.stop(),
  };
}
