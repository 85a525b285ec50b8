/** Outside writes: a row before each, a receipt after it. */

import { LeaseLostError, ScopeLimitError } from "../core/errors.ts";
import { type Effect, type EffectStart, RELAY_LEASE, type State } from "../core/state_port.ts";
import type { Database } from "./database.ts";
import type { Presence } from "./presence.ts";
import { foundEffect } from "./found.ts";
import { type EffectRow, toEffect, toJson } from "./rows.ts";

type Effects = Pick<
  State,
  | "effect"
  | "effectsOf"
  | "startEffect"
  | "finishEffect"
  | "dropEffect"
  | "doubtEffect"
  | "emptyLook"
  | "countEffects"
  | "issuesWritten"
>;

const COLUMNS = `key, delivery_id, kind, status, carried, receipt, started_at, doubtful_at, empty_looks,
  first_empty_look_at, writes`;

/** The methods of the port about effects. */
export function effects(db: Database, presence: Presence): Effects {
  return {
    effect: (key) => db.read(() => effect(db, key)),
    effectsOf: (deliveryId) => db.read(() => effectsOf(db, deliveryId)),
    startEffect: (start) => db.write(() => startEffect(db, presence.owner, start)),
    finishEffect: (key, receipt) => db.write(() => finishEffect(db, key, receipt)),
    dropEffect: (key) =>
      db.write(() => {
        db.run("DELETE FROM effects WHERE key = ? AND status = 'pending'", key);
      }),
    doubtEffect: (key, at) =>
      db.write(() => {
        db.run("UPDATE effects SET doubtful_at = ? WHERE key = ? AND status = 'pending'", Math.ceil(at), key);
      }),
    emptyLook: (key, at) => db.write(() => emptyLook(db, key, at)),
    issuesWritten: (since) =>
      db.read(() =>
        new Set(
          db.all<{ id: string }>(
            `SELECT json_extract(receipt, '$.id') AS id FROM effects INDEXED BY effects_started
             WHERE started_at >= ? AND kind = 'issue' AND status = 'done' AND json_type(receipt, '$.id') = 'text'`,
            Math.floor(since),
          ).map(({ id }) => id),
        )
      ),
    countEffects: (scope, since) => db.read(() => count(db, scope, since)),
  };
}

/** Effects of a delivery in the order in which they were last written. */
export function effectsOf(db: Database, deliveryId: number): Effect[] {
  return db.all<EffectRow>(
    `SELECT ${COLUMNS} FROM effects WHERE delivery_id = ? ORDER BY started_at, key`,
    deliveryId,
  ).map(toEffect);
}

function effect(db: Database, key: string): Effect | null {
  const row = db.get<EffectRow>(`SELECT ${COLUMNS} FROM effects WHERE key = ?`, key);
  return row === undefined ? foundEffect(db, key) : toEffect(row);
}

function startEffect(db: Database, owner: string, start: EffectStart): Effect {
  const now = db.clock.now();
  const relayId = start.relayId ?? null;
  const lease = relayId === null
    ? db.get<{ owner: string | null; until: number | null }>(
      "SELECT lease_owner AS owner, lease_until AS until FROM deliveries WHERE id = ?",
      start.deliveryId,
    )
    : db.get<{ owner: string; until: number }>("SELECT owner, until FROM leases WHERE name = ?", RELAY_LEASE);
  if (lease?.owner !== owner || (lease.until ?? 0) <= now) throw new LeaseLostError(start.deliveryId, "An effect");
  const { scope, limit } = start;
  if (scope !== undefined && limit !== undefined && effect(db, start.key) === null) {
    if (count(db, scope, limit.since) >= limit.max) throw new ScopeLimitError(scope);
  }
  // The delivery moves along: a claim, and the key with it, passes from a failed delivery to another one.
  const row = db.get<EffectRow>(
    `INSERT INTO effects (key, delivery_id, relay_id, kind, status, scope, carried, started_at, writes)
     VALUES (?, ?, ?, ?, 'pending', ?, ?, ?, 1)
     ON CONFLICT (key) DO UPDATE SET delivery_id = excluded.delivery_id, relay_id = excluded.relay_id, scope = excluded.scope,
       carried = excluded.carried, started_at = excluded.started_at, writes = writes + 1,
       doubtful_at = NULL, empty_looks = 0, first_empty_look_at = NULL
     WHERE status = 'pending' RETURNING ${COLUMNS}`,
    start.key,
    relayId === null ? start.deliveryId : null,
    relayId,
    start.kind,
    scope ?? null,
    toJson(start.carried),
    now,
  );
  if (row === undefined) throw new Error(`Effect "${start.key}" has its receipt: writing again would double it`);
  return toEffect(row);
}

function count(db: Database, scope: string, since: number): number {
  return db.get<{ n: number }>("SELECT count(*) AS n FROM effects WHERE scope = ? AND started_at >= ?", scope, since)!
    .n;
}

/** Needs no lease: a receipt is true whoever brings it, and however late. */
function finishEffect(db: Database, key: string, receipt: unknown): void {
  const changed = db.run(
    `UPDATE effects SET status = 'done', receipt = ?, doubtful_at = NULL, empty_looks = 0, first_empty_look_at = NULL
     WHERE key = ?`,
    toJson(receipt),
    key,
  );
  if (changed === 0) throw new Error(`Effect "${key}" has a receipt, but was never started`);
}

function emptyLook(db: Database, key: string, at: number): Effect {
  db.run(
    `UPDATE effects SET empty_looks = empty_looks + 1, first_empty_look_at = coalesce(first_empty_look_at, ?)
     WHERE key = ? AND status = 'pending'`,
    Math.floor(at),
    key,
  );
  const seen = effect(db, key);
  if (seen === null) throw new Error(`Effect "${key}" was looked up, but was never started`);
  return seen;
}
