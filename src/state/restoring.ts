/** What a restored state remembers about itself: that receipts are missing, and later, which mail they may belong to. */

import { isoTime } from "../core/clock.ts";
import type { Gap } from "../core/state_port.ts";
import type { Database } from "./database.ts";

/**
 * Name of the setting that a restored state has: `{"madeAt","restoredAt"}`. While it is there, receipts since `madeAt`
 * are missing: they must be rebuilt from what was written outside before anything is written again.
 */
export const RESTORED_SETTING = "restored-from-backup";
/** Name of the setting that every backup has. In a state that is at work it says: put in place by hand. */
export const MADE_SETTING = "backup-made-at";
/** Name of the setting that a rebuild leaves: `{"since","until"}`. */
const GAP_SETTING = "restored-gap";

/** A restore whose receipts are not rebuilt yet. */
export interface Restored {
  /** ISO 8601; `null` when the file does not tell since when receipts are missing. */
  readonly madeAt: string | null;
  readonly restoredAt: string;
}

export interface Restoring {
  restored(): Promise<Restored | null>;
  gap(): Promise<Gap | null>;
  endRestore(gap: Gap): Promise<void>;
}

export function restoring(db: Database): Restoring {
  return {
    restored: () => db.read(() => restored(db)),
    gap: () => db.read(() => gap(db)),
    endRestore: (ended) =>
      db.write(() => {
        const earlier = gap(db);
        const all = earlier === null
          ? ended
          : { since: Math.min(earlier.since, ended.since), until: Math.max(earlier.until, ended.until) };
        db.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", GAP_SETTING, JSON.stringify(all));
        db.run("DELETE FROM settings WHERE name IN (?, ?)", RESTORED_SETTING, MADE_SETTING);
      }),
  };
}

function restored(db: Database): Restored | null {
  const marked = setting(db, RESTORED_SETTING);
  if (marked !== null) return JSON.parse(marked);
  const madeAt = setting(db, MADE_SETTING);
  return madeAt === null ? null : { madeAt, restoredAt: isoTime(db.clock.now()) };
}

function gap(db: Database): Gap | null {
  return JSON.parse(setting(db, GAP_SETTING) ?? "null");
}

function setting(db: Database, name: string): string | null {
  return db.get<{ value: string }>("SELECT value FROM settings WHERE name = ?", name)?.value ?? null;
}
