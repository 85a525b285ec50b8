/**
 * Logging, configured once by the program's entry. Rooms only ask LogTape for a logger of their own and write sentences:
 *
 * ```ts
 * const logger = getLogger(["o365-connect", "pipeline"]);
 * logger.info("Opened issue {issueKey} for message {messageId}.", { issueKey, messageId });
 * ```
 *
 * What belongs to a whole delivery (`deliveryId`, `mailbox`, `attempt`) is set once, around it, by LogTape's
 * `withContext({ deliveryId }, () => …)`; every record inside carries it, and no function passes it along. Never log
 * tokens, bodies, subjects or attachment names.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { configureSync, type LogLevel, type LogRecord, resetSync } from "@logtape/logtape";
import { formatJson, formatText } from "./format.ts";
import { Redactor } from "./redact.ts";

/** The levels that `--log-level` takes, least important first. */
export const LOG_LEVELS = [
  "trace",
  "debug",
  "info",
  "warning",
  "error",
  "fatal",
] as const satisfies readonly LogLevel[];

export type LogFormat = "text" | "json";

export interface LoggingOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly colours: boolean;
  /** Stack traces of errors (`--debug`). */
  readonly stacks: boolean;
  /** Default: stderr. stdout belongs to what the user asked for. */
  readonly write?: (text: string) => void;
}

/** Replaces any earlier configuration. The redactor takes secrets as they become known. */
export function configureLogging(options: LoggingOptions): Redactor {
  const redactor = new Redactor();
  const { colours, stacks, write = writeToStderr } = options;
  const format = options.format === "json" ? formatJson : formatText;
  const sink = (record: LogRecord) => write(format(record, { redactor, colours, stacks }));
  configureSync({
    reset: true,
    contextLocalStorage: new AsyncLocalStorage<Record<string, unknown>>(),
    sinks: { stderr: sink },
    loggers: [
      { category: "o365-connect", sinks: ["stderr"], lowestLevel: options.level },
      { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "warning" },
    ],
  });
  return redactor;
}

/** Silences everything again, for tests. */
export function resetLogging(): void {
  resetSync();
}

/** Colours only on a terminal, and never where `NO_COLOR` is set to anything (https://no-color.org). */
export function wantsColours(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  return isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

/** Synchronous, so that the last line before an exit is not lost. */
export function writeToStderr(text: string): void {
  let rest = new TextEncoder().encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(Deno.stderr.writeSync(rest));
  } catch {
    // Nobody reads stderr any more; there is nowhere left to say so.
  }
}
