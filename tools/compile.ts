/** `deno task compile`: the program as one executable, for this machine or for the others. */

import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { BUILD, bundle, compileBundle, executableName, ROOT, TARGETS } from "./executable.ts";

const HELP = `Makes one executable of the program.

Usage: deno task compile [options]

  --target <triple>  for another machine: ${TARGETS.join(",\n                     ")}
  --all              for all of these
  --output <path>    file, with --all folder (default: build/o365-connect, build/o365-connect-<triple>)
  --deno <path>      the Deno that compiles (env: DENO_FOR_COMPILE; default: the one that runs this)

The executable may use the network, the environment and files, and start the service manager's program of its system
(systemctl, launchctl, or schtasks and icacls); no other program, and no native library.

The runtime of another machine is fetched from dl.deno.land. DENORT_BIN names the runtime to embed
where that cannot be reached; it is for one kind of machine.`;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    target: { type: "string" },
    all: { type: "boolean", default: false },
    output: { type: "string" },
    deno: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) {
  say(HELP);
} else if (values.target !== undefined && (values.all || !TARGETS.some((one) => one === values.target))) {
  say(values.all ? "Either --all or --target" : `No target "${values.target}"; there are: ${TARGETS.join(", ")}`);
  Deno.exit(2);
} else if (values.all && Deno.env.get("DENORT_BIN")) {
  say("DENORT_BIN names the runtime of one kind of machine: unset it for --all, or compile with --target");
  Deno.exit(2);
} else {
  try {
    await compile();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    Deno.exit(1);
  }
}

async function compile(): Promise<void> {
  const folder = join(BUILD, "js");
  await bundle(join(ROOT, "main.ts"), folder);
  for (const target of values.all ? TARGETS : [values.target ?? null]) {
    const output = outputOf(target);
    await Deno.mkdir(dirname(output), { recursive: true });
    const deno = values.deno ?? (Deno.env.get("DENO_FOR_COMPILE") || Deno.execPath());
    await compileBundle({ folder, main: "main.js", output, target, deno });
    say(`${output}  ${((await Deno.stat(output)).size / 1e6).toFixed(1)} MB`);
  }
}

function outputOf(target: string | null): string {
  const file = executableName(target);
  if (values.output === undefined) return join(BUILD, file);
  return values.all ? join(values.output, file) : values.output;
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a tool for the terminal
  console.log(text);
}
