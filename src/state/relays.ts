/** What happened in Jira and may be mailed: one row per comment or change of status, kept for good. */

import type { Relay, RelayKind, RelayNotice, State, TrackedIssue } from "../core/state_port.ts";
import type { Database } from "./database.ts";

type Relays = Pick<
  State,
  | "trackedIssues"
  | "trackedProjects"
  | "setResolved"
  | "noticeRelays"
  | "dueRelays"
  | "nextRelayDue"
  | "unfinishedRelays"
  | "releaseRelay"
  | "finishRelay"
>;

/** The methods of the port about relays. */
export function relays(db: Database): Relays {
  return {
    trackedIssues: (issueIds) => db.read(() => trackedIssues(db, issueIds)),
    trackedProjects: () =>
      db.read(() =>
        db.all<{ project: string }>(
          `SELECT DISTINCT substr(issue_key, 1, instr(issue_key, '-') - 1) AS project FROM threads
           WHERE closed_at IS NULL ORDER BY project`,
        ).map(({ project }) => project)
      ),
    setResolved: (issueId, resolved) =>
      db.write(() => {
        db.run("UPDATE threads SET resolved = ? WHERE issue_id = ?", resolved ? 1 : 0, issueId);
      }),
    noticeRelays: (notices) => db.write(() => notices.reduce((count, one) => count + notice(db, one), 0)),
    dueRelays: (limit) => db.read(() => dueRelays(db, limit)),
    nextRelayDue: () =>
      db.read(() => db.get<{ due: number | null }>(`SELECT min(r.not_before) AS due ${OLDEST}`)?.due ?? null),
    unfinishedRelays: () =>
      db.read(() => db.get<{ n: number }>("SELECT count(*) AS n FROM relays WHERE outcome IS NULL")!.n),
    releaseRelay: (id, { notBefore, countAttempt, redraft = false, error }) =>
      db.write(() => {
        db.run(
          `UPDATE relays SET not_before = ?, attempts = attempts + ?, version = version + ?, error = coalesce(?, error)
           WHERE id = ? AND outcome IS NULL`,
          Math.ceil(notBefore),
          countAttempt ? 1 : 0,
          redraft ? 1 : 0,
          error ?? null,
          id,
        );
      }),
    finishRelay: (id, { outcome, reason }) =>
      db.write(() => {
        db.run(
          "UPDATE relays SET outcome = ?, reason = ?, finished_at = ?, error = NULL WHERE id = ? AND outcome IS NULL",
          outcome,
          reason,
          db.clock.now(),
          id,
        );
      }),
  };
}

/** Of each issue the oldest only: what was said first is mailed first. */
const OLDEST = `FROM relays AS r INDEXED BY relays_open
  WHERE r.outcome IS NULL AND NOT EXISTS (
    SELECT 1 FROM relays AS older INDEXED BY relays_open
    WHERE older.outcome IS NULL AND older.thread_id = r.thread_id AND older.id < r.id)`;

function trackedIssues(db: Database, issueIds: readonly string[]): Map<string, TrackedIssue> {
  const rows = db.all<{ issue_id: string; issue_key: string; resolved: number | null }>(
    `SELECT t.issue_id, t.issue_key, t.resolved FROM json_each(?) AS wanted
     CROSS JOIN threads AS t ON t.issue_id = wanted.value WHERE t.closed_at IS NULL`,
    JSON.stringify(issueIds),
  );
  return new Map(rows.map((row) => [row.issue_id, {
    issue: { id: row.issue_id, key: row.issue_key },
    resolved: row.resolved === null ? null : row.resolved === 1,
  }]));
}

function notice(db: Database, { kind, subjectId, issueId, notBefore, skipped }: RelayNotice): number {
  const now = db.clock.now();
  return db.run(
    `INSERT INTO relays (kind, subject_id, thread_id, noticed_at, not_before, outcome, reason, finished_at)
     SELECT ?, ?, id, ?, ?, ?, ?, ? FROM threads WHERE issue_id = ? ON CONFLICT DO NOTHING`,
    kind,
    subjectId,
    now,
    Math.ceil(notBefore),
    skipped === undefined ? null : "skipped",
    skipped ?? null,
    skipped === undefined ? null : now,
    issueId,
  );
}

interface RelayRow {
  readonly id: number;
  readonly kind: RelayKind;
  readonly subject_id: string;
  readonly issue_id: string;
  readonly issue_key: string;
  readonly noticed_at: number;
  readonly version: number;
  readonly attempts: number;
}

function dueRelays(db: Database, limit: number): Relay[] {
  return db.all<RelayRow>(
    `SELECT due.*, t.issue_id, t.issue_key FROM (
       SELECT r.id, r.kind, r.subject_id, r.thread_id, r.noticed_at, r.version, r.attempts ${OLDEST} AND r.not_before <= ?
       ORDER BY r.id LIMIT ?) AS due
     JOIN threads AS t ON t.id = due.thread_id ORDER BY due.id`,
    db.clock.now(),
    limit,
  ).map((row) => ({
    id: row.id,
    kind: row.kind,
    subjectId: row.subject_id,
    issue: { id: row.issue_id, key: row.issue_key },
    noticedAt: row.noticed_at,
    version: row.version,
    attempts: row.attempts,
  }));
}
