/** Keeps secrets out of everything that is logged, also where a vendor's message or a library's error repeats them. */

import { Buffer } from "node:buffer";

const HIDDEN = "******";

/** Shorter values would blank out half of every line; no real token is that short. */
const MIN_SECRET_LENGTH = 6;

/** Names of fields whose text is hidden whatever it is. */
const SECRET_NAME = /authorization|cookie|password|passwd|secret|token|assertion|api[-_]?key/i;

/** What looks like a credential, whoever's it is; the first group of each pattern stays. */
const CREDENTIALS: readonly RegExp[] = [
  /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|negotiate)\s+)?)[^\s"',;]+/gi,
  /\b((?:bearer|basic)\s+)[A-Za-z0-9+/_.~-]{16,}=*/gi,
  /()\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g,
  /\b((?:access_token|refresh_token|id_token|client_secret|client_assertion|device_code|code_verifier|password)["']?\s*[:=]\s*["']?)[^\s"'&,;}]{8,}/gi,
  /([?&]code=)[^\s"'&]+/gi,
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]+(?=@)/gi,
];

export class Redactor {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | null = null;

  /** Adds a value that must never appear, as it is, percent-encoded, in base64, or escaped in JSON. */
  add(secret: string): void {
    if (secret.trim().length < MIN_SECRET_LENGTH) return;
    const escaped = JSON.stringify(secret).slice(1, -1);
    const forms = [secret, encodeURIComponent(toWellFormed(secret)), Buffer.from(secret).toString("base64"), escaped];
    for (const form of forms) this.#secrets.add(form);
    // The longest first: a secret that contains another one is hidden as a whole.
    const longestFirst = [...this.#secrets].sort((a, b) => b.length - a.length);
    this.#pattern = new RegExp(longestFirst.map(literally).join("|"), "g");
  }

  /** The text without known secrets and without what looks like a credential. */
  redact(text: string): string {
    const known = this.#pattern === null ? text : text.replace(this.#pattern, HIDDEN);
    return CREDENTIALS.reduce((kept, pattern) => kept.replace(pattern, `$1${HIDDEN}`), known);
  }

  /** Any value as JSON-ready data: strings redacted, fields with telling names hidden, errors as their text. */
  redactValue(value: unknown, name = "", depth = 0): unknown {
    if (SECRET_NAME.test(name) && typeof value !== "number" && typeof value !== "boolean" && value != null) {
      return HIDDEN;
    }
    if (typeof value === "string") return this.redact(value);
    if (typeof value === "bigint" || typeof value === "symbol" || typeof value === "function") return String(value);
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Error) return this.redact(errorLine(value));
    if (depth > 4) return "…";
    const plain = "toJSON" in value && typeof value.toJSON === "function" ? value.toJSON() : value;
    if (typeof plain !== "object" || plain === null) return this.redactValue(plain, name, depth + 1);
    if (Array.isArray(plain)) return plain.map((item) => this.redactValue(item, name, depth + 1));
    return Object.fromEntries(
      Object.entries(plain).map(([key, item]) => [key, this.redactValue(item, key, depth + 1)]),
    );
  }
}

/** Name and message of an error and of its causes, on one line. */
export function errorLine(error: Error): string {
  const cause = error.cause instanceof Error && error.cause !== error ? `; because of ${errorLine(error.cause)}` : "";
  return `${error.name}: ${error.message}${cause}`;
}

/** `encodeURIComponent` throws on a lone surrogate. */
function toWellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\\/]/g, "\\$&");
}
