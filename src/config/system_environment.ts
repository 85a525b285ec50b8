import { basename, dirname } from "node:path";
import type { Environment } from "./environment.ts";

/** The real outside: the only place that reads `Deno.env`. */
export function systemEnvironment(): Environment {
  const windows = Deno.build.os === "windows";
  return {
    env: windows ? upperCaseNames(Deno.env.toObject()) : Deno.env.toObject(),
    workingDirectory: Deno.cwd(),
    executableDirectory: isStandalone() ? dirname(Deno.execPath()) : null,
    windows,
    readFile(path) {
      try {
        return Deno.readFileSync(path);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
    },
  };
}

/** Windows does not tell the case of names apart. */
function upperCaseNames(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name.toUpperCase(), value]));
}

function isStandalone(): boolean {
  return Deno.build.standalone ?? !/^deno(\.exe)?$/i.test(basename(Deno.execPath()));
}
