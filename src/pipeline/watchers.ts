/** The recipients of a mail watch its issue. */

import type { Person } from "../core/decision.ts";
import type { IssueRef } from "../core/jira.ts";
import type { Parts, StepHold } from "./context.ts";
import { refusedByJira } from "./refused.ts";

/** Each of them once; those without a Jira user are passed over. */
export async function addWatchers(
  parts: Parts,
  hold: StepHold,
  key: string,
  issue: IssueRef,
  watchers: readonly Person[],
): Promise<void> {
  hold.step = "add-watchers";
  for (const { jiraUser } of watchers) {
    if (jiraUser === null) continue;
    try {
      await parts.engine.perform(hold, {
        key: `${key}/watcher/${jiraUser.id}`,
        kind: "watcher",
        carried: { issueId: issue.id },
        idempotent: true,
        look: () => Promise.resolve(null),
        async write(signal) {
          await parts.jira.addWatcher(issue.id, jiraUser, signal);
          return true;
        },
      });
    } catch (error) {
      // Jira does not let this user watch, or us add watchers: the mail is no worse for it.
      if (!refusedByJira(error)) throw error;
      parts.log.info("Jira did not take a watcher for {issueKey}: {status}.", {
        issueKey: issue.key,
        status: error.status,
      });
    }
  }
}
