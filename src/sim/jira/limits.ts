/** How often: Cloud's limit of writes per issue and its bursts, Server's token buckets. */

import type { SimAnswer, SimRequest } from "../kit/server.ts";
import type { Destination } from "./router.ts";

interface Window {
  readonly count: number;
  readonly ms: number;
}

/** 20 writes in 2 s and 100 in 30 s, per issue. */
const PER_ISSUE: readonly Window[] = [{ count: 20, ms: 2_000 }, { count: 100, ms: 30_000 }];
const PER_SECOND: Record<string, number> = { GET: 100, POST: 100, PUT: 50, DELETE: 50 };

export class CloudLimits {
  readonly #writes = new Map<string, number[]>();
  readonly #bursts = new Map<string, number[]>();

  constructor(private readonly options: { readonly perIssueWrites: boolean; readonly bursts: boolean }) {}

  /** The 429, or `null`. A refused request does not count. */
  check(request: SimRequest, destination: Destination, issueId: string | null, now: number): SimAnswer | null {
    if (this.options.bursts) {
      const limit = PER_SECOND[request.method] ?? 100;
      const endpoint = `${request.method} ${destination.root}/${destination.segments[0] ?? ""}/${
        destination.segments[2] ?? ""
      }`;
      const wait = taken(this.#bursts, endpoint, [{ count: limit, ms: 1_000 }], now);
      if (wait !== null) return tooMany("jira-burst-based", limit, wait, now);
    }
    if (!this.options.perIssueWrites || issueId === null || request.method === "GET") return null;
    const wait = taken(this.#writes, issueId, PER_ISSUE, now);
    return wait === null ? null : tooMany("jira-per-issue-on-write", PER_ISSUE[0]!.count, wait, now);
  }
}

/** Counts one more, or says how many milliseconds until there is room. */
function taken(all: Map<string, number[]>, key: string, windows: readonly Window[], now: number): number | null {
  const longest = Math.max(...windows.map(({ ms }) => ms));
  const times = (all.get(key) ?? []).filter((at) => at > now - longest);
  all.set(key, times);
  let wait = 0;
  for (const { count, ms } of windows) {
    const within = times.filter((at) => at > now - ms);
    if (within.length >= count) wait = Math.max(wait, within[within.length - count]! + ms - now);
  }
  if (wait > 0) return wait;
  times.push(now);
  return null;
}

function tooMany(reason: string, limit: number, waitMs: number, now: number): SimAnswer {
  return {
    status: 429,
    headers: {
      "retry-after": String(Math.max(1, Math.ceil(waitMs / 1000))),
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": new Date(now + waitMs).toISOString(),
      "ratelimit-reason": reason,
    },
    body: { errorMessages: ["Rate limit exceeded."], errors: {} },
  };
}

export interface BucketOptions {
  /** Tokens a bucket holds. */
  readonly limit: number;
  /** Tokens that come back per interval. */
  readonly fillRate: number;
  readonly intervalSeconds: number;
}

/** Server's rate limiting, when the administrator switched it on: one bucket per account. */
export class ServerBuckets {
  readonly #buckets = new Map<string, { tokens: number; filledAt: number }>();

  constructor(private readonly options: BucketOptions) {}

  /** Headers for the reply; `allowed` is false when the bucket is empty. */
  take(user: string, now: number): { readonly allowed: boolean; readonly headers: Record<string, string> } {
    const { limit, fillRate, intervalSeconds } = this.options;
    const bucket = this.#buckets.get(user) ?? { tokens: limit, filledAt: now };
    const intervals = Math.floor((now - bucket.filledAt) / (intervalSeconds * 1000));
    if (intervals > 0) {
      bucket.tokens = Math.min(limit, bucket.tokens + intervals * fillRate);
      bucket.filledAt += intervals * intervalSeconds * 1000;
    }
    this.#buckets.set(user, bucket);
    const allowed = bucket.tokens > 0;
    if (allowed) bucket.tokens--;
    const wait = Math.ceil((bucket.filledAt + intervalSeconds * 1000 - now) / 1000);
    return {
      allowed,
      headers: {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(bucket.tokens),
        "x-ratelimit-fillrate": String(fillRate),
        "x-ratelimit-interval-seconds": String(intervalSeconds),
        "retry-after": String(allowed ? 0 : wait),
      },
    };
  }
}
