/** Issues that mail belongs to, the messages on them, and who takes part. */

import type { IssueRef } from "../core/jira.ts";
import type { State, ThreadCandidate, ThreadMessage } from "../core/state_port.ts";
import type { Database } from "./database.ts";
import { knownMailbox, namedMailbox } from "./mailboxes.ts";

type Threads = Pick<
  State,
  | "addThreadMessage"
  | "threadsByMessageId"
  | "threadsByConversation"
  | "threadsByKey"
  | "threadMessages"
  | "threadMessageById"
  | "renameIssue"
  | "closeThread"
>;

interface CandidateRow {
  readonly thread: number;
  readonly issue_id: string;
  readonly issue_key: string;
  readonly mailbox: string;
  readonly via: string;
}

const CANDIDATE = "t.id AS thread, t.issue_id, t.issue_key";

/** The thread methods of the port. */
export function threads(db: Database): Threads {
  return {
    addThreadMessage: (message) => db.write(() => addThreadMessage(db, message)),
    threadsByMessageId: (messageIds, mailbox) => db.read(() => byMessageId(db, messageIds, mailbox)),
    threadsByConversation: (mailbox, conversationId) => db.read(() => byConversation(db, mailbox, conversationId)),
    threadsByKey: (keys) => db.read(() => byKey(db, keys)),
    threadMessages: (issueId) => db.read(() => messagesOf(db, issueId)),
    threadMessageById: (mailbox, messageId) => db.read(() => messageById(db, mailbox, messageId)),
    renameIssue: (issue, knownAs) => db.write(() => renameIssue(db, issue, knownAs)),
    closeThread: (issueId) =>
      db.write(() => {
        db.run("UPDATE threads SET closed_at = ? WHERE issue_id = ? AND closed_at IS NULL", db.clock.now(), issueId);
      }),
  };
}

/** The thread of this issue, made if there is none; a thread that knows only the key gets its id. */
export function threadOf(db: Database, issue: IssueRef): number {
  const found = idOf(db, issue.id);
  if (found !== undefined) return found;
  if (db.run("UPDATE threads SET issue_id = ? WHERE issue_id = ?", issue.id, issue.key) === 0) {
    db.run("INSERT INTO threads (issue_id, issue_key) VALUES (?, ?)", issue.id, issue.key);
  }
  return idOf(db, issue.id)!;
}

/** Stores a message inside the caller's transaction; one already known is completed, not doubled. */
export function addThreadMessage(db: Database, message: ThreadMessage): void {
  const thread = threadOf(db, message.issue);
  const mailbox = namedMailbox(db, message.mailbox);
  const stored = storedMessage(db, thread, mailbox, message) ?? insertMessage(db, thread, mailbox, message);
  db.run(
    `UPDATE thread_messages SET message_id = coalesce(?, message_id), conversation_id = coalesce(?, conversation_id),
       internet_message_id = coalesce(internet_message_id, ?), sender = coalesce(?, sender),
       answer_to = coalesce(?, answer_to) WHERE id = ?`,
    message.messageId,
    message.conversationId,
    message.internetMessageId?.trim() ?? null,
    message.sender ?? null,
    message.answerTo ?? null,
    stored,
  );
  for (const address of new Set(message.participants.map((one) => one.trim().toLowerCase()))) {
    if (address === "") continue;
    db.run("INSERT INTO thread_participants VALUES (?, ?, ?) ON CONFLICT DO NOTHING", thread, address, stored);
  }
}

/** The row that this message completes: the same Message-ID, or the same message before its Message-ID was known. */
function storedMessage(db: Database, thread: number, mailbox: number, message: ThreadMessage): number | undefined {
  const byMessageId = message.internetMessageId === null ? undefined : db.get<{ id: number }>(
    "SELECT id FROM thread_messages WHERE internet_message_id = ? AND thread_id = ? AND mailbox_id = ?",
    message.internetMessageId.trim(),
    thread,
    mailbox,
  );
  if (byMessageId !== undefined) return byMessageId.id;
  if (message.messageId !== null) {
    return db.get<{ id: number }>(
      `SELECT id FROM thread_messages WHERE message_id = ? AND mailbox_id = ? AND thread_id = ?
         AND (internet_message_id IS NULL OR ? IS NULL) LIMIT 1`,
      message.messageId,
      mailbox,
      thread,
      message.internetMessageId,
    )?.id;
  }
  if (message.internetMessageId !== null) return undefined;
  return db.get<{ id: number }>(
    `SELECT id FROM thread_messages WHERE conversation_id IS ? AND mailbox_id = ? AND thread_id = ?
       AND internet_message_id IS NULL AND message_id IS NULL LIMIT 1`,
    message.conversationId,
    mailbox,
    thread,
  )?.id;
}

