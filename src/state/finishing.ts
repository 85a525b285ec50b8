/** What is learnt about a delivery, and how it ends. */

import { isoTime } from "../core/clock.ts";
import { LeaseLostError } from "../core/errors.ts";
import { normaliseAddress } from "../core/mail.ts";
import type { Finish, KnownMessage, Release, State } from "../core/state_port.ts";
import type { Database } from "./database.ts";
import type { Presence } from "./presence.ts";
import { knownMessage, type KnownRow, toIdentity } from "./rows.ts";
import { threadOf } from "./threads.ts";

type Finishing = Pick<
  State,
  "describe" | "release" | "finish" | "claim" | "unfinishedWithMessageId" | "retryFailed" | "discardFailed"
>;

/** The methods of the port that move a delivery towards its outcome. */
export function finishing(db: Database, presence: Presence): Finishing {
  return {
    describe: (id, facts) => db.write(() => describe(db, id, facts)),
    release: (id, release) => db.write(() => giveBack(db, presence.owner, id, release)),
    finish: (id, end) => db.write(() => finish(db, presence.owner, id, end)),
    claim: (scope, identity, deliveryId) => db.write(() => claim(db, scope, identity, deliveryId)),
    unfinishedWithMessageId: (messageIds, exceptId) => db.read(() => unfinishedWithMessageId(db, messageIds, exceptId)),
    retryFailed: (id) => db.write(() => retryFailed(db, id)),
    discardFailed: (id) =>
      db.write(() =>
        db.run(
          `UPDATE deliveries SET outcome = 'filtered', finished_at = ?, reason = 'discarded by an administrator',
             step = NULL, error = NULL, subject = NULL, sender = NULL WHERE id = ? AND outcome = 'failed'`,
          db.clock.now(),
          id,
        ) > 0
      ),
  };
}

function describe(db: Database, id: number, facts: Parameters<State["describe"]>[1]): void {
  db.run(
    `UPDATE deliveries SET internet_message_id = coalesce(?, internet_message_id),
       conversation_id = coalesce(?, conversation_id), identity = coalesce(?, identity), subject = ?, sender = ?,
       from_address = ?
     WHERE id = ? AND outcome IS NULL`,
    facts.internetMessageId?.trim() ?? null,
    facts.conversationId,
    facts.identity === null ? null : toIdentity(facts.identity),
    facts.subject,
    facts.from,
    facts.from === null ? null : normaliseAddress(facts.from),
    id,
  );
}

/** Nothing happens to a delivery whose lease was lost: whoever has it now decides when it is due. */
function giveBack(db: Database, owner: string, id: number, release: Release): void {
  const over = isOver(db, release.waitingFor);
  db.run(
    `UPDATE deliveries SET lease_owner = NULL, lease_until = NULL, not_before = ?, attempts = attempts + ?,
       waiting_for = ?, step = coalesce(?, step), error = coalesce(?, error)
     WHERE id = ? AND lease_owner = ? AND outcome IS NULL`,
    over ? db.clock.now() : Math.ceil(release.notBefore),
    release.countAttempt ? 1 : 0,
    over ? null : release.waitingFor ?? null,
    release.step ?? null,
    release.error ?? null,
    id,
    owner,
  );
}

/** What it would wait for ended after it was looked at: nobody would wake it any more. */
function isOver(db: Database, waitingFor: string | null | undefined): boolean {
  const id = waitingFor?.match(/^delivery:(\d+)$/)?.[1];
  if (id === undefined) return false;
  return db.get("SELECT 1 FROM deliveries WHERE id = ? AND outcome IS NOT NULL", Number(id)) !== undefined;
}

/** Throws `LeaseLostError` when another run holds the delivery, or has finished it. */
function finish(db: Database, owner: string, id: number, end: Finish): void {
  const row = db.get<{ outcome: string | null; lease_owner: string | null; step: string | null }>(
    "SELECT outcome, lease_owner, step FROM deliveries WHERE id = ?",
    id,
  );
  const elsewhere = row === undefined || row.outcome !== null || (row.lease_owner ?? owner) !== owner;
  if (elsewhere) throw new LeaseLostError(id, "Finishing");
  const failed = end.outcome === "failed";
  db.run(
    `UPDATE deliveries SET outcome = ?, finished_at = ?, reason = ?, filter = ?, thread_id = ?, step = ?, error = ?,
       subject = iif(?, subject, NULL), sender = iif(?, sender, NULL),
       attempts = attempts + ?, lease_owner = NULL, lease_until = NULL, waiting_for = NULL WHERE id = ?`,
    end.outcome,
    db.clock.now(),
    end.reason,
    end.filter,
    end.issue === null ? null : threadOf(db, end.issue),
    failed ? end.step ?? row.step ?? "unknown" : null,
    failed ? end.error ?? end.reason : null,
    failed ? 1 : 0,
    failed ? 1 : 0,
    // The one that failed counts, too.
    failed ? 1 : 0,
    id,
  );
  db.run(
    "UPDATE deliveries SET waiting_for = NULL, not_before = min(not_before, ?) WHERE waiting_for = ?",
    db.clock.now(),
    `delivery:${id}`,
  );
}

function claim(
  db: Database,
  scope: string,
  identity: string,
  deliveryId: number,
): { deliveryId: number; known: KnownMessage } | null {
  const key = toIdentity(identity);
  const holder = db.get<KnownRow>(
    `SELECT d.id, d.outcome, d.filter, t.issue_id, t.issue_key FROM claims AS c
     JOIN deliveries AS d ON d.id = c.delivery_id LEFT JOIN threads AS t ON t.id = d.thread_id
     WHERE c.identity = ? AND c.scope = ?`,
    key,
    scope,
  );
  const taken = holder !== undefined && holder.id !== deliveryId &&
    holder.outcome !== "failed" && holder.outcome !== "filtered";
  if (taken) return { deliveryId: holder.id, known: knownMessage(holder) };
  db.run(
    `INSERT INTO claims (identity, scope, delivery_id) VALUES (?, ?, ?)
     ON CONFLICT (identity, scope) DO UPDATE SET delivery_id = excluded.delivery_id`,
    key,
    scope,
    deliveryId,
  );
  return null;
}

function unfinishedWithMessageId(
  db: Database,
  messageIds: readonly string[],
  exceptId: number,
): { deliveryId: number; receivedAt: string; waitingFor: string | null } | null {
  const row = db.get<{ id: number; received_at: number; waiting_for: string | null }>(
    `SELECT d.id, d.received_at, d.waiting_for FROM json_each(?) AS wanted
     CROSS JOIN deliveries AS d INDEXED BY deliveries_unfinished_message
       ON d.internet_message_id = wanted.value AND d.outcome IS NULL
     WHERE d.id <> ? ORDER BY d.received_at, d.id LIMIT 1`,
    JSON.stringify(messageIds.map((id) => id.trim())),
    exceptId,
  );
  if (row === undefined) return null;
  return { deliveryId: row.id, receivedAt: isoTime(row.received_at), waitingFor: row.waiting_for };
}

/** The step and the error stay: they say where the next try resumes. */
function retryFailed(db: Database, id: number): boolean {
  return db.run(
    `UPDATE deliveries SET outcome = NULL, finished_at = NULL, reason = NULL, attempts = 0, not_before = 0
     WHERE id = ? AND outcome = 'failed'`,
    id,
  ) > 0;
}
