/** Where values come from: flag, process environment, `--env-file`, `.env` here, `.env` beside the executable. */

import type { ConfigProblem } from "../core/errors.ts";
import { errorText } from "../core/errors.ts";
import { parseDotenv } from "./dotenv.ts";
import { type Environment, readTextFile, resolvePath } from "./environment.ts";
import { type VariableName, VARIABLES } from "./schema.ts";

/** Values of command line options, by the variable they win over. */
export type Flags = Readonly<Partial<Record<VariableName, string>>> & { readonly envFile?: string };

export interface Layer {
  readonly kind: "flag" | "environment" | "file";
  /** Relative paths in this layer start here. */
  readonly directory: string;
  /** Path of the file, empty for the others. */
  readonly file: string;
  get(name: string): string | undefined;
  readonly names: readonly string[];
}

export interface Layers {
  /** The strongest first. */
  readonly layers: readonly Layer[];
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}

export function readLayers(flags: Flags, environment: Environment): Layers {
  const problems: ConfigProblem[] = [];
  const warnings: string[] = [];
  const { workingDirectory } = environment;
  const layers: Layer[] = [
    layerOf("flag", workingDirectory, "", flags),
    layerOf("environment", workingDirectory, "", environment.env),
  ];
  for (const { path, named } of envFiles(flags, environment)) {
    const layer = readFileLayer(path, named, environment, problems, warnings);
    if (layer !== null) layers.push(layer);
  }
  return { layers, problems, warnings };
}

function envFiles(flags: Flags, environment: Environment): { path: string; named: boolean }[] {
  const { workingDirectory, executableDirectory } = environment;
  const files: { path: string; named: boolean }[] = [];
  if (flags.envFile !== undefined) {
    files.push({ path: resolvePath(environment, workingDirectory, flags.envFile), named: true });
  }
  for (const directory of [workingDirectory, executableDirectory]) {
    if (directory !== null) files.push({ path: resolvePath(environment, directory, ".env"), named: false });
  }
  return files.filter((file, at) => files.findIndex(({ path }) => path === file.path) === at);
}

function readFileLayer(
  path: string,
  named: boolean,
  environment: Environment,
  problems: ConfigProblem[],
  warnings: string[],
): Layer | null {
  const name = named ? "--env-file" : ".env";
  try {
    const text = readTextFile(environment, path);
    if (text === null) {
      if (named) problems.push({ name, problem: `there is no file ${path}` });
      return null;
    }
    const { values, unreadableLines } = parseDotenv(text, environment.env);
    if (unreadableLines.length > 0) {
      warnings.push(`${path}: skipped what is no NAME=value, in line ${unreadableLines.join(", ")}.`);
    }
    return layerOf("file", resolvePath(environment, path, ".."), path, Object.fromEntries(values));
  } catch (error) {
    problems.push({ name, problem: `cannot read ${path}: ${errorText(error)}` });
    return null;
  }
}

function layerOf(
  kind: Layer["kind"],
  directory: string,
  file: string,
  values: Readonly<Record<string, string | undefined>>,
): Layer {
  const own = (name: string) => Object.hasOwn(values, name) ? values[name] : undefined;
  return { kind, directory, file, names: Object.keys(values), get: own };
}

/** A text of a variable and where it stands. */
export interface Found {
  /** Name under which it was found: the variable's, an alias, or the option. */
  readonly name: string;
  readonly text: string;
  readonly layer: Layer;
}

/**
 * The value of the strongest layer that has the variable (or an alias, or `<NAME>_FILE` of a secret). Set but empty, or
 * still `...` as in the sample file, is not set: `null`, and weaker layers are not asked.
 */
export function findValue(
  name: VariableName,
  layers: readonly Layer[],
  environment: Environment,
  problems: ConfigProblem[],
): Found | null {
  const names = namesOf(name);
  for (const layer of layers) {
    const foundName = names.find((one) => layer.get(one) !== undefined);
    if (foundName === undefined) continue;
    const { option, secret } = VARIABLES[name];
    const shownName = layer.kind === "flag" ? option ?? foundName : foundName;
    const text = clean(layer.get(foundName)!, secret === true);
    if (isUnset(text)) return null;
    if (!secret || !foundName.endsWith(FILE_SUFFIX)) {
      if (secret && layer.get(`${name}${FILE_SUFFIX}`)) {
        problems.push({ name, problem: `is set together with ${name}${FILE_SUFFIX}: expected one of the two` });
      }
      return { name: shownName, text, layer };
    }
    return readSecretFile(shownName, text, layer, environment, problems);
  }
  return null;
}

const FILE_SUFFIX = "_FILE";

/** Every name under which a variable may be given, the variable's own first. */
export function namesOf(name: VariableName): string[] {
  const { aliases = [], secret } = VARIABLES[name];
  return [name, ...aliases, ...(secret ? [`${name}${FILE_SUFFIX}`] : [])];
}

function readSecretFile(
  name: string,
  path: string,
  layer: Layer,
  environment: Environment,
  problems: ConfigProblem[],
): Found | null {
  try {
    const text = readTextFile(environment, resolvePath(environment, layer.directory, path));
    if (text === null) {
      problems.push({ name, problem: "there is no such file; it must hold the secret and nothing else" });
    } else if (isUnset(clean(text, true))) {
      problems.push({ name, problem: "the file is empty; it must hold the secret" });
    } else return { name, text: clean(text, true), layer };
  } catch (error) {
    problems.push({ name, problem: `the file cannot be read: ${errorText(error)}` });
  }
  return null;
}

/** A secret may begin or end with a space, but not with the line break that an editor adds. */
function clean(text: string, secret: boolean): string {
  return secret ? text.replace(/^\uFEFF|[\r\n]+$/g, "") : text.trim();
}

function isUnset(text: string): boolean {
  return /^(\s*|\.\.\.|…)$/.test(text);
}
