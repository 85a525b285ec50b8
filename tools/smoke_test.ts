/**
 * Tries an executable as its user does first, in a folder with nothing else: `smoke_test.ts [--folder <path>] [--target
 * <triple>]` (default: what `deno task compile` made for this machine).
 */

import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { BUILD, executableName, ROOT } from "./executable.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const { values } = parseArgs({
  args: Deno.args,
  options: { folder: { type: "string", default: BUILD }, target: { type: "string" } },
});
const executable = resolve(values.folder, executableName(values.target ?? null));
if (Deno.build.os !== "windows") await Deno.chmod(executable, 0o755);

const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "smoke test " }));
let failed = 0;
try {
  await check("--version", ["--version"], async ({ stdout }) => {
    const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
    return stdout.trim() === version;
  });
  await check("--help", ["--help"], ({ stdout }) => stdout.includes("handle-incoming-events"));
  await check(
    "no settings are told",
    ["doctor"],
    ({ code, stdout }) => code === 2 && stdout.includes("O365_PRINCIPAL"),
  );
  await check("init", ["init", "--yes", "--mailbox", "support@example.com"], ({ code }) => code === 0 && isPrivate());
  for (const system of ["systemd", "windows", "launchd"]) {
    await check(
      `service print ${system}`,
      ["service", "print", system],
      ({ stdout }) => stdout.includes("handle-incoming-events"),
    );
  }
  await check(
    "service status",
    ["service", "status"],
    ({ code, stdout }) => code === 0 && stdout.includes("not installed"),
  );
  await check("demo", ["demo"], ({ code, stdout }) => code === 0 && /\d+ issues/.test(stdout));
  await check("status", ["status", "--json"], ({ stdout }) => JSON.parse(stdout).mailboxes.length === 0);
  await check("history", ["history", "--json"], ({ code, stdout }) => code === 0 && stdout === "[]\n");
} finally {
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(failed === 0 ? 0 : 1);

/** What `init` wrote; the access list of Windows is asked of Windows. */
function isPrivate(): boolean {
  const path = join(folder, ".env");
  if (Deno.build.os !== "windows") return (Deno.statSync(path).mode! & 0o777) === 0o600;
  const { stdout } = new Deno.Command("icacls", { args: [path] }).outputSync();
  const entries = new TextDecoder().decode(stdout).match(/:\(/g) ?? [];
  return entries.length === 2;
}

async function check(name: string, args: string[], holds: (ended: Ended) => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now();
  const output = await new Deno.Command(executable, {
    args,
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(120_000),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const ended = { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
  let ok = false;
  try {
    ok = await holds(ended);
  } catch (error) {
    ended.stderr += `\n${error}`;
  }
  say(`${ok ? "ok  " : "FAIL"}  ${name} (${Math.round(performance.now() - started)} ms)`);
  if (ok) return;
  failed++;
  say(`      ended with ${ended.code}: ${ended.stdout}\n${ended.stderr}`);
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a tool for the terminal
  console.log(text);
}
