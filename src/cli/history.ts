import { EXIT } from "../app/exit_codes.ts";
import { type HistoryEntry, type HistoryFilter, readHistory } from "../app/history.ts";
import { filterOf, type HistoryFilterWords } from "../app/history_filter.ts";
import type { ConfigProblem } from "../core/errors.ts";
import { openContext } from "./context.ts";
import { csvLine } from "./csv.ts";
import { isOutputClosed, jsonText, visible, writeLine, writeText } from "./output.ts";
import type { Session } from "./session.ts";
import { table } from "./table.ts";
import { localTime } from "./times.ts";

export interface HistoryOptions extends HistoryFilterWords {
  readonly json?: true | undefined;
  readonly csv?: true | undefined;
}

/** `history`: every mail with outcome, reason and issue, the newest first. */
export async function runHistory(session: Session, options: HistoryOptions): Promise<number> {
  const problems: ConfigProblem[] = [];
  const filter = filterOf(options, problems);
  if (options.json && options.csv) problems.push({ name: "history", problem: "expected --json or --csv, not both" });
  const config = openContext(session, {
    needs: { graph: false, jira: false, state: true, mail: false },
    problems,
  });
  if (options.json) await writeAllJson(readHistory(config, filter));
  else if (options.csv) await writeAllCsv(readHistory(config, filter));
  else await writeTables(config, filter);
  return EXIT.done;
}

type Pages = AsyncIterable<readonly HistoryEntry[]>;

/** One array, written while it is read: a million mails need no memory. */
async function writeAllJson(pages: Pages): Promise<void> {
  let before = "[";
  for await (const page of pages) {
    for (const entry of page) {
      writeText(before + jsonText(entry));
      before = ",\n";
    }
    if (isOutputClosed()) return;
  }
  writeText(before === "[" ? "[]\n" : "]\n");
}

const COLUMNS = [
  "receivedAt",
  "mailbox",
  "folder",
  "from",
  "outcome",
  "reason",
  "filter",
  "issue",
  "issueUrl",
  "finishedAt",
  "internetMessageId",
  "id",
] as const satisfies readonly (keyof HistoryEntry)[];

async function writeAllCsv(pages: Pages): Promise<void> {
  writeText(csvLine(COLUMNS));
  for await (const page of pages) {
    for (const entry of page) writeText(csvLine(COLUMNS.map((name) => cell(entry[name]))));
    if (isOutputClosed()) return;
  }
}

function cell(value: string | null): string | null {
  return value === null ? null : visible(value);
}

async function writeTables(config: Parameters<typeof readHistory>[0], filter: HistoryFilter): Promise<void> {
  const { limit } = filter;
  let shown = 0;
  // One more than is shown tells whether there are more.
  for await (const page of readHistory(config, { ...filter, limit: limit === null ? null : limit + 1 })) {
    const entries = page.slice(0, limit === null ? page.length : limit - shown);
    if (entries.length > 0) { for (const line of historyLines(entries)) writeLine(line); }
    shown += entries.length;
    if (entries.length < page.length) {
      writeLine("");
      writeLine(`These are the newest ${shown}; more with --limit <number>, all with --limit all.`);
    }
    if (isOutputClosed()) return;
  }
  if (shown === 0) writeLine("No mail is known for which all of this holds.");
}

/** The table for people. */
export function historyLines(entries: readonly HistoryEntry[]): string[] {
  const several = new Set(entries.map(({ mailbox }) => mailbox)).size > 1;
  return table(
    ["Received", ...(several ? ["Mailbox"] : []), "From", "Outcome", "Issue", "Reason"],
    entries.map((entry) => [
      localTime(entry.receivedAt),
      ...(several ? [entry.mailbox] : []),
      entry.from ?? "-",
      entry.filter === null ? entry.outcome : `${entry.outcome} (${entry.filter})`,
      entry.issueUrl ?? entry.issue ?? "-",
      entry.reason ?? "-",
    ]),
  );
}
