/** What stands below the options in the help of a command. */

import type { Command } from "@commander-js/extra-typings";

export interface HelpNotes {
  /** Variables of the environment that matter to the command, `required` first. */
  readonly variables?: { readonly required?: readonly string[]; readonly optional?: readonly string[] };
  /** Command lines with what they do. */
  readonly examples?: readonly (readonly [line: string, meaning: string])[];
  /** Exit codes beside 0, 1 and 2, with what they mean here. */
  readonly exits?: readonly (readonly [code: number, meaning: string])[];
  /** Paragraphs. */
  readonly remarks?: readonly string[];
}

const WIDTH = 80;

/** Adds the notes below the help of a command. */
export function withNotes<
  Args extends unknown[],
  Options extends Record<string, unknown>,
  Globals extends Record<string, unknown>,
>(
  command: Command<Args, Options, Globals>,
  notes: HelpNotes,
): Command<Args, Options, Globals> {
  return command.addHelpText("after", () => `\n${notesText(notes)}`);
}

/** The notes as text. */
export function notesText({ variables = {}, examples = [], exits = [], remarks = [] }: HelpNotes): string {
  const { required = [], optional = [] } = variables;
  const parts = [
    ...remarks.map((remark) => wrapped(remark, "").join("\n")),
    part("Environment variables, all of them in docs/configuration.md:", [
      ...(required.length === 0 ? [] : wrapped(required.join(", "), "  ", "  required  ")),
      ...(optional.length === 0
        ? []
        : wrapped(optional.join(", "), "  ", required.length === 0 ? "  " : "  optional  ")),
    ]),
    part("Examples:", examples.flatMap(([line, meaning]) => [`  ${line}`, `      ${meaning}`])),
    part(
      "Exit codes beside 0 (done), 1 (unexpected) and 2 (usage, configuration):",
      exits.map(([code, meaning]) => `  ${String(code).padEnd(3)} ${meaning}`),
    ),
  ];
  return parts.filter((text) => text !== "").join("\n\n");
}

function part(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [heading, ...lines].join("\n");
}

function wrapped(text: string, indent: string, first = indent): string[] {
  const hanging = " ".repeat(first.length);
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    const empty = line.trim() === "" || line === first;
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = hanging + word;
    } else line = empty ? line + word : `${line} ${word}`;
  }
  return [...lines, line];
}
