/** The tables. Forward only: a migration that was published is never edited, the next one follows it. */

/** "o365" in ASCII, in the header of every state file. */
export const APPLICATION_ID = 0x6f333635;

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

const FIRST = `
-- started_at is NULL for a mailbox that is only named by a thread (never opened); the address '' stands for the one
-- mailbox of the Python tool, whose address its database does not tell. The counters are kept by triggers.
CREATE TABLE mailboxes (
  id INTEGER PRIMARY KEY,
  address TEXT NOT NULL UNIQUE COLLATE NOCASE,
  started_at INTEGER,
  last_sync_at INTEGER CHECK (last_sync_at IS NULL OR started_at IS NOT NULL),
  pending INTEGER NOT NULL DEFAULT 0 CHECK (pending >= 0),
  created INTEGER NOT NULL DEFAULT 0 CHECK (created >= 0),
  commented INTEGER NOT NULL DEFAULT 0 CHECK (commented >= 0),
  filtered INTEGER NOT NULL DEFAULT 0 CHECK (filtered >= 0),
  failed INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0)
) STRICT;

CREATE TABLE cursors (
  mailbox_id INTEGER NOT NULL REFERENCES mailboxes (id),
  folder TEXT NOT NULL CHECK (folder IN ('inbox', 'sentitems')),
  link TEXT,
  complete INTEGER NOT NULL DEFAULT 0 CHECK (complete IN (0, 1)),
  rounds INTEGER NOT NULL DEFAULT 0 CHECK (rounds >= 0),
  PRIMARY KEY (mailbox_id, folder),
  CHECK (complete = 0 OR link IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- An issue that mail belongs to. Its id is Jira's; a key stands in its place while the id is not known (imported).
CREATE TABLE threads (
  id INTEGER PRIMARY KEY,
  issue_id TEXT NOT NULL UNIQUE CHECK (issue_id <> ''),
  issue_key TEXT NOT NULL CHECK (issue_key <> ''),
  closed_at INTEGER
) STRICT;
CREATE INDEX threads_key ON threads (issue_key);

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  mailbox_id INTEGER NOT NULL REFERENCES mailboxes (id),
  folder TEXT NOT NULL CHECK (folder IN ('inbox', 'sentitems')),
  message_id TEXT NOT NULL CHECK (message_id <> ''),
  received_at INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  internet_message_id TEXT,
  conversation_id TEXT,
  identity BLOB,
  subject TEXT,
  sender TEXT,
  include_before_start INTEGER NOT NULL DEFAULT 0 CHECK (include_before_start IN (0, 1)),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  not_before INTEGER NOT NULL DEFAULT 0,
  waiting_for TEXT,
  step TEXT,
  error TEXT,
  lease_owner TEXT,
  lease_until INTEGER,
  outcome TEXT CHECK (outcome IN ('created', 'commented', 'filtered', 'failed')),
  finished_at INTEGER,
  reason TEXT,
  filter TEXT,
  thread_id INTEGER REFERENCES threads (id),
  UNIQUE (mailbox_id, message_id),
  CHECK ((outcome IS NULL) = (finished_at IS NULL)),
  CHECK ((outcome IS NULL) = (reason IS NULL)),
  CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
  CHECK (outcome IS NULL OR (lease_owner IS NULL AND waiting_for IS NULL)),
  CHECK (outcome IS NOT 'failed' OR (step IS NOT NULL AND error IS NOT NULL)),
  CHECK (outcome IS NULL OR outcome = 'failed' OR
    (step IS NULL AND error IS NULL AND subject IS NULL AND sender IS NULL)),
  CHECK (outcome IS NULL OR outcome NOT IN ('created', 'commented') OR thread_id IS NOT NULL),
  CHECK (filter IS NULL OR outcome IS 'filtered')
) STRICT;
CREATE INDEX deliveries_unfinished ON deliveries
  (received_at, mailbox_id, not_before, lease_owner, conversation_id, waiting_for) WHERE outcome IS NULL;
CREATE INDEX deliveries_due ON deliveries (mailbox_id, not_before) WHERE outcome IS NULL AND lease_owner IS NULL;
CREATE INDEX deliveries_conversation ON deliveries
  (conversation_id, mailbox_id, received_at, waiting_for, not_before)
  WHERE outcome IS NULL AND conversation_id IS NOT NULL;
CREATE INDEX deliveries_leased ON deliveries (conversation_id, mailbox_id, lease_owner, lease_until)
  WHERE lease_owner IS NOT NULL;
CREATE INDEX deliveries_waiting ON deliveries (waiting_for) WHERE waiting_for IS NOT NULL;
CREATE INDEX deliveries_unfinished_message ON deliveries (internet_message_id)
  WHERE outcome IS NULL AND internet_message_id IS NOT NULL;
CREATE INDEX deliveries_failed ON deliveries (finished_at) WHERE outcome = 'failed';
CREATE INDEX deliveries_thread ON deliveries (thread_id) WHERE thread_id IS NOT NULL;

CREATE TRIGGER deliveries_are_never_forgotten BEFORE DELETE ON deliveries
BEGIN SELECT RAISE(ABORT, 'a delivery is never forgotten'); END;

CREATE TRIGGER an_outcome_is_final BEFORE UPDATE OF outcome ON deliveries
WHEN OLD.outcome IS NOT NULL AND OLD.outcome <> 'failed'
  AND NOT (OLD.filter IS 'before-start' AND NEW.outcome IS NULL)
BEGIN SELECT RAISE(ABORT, 'an outcome is final'); END;

CREATE TRIGGER deliveries_counted_in AFTER INSERT ON deliveries
BEGIN
  UPDATE mailboxes SET
    pending = pending + (NEW.outcome IS NULL),
    created = created + (NEW.outcome IS 'created'),
    commented = commented + (NEW.outcome IS 'commented'),
    filtered = filtered + (NEW.outcome IS 'filtered'),
    failed = failed + (NEW.outcome IS 'failed')
  WHERE id = NEW.mailbox_id;
END;

CREATE TRIGGER deliveries_counted_over AFTER UPDATE OF outcome ON deliveries WHEN OLD.outcome IS NOT NEW.outcome
BEGIN
  UPDATE mailboxes SET
    pending = pending + (NEW.outcome IS NULL) - (OLD.outcome IS NULL),
    created = created + (NEW.outcome IS 'created') - (OLD.outcome IS 'created'),
    commented = commented + (NEW.outcome IS 'commented') - (OLD.outcome IS 'commented'),
    filtered = filtered + (NEW.outcome IS 'filtered') - (OLD.outcome IS 'filtered'),
    failed = failed + (NEW.outcome IS 'failed') - (OLD.outcome IS 'failed')
  WHERE id = NEW.mailbox_id;
END;

-- Who has a mail (by Message-ID, sender and sent time) within a mailbox or a project.
CREATE TABLE claims (
  identity BLOB NOT NULL,
  scope TEXT NOT NULL,
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  PRIMARY KEY (identity, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE effects (
  key TEXT PRIMARY KEY,
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'done')),
  scope TEXT,
  carried TEXT NOT NULL CHECK (json_valid(carried)),
  receipt TEXT CHECK (receipt IS NULL OR json_valid(receipt)),
  started_at INTEGER NOT NULL,
  doubtful_at INTEGER,
  empty_looks INTEGER NOT NULL DEFAULT 0 CHECK (empty_looks >= 0),
  first_empty_look_at INTEGER,
  writes INTEGER NOT NULL CHECK (writes >= 1),
  CHECK ((status = 'done') = (receipt IS NOT NULL)),
  CHECK ((empty_looks = 0) = (first_empty_look_at IS NULL)),
  CHECK (status = 'pending' OR (doubtful_at IS NULL AND empty_looks = 0))
) STRICT, WITHOUT ROWID;
CREATE INDEX effects_delivery ON effects (delivery_id);
CREATE INDEX effects_scope ON effects (scope, started_at) WHERE scope IS NOT NULL;
CREATE INDEX effects_started ON effects (started_at);

CREATE TABLE thread_messages (
  id INTEGER PRIMARY KEY,
  thread_id INTEGER NOT NULL REFERENCES threads (id),
  mailbox_id INTEGER NOT NULL REFERENCES mailboxes (id),
  internet_message_id TEXT,
  conversation_id TEXT,
  message_id TEXT,
  origin TEXT NOT NULL CHECK (origin IN ('received', 'agent', 'ours')),
  added_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX thread_messages_once ON thread_messages (internet_message_id, thread_id, mailbox_id)
  WHERE internet_message_id IS NOT NULL;
CREATE INDEX thread_messages_conversation ON thread_messages (conversation_id, mailbox_id, thread_id)
  WHERE conversation_id IS NOT NULL;
CREATE INDEX thread_messages_message ON thread_messages (message_id, mailbox_id) WHERE message_id IS NOT NULL;
CREATE INDEX thread_messages_thread ON thread_messages (thread_id);

CREATE TABLE thread_participants (
  thread_id INTEGER NOT NULL REFERENCES threads (id),
  address TEXT NOT NULL CHECK (address <> ''),
  thread_message_id INTEGER NOT NULL REFERENCES thread_messages (id),
  PRIMARY KEY (thread_id, address, thread_message_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  role TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pauses (
  destination TEXT NOT NULL CHECK (destination IN ('graph', 'jira', 'entra')),
  scope TEXT NOT NULL,
  since TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (destination, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

// Who wrote a mail stays after its end, unlike its subject: `history` is searched by it. In lower case; NULL where the
// mail was not fetched: from before the start, our own, or not yet worked on.
const HISTORY = `
ALTER TABLE deliveries ADD COLUMN from_address TEXT;
UPDATE deliveries SET from_address = lower(sender) WHERE sender IS NOT NULL;
CREATE INDEX deliveries_received ON deliveries (received_at);
CREATE INDEX deliveries_from ON deliveries (from_address, received_at) WHERE from_address IS NOT NULL;
`;

// Effects belong to a delivery or to a relay; the table is made again, for a column cannot lose its NOT NULL. A received
// message tells who wrote it (From) and who may be answered: NULL for nobody (forged, automatic) and for older rows.
// threads.resolved: what was last seen of the status, NULL before the first look.
const RELAY = `
ALTER TABLE thread_messages ADD COLUMN sender TEXT;
ALTER TABLE thread_messages ADD COLUMN answer_to TEXT;
ALTER TABLE threads ADD COLUMN resolved INTEGER CHECK (resolved IN (0, 1));

