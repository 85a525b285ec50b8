/** `POST /v1.0/$batch`: up to 20 requests in one, four at a time, each with its own status. */

import { Buffer } from "node:buffer";
import type { SimAnswer, SimRequest } from "../kit/server.ts";
import { jsonBody } from "./call.ts";
import { badRequest } from "./faults.ts";

const MAX_REQUESTS = 20;
const AT_ONCE = 4;

interface Member {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly dependsOn?: readonly string[];
}

/** 200, even when members fail; 400 for a malformed batch. `run` answers one request as if it had come alone. */
export async function answerBatch(
  request: SimRequest,
  run: (member: SimRequest) => Promise<SimAnswer>,
): Promise<SimAnswer> {
  const members = membersOf(jsonBody(request)["requests"]);
  const answers = new Map<string, SimAnswer>();
  const waiting = [...members];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ dependsOn }) => (dependsOn ?? []).every((id) => answers.has(id))).slice(0, AT_ONCE);
    if (ready.length === 0) throw badRequest("The dependsOn values of the batch do not resolve.");
    await Promise.all(ready.map(async (member) => {
      const failed = (member.dependsOn ?? []).some((id) => answers.get(id)!.status >= 400);
      answers.set(member.id, failed ? dependencyFailed() : await run(requestOf(member, request)));
    }));
    waiting.splice(0, waiting.length, ...waiting.filter((member) => !ready.includes(member)));
  }
  return { status: 200, body: { responses: members.map(({ id }) => ({ id, ...memberAnswer(answers.get(id)!) })) } };
}

function membersOf(value: unknown): Member[] {
  if (!Array.isArray(value) || value.length === 0) throw badRequest("Invalid batch payload format.");
  if (value.length > MAX_REQUESTS) {
    throw badRequest(`Number of batch request steps exceeds the maximum of ${MAX_REQUESTS}.`);
  }
  const members = value as Member[];
  if (
    members.some(({ id, method, url }) =>
      typeof id !== "string" || typeof method !== "string" || typeof url !== "string"
    )
  ) {
    throw badRequest("Invalid batch payload format.");
  }
  if (new Set(members.map(({ id }) => id)).size !== members.length) {
    throw badRequest("Batch request ids must be unique.");
  }
  return members;
}

function requestOf(member: Member, outer: SimRequest): SimRequest {
  const url = new URL(`https://localhost/v1.0/${member.url.replace(/^\/+/, "")}`);
  const headers = new Headers(member.headers ?? {});
  const authorization = outer.headers.get("authorization");
  if (authorization !== null && !headers.has("authorization")) headers.set("authorization", authorization);
  const text = member.body === undefined
    ? ""
    : typeof member.body === "string"
    ? member.body
    : JSON.stringify(member.body);
  return {
    method: member.method.toUpperCase(),
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: new Uint8Array(Buffer.from(text, "utf8")),
    text: () => text,
    json: () => JSON.parse(text),
  };
}

function memberAnswer({ status, headers, body }: SimAnswer): Record<string, unknown> {
  if (body === undefined) return { status, headers: headers ?? {} };
  const binary = body instanceof Uint8Array;
  return {
    status,
    headers: { ...(binary ? {} : { "Content-Type": "application/json" }), ...headers },
    body: binary ? Buffer.from(body).toString("base64") : body,
  };
}

function dependencyFailed(): SimAnswer {
  return {
    status: 424,
    body: { error: { code: "FailedDependency", message: "A request that this one depends on failed." } },
  };
}
