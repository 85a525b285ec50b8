/** Tells the sender the key: at most one mail per new issue. */

import { ScopeLimitError } from "../core/errors.ts";
import { normaliseAddress } from "../core/mail.ts";
import type { IssueRef } from "../core/jira.ts";
import type { Message } from "../core/mail.ts";
import { withTokenLine } from "../content/token_line.ts";
import { isGone, mailEffects } from "../relay/acknowledge.ts";
import type { Parts, StepHold } from "./context.ts";
import type { AcknowledgementRecipient } from "../filtering/recipients.ts";

const HOUR_MS = 60 * 60 * 1000;

/** What became of the acknowledgement, for the outcome's reason. */
export async function acknowledge(
  parts: Parts,
  job: {
    readonly hold: StepHold;
    readonly key: string;
    readonly message: Message;
    readonly issue: IssueRef;
    readonly acknowledgement: AcknowledgementRecipient;
  },
): Promise<string> {
  const { settings, state, clock } = parts;
  const { recipient, reason } = job.acknowledgement;
  if (!settings.acknowledge) return "not acknowledged: ACK=off";
  if (recipient === null) return `not acknowledged: ${reason}`;
  if (job.message.id === null) return "not acknowledged: the mail is in no mailbox";
  const keyPrefix = `${job.key}/ack`;
  const scope = `ack:${normaliseAddress(recipient.address)}`;
  const limit = { since: clock.now() - HOUR_MS, max: settings.ackLimitPerSenderPerHour };
  if (await mayHaveBeenSent(parts, job.hold, job.key)) {
    return "not acknowledged: the state was restored, and whether it was before is not known";
  }
  job.hold.step = "acknowledge";
  const rendered = parts.acknowledgement({
    key: job.issue.key,
    url: `${parts.jira.browseBase}/browse/${job.issue.key}`,
    subject: job.message.subject,
    name: recipient.name,
  });
  const text = withTokenLine(rendered, await parts.tokens.textFor(job.issue));
  const effects = mailEffects({
    graph: parts.graph,
    mailbox: job.message.mailbox,
    inReplyTo: job.message.id,
    keyPrefix,
    kind: "acknowledgement",
    reconcileDelayMs: settings.reconcileDelayMs,
    reply: { ...text, to: [recipient], marker: `${keyPrefix}/draft` },
  });
  try {
    const draft = await parts.engine.perform(job.hold, { ...effects.draft, scope, limit });
    await state.addThreadMessage({
      mailbox: job.message.mailbox,
      issue: job.issue,
      internetMessageId: draft.internetMessageId,
      conversationId: draft.conversationId ?? job.message.conversationId,
      participants: [],
      messageId: draft.id,
      origin: "ours",
    });
    await parts.engine.perform(job.hold, effects.send(draft));
    return "acknowledged";
  } catch (error) {
    if (error instanceof ScopeLimitError) return "not acknowledged: more than ACK_LIMIT_PER_SENDER_PER_HOUR";
    if (isGone(error)) return "not acknowledged: the mail is not in the mailbox any more";
    throw error;
  }
}

/**
 * After a restore: the issue is from before it, and the mailbox holds no acknowledgement of it. One may have been sent and
 * deleted since; the sender never gets a second.
 */
async function mayHaveBeenSent({ state }: Parts, { gap }: StepHold, key: string): Promise<boolean> {
  if (gap == null || await state.effect(`${key}/ack/draft`) !== null) return false;
  const issue = await state.effect(`${key}/issue`);
  return issue !== null && issue.startedAt <= gap.until;
}
