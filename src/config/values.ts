/** The variables, found and parsed once, with everything that is wrong with them. */

import { type ConfigProblem, errorText } from "../core/errors.ts";
import { type Environment, readTextFile, resolvePath } from "./environment.ts";
import { findValue, type Found, type Layer } from "./layers.ts";
import { everyVariable, type Section, type ValueOf, type Variable, type VariableName, VARIABLES } from "./schema.ts";
import { Secret } from "./secret.ts";

export interface SectionProblem {
  readonly section: Section;
  readonly problem: ConfigProblem;
  /** Nothing is wrong, something is just not there. */
  readonly missing: boolean;
}

export class Values {
  readonly problems: SectionProblem[] = [];
  readonly warnings: string[] = [];
  readonly #found = new Map<VariableName, Found>();
  readonly #values = new Map<VariableName, unknown>();
  readonly #given = new Set<VariableName>();
  readonly #secrets = new Map<VariableName, Secret>();

  /** Parses in the order of the table, so that problems come in that order, each once. */
  constructor(readonly layers: readonly Layer[], readonly environment: Environment) {
    for (const [name, variable] of everyVariable()) this.#read(name, variable);
  }

  #read(name: VariableName, variable: Variable<unknown>): void {
    const problemsBefore = this.problems.length;
    const found = this.collect(
      variable.section,
      (problems) => findValue(name, this.layers, this.environment, problems),
    );
    if (found !== null || this.problems.length > problemsBefore) this.#given.add(name);
    if (variable.default !== undefined) this.#values.set(name, variable.type.schema.parse(variable.default));
    if (found === null) {
      if (variable.required && !this.isGiven(name)) {
        this.missing(name, `expected ${variable.type.expected}, for example ${variable.type.example}`);
      }
      return;
    }
    this.#found.set(name, found);
    const parsed = variable.type.schema.safeParse(found.text);
    if (!parsed.success) this.problem(name, parsed.error.issues[0]?.message ?? "is not valid");
    else if (variable.secret) this.#secrets.set(name, new Secret(String(parsed.data)));
    else this.#values.set(name, parsed.data);
  }

  /** The value, or the default when it is not set or was reported as wrong. Secrets: see {@link secret}. */
  get<Name extends VariableName>(name: Name): ValueOf<Name> {
    return this.#values.get(name) as ValueOf<Name>;
  }

  secret(name: VariableName): Secret | null {
    return this.#secrets.get(name) ?? null;
  }

  /** Where the value was set, `null` if it was not. */
  found(name: VariableName): Found | null {
    return this.#found.get(name) ?? null;
  }

  /** Whether somebody set it, if only to a value or file that was reported as wrong: then it is not missing. */
  isGiven(name: VariableName): boolean {
    return this.#given.has(name);
  }

  secrets(): Secret[] {
    return [...this.#secrets.values()];
  }

  /** Text of any name, also one that is in no table; `null` if it is not set or still a placeholder. */
  lookUp(name: string): string | null {
    const text = this.layers.map((layer) => layer.get(name)?.trim()).find((value) => value !== undefined);
    return text === undefined || text === "" || text === "..." ? null : text;
  }

  /** Absolute path that a variable holds; relative ones start at the folder of the file that names them. */
  path(name: VariableName): string | null {
    const found = this.found(name);
    return found === null ? null : resolvePath(this.environment, found.layer.directory, found.text);
  }

  /** Text of the file that a variable names; `null` if it is not set, or reported as unreadable. */
  file(name: VariableName, expected: string): string | null {
    const path = this.path(name);
    if (path === null) return null;
    try {
      const text = readTextFile(this.environment, path);
      if (text === null) this.problem(name, `there is no file ${path}: expected ${expected}`);
      return text;
    } catch (error) {
      this.problem(name, `cannot read ${path}: ${errorText(error)}`);
      return null;
    }
  }

  /** Reports something wrong, under the name by which the user set it. */
  problem(name: VariableName, problem: string): void {
    const { section } = VARIABLES[name];
    this.problems.push({ section, problem: { name: this.found(name)?.name ?? name, problem }, missing: false });
  }

  missing(name: VariableName, expectation: string): void {
    const { section } = VARIABLES[name];
    this.problems.push({ section, problem: { name, problem: `is missing: ${expectation}` }, missing: true });
  }

  /** Runs a reader that reports into a plain list, and files its problems under a section. */
  collect<T>(section: Section, read: (problems: ConfigProblem[]) => T): T {
    const problems: ConfigProblem[] = [];
    const result = read(problems);
    this.problems.push(...problems.map((problem) => ({ section, problem, missing: false })));
    return result;
  }

  /** Whether nothing is missing or wrong in a section so far. */
  isSound(section: Section): boolean {
    return this.problems.every((problem) => problem.section !== section);
  }
}
