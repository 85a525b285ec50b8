/** Forgetting details, never identities, outcomes or threads. */

import type { Database } from "./database.ts";

/** Rows per transaction: other processes wait for a few milliseconds at most. */
const CHUNK = 1000;
const DAY_MS = 86_400_000;

/** What {@link prune} removed. */
export interface Pruned {
  /** Receipts (with what their writes carried) of deliveries that ended well. */
  readonly effects: number;
}

/**
 * Removes the receipts of deliveries that were created, commented or filtered more than so many days ago (at least one).
 * A failed delivery keeps them, since its retry resumes with them; so do the relays of Jira comments, whose key is all
 * that tells that a comment was mailed; so does a write still in doubt.
 */
export async function prune(db: Database, olderThanDays: number): Promise<Pruned> {
  if (!(olderThanDays >= 1)) throw new RangeError(`Days to keep must be at least 1: current value is ${olderThanDays}`);
  const before = Math.floor(db.clock.now() - olderThanDays * DAY_MS);
  let effects = 0;
  for (;;) {
    const removed = await db.write(() => pruneChunk(db, before));
    effects += removed;
    if (removed < CHUNK) return { effects };
  }
}

function pruneChunk(db: Database, before: number): number {
  return db.run(
    `DELETE FROM effects WHERE key IN (
       SELECT e.key FROM effects AS e INDEXED BY effects_started JOIN deliveries AS d ON d.id = e.delivery_id
       WHERE e.started_at < ? AND e.status = 'done' AND e.kind <> 'relay'
         AND d.finished_at < ? AND d.outcome <> 'failed' LIMIT ${CHUNK})`,
    before,
    before,
  );
}
