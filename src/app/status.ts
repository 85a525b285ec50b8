/** `status`: what the state tells, without asking anybody outside. */

import type { Config } from "../config/config.ts";
import type { MailboxCounts, Pause } from "../core/state_port.ts";
import { openState } from "../state/open.ts";

/** Contract §5, `status --json`. */
export interface StatusReport {
  readonly mailboxes: readonly MailboxCounts[];
  readonly paused: readonly Pause[];
  readonly lastError: { readonly at: string; readonly error: string } | null;
}

/** Reads only: a missing file is an empty state, and none is made. */
export async function readStatus({ databasePath }: Pick<Config, "databasePath">): Promise<StatusReport> {
  const state = await openState({ path: databasePath, readOnly: true });
  try {
    return { mailboxes: await state.counts(), paused: await state.pauses(), lastError: await state.lastError() };
  } finally {
    await state.close();
  }
}
