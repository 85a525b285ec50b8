/** After a backup was restored: what was mailed since it was made is known to the mailbox only. */

import type { Relay } from "../core/state_port.ts";
import type { Parts } from "./context.ts";
import type { RelayEnding } from "./relaying.ts";
import { draftKey } from "./relaying_draft.ts";

/** Set by the state when it was restored, or rebuilt from mailbox and Jira. */
const RESTORED_SETTINGS = ["restored-from-backup", "restored-gap"];

/** The outcome, if this mail left before the state lost its row; drafts of that time are taken away. */
export async function mailedBefore(
  parts: Parts,
  key: string,
  relay: Relay,
  mailbox: string,
  happenedAt: string,
  signal: AbortSignal,
): Promise<RelayEnding | null> {
  const { state, graph } = parts;
  const restored = (await Promise.all(RESTORED_SETTINGS.map((name) => state.setting(name)))).filter((value) => value);
  const mayBeLost = restored.some((value) => Date.parse(happenedAt) < endOf(value!));
  if (!mayBeLost || await state.effect(draftKey(key, relay)) !== null) return null;
  const found = await graph.findMarked(mailbox, `${key}/relay`, signal);
  const sent = found.find(({ isDraft }) => !isDraft);
  if (sent !== undefined) {
    await state.addThreadMessage({
      mailbox,
      issue: relay.issue,
      internetMessageId: sent.internetMessageId,
      conversationId: sent.conversationId,
      participants: [],
      messageId: sent.id,
      origin: "ours",
    });
    return { finish: { outcome: "sent", reason: "mailed before the state was restored" } };
  }
  for (const { id } of found) await graph.deleteMessage(mailbox, id, signal);
  return null;
}

/** Until when something may have been done that the state does not know: of the setting's JSON. */
function endOf(setting: string): number {
  const { until, restoredAt } = JSON.parse(setting) as { until?: string | number; restoredAt?: string | number };
  const end = new Date(until ?? restoredAt ?? NaN).getTime();
  return Number.isNaN(end) ? Infinity : end;
}
