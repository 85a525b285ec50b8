/** How the program ends: the only place that calls `Deno.exit`. */

import { ConfigError, errorText } from "../core/errors.ts";
import type { GlobalOptions } from "./globals.ts";
import { Session } from "./session.ts";

/** Ends the process. */
export function endProcess(code: number): never {
  Deno.exit(code);
}

/** Runs a command to its end, and the process with it. */
export async function run(globals: GlobalOptions, work: (session: Session) => Promise<number>): Promise<never> {
  const session = new Session(globals, endProcess);
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    void fail(event.reason, session);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    void fail(event.error, session);
  });
  try {
    const code = await work(session);
    endProcess(session.isStopped ? afterStop(code) : code);
  } catch (error) {
    return await fail(error, session);
  }
}

/** Contract §2: who is asked to stop, and does, is done; what is left is for the next run. */
function afterStop(code: number): number {
  return code === 75 || code === 4 ? 0 : code;
}

async function fail(error: unknown, session: Session): Promise<never> {
  if (session.isStopped && isAbort(error)) endProcess(0);
  const { exitOfError } = await import("../app/exit_of_error.ts");
  const code = exitOfError(error);
  report(error, code, session);
  endProcess(session.isStopped ? afterStop(code) : code);
}

function isAbort(error: unknown): boolean {
  const { name, reason } = error as { name?: unknown; reason?: unknown };
  return name === "AbortError" || (name === "NetworkError" && reason === "aborted");
}

function report(error: unknown, code: number, { logging, globals }: Session): void {
  const text = failureText(error, globals.debug === true);
  if (logging !== null && globals.logFormat === "json") logging.fatal(text, code, error);
  else writeError(`o365-connect: ${logging?.redact(text) ?? text}\n`);
}

/** What a person is told: every problem of a configuration, the words of any other error; its stack only on demand. */
export function failureText(error: unknown, withStack: boolean): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map((one) => failureText(one, withStack)).join("\n");
  }
  if (error instanceof ConfigError) {
    const { problems } = error;
    const lines = problems.map(({ name, problem }) => `${name}: ${problem}`);
    return lines.length === 1 ? lines[0]! : [`${lines.length} problems to solve first:`, ...lines].join("\n  ");
  }
  const stack = withStack && error instanceof Error ? `\n${stackOf(error)}` : "";
  return `${errorText(error)}${stack}`;
}

function stackOf(error: Error): string {
  const own = error.stack ?? "";
  return error.cause instanceof Error ? `${own}\nCaused by: ${stackOf(error.cause)}` : own;
}

/** Text for a person on stderr, in one piece, whether or not anybody logs. */
export function writeError(text: string): void {
  let rest = new TextEncoder().encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(Deno.stderr.writeSync(rest));
  } catch {
    // Nobody reads stderr; the exit code remains.
  }
}
