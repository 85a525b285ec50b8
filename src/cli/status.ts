import { EXIT } from "../app/exit_codes.ts";
import { readStatus, type StatusReport } from "../app/status.ts";
import { DESTINATION_NAMES } from "../core/errors.ts";
import { openContext } from "./context.ts";
import { writeJson, writeLine } from "./output.ts";
import type { Session } from "./session.ts";
import { table } from "./table.ts";
import { ago, localTime } from "./times.ts";

export interface StatusOptions {
  readonly json?: true | undefined;
  readonly watch?: true | undefined;
}

/** `status`: what the state tells; asks nobody outside. */
export async function runStatus(session: Session, { json, watch }: StatusOptions): Promise<number> {
  const problems = json && watch
    ? [{ name: "status", problem: "expected --json, which is one document, or --watch, not both" }]
    : [];
  const config = openContext(session, { needs: { graph: false, jira: false, state: true, mail: false }, problems });
  if (watch) {
    const { watchState } = await import("./live.ts");
    await watchState(config, session.stopSignals().stop);
    return EXIT.done;
  }
  const report = await readStatus(config);
  if (json) writeJson(report);
  else for (const line of statusLines(report, config.databasePath, Date.now())) writeLine(line);
  return EXIT.done;
}

/** The report for people. */
export function statusLines({ mailboxes, paused, lastError }: StatusReport, path: string, now: number): string[] {
  const lines = [`State: ${path}`];
  if (mailboxes.length === 0) lines.push("No mailbox was read yet: run o365-connect handle-incoming-events.");
  else {
    lines.push(
      "",
      ...table(
        ["Mailbox", "started at", "last read", "pending", "created", "commented", "filtered", "failed"],
        mailboxes.map((box) => [
          box.address,
          localTime(box.startedAt),
          box.lastSyncAt === null ? "not yet" : ago(box.lastSyncAt, now),
          box.pending,
          box.created,
          box.commented,
          box.filtered,
          box.failed,
        ]),
      ),
      "",
    );
  }
  for (const { destination, scope, since, reason } of paused) {
    const of = scope === "" ? "" : ` for ${scope}`;
    lines.push(`Paused: ${DESTINATION_NAMES[destination]}${of} since ${localTime(since)}: ${reason}`);
  }
  if (lastError !== null) lines.push(`Last error, ${ago(lastError.at, now)}: ${lastError.error}`);
  else if (mailboxes.length > 0) lines.push("No error.");
  if (mailboxes.some(({ failed }) => failed > 0)) lines.push("What failed, and why: o365-connect failed list");
  return lines;
}
