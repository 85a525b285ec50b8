/** What the program's state tells of the mails. */

import { join } from "node:path";
import { SIM_MAILBOX } from "../../src/app/sim_world.ts";
import type { FailedRow, KnownMessage } from "../../src/core/state_port.ts";
import { relayedSince } from "../../src/pipeline/relaying_notice.ts";
import { openState } from "../../src/state/open.ts";
import type { Post } from "./post.ts";

export interface Stored {
  /** By immutable id. */
  readonly known: ReadonlyMap<string, KnownMessage>;
  readonly failed: readonly FailedRow[];
  /** When the relay was switched on, milliseconds; `null`: it is off. */
  readonly relayedSince: number | null;
}

export async function readStored(folder: string, post: Post): Promise<Stored> {
  const state = await openState({ path: join(folder, "state.db"), readOnly: true });
  try {
    const ids = [...post.posted.values()].flatMap(({ ids }) => ids);
    return {
      known: await state.known(SIM_MAILBOX, ids),
      failed: await state.failed(),
      relayedSince: await relayedSince(state),
    };
  } finally {
    await state.close();
  }
}
