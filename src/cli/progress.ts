/** Long work on stderr: a bar on a terminal, now and then a line otherwise. */

import type { Progress, ProgressStep } from "../app/progress.ts";
import { systemEnvironment } from "../config/system_environment.ts";
import { writeError } from "./exit.ts";
import { visible } from "./output.ts";
import type { Session } from "./session.ts";
import { cut } from "./table.ts";

/** Work that is done before needs no line. */
const LINE_EVERY_MS = 10_000;
/** A terminal is drawn to at most so often; more is not seen, and slows the work. */
const DRAW_EVERY_MS = 100;
const BAR_WIDTH = 24;

export interface ProgressOutput {
  readonly terminal: boolean;
  readonly colours: boolean;
  /** Columns of the terminal; asked before each drawing. */
  columns(): number;
  /** As it is, on stderr. */
  write(text: string): void;
  /** One line for a log. */
  say(line: string): void;
  /** Milliseconds. */
  now(): number;
}

/** Shows one piece of work after the other. */
export class ProgressBar {
  #work: { readonly what: string; readonly startedAt: number; shownAt: number } | null = null;
  #drawn = false;

  constructor(private readonly output: ProgressOutput) {}

  readonly report: Progress = (step) => {
    if (step === null) {
      this.#work = null;
      this.clear();
      return;
    }
    const { terminal, now } = this.output;
    const at = now();
    if (this.#work?.what !== step.what) {
      // The first line comes late: most work is done before.
      this.#work = { what: step.what, startedAt: at, shownAt: terminal ? -Infinity : at };
    }
    const isEnd = step.total !== null && step.done >= step.total;
    const due = at - this.#work.shownAt >= (terminal ? DRAW_EVERY_MS : LINE_EVERY_MS);
    if (!due && !(isEnd && terminal)) return;
    this.#work.shownAt = at;
    if (terminal) this.#draw(step, at - this.#work.startedAt);
    else this.output.say(progressText(step, at - this.#work.startedAt));
  };

  /** Takes the bar off the terminal, for whatever is written next. */
  clear(): void {
    if (this.#drawn) this.output.write("\r\x1b[K");
    this.#drawn = false;
  }

  #draw(step: ProgressStep, elapsedMs: number): void {
    const { colours, columns, write } = this.output;
    const text = visible(progressText(step, elapsedMs));
    const bar = step.total === null || step.total === 0 ? "" : barOf(step.done / step.total);
    const painted = colours ? `\x1b[32m${bar}\x1b[0m` : bar;
    const room = columns() - 1 - (bar === "" ? 0 : BAR_WIDTH + 3);
    write(`\r${bar === "" ? "" : `${painted} `}${cut(text, Math.max(10, room))}\x1b[K`);
    this.#drawn = true;
  }
}

function barOf(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  return `[${"#".repeat(full)}${".".repeat(BAR_WIDTH - full)}]`;
}

/** `support@example.com: reading the Inbox 1,200 of 48,000 (2 %), 12 minutes left`. */
export function progressText({ what, done, total }: ProgressStep, elapsedMs: number): string {
  const count = (number: number) => number.toLocaleString("en-US");
  if (total === null) return `${what} ${count(done)}`;
  const percent = total === 0 ? 100 : Math.floor(Math.min(1, done / total) * 100);
  const left = done > 0 && done < total && elapsedMs >= 2_000
    ? `, ${duration(elapsedMs / done * (total - done))} left`
    : "";
  return `${what} ${count(done)} of ${count(total)} (${percent} %)${left}`;
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 90) return `${minutes} minute${minutes === 1 ? "" : "s"}`;
  return `${Math.round(minutes / 60)} hours`;
}

/** The bar of a command; log lines that come meanwhile are written above it. */
export function progressOf(session: Session): ProgressBar {
  const terminal = Deno.stderr.isTerminal() && session.globals.logFormat !== "json";
  const { NO_COLOR, TERM } = systemEnvironment().env;
  const bar = new ProgressBar({
    terminal: terminal && TERM !== "dumb",
    colours: terminal && !NO_COLOR,
    columns: () => columnsOfStderr(),
    write: writeError,
    say: (line) => session.logging?.info(line),
    now: () => performance.now(),
  });
  session.logging?.beforeLine(() => bar.clear());
  return bar;
}

function columnsOfStderr(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    // Neither stdin, stdout nor stderr can be asked.
    return 80;
  }
}
