import assert from "node:assert/strict";
import { parseDatabaseUri } from "./database_uri.ts";

Deno.test("parseDatabaseUri() reads every form of SQLAlchemy's SQLite URIs", () => {
  const forms: Record<string, string> = {
    "sqlite:///issues.db": "issues.db",
    "sqlite:///folder/issues.db": "folder/issues.db",
    "sqlite:////var/lib/issues.db": "/var/lib/issues.db",
    "sqlite:///C:/x/issues.db": "C:/x/issues.db",
    "sqlite:///C:\\x\\issues.db": "C:\\x\\issues.db",
    "sqlite:///.\\issues.db": ".\\issues.db",
    "sqlite+pysqlite:///issues.db": "issues.db",
    "SQLite+pysqlite:////x.db?check_same_thread=false": "/x.db",
  };
  for (const [uri, path] of Object.entries(forms)) assert.deepEqual(parseDatabaseUri(uri), { path }, uri);
});

Deno.test("parseDatabaseUri() refuses what it cannot keep mail in, without repeating the URI", () => {
  const refused: Record<string, RegExp> = {
    "postgresql://me:hunter2@host/db": /not supported yet/,
    "postgresql+psycopg2://me:hunter2@host/db": /not supported yet/,
    "mysql://me:hunter2@host/db": /"mysql" are not supported/,
    "sqlite://": /memory/,
    "sqlite:///:memory:": /memory/,
    "sqlite://hunter2.db": /three slashes/,
    "sqlite:///file:hunter2?uri=true": /file: URIs/,
    "hunter2.db": /not a database URI/,
  };
  for (const [uri, words] of Object.entries(refused)) {
    const parsed = parseDatabaseUri(uri);
    assert.ok("problem" in parsed, uri);
    assert.match(parsed.problem, words);
    assert.doesNotMatch(parsed.problem, /hunter2/);
  }
});
