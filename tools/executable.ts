/** One executable of a program: a code-split bundle, so that a command loads only what it needs, then `deno compile`. */

import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Where everything that is made goes; git ignores it. */
export const BUILD = join(ROOT, "build");

/** As the release workflow makes and tries them. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

const NAME = "o365-connect";

/** File name of the executable; `null`: for this machine. */
export function executableName(target: string | null): string {
  const windows = target === null ? Deno.build.os === "windows" : target.includes("windows");
  return `${NAME}${target === null ? "" : `-${target}`}${windows ? ".exe" : ""}`;
}

/** What the program needs on the machine of its user. It loads no native library. */
const PERMISSIONS = ["--allow-net", "--allow-env", "--allow-read", "--allow-write"];
/** The only programs that it may start (src/app/programs.ts), for `service` and for the access list of `init`'s file. */
const PROGRAMS = { linux: "systemctl", darwin: "launchctl", windows: "schtasks,icacls" } as const;

/** The permissions of the executable for a target; `null`: this machine. */
export function permissionsFor(target: string | null): string[] {
  const system = target ?? Deno.build.os;
  const os = system.includes("darwin") ? "darwin" : system.includes("windows") ? "windows" : "linux";
  return [...PERMISSIONS, `--allow-run=${PROGRAMS[os]}`];
}
/**
 * How much may lie in V8's youngest generation, MB. By default it grows with what passes through, although nothing of it
 * is kept: an attachment of 100 MB then takes 60 MB more, for no gain in speed. `deno task start` says the same.
 */
export const V8_FLAGS = "--v8-flags=--max-semi-space-size=2";

/**
 * Bundles a program of this repository, its packages included, into a folder that is emptied first. Without this step
 * `deno compile` embeds every package that the lock file names, used or not: 40 MB and half a second more.
 */
export async function bundle(entry: string, folder: string): Promise<void> {
  await remove(folder);
  const args = ["bundle", "--platform", "deno", "--minify", "--code-splitting", "--outdir", folder, entry];
  await deno(Deno.execPath(), args, ROOT);
  // Nothing of the repository's own configuration: the bundle has no import left to resolve.
  await Deno.writeTextFile(join(folder, "deno.json"), '{ "nodeModulesDir": "none" }\n');
}

export interface CompileOptions {
  /** The bundle's folder. */
  readonly folder: string;
  /** File in it that the program begins with. */
  readonly main: string;
  readonly output: string;
  /** `null`: this machine. */
  readonly target: string | null;
  /** The Deno that makes the executable, and whose version will be in it; another one than this for the check with 2.4. */
  readonly deno: string;
}

/** Makes the executable. `DENORT_BIN` in the environment names the runtime to embed, else `deno compile` fetches it. */
export async function compileBundle(options: CompileOptions): Promise<void> {
  const target = options.target === null ? [] : ["--target", options.target];
  // Types were checked before they were bundled away; `--frozen`: it may not need a package any more.
  const rules = ["--quiet", "--no-prompt", "--no-check", "--frozen", V8_FLAGS, ...permissionsFor(options.target)];
  const args = ["compile", ...rules, ...target, "--output", resolve(options.output), options.main];
  await deno(options.deno, args, options.folder);
}

/** Its messages are shown only if it fails. */
async function deno(path: string, args: readonly string[], cwd: string): Promise<void> {
  const child = new Deno.Command(path, { args: [...args], cwd, stdin: "null" });
  const { code, stdout, stderr } = await child.output().catch((error) => {
    throw new Error(`Cannot run ${path}: ${error.message}`, { cause: error });
  });
  if (code === 0) return;
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim()).join("\n");
  throw new Error(`deno ${args[0]} (${basename(path)}) ended with ${code}: ${said}`);
}

async function remove(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
