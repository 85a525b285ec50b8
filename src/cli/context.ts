/** What a command begins with: logging, and the configuration it needs. */

import { startLogging } from "../app/start_logging.ts";
import type { Config } from "../config/config.ts";
import type { Flags } from "../config/layers.ts";
import { loadConfig, type Needs } from "../config/load.ts";
import { systemEnvironment } from "../config/system_environment.ts";
import { ConfigError, type ConfigProblem } from "../core/errors.ts";
import type { GlobalOptions, LogLevelName } from "./globals.ts";
import type { Session } from "./session.ts";

export interface ContextOptions {
  readonly needs: Needs;
  /** Options of the command that win over a variable. */
  readonly flags?: Flags;
  /** What is wrong with the command line; told together with what is wrong with the configuration. */
  readonly problems?: readonly ConfigProblem[];
  /** Services tell what they do; a command with an answer of its own tells only what is out of order (the default). */
  readonly level?: LogLevelName;
}

/** Throws `ConfigError` with every problem of the command line and of the configuration. */
export function openContext(session: Session, options: ContextOptions): Config {
  const logging = beginLogging(session, options.level);
  const config = checked(
    options.problems ?? [],
    () =>
      loadConfig(
        { flags: { ...flagsOf(session.globals), ...options.flags }, needs: options.needs },
        systemEnvironment(),
      ),
  );
  for (const secret of config.secrets) logging.hide(secret.reveal());
  for (const warning of config.warnings) logging.warn(warning);
  return config;
}

/** For commands without configuration. */
export function beginLogging(session: Session, level: LogLevelName = "warning") {
  const { logLevel, logFormat, debug } = session.globals;
  session.logging = startLogging({
    level: logLevel ?? (debug ? "debug" : level),
    format: logFormat ?? "text",
    stacks: debug === true,
    env: systemEnvironment().env,
  });
  return session.logging;
}

/** The global options that win over variables. */
export function flagsOf({ envFile, database }: GlobalOptions): Flags {
  return {
    ...(envFile === undefined ? {} : { envFile }),
    ...(database === undefined ? {} : { DATABASE_URI: database }),
  };
}

function checked(problems: readonly ConfigProblem[], load: () => Config): Config {
  try {
    const config = load();
    if (problems.length === 0) return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([...problems, ...error.problems]);
  }
  throw new ConfigError(problems);
}
