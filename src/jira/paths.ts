/** What may enter a path: jira.js and Jira take `../` and `?` in an issue key as they come. */

import { ISSUE_KEY } from "../core/jira.ts";

const ID = /^\d+$/;
const PROJECT_KEY = /^[A-Z][A-Z0-9_]*$/;

export function isIssue(idOrKey: string): boolean {
  return ID.test(idOrKey) || ISSUE_KEY.test(idOrKey);
}

export function isProject(idOrKey: string): boolean {
  return ID.test(idOrKey) || PROJECT_KEY.test(idOrKey);
}

/** The id or key as it stands. Throws `RangeError` when it is neither. */
export function issueSegment(idOrKey: string): string {
  if (isIssue(idOrKey)) return idOrKey;
  throw new RangeError(`Cannot ask Jira for an issue: "${shown(idOrKey)}" is neither an issue key nor an id`);
}

/** As {@link issueSegment}, for projects. */
export function projectSegment(idOrKey: string): string {
  if (isProject(idOrKey)) return idOrKey;
  throw new RangeError(`Cannot ask Jira for a project: "${shown(idOrKey)}" is neither a project key nor an id`);
}

/** A numeric id: of a comment, an attachment, an issue type, a transition. */
export function idSegment(id: string): string {
  if (ID.test(id)) return id;
  throw new RangeError(`Cannot ask Jira: "${shown(id)}" is no id`);
}

function shown(text: string): string {
  return text.replace(/[^\w.-]/g, "?").slice(0, 40);
}
