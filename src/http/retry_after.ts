/** `Retry-After` and its relatives. */

/**
 * Milliseconds to wait from `nowMs`, `undefined` if the header is absent or says nothing usable. Takes seconds, also
 * fractional (Graph documents `2.128`), and HTTP dates; a date in the past is 0.
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  const text = value?.trim() ?? "";
  if (text === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = /[a-z:]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/**
 * How long the answer asks us to wait. A date is compared with the answer's own `Date`, so that a wrong clock here does
 * not matter. Jira Cloud tells `X-RateLimit-Reset` (ISO 8601) with a 429, some gateways without `Retry-After`.
 */
export function retryAfterOf(status: number, headers: Headers, nowMs: number): number | undefined {
  const theirs = Date.parse(headers.get("date") ?? "");
  const now = Number.isNaN(theirs) ? nowMs : theirs;
  const asked = parseRetryAfter(headers.get("retry-after") ?? headers.get("beta-retry-after"), now);
  if (asked !== undefined || status !== 429) return asked;
  const reset = headers.get("x-ratelimit-reset") ?? "";
  return /^\d{4}-/.test(reset) ? parseRetryAfter(reset, now) : undefined;
}
