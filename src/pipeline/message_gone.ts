/** A mail that left the mailbox before it was handled. */

import type { IssueRef } from "../core/jira.ts";
import type { Effect } from "../core/state_port.ts";
import { wasAutomationMail } from "./automation_mail.ts";
import type { Parts, StepHold } from "./context.ts";
import type { Ending } from "./job.ts";
import { findCreated } from "./open_issue.ts";

/** Deleted or moved out of reach between two requests. What was begun is settled, what was not is nothing. */
export async function withoutMessage(
  parts: Parts,
  effects: readonly Effect[],
  hold: StepHold,
): Promise<Ending> {
  const gone = "the mail is not in the mailbox any more";
  if (wasAutomationMail(effects)) {
    return { finish: { outcome: "filtered", reason: "read and deleted", filter: "jira-automation", issue: null } };
  }
  const issueEffect = effects.find(({ kind }) => kind === "issue");
  if (issueEffect === undefined) {
    const comment = effects.find(({ kind, status }) => kind === "comment" && status === "done");
    const { issueId } = (comment?.carried ?? {}) as { issueId?: string };
    const issue = issueId === undefined ? null : await parts.jira.issue(issueId, hold.signal);
    if (issue !== null) {
      return {
        finish: { outcome: "commented", reason: `${gone}; its comment exists`, filter: null, issue: issue.ref },
      };
    }
    return { finish: { outcome: "filtered", reason: gone, filter: "message-gone", issue: null } };
  }
  hold.step = "create-issue";
  let receipt = issueEffect.receipt as IssueRef | null;
  if (issueEffect.status === "pending") {
    receipt = await parts.engine.perform<IssueRef | null>(hold, {
      key: issueEffect.key,
      kind: "issue",
      carried: issueEffect.carried,
      look: (effect, signal) => findCreated(parts, issueEffect.key, effect, signal),
      // Absent for certain, and its text is gone: there is nothing left to write.
      write: () => Promise.resolve(null),
    });
  }
  if (receipt === null) return { finish: { outcome: "filtered", reason: gone, filter: "message-gone", issue: null } };
  const issue: IssueRef = { id: receipt.id, key: receipt.key };
  return { finish: { outcome: "created", reason: `${gone}; its issue exists`, filter: null, issue } };
}
