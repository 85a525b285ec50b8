/** Jira Automation's mail about a comment (Cloud): a doorbell, like a webhook. */

import type { Message } from "../core/mail.ts";
import type { Effect } from "../core/state_port.ts";
import type { Parts, StepHold } from "./context.ts";

/** What the row of its deletion carries. */
interface Carried {
  readonly automation?: true;
}

/** Has the issue looked at that it names, and deletes the mail if that is wanted. */
export async function takeAutomationMail(parts: Parts, message: Message, key: string, hold: StepHold): Promise<void> {
  const { relay } = parts.settings;
  if (parts.jira.kind !== "cloud" || relay.which === "off" || message.id === null) return;
  const issue = issueNamedIn(message.body.content);
  if (issue === null) {
    parts.log.warn("A mail of Jira Automation in {mailbox} names no issue.", { mailbox: message.mailbox });
    return;
  }
  await parts.noticeIssue(issue, hold.signal);
  if (relay.automationMail !== "delete") return;
  const { id, mailbox } = message;
  await parts.engine.perform(hold, {
    key: `${key}/delete`,
    kind: "notice",
    carried: { automation: true } satisfies Carried,
    idempotent: true,
    look: () => Promise.resolve(null),
    async write(signal) {
      await parts.graph.deleteMessage(mailbox, id, signal);
      return true;
    },
  });
}

/** Whether these are the effects of such a mail: then it is gone because it was read. */
export function wasAutomationMail(effects: readonly Effect[]): boolean {
  return effects.some(({ carried }) => (carried as Carried | null)?.automation === true);
}

/** The value of `"issue"` in the JSON of the body, which may come as HTML. */
export function issueNamedIn(body: string): string | null {
  const text = body.replace(/<[^>]*>/g, "").replace(/&(?:quot|#34|#x22);/gi, '"').replace(/[“”„]/g, '"');
  return /"issue"\s*:\s*"\s*([A-Z][A-Z0-9_]+-\d+)\s*"/.exec(text)?.[1] ?? null;
}
