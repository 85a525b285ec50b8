import { type CompletedCommand, type CompletedOption, everyCommand, type Value } from "./tree.ts";

/** A script for fish: `o365-connect completions fish | source`. */
export function fishScript(program: CompletedCommand): string {
  const commands = everyCommand(program);
  return `# Completion of ${program.name} for fish.
function __o365_connect_at --description 'Whether the command line stands at this command'
    set -l at ''
    set -l expects ''
    for word in (commandline -opc)[2..-1]
        if test -n "$expects"
            set expects ''
            continue
        end
        switch "$at|$word"
${commands.flatMap(({ commands }) => commands).map(stepLines).join("\n")}
${commands.flatMap((command) => command.options.filter(takesValue).map((one) => expectLines(command, one))).join("\n")}
        end
    end
    test "$at" = "$argv[1]"
end

complete -c ${program.name} -f
${commands.flatMap((command) => lines(program.name, command)).join("\n")}
`;
}

function takesValue({ value }: CompletedOption): boolean {
  return value !== null;
}

function stepLines({ path, name }: CompletedCommand): string {
  const parent = path.slice(0, path.length - name.length).trim();
  return `            case '${parent}|${name}'\n                set at '${path}'`;
}

/** In fish's \`case\` a quoted star still matches anything. */
function expectLines({ path }: CompletedCommand, { flags }: CompletedOption): string {
  const patterns = flags.map((flag) => path === "" ? `'*|${flag}'` : `'${path}|${flag}'`);
  return `            case ${patterns.join(" ")}\n                set expects $word`;
}

function lines(program: string, { path, commands, options, argument }: CompletedCommand): string[] {
  const here = `complete -c ${program} -n "__o365_connect_at '${path}'"`;
  return [
    ...commands.map(({ name, description }) => `${here} -a ${name} -d ${quoted(description)}`),
    ...(commands.length === 0 && argument !== null && argument.kind !== "free" ? [`${here} ${offer(argument)}`] : []),
    ...options.map((option) => optionLine(path === "" ? `complete -c ${program}` : here, option)),
  ];
}

function optionLine(start: string, { flags, description, value }: CompletedOption): string {
  const names = flags.map((flag) => flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`);
  const takes = value === null
    ? []
    : value.kind === "file"
    ? ["-r", "-F"]
    : ["-x", ...(value.kind === "words" ? [offer(value)] : [])];
  return [start, ...names, ...takes, "-d", quoted(description)].join(" ");
}

function offer(value: Value): string {
  return value.kind === "words" ? `-a ${quoted(value.words.join(" "))}` : "-F";
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
