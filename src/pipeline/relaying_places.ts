/** What the relay remembers of Jira for a while: kinds of projects, names of people. */

import type { Clock } from "../core/clock.ts";
import type { JiraClient } from "../jira/client.ts";
import type { BoardTarget } from "./settings.ts";

const KEEP_MS = 10 * 60 * 1000;

interface Remembered<T> {
  readonly value: T;
  readonly until: number;
}

export class RelayPlaces {
  readonly #projects = new Map<string, Remembered<{ readonly serviceDesk: boolean } | null>>();
  readonly #names = new Map<string, Remembered<string | null>>();

  constructor(
    private readonly jira: Pick<JiraClient, "project" | "displayName">,
    private readonly clock: Clock,
    private readonly targets: readonly BoardTarget[],
  ) {}

  /** `null`: the project is not shown to us, so that nothing can be said. */
  async isServiceDesk(project: string, signal: AbortSignal): Promise<boolean | null> {
    const target = this.targets.find((known) => known.project === project);
    if (target !== undefined) return target.serviceDesk;
    return (await this.#project(project, signal))?.serviceDesk ?? null;
  }

  /** The projects among these that Jira shows us: a search that names another one is refused as a whole. */
  async visible(projects: readonly string[], signal: AbortSignal): Promise<string[]> {
    const found: string[] = [];
    for (const project of new Set(projects)) {
      const ours = this.targets.some((known) => known.project === project);
      if (ours || await this.#project(project, signal) !== null) found.push(project);
    }
    return found;
  }

  async nameOf(userId: string, signal: AbortSignal): Promise<string | null> {
    return await this.#remember(this.#names, userId, () => this.jira.displayName(userId, signal));
  }

  #project(project: string, signal: AbortSignal) {
    return this.#remember(this.#projects, project, () => this.jira.project(project, signal));
  }

  async #remember<T>(known: Map<string, Remembered<T>>, name: string, ask: () => Promise<T>): Promise<T> {
    const now = this.clock.now();
    const remembered = known.get(name);
    if (remembered !== undefined && remembered.until > now) return remembered.value;
    const value = await ask();
    known.set(name, { value, until: now + KEEP_MS });
    return value;
  }
}
