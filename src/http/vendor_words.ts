/** The vendor's own account of an error, out of whatever body it came in. */

import type { Destination } from "../core/errors.ts";
import type { HttpAnswer } from "../core/http_port.ts";

export interface VendorWords {
  readonly code: string;
  readonly message: string;
  readonly fieldErrors: Readonly<Record<string, string>>;
  readonly requestId?: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const MAX_WORDS = 300;

/** Shortened to one line, without query strings; empty where the body tells nothing. */
export function vendorWords(destination: Destination, answer: HttpAnswer): VendorWords {
  const body = jsonObject(answer.text);
  if (body === null) return { code: "", message: oneLine(plainText(answer.text)), fieldErrors: {} };
  switch (destination) {
    case "entra":
      return entraWords(body);
    case "graph":
      return graphWords(body);
    case "jira":
      return jiraWords(body);
  }
}

/** One line of at most 300 characters; the query of a URL, which may hold a token, is left out. */
export function oneLine(text: string): string {
  const line = text.replace(/(https?:\/\/[^\s?"'<>]+)\?[^\s"'<>)]*/g, "$1").replace(/\s+/g, " ").trim();
  return line.length <= MAX_WORDS ? line : `${line.slice(0, MAX_WORDS - 1)}…`;
}

function jsonObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function string(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** `error_description` goes on with trace ids on lines of their own. */
function entraWords(body: Json): VendorWords {
  const description = string(body["error_description"]).split(/\r?\n| Trace ID: /)[0] ?? "";
  const aadsts = description.match(/AADSTS\d+/)?.[0];
  return {
    code: aadsts ?? string(body["error"]),
    message: oneLine(description.replace(/^AADSTS\d+:\s*/, "")),
    fieldErrors: {},
    requestId: string(body["trace_id"]) || undefined,
  };
}

/** `innerError` may be spelt `innererror`. */
function graphWords(body: Json): VendorWords {
  const error = isObject(body["error"]) ? body["error"] : body;
  const inner = error["innerError"] ?? error["innererror"];
  return {
    code: string(error["code"]),
    message: oneLine(string(error["message"])),
    fieldErrors: {},
    requestId: isObject(inner) ? string(inner["request-id"]) || undefined : undefined,
  };
}

/** REST: `errorMessages`, `errors`; authentication layer: `message`; service desk: `errorMessage`; gateway: `code`. */
function jiraWords(body: Json): VendorWords {
  const general = Array.isArray(body["errorMessages"]) ? body["errorMessages"].map(string) : [];
  const fieldErrors = isObject(body["errors"])
    ? Object.fromEntries(Object.entries(body["errors"]).map(([field, text]) => [field, oneLine(fieldText(text))]))
    : {};
  const fields = Object.entries(fieldErrors).map(([field, text]) => `${field}: ${text}`);
  const words = [...general, ...fields, string(body["errorMessage"]), string(body["message"])];
  return {
    code: typeof body["code"] === "string" ? body["code"] : "",
    message: oneLine(words.filter((text) => text !== "").join(" · ")),
    fieldErrors,
  };
}

function fieldText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

/** A page's title, else its text, else the text as it is. */
function plainText(text: string): string {
  if (!/^\s*<|<html/i.test(text)) return text;
  const title = text.match(/<title[^>]*>([^<]*)<\/title>/i)?.[1]?.trim();
  const heading = text.match(/<h1[^>]*>([\s\S]{0,500}?)<\/h1>/i)?.[1];
  const body = text.slice(0, 20_000).replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ");
  return title || heading?.replace(/<[^>]*>/g, " ").trim() || body;
}
