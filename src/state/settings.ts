/** Small things that outlive a run: settings, pauses, the last error, token caches. */

import { isoTime } from "../core/clock.ts";
import type { Pause, State } from "../core/state_port.ts";
import type { Database } from "./database.ts";

type Settings = Pick<
  State,
  | "setPause"
  | "clearPause"
  | "pauses"
  | "setLastError"
  | "lastError"
  | "setting"
  | "settingOr"
  | "setSetting"
  | "tokenCache"
  | "setTokenCache"
>;
type Table = "settings" | "tokens";

const LAST_ERROR = "last-error";

/** The methods of the port about pauses, the last error, settings and token caches. */
export function settings(db: Database): Settings {
  return {
    setPause: (pause) =>
      db.write(() => {
        db.run(
          `INSERT INTO pauses (destination, scope, since, reason) VALUES (?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET since = excluded.since, reason = excluded.reason`,
          pause.destination,
          pause.scope,
          pause.since,
          pause.reason,
        );
      }),
    clearPause: (destination, scope) =>
      db.write(() => {
        db.run("DELETE FROM pauses WHERE destination = ? AND scope = ?", destination, scope);
      }),
    pauses: () =>
      db.read(() =>
        db.all<Pause>("SELECT destination, scope, since, reason FROM pauses ORDER BY since").map((row) => ({ ...row }))
      ),
    setLastError: (error) => db.write(() => setLastError(db, error)),
    lastError: () => db.read(() => JSON.parse(value(db, "settings", LAST_ERROR) ?? "null")),
    setting: (name) => db.read(() => value(db, "settings", name)),
    settingOr: (name, make) => db.write(() => value(db, "settings", name) ?? put(db, "settings", name, make())),
    setSetting: (name, text) =>
      db.write(() => {
        put(db, "settings", name, text);
      }),
    tokenCache: (name) => db.read(() => value(db, "tokens", name)),
    setTokenCache: (name, text) =>
      db.write(() => {
        put(db, "tokens", name, text);
      }),
  };
}

function setLastError(db: Database, error: string | null): void {
  if (error === null) db.run("DELETE FROM settings WHERE name = ?", LAST_ERROR);
  else put(db, "settings", LAST_ERROR, JSON.stringify({ at: isoTime(db.clock.now()), error }));
}

function value(db: Database, table: Table, name: string): string | null {
  return db.get<{ value: string }>(`SELECT value FROM ${table} WHERE name = ?`, name)?.value ?? null;
}

function put(db: Database, table: Table, name: string, text: string): string {
  db.run(
    `INSERT INTO ${table} (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
    name,
    text,
  );
  return text;
}
