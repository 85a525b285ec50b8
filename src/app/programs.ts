/**
 * The only programs that are ever started: those by which the operating system manages services and access to files. The
 * executable is compiled with the permission to run these and no other (tools/executable.ts).
 */

export const PROGRAMS = ["systemctl", "schtasks", "launchctl", "icacls"] as const;
export type Program = (typeof PROGRAMS)[number];

/** A program that could not be started, or that refused what was asked. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";

  /** `code`: its exit code, `null` if it could not be started. */
  constructor(readonly program: Program, readonly code: number | null, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** What a program said, and its exit code. */
export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs to the end. Throws `ProgramError` if it cannot be started. */
export async function tryProgram(program: Program, args: readonly string[]): Promise<ProgramResult> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null" }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { code, stdout: text(stdout), stderr: text(stderr) };
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is no such program here" : (error as Error).message;
    throw new ProgramError(program, null, `Cannot run ${commandLine(program, args)}: ${why}`, { cause: error });
  }
}

/** Runs to the end; returns its stdout. Throws `ProgramError` with its own words unless it ends with 0. */
export async function runProgram(program: Program, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tryProgram(program, args);
  if (code === 0) return stdout;
  const said = stderr || stdout || "said nothing";
  throw new ProgramError(program, code, `${commandLine(program, args)} ended with ${code}: ${said}`);
}

/** As a person would type it. */
export function commandLine(program: string, args: readonly string[]): string {
  return [program, ...args].map((word) => /[\s"']/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word).join(" ");
}
