/** `status --watch`: the state as it is now, redrawn until Ctrl-C. */

import { type HistoryEntry } from "../app/history.ts";
import { Rate, type Snapshot, takeSnapshot, wantsColours } from "../app/live.ts";
import { systemClock } from "../core/clock.ts";
import { DESTINATION_NAMES } from "../core/errors.ts";
import { systemEnvironment } from "../config/system_environment.ts";
import { isOutputClosed, visible, writeLine, writeText } from "./output.ts";
import { cut, table } from "./table.ts";
import { ago, localTime } from "./times.ts";

type Place = Parameters<typeof takeSnapshot>[0];

const EVERY_MS = 2_000;
const RECENT = 30;

/** Until the signal is aborted, or nobody reads the output any more. */
export async function watchState(config: Place, stop: AbortSignal): Promise<void> {
  const rate = new Rate();
  const isTerminal = Deno.stdout.isTerminal();
  const show = isTerminal ? redrawing(wantsColours(systemEnvironment().env, true)) : printing();
  try {
    while (!stop.aborted && !isOutputClosed()) {
      const snapshot = await takeSnapshot(config, RECENT);
      rate.add(snapshot);
      show(snapshot, rate.perMinute());
      await systemClock.sleep(EVERY_MS, stop).catch(() => {});
    }
  } finally {
    if (isTerminal) writeText(LEAVE);
  }
}

/** The other screen without cursor, and back: what stood on the terminal is there again at the end. */
const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";

function redrawing(colours: boolean): (snapshot: Snapshot, perMinute: number | null) => void {
  let before = ENTER;
  return (snapshot, perMinute) => {
    const { columns, rows } = Deno.consoleSize();
    const lines = frame(snapshot, perMinute, { columns, rows, colours });
    // Over the old picture, line by line: clearing the whole first would flicker.
    writeText(`${before}\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\r\n")}\x1b[J`);
    before = "";
  };
}

export interface FrameOptions {
  readonly columns: number;
  readonly rows: number;
  readonly colours: boolean;
}

/** Text, and how it stands out. */
interface Row {
  readonly text: string;
  readonly style?: keyof typeof STYLES;
}

const STYLES = { heading: "1", good: "32", warning: "33", bad: "31" } as const;
const STYLE_OF: Readonly<Record<HistoryEntry["outcome"], keyof typeof STYLES | undefined>> = {
  created: "good",
  commented: "good",
  filtered: undefined,
  failed: "bad",
  pending: "warning",
};

/** The picture: as many lines as there is room for, none wider than the terminal. */
export function frame(
  snapshot: Snapshot,
  perMinute: number | null,
  { columns, rows, colours }: FrameOptions,
): string[] {
  return picture(snapshot, perMinute).slice(0, rows).map(({ text, style }) => {
    const line = cut(visible(text), columns);
    return colours && style !== undefined ? `\x1b[${STYLES[style]}m${line}\x1b[0m` : line;
  });
}

function picture({ at, status, recent, requests }: Snapshot, perMinute: number | null): Row[] {
  const { mailboxes, paused, lastError } = status;
  const rows: Row[] = [
    {
      text: `${localTime(new Date(at).toISOString())}   ${totals(mailboxes, perMinute)}   Ctrl-C ends`,
      style: "heading",
    },
    { text: "" },
  ];
  if (mailboxes.length === 0) rows.push({ text: "No mailbox was read yet." });
  else {
    const [heading, ...lines] = table(
      ["Mailbox", "last read", "pending", "created", "commented", "filtered", "failed", "Graph requests"],
      mailboxes.map((box) => [
        box.address,
        box.lastSyncAt === null ? "not yet" : ago(box.lastSyncAt, at),
        box.pending,
        box.created,
        box.commented,
        box.filtered,
        box.failed,
        shares(requests.find(({ address }) => address === box.address)?.held ?? {}),
      ]),
    );
    rows.push({ text: heading!, style: "heading" }, ...lines.map((text) => ({ text })));
  }
  rows.push({ text: "" });
  for (const { destination, scope, since, reason } of paused) {
    const of = scope === "" ? "" : ` for ${scope}`;
    rows.push({
      text: `Paused: ${DESTINATION_NAMES[destination]}${of}, ${ago(since, at)}: ${reason}`,
      style: "warning",
    });
  }
  if (paused.length === 0) rows.push({ text: "No destination is paused." });
  if (lastError !== null) {
    rows.push({ text: `Last error, ${ago(lastError.at, at)}: ${lastError.error}`, style: "warning" });
  }
  if (recent.length > 0) {
    const [heading, ...lines] = table(
      ["Received", "Outcome", "Issue", "From", "Reason"],
      recent.map((entry) => [
        localTime(entry.receivedAt),
        entry.outcome,
        entry.issue ?? "-",
        entry.from ?? "-",
        entry.reason ?? "-",
      ]),
    );
    rows.push({ text: "" }, { text: heading!, style: "heading" });
    for (const [index, text] of lines.entries()) {
      const style = STYLE_OF[recent[index]!.outcome];
      rows.push(style === undefined ? { text } : { text, style });
    }
  }
  return rows;
}

function totals(mailboxes: Snapshot["status"]["mailboxes"], perMinute: number | null): string {
  const pending = mailboxes.reduce((sum, box) => sum + box.pending, 0);
  const handled = perMinute === null ? "" : `, ${perMinute.toFixed(perMinute < 10 ? 1 : 0)} mails a minute`;
  return `${pending} pending${handled}`;
}

/** How many of the four requests at once each kind of process holds. */
function shares(held: Readonly<Record<string, number>>): string {
  const words = Object.entries(held).map(([role, count]) => `${count} ${role}`);
  return words.length === 0 ? "nobody" : words.join(", ");
}

/** For a file or another program: a line when something has changed, and one for each mail that got its outcome. */
function printing(): (snapshot: Snapshot, perMinute: number | null) => void {
  let before: string | null = null;
  let known: ReadonlySet<string> | null = null;
  return (snapshot, perMinute) => {
    const ended = snapshot.recent.filter(({ finishedAt }) => finishedAt !== null);
    const news = known === null ? [] : ended.filter(({ id }) => !known!.has(id));
    for (const entry of news.toReversed()) writeLine(outcomeLine(entry));
    known = new Set(ended.map(({ id }) => id));
    const line = plainLine(snapshot);
    if (line !== before) {
      const time = localTime(new Date(snapshot.at).toISOString());
      writeLine(`${time}  ${line}${perMinute === null ? "" : `, ${perMinute.toFixed(1)} mails a minute`}`);
    }
    before = line;
  };
}

function outcomeLine({ finishedAt, outcome, issue, from, reason }: HistoryEntry): string {
  return [localTime(finishedAt!), outcome, issue, from, reason].filter((part) => part !== null).join("  ");
}

/** What counts as a change. */
export function plainLine({ status: { mailboxes, paused } }: Snapshot): string {
  const sum = (name: "pending" | "created" | "commented" | "filtered" | "failed") =>
    mailboxes.reduce((total, box) => total + box[name], 0);
  const counts = (["pending", "created", "commented", "filtered", "failed"] as const).map((name) =>
    `${sum(name)} ${name}`
  );
  const pauses = paused.map(({ destination, scope }) =>
    `${DESTINATION_NAMES[destination]}${scope === "" ? "" : ` for ${scope}`}`
  );
  return `${counts.join(", ")}${pauses.length === 0 ? "" : `, paused: ${pauses.join(", ")}`}`;
}
