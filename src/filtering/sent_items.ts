import { type Envelope, isReply } from "../core/mail.ts";
import { comparable, isOneOf } from "./addresses.ts";
import { type Filter, type FilterFacts, pass, reject } from "./facts.ts";

/** What an agent sends from the mailbox is a comment in a known conversation, and nothing elsewhere. */
export const sentItems: Filter = {
  name: "sent-items",
  judge(envelope, facts) {
    if (envelope.folder === "inbox") return judgeInbox(envelope, facts);
    if (facts.knownIssue !== null) {
      return pass("sent-items", `sent from the mailbox in the conversation of ${facts.knownIssue}`);
    }
    return isReply(envelope)
      ? reject("sent-items", "sent from the mailbox as a reply in a conversation that has no issue")
      : reject("sent-items", "a conversation that the mailbox starts is nothing");
  },
};

/**
 * Whether a reply must wait, because the mail it answers may lie in the Inbox, unread yet. A complete round of the Inbox
 * settles it: one more for mail of Sent Items, the one under way for mail of the Inbox, whose pages come in any order.
 */
export function awaitsParent(
  envelope: Envelope,
  { knownIssue, inboxReadSince }: Pick<FilterFacts, "knownIssue" | "inboxReadSince">,
): boolean {
  return knownIssue === null && isReply(envelope) && !inboxReadSince;
}

/** A new mail that an agent sends from the mailbox and also to it lies in both folders; it is nothing in both. */
function judgeInbox(envelope: Envelope, facts: FilterFacts) {
  if (facts.knownIssue === null && isSentByTheMailbox(envelope, facts) && !isGenerated(facts)) {
    return reject(
      "sent-items",
      "a conversation that the mailbox starts is nothing, also when it is addressed to itself",
    );
  }
  return pass("sent-items", "not sent from the mailbox");
}

/** A forged sender is not the mailbox: that mail goes on and says that it is unverified. */
function isSentByTheMailbox({ from, mailbox }: Envelope, { own, verification }: FilterFacts): boolean {
  return from !== null && verification !== "fail" && isOneOf(mailbox, own.mailboxes) &&
    comparable(from.address) === comparable(mailbox);
}

/** Scanners, web forms and cron write to a mailbox in its own name; nobody sent that from it. */
function isGenerated({ automatic }: FilterFacts): boolean {
  return automatic.kind === "notification";
}
