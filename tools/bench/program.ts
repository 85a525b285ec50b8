/** The program as a process of its own: from its source, or as an executable. */

import { basename, join } from "node:path";
import { BUILD, bundle, ROOT, V8_FLAGS } from "../executable.ts";

/** How it is started: a command and the arguments that come before its own. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  /** The most memory it had, MB; `null` where the system does not tell (only Linux does). */
  readonly peakMb: number | null;
}

const KEPT = ["PATH", "HOME", "DENO_DIR", "TMPDIR", "SystemRoot", "TEMP", "TMP", "USERPROFILE", "LOCALAPPDATA"];
const SAMPLE_MS = 20;

/** A script, as `deno task start` runs one. */
export function fromSource(script: string): Program {
  const args = ["run", "-A", "--no-check", V8_FLAGS, "--config", join(ROOT, "deno.json"), script];
  return { name: `${basename(script)}, Deno ${Deno.version.deno}`, command: Deno.execPath(), args };
}

/** What an executable holds, run by this Deno: an executable of this version, but for the one file. */
export async function fromBundle(script: string): Promise<Program> {
  const folder = join(BUILD, "bench");
  await bundle(script, folder);
  const main = join(folder, basename(script).replace(/\.ts$/, ".js"));
  const args = ["run", "-A", "--no-check", V8_FLAGS, main];
  return { name: `bundle of ${basename(script)}, Deno ${Deno.version.deno}`, command: Deno.execPath(), args };
}

export function executable(path: string): Program {
  return { name: path, command: path, args: [] };
}

/** Runs it to its end in a folder, with nothing in its environment but what is given. */
export async function run(
  program: Program,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Run> {
  const started = performance.now();
  const child = spawn(program, args, { cwd, env, output: "piped" });
  const memory = watchMemory(child.pid);
  const { code, stdout, stderr } = await child.output();
  const ms = performance.now() - started;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr), ms, peakMb: memory.stop() };
}

/** Memory of a program that has nothing to do, MB, after so long; `null` where the system does not tell. */
export async function idleMemory(
  program: Program,
  args: readonly string[],
  { cwd, env, seconds }: { cwd: string; env: Readonly<Record<string, string>>; seconds: number },
): Promise<number | null> {
  const child = spawn(program, args, { cwd, env, output: "null" });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const memory = memoryOf(child.pid, "VmRSS");
  child.kill("SIGTERM");
  const { code } = await child.status;
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}`);
  return memory;
}

function spawn(
  program: Program,
  args: readonly string[],
  { cwd, env, output }: { cwd: string; env: Readonly<Record<string, string>>; output: "piped" | "null" },
): Deno.ChildProcess {
  return new Deno.Command(program.command, {
    args: [...program.args, ...args],
    cwd,
    env: { ...ownEnvironment(), NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    clearEnv: true,
    stdin: "null",
    stdout: output,
    stderr: output,
  }).spawn();
}

/** MB now, or at most so far; `null`: it has ended, or this is not Linux. */
function memoryOf(pid: number, what: "VmRSS" | "VmHWM"): number | null {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    const told = new RegExp(`^${what}:\\s*(\\d+) kB`, "m").exec(status)?.[1];
    return told === undefined ? null : Number(told) / 1000;
  } catch {
    return null;
  }
}

/** As {@link run}, in a temporary folder; throws unless it ends with 0. */
export async function runWell(
  program: Program,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Run> {
  const ended = await run(program, args, { cwd, env });
  if (ended.code !== 0) {
    throw new Error(
      `${args.join(" ")} ended with ${ended.code}: ${ended.stderr.slice(-2000)}${ended.stdout.slice(-500)}`,
    );
  }
  return ended;
}

/** What a child process needs of ours to start at all. */
export function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(KEPT.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

/** The kernel's own high-water mark; it only rises, so the last look before the end is good to a few milliseconds. */
function watchMemory(pid: number): { stop(): number | null } {
  let peakMb: number | null = null;
  const look = () => peakMb = memoryOf(pid, "VmHWM") ?? peakMb;
  const timer = setInterval(look, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return peakMb;
    },
  };
}
