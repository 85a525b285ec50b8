/** "Not there" as a value instead of an error. */

import { HttpError } from "../core/errors.ts";

/**
 * `null` for these statuses, provided that the credential is not in doubt. Server says 403 for what exists but may not
 * be seen, Cloud 404.
 */
export async function nullIfAbsent<T>(asked: Promise<T>, statuses: readonly number[]): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof HttpError && !error.credentialsRefused && statuses.includes(error.status)) return null;
    throw error;
  }
}
