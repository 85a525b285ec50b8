/** Which way an issue can go from its status. */

import type { SimIssue, SimStatus, SimTransition } from "./types.ts";

interface Flow {
  readonly statuses: readonly SimStatus[];
  readonly transitions: readonly SimTransition[];
}

export function transitionsOf({ transitions }: Flow, issue: SimIssue): SimTransition[] {
  return transitions.filter(({ from, to }) => to !== issue.status && (from === null || from.includes(issue.status)));
}

/** By the transition's id or name, or the name of the status it leads to. */
export function findTransition(flow: Flow, issue: SimIssue, idOrName: string): SimTransition {
  const wanted = idOrName.toLowerCase();
  const found = transitionsOf(flow, issue).find((transition) =>
    transition.id === idOrName || transition.name.toLowerCase() === wanted ||
    flow.statuses.find(({ id }) => id === transition.to)?.name.toLowerCase() === wanted
  );
  if (found === undefined) {
    throw new Error(`No such transition from status ${statusOf(flow, issue).name}: "${idOrName}"`);
  }
  return found;
}

export function statusOf({ statuses }: Pick<Flow, "statuses">, issue: SimIssue): SimStatus {
  return statuses.find(({ id }) => id === issue.status)!;
}
