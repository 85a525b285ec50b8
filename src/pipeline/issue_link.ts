/** A new issue is linked to the resolved one that it follows. */

import type { IssueRef } from "../core/jira.ts";
import { projectOf, sayInComment } from "./comments.ts";
import type { Parts, StepHold } from "./context.ts";
import { refusedByJira } from "./refused.ts";

/** Where Jira refuses the link, a comment names the other issue. */
export async function linkIssues(
  parts: Parts,
  hold: StepHold,
  key: string,
  issue: IssueRef,
  to: IssueRef,
): Promise<void> {
  try {
    await parts.engine.perform(hold, {
      key: `${key}/link`,
      kind: "link",
      carried: { issueId: issue.id },
      idempotent: true,
      look: () => Promise.resolve(null),
      async write(signal) {
        await parts.jira.linkIssues("Relates", issue.key, to.key, signal);
        return true;
      },
    });
  } catch (error) {
    if (!refusedByJira(error)) throw error;
    await sayInComment(parts, hold, {
      key: `${key}/link-note`,
      issueId: issue.id,
      project: projectOf(issue.key),
      lines: [`Follows ${to.key}; Jira did not take a link (${error.status}).`],
    });
  }
}
