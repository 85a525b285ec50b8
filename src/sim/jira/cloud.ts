/** The simulated Jira Cloud: REST v3 (and v2), boards, service desk, and the media host beside it. */

import type { SimAnswer, SimRequest } from "../kit/server.ts";
import { SimServer } from "../kit/server.ts";
import { bytesAnswer, mediaToken } from "./attachments.ts";
import type { Face, FaceSettings } from "./call.ts";
import { CloudDoor, cloudXsrf, type SimCredential } from "./doors.ts";
import { CloudLimits } from "./limits.ts";
import { browserPage } from "./page/pages.ts";
import { answer, type Destination, destinationOf } from "./router.ts";
import { JiraStore } from "./store.ts";

export interface JiraCloudOptions {
  readonly store?: JiraStore;
  readonly port?: number;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Default: `bot@example.com` with the token `cloud-token`. Users that are not in the store are created. */
  readonly credentials?: readonly SimCredential[];
  /** Default `schema`. */
  readonly adfValidation?: FaceSettings["adfValidation"];
  /** Default `serialised`. */
  readonly adfLimit?: FaceSettings["adfLimit"];
  /** Default true. */
  readonly deleteOrphanedMedia?: boolean;
  /** Default true: 20 writes per issue in 2 s, 100 in 30 s. */
  readonly perIssueWriteLimit?: boolean;
  /** Default false: 100 requests per endpoint and second. */
  readonly burstLimits?: boolean;
  /** Default `anonymous`. */
  readonly badCredential?: "anonymous" | "refused";
  /** Failed logins until AUTHENTICATION_DENIED; default 0: never. */
  readonly captchaAfter?: number;
  /** Default 100. */
  readonly searchPageLimit?: number;
  /** Default true: there are boards. */
  readonly software?: boolean;
}

export class JiraCloudSim implements Face {
  readonly kind = "cloud";
  readonly store: JiraStore;
  readonly server: SimServer;
  /** Serves the bytes behind the 303 of `attachment/content`: no credential belongs there. */
  readonly media: SimServer;
  readonly settings: FaceSettings;
  /** May be changed while it runs. */
  readonly credentials: SimCredential[];
  readonly #door: CloudDoor;
  readonly #limits: CloudLimits;

  constructor(options: JiraCloudOptions = {}) {
    this.store = options.store ?? new JiraStore({ format: "adf" });
    this.credentials = [...(options.credentials ?? [{ user: "bot@example.com", token: "cloud-token" }])];
    for (const { user } of this.credentials) {
      if (this.store.user(user) === null) this.store.createUser({ displayName: "Mail Bridge", emailAddress: user });
    }
    this.settings = {
      adfValidation: options.adfValidation ?? "schema",
      adfLimit: options.adfLimit ?? "serialised",
      deleteOrphanedMedia: options.deleteOrphanedMedia ?? true,
      hiddenIssueStatus: 404,
      emailVisibility: "show",
      version: "1001.0.0-SNAPSHOT",
      software: options.software ?? true,
      searchPageLimit: options.searchPageLimit ?? 100,
    };
    this.#door = new CloudDoor(this.store, {
      credentials: this.credentials,
      badCredential: options.badCredential ?? "anonymous",
      captchaAfter: options.captchaAfter ?? 0,
    });
    this.#limits = new CloudLimits({
      perIssueWrites: options.perIssueWriteLimit ?? true,
      bursts: options.burstLimits ?? false,
    });
    const tls = options.tls === undefined ? {} : { tls: options.tls };
    const port = options.port === undefined ? {} : { port: options.port };
    this.server = new SimServer({ service: "jira", ...tls, ...port, handle: (request) => this.#handle(request) });
    this.media = new SimServer({ service: "jira-media", ...tls, handle: (request) => this.#serveMedia(request) });
  }

  async start(): Promise<void> {
    await Promise.all([this.server.start(), this.media.start()]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.server.stop(), this.media.stop()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get url(): string {
    return this.server.url;
  }

  get mediaUrl(): string {
    return this.media.url;
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

  /** How many requests brought a credential to the media host, where none belongs. */
  get credentialsSentToMedia(): number {
    return this.media.journal.entries.filter(({ headers }) => headers.has("authorization") || headers.has("cookie"))
      .length;
  }

  solveCaptcha(): void {
    this.#door.solveCaptcha();
  }

  async #handle(request: SimRequest): Promise<SimAnswer> {
    const destination = destinationOf(request.path);
    if (destination === null) return browserPage(this, request, "");
    const { caller, refused, headers } = this.#door.admit(request);
    const common = { ...this.#headers(), ...headers };
    const denied = refused ?? cloudXsrf(request) ??
      this.#limits.check(request, destination, this.#issueOf(destination), this.store.now());
    const reply = denied ?? await answer(this, request, destination, caller);
    return { ...reply, headers: { ...common, ...reply.headers } };
  }

  /** The issue that a write below `issue/:key/…` touches. */
  #issueOf({ root, segments }: Destination): string | null {
    const named = (root === "api" && segments[0] === "issue") || (root === "desk" && segments[0] === "request")
      ? segments[1]
      : undefined;
    return named === undefined ? null : this.store.issue(named)?.id ?? null;
  }

  #headers(): Record<string, string> {
    return {
      "x-arequestid": crypto.randomUUID(),
      "atl-traceid": crypto.randomUUID().replaceAll("-", ""),
      "cache-control": "no-cache, no-store, no-transform",
      "x-content-type-options": "nosniff",
      "x-ratelimit-limit": "350",
      "x-ratelimit-remaining": "349",
      "x-ratelimit-nearlimit": "false",
    };
  }

  #serveMedia(request: SimRequest): SimAnswer {
    const [, , id] = request.path.split("/");
    const found = this.store.attachment(id ?? "");
    const allowed = found !== null && request.query.get("token") === mediaToken(found.attachment);
    if (!allowed) return { status: 403, body: { error: { code: "JwtAuthoriser:TokenRejectedError" } } };
    return bytesAnswer(found.attachment, request.headers.get("range"));
  }
}
