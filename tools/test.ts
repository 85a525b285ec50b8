/**
 * `deno task test`: every test, in three steps, and one line for all of them. Files or folders as arguments: only these.
 * `--coverage <folder>`: collects coverage into it.
 */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./executable.ts";

/** They decide and convert: what they may not have, they cannot use. */
const PURE = ["src/filtering", "src/content", "src/config", "src/mime"];
/** Tests that ask others, and so must read: the mail of the corpora, Atlassian's own validators. */
const ASKS_OTHERS = /corpora|atlassian_test_kit/;

interface Step {
  readonly name: string;
  readonly args: readonly string[];
}

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

const { values, positionals } = parseArgs({
  args: Deno.args,
  options: { coverage: { type: "string" } },
  allowPositionals: true,
});

const started = performance.now();
const counts: Count[] = [];
const steps = positionals.length > 0 ? [{ name: "the tests named", args: ["-A", ...positionals] }] : await allSteps();
for (const step of steps) {
  say(`\nTests: ${step.name}`);
  counts.push(await runStep(step));
}
const total = (name: keyof Count) => counts.reduce((sum, count) => sum + count[name], 0);
const seconds = Math.round((performance.now() - started) / 1000);
say(
  `\nAll tests: ${total("failed") === 0 ? "ok" : "FAILED"} | ${total("passed")} passed | ${total("failed")} failed | ` +
    `${total("ignored")} ignored (${seconds}s)`,
);
Deno.exit(total("failed") === 0 ? 0 : 1);

async function allSteps(): Promise<Step[]> {
  const pure: string[] = [];
  const asking: string[] = [];
  for (const room of PURE) {
    for await (const path of testsIn(room)) {
      (ASKS_OTHERS.test(await Deno.readTextFile(join(ROOT, path))) ? asking : pure).push(path);
    }
  }
  return [
    { name: "the pure rooms, without any permission", args: pure },
    {
      name: "the pure rooms against other people's mail and Atlassian's validators",
      args: ["--allow-read", "--allow-env", ...asking],
    },
    { name: "everything else", args: ["-A", "--parallel", `--ignore=${PURE.join(",")}`, "src/", "tests/"] },
  ];
}

async function* testsIn(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(join(ROOT, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* testsIn(path);
    else if (entry.name.endsWith("_test.ts")) yield path;
  }
}

/** A step that fails without saying so (a file that does not load, a crash) is one failure. */
async function runStep({ args }: Step): Promise<Count> {
  const coverage = values.coverage === undefined ? [] : [`--coverage=${values.coverage}`, "--coverage-raw-data-only"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-prompt", ...coverage, ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let end = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    end = (end + decoder.decode(chunk, { stream: true })).slice(-4096);
    await writeAll(chunk);
  }
  const { code } = await child.status;
  const count = countOf(end);
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await Deno.stdout.write(bytes.subarray(written));
}

/** From Deno's own last line: `ok | 413 passed (2 steps) | 0 failed | 7 ignored (12s)`. */
function countOf(output: string): Count {
  // deno-lint-ignore no-control-regex -- colours
  const lines = output.replace(/\u001b\[[\d;]*m/g, "").split("\n");
  const line = lines.findLast((each) => /^(ok|FAILED) \| \d+ passed/.test(each)) ?? "";
  const number = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: number("passed"), failed: number("failed"), ignored: number("ignored") };
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a tool for the terminal
  console.log(text);
}
