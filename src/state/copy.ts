/**
 * A database copied by SQLite, never by reading the bytes: those would miss what still lies in the WAL (and, on POSIX,
 * closing a file drops every lock that SQLite holds on it in the same process).
 */

import { DatabaseSync } from "node:sqlite";

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string;
}

/** Copies tables, rows, indices and triggers as they are at one moment. The target must be empty. */
export function copyDatabase(from: DatabaseSync, to: DatabaseSync): void {
  from.exec("BEGIN");
  try {
    copyAll(from, to);
  } finally {
    from.exec("ROLLBACK");
  }
}

/** Copies a database file into a new one with mode 0600; on any error no file is left. */
export function copyToFile(path: string, target: string): void {
  createPrivateFile(target);
  const from = new DatabaseSync(path, { readOnly: true });
  try {
    from.exec("PRAGMA busy_timeout = 5000");
    if (!vacuumInto(from, target)) copyRowByRow(from, target);
    flush(target);
  } catch (error) {
    Deno.removeSync(target);
    throw error;
  } finally {
    from.close();
  }
}

/** The quick way: a million mails in seconds. Returns false on Deno 2.4.2, which cannot (no database may be attached). */
function vacuumInto(from: DatabaseSync, target: string): boolean {
  try {
    from.exec(`VACUUM INTO '${target.replaceAll("'", "''")}'`);
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes("too many attached databases")) return false;
    throw error;
  }
}

function copyRowByRow(from: DatabaseSync, target: string): void {
  const to = new DatabaseSync(target);
  try {
    // No journal, and one flush at the end: a copy that is not complete is thrown away anyway.
    to.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
    copyDatabase(from, to);
  } finally {
    to.close();
  }
}

function copyAll(from: DatabaseSync, to: DatabaseSync): void {
  const schema = from.prepare(
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  ).all() as unknown as SchemaRow[];
  const tables = schema.filter((row) => row.type === "table");
  to.exec("PRAGMA foreign_keys = OFF; BEGIN");
  for (const table of tables) to.exec(table.sql);
  for (const table of tables) copyRows(from, to, table.name);
  // After the rows: an index is built faster so, and a trigger must not count them once more.
  for (const other of schema) if (other.type !== "table") to.exec(other.sql);
  for (const pragma of ["application_id", "user_version"]) to.exec(`PRAGMA ${pragma} = ${readPragma(from, pragma)}`);
  to.exec("COMMIT; PRAGMA foreign_keys = ON");
}

function flush(path: string): void {
  using file = Deno.openSync(path, { write: true });
  file.syncSync();
}

/** Creates the file with mode 0600 before SQLite would with the umask's. Windows: the ACL of the folder is inherited. */
export function createPrivateFile(path: string): void {
  Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
}

/** `<path><suffix>`, or the first of `<path><suffix>-2`, `-3` … that does not exist: no copy is ever overwritten. */
export function freeName(path: string, suffix: string): string {
  for (let number = 1;; number++) {
    const name = `${path}${suffix}${number === 1 ? "" : `-${number}`}`;
    if (!exists(name)) return name;
  }
}

export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Rows per INSERT: one call into SQLite for many rows is several times faster. */
const ROWS_AT_ONCE = 40;

function copyRows(from: DatabaseSync, to: DatabaseSync, table: string): void {
  const name = quoted(table);
  const columns = (from.prepare(`PRAGMA table_info(${name})`).all() as unknown as { name: string }[])
    .map((column) => quoted(column.name));
  const select = from.prepare(`SELECT ${columns.join(", ")} FROM ${name}`);
  // Exact integers, whatever their size.
  select.setReadBigInts(true);
  const insert = (rows: number) => {
    const row = `(${columns.map(() => "?").join(", ")})`;
    return to.prepare(`INSERT INTO ${name} (${columns.join(", ")}) VALUES ${Array(rows).fill(row).join(", ")}`);
  };
  const full = insert(ROWS_AT_ONCE);
  let values: never[] = [];
  for (const row of select.iterate()) {
    values.push(...Object.values(row as Record<string, never>));
    if (values.length < ROWS_AT_ONCE * columns.length) continue;
    full.run(...values);
    values = [];
  }
  if (values.length > 0) insert(values.length / columns.length).run(...values);
}

function readPragma(sqlite: DatabaseSync, pragma: string): number {
  return Object.values(sqlite.prepare(`PRAGMA ${pragma}`).get() as Record<string, number>)[0] ?? 0;
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
