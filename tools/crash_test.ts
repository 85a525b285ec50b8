/** `deno task crash-test`: the program is killed again and again while its services misbehave; then the world is counted. */

import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { executable, type Program } from "./bench/program.ts";
import type { RunResult } from "./crash_test/result.ts";
import { run } from "./crash_test/run.ts";
import { bundle, ROOT } from "./executable.ts";

const HELP =
  `Kills the program at every kind of request, at random and while it starts, between services that answer wrong,
late or not at all, and compares what it made of the mails with what was sent.

Usage: deno task crash-test [options]

  --mails <number>           in all (default: 300)
  --kills <number>           in all (default: 100)
  --seed <text>              what everything follows from (default: a new one, which is printed)
  --jira <cloud|server>      which Jira (default: both, each with half of the mails and kills)
  --relay                    people's comments are mailed to the customers, who answer them
  --executable <path>        kills this executable instead of the bundle that one is made of
  --keep                     keeps logs and state of a run without problems, too`;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    mails: { type: "string", default: "300" },
    kills: { type: "string", default: "100" },
    seed: { type: "string" },
    jira: { type: "string" },
    relay: { type: "boolean", default: false },
    executable: { type: "string" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const mails = Number(values.mails);
const kills = Number(values.kills);
const kinds = (["cloud", "server"] as const).filter((kind) => values.jira === undefined || values.jira === kind);
const seed = values.seed ?? crypto.randomUUID().slice(0, 8);

if (values.help) {
  say(HELP);
  Deno.exit(0);
}
if (![mails, kills].every((count) => Number.isInteger(count) && count > 0) || kills > mails || kinds.length === 0) {
  say(HELP);
  Deno.exit(2);
}

let wrong = 0;
const work = await Deno.makeTempDir({ prefix: "o365-connect-crash-program-" });
try {
  const program = await theProgram();
  say(`${program.name}; seed ${seed}`);
  for (const kind of kinds) {
    const share = (all: number) => Math.ceil(all / kinds.length);
    say(`\nJira ${kind}: ${share(mails)} mails, ${share(kills)} kills`);
    const result = await run({
      program,
      kind,
      seed,
      mails: share(mails),
      kills: share(kills),
      relay: values.relay,
      keep: values.keep,
      say,
    });
    print(result);
    wrong += result.problems.length;
    if (result.problems.length > 0) {
      say(
        `\nTo replay: deno task crash-test --jira ${kind} --seed ${seed} --mails ${share(mails)} --kills ${
          share(kills)
        }${values.relay ? " --relay" : ""}`,
      );
    }
  }
} finally {
  await Deno.remove(work, { recursive: true });
}
Deno.exit(wrong === 0 ? 0 : 1);

async function theProgram(): Promise<Program> {
  if (values.executable !== undefined) return executable(resolve(values.executable));
  await bundle(join(ROOT, "main.ts"), join(work, "js"));
  const args = ["run", "-A", "--no-check", join(work, "js", "main.js")];
  return { name: `bundle of main.ts, Deno ${Deno.version.deno}`, command: Deno.execPath(), args };
}

function print(result: RunResult): void {
  const count = (kind: string) => result.problems.filter((problem) => problem.kind === kind).length;
  const row = (name: string, value: string) => say(`  ${name.padEnd(26)}${value}`);
  const list = (map: ReadonlyMap<string, number>) =>
    [...map].sort(([, a], [, b]) => b - a).map(([name, times]) => `${name} ${times}`).join(", ");
  const total = (map: ReadonlyMap<string, number>) => [...map.values()].reduce((sum, times) => sum + times, 0);
  row(
    "mails",
    `${result.mails}: ${result.issues} issues, ${result.comments} comments, ${result.files} files, ` +
      `${result.acknowledgements} acknowledgements, ${result.relays} mailed comments`,
  );
  row("kills", `${total(result.killsByMoment)}: ${list(result.killsByMoment)}`);
  row("  at a request", `${total(result.killsByRoute)}: ${list(result.killsByRoute)}`);
  row("faults", `${total(result.faults)}: ${list(result.faults)}`);
  row("starts", `${result.starts}, and ${result.checks} checks beside them`);
  row("edits by people", String(result.deeds));
  row("most requests at once", `Graph ${result.peak}`);
  const perMail = (requests: number) => (requests / result.mails).toFixed(1);
  row("requests per mail", `Graph ${perMail(result.requests.graph)}, Jira ${perMail(result.requests.jira)}`);
  row("time", `${result.seconds.toFixed(0)} s, ${result.settleSeconds.toFixed(0)} s of them after the last kill`);
  row("lost", String(count("lost")));
  row("doubled", String(count("doubled")));
  row("otherwise wrong", String(count("wrong")));
  for (const { kind, mail, words } of result.problems) {
    say(`  ${kind.toUpperCase()}${mail === null ? "" : ` mail ${mail}`}: ${words}`);
  }
  const first = result.problems.find(({ mail }) => mail !== null)?.mail;
  if (first !== undefined && first !== null) {
    say(`\nAround mail ${first}, seconds since the start:`);
    for (const line of result.story(first)) say(line);
  }
  if (result.problems.length > 0) say(`Logs and state: ${result.folder}`);
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a tool for the terminal
  console.log(text);
}
