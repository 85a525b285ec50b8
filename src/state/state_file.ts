/**
 * The state as a file: checked, backed up, restored. A backup holds no tokens and no leases; the small secrets of our own
 * among the settings (reply tokens) are in it, since the mail already sent refers to them.
 */

import { resolve } from "node:path";
import { type Clock, isoTime, systemClock } from "../core/clock.ts";
import { StateError } from "../core/errors.ts";
import { copyToFile, exists, freeName } from "./copy.ts";
import { Database } from "./database.ts";
import { newestOf, recognise } from "./migrate.ts";
import { aliveOwners } from "./presence.ts";
import { MADE_SETTING, RESTORED_SETTING } from "./restoring.ts";
import { MIGRATIONS } from "./schema.ts";
import { inWords, stateError } from "./sqlite_error.ts";

/** What {@link checkState} found. */
export interface StateCheck {
  readonly version: number;
  readonly deliveries: number;
  /** Sentences; empty when all is well. */
  readonly problems: readonly string[];
}

/** Reads the whole file (about a second per 500 MB) and reports what is damaged. Throws `StateError` if it cannot be read. */
export async function checkState(path: string): Promise<StateCheck> {
  return await withReader(path, systemClock, (db, version) => ({
    version,
    deliveries: db.get<{ n: number }>("SELECT count(*) AS n FROM deliveries")!.n,
    problems: [...damagedPages(db), ...brokenReferences(db), ...wrongCounters(db)],
  }));
}

/** Copies the state, as it is at this moment, into a new file with mode 0600. Other processes may go on working. */
export async function backupState(path: string, target: string, clock: Clock = systemClock): Promise<void> {
  const backup = resolve(target);
  if (!exists(path)) {
    throw new StateError(`State file "${path}": does not exist, there is nothing to back up.`, "readonly");
  }
  if (exists(backup)) throw new StateError(`Backup "${backup}": exists already. Name another file.`, "readonly");
  await withReader(path, clock, (db) => {
    writeCopy(db, backup, (copy) => {
      copy.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", MADE_SETTING, isoTime(clock.now()));
    });
  });
}

/** What {@link restoreState} did. */
export interface RestoreDone {
  /** When the backup was made; of a file that is no backup the last moment it knows of, `null` if it knows none. */
  readonly madeAt: string | null;
  /** Where the state that was replaced is kept, `null` if there was none. */
  readonly kept: string | null;
}

/**
 * Puts a backup in the place of the state, which is kept beside it. Throws `StateError("busy")` while a process has the
 * state open. What was pending in the backup is in doubt; {@link RESTORED_SETTING} is set.
 */
export async function restoreState(backup: string, path: string, clock: Clock = systemClock): Promise<RestoreDone> {
  const state = exists(path) ? Deno.realPathSync(path) : resolve(path);
  if (!exists(backup)) throw new StateError(`Backup "${backup}": does not exist.`, "readonly");
  refuseIfOpen(state);
  const fresh = freeName(state, ".restoring");
  const madeAt = await withReader(backup, clock, (db) => {
    const made = db.get<{ value: string }>("SELECT value FROM settings WHERE name = ?", MADE_SETTING)?.value ??
      lastMoment(db);
    writeCopy(db, fresh, (copy) => markRestored(copy, made, clock.now()));
    return made;
  });
  try {
    refuseIfOpen(state);
    const kept = exists(state) ? keepAside(state) : null;
    Deno.renameSync(fresh, state);
    return { madeAt, kept };
  } catch (error) {
    if (exists(fresh)) Deno.removeSync(fresh);
    throw inWords(error, state);
  }
}

function refuseIfOpen(state: string): void {
  const alive = aliveOwners(state)[0];
  if (alive === undefined) return;
  const pid = alive.split("-")[0];
  throw new StateError(`State file "${state}": process ${pid} has it open. Stop that process first.`, "busy");
}

