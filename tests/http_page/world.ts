/** A running listener with its page, and a client that may send whatever headers it likes. */

import { request as send } from "node:http";
import type { HttpAddress } from "../../src/app/http/address.ts";
import { handleIncomingEvents } from "../../src/app/listen.ts";
import type { SimWorld } from "../../src/app/sim_world.ts";
import { type FileState, openState } from "../../src/state/open.ts";
import { mail } from "../scenarios/world.ts";
import { SetUp, type SetUpOptions, SUPPORT } from "../set_up.ts";

export { mail, SUPPORT };
export const TOKEN = "a-token-of-the-tests-0123456789";
const LOOPBACK: HttpAddress = { hostname: "127.0.0.1", port: 0, loopback: true };

export interface PageWorldOptions extends SetUpOptions {
  readonly address?: HttpAddress;
  readonly names?: readonly string[];
  /** What is wrong outside before the listener starts. */
  readonly beforeStart?: (world: SimWorld) => void;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields are sent as a form. */
  readonly body?: string | Readonly<Record<string, string>>;
}

export class PageWorld {
  private constructor(
    readonly setUp: SetUp,
    readonly url: URL,
    private readonly running: Promise<number>,
    private readonly stop: AbortController,
  ) {}

  /** Ready as soon as the page is served; `ready()` waits for the first read. */
  static async open(
    { address = LOOPBACK, names = [], beforeStart, ...options }: PageWorldOptions = {},
  ): Promise<PageWorld> {
    const setUp = await SetUp.open({
      mailboxes: [{ address: SUPPORT, displayName: "Support" }],
      ...options,
      env: { POLL_INTERVAL_SECONDS: "0.2", ...options.env },
    });
    beforeStart?.(setUp.world);
    const stop = new AbortController();
    const served = Promise.withResolvers<string>();
    const running = handleIncomingEvents(setUp.config(), {
      once: false,
      dryRun: false,
      since: "2026-01-01T00:00:00Z",
      stop: stop.signal,
      abandon: AbortSignal.timeout(90_000),
      write() {},
      http: { address, names, token: TOKEN, onServed: served.resolve },
    });
    running.catch(served.reject);
    return new PageWorld(setUp, new URL(await served.promise), running, stop);
  }

  get world() {
    return this.setUp.world;
  }

  async ready(): Promise<this> {
    await until("the first read", async () => (await this.ask("/healthz")).status === 200);
    return this;
  }

  ask(path: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answer> {
    const text = typeof body === "object" ? new URLSearchParams(body).toString() : body;
    const form = typeof body === "object" ? { "content-type": "application/x-www-form-urlencoded" } : {};
    return new Promise((resolve, reject) => {
      const sent = send({
        host: "127.0.0.1",
        port: this.url.port,
        path,
        method,
        agent: false,
        headers: {
          host: this.url.host,
          ...form,
          ...(text === undefined ? {} : { "content-length": String(new TextEncoder().encode(text).length) }),
          ...headers,
        },
      }, (answer) => {
        let received = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => received += chunk);
        answer.on("end", () => resolve({ status: answer.statusCode!, headers: answer.headers, text: received }));
        answer.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(text);
    });
  }

  /** As a browser submits one of our forms. */
  submit(path: string, body: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
    return this.ask(path, { method: "POST", body, headers: { origin: this.url.origin, ...headers } });
  }

  /** The cookie of a browser that knows the token, and the secret of its forms. */
  async logIn(): Promise<{ cookie: string; csrf: string }> {
    const answer = await this.submit("/login", { token: TOKEN });
    const cookie = String(answer.headers["set-cookie"]).split(";")[0]!;
    const { text } = await this.ask("/failed", { headers: { cookie } });
    return { cookie, csrf: text.match(/name="csrf" value="([0-9a-f]{64})"/)![1]! };
  }

  /** A mail that Jira refuses, in the list of failed mail. */
  async failedMail(subject = "Refused", from = "Ada Lovelace <ada@customer.example>"): Promise<void> {
    const before = (await this.failed()).length;
    this.world.jira.faults.add({
      method: "POST",
      path: /\/issue$/,
      times: 20,
      action: { kind: "answer", status: 403, body: { errorMessages: ["No."] } },
    });
    await this.world.graph.deliver(SUPPORT, mail({ subject, from }));
    await until("a failed mail", async () => (await this.failed()).length > before);
    this.world.jira.faults.clear();
  }

  /** What another process on the same state does. */
  async changeState(change: (state: FileState) => Promise<void>): Promise<void> {
    const state = await openState({ path: this.setUp.config().databasePath });
    await change(state).finally(() => state.close());
  }

  async failed() {
    const state = await openState({ path: this.setUp.config().databasePath, readOnly: true });
    try {
      return await state.failed();
    } finally {
      await state.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort();
    await this.running.catch(() => {});
    await this.setUp[Symbol.asyncDispose]();
  }
}

/** Waits until it is so, and gives what it is; throws after 15 seconds. */
export async function until<T>(what: string, find: () => T | Promise<T>): Promise<Exclude<T, false>> {
  const end = performance.now() + 15_000;
  for (;;) {
    const found = await find();
    if (found !== false) return found as Exclude<T, false>;
    if (performance.now() > end) throw new Error(`not within 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
