/** Every mail that the state knows, with its identity and outcome: for other programs, and for keeping. */

import { isoTime } from "../core/clock.ts";
import type { FilterName, OutcomeKind } from "../core/decision.ts";
import type { Folder } from "../core/mail.ts";
import type { Database } from "./database.ts";

/** One mail; fields may be added. */
export interface ExportedMail {
  readonly id: string;
  readonly mailbox: string;
  readonly folder: Folder;
  /** Graph immutable id. */
  readonly messageId: string;
  readonly internetMessageId: string | null;
  /** SHA-256 (hex) of Message-ID, sender and sent time; `null` where the mail was not fetched. */
  readonly identity: string | null;
  readonly conversationId: string | null;
  readonly receivedAt: string;
  readonly outcome: OutcomeKind | "pending";
  readonly finishedAt: string | null;
  readonly reason: string | null;
  readonly filter: FilterName | null;
  readonly issueId: string | null;
  readonly issueKey: string | null;
}

interface Row {
  readonly id: number;
  readonly mailbox: string;
  readonly folder: Folder;
  readonly message_id: string;
  readonly internet_message_id: string | null;
  readonly identity: string | null;
  readonly conversation_id: string | null;
  readonly received_at: number;
  readonly outcome: OutcomeKind | null;
  readonly finished_at: number | null;
  readonly reason: string | null;
  readonly filter: FilterName | null;
  readonly issue_id: string | null;
  readonly issue_key: string | null;
}

const PAGE = 500;

/** All mails in the order in which they were accepted. Others may go on writing: it reads page by page. */
export async function* exportedMails(db: Database): AsyncGenerator<ExportedMail> {
  for (let after = 0;;) {
    const from = after;
    const rows = await db.read(() =>
      db.all<Row>(
        `SELECT d.id, box.address AS mailbox, d.folder, d.message_id, d.internet_message_id, lower(hex(d.identity)) AS identity,
           d.conversation_id, d.received_at, d.outcome, d.finished_at, d.reason, d.filter, t.issue_id, t.issue_key
         FROM deliveries AS d JOIN mailboxes AS box ON box.id = d.mailbox_id LEFT JOIN threads AS t ON t.id = d.thread_id
         WHERE d.id > ? ORDER BY d.id LIMIT ${PAGE}`,
        from,
      )
    );
    for (const row of rows) yield exported(row);
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.id;
  }
}

function exported(row: Row): ExportedMail {
  return {
    id: String(row.id),
    mailbox: row.mailbox,
    folder: row.folder,
    messageId: row.message_id,
    internetMessageId: row.internet_message_id,
    identity: row.identity === "" ? null : row.identity,
    conversationId: row.conversation_id,
    receivedAt: isoTime(row.received_at),
    outcome: row.outcome ?? "pending",
    finishedAt: row.finished_at === null ? null : isoTime(row.finished_at),
    reason: row.reason,
    filter: row.filter,
    issueId: row.issue_id,
    issueKey: row.issue_key,
  };
}
