import { addressesOfMailbox, isOneOf } from "./addresses.ts";
import { type Filter, pass, reject } from "./facts.ts";

/**
 * A copy for information is no request. Other mailboxes of ours do not count here: a mail to one and in copy to another
 * is the first one's.
 */
export const recipientControl: Filter = {
  name: "recipient-control",
  judge(envelope, { own, knownIssue }) {
    if (envelope.folder === "sentitems") return pass("recipient-control", "sent from the mailbox");
    const ours = addressesOfMailbox(envelope, own.addresses);
    if (envelope.to.some(({ address }) => isOneOf(address, ours))) {
      return pass("recipient-control", "addressed to the mailbox");
    }
    if (!envelope.cc.some(({ address }) => isOneOf(address, ours))) {
      return pass("recipient-control", "delivered through Bcc, a list or a forward");
    }
    if (knownIssue !== null) return pass("recipient-control", `in copy, in the conversation of ${knownIssue}`);
    return reject("recipient-control", "the mailbox is only in Cc");
  },
};
