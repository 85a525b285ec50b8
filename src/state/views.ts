/** What `status` and `failed` show. */

import { isoTime } from "../core/clock.ts";
import type { FailedRow, MailboxCounts, State } from "../core/state_port.ts";
import type { Database } from "./database.ts";
import { effectsOf } from "./effects.ts";

type Views = Pick<State, "counts" | "failed" | "failedDetail">;

interface StoredFailure {
  readonly id: number;
  readonly mailbox: string;
  readonly internet_message_id: string | null;
  readonly subject: string | null;
  readonly sender: string | null;
  readonly step: string;
  readonly error: string;
  readonly attempts: number;
  readonly finished_at: number;
}

const FAILED = `
  SELECT d.id, box.address AS mailbox, d.internet_message_id, d.subject, d.sender, d.step, d.error, d.attempts,
    d.finished_at
  FROM deliveries AS d JOIN mailboxes AS box ON box.id = d.mailbox_id WHERE d.outcome = 'failed'`;

/** The methods of the port that only look. */
export function views(db: Database): Views {
  return {
    counts: () => db.read(() => counts(db)),
    failed: () => db.read(() => db.all<StoredFailure>(`${FAILED} ORDER BY d.finished_at, d.id`).map(toFailedRow)),
    failedDetail: (id) =>
      db.read(() => {
        const row = db.get<StoredFailure>(`${FAILED} AND d.id = ?`, id);
        return row === undefined ? null : { ...toFailedRow(row), effects: effectsOf(db, id) };
      }),
  };
}

function counts(db: Database): MailboxCounts[] {
  return db.all<
    Record<"pending" | "created" | "commented" | "filtered" | "failed" | "started_at", number> & {
      address: string;
      last_sync_at: number | null;
    }
  >("SELECT * FROM mailboxes WHERE started_at IS NOT NULL ORDER BY id").map((row) => ({
    address: row.address,
    startedAt: isoTime(row.started_at),
    lastSyncAt: row.last_sync_at === null ? null : isoTime(row.last_sync_at),
    pending: row.pending,
    created: row.created,
    commented: row.commented,
    filtered: row.filtered,
    failed: row.failed,
  }));
}

function toFailedRow(row: StoredFailure): FailedRow {
  return {
    id: String(row.id),
    mailbox: row.mailbox,
    internetMessageId: row.internet_message_id,
    subject: row.subject,
    from: row.sender,
    step: row.step,
    error: row.error,
    attempts: row.attempts,
    failedAt: isoTime(row.finished_at),
  };
}
