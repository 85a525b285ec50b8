/** Mail on a resolved issue: `JIRA_RESOLVED_REPLY`. */

import type { IssueState } from "../jira/client.ts";
import type { Parts, StepHold } from "./context.ts";
import { refusedByJira } from "./refused.ts";

export type ResolvedAction = { readonly action: "comment" | "new" };

/** Reopens by the first transition that leads out of the done statuses; `new` asks the caller for a linked issue. */
export async function onResolvedIssue(
  parts: Parts,
  hold: StepHold,
  key: string,
  issue: IssueState,
): Promise<ResolvedAction> {
  const policy = parts.settings.resolvedReply;
  const resolved = issue.statusCategory === "done" || issue.resolvedAt !== null;
  if (!resolved || policy === "comment") return { action: "comment" };
  if (policy === "new") return { action: isOldEnough(parts, issue) ? "new" : "comment" };
  const transitions = await parts.jira.transitions(issue.ref.id, hold.signal);
  const wanted = parts.settings.reopenTransition;
  const open = transitions.find(
    wanted === null
      ? leadsOut
      : ({ id, name }) => id === wanted || name.trim().toLowerCase() === wanted.trim().toLowerCase(),
  );
  if (open === undefined) {
    parts.log.warn(
      wanted === null
        ? "No transition leads {issueKey} out of its resolved status; the mail becomes a comment."
        : '{issueKey} offers no transition "{wanted}" (JIRA_REOPEN_TRANSITION); the mail becomes a comment.',
      { issueKey: issue.ref.key, wanted },
    );
    return { action: "comment" };
  }
  try {
    await reopen(parts, hold, key, issue, open.id);
  } catch (error) {
    if (!refusedByJira(error)) throw error;
    parts.log.warn("Jira did not reopen {issueKey} ({status}); the mail becomes a comment.", {
      issueKey: issue.ref.key,
      status: error.status,
    });
  }
  return { action: "comment" };
}

function leadsOut({ toCategory }: { readonly toCategory: string }): boolean {
  return toCategory !== "" && toCategory !== "done";
}

/** Resolved at least `JIRA_RESOLVED_NEW_AFTER_DAYS` ago; where Jira does not tell when, at its last change. */
function isOldEnough({ clock, settings }: Parts, { resolvedAt, updatedAt }: IssueState): boolean {
  return clock.now() - Date.parse(resolvedAt ?? updatedAt) >= settings.newIssueAfterMs;
}

async function reopen(parts: Parts, hold: StepHold, key: string, issue: IssueState, transition: string): Promise<void> {
  await parts.engine.perform(hold, {
    key: `${key}/reopen`,
    kind: "reopen",
    carried: { issueId: issue.ref.id, transition },
    async look(_effect, signal) {
      const state = await parts.jira.issue(issue.ref.id, signal);
      return state !== null && state.statusCategory === "done" ? null : { reopened: true };
    },
    async write(signal) {
      await parts.jira.transition(issue.ref.id, transition, signal);
      return { reopened: true };
    },
  });
}
