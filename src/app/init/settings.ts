/** What `init` writes: settings that are given already, answers, and the dots for what is still missing. */

import { posix, win32 } from "node:path";
import { commentedOut, envFile } from "../../config/documentation.ts";
import { dotenvValue } from "../../config/dotenv.ts";
import type { Environment } from "../../config/environment.ts";
import { namesOf } from "../../config/layers.ts";
import { everyVariable, type Variable, type VariableName, VARIABLES } from "../../config/schema.ts";
import { ConfigError, type ConfigProblem } from "../../core/errors.ts";

/** Values by the name under which they are written: a variable's, a board's, or a secret's `<NAME>_FILE`. */
export type Settings = Map<string, string>;

/** Read at start, so not from a file. */
const NOT_IN_A_FILE: readonly VariableName[] = ["DENO_TLS_CA_STORE"];
const PATHS: readonly VariableName[] = ["O365_CLIENT_CERTIFICATE", "JIRA_USER_MAP", "TEMPLATES_DIR", "CA_FILE"];

export interface GivenOptions {
  /** Values of options, which win over the environment. */
  readonly flags: Readonly<Partial<Record<VariableName, string>>>;
  readonly environment: Environment;
  /** Folder of the file that will be written: relative paths in it start there. */
  readonly directory: string;
}

/** The settings that options and the process environment have. Throws `ConfigError` with everything wrong with them. */
export function givenSettings({ flags, environment, directory }: GivenOptions): Settings {
  const problems: ConfigProblem[] = [];
  const settings: Settings = new Map();
  const { env, workingDirectory, windows } = environment;
  const moved = (path: string) => {
    const { isAbsolute, relative, resolve } = windows ? win32 : posix;
    return isAbsolute(path) || relative(workingDirectory, directory) === "" ? path : resolve(workingDirectory, path);
  };
  for (const [name] of everyVariable()) {
    if (NOT_IN_A_FILE.includes(name)) continue;
    const flag = flags[name];
    const found = flag === undefined ? namesOf(name).find((one) => !isUnset(env[one])) : name;
    const text = flag ?? (found === undefined ? undefined : env[found])?.replace(/[\r\n]+$/, "");
    if (found === undefined || isUnset(text)) continue;
    if (found === `${name}_FILE`) {
      settings.set(found, moved(text!));
      continue;
    }
    const problem = problemOf(name, text!);
    if (problem !== null) problems.push({ name: found, problem });
    else if (PATHS.includes(name)) settings.set(name, moved(text!));
    else settings.set(name, name === "DATABASE_URI" ? movedUri(text!, moved, windows) : text!);
  }
  for (const name of boardNames(settings)) {
    const text = env[name];
    if (isUnset(text)) {
      problems.push({ name, problem: "is missing: JIRA_BOARDS names it, and it must hold a board's name" });
    } else if (/[\r\n]/.test(text!.trim())) problems.push({ name, problem: "has a line break" });
    else settings.set(name, text!.trim());
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

function movedUri(uri: string, moved: (path: string) => string, windows: boolean): string {
  const relative = uri.match(/^sqlite(?:\+\w+)?:\/\/\/(?![/\\]|[A-Za-z]:)(.+)$/)?.[1];
  if (relative === undefined || moved(relative) === relative) return uri;
  const path = moved(relative);
  return `sqlite:///${windows ? path.replaceAll("\\", "/") : path}`;
}

/** What is wrong with a value, in words; `null`: nothing. */
export function problemOf(name: VariableName, text: string): string | null {
  const parsed = VARIABLES[name].type.schema.safeParse(text);
  return parsed.success ? null : parsed.error.issues[0]?.message ?? "is not valid";
}

/** The variables whose value the user has still to put in the place of dots. */
export function missingNames(settings: Settings): VariableName[] {
  return everyVariable().filter(([name, variable]) => isMissing(name, variable, settings)).map(([name]) => name);
}

/** The text of the `.env`. */
export function settingsFile(settings: Settings): string {
  const assignment = (name: string) => `${name}=${dotenvValue(settings.get(name)!)}`;
  return envFile((name, variable) => {
    const written = [name, `${name}_FILE`].find((one) => settings.has(one));
    if (written !== undefined) {
      const boards = name === "JIRA_BOARDS" ? boardNames(settings).map(assignment) : [];
      return [...boards, assignment(written)];
    }
    return [isMissing(name, variable, settings) ? `${name}=...` : commentedOut(name, variable)];
  });
}

function isMissing(name: VariableName, variable: Variable<unknown>, settings: Settings): boolean {
  if (settings.has(name) || settings.has(`${name}_FILE`)) return false;
  if (name === "O365_CLIENT_SECRET") {
    const grant = settings.get("O365_GRANT_TYPE") ?? "client-credentials";
    return !settings.has("O365_CLIENT_CERTIFICATE") && /credentials$/.test(grant);
  }
  if (name === "JIRA_PROJECT_KEY") return !settings.has("JIRA_BOARDS");
  return variable.required === true;
}

function boardNames(settings: Settings): string[] {
  const names = settings.get("JIRA_BOARDS")?.split(",").map((name) => name.trim()) ?? [];
  return names.filter((name) => name !== "");
}

function isUnset(text: string | undefined): boolean {
  return text === undefined || /^(\s*|\.\.\.|…)$/.test(text);
}
