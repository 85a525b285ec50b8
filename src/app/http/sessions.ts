/** Who may see details and change something: whoever knows the token, once per browser. */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../core/clock.ts";

export interface Session {
  /** Stands in every form; a page of another site cannot know it. */
  readonly csrf: string;
  readonly until: number;
  /** What the last change did, told once. */
  notice: string | null;
}

export const SESSION_SECONDS = 12 * 60 * 60;
const MAX_SESSIONS = 100;

/** 256 random bits, fit for a URL, a header and a double click. */
export function makeToken(): string {
  return randomBytes(32).toString("hex");
}

/** Takes as long whether the first or the last character differs, and whatever the lengths. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(text).digest());
}

/** In memory: who was logged in before a restart logs in again. */
export class Sessions {
  /** By the hash of the cookie's value, so that looking one up tells nothing about it by its time. */
  readonly #sessions = new Map<string, Session>();

  constructor(private readonly token: string, private readonly clock: Clock) {}

  /** The value of the cookie; `null`: the token is wrong. */
  logIn(token: string): string | null {
    if (!sameSecret(token, this.token)) return null;
    const now = this.clock.now();
    for (const [key, { until }] of this.#sessions) if (until <= now) this.#sessions.delete(key);
    while (this.#sessions.size >= MAX_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value!);
    const value = randomBytes(32).toString("hex");
    this.#sessions.set(keyOf(value), {
      csrf: randomBytes(32).toString("hex"),
      until: now + SESSION_SECONDS * 1000,
      notice: null,
    });
    return value;
  }

  of(cookie: string | null): Session | null {
    const session = cookie === null ? undefined : this.#sessions.get(keyOf(cookie));
    return session === undefined || session.until <= this.clock.now() ? null : session;
  }

  logOut(cookie: string | null): void {
    if (cookie !== null) this.#sessions.delete(keyOf(cookie));
  }

  /** `Authorization: Bearer <token>`, as a script sends it. */
  isBearer(authorization: string | null): boolean {
    const given = authorization?.match(/^Bearer +(\S+) *$/i)?.[1];
    return given !== undefined && sameSecret(given, this.token);
  }
}

function keyOf(cookie: string): string {
  return createHash("sha256").update(cookie).digest("base64");
}

/** Value of a cookie, `null` if there is none. */
export function cookieOf(headers: Headers, name: string): string | null {
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name && value !== undefined && /^[0-9a-f]{64}$/.test(value)) return value;
  }
  return null;
}
