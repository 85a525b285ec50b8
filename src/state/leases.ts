/** Named leases: one reader per mailbox, one check at a time, and who holds what. */

import type { LeaseHolder, State } from "../core/state_port.ts";
import type { Database } from "./database.ts";
import type { Presence } from "./presence.ts";

type Leases = Pick<State, "acquireLease" | "releaseLease" | "leaseHolder">;

/** The methods of the port about named leases. */
export function leases(db: Database, presence: Presence): Leases {
  return {
    acquireLease: (name, role, ttlMs) => db.write(() => acquire(db, presence, { name, role, ttlMs })),
    releaseLease: (name) =>
      db.write(() => {
        db.run("DELETE FROM leases WHERE name = ? AND owner = ?", name, presence.owner);
      }),
    leaseHolder: (name) => db.read(() => holder(db, presence, name)),
  };
}

function acquire(
  db: Database,
  presence: Presence,
  wanted: { name: string; role: string; ttlMs: number },
): LeaseHolder | null {
  const held = holder(db, presence, wanted.name);
  if (held !== null && held.owner !== presence.owner) return held;
  db.run(
    `INSERT INTO leases (name, owner, role, until) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
       owner = excluded.owner, role = excluded.role, until = excluded.until`,
    wanted.name,
    presence.owner,
    wanted.role,
    db.clock.now() + wanted.ttlMs,
  );
  return null;
}

/** Who holds it: a lease whose time is over or whose owner is dead holds nothing. */
function holder(db: Database, presence: Presence, name: string): LeaseHolder | null {
  const row = db.get<{ owner: string; role: string; until: number }>(
    "SELECT owner, role, until FROM leases WHERE name = ?",
    name,
  );
  if (row === undefined || row.until <= db.clock.now() || !presence.isAlive(row.owner)) return null;
  return { owner: row.owner, role: row.role, until: row.until };
}
