/** How a log record reads: one line of text for administrators, or one JSON document for collectors. */

import type { LogLevel, LogRecord } from "@logtape/logtape";
import type { Redactor } from "./redact.ts";

export interface FormatOptions {
  readonly redactor: Redactor;
  /** ANSI colours; only for a terminal. */
  readonly colours: boolean;
  /** Stack traces of errors, for `--debug`. */
  readonly stacks: boolean;
}

const LEVEL_COLOURS: Readonly<Record<LogLevel, number>> = {
  trace: 90,
  debug: 34,
  info: 32,
  warning: 33,
  error: 31,
  fatal: 35,
};

/** The first part of every category, which says nothing new to the reader. */
const ROOT = "o365-connect";

/**
 * `2026-03-02T10:00:00Z INFO pipeline: Opened issue SUP-1 for message 12. (mailbox=support@example.com)`: fields that the
 * sentence does not name follow in parentheses.
 */
export function formatText(record: LogRecord, options: FormatOptions): string {
  const { redactor, colours } = options;
  const paint = (code: number, text: string) => colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  const time = new Date(record.timestamp).toISOString().replace(/\.\d+Z$/, "Z");
  const level = paint(LEVEL_COLOURS[record.level], record.level.toUpperCase().padEnd(7));
  const words = visible(redactor.redact(sentence(record, redactor)));
  const fields = unnamedFields(record, redactor).map(([name, value]) => visible(`${name}=${fieldText(value)}`)).join(
    ", ",
  );
  const line = `${paint(90, time)} ${level} ${categoryOf(record)}: ${words}`;
  return `${line}${fields === "" ? "" : paint(90, ` (${fields})`)}${
    options.stacks ? stacksOf(record, redactor) : ""
  }\n`;
}

/** One JSON document per line: `time`, `level`, `logger`, `message`, and the fields under `fields`. */
export function formatJson(record: LogRecord, options: FormatOptions): string {
  const { redactor } = options;
  const stack = options.stacks ? stacksOf(record, redactor).trim() : "";
  return JSON.stringify({
    time: new Date(record.timestamp).toISOString(),
    level: record.level,
    logger: categoryOf(record),
    message: redactor.redact(sentence(record, redactor)),
    fields: redactor.redactValue(record.properties),
    ...(stack === "" ? {} : { stack }),
  }) + "\n";
}

function categoryOf({ category }: LogRecord): string {
  const rooms = category[0] === ROOT ? category.slice(1) : category;
  return rooms.length === 0 ? ROOT : rooms.join(".");
}

/** The message with its values put in. */
function sentence({ message }: LogRecord, redactor: Redactor): string {
  return message.map((part, at) => at % 2 === 0 ? String(part) : fieldText(redactor.redactValue(part))).join("");
}

function fieldText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
}

/** The fields that the sentence does not already name. */
function unnamedFields({ properties, rawMessage }: LogRecord, redactor: Redactor): [string, unknown][] {
  const template = typeof rawMessage === "string" ? rawMessage : "";
  return Object.entries(properties)
    .filter(([name, value]) => value !== undefined && !template.includes(`{${name}}`))
    .map(([name, value]) => [name, redactor.redactValue(value, name)]);
}

/** Control characters written out: a hostile mail cannot forge a second line or repaint the terminal. */
function visible(text: string): string {
  return text.replace(/[\r\n]+/g, " ").replace(
    // deno-lint-ignore no-control-regex -- they are what is looked for
    /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function stacksOf({ properties }: LogRecord, redactor: Redactor): string {
  const errors = Object.values(properties).filter((value) => value instanceof Error);
  return errors.map((error) => `\n${redactor.redact(error.stack ?? "").replace(/^/gm, "    ")}`).join("");
}
