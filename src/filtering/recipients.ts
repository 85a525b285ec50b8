/** The people of a mail: who may watch the issue, and who is told its key. */

import type { AutomaticVerdict, SenderVerification } from "../core/decision.ts";
import { type Address, type Envelope, headerValues } from "../core/mail.ts";
import { addressParts, comparable, domainOf, isOneOf } from "./addresses.ts";
import { everyOwnAddress, type OwnAddresses } from "./facts.ts";

/** The recipients other than us and the sender, each once, in the order of To, Cc, Bcc. They may become watchers. */
export function otherRecipients(envelope: Envelope, own: OwnAddresses): Address[] {
  const seen = new Set(envelope.from === null ? [] : [comparable(envelope.from.address)]);
  return [...envelope.to, ...envelope.cc, ...envelope.bcc].filter(({ address }) => {
    const form = comparable(address);
    if (addressParts(address) === null || seen.has(form) || isOneOf(address, everyOwnAddress(own))) return false;
    seen.add(form);
    return true;
  });
}

/** The addresses that take part in a conversation because of this mail: From, To and Cc, comparable, ours excluded. */
export function participantsOf(envelope: Envelope, own: OwnAddresses): string[] {
  const people = [...(envelope.from === null ? [] : [envelope.from]), ...envelope.to, ...envelope.cc];
  const others = people.filter(({ address }) =>
    addressParts(address) !== null && !isOneOf(address, everyOwnAddress(own))
  );
  return [...new Set(others.map(({ address }) => comparable(address)))];
}

export interface AcknowledgementFacts {
  readonly own: OwnAddresses;
  readonly automatic: AutomaticVerdict;
  readonly verification: SenderVerification;
}

/** Whom to tell the key of a new issue, or why nobody. */
export type AcknowledgementRecipient =
  | { readonly recipient: Address; readonly reason: string }
  | { readonly recipient: null; readonly reason: string };

/** As {@link answerableSender}, and nobody whose mail asks for no automatic replies. */
export function acknowledgementRecipient(envelope: Envelope, facts: AcknowledgementFacts): AcknowledgementRecipient {
  const answerable = answerableSender(envelope, facts);
  if (answerable.recipient === null || !asksForSilence(envelope)) return answerable;
  return { recipient: null, reason: "the mail asks for no automatic replies" };
}

/**
 * The sender, or the Reply-To of the same domain; a Reply-To elsewhere could make us write to strangers. Nobody for mail
 * that a machine sent, forged senders, and addresses that nobody reads.
 */
export function answerableSender(envelope: Envelope, facts: AcknowledgementFacts): AcknowledgementRecipient {
  const { from } = envelope;
  const nobody = (reason: string) => ({ recipient: null, reason });
  if (envelope.folder === "sentitems") return nobody("sent from the mailbox");
  if (from === null || addressParts(from.address) === null) return nobody("the mail has no sender address");
  if (facts.verification === "fail") return nobody("the sender is not verified");
  if (facts.automatic.kind !== null) return nobody("automatic mail is never answered");
  const recipient = replyToWithin(envelope, domainOf(from)) ?? from;
  for (const { address } of [from, recipient]) {
    if (isOneOf(address, everyOwnAddress(facts.own))) return nobody("one of our own addresses");
    if (isUnreadAddress(address)) return nobody("an address that nobody reads");
  }
  return { recipient, reason: recipient === from ? "the sender" : "the Reply-To address of the sender's domain" };
}

/** No-reply, postmaster, bounce and list-robot addresses, by their local part. */
export function isUnreadAddress(address: string): boolean {
  const local = addressParts(address)?.local.replace(/^"|"$/g, "") ?? "";
  const letters = local.replace(/[^\p{L}\p{N}]/gu, "");
  return /noreply|donotreply|dontreply|noresponse|noresponder|nepasrepondre|nichtantworten|keineantwort|naoresponda/
    .test(letters) ||
    /^(mailerdaemon|postmaster|bounces?|abuse|nobody|listserv|majordomo|mailman|microsoftexchange[0-9a-f]{32})$/
      .test(letters) ||
    /^bounces?[+=_-]|[+_-]bounces?$|^(owner|mailer-daemon)-/.test(local);
}

/** Microsoft's header for it; DR, RN and NRN ask only for no receipts, OOF only for no out-of-office replies. */
function asksForSilence(envelope: Envelope): boolean {
  return headerValues(envelope, "X-Auto-Response-Suppress")
    .flatMap((value) => value.split(/[\s,;]+/))
    .some((word) => /^(all|autoreply)$/i.test(word));
}

function replyToWithin({ replyTo }: Envelope, domain: string): Address | undefined {
  return replyTo.find((one) => domainOf(one) === domain);
}
