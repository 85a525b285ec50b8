/** One SQLite connection: prepared statements kept, short transactions, patience when another process writes. */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type Clock, systemClock } from "../core/clock.ts";
import { StateError } from "../core/errors.ts";
import { inWords, troubleOf } from "./sqlite_error.ts";

/** What may be bound. `undefined` and booleans are refused by SQLite. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** How long SQLite itself may block the event loop in one wait; the rest of the patience is asynchronous. */
const BLOCKING_WAIT_MS = 25;

export interface DatabaseOptions {
  /** The path in messages; `:memory:` for a database that is gone when it is closed. */
  readonly path: string;
  readonly clock: Clock;
  /** How long a transaction waits for other processes before it gives up with `busy`. */
  readonly busyTimeoutMs: number;
  readonly readOnly: boolean;
}

export class Database {
  readonly path: string;
  readonly clock: Clock;
  /** Gone when it is closed; nothing beside it in the file system. */
  readonly inMemory: boolean;
  readonly #busyTimeoutMs: number;
  #readOnly: boolean;
  #sqlite: DatabaseSync | null;
  readonly #statements = new Map<string, StatementSync>();

  /** Throws `StateError` when the file cannot be opened. `file`: what to open, unless it is `options.path`. */
  constructor(options: DatabaseOptions, file: string = options.path) {
    this.path = options.path;
    this.clock = options.clock;
    this.inMemory = file === ":memory:";
    this.#busyTimeoutMs = options.busyTimeoutMs;
    this.#readOnly = options.readOnly;
    try {
      this.#sqlite = new DatabaseSync(file, { readOnly: options.readOnly });
      this.#sqlite.exec(
        `PRAGMA busy_timeout = ${BLOCKING_WAIT_MS}; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000`,
      );
    } catch (error) {
      throw inWords(error, this.path);
    }
  }

  /** The connection itself, for copying; throws when it is closed. */
  get sqlite(): DatabaseSync {
    // Deno 2.4.2 crashes when a statement of a closed connection is used: never hand one out.
    if (this.#sqlite === null) throw new Error("The state is closed");
    return this.#sqlite;
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  /** Runs one statement; returns how many rows it changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** Runs several statements without values. */
  exec(sql: string): void {
    this.sqlite.exec(sql);
  }

  /** Reads; never waits for a writer (WAL), except while a file is being opened or recovered. */
  read<T>(body: () => T): Promise<T> {
    return this.patiently(body);
  }

  /** Runs `body` in one IMMEDIATE transaction: all of it or nothing. `body` must not wait for anything. */
  write<T>(body: () => T): Promise<T> {
    return this.patiently(() => {
      if (this.#readOnly) {
        throw new StateError(`State file "${this.path}": it was opened for reading only.`, "readonly");
      }
      return this.#transaction(body);
    });
  }

  /** Repeats `body` while another process holds the lock, at most for the busy timeout. */
  async patiently<T>(body: () => T): Promise<T> {
    const deadline = performance.now() + this.#busyTimeoutMs;
    for (;;) {
      try {
        return body();
      } catch (error) {
        if (troubleOf(error) !== "busy" || performance.now() >= deadline) throw inWords(error, this.path);
      }
      // The real clock: the wait is for another process, whatever time a test makes it.
      await systemClock.sleep(2 + Math.random() * 20);
    }
  }

  /** From now on `write()` is refused. */
  forbidWriting(): void {
    this.#readOnly = true;
  }

  get closed(): boolean {
    return this.#sqlite === null;
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite?.close();
    this.#sqlite = null;
  }

  #transaction<T>(body: () => T): T {
    this.run("BEGIN IMMEDIATE");
    try {
      const result = body();
      this.run("COMMIT");
      return result;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  #rollback(): void {
    try {
      this.exec("ROLLBACK");
    } catch {
      // A full disk or an I/O error has already rolled back: then there is no transaction to end.
    }
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined && this.#sqlite !== null) return known;
    const made = this.#prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  #prepare(sql: string): StatementSync {
    try {
      return this.sqlite.prepare(sql);
    } catch (error) {
      // Deno 2.4.2 says only "failed to prepare statement"; asking again without preparing gives SQLite's own words.
      this.sqlite.exec("SELECT 1 FROM sqlite_master LIMIT 1");
      throw error;
    }
  }
}
