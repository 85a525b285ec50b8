/** Reads the files of `TEMPLATES_DIR`. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readTemplates, TEMPLATE_FILES, type TemplateFile, type Templates } from "../content/templates.ts";
import { ConfigError, type ConfigProblem } from "../core/errors.ts";

/** `folder`: absolute; `null`: the built-in ones. Throws `ConfigError` with every problem. */
export function loadTemplates(folder: string | null): Templates {
  const problem = (words: string): ConfigProblem => ({ name: "TEMPLATES_DIR", problem: words });
  const problems: ConfigProblem[] = [];
  const sources = new Map<TemplateFile, string>();
  for (const name of folder === null ? [] : namesIn(folder)) {
    const file = TEMPLATE_FILES.find((known) => known === name);
    if (file === undefined) {
      if (/\.(?:html?|txt)$/i.test(name)) {
        problems.push(problem(`"${name}" is the name of no template; they are ${TEMPLATE_FILES.join(", ")}`));
      }
      continue;
    }
    try {
      sources.set(file, textOf(join(folder!, name)));
    } catch (error) {
      problems.push(problem(`cannot read "${name}": ${reason(error)}`));
    }
  }
  const read = readTemplates(sources);
  if ("problems" in read) {
    problems.push(...read.problems.map(({ file, problem: words }) => problem(`"${file}" cannot be used: ${words}`)));
  }
  if (problems.length > 0 || "problems" in read) throw new ConfigError(problems);
  return read.templates;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new ConfigError([{ name: "TEMPLATES_DIR", problem: `cannot read the folder "${folder}": ${reason(error)}` }]);
  }
}

function textOf(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    throw error instanceof TypeError ? new Error("it is not UTF-8") : error;
  }
}

function reason(error: unknown): string {
  const code = (error as { code?: string } | null)?.code;
  if (code === "ENOENT") return "it is not there";
  if (code === "ENOTDIR") return "it is no folder";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES" || code === "EPERM") return "this account may not read it";
  return error instanceof Error ? error.message : String(error);
}
