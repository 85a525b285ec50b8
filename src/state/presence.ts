/**
 * Who is alive. Each process that has the state open for writing holds an exclusive SQLite lock on a small file of its
 * own, `<state>.<owner>.lock`. The system frees the lock the moment the process ends, however it ends; so whoever can
 * lock the file knows that its owner is dead. Works on one machine, not over a network share (SQLite's WAL neither).
 */

import { DatabaseSync } from "node:sqlite";
import { basename, dirname, join } from "node:path";
import { Buffer } from "node:buffer";
import { troubleOf } from "./sqlite_error.ts";

/** How long an answer "alive" is believed. "Dead" is believed for ever: names are never used twice. */
const ALIVE_FOR_MS = 250;
const OWNER = /^\d+-[0-9a-f]{12}$/;

export interface Presence {
  /** Process id and a random part: unique for ever. */
  readonly owner: string;
  isAlive(owner: string): boolean;
  close(): void;
}

/** Takes a name, locks its side file, and removes the side files that dead processes left. */
export function announce(path: string): Presence {
  for (;;) {
    const owner = newOwner();
    const held = hold(sideFile(path, owner));
    if (held === null) continue;
    const watch = watcher(path);
    for (const stale of ownersOf(path)) if (stale !== owner) watch(stale);
    return {
      owner,
      isAlive: (other) => other === owner || watch(other),
      close() {
        remove(sideFile(path, owner), held);
      },
    };
  }
}

/** A name without a side file: for a state in memory, or one that is only read. */
export function unannounced(path: string): Presence {
  const owner = newOwner();
  const watch = path === ":memory:" ? () => false : watcher(path);
  return { owner, isAlive: (other) => other === owner || watch(other), close() {} };
}

/** The owners, other than dead ones, that have this state open for writing. */
export function aliveOwners(path: string): string[] {
  const watch = watcher(path);
  return ownersOf(path).filter((owner) => watch(owner));
}

function newOwner(): string {
  return `${Deno.pid}-${Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString("hex")}`;
}

function sideFile(path: string, owner: string): string {
  return `${path}.${owner}.lock`;
}

function ownersOf(path: string): string[] {
  const prefix = `${basename(path)}.`;
  return [...Deno.readDirSync(dirname(path))]
    .filter((entry) => entry.name.startsWith(prefix) && entry.name.endsWith(".lock"))
    .map((entry) => entry.name.slice(prefix.length, -".lock".length))
    .filter((owner) => OWNER.test(owner) && join(dirname(path), `${prefix}${owner}.lock`) !== path);
}

/** Creates and locks the file. `null`: somebody who was tidying up took it for a stale one in between. */
function hold(file: string): DatabaseSync | null {
  const created = Deno.openSync(file, { write: true, createNew: true, mode: 0o600 });
  const { ino } = created.statSync();
  created.close();
  const locked = lock(file);
  if (locked === null) return null;
  const now = statOf(file);
  if (now !== null && now.ino === ino) return locked;
  locked.close();
  return null;
}

/** Locks the file for as long as the connection lives, `null` if another holds it. Writes nothing, not even a journal. */
function lock(file: string): DatabaseSync | null {
  const sqlite = new DatabaseSync(file);
  try {
    sqlite.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return sqlite;
  } catch (error) {
    sqlite.close();
    if (troubleOf(error) === "busy") return null;
    throw error;
  }
}

function watcher(path: string): (owner: string) => boolean {
  const dead = new Set<string>();
  const seenAlive = new Map<string, number>();
  return (owner) => {
    if (dead.has(owner) || !OWNER.test(owner)) return false;
    const seen = seenAlive.get(owner);
    if (seen !== undefined && performance.now() - seen < ALIVE_FOR_MS) return true;
    if (isHeld(sideFile(path, owner))) {
      seenAlive.set(owner, performance.now());
      return true;
    }
    seenAlive.delete(owner);
    dead.add(owner);
    return false;
  };
}

/** Whether a living process holds this file; removes it if none does. */
function isHeld(file: string): boolean {
  if (statOf(file) === null) return false;
  try {
    const locked = lock(file);
    if (locked === null) return true;
    remove(file, locked);
    return false;
  } catch {
    // Not allowed to look: believe the lease until its time is over.
    return statOf(file) !== null;
  }
}

/** Removes while the lock is held, where the system allows that: nobody can take it for theirs in between. */
function remove(file: string, locked: DatabaseSync): void {
  const removed = tryRemove(file);
  locked.close();
  if (!removed) tryRemove(file);
}

function tryRemove(file: string): boolean {
  try {
    Deno.removeSync(file);
    return true;
  } catch {
    // Windows keeps a file that is open; a folder may have become read-only. The next start tidies up.
    return false;
  }
}

function statOf(file: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
