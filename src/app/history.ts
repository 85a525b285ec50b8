/** `history`: every mail the state knows, with what became of it. Asks nobody outside. */

import type { Config } from "../config/config.ts";
import type { HistoryQuery, HistoryRow } from "../core/state_port.ts";
import { openState } from "../state/open.ts";

/** One mail; `history --json` prints these. */
export interface HistoryEntry extends Omit<HistoryRow, "issueKey"> {
  readonly issue: string | null;
  /** `null` without an issue, or where Jira is not configured. */
  readonly issueUrl: string | null;
}

export interface HistoryFilter extends Omit<HistoryQuery, "after" | "limit"> {
  /** `null`: all. */
  readonly limit: number | null;
}

/** Rows read at once: other processes and the memory feel nothing of a long history. */
const PAGE = 500;

/** Pages, the newest mail first; none is empty. Reads only: a missing file is an empty state, and none is made. */
export async function* readHistory(
  { databasePath, jira }: Pick<Config, "databasePath" | "jira">,
  { limit, ...filter }: HistoryFilter,
): AsyncGenerator<readonly HistoryEntry[]> {
  const state = await openState({ path: databasePath, readOnly: true });
  try {
    let left = limit ?? Infinity;
    let after: HistoryQuery["after"];
    while (left > 0) {
      const asked = Math.min(PAGE, left);
      const rows = await state.history({ ...filter, ...(after === undefined ? {} : { after }), limit: asked });
      if (rows.length > 0) yield rows.map((row) => toEntry(row, jira?.url ?? null));
      if (rows.length < asked) return;
      left -= rows.length;
      after = rows.at(-1)!;
    }
  } finally {
    await state.close();
  }
}

/** A row with the link to its issue. `jiraUrl`: `null` where Jira is not configured. */
export function toEntry({ issueKey, ...row }: HistoryRow, jiraUrl: string | null): HistoryEntry {
  const issueUrl = issueKey === null || jiraUrl === null ? null : `${jiraUrl}/browse/${encodeURIComponent(issueKey)}`;
  return { ...row, issue: issueKey, issueUrl };
}
