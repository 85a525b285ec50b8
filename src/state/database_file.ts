/** A state file from the disk to a connection: created, recognised, brought up to date. */

import type { DatabaseSync } from "node:sqlite";
import { copyDatabase, createPrivateFile, exists } from "./copy.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { bringUpToDate, isCurrent, newestOf, recognise } from "./migrate.ts";
import { MIGRATIONS } from "./schema.ts";
import { stateError } from "./sqlite_error.ts";

export type DatabaseFile = Omit<DatabaseOptions, "readOnly">;

/** Opens for reading and writing, in the newest version, and creates what is missing. */
export async function openForWriting(file: DatabaseFile): Promise<Database> {
  const options = { ...file, readOnly: false, path: file.path === ":memory:" ? file.path : madeFile(file.path) };
  const db = new Database(options);
  try {
    const found = await db.read(() => recognise(db, newestOf(MIGRATIONS)));
    // The Python tool's file may be readable for all; ours holds tokens.
    if (found.kind === "python") makePrivate(options.path);
    if (!isCurrent(found)) await bringUpToDate(db);
    // Readers never wait for writers (WAL); a commit survives a power cut (FULL).
    await db.patiently(() => db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
    db.exec("PRAGMA journal_size_limit = 16777216");
    // SQLite opens a file that it may not write for reading only, without a word, and begins transactions on it.
    await db.write(() => db.exec(`PRAGMA user_version = ${newestOf(MIGRATIONS)}`));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens without writing: a missing file is an empty state in memory, an older one a copy in memory, brought up to date. */
export async function openForReading(file: DatabaseFile): Promise<Database> {
  if (file.path === ":memory:" || !exists(file.path)) return await inMemory(file, null);
  const options = { ...file, readOnly: true, path: refuseFolder(Deno.realPathSync(file.path)) };
  const db = new Database(options);
  try {
    const found = await db.read(() => recognise(db, newestOf(MIGRATIONS)));
    if (isCurrent(found)) return db;
    const view = await inMemory(options, db.sqlite);
    db.close();
    return view;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** An empty state, or a copy of `source` brought up to date, that can only be read. */
async function inMemory(file: DatabaseFile, source: DatabaseSync | null): Promise<Database> {
  const made = new Database({ ...file, readOnly: false }, ":memory:");
  if (source !== null) copyDatabase(source, made.sqlite);
  await bringUpToDate(made);
  made.forbidWriting();
  return made;
}

/**
 * Creates the file if it is missing; returns its real path. The side files of presence lie beside that one, so that two
 * processes that came by different links see each other.
 */
function madeFile(path: string): string {
  try {
    if (!exists(path)) createPrivateFile(path);
  } catch (error) {
    // Another process created it in the same moment.
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  return refuseFolder(Deno.realPathSync(path));
}

/** SQLite calls a folder a disk that fails. */
function refuseFolder(path: string): string {
  if (Deno.statSync(path).isDirectory) throw stateError("readonly", path, "it is a folder");
  return path;
}

function makePrivate(path: string): void {
  if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o600);
}
