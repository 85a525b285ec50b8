/** How the text of a variable becomes a value. Each type says what it expects, with an example, for messages and docs. */

import { z } from "zod";
import type { AutomaticAction, AutomaticKind } from "../core/decision.ts";
import { normaliseAddress } from "../core/mail.ts";

/** A zod type from text, with the words for people. */
export interface ValueType<T> {
  readonly schema: z.ZodType<T, string>;
  /** Completes "expected …". */
  readonly expected: string;
  readonly example: string;
}

/** What is wrong with a text. */
class Wrong {
  constructor(readonly words: string) {}
}

function valueType<T>(expected: string, example: string, parse: (text: string) => T | Wrong): ValueType<T> {
  const schema = z.string().transform((text, context): T => {
    const value = parse(text);
    if (!(value instanceof Wrong)) return value;
    context.addIssue({ code: "custom", message: `${value.words}: expected ${expected}, for example ${example}` });
    return z.NEVER;
  });
  return { schema, expected, example };
}

/** Any text on one line. */
export function text(expected: string, example: string): ValueType<string> {
  return valueType(expected, example, (value) => /[\r\n]/.test(value) ? new Wrong("has a line break") : value);
}

/** Text that matches a pattern as a whole. */
export function word(expected: string, example: string, pattern: RegExp): ValueType<string> {
  return valueType(expected, example, (value) => pattern.test(value) ? value : new Wrong("is not valid"));
}

/** One of some words, in any case; `synonyms` are read as one of them. */
export function choice<const T extends string>(
  words: readonly T[],
  synonyms: Readonly<Record<string, T>> = {},
): ValueType<T> {
  return valueType(words.map((one) => `"${one}"`).join(", ").replace(/, ([^,]*)$/, " or $1"), words[0]!, (value) => {
    const wanted = value.toLowerCase();
    return words.find((one) => one === wanted) ?? synonyms[wanted] ?? new Wrong(`${quoted(value)} is unknown`);
  });
}

export const onOff: ValueType<boolean> = {
  ...valueType(`"on" or "off"`, "on", (value) => {
    if (/^(on|true|yes|1)$/i.test(value)) return true;
    return /^(off|false|no|0)$/i.test(value) ? false : new Wrong(`${quoted(value)} is unknown`);
  }),
};

/** A number within a range, both ends included. */
export function number(
  unit: string,
  example: string,
  range: { readonly min: number; readonly max: number; readonly integer?: boolean },
): ValueType<number> {
  const kind = range.integer ? "a whole number" : "a number";
  return valueType(`${kind} of ${unit} from ${range.min} to ${range.max}`, example, (value) => {
    if (!/^\d+(\.\d+)?$/.test(value)) return new Wrong(`${quoted(value)} is not ${kind}`);
    const parsed = Number(value);
    if (range.integer && !Number.isInteger(parsed)) return new Wrong(`${quoted(value)} is not ${kind}`);
    return parsed < range.min || parsed > range.max ? new Wrong(`${quoted(value)} is out of range`) : parsed;
  });
}

/** Comma separated, each item trimmed, empty ones left out. */
export function list(
  expected: string,
  example: string,
  isValid: (item: string) => boolean = () => true,
): ValueType<readonly string[]> {
  return valueType(expected, example, (value) => {
    const items = splitList(value);
    const wrong = items.find((item) => !isValid(item));
    return wrong === undefined ? items : new Wrong(`${quoted(wrong)} is not valid`);
  });
}

/** Mail addresses, each once whatever its case, as written. */
export function addresses(
  expected: string,
  example: string,
  options: { readonly atLeastOne?: boolean } = {},
): ValueType<readonly string[]> {
  return valueType(expected, example, (value) => {
    const items = splitList(value);
    if (options.atLeastOne && items.length === 0) return new Wrong("names nobody");
    const wrong = items.find((item) => !isAddress(item));
    if (wrong !== undefined) return new Wrong(`${quoted(wrong)} is not a mail address`);
    return items.filter((item, at) =>
      items.findIndex((other) => normaliseAddress(other) === normaliseAddress(item)) === at
    );
  });
}

export function isAddress(value: string): boolean {
  return /^[^\s@<>,;:]+@[^\s@<>,;:]+$/.test(value);
}

/** An address, a domain, `*.domain` or `*`. */
export const addressPatterns: ValueType<readonly string[]> = list(
  'addresses, domains, "*.domain" for sub-domains or "*" for anything, comma separated',
  "example.com,*.example.org,ada@example.net",
  (item) => /^(\*|(?:[^\s@*]+|\*)?@?(?:\*\.)?[^\s@*]+)$/.test(item),
);

