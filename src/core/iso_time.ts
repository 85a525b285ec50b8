/** Times as people type them. */

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * ISO 8601 UTC from what a user typed: a date is its midnight in UTC, a time without zone is this machine's. `null` if it
 * is no such time.
 */
export function parseIsoTime(text: string): string | null {
  const date = text.trim().match(ISO_TIME)?.[1];
  if (date === undefined) return null;
  // February 30th is a date for V8, in March.
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date) return null;
  const time = Date.parse(text.trim().replace(/([+-]\d{2})(\d{2})$/, text.includes("T") ? "$1:$2" : "$1$2"));
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
