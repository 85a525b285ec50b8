/** Mailboxes and the reading of their folders. Addresses are compared without regard to case. */

import { isoTime } from "../core/clock.ts";
import type { Folder } from "../core/mail.ts";
import type { AcceptedMessage, Cursor, MailboxRow, State } from "../core/state_port.ts";
import type { Database } from "./database.ts";
import { knownMessage, type KnownRow } from "./rows.ts";

type Mailboxes = Pick<
  State,
  "mailbox" | "openMailbox" | "cursor" | "accept" | "resetCursor" | "setLastSync" | "known" | "includeBeforeStart"
>;
type Page = Parameters<State["accept"]>[0];

interface StoredMailbox {
  readonly id: number;
  readonly address: string;
  readonly started_at: number;
  readonly last_sync_at: number | null;
}

/** The methods of the port about mailboxes, cursors and acceptance. */
export function mailboxes(db: Database): Mailboxes {
  return {
    mailbox: (address) => db.read(() => toMailboxRow(opened(db, address))),
    openMailbox: (address, startedAt) => db.write(() => openMailbox(db, address, startedAt)),
    cursor: (mailbox, folder) => db.read(() => cursor(db, mailbox, folder)),
    accept: (page) => db.write(() => accept(db, page)),
    resetCursor: (mailbox, folder) =>
      db.write(() => {
        db.run(
          "UPDATE cursors SET link = NULL, complete = 0 WHERE mailbox_id = ? AND folder = ?",
          knownMailbox(db, mailbox),
          folder,
        );
      }),
    setLastSync: (mailbox, at) =>
      db.write(() => {
        db.run("UPDATE mailboxes SET last_sync_at = ? WHERE id = ?", toMs(at), existing(db, mailbox).id);
      }),
    known: (mailbox, ids) => db.read(() => known(db, mailbox, ids)),
    includeBeforeStart: (mailbox, id) =>
      db.write(() =>
        db.run(
          `UPDATE deliveries SET outcome = NULL, finished_at = NULL, reason = NULL, filter = NULL, thread_id = NULL,
             include_before_start = 1, attempts = 0, not_before = 0
           WHERE mailbox_id = ? AND message_id = ? AND outcome = 'filtered' AND filter = 'before-start'`,
          knownMailbox(db, mailbox),
          id,
        ) > 0
      ),
  };
}

/** Row id of a mailbox, `null` if it was never named. */
export function knownMailbox(db: Database, address: string): number | null {
  return db.get<{ id: number }>("SELECT id FROM mailboxes WHERE address = ?", address.trim())?.id ?? null;
}

/** Row id of a mailbox; one that was never opened is only named, and gets no start. */
export function namedMailbox(db: Database, address: string): number {
  db.run("INSERT INTO mailboxes (address) VALUES (?) ON CONFLICT DO NOTHING", address.trim());
  return knownMailbox(db, address)!;
}

/** The row ids of those of these mailboxes that are known, as JSON for `json_each()`. */
export function knownMailboxes(db: Database, addresses: readonly string[]): string {
  const ids = addresses.map((address) => knownMailbox(db, address)).filter((id) => id !== null);
  return JSON.stringify([...new Set(ids)]);
}

function opened(db: Database, address: string): StoredMailbox | undefined {
  return db.get<StoredMailbox>(
    "SELECT id, address, started_at, last_sync_at FROM mailboxes WHERE address = ? AND started_at IS NOT NULL",
    address.trim(),
  );
}

function existing(db: Database, address: string): StoredMailbox {
  const row = opened(db, address);
  // Without a start, every old mail would become an issue.
  if (row === undefined) throw new Error(`Mailbox "${address}" is not open: openMailbox() comes first`);
  return row;
}

function openMailbox(db: Database, address: string, startedAt: string): MailboxRow {
  const id = namedMailbox(db, address);
  // The spelling follows the configuration, so that it can be found there by a plain comparison.
  db.run(
    "UPDATE mailboxes SET address = ?, started_at = coalesce(started_at, ?) WHERE id = ?",
    address.trim(),
    toMs(startedAt),
    id,
  );
  return toMailboxRow(existing(db, address))!;
}

