/** What the Python tool leaves to its user. */

import { DatabaseSync } from "node:sqlite";

/** Its database with one issue, as SQLAlchemy makes it from the tool's models. */
export function pythonDatabase(path: string, key: string, conversationId: string): void {
  const sqlite = new DatabaseSync(path);
  sqlite.exec(`
    CREATE TABLE access_tokens (id INTEGER NOT NULL, token_type VARCHAR NOT NULL, access_token VARCHAR NOT NULL,
      refresh_token VARCHAR, expires_in INTEGER NOT NULL, ext_expires_in INTEGER NOT NULL, expires_at FLOAT NOT NULL,
      PRIMARY KEY (id), UNIQUE (access_token), UNIQUE (refresh_token));
    CREATE TABLE issues (id INTEGER NOT NULL, key VARCHAR NOT NULL, outlook_message_id VARCHAR,
      outlook_conversation_id VARCHAR, outlook_messages_id VARCHAR, created_at DATETIME, updated_at DATETIME,
      reporter VARCHAR NOT NULL, PRIMARY KEY (id), UNIQUE (outlook_message_id), UNIQUE (outlook_conversation_id));
    CREATE UNIQUE INDEX ix_key ON issues (key)`);
  sqlite.prepare("INSERT INTO issues VALUES (1, ?, 'AAMk=1', ?, 'AAMk=1', NULL, NULL, 'Ada@Example.com')").run(
    key,
    conversationId,
  );
  sqlite.close();
}
