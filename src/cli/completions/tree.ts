/** The command tree as the completion scripts need it. */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** What may follow: one of some words, a file, or something only the user knows. */
export type Value =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "file" }
  | { readonly kind: "free" };

export interface CompletedOption {
  /** `-d`, `--days`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** `null`: it takes no value. */
  readonly value: Value | null;
}

export interface CompletedCommand {
  /** Names from the program downwards, separated by a space; empty for the program itself. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly commands: readonly CompletedCommand[];
  /** Its own options; those of the program hold everywhere. */
  readonly options: readonly CompletedOption[];
  /** `null`: it takes no argument. */
  readonly argument: Value | null;
}

/** Walks the tree from the program. */
export function commandTree(program: CommandUnknownOpts): CompletedCommand {
  return walk(program, "");
}

/** The program and every command below it. */
export function everyCommand(command: CompletedCommand): CompletedCommand[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function walk(command: CommandUnknownOpts, path: string): CompletedCommand {
  const helper = command.createHelp();
  // The help option is every command's, so it is told once, with those of the program.
  const options = path === "" ? helper.visibleOptions(command) : command.options.filter(({ hidden }) => !hidden);
  return {
    path,
    name: command.name(),
    description: firstSentence(helper.subcommandDescription(command)),
    commands: command.commands.map((sub) => walk(sub, path === "" ? sub.name() : `${path} ${sub.name()}`)),
    options: options.map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      description: firstSentence(option.description),
      value: option.required || option.optional ? valueOf(option.flags, option.argChoices) : null,
    })),
    argument: argumentOf(command, options.filter(({ variadic }) => variadic)),
  };
}

function argumentOf(
  command: CommandUnknownOpts,
  variadic: readonly { readonly flags: string }[],
): Value | null {
  const [argument] = command.registeredArguments;
  if (argument !== undefined) return valueOf(argument.name(), argument.argChoices);
  // Behind a variadic option more of its values may follow, which look like arguments.
  const [option] = variadic;
  return option === undefined ? null : valueOf(option.flags, undefined);
}

function valueOf(name: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { kind: "words", words: choices };
  return /\b(file|path)/i.test(name.replace(/^.*</, "")) ? { kind: "file" } : { kind: "free" };
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.;:])\s|\s\(/)[0]!.replace(/[.;:]$/, "");
}