/** A copy that was made with other means says by its youngest row until when it is complete. */
function lastMoment(db: Database): string | null {
  const { at } = db.get<{ at: number | null }>(
    `SELECT max(at) AS at FROM (
       SELECT max(accepted_at) AS at FROM deliveries UNION ALL SELECT max(finished_at) FROM deliveries
       UNION ALL SELECT max(started_at) FROM effects UNION ALL SELECT max(last_sync_at) FROM mailboxes
       UNION ALL SELECT max(started_at) FROM mailboxes)`,
  )!;
  return at === null ? null : isoTime(at);
}

async function withReader<T>(path: string, clock: Clock, body: (db: Database, version: number) => T): Promise<T> {
  const real = exists(path) ? Deno.realPathSync(path) : resolve(path);
  const db = new Database({ path: real, clock, busyTimeoutMs: 10_000, readOnly: true });
  try {
    return await db.read(() => {
      const found = recognise(db, newestOf(MIGRATIONS));
      if (found.kind === "state") return body(db, found.version);
      throw stateError("foreign", real, found.kind === "empty" ? "an empty file" : "the file of the Python tool");
    });
  } finally {
    db.close();
  }
}

/** Copies to `target`, without tokens and leases; it gets its name only when it is complete. */
function writeCopy(db: Database, target: string, finish: (copy: Database) => void): void {
  const partial = freeName(target, ".partial");
  copyToFile(db.path, partial);
  const copy = new Database({ path: partial, clock: db.clock, busyTimeoutMs: 0, readOnly: false });
  try {
    // Overwritten, not only unlinked.
    copy.exec("PRAGMA secure_delete = ON; DELETE FROM tokens; DELETE FROM leases");
    copy.run("UPDATE deliveries SET lease_owner = NULL, lease_until = NULL WHERE lease_owner IS NOT NULL");
    finish(copy);
  } finally {
    copy.close();
  }
  Deno.renameSync(partial, target);
}

function markRestored(copy: Database, madeAt: string | null, now: number): void {
  copy.run("UPDATE effects SET doubtful_at = coalesce(doubtful_at, ?) WHERE status = 'pending'", now);
  copy.run("DELETE FROM settings WHERE name = ?", MADE_SETTING);
  const value = JSON.stringify({ madeAt, restoredAt: isoTime(now) });
  copy.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", RESTORED_SETTING, value);
}

/** The old file stays under another name, with whatever of its WAL could not be brought into it (a damaged file). */
function keepAside(state: string): string {
  bringInWal(state);
  const kept = freeName(state, ".before-restore");
  Deno.copyFileSync(state, kept);
  const wal = `${state}-wal`;
  if (exists(wal) && Deno.statSync(wal).size > 0) Deno.renameSync(wal, `${kept}-wal`);
  for (const rest of [wal, `${state}-shm`]) if (exists(rest)) Deno.removeSync(rest);
  return kept;
}

function bringInWal(state: string): void {
  try {
    const db = new Database({ path: state, clock: systemClock, busyTimeoutMs: 0, readOnly: false });
    try {
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      db.close();
    }
  } catch {
    // Too damaged to be opened: that is why a backup is restored. Its parts are kept as they are.
  }
}

function damagedPages(db: Database): string[] {
  return db.all<{ quick_check: string }>("PRAGMA quick_check(10)").map((row) => row.quick_check)
    .filter((line) => line !== "ok").map((line) => `Damaged: ${line.replaceAll("\n", " ")}`);
}

function brokenReferences(db: Database): string[] {
  return db.all<{ table: string; rowid: number; parent: string }>("PRAGMA foreign_key_check").slice(0, 10)
    .map((row) => `A row of "${row.table}" names a row of "${row.parent}" that is missing`);
}

function wrongCounters(db: Database): string[] {
  return db.all<{ address: string }>(
    `SELECT address FROM mailboxes AS box WHERE pending + created + commented + filtered + failed <>
       (SELECT count(*) FROM deliveries AS d WHERE d.mailbox_id = box.id)
     OR pending <> (SELECT count(*) FROM deliveries AS d WHERE d.mailbox_id = box.id AND d.outcome IS NULL)`,
  ).map((row) => `The counters of mailbox "${row.address}" are wrong`);
}
