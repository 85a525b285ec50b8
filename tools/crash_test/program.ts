/** The program as a child process that can be killed at any moment. */

import { ownEnvironment, type Program } from "../bench/program.ts";

export class Child {
  readonly #process: Deno.ChildProcess;
  readonly #ended: Promise<void>;
  readonly startedAt = Date.now();
  /** `null` while it runs; -1: it was killed. */
  code: number | null = null;
  stdout = "";

  /** `log`: file that its standard error is added to. */
  constructor(
    program: Program,
    readonly args: readonly string[],
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly log: string },
  ) {
    this.#process = new Deno.Command(program.command, {
      args: [...program.args, ...args],
      cwd: options.cwd,
      env: { ...ownEnvironment(), NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...options.env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#ended = this.#watch(options.log);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** At once, without a word: SIGKILL. It may take a moment until it is gone; see {@link ended}. */
  kill(): void {
    if (this.code !== null) return;
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It ended by itself in between.
    }
  }

  /** Resolves when it is gone, with all that it wrote. */
  async ended(): Promise<number> {
    await this.#ended;
    return this.code!;
  }

  async #watch(log: string): Promise<void> {
    const file = await Deno.open(log, { create: true, append: true });
    const copied = this.#process.stderr.pipeTo(file.writable).catch(() => {});
    const read = new Response(this.#process.stdout).text().then((text) => this.stdout = text).catch(() => {});
    const status = await this.#process.status;
    this.code = status.signal === null ? status.code : -1;
    await Promise.all([copied, read]);
  }
}
