/** Where the program, its settings and its state lie, for the service that will run without this shell. */

import { posix, win32 } from "node:path";
import { fileURLToPath } from "node:url";
import { type Environment, resolvePath } from "../../config/environment.ts";
import { loadConfig, type Needs } from "../../config/load.ts";
import type { Flags } from "../../config/layers.ts";
import { ConfigError, type ConfigProblem } from "../../core/errors.ts";
import type { ServiceFacts, ServiceSystem } from "./jobs.ts";

export interface FactsOptions {
  /** For which system; its paths may be named on another one. */
  readonly system: ServiceSystem;
  readonly user: boolean;
  readonly directory: string | null;
  readonly program: string | null;
  readonly account: string | null;
  /** Global options that were given. */
  readonly envFile: string | null;
  readonly database: string | null;
  readonly environment: Environment;
  /** Whether everything must be configured: then throws `ConfigError` for what the service would miss. */
  readonly complete: boolean;
}

/** Throws `ConfigError` for paths and settings that are wrong. */
export function serviceFacts(options: FactsOptions): ServiceFacts {
  const { system, environment, envFile, database } = options;
  const problems: ConfigProblem[] = [];
  const path = (name: string, text: string) => absolute(name, text, options, problems);
  const directory = path("--directory", options.directory ?? environment.workingDirectory);
  const program = options.program === null ? ownProgram(environment) : [path("--program", options.program)];
  const settings = envFile === null ? null : path("--env-file", envFile);
  for (const [name, text] of Object.entries({ "--directory": directory, "--account": options.account ?? "" })) {
    if (/[\r\n]/.test(text)) problems.push({ name, problem: "has a line break" });
  }
  if (system === "systemd" && /["'\\]/.test(program[0]!)) {
    problems.push({
      name: "--program",
      problem: `systemd starts no program with quotes or back-slashes in its path: ${program[0]}`,
    });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const isForeign = (system === "windows") !== environment.windows;
  const standalone = options.program !== null || environment.executableDirectory !== null;
  const { dirname: folderOf } = system === "windows" ? win32 : posix;
  // Only what a service has too: files. On another system than this one they are not here to be read.
  const seen: Environment = {
    ...environment,
    env: {},
    windows: system === "windows",
    workingDirectory: directory,
    executableDirectory: standalone ? folderOf(program[0]!) : null,
    readFile: isForeign ? () => null : environment.readFile,
  };
  const flags: Flags = {
    ...(settings === null || isForeign ? {} : { envFile: settings }),
    ...(database === null ? {} : { DATABASE_URI: database }),
  };
  const { complete } = options;
  const needs: Needs = { graph: complete, jira: complete, state: true, mail: complete };
  const { databasePath } = load(flags, needs, seen);
  const store = environment.env.DENO_TLS_CA_STORE;
  return {
    program,
    directory,
    globals: [
      ...(settings === null ? [] : ["--env-file", settings]),
      ...(database === null ? [] : ["--database", database]),
    ],
    stateDirectory: folderOf(databasePath),
    account: options.account ?? defaultAccount(system, environment),
    scope: options.user ? "user" : "system",
    environment: store === undefined || store === "" ? {} : { DENO_TLS_CA_STORE: store },
  };
}

function load(flags: Flags, needs: Needs, environment: Environment) {
  try {
    return loadConfig({ flags, needs }, environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const where =
      `a service sees no variable of this shell: the settings are read from .env in ${environment.workingDirectory}`;
    throw new ConfigError([{ name: "service", problem: `${where}, or from --env-file` }, ...error.problems]);
  }
}

/** Paths of the other kind of system are taken as they are; those of this one may be relative. */
function absolute(
  name: string,
  text: string,
  { system, environment }: FactsOptions,
  problems: ConfigProblem[],
): string {
  if (text.trim() === "") problems.push({ name, problem: "expected a path" });
  const isForeign = (system === "windows") !== environment.windows;
  // `/srv` is absolute for Windows too, but it is none of its paths.
  const isWhole = system === "windows" ? /^([A-Za-z]:[\\/]|\\\\)/ : /^\//;
  if (isForeign && isWhole.test(text)) return (system === "windows" ? win32 : posix).normalize(text);
  return resolvePath(environment, environment.workingDirectory, text);
}

/** This executable, or Deno with what it needs to run this program. */
function ownProgram({ executableDirectory }: Environment): string[] {
  if (executableDirectory !== null) return [Deno.execPath()];
  const main = fileURLToPath(Deno.mainModule);
  return [Deno.execPath(), "run", "-A", "--v8-flags=--max-semi-space-size=2", main];
}

/**
 * Who installs it: only that account can read its `.env`. Where Windows' file is printed elsewhere: the account of
 * Windows for services that need few rights (S-1-5-19, "LOCAL SERVICE" in every language).
 */
function defaultAccount(system: ServiceSystem, { env, windows }: Environment): string {
  if (system === "windows") {
    if (!windows || env.USERNAME === undefined) return "S-1-5-19";
    return env.USERDOMAIN === undefined ? env.USERNAME : `${env.USERDOMAIN}\\${env.USERNAME}`;
  }
  return env.SUDO_USER || env.USER || env.LOGNAME || "root";
}
