/** Compares a mailbox with the state: what was handled, what was not, and (if asked) takes what is missing. */

import type { AcceptedMessage, KnownMessage } from "../core/state_port.ts";
import type { Folder } from "../core/mail.ts";
import type { Bridge } from "./bridge.ts";

export interface CompareOptions {
  readonly mailbox: string;
  /** ISO 8601, by receivedDateTime. */
  readonly since: string;
  readonly includeBeforeStart: boolean;
  /** Stores what is missing, so that it is processed. */
  readonly accept: boolean;
  readonly signal: AbortSignal;
  readonly progress?: (examined: number) => void;
}

export interface Comparison {
  readonly examined: number;
  /** Ids that were finished before this comparison, by outcome; `before-start` ones are counted in `beforeStart`. */
  readonly alreadyHandled: number;
  readonly beforeStart: number;
  /** Ids that are to be processed: unknown ones, unfinished ones, and (if asked) those from before the start. */
  readonly open: readonly string[];
  /** Of them, those that the state did not know. */
  readonly missing: number;
}

const FOLDERS: readonly Folder[] = ["inbox", "sentitems"];

export async function compareMailbox(
  bridge: Pick<Bridge, "graph" | "state">,
  options: CompareOptions,
): Promise<Comparison> {
  const { graph, state } = bridge;
  const { mailbox, since, signal } = options;
  const started = (await state.mailbox(mailbox))?.startedAt ?? null;
  let [examined, alreadyHandled, beforeStart, missing] = [0, 0, 0, 0];
  const open: string[] = [];
  for (const folder of FOLDERS) {
    const unknown: AcceptedMessage[] = [];
    let link: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof graph.list>> = await graph.list(mailbox, folder, since, link, signal);
      const known = await state.known(mailbox, page.messages.map(({ id }) => id));
      const toAccept: AcceptedMessage[] = [];
      for (const message of page.messages) {
        examined++;
        const row = known.get(message.id);
        const old = started !== null && Date.parse(message.receivedAt) < Date.parse(started);
        if (row !== undefined && row.status === "finished") {
          if (isBeforeStart(row)) {
            if (options.includeBeforeStart && options.accept && await state.includeBeforeStart(mailbox, message.id)) {
              open.push(message.id);
            } else if (options.includeBeforeStart && !options.accept) open.push(message.id);
            else beforeStart++;
          } else alreadyHandled++;
          continue;
        }
        if (row === undefined && old && !options.includeBeforeStart) {
          beforeStart++;
          toAccept.push(message);
          continue;
        }
        if (row === undefined) {
          missing++;
          unknown.push(message);
        }
        open.push(message.id);
      }
      if (options.accept && toAccept.length > 0) {
        await state.accept({ mailbox, folder, messages: toAccept, includeBeforeStart: options.includeBeforeStart });
      }
      options.progress?.(examined);
      link = page.nextLink;
    } while (link !== null && !signal.aborted);
    if (!options.accept) continue;
    for (const messages of oldestFirst(unknown)) {
      await state.accept({ mailbox, folder, messages, includeBeforeStart: options.includeBeforeStart });
    }
  }
  return { examined, alreadyHandled, beforeStart, open, missing };
}

const CHUNK = 500;

/** A listing begins with the youngest, and whoever stands by takes what is stored: a mail comes before its answers. */
function oldestFirst(messages: readonly AcceptedMessage[]): AcceptedMessage[][] {
  const sorted = messages.toSorted((a, b) => Date.parse(a.receivedAt) - Date.parse(b.receivedAt));
  return Array.from({ length: Math.ceil(sorted.length / CHUNK) }, (_, i) => sorted.slice(i * CHUNK, (i + 1) * CHUNK));
}

function isBeforeStart(row: KnownMessage): boolean {
  return row.outcome === "filtered" && row.filter === "before-start";
}
