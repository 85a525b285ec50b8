/** Opening the state: the file is recognised, created or brought up to date, and this process takes a name in it. */

import { resolve } from "node:path";
import { type Clock, systemClock } from "../core/clock.ts";
import type { Gap, State } from "../core/state_port.ts";
import type { Database } from "./database.ts";
import { openForReading, openForWriting } from "./database_file.ts";
import { effects } from "./effects.ts";
import { type ExportedMail, exportedMails } from "./export.ts";
import { finishing } from "./finishing.ts";
import { found } from "./found.ts";
import { history } from "./history.ts";
import { leases } from "./leases.ts";
import { mailboxes } from "./mailboxes.ts";
import { pictures } from "./pictures.ts";
import { announce, type Presence, unannounced } from "./presence.ts";
import { prune, type Pruned } from "./prune.ts";
import { relays } from "./relays.ts";
import { type Restored, restoring } from "./restoring.ts";
import { settings } from "./settings.ts";
import { inWords } from "./sqlite_error.ts";
import { dropLeasesOf, taking } from "./taking.ts";
import { threads } from "./threads.ts";
import { views } from "./views.ts";

export interface OpenOptions {
  /** A file, created (mode 0600) if missing; `:memory:` for a state that is gone when it is closed. */
  readonly path: string;
  /** Nothing is written: a missing file reads as an empty state, an older one is brought up to date in memory. */
  readonly readOnly?: boolean;
  readonly clock?: Clock;
  /** How long a call waits while other processes write before it fails with `busy`. Default 10,000. */
  readonly busyTimeoutMs?: number;
}

/** The state on SQLite: the port, and what only a file needs. */
export interface FileState extends State {
  /** Absolute path, or `:memory:`. */
  readonly path: string;
  /** Removes details of deliveries that ended well more than so many days ago; identities and threads stay. */
  prune(olderThanDays: number): Promise<Pruned>;
  /** Every mail, in the order in which they were accepted. */
  exportedMails(): AsyncGenerator<ExportedMail>;
  /** Gives back what this process holds: for one that works on nothing any more, and begins anew. */
  dropOwnLeases(): Promise<void>;
  /** Whether the process of this name still has the state open. */
  isAlive(owner: string): boolean;
  /** Received time of the oldest delivery that is not finished; `null` if none. */
  oldestUnfinished(): Promise<number | null>;
  /** What a restore left to be done; `null` when nothing. */
  restored(): Promise<Restored | null>;
  /** The gap that a restore made and a rebuild closed: mail received before its end may have been handled in it. */
  gap(): Promise<Gap | null>;
  /** The receipts are rebuilt: writing may begin. */
  endRestore(gap: Gap): Promise<void>;
}

/**
 * Opens the state. Throws `StateError`, in words: not ours, newer, damaged, not writable, locked, disk full.
 * The Python tool's file is taken over (a copy is kept beside it).
 */
export async function openState(options: OpenOptions): Promise<FileState> {
  const file = {
    path: options.path === ":memory:" ? options.path : resolve(options.path),
    clock: options.clock ?? systemClock,
    busyTimeoutMs: options.busyTimeoutMs ?? 10_000,
  };
  try {
    if (options.readOnly === true) {
      const db = await openForReading(file);
      return assemble(db, unannounced(db.path));
    }
    const db = await openForWriting(file);
    return assemble(db, db.inMemory ? unannounced(db.path) : announceOrClose(db));
  } catch (error) {
    throw inWords(error, file.path);
  }
}

function announceOrClose(db: Database): Presence {
  try {
    return announce(db.path);
  } catch (error) {
    db.close();
    throw error;
  }
}

function assemble(db: Database, presence: Presence): FileState {
  return {
    path: db.path,
    owner: presence.owner,
    ...mailboxes(db),
    ...taking(db, presence),
    ...finishing(db, presence),
    ...effects(db, presence),
    ...found(db),
    ...threads(db),
    ...pictures(db),
    ...relays(db),
    ...leases(db, presence),
    ...settings(db),
    ...views(db),
    history: (query) => db.read(() => history(db, query)),
    prune: (olderThanDays) => prune(db, olderThanDays),
    exportedMails: () => exportedMails(db),
    dropOwnLeases: () => db.write(() => dropLeasesOf(db, presence.owner)),
    isAlive: (owner) => presence.isAlive(owner),
    oldestUnfinished: () =>
      db.read(() =>
        db.get<{ at: number | null }>("SELECT min(received_at) AS at FROM deliveries WHERE outcome IS NULL")!.at
      ),
    ...restoring(db),
    close() {
      if (db.closed) return Promise.resolve();
      // The database first: while the side file is locked, nobody may think that our leases are free.
      db.close();
      presence.close();
      return Promise.resolve();
    },
  };
}
