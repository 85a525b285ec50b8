/** `state …`: the state as a file. Nobody outside is asked. */

import type { Config } from "../config/config.ts";
import { errorText, StateError } from "../core/errors.ts";
import type { ExportedMail } from "../state/export.ts";
import { openState } from "../state/open.ts";
import { backupState, checkState, type RestoreDone, restoreState, type StateCheck } from "../state/state_file.ts";

type Place = Pick<Config, "databasePath">;

/** Copies the state into a new file, while others may work on it. Throws `StateError`; nothing is overwritten. */
export async function backUp({ databasePath }: Place, target: string): Promise<StateCheck> {
  await backupState(databasePath, target);
  return await checkState(target);
}

/** Puts a backup in the place of the state. Throws `StateError("busy")` while a process has the state open. */
export async function restore({ databasePath }: Place, backup: string): Promise<RestoreDone> {
  return await restoreState(backup, databasePath);
}

/** Reads the whole file; too damaged to be read is a problem, too. Throws `StateError` when it is none of ours. */
export async function check({ databasePath }: Place): Promise<StateCheck | { readonly problems: readonly string[] }> {
  try {
    return await checkState(databasePath);
  } catch (error) {
    if (!(error instanceof StateError) || error.kind !== "corrupt") throw error;
    return { problems: [errorText(error).replace(/\.$/, "")] };
  }
}

/** Gives every mail to `write` until it says that it wants no more. Reads only; a missing file has none. */
export async function exportMails({ databasePath }: Place, write: (mail: ExportedMail) => boolean): Promise<void> {
  const state = await openState({ path: databasePath, readOnly: true });
  try {
    for await (const mail of state.exportedMails()) if (!write(mail)) return;
  } finally {
    await state.close();
  }
}
