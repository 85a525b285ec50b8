/** The search index, which lags behind. */

import type { JiraStore } from "./store.ts";
import { type SimIssue, updatedAt } from "./types.ts";

/** What search knows of the issue's last change; `null`: it does not know the issue yet. */
export function indexedAt(store: Pick<JiraStore, "now" | "searchLagMs">, issue: SimIssue): number | null {
  const horizon = store.now() - store.searchLagMs;
  if (store.searchLagMs === 0) return updatedAt(issue);
  if (issue.created > horizon) return null;
  return issue.changes.findLast((change) => change <= horizon) ?? issue.created;
}
