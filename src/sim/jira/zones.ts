/** Times as Jira writes and reads them: in the caller's time zone. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** Minutes east of Greenwich at that moment. */
export function zoneOffset(ms: number, timeZone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(ms)) part[type] = Number(value);
  const wall = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
  return Math.round((wall - Math.floor(ms / 1000) * 1000) / 60_000);
}

/** `2026-08-12T18:13:05.000+0200`: an offset without a colon. */
export function jiraTime(ms: number, timeZone: string): string {
  const offset = zoneOffset(ms, timeZone);
  const wall = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offset);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${wall}${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

/** The moment at which a wall clock in that zone shows this time. */
export function fromWallClock(utc: number, timeZone: string): number {
  const guess = utc - zoneOffset(utc, timeZone) * 60_000;
  return utc - zoneOffset(guess, timeZone) * 60_000;
}