function toMailboxRow(row: StoredMailbox | undefined): MailboxRow | null {
  if (row === undefined) return null;
  return {
    address: row.address,
    startedAt: isoTime(row.started_at),
    lastSyncAt: row.last_sync_at === null ? null : isoTime(row.last_sync_at),
  };
}

function cursor(db: Database, mailbox: string, folder: Folder): Cursor {
  const row = db.get<{ link: string | null; complete: number; rounds: number }>(
    "SELECT link, complete, rounds FROM cursors WHERE mailbox_id = ? AND folder = ?",
    knownMailbox(db, mailbox),
    folder,
  );
  return { link: row?.link ?? null, complete: row?.complete === 1, rounds: row?.rounds ?? 0 };
}

function accept(db: Database, page: Page): number {
  const mailbox = existing(db, page.mailbox);
  let added = 0;
  for (const message of page.messages) added += acceptMessage(db, mailbox, page, message);
  if (page.link !== undefined) moveCursor(db, mailbox.id, page.folder, page.link, page.complete ?? false);
  return added;
}

function acceptMessage(db: Database, mailbox: StoredMailbox, page: Page, message: AcceptedMessage): number {
  const now = db.clock.now();
  const told = Date.parse(message.receivedAt);
  const receivedAt = Number.isNaN(told) ? now : told;
  // Graph cuts received times to whole seconds: mail of the second in which we started belongs to us.
  const early = page.includeBeforeStart !== true && receivedAt < Math.floor(mailbox.started_at / 1000) * 1000;
  return db.run(
    `INSERT INTO deliveries (mailbox_id, folder, message_id, received_at, accepted_at, internet_message_id,
       conversation_id, include_before_start, outcome, finished_at, reason, filter)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (mailbox_id, message_id) DO NOTHING`,
    mailbox.id,
    page.folder,
    message.id,
    receivedAt,
    now,
    message.internetMessageId?.trim() ?? null,
    message.conversationId,
    page.includeBeforeStart === true ? 1 : 0,
    early ? "filtered" : null,
    early ? now : null,
    early ? `received before the start of this mailbox (${isoTime(mailbox.started_at)})` : null,
    early ? "before-start" : null,
  );
}

function moveCursor(db: Database, mailbox: number, folder: Folder, link: string | null, complete: boolean): void {
  const { rounds } = db.get<{ rounds: number }>(
    `INSERT INTO cursors (mailbox_id, folder, link, complete, rounds) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (mailbox_id, folder) DO UPDATE SET
       link = excluded.link, complete = excluded.complete, rounds = rounds + excluded.rounds
     RETURNING rounds`,
    mailbox,
    folder,
    link,
    complete && link !== null ? 1 : 0,
    complete ? 1 : 0,
  )!;
  if (complete && folder === "inbox") wakeWaitersForRound(db, mailbox, rounds);
}

/** Deliveries that wait for an Inbox round (`round:<n>`) are due as soon as it is read, not when their pause is over. */
function wakeWaitersForRound(db: Database, mailbox: number, rounds: number): void {
  db.run(
    `UPDATE deliveries SET not_before = min(not_before, ?)
     WHERE waiting_for GLOB 'round:*' AND mailbox_id = ? AND CAST(substr(waiting_for, 7) AS INTEGER) <= ?`,
    db.clock.now(),
    mailbox,
    rounds,
  );
}

function known(
  db: Database,
  mailbox: string,
  ids: readonly string[],
): ReturnType<Mailboxes["known"]> extends Promise<infer Answer> ? Answer : never {
  const rows = db.all<KnownRow & { message_id: string }>(
    `SELECT d.id, d.message_id, d.outcome, d.filter, t.issue_id, t.issue_key
     FROM json_each(?) AS wanted
     CROSS JOIN deliveries AS d ON d.mailbox_id = ? AND d.message_id = wanted.value
     LEFT JOIN threads AS t ON t.id = d.thread_id`,
    JSON.stringify(ids),
    knownMailbox(db, mailbox),
  );
  return new Map(rows.map((row) => [row.message_id, knownMessage(row)]));
}

function toMs(at: string): number {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new RangeError(`Not a time: "${at}"`);
  return ms;
}
