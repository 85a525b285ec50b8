/** `deno task bench`: the program's figures against the simulators, beside what HTTP alone would allow. */

import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Backlog, measureBacklog } from "./bench/backlog.ts";
import { passLargeAttachment } from "./bench/large_attachment.ts";
import { executable, fromBundle, fromSource } from "./bench/program.ts";
import { measureSequential } from "./bench/sequential.ts";
import { measureStartup } from "./bench/startup.ts";
import { ROOT } from "./executable.ts";

const LATENCIES = { graphMs: 80, jiraMs: 250 };
/** What Graph allows per mailbox, and what the program allows itself towards Jira. */
const AT_ONCE = { graph: 4, jira: 8 };
const SEQUENTIAL_SAMPLE = 20;
const LARGE = 100 * 1024 * 1024;
const HELP = `Measures the program against the simulators.

Usage: deno task bench [options]

  --mails <number>           of the backlog (default: 200)
  --kind <cloud|server>      which Jira (default: both)
  --compiled <path>          measures this executable instead of the bundle that one is made of
  --startup                  measures start-up, idle memory and size only
  --source                   measures main.ts instead of the bundle
  --routes                   also prints how often each route was asked`;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    mails: { type: "string", default: "200" },
    kind: { type: "string" },
    compiled: { type: "string" },
    startup: { type: "boolean", default: false },
    source: { type: "boolean", default: false },
    routes: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const mails = Number(values.mails);
const kinds = (["cloud", "server"] as const).filter((kind) => values.kind === undefined || values.kind === kind);

if (values.help) {
  say(HELP);
  Deno.exit(0);
}
if (!Number.isInteger(mails) || mails < 1 || kinds.length === 0) {
  say(HELP);
  Deno.exit(2);
}

const compiled = values.compiled === undefined ? null : resolve(values.compiled);
const main = join(ROOT, "main.ts");
const program = compiled !== null ? executable(compiled) : values.source ? fromSource(main) : await fromBundle(main);
say(`${program.name}, ${navigator.hardwareConcurrency} cores shared with the simulators`);

const startup = await measureStartup(program, compiled !== null);
say("\nStart-up (median), idle memory, size");
row("an empty program", `${startup.empty.toFixed(0)} ms`);
row("--help", `${startup.help.toFixed(0)} ms`, `${(startup.help / startup.empty).toFixed(2)} × empty`);
row("status", `${startup.status.toFixed(0)} ms`, `${(startup.status / startup.empty).toFixed(2)} × empty`);
row("a listener that waits", megabytes(startup.idleMb), "memory");
if (compiled !== null) row("size", megabytes((await Deno.stat(compiled)).size / 1e6));
if (values.startup) Deno.exit(0);

for (const kind of kinds) {
  const backlog = await measureBacklog(program, kind, mails, LATENCIES);
  const sequential = await measureSequential(kind, SEQUENTIAL_SAMPLE, LATENCIES) * mails;
  printBacklog(kind, backlog, sequential);
  const large = await passLargeAttachment(program, kind, LARGE);
  row(
    "attachment of 100 MiB",
    `${large.seconds.toFixed(1)} s`,
    `peak memory ${megabytes(large.peakMb)}, byte for byte`,
  );
}

function printBacklog(kind: string, backlog: Backlog, sequential: number): void {
  const { graphMs, jiraMs } = LATENCIES;
  const graphFloor = backlog.graph * graphMs / 1000 / AT_ONCE.graph;
  const jiraFloor = backlog.jira * jiraMs / 1000 / AT_ONCE.jira;
  const same = (backlog.graph * graphMs + backlog.jira * jiraMs) / 1000;
  const faster = (seconds: number) => `${(seconds / backlog.seconds).toFixed(1)} × as long`;
  say(
    `\nBacklog of ${mails} mails, half with 200 kB, Jira ${kind}; Graph answers in ${graphMs} ms, Jira in ${jiraMs} ms`,
  );
  row("mails per second", (mails / backlog.seconds).toFixed(1), `${backlog.seconds.toFixed(1)} s, start-up included`);
  row("requests per mail", `Graph ${perMail(backlog.graph)}`, `Jira ${perMail(backlog.jira)}`);
  row("most requests at once, Graph", String(backlog.graphAtOnce));
  row("peak memory", megabytes(backlog.peakMb));
  row("floor by HTTP, Graph", `${graphFloor.toFixed(1)} s`, `its requests, ${AT_ONCE.graph} at once`);
  row("floor by HTTP, Jira", `${jiraFloor.toFixed(1)} s`, `its requests, ${AT_ONCE.jira} at once`);
  row("the same requests one by one", `${same.toFixed(1)} s`, faster(same));
  const sample = `${faster(sequential)}; ${SEQUENTIAL_SAMPLE} mails measured`;
  row("a plain script, one by one", `${sequential.toFixed(1)} s`, sample);
  if (!values.routes) return;
  for (const [route, count] of backlog.routes) row(`  ${perMail(count)}`, route);
}

function perMail(count: number): string {
  return (count / mails).toFixed(2);
}

function megabytes(value: number | null): string {
  return value === null ? "not told by this system" : `${value.toFixed(0)} MB`;
}

function row(name: string, value: string, remark = ""): void {
  say(`  ${name.padEnd(32)}${value.padEnd(14)}${remark}`.trimEnd());
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a tool for the terminal
  console.log(text);
}