-- One thing of Jira that the sender may be told by mail: a comment (subject_id: its id), or a change of status.
CREATE TABLE relays (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('comment', 'resolved', 'reopened')),
  subject_id TEXT NOT NULL CHECK (subject_id <> ''),
  thread_id INTEGER NOT NULL REFERENCES threads (id),
  noticed_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  error TEXT,
  outcome TEXT CHECK (outcome IN ('sent', 'skipped', 'failed')),
  finished_at INTEGER,
  reason TEXT,
  UNIQUE (kind, subject_id),
  CHECK ((outcome IS NULL) = (finished_at IS NULL)),
  CHECK ((outcome IS NULL) = (reason IS NULL))
) STRICT;
CREATE INDEX relays_open ON relays (thread_id, id) WHERE outcome IS NULL;
CREATE INDEX relays_thread ON relays (thread_id);

CREATE TRIGGER relays_are_never_forgotten BEFORE DELETE ON relays
BEGIN SELECT RAISE(ABORT, 'a relay is never forgotten'); END;

CREATE TRIGGER a_relay_is_final BEFORE UPDATE OF outcome ON relays WHEN OLD.outcome IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an outcome is final'); END;

ALTER TABLE effects RENAME TO effects_before;
DROP INDEX effects_delivery;
DROP INDEX effects_scope;
DROP INDEX effects_started;
CREATE TABLE effects (
  key TEXT PRIMARY KEY,
  delivery_id INTEGER REFERENCES deliveries (id),
  relay_id INTEGER REFERENCES relays (id),
  kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'done')),
  scope TEXT,
  carried TEXT NOT NULL CHECK (json_valid(carried)),
  receipt TEXT CHECK (receipt IS NULL OR json_valid(receipt)),
  started_at INTEGER NOT NULL,
  doubtful_at INTEGER,
  empty_looks INTEGER NOT NULL DEFAULT 0 CHECK (empty_looks >= 0),
  first_empty_look_at INTEGER,
  writes INTEGER NOT NULL CHECK (writes >= 1),
  CHECK ((delivery_id IS NULL) <> (relay_id IS NULL)),
  CHECK ((status = 'done') = (receipt IS NOT NULL)),
  CHECK ((empty_looks = 0) = (first_empty_look_at IS NULL)),
  CHECK (status = 'pending' OR (doubtful_at IS NULL AND empty_looks = 0))
) STRICT, WITHOUT ROWID;
INSERT INTO effects (key, delivery_id, kind, status, scope, carried, receipt, started_at, doubtful_at, empty_looks,
  first_empty_look_at, writes)
