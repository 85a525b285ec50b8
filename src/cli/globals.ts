/** Options that every command takes, before or behind its name. */
export interface GlobalOptions {
  readonly envFile?: string | undefined;
  readonly database?: string | undefined;
  readonly logLevel?: LogLevelName | undefined;
  readonly logFormat?: LogFormatName | undefined;
  readonly debug?: true | undefined;
}

/** As `logging/configure.ts` has them, written again so that `--help` loads no logging; a test compares them. */
export const LOG_LEVEL_NAMES = ["trace", "debug", "info", "warning", "error", "fatal"] as const;
export type LogLevelName = (typeof LOG_LEVEL_NAMES)[number];

export const LOG_FORMAT_NAMES = ["text", "json"] as const;
export type LogFormatName = (typeof LOG_FORMAT_NAMES)[number];
