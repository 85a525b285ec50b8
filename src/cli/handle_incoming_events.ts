import { handleIncomingEvents } from "../app/listen.ts";
import type { ConfigProblem } from "../core/errors.ts";
import { openContext } from "./context.ts";
import { writeLine } from "./output.ts";
import type { Session } from "./session.ts";
import { parseIsoTime } from "./times.ts";

export interface HandleOptions {
  readonly once?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly since?: string | undefined;
  readonly pollInterval?: string | undefined;
}

/** `handle-incoming-events`: listens and processes until stopped, or once. */
export async function runHandleIncomingEvents(session: Session, options: HandleOptions): Promise<number> {
  const { stop, abandon } = session.stopSignals();
  const problems: ConfigProblem[] = [];
  const since = options.since === undefined ? null : parseIsoTime(options.since);
  if (options.since !== undefined && since === null) {
    problems.push({ name: "--since", problem: "is no ISO 8601 date: expected 2026-03-01 or 2026-03-01T08:00:00Z" });
  }
  const { pollInterval } = options;
  const config = openContext(session, {
    needs: { graph: true, jira: true, state: true },
    flags: pollInterval === undefined ? {} : { POLL_INTERVAL_SECONDS: pollInterval },
    problems,
    level: "info",
  });
  return await handleIncomingEvents(config, {
    once: options.once === true,
    dryRun: options.dryRun === true,
    since,
    stop,
    abandon,
    write: writeLine,
  });
}
