/**
 * Jira's webhooks as an administrator registers them: signed over the raw body where a secret is set (Cloud; a Server
 * before 10 does not), repeated after an outage, without order, at least once.
 */

import { Buffer } from "node:buffer";
import { hmacSha256 } from "../../core/ids.ts";
import type { JiraStore } from "./store.ts";
import { plainText } from "./texts.ts";
import type { SimEvent, SimUser } from "./types.ts";

export interface SimWebhookOptions {
  readonly url: string;
  readonly kind: "cloud" | "server";
  readonly events?: readonly SimEvent["name"][];
  /** Makes it sign with `X-Hub-Signature`. */
  readonly secret?: string;
  /** Before a delivery that failed is repeated (Jira: 5 to 15 minutes), milliseconds. */
  readonly retryMs?: number;
  /** Each delivery twice, as happens after a lost answer. */
  readonly twice?: boolean;
}

/** What a delivery was answered; 0: nobody answered. */
export interface WebhookDelivery {
  readonly event: SimEvent["name"];
  readonly identifier: string;
  readonly retry: number;
  readonly status: number;
}

/** Only these, and no answer, make Jira repeat a delivery. */
const REPEATED = [408, 409, 425, 429];
const MAX_RETRIES = 5;
const TIMEOUT_MS = 10_000;

export class SimWebhook {
  readonly deliveries: WebhookDelivery[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #stopped = new AbortController();

  constructor(private readonly store: JiraStore, private readonly options: SimWebhookOptions) {
    store.listeners.add(this.#listener);
  }

  readonly #listener = (event: SimEvent) => {
    if (!(this.options.events ?? ["comment_created", "comment_updated", "jira:issue_updated"]).includes(event.name)) {
      return;
    }
    const identifier = crypto.randomUUID();
    const body = JSON.stringify(this.#body(event));
    for (let copy = 0; copy < (this.options.twice === true ? 2 : 1); copy++) {
      const delivering: Promise<void> = this.#deliver(event.name, identifier, body).finally(() =>
        this.#running.delete(delivering)
      );
      this.#running.add(delivering);
    }
  };

  async stop(): Promise<void> {
    this.store.listeners.delete(this.#listener);
    this.#stopped.abort();
    await Promise.allSettled(this.#running);
  }

  async #deliver(event: SimEvent["name"], identifier: string, body: string): Promise<void> {
    for (let retry = 0; retry <= MAX_RETRIES && !this.#stopped.signal.aborted; retry++) {
      const status = await this.#post(identifier, retry, body);
      this.deliveries.push({ event, identifier, retry, status });
      if (this.#stopped.signal.aborted || (status !== 0 && status < 500 && !REPEATED.includes(status))) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.options.retryMs ?? 300_000);
        this.#stopped.signal.addEventListener("abort", () => {
          clearTimeout(timer);
          resolve();
        }, { once: true });
      });
    }
  }

  async #post(identifier: string, retry: number, body: string): Promise<number> {
    const { url, secret, kind } = this.options;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json; charset=utf-8",
          "user-agent": kind === "cloud" ? "Atlassian Webhook HTTP Client" : "Atlassian HttpClient",
          "x-atlassian-webhook-identifier": identifier,
          ...(retry === 0 ? {} : { "x-atlassian-webhook-retry": String(retry) }),
          ...(secret === undefined
            ? {}
            : { "x-hub-signature": `sha256=${Buffer.from(await hmacSha256(secret, body)).toString("hex")}` }),
        },
        body,
        redirect: "manual",
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 0;
    }
  }

  /** The comment is plain text or wiki markup, never ADF: another reason not to take it from here. */
  #body({ name, issue, comment }: SimEvent): Record<string, unknown> {
    const { kind } = this.options;
    const person = (id: string | null) => {
      const user = this.store.user(id);
      return user === null ? null : this.#person(user);
    };
    return {
      timestamp: this.store.now(),
      webhookEvent: name,
      issue: { id: issue.id, key: issue.key, fields: { summary: issue.summary, project: { key: issue.projectKey } } },
      ...(comment === null ? {} : {
        comment: {
          id: comment.id,
          author: person(comment.author),
          updateAuthor: person(comment.updateAuthor),
          body: plainText(comment.body),
          created: new Date(comment.created).toISOString(),
          updated: new Date(comment.updated).toISOString(),
          ...(comment.visibility === null ? {} : { visibility: comment.visibility }),
          ...(kind === "cloud" ? { jsdPublic: this.store.isPublic(comment) } : {}),
        },
      }),
      ...(kind === "cloud" ? { eventType: "primaryAction" } : {}),
    };
  }

  #person(user: SimUser): Record<string, unknown> {
    return this.options.kind === "cloud"
      ? { accountId: user.accountId, displayName: user.displayName }
      : { name: user.name, key: user.userKey, displayName: user.displayName };
  }
}
