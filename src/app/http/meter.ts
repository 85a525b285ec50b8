/** Counts what this process does: requests by destination, and mail by outcome. */

import type { Clock } from "../../core/clock.ts";
import type { OutcomeKind } from "../../core/decision.ts";
import { type Destination, NetworkError } from "../../core/errors.ts";
import type { Http, HttpAnswer, HttpRequest } from "../../core/http_port.ts";
import type { Delivery, Finish } from "../../core/state_port.ts";
import { Recent } from "./recent.ts";

export const DESTINATIONS: readonly Destination[] = ["entra", "graph", "jira"];
/** Upper ends of the histogram's buckets, seconds. */
export const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const MINUTE_MS = 60_000;

/** How a request ended: the class of its status, `429`, or `none` without an answer. */
export type Answered = "2xx" | "3xx" | "4xx" | "429" | "5xx" | "none";

export interface RequestCounts {
  readonly answered: Map<Answered, number>;
  /** How many took at most so long, by {@link BUCKETS}; each is counted in its own bucket only. */
  readonly durations: number[];
  seconds: number;
  count: number;
  underWay: number;
  /** When the vendor last asked us to wait (429), milliseconds; `null`: never. */
  throttledAt: number | null;
}

/** What Jira told last about the requests that are left. */
export interface ToldLimit {
  readonly limit: number;
  readonly remaining: number;
  readonly at: number;
}

export class Meter {
  readonly startedAt: number;
  readonly requests: Readonly<Record<Destination, RequestCounts>>;
  /** Requests of the last ten minutes, in tens of seconds: by mailbox for Graph. */
  readonly #graph = new Map<string, Recent>();
  readonly #jira: Recent;
  readonly #ends = new Map<string, number>();
  readonly #rates: Readonly<Record<OutcomeKind, Recent>>;
  jiraLimit: ToldLimit | null = null;

  constructor(private readonly clock: Clock) {
    this.startedAt = clock.now();
    this.requests = { entra: noRequests(), graph: noRequests(), jira: noRequests() };
    this.#jira = new Recent(clock, 10_000, 60);
    const minutes = () => new Recent(clock, MINUTE_MS, 60);
    this.#rates = { created: minutes(), commented: minutes(), filtered: minutes(), failed: minutes() };
  }

  /** The same transport, counted. */
  through(http: Http): Http {
    return { send: (request) => this.#send(http, request), close: () => http.close() };
  }

  /** A mail has its outcome. */
  ended({ mailbox }: Pick<Delivery, "mailbox">, { outcome }: Pick<Finish, "outcome">): void {
    const name = `${mailbox} ${outcome}`;
    this.#ends.set(name, (this.#ends.get(name) ?? 0) + 1);
    this.#rates[outcome].add();
  }

  /** Mail of a mailbox that got this outcome from this process. */
  endsOf(mailbox: string, outcome: OutcomeKind): number {
    return this.#ends.get(`${mailbox} ${outcome}`) ?? 0;
  }

  /** Mail by minute, the oldest first, the current minute last; 60 of them. */
  perMinute(outcome: OutcomeKind): number[] {
    return this.#rates[outcome].slots();
  }

  /** Requests to Graph for this mailbox in the last ten minutes. */
  graphRequests(mailbox: string): number {
    return this.#graph.get(mailbox)?.sum() ?? 0;
  }

  /** Requests to Jira in the last ten minutes. */
  jiraRequests(): number {
    return this.#jira.sum();
  }

  async #send(http: Http, request: HttpRequest): Promise<HttpAnswer> {
    const counts = this.requests[request.destination];
    const before = performance.now();
    counts.underWay++;
    this.#remember(request);
    try {
      const answer = await http.send(request);
      this.#count(counts, before, answeredOf(answer.status));
      if (answer.status === 429) counts.throttledAt = this.clock.now();
      if (request.destination === "jira") this.#listen(answer.headers);
      return answer;
    } catch (error) {
      // What we stopped ourselves is nobody's answer, and no sign of anything.
      if (!(error instanceof NetworkError && error.reason === "aborted")) this.#count(counts, before, "none");
      throw error;
    } finally {
      counts.underWay--;
    }
  }

  #count(counts: RequestCounts, before: number, answered: Answered): void {
    const seconds = (performance.now() - before) / 1000;
    counts.answered.set(answered, (counts.answered.get(answered) ?? 0) + 1);
    const bucket = BUCKETS.findIndex((end) => seconds <= end);
    if (bucket >= 0) counts.durations[bucket]!++;
    counts.seconds += seconds;
    counts.count++;
  }

  #remember({ destination, url }: HttpRequest): void {
    if (destination === "jira") this.#jira.add();
    const mailbox = destination === "graph" ? mailboxOf(url) : null;
    if (mailbox === null) return;
    const recent = this.#graph.get(mailbox) ?? new Recent(this.clock, 10_000, 60);
    this.#graph.set(mailbox, recent);
    recent.add();
  }

  /** https://developer.atlassian.com/cloud/jira/platform/rate-limiting/: on every answer that is subject to a limit. */
  #listen(headers: Headers): void {
    const [limit, remaining] = ["x-ratelimit-limit", "x-ratelimit-remaining"].map((name) =>
      /^\d{1,9}$/.test(headers.get(name) ?? "") ? Number(headers.get(name)) : null
    );
    if (typeof limit === "number" && typeof remaining === "number" && limit > 0) {
      this.jiraLimit = { limit, remaining: Math.min(remaining, limit), at: this.clock.now() };
    }
  }
}

function noRequests(): RequestCounts {
  return { answered: new Map(), durations: BUCKETS.map(() => 0), seconds: 0, count: 0, underWay: 0, throttledAt: null };
}

function answeredOf(status: number): Answered {
  return status === 429 ? "429" : `${Math.floor(status / 100)}xx` as Answered;
}

/** `/v1.0/users/<address>/…`, in lower case as the state has it. */
function mailboxOf(url: string): string | null {
  const segment = URL.canParse(url) ? new URL(url).pathname.match(/\/users\/([^/]+)/)?.[1] : undefined;
  try {
    return segment === undefined ? null : decodeURIComponent(segment).toLowerCase();
  } catch {
    return null;
  }
}
