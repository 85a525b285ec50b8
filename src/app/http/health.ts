/** Whether somebody should be called. */

import { DESTINATION_NAMES } from "../../core/errors.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Health {
  readonly ok: boolean;
  /** One sentence each; without mail content. They name mailboxes. */
  readonly problems: readonly string[];
  readonly mailboxes: readonly {
    readonly mailbox: string;
    readonly ok: boolean;
    /** Whole seconds; `null`: not read yet. */
    readonly lastReadSecondsAgo: number | null;
  }[];
  readonly paused: readonly {
    readonly destination: string;
    readonly mailbox: string | null;
    readonly reason: string;
  }[];
}

/** Red: a mailbox was not read lately, or a credential is refused. A destination that is down is waited for: not red. */
export function healthOf({ mailboxes, paused, maxReadAgeSeconds }: Snapshot, expected: readonly string[]): Health {
  const read = expected.map((mailbox) => {
    const seconds = mailboxes.find(({ address }) => address === mailbox)?.readAgeSeconds ?? null;
    return {
      mailbox,
      ok: seconds !== null && seconds <= maxReadAgeSeconds,
      lastReadSecondsAgo: seconds === null ? null : Math.round(seconds),
    };
  });
  const problems = [
    ...read.filter(({ ok }) => !ok).map(({ mailbox, lastReadSecondsAgo }) =>
      lastReadSecondsAgo === null
        ? `${mailbox} has not been read yet.`
        : `${mailbox} was last read ${lastReadSecondsAgo} seconds ago; more than ${maxReadAgeSeconds} are too many.`
    ),
    ...paused.filter(({ kind }) => kind === "credentials").map(({ destination, scope }) =>
      `${DESTINATION_NAMES[destination]} refuses the credentials${scope === "" ? "" : ` for ${scope}`}.`
    ),
  ];
  return {
    ok: problems.length === 0,
    problems,
    mailboxes: read,
    paused: paused.map(({ destination, scope, kind }) => ({
      destination,
      mailbox: scope === "" ? null : scope,
      reason: kind ?? "another process paused it",
    })),
  };
}
