/** What a mail can do without: watchers, a link, pictures in their place, reopening. */

import { HttpError } from "../core/errors.ts";

/**
 * Jira's clear refusal of one request, with our credentials still good: a permission or a rule of that project. For
 * a missing permission Jira answers 401, 403 or 404, and 400 where a screen or workflow asks for more.
 */
export function refusedByJira(error: unknown): error is HttpError {
  return error instanceof HttpError && error.destination === "jira" && !error.credentialsRefused &&
    [400, 401, 403, 404, 413, 422].includes(error.status);
}
