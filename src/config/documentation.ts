/** `.env.example` and `docs/configuration.md`, made from the table of variables. */

import { everyVariable, type Variable, type VariableName } from "./schema.ts";

const WIDTH = 100;

/** Every variable with its meaning; what must be filled in stands there, the others are commented out. */
export function envExample(): string {
  return envFile((name, variable) => variable.sample ?? [commentedOut(name, variable)]);
}

/** A `.env` with every variable and its meaning; `assignments` tells the lines below that, comments or not. */
export function envFile(assignments: (name: VariableName, variable: Variable<unknown>) => readonly string[]): string {
  const lines = [
    "# o365-connect reads this file as .env in the working directory, beside the executable, or with --env-file.",
    "# A variable of the process wins over it. Fill in the dots; take the # away from what you want to change.",
    "# Every secret may also be given as a file: O365_CLIENT_SECRET_FILE=/run/secrets/o365.",
  ];
  for (const [heading, variables] of headings()) {
    lines.push("", "", `# ${heading}`, `# ${"-".repeat(heading.length)}`);
    for (const [name, variable] of variables) {
      const words = wrap(`${variable.summary}. ${remarks(variable).join(" ")}`.trim());
      lines.push("", ...words.map((line) => `# ${line}`), ...assignments(name, variable));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The line of a variable that keeps its default. */
export function commentedOut(name: string, variable: Variable<unknown>): string {
  return `# ${name}=${exampleValue(variable)}`;
}

function exampleValue({ default: standard, type, secret }: Variable<unknown>): string {
  const value = standard === undefined || standard === "" || standard === "{}" ? type.example : standard;
  return secret && value.startsWith("(") ? "..." : value;
}

function remarks(variable: Variable<unknown>): string[] {
  const remarks: string[] = [];
  if (variable.required) remarks.push("Required.");
  const standard = variable.defaultWords ?? variable.default;
  if (standard !== undefined && standard !== "" && standard !== "{}") remarks.push(`Default: ${standard}.`);
  if (variable.aliases !== undefined) remarks.push(`Also: ${variable.aliases.join(", ")}.`);
  if (variable.option !== undefined) remarks.push(`Option: ${variable.option}.`);
  return remarks;
}

/** The page about configuration, one table per heading. */
export function configurationPage(): string {
  const lines = [
    "# Configuration",
    "",
    "Made from `src/config/schema.ts` by `tools/generate_config_docs.ts`; do not edit.",
    "",
    "A value is taken from the first of these that has it: command line option, process environment, the file of",
    "`--env-file`, `.env` in the working directory, `.env` beside the executable. A variable that is set to nothing means",
    "its default, and so do the three dots of the sample file.",
    "",
    "The file is read as python-dotenv reads it: `#` begins a comment only after white space; `export`, single and double",
    "quotes, values over several lines, `${NAME}` and `${NAME:-default}`, BOM and CRLF are understood. Lists are comma",
    "separated. Paths are relative to the folder of the file that names them, else to the working directory.",
    "",
    "Every secret may also be given as `<NAME>_FILE`, the path of a file that holds it. *Seed* marks the variables of the",
    "Python tool that this program replaces: its `.env` works as it is.",
  ];
  for (const [heading, variables] of headings()) {
    lines.push("", `## ${heading}`, "", "| Variable | Meaning | Expected | Default |", "|---|---|---|---|");
    for (const [name, variable] of variables) lines.push(tableRow(name, variable));
  }
  return `${lines.join("\n")}\n`;
}

function tableRow(name: string, variable: Variable<unknown>): string {
  const marks = [
    ...(variable.seed ? ["seed"] : []),
    ...(variable.secret ? ["secret"] : []),
    ...(variable.aliases ?? []).map((alias) => `also \`${alias}\``),
    ...(variable.option === undefined ? [] : [`option \`${variable.option}\``]),
  ];
  const { expected, example } = variable.type;
  const cells = [
    `\`${name}\`${marks.length === 0 ? "" : `<br>${marks.join(", ")}`}`,
    `${variable.summary}.`,
    example.startsWith("(") ? `${expected} ${example}` : `${expected}: \`${example}\``,
    defaultCell(variable),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function defaultCell(variable: Variable<unknown>): string {
  if (variable.required) return "required";
  if (variable.defaultWords !== undefined) return variable.defaultWords.replaceAll("<", "&lt;");
  return variable.default === undefined || variable.default === "" || variable.default === "{}"
    ? "none"
    : `\`${variable.default}\``;
}

function headings(): Map<string, (readonly [VariableName, Variable<unknown>])[]> {
  const groups = new Map<string, (readonly [VariableName, Variable<unknown>])[]>();
  for (const entry of everyVariable()) {
    const { heading } = entry[1];
    groups.set(heading, [...(groups.get(heading) ?? []), entry]);
  }
  return groups;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
