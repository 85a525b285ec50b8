/** The JQL we ask. Times are relative: absolute ones are read in the account's time zone, by the minute. */

import { projectSegment } from "./paths.ts";

/** No project: automation may have moved the issue. */
export function createdByUs(minutes: number): string {
  return `creator = currentUser() AND created >= "-${wholeMinutes(minutes)}m" ORDER BY created DESC`;
}

/** Ours also where they were moved to. */
export function updatedIn(projects: readonly string[], minutes: number): string {
  const keys = projects.map((key) => `"${projectSegment(key)}"`).join(", ");
  return `(project in (${keys}) OR creator = currentUser()) AND updated >= "-${
    wholeMinutes(minutes)
  }m" ORDER BY updated DESC`;
}

function wholeMinutes(minutes: number): number {
  return Math.max(1, Math.ceil(minutes));
}
