/**
 * A state that cannot be written for a while: the disk is full, another program holds the file, the disk was mounted for
 * reading only. A listener takes no new mail then, says so, and goes on when it can write again: whatever was under way is
 * in doubt, and looked for before it is written again. A damaged file is another matter: nothing can be done without a
 * person.
 */

import { getLogger } from "@logtape/logtape";
import type { Clock } from "../core/clock.ts";
import { errorText, StateError } from "../core/errors.ts";

const logger = getLogger(["o365-connect", "state"]);

const FIRST_TRY_MS = 1_000;
const MAX_TRY_MS = 60_000;

export function mayPass(error: unknown): error is StateError {
  return error instanceof StateError && ["full", "busy", "readonly"].includes(error.kind);
}

/** Tries `work` until the state lets it; other errors are thrown, and when `signal` is aborted, the last one. */
export async function whenWritable<T>(
  work: () => Promise<T>,
  { clock, signal, passes = mayPass }: { clock: Clock; signal: AbortSignal; passes?: (error: unknown) => boolean },
): Promise<T> {
  for (let failures = 0;; failures++) {
    try {
      const result = await work();
      if (failures > 0) logger.info("The state can be written again; going on.");
      return result;
    } catch (error) {
      if (!passes(error) || signal.aborted) throw error;
      if (failures === 0) {
        logger.error("{why} No new mail is taken meanwhile, and nothing is lost; trying again by itself.", {
          why: errorText(error),
        });
      }
      await clock.sleep(Math.min(MAX_TRY_MS, FIRST_TRY_MS * 2 ** Math.min(failures, 6)), signal);
      if (signal.aborted) throw error;
    }
  }
}
