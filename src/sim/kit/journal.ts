/** What was asked of a simulator, in order. */

export interface JournalEntry {
  readonly at: number;
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
  /** The request's text if it was JSON or a form of at most 256 KiB, else empty. */
  readonly body: string;
  /** 0: the connection was closed without an answer. */
  status: number;
  /** Which fault was played, if any. */
  fault: string | null;
}

const MAX_ENTRIES = 200_000;

export class Journal {
  readonly entries: JournalEntry[] = [];

  add(entry: JournalEntry): JournalEntry {
    if (this.entries.length >= MAX_ENTRIES) this.entries.splice(0, MAX_ENTRIES / 10);
    this.entries.push(entry);
    return entry;
  }

  /** Entries of a method and path, e.g. `find("POST", /\/issue$/)`. */
  find(method: string, path: RegExp): JournalEntry[] {
    return this.entries.filter((entry) => entry.method === method && path.test(entry.path));
  }

  clear(): void {
    this.entries.length = 0;
  }
}
