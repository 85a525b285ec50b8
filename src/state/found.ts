/** Receipts that a rebuild found outside, until the delivery they belong to is there. */

import type { Effect, FoundReceipt, State } from "../core/state_port.ts";
import type { Database } from "./database.ts";
import { type EffectRow, toEffect, toJson } from "./rows.ts";

type Found = Pick<State, "keepFound" | "adoptFound">;

/** The methods of the port about found receipts. */
export function found(db: Database): Found {
  return {
    keepFound: (receipts) => db.write(() => receipts.forEach((receipt) => keep(db, receipt))),
    adoptFound: (deliveryId, deliveryKey) => db.write(() => adopt(db, deliveryId, deliveryKey)),
  };
}

/** What a look-up by key tells while no delivery has it: only what is certain. */
export function foundEffect(db: Database, key: string): Effect | null {
  const row = db.get<EffectRow>(
    `SELECT key, NULL AS delivery_id, kind, 'done' AS status, carried, receipt, started_at, NULL AS doubtful_at,
       0 AS empty_looks, NULL AS first_empty_look_at, 1 AS writes FROM found_receipts
     WHERE key = ? AND receipt IS NOT NULL`,
    key,
  );
  return row === undefined ? null : toEffect(row);
}

function keep(db: Database, { key, kind, scope, carried, receipt, startedAt, doubtfulAt }: FoundReceipt): void {
  db.run(
    `INSERT INTO found_receipts (key, kind, scope, carried, receipt, started_at, doubtful_at)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
       kind = excluded.kind, scope = excluded.scope, carried = excluded.carried, receipt = excluded.receipt,
       started_at = excluded.started_at, doubtful_at = excluded.doubtful_at`,
    key,
    kind,
    scope ?? null,
    toJson(carried),
    receipt === null ? null : toJson(receipt),
    Math.floor(startedAt),
    receipt === null ? Math.ceil(doubtfulAt ?? db.clock.now()) : null,
  );
}

/** What is certain takes the place of what was pending in the backup; a receipt that is there already stays. */
function adopt(db: Database, deliveryId: number, deliveryKey: string): number {
  // "0" is the character after "/".
  const range = [`${deliveryKey}/`, `${deliveryKey}0`] as const;
  const adopted = db.run(
    `INSERT INTO effects (key, delivery_id, kind, status, scope, carried, receipt, started_at, doubtful_at, writes)
     SELECT key, ?, kind, iif(receipt IS NULL, 'pending', 'done'), scope, carried, receipt, started_at, doubtful_at, 1
     FROM found_receipts WHERE key >= ? AND key < ?
     ON CONFLICT (key) DO UPDATE SET delivery_id = excluded.delivery_id, status = 'done', receipt = excluded.receipt,
       doubtful_at = NULL, empty_looks = 0, first_empty_look_at = NULL
     WHERE excluded.status = 'done' AND effects.status = 'pending'`,
    deliveryId,
    ...range,
  );
  db.run("DELETE FROM found_receipts WHERE key >= ? AND key < ?", ...range);
  return adopted;
}