SELECT key, delivery_id, kind, status, scope, carried, receipt, started_at, doubtful_at, empty_looks,
  first_empty_look_at, writes FROM effects_before;
DROP TABLE effects_before;
CREATE INDEX effects_delivery ON effects (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX effects_relay ON effects (relay_id) WHERE relay_id IS NOT NULL;
CREATE INDEX effects_scope ON effects (scope, started_at) WHERE scope IS NOT NULL;
CREATE INDEX effects_started ON effects (started_at);
`;

// What was found outside after a restore, until the mail it belongs to is worked on. receipt is NULL where a write was
// begun and its end is not known. Never pruned: a mail may come back into the folder after years.
const FOUND = `
CREATE TABLE found_receipts (
  key TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  scope TEXT,
  carried TEXT NOT NULL CHECK (json_valid(carried)),
  receipt TEXT CHECK (receipt IS NULL OR json_valid(receipt)),
  started_at INTEGER NOT NULL,
  doubtful_at INTEGER,
  CHECK ((receipt IS NULL) = (doubtful_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
`;

// Which attachment of an issue shows a picture that came with several mails.
const PICTURES = `
CREATE TABLE pictures (
  issue_id TEXT NOT NULL CHECK (issue_id <> ''),
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  attachment_id TEXT NOT NULL CHECK (attachment_id <> ''),
  name TEXT NOT NULL,
  PRIMARY KEY (issue_id, sha256)
) STRICT, WITHOUT ROWID;
`;

/** All migrations, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, sql: FIRST },
  { version: 2, sql: HISTORY },
  { version: 3, sql: RELAY },
  { version: 4, sql: FOUND },
  { version: 5, sql: PICTURES },
];
