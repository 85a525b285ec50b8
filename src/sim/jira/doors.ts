/** Who is let in: Basic and Bearer credentials, CAPTCHA, XSRF. */

import { Buffer } from "node:buffer";
import type { SimAnswer, SimRequest } from "../kit/server.ts";
import { unauthorized } from "./call.ts";
import type { Destination } from "./router.ts";
import type { JiraStore } from "./store.ts";
import type { SimUser } from "./types.ts";

export interface SimCredential {
  /** E-mail address (Cloud) or login name (Server). */
  readonly user: string;
  /** API token, personal access token or password. */
  readonly token: string;
  /** How it is sent; default Basic on Cloud, Bearer on Server. */
  readonly kind?: "basic" | "bearer";
}

export interface Admission {
  /** `null`: anonymous. */
  readonly caller: SimUser | null;
  readonly refused: SimAnswer | null;
  /** For every reply. */
  readonly headers: Record<string, string>;
}

const HTML = { "content-type": "text/html;charset=UTF-8" };

/** What a request's `Authorization` says. */
interface Shown {
  readonly kind: "basic" | "bearer";
  readonly user: string;
  readonly token: string;
}

function shownBy(request: SimRequest): Shown | null {
  const [scheme, value] = (request.headers.get("authorization") ?? "").split(/\s+/, 2);
  if (scheme === undefined || value === undefined) return null;
  if (/^bearer$/i.test(scheme)) return { kind: "bearer", user: "", token: value };
  if (!/^basic$/i.test(scheme)) return null;
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return { kind: "basic", user: text.slice(0, colon), token: text.slice(colon + 1) };
}

function accepted(
  store: JiraStore,
  credentials: readonly SimCredential[],
  shown: Shown,
  normal: "basic" | "bearer",
): SimUser | null {
  const found = credentials.find(({ user, token, kind }) =>
    (kind ?? normal) === shown.kind && token === shown.token &&
    (shown.kind === "bearer" || user.toLowerCase() === shown.user.toLowerCase())
  );
  const user = found === undefined ? null : store.user(found.user);
  return user?.active === true ? user : null;
}

/** Failed logins until a human has to solve a CAPTCHA. */
class Failures {
  readonly #counts = new Map<string, number>();

  constructor(private readonly allowed: number) {}

  denied(user: string): boolean {
    return this.allowed > 0 && (this.#counts.get(user.toLowerCase()) ?? 0) >= this.allowed;
  }

  fail(user: string): void {
    this.#counts.set(user.toLowerCase(), (this.#counts.get(user.toLowerCase()) ?? 0) + 1);
  }

  reset(): void {
    this.#counts.clear();
  }
}

export interface CloudDoorOptions {
  readonly credentials: readonly SimCredential[];
  /** `anonymous`: a bad token is served as nobody, so issues are not found and searches empty; `refused`: 401 everywhere. */
  readonly badCredential: "anonymous" | "refused";
  /** 0: never. */
  readonly captchaAfter: number;
}

export class CloudDoor {
  readonly #failures: Failures;

  constructor(private readonly store: JiraStore, private readonly options: CloudDoorOptions) {
    this.#failures = new Failures(options.captchaAfter);
  }

  /** A human logged in: the CAPTCHA is solved. */
  solveCaptcha(): void {
    this.#failures.reset();
  }

  admit(request: SimRequest): Admission {
    const shown = shownBy(request);
    if (shown === null) return { caller: null, refused: null, headers: {} };
    if (this.#failures.denied(shown.user)) {
      const headers = { "x-seraph-loginreason": "AUTHENTICATION_DENIED" };
      return { caller: null, refused: { ...unauthorized(true), status: 403, headers }, headers };
    }
    const caller = accepted(this.store, this.options.credentials, shown, "basic");
    if (caller !== null) {
      return { caller, refused: null, headers: { "x-aaccountid": encodeURIComponent(caller.accountId) } };
    }
    this.#failures.fail(shown.user);
    const headers = { "x-seraph-loginreason": "AUTHENTICATED_FAILED" };
    return { caller: null, refused: this.options.badCredential === "refused" ? unauthorized(true) : null, headers };
  }
}

export interface ServerDoorOptions {
  readonly credentials: readonly SimCredential[];
  readonly basicDisabled: boolean;
  /** 0: never. */
  readonly captchaAfter: number;
}

export class ServerDoor {
  readonly #failures: Failures;

