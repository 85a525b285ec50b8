import { HttpError } from "../core/errors.ts";

/**
 * Whether Graph has forgotten the state behind a delta link: a first round is due. Any 410; the codes come in several
 * spellings and also with 400 and 404.
 */
export function isSyncStateLost(error: unknown): boolean {
  if (!(error instanceof HttpError) || error.destination !== "graph") return false;
  return error.status === 410 || /^(syncStateNotFound|syncStateInvalid|resyncRequired)$/i.test(error.code);
}
