import { checkForMissingEvents, type CheckReport } from "../app/check.ts";
import type { ConfigProblem } from "../core/errors.ts";
import { openContext } from "./context.ts";
import { writeJson, writeLine } from "./output.ts";
import { progressOf } from "./progress.ts";
import type { Session } from "./session.ts";
import { table } from "./table.ts";
import { localTime } from "./times.ts";

export interface CheckForMissingOptions {
  readonly days: string;
  readonly dryRun?: true | undefined;
  readonly includeBeforeStart?: true | undefined;
  readonly json?: true | undefined;
}

/** Mail older than this is for an export, not for a comparison. */
const MAX_DAYS = 3_650;

/** `check-for-missing-events`: compares the mailbox with the state and processes what was not handled. */
export async function runCheckForMissingEvents(session: Session, options: CheckForMissingOptions): Promise<number> {
  const { stop, abandon } = session.stopSignals();
  const days = /^\d+(\.\d+)?$/.test(options.days.trim()) ? Number(options.days) : 0;
  const problems: ConfigProblem[] = days > 0 && days <= MAX_DAYS
    ? []
    : [{ name: "--days", problem: `expected a number of days between 0 and ${MAX_DAYS}, for example 7` }];
  const config = openContext(session, {
    needs: { graph: true, jira: true, state: true },
    problems,
    level: "info",
  });
  const bar = progressOf(session);
  const { report, exitCode } = await checkForMissingEvents(config, {
    days,
    dryRun: options.dryRun === true,
    includeBeforeStart: options.includeBeforeStart === true,
    stop,
    abandon,
    progress: bar.report,
  }).finally(() => bar.clear());
  if (options.json) writeJson(report);
  else for (const line of reportLines(report, options.dryRun === true)) writeLine(line);
  return exitCode;
}

/** The report for people. */
export function reportLines({ since, mailboxes }: CheckReport, dryRun: boolean): string[] {
  const heading = [
    "Mailbox",
    "examined",
    "already handled",
    "before start",
    ...(dryRun ? ["would be handled"] : ["created", "commented", "filtered", "failed", "pending"]),
  ];
  const rows = mailboxes.map((box) => [
    box.address,
    box.examined,
    box.alreadyHandled,
    box.beforeStart,
    ...(dryRun ? [box.pending] : [box.created, box.commented, box.filtered, box.failed, box.pending]),
  ]);
  const sum = (name: "failed" | "pending") => mailboxes.reduce((total, box) => total + box[name], 0);
  const advice: string[] = [];
  if (sum("failed") > 0) advice.push("What failed, and why: o365-connect failed list");
  if (sum("pending") > 0 && !dryRun) advice.push("What is pending is taken up by the next run.");
  if (mailboxes.some(({ beforeStart }) => beforeStart > 0)) {
    advice.push("Mail from before the start of a mailbox is left alone; --include-before-start takes it.");
  }
  return [`Mail since ${localTime(since)}:`, ...table(heading, rows), ...advice];
}