  constructor(private readonly store: JiraStore, private readonly options: ServerDoorOptions) {
    this.#failures = new Failures(options.captchaAfter);
  }

  /** A human logged in: the CAPTCHA is solved. */
  solveCaptcha(): void {
    this.#failures.reset();
  }

  admit(request: SimRequest, destination: Destination, url: string): Admission {
    const anonymous = { "x-ausername": "anonymous" };
    const shown = shownBy(request);
    if (shown === null) return { caller: null, refused: null, headers: anonymous };
    if (shown.kind === "basic" && this.options.basicDisabled) {
      const message = "Basic Authentication has been disabled on this instance.";
      return { caller: null, refused: { status: 403, body: { message } }, headers: anonymous };
    }
    if (shown.kind === "basic" && this.#failures.denied(shown.user)) return this.#denied(url, anonymous);
    const caller = accepted(this.store, this.options.credentials, shown, "bearer");
    if (caller !== null) {
      return {
        caller,
        refused: null,
        headers: { "x-ausername": encodeURIComponent(caller.name), "x-seraph-loginreason": "OK" },
      };
    }
    if (shown.kind === "bearer") {
      // A refused token makes the search anonymous: 200 with nothing in it; a download leads to the login. All else is 401.
      const served = destination.root === "secure" ||
        (destination.root === "api" && destination.segments[0] === "search");
      return { caller: null, refused: served ? null : unauthorized(false), headers: anonymous };
    }
    this.#failures.fail(shown.user);
    return this.#failed(anonymous);
  }

  #failed(anonymous: Record<string, string>): Admission {
    const headers = {
      ...anonymous,
      "x-seraph-loginreason": "AUTHENTICATED_FAILED",
      "www-authenticate": 'OAuth realm="localhost"',
    };
    const body = "<html><body>Basic Authentication Failure - Reason : AUTHENTICATED_FAILED</body></html>";
    return { caller: null, refused: { status: 401, headers: HTML, body }, headers };
  }

  #denied(url: string, anonymous: Record<string, string>): Admission {
    const headers = {
      ...anonymous,
      "x-seraph-loginreason": "AUTHENTICATION_DENIED",
      "x-authentication-denied-reason": `CAPTCHA_CHALLENGE; login-url=${url}/login.jsp`,
    };
    const body = "<html><body>Basic Authentication Failure - Reason : AUTHENTICATION_DENIED</body></html>";
    return { caller: null, refused: { status: 403, headers: HTML, body }, headers };
  }
}

const XSRF_REFUSED: SimAnswer = {
  status: 403,
  headers: { "content-type": "text/plain;charset=UTF-8" },
  body: "XSRF check failed",
};

function hasToken(request: SimRequest): boolean {
  return /^no-?check$/i.test(request.headers.get("x-atlassian-token") ?? "");
}

/** Cloud: only uploads need the header. */
export function cloudXsrf(request: SimRequest): SimAnswer | null {
  const upload = request.method === "POST" && /^multipart\//i.test(request.headers.get("content-type") ?? "");
  return upload && !hasToken(request) ? XSRF_REFUSED : null;
}

/** Server: a browser's POST must come from its own pages; others need the header for what a form could send. */
export function serverXsrf(request: SimRequest, url: string): SimAnswer | null {
  if (request.method !== "POST" && request.method !== "PUT" && request.method !== "DELETE") return null;
  const type = request.headers.get("content-type") ?? "";
  if (
    request.method === "POST" &&
    /^(Mozilla|Opera)\b|Chrome\/|Safari\/|MSIE |Trident\//.test(request.headers.get("user-agent") ?? "")
  ) {
    const from = request.headers.get("origin") ?? request.headers.get("referer") ?? "";
    return from.startsWith(new URL(url).origin) ? null : XSRF_REFUSED;
  }
  const formLike = type === "" || /^(application\/x-www-form-urlencoded|multipart\/|text\/plain)/i.test(type);
  return request.method === "POST" && formLike && !hasToken(request) ? XSRF_REFUSED : null;
}
