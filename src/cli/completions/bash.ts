import { type CompletedCommand, type CompletedOption, everyCommand, type Value } from "./tree.ts";

/** A script for bash 3.2 and later: `source <(o365-connect completions bash)`. */
export function bashScript(program: CompletedCommand): string {
  const commands = everyCommand(program);
  return `# Completion of ${program.name} for bash.
_o365_connect() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" at="" expects="" word words="" i
  local IFS=$' \\t\\n'
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    # "--option=value" comes as three words.
    if [[ "$word" == "=" ]]; then continue; fi
    if [[ -n "$expects" ]]; then expects=""; continue; fi
    case "$at|$word" in
${commands.flatMap(({ commands }) => commands).map(stepLine).join("\n")}
${commands.flatMap((command) => command.options.filter(takesValue).map((one) => expectLine(command, one))).join("\n")}
    esac
  done
  if [[ "$cur" == "=" ]]; then cur=""; fi
  if [[ -n "$expects" ]]; then
    case "$at|$expects" in
${commands.flatMap((command) => command.options.filter(takesValue).map((one) => valueLine(command, one))).join("\n")}
    esac
    return
  fi
  if [[ "$cur" == -* ]]; then
    words="${flagsOf(program.options)}"
    case "$at" in
${commands.filter(({ path }) => path !== "").map(optionsLine).join("\n")}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    return
  fi
  case "$at" in
${commands.map(argumentLine).join("\n")}
  esac
}

_o365_connect_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$1"))
  compopt -o filenames 2>/dev/null
}

complete -F _o365_connect ${program.name}
`;
}

function takesValue({ value }: CompletedOption): boolean {
  return value !== null;
}

function stepLine({ path, name }: CompletedCommand): string {
  const parent = path.slice(0, path.length - name.length).trim();
  return `      "${parent}|${name}") at="${path}" ;;`;
}

/** The options of the program hold behind every command. */
function pattern({ path }: CompletedCommand, flag: string): string {
  return path === "" ? `*"|${flag}"` : `"${path}|${flag}"`;
}

function expectLine(command: CompletedCommand, { flags }: CompletedOption): string {
  return `      ${flags.map((flag) => pattern(command, flag)).join(" | ")}) expects="$word" ;;`;
}

function valueLine(command: CompletedCommand, { flags, value }: CompletedOption): string {
  return `      ${flags.map((flag) => pattern(command, flag)).join(" | ")}) ${offer(value!)} ;;`;
}

function optionsLine({ path, options }: CompletedCommand): string {
  return `      "${path}") words="$words ${flagsOf(options)}" ;;`;
}

function argumentLine({ path, commands, argument }: CompletedCommand): string {
  const value: Value = commands.length > 0
    ? { kind: "words", words: commands.map(({ name }) => name) }
    : argument ?? { kind: "free" };
  return `    "${path}") ${offer(value)} ;;`;
}

function offer(value: Value): string {
  if (value.kind === "file") return `_o365_connect_files "$cur"`;
  if (value.kind === "free") return ":";
  return `COMPREPLY=($(compgen -W "${value.words.join(" ")}" -- "$cur"))`;
}

function flagsOf(options: readonly CompletedOption[]): string {
  return options.flatMap(({ flags }) => flags).join(" ");
}
