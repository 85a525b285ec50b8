/** The program's processes: the daemon, and now and then a check beside it. */

import { join } from "node:path";
import type { SimWorld } from "../../src/app/sim_world.ts";
import type { Program } from "../bench/program.ts";
import type { Diary } from "./diary.ts";
import { TIMING } from "./faults.ts";
import { Child } from "./program.ts";

export class Processes {
  #daemon: Child | null = null;
  #check: Child | null = null;
  starts = 0;
  checks = 0;
  readonly #env: Readonly<Record<string, string>>;
  readonly #since: string;

  /** `folder`: for the state and the logs. */
  constructor(
    private readonly options: { readonly program: Program; readonly relay: boolean },
    private readonly world: SimWorld,
    private readonly folder: string,
    private readonly diary: Diary,
  ) {
    this.#since = new Date(diary.startedAt - 60_000).toISOString();
    const caFile = join(folder, "ca.pem");
    Deno.writeTextFileSync(caFile, world.ca);
    this.#env = {
      ...world.environment(caFile),
      DATABASE_URI: `sqlite:///${join(folder, "state.db").replaceAll("\\", "/")}`,
      RECONCILE_DELAY_SECONDS: String(TIMING.reconcileDelay / 1000),
      REQUEST_TIMEOUT_SECONDS: String(TIMING.requestTimeout / 1000),
      POLL_INTERVAL_SECONDS: String(TIMING.pollInterval / 1000),
      ACK_LIMIT_PER_SENDER_PER_HOUR: "1000",
      ...(options.relay
        ? { JIRA_COMMENT_RELAY: "public", JIRA_COMMENT_RELAY_DELAY_SECONDS: String(TIMING.relayDelay / 1000) }
        : {}),
    };
  }

  start(): void {
    if (this.#daemon?.code === null) return;
    if (this.#daemon !== null && this.#daemon.code !== -1) {
      this.diary.note(`the daemon ended by itself: ${this.#daemon.code}`);
    }
    this.#daemon = this.#spawn(["handle-incoming-events", "--since", this.#since]);
    this.starts++;
  }

  /** Not before the daemon has read mail: whoever comes first fixes the mailbox's start. */
  startCheck(): void {
    if (this.#check?.code === null || this.world.graph.journal.find("GET", /delta$/).length === 0) return;
    this.#check = this.#checking();
  }

  kill(both: boolean): void {
    this.#daemon?.kill();
    if (both) this.#check?.kill();
  }

  /** Resolves when they are gone. */
  async gone(both: boolean): Promise<void> {
    await this.#daemon?.ended();
    if (both) await this.#check?.ended();
  }

  /** Handles what there is and ends; resolves with the exit code. */
  async once(): Promise<number> {
    this.#daemon = this.#spawn(["handle-incoming-events", "--once", "--since", this.#since]);
    this.starts++;
    return await this.#daemon.ended();
  }

  /** Checks once; resolves with the exit code and what was said. */
  async checkOnce(): Promise<{ readonly code: number; readonly stdout: string }> {
    this.#check = this.#checking();
    const code = await this.#check.ended();
    return { code, stdout: this.#check.stdout };
  }

  /** Nothing is left running. */
  async end(): Promise<void> {
    for (const child of [this.#daemon, this.#check]) {
      child?.kill();
      await child?.ended();
    }
  }

  #checking(): Child {
    this.checks++;
    return this.#spawn(["check-for-missing-events", "--json"]);
  }

  #spawn(args: readonly string[]): Child {
    const log = join(this.folder, `${args[0]}.log`);
    return new Child(this.options.program, args, { cwd: this.folder, env: this.#env, log });
  }
}