function insertMessage(db: Database, thread: number, mailbox: number, message: ThreadMessage): number {
  return db.get<{ id: number }>(
    `INSERT INTO thread_messages
       (thread_id, mailbox_id, internet_message_id, conversation_id, message_id, origin, added_at)
     VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    thread,
    mailbox,
    message.internetMessageId?.trim() ?? null,
    message.conversationId,
    message.messageId,
    message.origin,
    db.clock.now(),
  )!.id;
}

function byMessageId(db: Database, messageIds: readonly string[], mailbox: string): ThreadCandidate[] {
  const rows = db.all<CandidateRow>(
    `SELECT ${CANDIDATE}, box.address AS mailbox, m.internet_message_id AS via
     FROM json_each(?) AS wanted
     CROSS JOIN thread_messages AS m INDEXED BY thread_messages_once ON m.internet_message_id = wanted.value
     JOIN threads AS t ON t.id = m.thread_id
     JOIN mailboxes AS box ON box.id = m.mailbox_id
     WHERE t.closed_at IS NULL
     ORDER BY wanted.key, m.mailbox_id IS NOT ?, m.id DESC`,
    JSON.stringify([...new Set(messageIds.map((id) => id.trim()))]),
    knownMailbox(db, mailbox),
  );
  return candidates(db, rows, mailbox);
}

function byConversation(db: Database, mailbox: string, conversationId: string): ThreadCandidate[] {
  const rows = db.all<CandidateRow>(
    `SELECT ${CANDIDATE}, box.address AS mailbox, m.conversation_id AS via
     FROM thread_messages AS m INDEXED BY thread_messages_conversation
     JOIN threads AS t ON t.id = m.thread_id
     JOIN mailboxes AS box ON box.id = m.mailbox_id
     WHERE m.conversation_id = ? AND m.mailbox_id IN (?, ?) AND t.closed_at IS NULL
     GROUP BY t.id ORDER BY max(m.id) DESC`,
    conversationId,
    knownMailbox(db, mailbox),
    knownMailbox(db, ""),
  );
  return candidates(db, rows, mailbox);
}

function byKey(db: Database, keys: readonly string[]): ThreadCandidate[] {
  const rows = db.all<CandidateRow>(
    `SELECT ${CANDIDATE}, t.issue_key AS via, coalesce((
       SELECT box.address FROM thread_messages AS m JOIN mailboxes AS box ON box.id = m.mailbox_id
       WHERE m.thread_id = t.id ORDER BY m.id LIMIT 1), '') AS mailbox
     FROM json_each(?) AS wanted CROSS JOIN threads AS t ON t.issue_key = wanted.value
     WHERE t.closed_at IS NULL ORDER BY wanted.key, t.id DESC`,
    JSON.stringify([...new Set(keys)]),
  );
  return candidates(db, rows, "");
}

/** One candidate per thread and way; what was imported without a mailbox counts as `mailbox`. */
function candidates(db: Database, rows: readonly CandidateRow[], mailbox: string): ThreadCandidate[] {
  const first = new Map<string, CandidateRow>();
  for (const row of rows) {
    const name = `${row.thread} ${row.via}`;
    if (!first.has(name)) first.set(name, row);
  }
  return [...first.values()].map((row) => ({
    issue: { id: row.issue_id, key: row.issue_key },
    mailbox: row.mailbox === "" ? mailbox : row.mailbox,
    via: row.via,
    participants: db.all<{ address: string }>(
      "SELECT DISTINCT address FROM thread_participants WHERE thread_id = ? ORDER BY address",
      row.thread,
    ).map(({ address }) => address),
  }));
}

interface MessageRow {
  readonly id: number;
  readonly thread: number;
  readonly issue_id: string;
  readonly issue_key: string;
  readonly mailbox: string;
  readonly internet_message_id: string | null;
  readonly conversation_id: string | null;
  readonly message_id: string | null;
  readonly origin: ThreadMessage["origin"];
  readonly sender: string | null;
  readonly answer_to: string | null;
}

const MESSAGES = `
  SELECT m.id, ${CANDIDATE}, box.address AS mailbox, m.internet_message_id, m.conversation_id, m.message_id, m.origin,
    m.sender, m.answer_to
  FROM thread_messages AS m JOIN threads AS t ON t.id = m.thread_id JOIN mailboxes AS box ON box.id = m.mailbox_id`;

function messagesOf(db: Database, issueId: string): ThreadMessage[] {
  const rows = db.all<MessageRow>(`${MESSAGES} WHERE t.issue_id = ? ORDER BY m.id`, issueId);
  const participants = participantsByMessage(db, rows[0]?.thread ?? null);
  return rows.map((row) => toThreadMessage(row, participants.get(row.id) ?? []));
}

/** Exchange may give a sent message a new Message-ID: then both are stored, and the later one is returned. */
function messageById(db: Database, mailbox: string, messageId: string): ThreadMessage | null {
  const row = db.get<MessageRow>(
    `${MESSAGES} WHERE m.message_id = ? AND m.mailbox_id = ? ORDER BY m.id DESC LIMIT 1`,
    messageId,
    knownMailbox(db, mailbox),
  );
  if (row === undefined) return null;
  return toThreadMessage(row, participantsByMessage(db, row.thread).get(row.id) ?? []);
}

function toThreadMessage(row: MessageRow, participants: readonly string[]): ThreadMessage {
  return {
    mailbox: row.mailbox,
    issue: { id: row.issue_id, key: row.issue_key },
    internetMessageId: row.internet_message_id,
    conversationId: row.conversation_id,
    participants,
    messageId: row.message_id,
    origin: row.origin,
    sender: row.sender,
    answerTo: row.answer_to,
  };
}

function participantsByMessage(db: Database, thread: number | null): Map<number, string[]> {
  const byMessage = new Map<number, string[]>();
  const rows = db.all<{ message: number; address: string }>(
    "SELECT thread_message_id AS message, address FROM thread_participants WHERE thread_id = ? ORDER BY address",
    thread,
  );
  for (const row of rows) byMessage.set(row.message, [...byMessage.get(row.message) ?? [], row.address]);
  return byMessage;
}

/** `knownAs`: the id (or key in an id's place) under which the thread is stored, if that is not `issue.id`. */
function renameIssue(db: Database, issue: IssueRef, knownAs: string = issue.key): void {
  const alias = knownAs === issue.id ? undefined : idOf(db, knownAs);
  const stored = idOf(db, issue.id);
  if (alias !== undefined && stored !== undefined) mergeThreads(db, alias, stored);
  else if (alias !== undefined) db.run("UPDATE threads SET issue_id = ? WHERE id = ?", issue.id, alias);
  db.run("UPDATE threads SET issue_key = ? WHERE issue_id = ?", issue.key, issue.id);
}

function mergeThreads(db: Database, from: number, into: number): void {
  const messages = db.all<{ id: number }>("SELECT id FROM thread_messages WHERE thread_id = ?", from);
  db.run("UPDATE thread_participants SET thread_id = ? WHERE thread_id = ?", into, from);
  for (const { id } of messages) moveMessage(db, id, into);
  db.run("UPDATE deliveries SET thread_id = ? WHERE thread_id = ?", into, from);
  db.run("UPDATE relays SET thread_id = ? WHERE thread_id = ?", into, from);
  db.run("DELETE FROM threads WHERE id = ?", from);
}

/** A message that both threads have stays once, with the participants of both. */
function moveMessage(db: Database, id: number, into: number): void {
  const twin = db.get<{ id: number }>(
    `SELECT twin.id FROM thread_messages AS m JOIN thread_messages AS twin
       ON twin.internet_message_id = m.internet_message_id AND twin.mailbox_id = m.mailbox_id AND twin.thread_id = ?
     WHERE m.id = ?`,
    into,
    id,
  );
  if (twin === undefined) {
    db.run("UPDATE thread_messages SET thread_id = ? WHERE id = ?", into, id);
    return;
  }
  db.run(
    "UPDATE OR REPLACE thread_participants SET thread_message_id = ? WHERE thread_id = ? AND thread_message_id = ?",
    twin.id,
    into,
    id,
  );
  db.run("DELETE FROM thread_messages WHERE id = ?", id);
}

function idOf(db: Database, issueId: string): number | undefined {
  return db.get<{ id: number }>("SELECT id FROM threads WHERE issue_id = ?", issueId)?.id;
}
