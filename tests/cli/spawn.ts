import { join } from "node:path";

/** The repository's root. */
export const ROOT = join(import.meta.dirname!, "..", "..");

/** Types are checked by the test run itself; the configuration must not depend on the folder it is started in. */
const RUN = ["run", "-A", "--no-check", "--config", join(ROOT, "deno.json")];

/** The program's command line, to be wrapped or started elsewhere; its arguments follow. */
export const PROGRAM: readonly string[] = [Deno.execPath(), ...RUN, join(ROOT, "main.ts")];

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs the program as a user would, with nothing in its environment but what is given. */
export async function o365(args: readonly string[], { cwd, env = {}, input }: SpawnOptions = {}): Promise<Ended> {
  const child = command(join(ROOT, "main.ts"), args, cwd, env).spawn();
  const writer = child.stdin.getWriter();
  if (input !== undefined) await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** A process that runs a script of these tests. */
export function start(script: string, args: readonly string[] = []): Deno.ChildProcess {
  return command(join(import.meta.dirname!, script), args, undefined, {}).spawn();
}

function command(
  script: string,
  args: readonly string[],
  cwd: string | undefined,
  env: Readonly<Record<string, string>>,
): Deno.Command {
  const kept = ["PATH", "HOME", "DENO_DIR", "SystemRoot", "TEMP", "TMP", "USERPROFILE", "LOCALAPPDATA"];
  const own = Object.fromEntries(kept.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
  return new Deno.Command(Deno.execPath(), {
    args: [...RUN, script, ...args],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...own, NO_COLOR: "1", ...env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs `body` with a temporary folder, as the system names it. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "cli-" }));
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
