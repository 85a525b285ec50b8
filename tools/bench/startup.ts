/** How long the program takes to begin, beside a program that does nothing. */

import { join } from "node:path";
import { bundle, compileBundle } from "../executable.ts";
import { executable, fromSource, idleMemory, type Program, run, runWell } from "./program.ts";
import { BenchWorld } from "./world.ts";

const RUNS = 11;
/** Long enough for the round at the start, and for what it leaves to be collected. */
const IDLE_SECONDS = 20;

export interface Startup {
  /** Milliseconds, medians. */
  readonly empty: number;
  readonly help: number;
  readonly status: number;
  /** MB that a listener has when all mail is handled; `null` where the system does not tell. */
  readonly idleMb: number | null;
}

/** `status` tells of a state in which one mailbox was read. */
export async function measureStartup(program: Program, compiled: boolean): Promise<Startup> {
  await using world = await BenchWorld.open("cloud", { graphMs: 0, jiraMs: 0 });
  const { folder, env } = world;
  const empty = await emptyProgram(folder, compiled);
  await runWell(program, ["handle-incoming-events", "--once"], env, folder);
  const median = async (of: Program, args: readonly string[]) => {
    const times: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      const { code, ms, stderr } = await run(of, args, { cwd: folder, env });
      if (code !== 0) throw new Error(`${of.name} ${args.join(" ")} ended with ${code}: ${stderr.slice(-2000)}`);
      times.push(ms);
    }
    return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)]!;
  };
  // The first ones fill the caches of the file system and of Deno.
  for (const warm of [empty, program]) await run(warm, ["--help"], { cwd: folder, env });
  return {
    empty: await median(empty, []),
    help: await median(program, ["--help"]),
    status: await median(program, ["status"]),
    idleMb: await idleMemory(program, ["handle-incoming-events"], { cwd: folder, env, seconds: IDLE_SECONDS }),
  };
}

async function emptyProgram(folder: string, compiled: boolean): Promise<Program> {
  const script = join(folder, "empty.ts");
  await Deno.writeTextFile(script, "export {};\n");
  if (!compiled) return fromSource(script);
  const output = join(folder, Deno.build.os === "windows" ? "empty.exe" : "empty");
  const js = join(folder, "js");
  await bundle(script, js);
  const deno = Deno.env.get("DENO_FOR_COMPILE") || Deno.execPath();
  await compileBundle({ folder: js, main: "empty.js", output, target: null, deno });
  return executable(output);
}
