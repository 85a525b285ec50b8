/** SQLite's errors, turned into words for the administrator. */

import { StateError } from "../core/errors.ts";

type Trouble = StateError["kind"];

/** Primary result codes of SQLite (https://sqlite.org/rescode.html) that an administrator can do something about. */
const BY_CODE: Readonly<Record<number, Trouble>> = {
  3: "readonly",
  5: "busy",
  6: "busy",
  8: "readonly",
  10: "full",
  11: "corrupt",
  13: "full",
  14: "readonly",
  15: "busy",
  26: "foreign",
};

/** `exec()` and the constructor of `node:sqlite` give no code in Deno, only SQLite's sentence. */
const BY_WORDS: readonly (readonly [RegExp, Trouble])[] = [
  [/database (table |schema )?is locked|locking protocol/i, "busy"],
  [/readonly database|unable to open database|access permission denied/i, "readonly"],
  [/disk is full|disk I\/O error/i, "full"],
  [/malformed/i, "corrupt"],
  [/not a database/i, "foreign"],
];

/** What kind of trouble this error is, `null` if it is none of the state file (a bug, a broken constraint). */
export function troubleOf(error: unknown): Trouble | null {
  if (error instanceof StateError) return error.kind;
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) return "readonly";
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return "readonly";
  if (!(error instanceof Error)) return null;
  const code = (error as { errcode?: unknown }).errcode;
  if (typeof code === "number") return BY_CODE[code & 0xff] ?? null;
  if ((error as { code?: unknown }).code !== "ERR_SQLITE_ERROR") return null;
  // Deno names a refused permission in the error's name and keeps SQLite's code.
  if (error.name === "NotCapable" || error.name === "PermissionDenied") return "readonly";
  return BY_WORDS.find(([words]) => words.test(error.message))?.[1] ?? null;
}

const WORDS: Readonly<Record<Trouble, (said: string) => string>> = {
  busy: () => "another program holds it locked. Close that program, or run the command again",
  readonly: (said) =>
    `it cannot be opened for writing (${said}). Give this user write access to the file and its folder, or name another place with DATABASE_URI`,
  foreign: (said) => `it is not a state of o365-connect (${said}). Name another file with DATABASE_URI`,
  newer: () => "it was written by a newer o365-connect. Use that version, or name another file with DATABASE_URI",
  corrupt: (said) => `it is damaged (${said}). Restore the latest backup`,
  full: (said) => `it could not be written (${said}). Make room on the disk, or look after the disk itself`,
};

/** The same error as a {@link StateError} in words; errors that are not about the file come back as they are. */
export function inWords(error: unknown, path: string): unknown {
  if (error instanceof StateError) return error;
  const trouble = troubleOf(error);
  if (trouble === null) return error;
  return stateError(trouble, path, (error as Error).message, error);
}

/** Makes the error; `said` is what SQLite or the system said. */
export function stateError(kind: StateError["kind"], path: string, said: string, cause?: unknown): StateError {
  return new StateError(
    `State file "${path}": ${WORDS[kind](said)}.`,
    kind,
    cause === undefined ? undefined : { cause },
  );
}
