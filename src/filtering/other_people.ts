import type { Envelope } from "../core/mail.ts";
import { isOneOf } from "./addresses.ts";
import { everyOwnAddress, type FilterFacts } from "./facts.ts";

/**
 * Why the lists do not apply: they are for other people's mail. `null` when they do, also for a forged sender of ours.
 */
export function ownMailReason(envelope: Envelope, { own, verification }: FilterFacts): string | null {
  if (envelope.folder === "sentitems") return "sent from the mailbox, so the list does not apply";
  const ours = envelope.from !== null && isOneOf(envelope.from.address, everyOwnAddress(own));
  return ours && verification !== "fail" ? "sent from one of our own addresses, so the list does not apply" : null;
}
