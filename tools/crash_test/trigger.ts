/** A kill that waits for its request, and what becomes of that request. */

import type { FaultAction } from "../../src/sim/kit/faults.ts";
import type { Kill } from "./kills.ts";
import type { Timers } from "./timers.ts";

/** How long a planned kill waits for its request; then any request will do, and in the end none is needed. */
const PATIENCE_MS = { onceMailIsRead: 1200, sinceFirstRequest: 3000, forAny: 10_000 };

interface Armed {
  readonly kill: Kill;
  skip: number;
  /** From then on any request will do. */
  anyAfter: number;
  /** Told the request's route. */
  readonly fired: (route: string) => void;
}

export class Trigger {
  #armed: Armed | null = null;

  constructor(private readonly timers: Timers, private readonly killDaemon: () => void) {}

  /** Resolves with the route of the request at which the daemon was killed; `null`: none came, and it lives. */
  async arm(kill: Kill): Promise<string | null> {
    const fired = Promise.withResolvers<string | null>();
    this.#armed = { kill, skip: kill.skip, anyAfter: Infinity, fired: fired.resolve };
    const noneIsNeeded = this.timers.after(PATIENCE_MS.forAny, () => fired.resolve(null));
    const hit = await fired.promise;
    clearTimeout(noneIsNeeded);
    this.#armed = null;
    return hit;
  }

  /** To be asked at every request: whether this is the one. */
  isMetBy(route: string): boolean {
    const armed = this.#armed;
    if (armed === null) return false;
    const patience = route === "delta" ? PATIENCE_MS.onceMailIsRead : PATIENCE_MS.sinceFirstRequest;
    armed.anyAfter = Math.min(armed.anyAfter, Date.now() + patience);
    return (route === armed.kill.route && armed.skip-- <= 0) || Date.now() > armed.anyAfter;
  }

  /** Kills at this request. */
  fire(route: string): FaultAction | null {
    const armed = this.#armed!;
    const { moment, ms } = armed.kill;
    this.#armed = null;
    const die = () => {
      this.killDaemon();
      armed.fired(route);
    };
    switch (moment) {
      case "after":
        return { kind: "closeAfter", executed: die };
      case "late":
        die();
        return { kind: "commitsLate", ms };
      case "answered":
        this.timers.after(ms, die);
        return null;
      default:
        die();
        return { kind: "closeBefore" };
    }
  }
}
