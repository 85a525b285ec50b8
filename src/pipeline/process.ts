/** One delivery from the mailbox to its outcome. Every path ends in a finish or a release: nothing is dropped. */

import { mailIdentity } from "../core/ids.ts";
import type { Delivery, Gap } from "../core/state_port.ts";
import { carryOut } from "./carry_out.ts";
import type { Parts, StepHold } from "./context.ts";
import { deliveryKey } from "./delivery_key.ts";
import { gatherFacts } from "./facts.ts";
import type { Ending } from "./job.ts";
import { withoutMessage } from "./message_gone.ts";
import { ownSentMail } from "./own_mail.ts";
import { resumption } from "./resumption.ts";
import { waitFor, waitForEarlier } from "./waiting.ts";

export async function processDelivery(parts: Parts, delivery: Delivery, hold: StepHold): Promise<Ending> {
  const { state, graph } = parts;
  const own = await ownSentMail(parts, delivery);
  if (own !== null) return own;
  const key = await deliveryKey(delivery.mailbox, delivery.messageId);
  hold.gap = await gapOf(parts, delivery, key);
  const effects = await state.effectsOf(delivery.id);
  const old = effects.length === 0 ? await beforeStart(parts, delivery) : null;
  if (old !== null) return old;
  hold.step = "fetch-message";
  const message = await graph.message(delivery.mailbox, delivery.messageId, delivery.folder, hold.signal);
  if (message === null) return await withoutMessage(parts, effects, hold);
  hold.step = "decide";
  const identity = await mailIdentity(message);
  await state.describe(delivery.id, {
    internetMessageId: message.internetMessageId,
    conversationId: message.conversationId,
    identity,
    subject: message.subject,
    from: message.from?.address ?? null,
  });
  const resumed = resumption(effects);
  const facts = await gatherFacts(parts, delivery, message);
  if (resumed === null) {
    const earlier = await waitForEarlier(parts, delivery, message);
    if (earlier !== null) return { release: earlier };
    const twin = identity === null ? null : await state.claim(`mailbox:${delivery.mailbox}`, identity, delivery.id);
    if (twin?.known.status === "unfinished") return { release: waitFor(parts, twin.deliveryId) };
    return await carryOut(parts, {
      delivery,
      message,
      key,
      hold,
      effects,
      identity,
      facts: { ...facts, handled: twin?.known ?? null },
    });
  }
  return await carryOut(parts, { delivery, message, key, hold, effects, identity, facts, resumed });
}

/** Clocks differ, and Graph cuts to seconds. */
const GAP_MARGIN_MS = 5 * 60 * 1000;

/** The gap of a restore in which this mail may have been handled; what was found of it becomes its own. */
async function gapOf(parts: Parts, delivery: Delivery, key: string): Promise<Gap | null> {
  const { gap, state } = parts;
  if (gap === null || Date.parse(delivery.receivedAt) > gap.until + GAP_MARGIN_MS) return null;
  await state.adoptFound(delivery.id, key);
  return gap;
}

/** A first run meets every mail of the folder: old mail costs no request. */
async function beforeStart(parts: Parts, delivery: Delivery): Promise<Ending | null> {
  if (delivery.includeBeforeStart) return null;
  const row = await parts.state.mailbox(delivery.mailbox);
  if (row === null || Date.parse(delivery.receivedAt) >= Date.parse(row.startedAt)) return null;
  const reason = `received before the start of this mailbox (${row.startedAt})`;
  return { finish: { outcome: "filtered", reason, filter: "before-start", issue: null } };
}
