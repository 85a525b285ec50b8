/** Which mail somebody asks for, from words that were typed on a command line or in a form. */

import type { ConfigProblem } from "../core/errors.ts";
import { parseIsoTime } from "../core/iso_time.ts";
import type { HistoryFilter } from "./history.ts";

/** As typed. */
export interface HistoryFilterWords {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly from?: string | undefined;
  readonly outcome?: HistoryFilter["outcome"] | undefined;
  readonly mailbox?: string | undefined;
  /** A number, or `all`. */
  readonly limit: string;
}

/** What the options restrict to; what is wrong with them is added to `problems`. */
export function filterOf(options: HistoryFilterWords, problems: ConfigProblem[]): HistoryFilter {
  const limit = options.limit.trim();
  if (limit !== "all" && !/^[1-9]\d{0,8}$/.test(limit)) {
    problems.push({ name: "--limit", problem: 'expected how many mails, for example 500, or "all"' });
  }
  const since = time("--since", options.since, problems);
  const until = time("--until", options.until, problems);
  const from = options.from === undefined ? undefined : senderPattern(options.from);
  if (from === null) {
    problems.push({
      name: "--from",
      problem: "expected an address or a domain, for example ada@example.com, example.com or *.example.com",
    });
  }
  return {
    limit: limit === "all" ? null : Number(limit),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until: isDay(options.until!) ? dayAfter(until) : until }),
    ...(from === undefined || from === null ? {} : { from }),
    ...(options.outcome === undefined ? {} : { outcome: options.outcome }),
    ...(options.mailbox === undefined ? {} : { mailbox: options.mailbox }),
  };
}

function time(name: string, text: string | undefined, problems: ConfigProblem[]): string | undefined {
  const parsed = text === undefined ? undefined : parseIsoTime(text);
  if (parsed === null) {
    problems.push({ name, problem: "is no ISO 8601 date: expected 2026-03-01 or 2026-03-01T08:00:00Z" });
  }
  return parsed ?? undefined;
}

/** The day of `--until 2026-03-01` is part of what is asked for. */
function isDay(text: string): boolean {
  return !/T/i.test(text);
}

function dayAfter(iso: string): string {
  return new Date(Date.parse(iso) + 86_400_000).toISOString();
}

/** As {@link HistoryFilter.from} has it; `null` if it is neither an address nor a domain. */
function senderPattern(text: string): string | null {
  const wanted = text.trim().toLowerCase();
  if (/^[^\s@*]+@[^\s@*]+$/.test(wanted)) return wanted;
  return /^@?(\*\.)?[^\s@*]+$/.test(wanted) ? `@${wanted.replace(/^@/, "")}` : null;
}
