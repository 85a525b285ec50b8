/** The outside as the loader sees it, so that tests need none. */

import { posix, win32 } from "node:path";

export interface Environment {
  /** The process environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Folder of the compiled executable; `null` when run with `deno`. */
  readonly executableDirectory: string | null;
  readonly windows: boolean;
  /** Bytes of a file, `null` if there is none; throws when it cannot be read. */
  readFile(path: string): Uint8Array | null;
}

/** Absolute path of `path`, which may be relative to `directory`. */
export function resolvePath(environment: Environment, directory: string, path: string): string {
  return (environment.windows ? win32 : posix).resolve(directory, path);
}

/**
 * A text file: UTF-8, or UTF-16 with its mark, as Windows' editors and PowerShell write it. `null` if there is none;
 * throws with a message without path.
 */
export function readTextFile(environment: Environment, path: string): string | null {
  const bytes = environment.readFile(path);
  if (bytes === null) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("is not UTF-8 text");
  }
}
