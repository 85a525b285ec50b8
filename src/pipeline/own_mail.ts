/** Mail of ours that comes back from Sent Items. */

import type { IssueRef } from "../core/jira.ts";
import type { Message } from "../core/mail.ts";
import type { Delivery } from "../core/state_port.ts";
import type { Parts } from "./context.ts";
import type { Ending } from "./job.ts";

/** Our own mail in Sent Items, known by its immutable id: no request is needed, and its final Message-ID is remembered. */
export async function ownSentMail(parts: Parts, delivery: Delivery): Promise<Ending | null> {
  if (delivery.folder !== "sentitems") return null;
  const ours = await parts.state.threadMessageById(delivery.mailbox, delivery.messageId);
  if (ours?.origin !== "ours") return null;
  await parts.state.addThreadMessage({
    ...ours,
    internetMessageId: delivery.internetMessageId ?? ours.internetMessageId,
    conversationId: delivery.conversationId ?? ours.conversationId,
  });
  return {
    finish: { outcome: "filtered", reason: `our own mail about ${ours.issue.key}`, filter: "own-output", issue: null },
  };
}

/** A mail that carries the key of a draft of ours belongs to the issue that the draft was about. */
export async function rememberOwn(parts: Parts, message: Message): Promise<void> {
  const key = message.marker;
  if (key === null || message.id === null) return;
  const draft = await parts.state.effect(key);
  if (draft === null || draft.deliveryId === null) return;
  const [sibling] = (await parts.state.effectsOf(draft.deliveryId)).filter(({ kind }) =>
    kind === "issue" || kind === "comment"
  );
  const issue = sibling?.receipt as IssueRef | null | undefined;
  if (!issue?.key) return;
  await parts.state.addThreadMessage({
    mailbox: message.mailbox,
    issue: { id: issue.id, key: issue.key },
    internetMessageId: message.internetMessageId,
    conversationId: message.conversationId,
    participants: [],
    messageId: message.id,
    origin: "ours",
  });
}
