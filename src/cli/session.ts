import type { StartedLogging } from "../app/start_logging.ts";
import type { GlobalOptions } from "./globals.ts";
import { listenForSignals, type StopSignals } from "./signals.ts";

/** One run of one command. */
export class Session {
  /** `null` until the command has begun to log. */
  logging: StartedLogging | null = null;
  #signals: StopSignals | null = null;

  constructor(readonly globals: GlobalOptions, readonly end: (code: number) => void) {}

  /** Whether a signal asked for the end. */
  get isStopped(): boolean {
    return this.#signals?.stop.aborted ?? false;
  }

  /**
   * The signals of an orderly end. Only a command that asks for them survives the first Ctrl-C; the others are ended by
   * the system at once, which is always safe.
   */
  stopSignals(): StopSignals {
    this.#signals ??= listenForSignals(
      () => this.logging?.info("Stopping: what is in flight gets up to 8 seconds; a second signal ends at once."),
      this.end,
    );
    return this.#signals;
  }
}
