/** A new file that its owner alone can read. */

import { ConfigError } from "../core/errors.ts";
import { runProgram } from "./programs.ts";

export interface PrivateFileOptions {
  readonly windows: boolean;
  /** `DOMAIN\user` who may read it on Windows. */
  readonly windowsUser: string;
}

/**
 * Writes the file, mode 0600; on Windows an access list takes its place before anything stands in the file. Throws
 * `ConfigError` if it exists already: nothing is ever overwritten.
 */
export async function createPrivateFile(path: string, text: string, options: PrivateFileOptions): Promise<void> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { createNew: true, write: true, mode: 0o600 });
  } catch (error) {
    throw inWords(path, error);
  }
  try {
    if (options.windows) await runProgram("icacls", icaclsArguments(path, options.windowsUser));
    let rest = new TextEncoder().encode(text);
    while (rest.length > 0) rest = rest.subarray(await file.write(rest));
    await file.sync();
  } catch (error) {
    file.close();
    await Deno.remove(path).catch(() => {});
    throw error;
  }
  file.close();
}

function inWords(path: string, error: unknown): unknown {
  if (error instanceof Deno.errors.AlreadyExists) {
    const problem = "exists already and is never overwritten: edit it, or name another file with --output";
    return new ConfigError([{ name: path, problem }]);
  }
  if (error instanceof Deno.errors.NotFound) {
    return new ConfigError([{ name: path, problem: "cannot be made: there is no such folder" }]);
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new ConfigError([{ name: path, problem: "cannot be made: this account may not write there" }]);
  }
  return error;
}

/**
 * Nothing inherited; all rights to the user and to the system, which runs scheduled tasks and backups
 * (https://learn.microsoft.com/windows-server/administration/windows-commands/icacls; S-1-5-18 is the system in every
 * language of Windows).
 */
export function icaclsArguments(path: string, user: string): string[] {
  return [path, "/inheritance:r", "/grant:r", `${user}:F`, "/grant:r", "*S-1-5-18:F", "/q"];
}
