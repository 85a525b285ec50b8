/** `COMMENT_LIMIT_PER_HOUR`: against two automatic systems that answer each other. */

import type { IssueState } from "../jira/client.ts";
import { sayInComment } from "./comments.ts";
import type { Parts } from "./context.ts";
import type { Ending, Job } from "./job.ts";

const HOUR_MS = 60 * 60 * 1000;

/** Whether the issue has as many comments from mail of the last hour as are allowed. */
export async function commentsCapped(parts: Parts, { delivery, hold }: Job, issueId: string): Promise<boolean> {
  const now = parts.clock.now();
  // What was over the limit when it came is over it still, though the limit is looked at much later.
  const at = hold.gap == null ? now : Math.min(now, Date.parse(delivery.receivedAt));
  const count = await parts.state.countEffects(`comment:${issueId}`, at - HOUR_MS);
  return count >= parts.settings.commentLimitPerHour;
}

/** Idempotency key of the line that says so. */
export function capKey(deliveryKey: string): string {
  return `${deliveryKey}/cap`;
}

/**
 * Too many comments from mail within an hour: one line says so, the mail stays in the mailbox. The first mail over the
 * limit is the one that says it; several may come at once, each of a conversation of its own.
 */
export async function capComments(parts: Parts, job: Job, issue: IssueState): Promise<Ending> {
  const hour = Math.floor(parts.clock.now() / HOUR_MS);
  const us = String(job.delivery.id);
  const speaker = await parts.state.settingOr(`cap:${issue.ref.id}:${hour}`, () => us);
  if (speaker === us || job.effects.some((effect) => effect.key === capKey(job.key))) {
    await sayInComment(parts, job.hold, {
      key: capKey(job.key),
      issueId: issue.ref.id,
      project: issue.projectKey,
      lines: [
        `More than ${parts.settings.commentLimitPerHour} mails in an hour: further mails of this conversation stay in the ` +
        "mailbox and are not added here. Two automatic systems may be answering each other.",
      ],
    });
  }
  return {
    finish: {
      outcome: "filtered",
      reason: `more than ${parts.settings.commentLimitPerHour} mails on ${issue.ref.key} within an hour`,
      filter: "loop-limit",
      issue: null,
    },
  };
}
