import { handleIncomingEvents } from "../app/listen.ts";
import type { ConfigProblem } from "../core/errors.ts";
import { openContext } from "./context.ts";
import { pageOptions, pagePlace } from "./page.ts";
import { writeLine } from "./output.ts";
import { progressOf } from "./progress.ts";
import type { Session } from "./session.ts";
import { parseIsoTime } from "./times.ts";
import { webhookOptions, webhookPlace } from "./webhook.ts";

export interface HandleOptions {
  readonly once?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly since?: string | undefined;
  readonly pollInterval?: string | undefined;
  readonly http?: string | undefined;
  readonly httpHost?: readonly string[] | undefined;
  readonly jiraWebhook?: string | undefined;
}

/** `handle-incoming-events`: listens and processes until stopped, or once. */
export async function runHandleIncomingEvents(session: Session, options: HandleOptions): Promise<number> {
  const { stop, abandon } = session.stopSignals();
  const problems: ConfigProblem[] = [];
  const since = options.since === undefined ? null : parseIsoTime(options.since);
  if (options.since !== undefined && since === null) {
    problems.push({ name: "--since", problem: "is no ISO 8601 date: expected 2026-03-01 or 2026-03-01T08:00:00Z" });
  }
  const place = pagePlace(options, problems);
  const webhook = webhookPlace(options, problems);
  const { pollInterval } = options;
  const config = openContext(session, {
    needs: { graph: true, jira: true, state: true },
    flags: pollInterval === undefined ? {} : { POLL_INTERVAL_SECONDS: pollInterval },
    problems,
    level: "info",
  });
  const bar = progressOf(session);
  return await handleIncomingEvents(config, {
    once: options.once === true,
    dryRun: options.dryRun === true,
    since,
    stop,
    abandon,
    write(line) {
      bar.clear();
      writeLine(line);
    },
    progress: bar.report,
    http: place === null ? null : pageOptions(session, place, config),
    webhook: webhook === null ? null : webhookOptions(webhook, config),
  }).finally(() => bar.clear());
}
