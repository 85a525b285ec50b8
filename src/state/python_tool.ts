/**
 * The database of the Python tool (O365-jira-connect, SQLAlchemy): its threads are taken over, its tokens are not.
 * It knows neither the mailbox (there was one), nor Jira's issue ids, nor Message-IDs, only conversation ids, message
 * ids (not immutable ones) and issue keys. So the mailbox is stored as '', which every look-up by conversation includes,
 * and the key stands in for the issue id: Jira's paths take either, and `renameIssue()` puts the id in its place.
 */

import { isoTime } from "../core/clock.ts";
import { ISSUE_KEY } from "../core/jira.ts";
import type { Database } from "./database.ts";
import { addThreadMessage } from "./threads.ts";

/** Name of the setting that says what was taken over: `{"at","issues","messages","skipped"}`. */
export const PYTHON_IMPORT_SETTING = "python-tool-import";

/** The tables that its versions had; any other table means that the file is not its own. */
const ISSUE_TABLES = ["issues", "tickets"];
const OTHER_TABLES = ["access_tokens", "alembic_version"];
const KEY_COLUMNS = ["key", "jira_ticket_key"];

export interface PythonTables {
  readonly issues: string;
  /** The column of the issue key. */
  readonly key: string;
  readonly all: readonly string[];
}

interface IssueRow {
  readonly key: unknown;
  readonly outlook_conversation_id: unknown;
  readonly outlook_message_id: unknown;
  readonly outlook_messages_id: unknown;
  readonly reporter: unknown;
}

/** The Python tool's tables in this file, `null` if it is not (only) its own. */
export function pythonTables(db: Database, tables: readonly string[]): PythonTables | null {
  const own = tables.filter((name) => !name.startsWith("sqlite_"));
  const issues = ISSUE_TABLES.find((name) => own.includes(name));
  if (issues === undefined || own.some((name) => name !== issues && !OTHER_TABLES.includes(name))) return null;
  const columns = db.all<{ name: string }>(`PRAGMA table_info(${issues})`).map(({ name }) => name);
  const key = KEY_COLUMNS.find((name) => columns.includes(name));
  const needed = ["outlook_conversation_id", "outlook_message_id", "outlook_messages_id", "reporter"];
  return key !== undefined && needed.every((name) => columns.includes(name)) ? { issues, key, all: own } : null;
}

/** Imports every issue with a valid key, inside the caller's transaction, and notes what it did as a setting. */
export function importPythonTool(db: Database, tables: PythonTables): void {
  const rows = db.all<IssueRow>(
    `SELECT ${tables.key} AS key, outlook_conversation_id, outlook_message_id, outlook_messages_id, reporter
     FROM ${tables.issues} ORDER BY id`,
  );
  const done = { at: isoTime(db.clock.now()), issues: 0, messages: 0, skipped: 0 };
  for (const row of rows) {
    const messages = importIssue(db, row);
    if (messages === null) done.skipped++;
    else {
      done.issues++;
      done.messages += messages;
    }
  }
  db.run("INSERT INTO settings (name, value) VALUES (?, ?)", PYTHON_IMPORT_SETTING, JSON.stringify(done));
}

/** Drops its tables: the file is ours from now on, and the tokens are gone from it. */
export function dropPythonTables(db: Database, tables: PythonTables): void {
  for (const name of tables.all) db.exec(`DROP TABLE ${name}`);
}

/** How many messages were stored, `null` when the row names no valid issue key. */
function importIssue(db: Database, row: IssueRow): number | null {
  const key = text(row.key);
  if (key === null || !ISSUE_KEY.test(key)) return null;
  const reporter = text(row.reporter)?.toLowerCase();
  const ids = messageIds(row);
  for (const [index, messageId] of (ids.length === 0 ? [null] : ids).entries()) {
    addThreadMessage(db, {
      mailbox: "",
      issue: { id: key, key },
      internetMessageId: null,
      conversationId: text(row.outlook_conversation_id),
      participants: index === 0 && reporter?.includes("@") ? [reporter] : [],
      messageId,
      origin: "received",
    });
  }
  return ids.length;
}

function messageIds(row: IssueRow): string[] {
  const list = (text(row.outlook_messages_id) ?? "").split(",").map((id) => id.trim()).filter((id) => id !== "");
  const first = text(row.outlook_message_id);
  return [...new Set(first === null ? list : [first, ...list])];
}

function text(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}
