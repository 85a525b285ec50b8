/** One request to the simulated Graph, read: whose mailbox, which preferences, what path. */

import type { SimAnswer, SimRequest } from "../kit/server.ts";
import type { IssuedToken } from "../entra/tokens.ts";
import { badRequest } from "./faults.ts";
import type { Mailbox } from "./mailbox.ts";
import type { StoredMessage } from "./nouns.ts";

/** What `Prefer` asks for. */
export interface Preferences {
  readonly immutableIds: boolean;
  readonly maxPageSize: number | null;
  readonly bodyContentType: "text" | "html" | null;
  readonly allowUnsafeHtml: boolean;
  /** What was understood, for `Preference-Applied`. */
  readonly applied: readonly string[];
}

/** A request on a mailbox, after its token was accepted. */
export interface Call {
  readonly request: SimRequest;
  readonly method: string;
  readonly mailbox: Mailbox;
  readonly token: IssuedToken;
  readonly prefer: Preferences;
  /** `https://localhost:<port>` */
  readonly baseUrl: string;
  /** The version that may change any day; only attachments are answered in it. */
  readonly beta: boolean;
  readonly now: number;
}

/** Several `Prefer` headers and comma-joined ones mean the same. */
export function readPreferences(headers: Headers): Preferences {
  const text = headers.get("prefer") ?? "";
  const value = (pattern: RegExp) => pattern.exec(text)?.[1];
  const size = value(/odata\.maxpagesize\s*=\s*"?(\d+)/i);
  const type = value(/outlook\.body-content-type\s*=\s*"?(text|html)/i)?.toLowerCase() as "text" | "html" | undefined;
  const immutableIds = /IdType\s*=\s*"?ImmutableId/i.test(text);
  const allowUnsafeHtml = /outlook\.allow-unsafe-html/i.test(text);
  return {
    immutableIds,
    maxPageSize: size === undefined ? null : Number(size),
    bodyContentType: type ?? null,
    allowUnsafeHtml,
    applied: [
      ...(immutableIds ? ['IdType="ImmutableId"'] : []),
      ...(type === undefined ? [] : [`outlook.body-content-type="${type}"`]),
      ...(allowUnsafeHtml ? ["outlook.allow-unsafe-html"] : []),
      ...(size === undefined ? [] : [`odata.maxpagesize=${size}`]),
    ],
  };
}

/** Path segments after `/v1.0/`, decoded; `users('a')` reads as `users/a`. */
export function segmentsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "").flatMap((part) => {
    const text = decodeSegment(part);
    const match = /^([A-Za-z]+)\('(.*)'\)$/.exec(text);
    return match === null ? [text] : [match[1]!, match[2]!.replaceAll("''", "'")];
  });
}

/** The id in the form that the caller asked for. */
export function idFor(call: Pick<Call, "prefer">, message: Pick<StoredMessage, "immutableId" | "restId">): string {
  return call.prefer.immutableIds ? message.immutableId : message.restId;
}

/** The JSON body as an object; 400 if it is none. */
export function jsonBody(request: SimRequest): Record<string, unknown> {
  if (request.body.length === 0) return {};
  if (!/json/i.test(request.headers.get("content-type") ?? "")) {
    throw badRequest("Write requests (excluding DELETE) must contain the Content-Type header declaration.");
  }
  let value: unknown;
  try {
    value = request.json();
  } catch {
    throw badRequest(
      "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("Empty Payload. JSON content expected.");
  }
  return value as Record<string, unknown>;
}

/** 200 with a JSON object and what was applied of the preferences. */
export function ok(call: Call, body: unknown, status = 200): SimAnswer {
  const applied = call.prefer.applied.join(", ");
  return { status, body, headers: applied === "" ? {} : { "preference-applied": applied } };
}

function decodeSegment(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest("Bad Request - Error in query syntax.");
  }
}
