/** Which delivery is worked on next, and by whom. */

import { isoTime } from "../core/clock.ts";
import type { Delivery, State } from "../core/state_port.ts";
import type { Database } from "./database.ts";
import { knownMailboxes } from "./mailboxes.ts";
import type { Presence } from "./presence.ts";
import { type DeliveryRow, toDelivery } from "./rows.ts";

type Taking = Pick<State, "take" | "renew" | "nextDue" | "unfinished">;
type TakeOptions = Parameters<State["take"]>[0];

/** An older, unfinished delivery of the conversation of `d` that goes first; `waiting` says when a waiting one does. */
const olderFirst = (waiting: string) =>
  `EXISTS (SELECT 1 FROM deliveries AS o INDEXED BY deliveries_conversation
    WHERE o.outcome IS NULL AND o.conversation_id = d.conversation_id AND o.mailbox_id = d.mailbox_id
      AND o.received_at <= d.received_at AND (o.received_at < d.received_at OR o.id < d.id)
      AND (o.waiting_for IS NULL${waiting}))`;

/** Somebody works on the conversation of `d`. */
const CONVERSATION_LEASED = `EXISTS (SELECT 1 FROM deliveries AS l INDEXED BY deliveries_leased
    WHERE l.lease_owner IS NOT NULL AND l.conversation_id = d.conversation_id AND l.mailbox_id = d.mailbox_id)`;

// A waiting delivery that is due itself goes before the younger ones of its conversation, so that one take() never
// leases two of one conversation.
const TAKE = `
  UPDATE deliveries SET lease_owner = ?, lease_until = ?
  WHERE id IN (
    SELECT d.id FROM deliveries AS d INDEXED BY deliveries_unfinished
    WHERE d.outcome IS NULL AND d.lease_owner IS NULL AND d.not_before <= ?
      AND d.mailbox_id IN (SELECT value FROM json_each(?))
      AND (d.conversation_id IS NULL OR NOT (${olderFirst(" OR o.not_before <= ?")} OR ${CONVERSATION_LEASED}))
    ORDER BY d.received_at, d.id LIMIT ?)
  RETURNING id, (SELECT address FROM mailboxes WHERE mailboxes.id = mailbox_id) AS mailbox, folder, message_id,
    received_at, internet_message_id, conversation_id, attempts, waiting_for, include_before_start, step`;

const NEXT_DUE = `
  SELECT min(due) AS due FROM (
    SELECT (
      SELECT d.not_before FROM deliveries AS d INDEXED BY deliveries_due
      WHERE d.outcome IS NULL AND d.lease_owner IS NULL AND d.mailbox_id = box.value
        AND (d.conversation_id IS NULL OR NOT (${olderFirst("")} OR ${CONVERSATION_LEASED}))
      ORDER BY d.not_before LIMIT 1) AS due
    FROM json_each(?) AS box)`;

/** The methods of the port that hand out deliveries. */
export function taking(db: Database, presence: Presence): Taking {
  return {
    take: (options) => db.write(() => take(db, presence, options)),
    renew: (ids, leaseMs) =>
      db.write(() =>
        db.all<{ id: number }>(
          `UPDATE deliveries SET lease_until = ?
           WHERE id IN (SELECT value FROM json_each(?)) AND lease_owner = ? AND outcome IS NULL RETURNING id`,
          db.clock.now() + leaseMs,
          JSON.stringify(ids),
          presence.owner,
        ).map(({ id }) => id)
      ),
    nextDue: (mailboxes) => db.read(() => nextDue(db, presence, mailboxes)),
    unfinished: (mailboxes) =>
      db.read(() =>
        db.get<{ pending: number }>(
          "SELECT coalesce(sum(pending), 0) AS pending FROM mailboxes WHERE id IN (SELECT value FROM json_each(?))",
          knownMailboxes(db, mailboxes),
        )!.pending
      ),
  };
}

/** Writes one row in any case: it shows, too, whether the state can be written. */
export function dropLeasesOf(db: Database, owner: string): void {
  db.run("INSERT OR REPLACE INTO settings (name, value) VALUES ('resumed-at', ?)", isoTime(db.clock.now()));
  db.run("UPDATE deliveries SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = ?", owner);
}

function take(db: Database, presence: Presence, options: TakeOptions): Delivery[] {
  const now = db.clock.now();
  for (const lease of voidLeases(db, presence)) {
    db.run("UPDATE deliveries SET lease_owner = NULL, lease_until = NULL WHERE id = ?", lease.id);
  }
  const taken = db.all<DeliveryRow>(
    TAKE,
    presence.owner,
    now + options.leaseMs,
    now,
    knownMailboxes(db, options.mailboxes),
    now,
    Math.max(0, options.limit),
  );
  if (taken.length > 0) doubtPending(db, taken, now);
  return taken.sort((a, b) => a.received_at - b.received_at || a.id - b.id).map(toDelivery);
}

/** A write that was begun by whoever had the delivery before, and has no receipt, may have happened. */
function doubtPending(db: Database, taken: readonly DeliveryRow[], now: number): void {
  db.run(
    `UPDATE effects SET doubtful_at = ? WHERE status = 'pending' AND doubtful_at IS NULL
       AND delivery_id IN (SELECT value FROM json_each(?))`,
    now,
    JSON.stringify(taken.map(({ id }) => id)),
  );
}

interface Lease {
  readonly id: number;
  readonly mailbox_id: number;
  readonly owner: string;
  readonly until: number;
}

/** Leases whose time is over or whose owner is dead. */
function voidLeases(db: Database, presence: Presence): Lease[] {
  const now = db.clock.now();
  return db.all<Lease>(
    `SELECT id, mailbox_id, lease_owner AS owner, lease_until AS until
     FROM deliveries INDEXED BY deliveries_leased WHERE lease_owner IS NOT NULL`,
  ).filter((lease) => lease.until <= now || !presence.isAlive(lease.owner));
}

function nextDue(db: Database, presence: Presence, addresses: readonly string[]): number | null {
  const mailboxes = knownMailboxes(db, addresses);
  const ids: number[] = JSON.parse(mailboxes);
  if (voidLeases(db, presence).some((lease) => ids.includes(lease.mailbox_id))) return db.clock.now();
  return db.get<{ due: number | null }>(NEXT_DUE, mailboxes)?.due ?? null;
}
