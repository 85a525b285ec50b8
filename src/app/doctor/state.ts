/** The state: whether it can be written, and a way to reach its tokens when it cannot. */

import type { TokenProvider } from "../../auth/provider.ts";
import type { Config, GraphConfig } from "../../config/config.ts";
import type { Http } from "../../core/http_port.ts";
import type { FileState } from "../../state/open.ts";
import { openState } from "../../state/open.ts";
import { passingTokensFor, stateFor, tokensFor } from "../runtime.ts";
import { type DoctorCheck, failed, passed } from "./check.ts";
import { findingOf } from "./failure.ts";

export interface ExaminedState {
  readonly check: DoctorCheck;
  /** `null`: it cannot be written. */
  readonly state: FileState | null;
}

const CHECK = "state-writable";

/** Opens it as the job does and writes a row that is gone afterwards. */
export async function examineState(config: Config): Promise<ExaminedState> {
  let state: FileState | null = null;
  try {
    state = await stateFor(config);
    await state.acquireLease(`doctor:${state.owner}`, "doctor", 1_000);
    await state.releaseLease(`doctor:${state.owner}`);
    return { check: passed(CHECK, `${state.path} can be written.`), state };
  } catch (error) {
    await state?.close();
    return { check: failed(CHECK, findingOf(error)), state: null };
  }
}

/**
 * Tokens by way of the state, or, when it cannot be written, with what can be read of it: Microsoft 365 is then examined
 * all the same. `null`: a sign-in that lies in a state that cannot be read.
 */
export async function tokensFrom(
  graph: GraphConfig,
  { http, state, path }: { readonly http: Http; readonly state: FileState | null; readonly path: string | null },
): Promise<{ readonly tokens: TokenProvider; close(): Promise<void> } | null> {
  if (state !== null) return { tokens: tokensFor(graph, http, state), close: () => Promise.resolve() };
  const other = await readableState(path) ??
    (graph.grantType === "client-credentials" ? await openState({ path: ":memory:" }) : null);
  if (other === null) return null;
  return { tokens: passingTokensFor(graph, http, other), close: () => other.close() };
}

async function readableState(path: string | null): Promise<FileState | null> {
  if (path === null) return null;
  try {
    // A missing file would read as an empty state.
    await Deno.stat(path);
    return await openState({ path, readOnly: true });
  } catch {
    // Why it cannot be used is told by the check of the state.
    return null;
  }
}