/** `left:right` pairs, comma separated; split at the last colon. */
export function pairs(expected: string, example: string): ValueType<readonly (readonly [string, string])[]> {
  return valueType(expected, example, (value) => {
    const found: [string, string][] = [];
    for (const item of splitList(value)) {
      const colon = item.lastIndexOf(":");
      const left = item.slice(0, Math.max(colon, 0)).trim();
      const right = item.slice(colon + 1).trim();
      if (left === "" || right === "") return new Wrong(`${quoted(item)} is not a pair`);
      found.push([left, right]);
    }
    return found;
  });
}

const AUTOMATIC_KINDS: readonly AutomaticKind[] = [
  "bounce",
  "auto-reply",
  "receipt",
  "calendar",
  "list",
  "notification",
];

/** `AUTOMATIC_MAIL`: what was said about some kinds; the others keep their default. */
export const automaticActions: ValueType<Readonly<Partial<Record<AutomaticKind, AutomaticAction>>>> = valueType(
  `"kind:filter" or "kind:issue", comma separated, with the kinds ${AUTOMATIC_KINDS.join(", ")}`,
  "notification:issue,list:filter",
  (value) => {
    const actions: Partial<Record<AutomaticKind, AutomaticAction>> = {};
    for (const item of splitList(value)) {
      const [kindName, actionName] = item.toLowerCase().split(":").map((part) => part.trim());
      const kind = AUTOMATIC_KINDS.find((one) => one === kindName);
      if (kind === undefined || (actionName !== "filter" && actionName !== "issue")) {
        return new Wrong(`${quoted(item)} is not valid`);
      }
      actions[kind] = actionName;
    }
    return actions;
  },
);

/** A JSON object; `reserved` names are set by the program. */
export function jsonObject(
  expected: string,
  example: string,
  reserved: readonly string[],
): ValueType<Readonly<Record<string, unknown>>> {
  return valueType(expected, example, (value) => {
    const parsed = parseJson(value);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
      return new Wrong("is not a JSON object");
    }
    const taken = reserved.find((name) => name in parsed);
    return taken === undefined
      ? parsed as Record<string, unknown>
      : new Wrong(`the field "${taken}" is set from the mail`);
  });
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** A base URL without query, fragment and credentials; no slash at its end. `loopback`: `http` is fine there. */
export function baseUrl(
  expected: string,
  example: string,
  options: { readonly httpOnLoopback?: boolean } = {},
): ValueType<string> {
  return valueType(expected, example, (value) => {
    const url = parseUrl(value);
    if (url === undefined) return new Wrong("is not a URL");
    if (url.username !== "" || url.password !== "") return new Wrong("must not hold credentials");
    if (url.search !== "" || url.hash !== "") return new Wrong("must not have a query or fragment");
    const secure = url.protocol === "https:" ||
      (options.httpOnLoopback && url.protocol === "http:" && isLoopback(url.hostname));
    if (!secure) {
      return new Wrong(options.httpOnLoopback ? "must be https (http only on this machine)" : "must be https");
    }
    return (url.origin + url.pathname).replace(/\/+$/, "");
  });
}

/** The redirect URI of the app registration, kept letter by letter: Entra ID compares it so. */
export const redirectUri: ValueType<string> = valueType(
  "an https URL, or http on this machine",
  "https://login.microsoftonline.com/common/oauth2/nativeclient",
  (value) => {
    const url = parseUrl(value);
    const fine = url !== undefined &&
      (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname)));
    return fine ? value : new Wrong("is not valid");
  },
);

/** An http(s) proxy, with or without scheme. */
export const proxyUrl: ValueType<string> = valueType(
  "the URL of an HTTP proxy",
  "http://proxy.example.com:3128",
  (value) => {
    const url = parseUrl(value.includes("://") ? value : `http://${value}`);
    return url !== undefined && /^https?:$/.test(url.protocol)
      ? url.href.replace(/\/$/, "")
      : new Wrong("is not valid");
  },
);

/** Whether a URL's host name is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" ||
    /^127(\.\d+){3}$/.test(hostname);
}

function parseUrl(value: string): URL | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) && URL.canParse(value) ? new URL(value) : undefined;
}

function splitList(value: string): string[] {
  return value.split(",").map((item) => item.trim()).filter((item) => item !== "");
}

/** A value in a message, shortened. Never call this for a secret. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
