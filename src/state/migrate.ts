/** What a file is, and how it becomes the newest version of ours. */

import type { Database } from "./database.ts";
import { copyToFile, freeName } from "./copy.ts";
import { dropPythonTables, importPythonTool, type PythonTables, pythonTables } from "./python_tool.ts";
import { APPLICATION_ID, type Migration, MIGRATIONS } from "./schema.ts";
import { stateError } from "./sqlite_error.ts";

export type Recognised =
  | { readonly kind: "empty" }
  | { readonly kind: "state"; readonly version: number }
  | { readonly kind: "python"; readonly tables: PythonTables };

/** Looks at the file's header and tables. Throws `StateError` for what must not be touched, in words. */
export function recognise(db: Database, newest: number): Recognised {
  // exec() first: only it gives SQLite's own words for a file that is no database on every Deno.
  db.exec("SELECT count(*) FROM sqlite_master");
  const version = pragma(db, "user_version");
  const application = pragma(db, "application_id");
  if (application === APPLICATION_ID) {
    if (version > newest) throw stateError("newer", db.path, `version ${version}`);
    return { kind: "state", version };
  }
  const tables = db.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) =>
    name
  );
  if (application === 0 && tables.length === 0) return { kind: "empty" };
  const python = application === 0 ? pythonTables(db, tables) : null;
  if (python !== null) return { kind: "python", tables: python };
  throw stateError("foreign", db.path, "a SQLite database of another program");
}

/** Whether the file has to be brought up to date before it can be used. */
export function isCurrent(found: Recognised, migrations: readonly Migration[] = MIGRATIONS): boolean {
  return found.kind === "state" && found.version === newestOf(migrations);
}

export function newestOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/**
 * Brings a file to the newest version in one transaction: killed at any moment, it is what it was. A copy of an older
 * file (`<file>.v<version>-backup`) or of the Python tool's (`<file>.python-backup`) is made first, under the same lock.
 */
export async function bringUpToDate(db: Database, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  // What is dropped from the Python tool's file holds tokens: overwrite it, do not only unlink it.
  db.exec("PRAGMA secure_delete = ON");
  await db.write(() => {
    const found = recognise(db, newestOf(migrations));
    if (isCurrent(found, migrations)) return;
    if (found.kind !== "empty" && !db.inMemory) {
      const suffix = found.kind === "python" ? ".python-backup" : `.v${found.version}-backup`;
      copyToFile(db.path, freeName(db.path, suffix));
    }
    const version = found.kind === "state" ? found.version : 0;
    for (const migration of migrations) if (migration.version > version) db.exec(migration.sql);
    if (found.kind === "python") {
      importPythonTool(db, found.tables);
      dropPythonTables(db, found.tables);
    }
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${newestOf(migrations)}`);
  });
  db.exec("PRAGMA secure_delete = OFF");
}

function pragma(db: Database, name: string): number {
  return Object.values(db.get<Record<string, number>>(`PRAGMA ${name}`) ?? {})[0] ?? 0;
}
