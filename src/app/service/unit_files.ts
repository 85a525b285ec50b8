/** Files of a service manager's folder, put in place together or not at all. */

import { dirname } from "node:path";
import { ConfigError } from "../../core/errors.ts";
import { MADE_BY, type ServiceFile } from "./jobs.ts";

/** Text of a file, `null` if there is none. */
function read(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

export function isThere(path: string): boolean {
  return read(path) !== null;
}

/**
 * Writes the files, runs `use`, and puts back what was there before if that fails. Throws `ConfigError` if one of them is
 * there and not ours.
 */
export async function withFiles(files: readonly ServiceFile[], use: () => Promise<void>): Promise<void> {
  const before = files.map(({ path }) => ({ path, text: read(path) }));
  const foreign = before.filter(({ text }) => text !== null && !text.includes(MADE_BY));
  if (foreign.length > 0) {
    const problem = "is there, and was not made by o365-connect service install: move it away first";
    throw new ConfigError(foreign.map(({ path }) => ({ name: path, problem })));
  }
  try {
    for (const { path, text } of files) {
      Deno.mkdirSync(dirname(path), { recursive: true });
      Deno.writeTextFileSync(path, text, { mode: 0o644 });
    }
    await use();
  } catch (error) {
    for (const { path, text } of before) {
      if (text !== null) Deno.writeTextFileSync(path, text);
      else if (read(path) !== null) Deno.removeSync(path);
    }
    throw error;
  }
}

/** Removes those that are there; returns their paths. */
export function removeFiles(paths: readonly string[]): string[] {
  const present = paths.filter(isThere);
  for (const path of present) Deno.removeSync(path);
  return present;
}
