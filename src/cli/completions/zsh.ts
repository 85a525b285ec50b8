import { type CompletedCommand, type CompletedOption, everyCommand, type Value } from "./tree.ts";

/** A script for zsh: `source <(o365-connect completions zsh)`, or a file `_o365-connect` in a folder of `$fpath`. */
export function zshScript(program: CompletedCommand): string {
  const commands = everyCommand(program);
  return `#compdef ${program.name}
# Completion of ${program.name} for zsh.
_o365_connect() {
  local at="" expects="" word
  local -a offered
  local -i i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if [[ -n "$expects" ]]; then expects=""; continue; fi
    case "$at|$word" in
${commands.flatMap(({ commands }) => commands).map(stepLine).join("\n")}
${commands.flatMap((command) => command.options.filter(takesValue).map((one) => expectLine(command, one))).join("\n")}
    esac
  done
  word="\${words[CURRENT]}"
  if [[ "$word" == --*=* ]]; then
    expects="\${word%%=*}"
    compset -P '*='
  fi
  if [[ -n "$expects" ]]; then
    case "$at|$expects" in
${commands.flatMap((command) => command.options.filter(takesValue).map((one) => valueLine(command, one))).join("\n")}
    esac
    return
  fi
  if [[ "$word" == -* ]]; then
    offered=(${described(program.options)})
    case "$at" in
${commands.filter(({ path }) => path !== "").map(optionsLine).join("\n")}
    esac
    _describe -o 'option' offered
    return
  fi
  case "$at" in
${commands.map(argumentLines).join("\n")}
  esac
}

if [[ "\${funcstack[1]}" == "_${program.name}" || "\${funcstack[1]}" == "_o365_connect" ]]; then
  _o365_connect "$@"
elif (( $+functions[compdef] )); then
  compdef _o365_connect ${program.name}
fi
`;
}

function takesValue({ value }: CompletedOption): boolean {
  return value !== null;
}

function stepLine({ path, name }: CompletedCommand): string {
  const parent = path.slice(0, path.length - name.length).trim();
  return `      "${parent}|${name}") at="${path}" ;;`;
}

function pattern({ path }: CompletedCommand, flags: readonly string[]): string {
  return flags.map((flag) => path === "" ? `*"|${flag}"` : `"${path}|${flag}"`).join("|");
}

function expectLine(command: CompletedCommand, { flags }: CompletedOption): string {
  return `      ${pattern(command, flags)}) expects="$word" ;;`;
}

function valueLine(command: CompletedCommand, { flags, value }: CompletedOption): string {
  return `      ${pattern(command, flags)}) ${offer(value!)} ;;`;
}

function optionsLine({ path, options }: CompletedCommand): string {
  return `      "${path}") offered+=(${described(options)}) ;;`;
}

function argumentLines({ path, commands, argument }: CompletedCommand): string {
  if (commands.length === 0) return `    "${path}") ${argument === null ? ":" : offer(argument)} ;;`;
  const words = commands.map(({ name, description }) => entry(name, description)).join(" ");
  return `    "${path}") offered=(${words}); _describe 'command' offered ;;`;
}

function offer(value: Value): string {
  if (value.kind === "file") return "_files";
  return value.kind === "free" ? ":" : `compadd -- ${value.words.join(" ")}`;
}

function described(options: readonly CompletedOption[]): string {
  return options.flatMap(({ flags, description }) => flags.map((flag) => entry(flag, description))).join(" ");
}

/** `'name:what it does'`, where a colon in the name would end it. */
function entry(name: string, description: string): string {
  return `'${`${name.replaceAll(":", "\\:")}:${description}`.replaceAll("'", `'\\''`)}'`;
}
