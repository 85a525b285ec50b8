/** What `status --watch` looks at, again and again. */

import type { Config } from "../config/config.ts";
import { wantsColours } from "../logging/configure.ts";
import { openState } from "../state/open.ts";
import { slotHolders } from "./graph_share.ts";
import type { StatusReport } from "./status.ts";
import { type HistoryEntry, toEntry } from "./history.ts";

export { wantsColours };

/** The state at one moment. */
export interface Snapshot {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly status: StatusReport;
  /** The mail that was received last, the newest first. */
  readonly recent: readonly HistoryEntry[];
  /** By mailbox: how many of Graph's four requests at once each kind of process holds. */
  readonly requests: readonly { readonly address: string; readonly held: Readonly<Record<string, number>> }[];
}

/** Reads only. Opened anew each time: it may be made, replaced or brought up to date meanwhile. */
export async function takeSnapshot(config: Pick<Config, "databasePath" | "jira">, recent: number): Promise<Snapshot> {
  const state = await openState({ path: config.databasePath, readOnly: true });
  try {
    const mailboxes = await state.counts();
    const requests = [];
    for (const { address } of mailboxes) {
      const held: Record<string, number> = {};
      for (const { role } of await slotHolders(state, address)) held[role] = (held[role] ?? 0) + 1;
      requests.push({ address, held });
    }
    return {
      at: Date.now(),
      status: { mailboxes, paused: await state.pauses(), lastError: await state.lastError() },
      recent: (await state.history({ limit: recent })).map((row) => toEntry(row, config.jira?.url ?? null)),
      requests,
    };
  } finally {
    await state.close();
  }
}

/** How much was handled lately, out of the snapshots that were taken. */
export class Rate {
  readonly #seen: { readonly at: number; readonly handled: number }[] = [];

  /** `windowMs`: what counts as lately. */
  constructor(private readonly windowMs = 60_000) {}

  add({ at, status }: Pick<Snapshot, "at" | "status">): void {
    const handled = status.mailboxes.reduce(
      (sum, box) => sum + box.created + box.commented + box.filtered + box.failed,
      0,
    );
    this.#seen.push({ at, handled });
    while (this.#seen.length > 2 && at - this.#seen[1]!.at >= this.windowMs) this.#seen.shift();
  }

  /** Mails per minute; `null` until there are two looks. Failed mail that is put back to work is not negative. */
  perMinute(): number | null {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    if (first === undefined || last === undefined || last.at <= first.at) return null;
    return Math.max(0, last.handled - first.handled) * 60_000 / (last.at - first.at);
  }
}
