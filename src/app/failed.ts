/** `failed …`: mail that could not be handled, and what an administrator decides about it. */

import type { Config } from "../config/config.ts";
import { ConfigError } from "../core/errors.ts";
import type { Effect, FailedRow } from "../core/state_port.ts";
import { type FileState, openState } from "../state/open.ts";
import type { Progress } from "./progress.ts";

/** Where the state is, or the state itself where it is open. */
export type Place = Pick<Config, "databasePath"> | { readonly state: FileState };

/** A failed mail with what was already written for it. */
export type FailedDetail = FailedRow & { readonly effects: readonly Effect[] };

/** Every failed mail, the oldest failure first. */
export async function listFailed(place: Place): Promise<FailedRow[]> {
  return await reading(place, (state) => state.failed());
}

/** Throws `ConfigError` if no failed mail has this id. */
export async function showFailed(place: Place, id: string): Promise<FailedDetail> {
  return await reading(place, async (state) => {
    const detail = isId(id) ? await state.failedDetail(Number(id)) : null;
    if (detail === null) throw unknown([id]);
    return detail;
  });
}

/** Puts them back to work; `all` may be none. Returns the ids. Throws `ConfigError`, and changes nothing, if one is unknown. */
export async function retryFailed(
  place: Place,
  ids: readonly string[] | "all",
  progress?: Progress,
): Promise<string[]> {
  return await changing(place, ids, (state, id) => state.retryFailed(id), progress);
}

/** Ends them as filtered. Returns the ids. Throws `ConfigError`, and changes nothing, if one is unknown. */
export async function discardFailed(place: Place, ids: readonly string[]): Promise<string[]> {
  return await changing(place, ids, (state, id) => state.discardFailed(id));
}

async function reading<T>(place: Place, body: (state: FileState) => Promise<T>): Promise<T> {
  return await opened(place, true, body);
}

async function opened<T>(place: Place, readOnly: boolean, body: (state: FileState) => Promise<T>): Promise<T> {
  if ("state" in place) return await body(place.state);
  const state = await openState({ path: place.databasePath, readOnly });
  try {
    return await body(state);
  } finally {
    await state.close();
  }
}

async function changing(
  place: Place,
  wanted: readonly string[] | "all",
  change: (state: FileState, id: number) => Promise<boolean>,
  progress?: Progress,
): Promise<string[]> {
  // Looked up without the right to write first: a mistyped id, or a wrong folder, makes no state file.
  const known = (await listFailed(place)).map(({ id }) => id);
  const ids = wanted === "all" ? known : [...new Set(wanted)];
  const strangers = ids.filter((id) => !known.includes(id));
  if (strangers.length > 0) throw unknown(strangers);
  if (ids.length === 0) return [];
  return await opened(place, false, async (state) => {
    const changed: string[] = [];
    // Another administrator may have been faster with one of them; that one needs nothing more.
    for (const [index, id] of ids.entries()) {
      if (await change(state, Number(id))) changed.push(id);
      progress?.({ what: "put back to work:", done: index + 1, total: ids.length });
    }
    return changed;
  });
}

function unknown(ids: readonly string[]): ConfigError {
  return new ConfigError(
    ids.map((id) => ({ name: `failed ${id}`, problem: "no failed mail has this id; see: o365-connect failed list" })),
  );
}

function isId(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}
