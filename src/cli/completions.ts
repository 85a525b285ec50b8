import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { EXIT } from "../app/exit_codes.ts";
import { bashScript } from "./completions/bash.ts";
import { fishScript } from "./completions/fish.ts";
import { powershellScript } from "./completions/powershell.ts";
import { commandTree, type CompletedCommand } from "./completions/tree.ts";
import { zshScript } from "./completions/zsh.ts";
import { writeText } from "./output.ts";

/** The shells that `completions` knows. */
export type Shell = "bash" | "zsh" | "fish" | "powershell";

const SCRIPTS: Readonly<Record<Shell, (program: CompletedCommand) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** `completions <shell>`: the script, made from the command tree. */
export function runCompletions(program: CommandUnknownOpts, shell: Shell): Promise<number> {
  writeText(SCRIPTS[shell](commandTree(program)));
  return Promise.resolve(EXIT.done);
}
