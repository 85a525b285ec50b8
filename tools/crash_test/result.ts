/** What a run tells of itself. */

import { SIM_MAILBOX, type SimWorld } from "../../src/app/sim_world.ts";
import type { Problem } from "./compare.ts";
import type { Moment } from "./kills.ts";
import { isRelay } from "./relays.ts";

/** Counted in the simulated services. */
export interface WorldFigures {
  /** Most requests at once to the mailbox. */
  readonly peak: number;
  readonly requests: { readonly graph: number; readonly jira: number };
  readonly issues: number;
  readonly comments: number;
  readonly files: number;
  readonly acknowledgements: number;
  readonly relays: number;
}

export interface RunResult extends WorldFigures {
  readonly problems: readonly Problem[];
  readonly mails: number;
  readonly killsByMoment: ReadonlyMap<Moment, number>;
  readonly killsByRoute: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  readonly starts: number;
  readonly checks: number;
  readonly deeds: number;
  readonly seconds: number;
  /** Of them, from the last kill until all was done. */
  readonly settleSeconds: number;
  /** Where the program's own words and state are, if something is wrong. */
  readonly folder: string;
  /** What happened around a mail. */
  story(mail: number): string[];
}

export function figuresOf({ graph, jira, store }: SimWorld): WorldFigures {
  return {
    peak: graph.peakConcurrency(SIM_MAILBOX),
    requests: { graph: graph.journal.entries.length, jira: jira.journal.entries.length },
    issues: store.issues().length,
    comments: store.issues().reduce((sum, { comments }) => sum + comments.length, 0),
    files: store.issues().reduce((sum, { attachments }) => sum + attachments.length, 0),
    acknowledgements: graph.outbox.filter((one) => one.by === "client" && !isRelay(one)).length,
    relays: graph.outbox.filter(isRelay).length,
  };
}
