/** What `history` shows: a page of mail, the newest received first. */

import { isoTime } from "../core/clock.ts";
import type { FilterName, OutcomeKind } from "../core/decision.ts";
import { type Folder, normaliseAddress } from "../core/mail.ts";
import type { HistoryQuery, HistoryRow } from "../core/state_port.ts";
import type { Database, SqlValue } from "./database.ts";

interface StoredMail {
  readonly id: number;
  readonly mailbox: string;
  readonly folder: Folder;
  readonly internet_message_id: string | null;
  readonly from_address: string | null;
  readonly received_at: number;
  readonly outcome: OutcomeKind | null;
  readonly finished_at: number | null;
  readonly reason: string | null;
  readonly error: string | null;
  readonly filter: FilterName | null;
  readonly issue_key: string | null;
}

/** Reads one page. Quick whatever the size of the state: each kind of question has an index in the order asked for. */
export function history(db: Database, query: HistoryQuery): HistoryRow[] {
  const { conditions, values } = conditionsOf(query);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  return db.all<StoredMail>(
    `SELECT d.id, box.address AS mailbox, d.folder, d.internet_message_id, d.from_address, d.received_at, d.outcome,
       d.finished_at, d.reason, d.error, d.filter, t.issue_key
     FROM deliveries AS d INDEXED BY ${indexFor(query)}
     CROSS JOIN mailboxes AS box ON box.id = d.mailbox_id
     LEFT JOIN threads AS t ON t.id = d.thread_id
     ${where} ORDER BY d.received_at DESC, d.id DESC LIMIT ?`,
    ...values,
    query.limit,
  ).map(toHistoryRow);
}

/** What is rare has an index of its own; with the wrong one a million rows are looked at for three. */
function indexFor({ outcome, from }: HistoryQuery): string {
  if (outcome === "failed") return "deliveries_failed";
  if (outcome === "pending") return "deliveries_unfinished";
  return from !== undefined && !from.startsWith("@") ? "deliveries_from" : "deliveries_received";
}

function conditionsOf(query: HistoryQuery): { conditions: string[]; values: SqlValue[] } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...bound: SqlValue[]) => {
    conditions.push(condition);
    values.push(...bound);
  };
  const { since, until, mailbox, from, outcome, after } = query;
  if (since !== undefined) add("d.received_at >= ?", Date.parse(since));
  if (until !== undefined) add("d.received_at < ?", Date.parse(until));
  if (after !== undefined) add("(d.received_at, d.id) < (?, ?)", Date.parse(after.receivedAt), Number(after.id));
  if (mailbox !== undefined) add("box.address = ?", normaliseAddress(mailbox));
  // A literal, not a bound value: only so do the partial indexes apply.
  if (outcome === "pending") add("d.outcome IS NULL");
  else if (outcome === "failed") add("d.outcome = 'failed'");
  else if (outcome !== undefined) add("d.outcome = ?", outcome);
  if (from?.startsWith("@")) add("d.from_address LIKE ? ESCAPE '\\'", `%${likeText(from)}`);
  else if (from !== undefined) add("d.from_address = ?", from);
  return { conditions, values };
}

/** `*` stands for anything; what LIKE would obey is taken as it is. */
function likeText(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");
}

function toHistoryRow(row: StoredMail): HistoryRow {
  return {
    id: String(row.id),
    mailbox: row.mailbox,
    folder: row.folder,
    internetMessageId: row.internet_message_id,
    from: row.from_address,
    receivedAt: isoTime(row.received_at),
    outcome: row.outcome ?? "pending",
    finishedAt: row.finished_at === null ? null : isoTime(row.finished_at),
    reason: row.reason ?? row.error,
    filter: row.filter,
    issueKey: row.issue_key,
  };
}
