/** Times for people: local, and how long ago. */

/** `2026-03-02 10:00:00` in this machine's time zone, from ISO 8601. */
export function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (part: number) => String(part).padStart(2, "0");
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}

const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]] as const;

/** `3 minutes ago`: the largest unit that has passed at least once. */
export function ago(iso: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(iso)) / 1000));
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? UNITS[3];
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

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
