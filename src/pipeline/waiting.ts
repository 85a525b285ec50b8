/** Deliveries that wait: for the mail they answer, or for the Inbox to be read. */

import { type Message, referencedMessageIds } from "../core/mail.ts";
import type { Delivery, Release } from "../core/state_port.ts";
import type { Parts } from "./context.ts";

const WAIT_MS = 60_000;

/** Until the other delivery has ended, or for a minute. */
export function waitFor(parts: Parts, deliveryId: number): Release {
  return { notBefore: parts.clock.now() + WAIT_MS, countAttempt: false, waitingFor: `delivery:${deliveryId}` };
}

/** A reply waits for the mail it answers, if that one is on its way. Mail answers older mail only, so nobody waits in a circle. */
export async function waitForEarlier(parts: Parts, delivery: Delivery, message: Message): Promise<Release | null> {
  const references = referencedMessageIds(message);
  if (references.length === 0) return null;
  const other = await parts.state.unfinishedWithMessageId(references, delivery.id);
  if (other === null || other.waitingFor === `delivery:${delivery.id}`) return null;
  return other.receivedAt <= delivery.receivedAt ? waitFor(parts, other.deliveryId) : null;
}

/** Until one more round of the Inbox was read. */
export async function waitForInbox(parts: Parts, delivery: Delivery): Promise<Release> {
  const waiting = delivery.waitingFor?.startsWith("round:") ? delivery.waitingFor : null;
  const { rounds } = await parts.state.cursor(delivery.mailbox, "inbox");
  return {
    notBefore: parts.clock.now() + Math.min(parts.settings.pollIntervalMs, 5_000),
    countAttempt: false,
    waitingFor: waiting ?? `round:${rounds + 1}`,
  };
}
