/** `deno task compile`: the program as one executable, for this machine or for the others. */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { BUILD, bundle, compileBundle, ROOT } from "./executable.ts";

const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];
const NAME = "o365-connect";
const HELP = `Makes one executable of the program.

Usage: deno task compile [options]

  --target <triple>  for another machine: ${TARGETS.join(",\n                     ")}
  --all              for all of these
  --output <path>    file, with --all folder (default: build/${NAME}, build/${NAME}-<triple>)
  --deno <path>      the Deno that compiles (env: DENO_FOR_COMPILE; default: the one that runs this)

DENORT_BIN names the runtime to embed where dl.deno.land cannot be reached.`;

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
} else if (values.target !== undefined && (values.all || !TARGETS.includes(values.target))) {
  say(values.all ? "Either --all or --target" : `No target "${values.target}"; there are: ${TARGETS.join(", ")}`);
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
    const deno = values.deno ?? (Deno.env.get("DENO_FOR_COMPILE") || Deno.execPath());
    await compileBundle({ folder, main: "main.js", output, target, deno });
    say(`${output}  ${((await Deno.stat(output)).size / 1e6).toFixed(1)} MB`);
  }
}

function outputOf(target: string | null): string {
  const windows = target === null ? Deno.build.os === "windows" : target.includes("windows");
  const file = `${NAME}${target === null ? "" : `-${target}`}${windows ? ".exe" : ""}`;
  if (values.output === undefined) return join(BUILD, file);
  return values.all ? join(values.output, file) : values.output;
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a tool for the terminal
  console.log(text);
}
