import { getLogger, type LogLevel } from "@logtape/logtape";
import { configureLogging, type LogFormat, wantsColours, writeToStderr } from "../logging/configure.ts";

export interface StartLoggingOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Stack traces of errors. */
  readonly stacks: boolean;
  /** The process environment, for `NO_COLOR` and `TERM`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Logging as a command uses it; the rooms ask LogTape for loggers of their own. */
export interface StartedLogging {
  /** From now on this value appears nowhere. */
  hide(secret: string): void;
  /** The text without secrets. */
  redact(text: string): string;
  info(sentence: string): void;
  warn(sentence: string): void;
  /** What is done before each line: a bar in its place is taken away. */
  beforeLine(action: () => void): void;
  /** Why the program ends; with `--debug` the error's stack follows. */
  fatal(sentence: string, exitCode: number, error: unknown): void;
}

/** Begins to log to stderr, once per process. */
export function startLogging({ level, format, stacks, env }: StartLoggingOptions): StartedLogging {
  const colours = format === "text" && wantsColours(env, Deno.stderr.isTerminal());
  let beforeLine = () => {};
  const write = (text: string) => {
    beforeLine();
    writeToStderr(text);
  };
  const redactor = configureLogging({ level, format, stacks, colours, write });
  const logger = getLogger(["o365-connect", "cli"]);
  return {
    hide: (secret) => redactor.add(secret),
    redact: (text) => redactor.redact(text),
    info: (sentence) => logger.info("{sentence}", { sentence }),
    warn: (sentence) => logger.warn("{sentence}", { sentence }),
    beforeLine: (action) => {
      beforeLine = action;
    },
    fatal: (sentence, exitCode, error) => {
      const cause = error instanceof Error ? { error } : {};
      logger.fatal("{sentence}", { sentence, exitCode, ...cause });
    },
  };
}
