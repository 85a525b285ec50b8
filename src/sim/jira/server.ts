/** The simulated Jira Server/Data Center: REST v2 below a context path, boards, service desk. */

import type { SimAnswer, SimRequest } from "../kit/server.ts";
import { SimServer } from "../kit/server.ts";
import type { Face, FaceSettings } from "./call.ts";
import { ServerDoor, serverXsrf, type SimCredential } from "./doors.ts";
import { type BucketOptions, ServerBuckets } from "./limits.ts";
import { browserPage } from "./page/pages.ts";
import { answer, destinationOf } from "./router.ts";
import { JiraStore } from "./store.ts";

export interface JiraServerOptions {
  readonly store?: JiraStore;
  readonly port?: number;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Default `/jira`; empty for none. */
  readonly contextPath?: string;
  /** Default `10.3.12`. */
  readonly version?: string;
  /** Default: the personal access token `server-token` of `bot`. Users that are not in the store are created. */
  readonly credentials?: readonly SimCredential[];
  /** Default false. Since Jira 11 it is switched off. */
  readonly basicDisabled?: boolean;
  /** Failed Basic logins until a CAPTCHA; default 3, 0: never. */
  readonly captchaAfter?: number;
  /** Default: off, and no headers. */
  readonly rateLimit?: BucketOptions;
  /** Default `show`. */
  readonly emailVisibility?: FaceSettings["emailVisibility"];
  /** Default 403. */
  readonly hiddenIssueStatus?: FaceSettings["hiddenIssueStatus"];
  /** Default true: there are boards. */
  readonly software?: boolean;
}

export class JiraServerSim implements Face {
  readonly kind = "server";
  readonly store: JiraStore;
  readonly server: SimServer;
  readonly settings: FaceSettings;
  readonly contextPath: string;
  /** May be changed while it runs. */
  readonly credentials: SimCredential[];
  readonly #door: ServerDoor;
  readonly #buckets: ServerBuckets | null;

  constructor(options: JiraServerOptions = {}) {
    this.store = options.store ?? new JiraStore({ format: "wiki" });
    this.contextPath = options.contextPath ?? "/jira";
    this.credentials = [...(options.credentials ?? [{ user: "bot", token: "server-token" }])];
    for (const { user } of this.credentials) {
      if (this.store.user(user) !== null) continue;
      const emailAddress = user.includes("@") ? user : `${user}@example.com`;
      this.store.createUser({ displayName: "Mail Bridge", emailAddress, name: user });
    }
    this.settings = {
      adfValidation: "built-in",
      adfLimit: "text",
      deleteOrphanedMedia: false,
      hiddenIssueStatus: options.hiddenIssueStatus ?? 403,
      emailVisibility: options.emailVisibility ?? "show",
      version: options.version ?? "10.3.12",
      software: options.software ?? true,
      searchPageLimit: 1000,
    };
    this.#door = new ServerDoor(this.store, {
      credentials: this.credentials,
      basicDisabled: options.basicDisabled ?? false,
      captchaAfter: options.captchaAfter ?? 3,
    });
    this.#buckets = options.rateLimit === undefined ? null : new ServerBuckets(options.rateLimit);
    const tls = options.tls === undefined ? {} : { tls: options.tls };
    const port = options.port === undefined ? {} : { port: options.port };
    this.server = new SimServer({ service: "jira", ...tls, ...port, handle: (request) => this.#handle(request) });
  }

  async start(): Promise<void> {
    await this.server.start();
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** With the context path. */
  get url(): string {
    return this.server.url + this.contextPath;
  }

  get mediaUrl(): string {
    return this.url;
  }

  get journal(): SimServer["journal"] {
    return this.server.journal;
  }

  get faults(): SimServer["faults"] {
    return this.server.faults;
  }

  set latencyMs(ms: number) {
    this.server.latencyMs = ms;
  }

  get latencyMs(): number {
    return this.server.latencyMs;
  }

  solveCaptcha(): void {
    this.#door.solveCaptcha();
  }

  async #handle(request: SimRequest): Promise<SimAnswer> {
    const inside = request.path === this.contextPath || request.path.startsWith(`${this.contextPath}/`);
    const destination = inside ? destinationOf(request.path.slice(this.contextPath.length)) : null;
    if (destination === null) return browserPage(this, request, inside ? this.contextPath : "");
    const { caller, refused, headers } = this.#door.admit(request, destination, this.url);
    const bucket = caller === null || this.#buckets === null ? null : this.#buckets.take(caller.name, this.store.now());
    const common = { ...this.#headers(), ...headers, ...bucket?.headers };
    const limited: SimAnswer | null = bucket?.allowed === false
      ? { status: 429, body: { message: "Rate limit exceeded." } }
      : null;
    const reply = refused ?? limited ?? serverXsrf(request, this.url) ??
      await answer(this, request, destination, caller);
    return { ...reply, headers: { ...common, ...reply.headers } };
  }

  #headers(): Record<string, string> {
    return {
      "x-arequestid": `${new Date(this.store.now()).getUTCHours() * 60}x${this.journal.entries.length}x1`,
      "x-asessionid": "sim",
      "cache-control": "no-cache, no-store, no-transform",
      "x-content-type-options": "nosniff",
      vary: "User-Agent",
    };
  }
}
