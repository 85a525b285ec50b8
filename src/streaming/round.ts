/** One round of a folder's delta, page by page, each page stored before the next is asked for. */

import { SchemaError } from "../core/errors.ts";
import type { Folder } from "../core/mail.ts";
import type { State } from "../core/state_port.ts";
import { type DeltaPage, ForeignLinkError, type GraphClient, isSyncStateLost } from "../graph/client.ts";

export interface RoundOptions {
  readonly graph: Pick<GraphClient, "delta">;
  readonly state: Pick<State, "cursor" | "accept" | "resetCursor">;
  readonly mailbox: string;
  readonly folder: Folder;
  readonly signal?: AbortSignal | undefined;
  /** Asked before each page; `false` ends the reading where it stands. */
  mayGoOn?(): Promise<boolean>;
  /** After each page that is stored. */
  onPage?(page: StoredPage): void;
}

export interface StoredPage {
  /** How many messages it told. */
  readonly messages: number;
  /** The folder was never read to its end before. */
  readonly first: boolean;
  /** The last one of the round. */
  readonly last: boolean;
}

export interface RoundResult {
  /** Messages that were not known before. */
  readonly newRows: number;
  /** Read to its delta link; else it goes on at the stored page next time. */
  readonly complete: boolean;
}

/**
 * Reads from the stored link to the end of the round. A link that Graph has forgotten, or that is of another host, is
 * dropped and a first round read instead, once: what is known already is not stored twice. Throws what `delta` throws.
 */
export async function readRound(options: RoundOptions): Promise<RoundResult> {
  const { state, mailbox, folder, signal } = options;
  const { link: stored, rounds } = await state.cursor(mailbox, folder);
  let link = stored;
  let newRows = 0;
  let restarted = false;
  while (!signal?.aborted && await (options.mayGoOn?.() ?? true)) {
    let page: DeltaPage;
    try {
      page = await options.graph.delta(mailbox, folder, link, signal);
    } catch (error) {
      if (link === null || restarted || !isLinkLost(error)) throw error;
      await state.resetCursor(mailbox, folder);
      [link, restarted] = [null, true];
      continue;
    }
    if (page.nextLink !== null && page.nextLink === link) {
      throw new SchemaError("graph", "delta", "the next link leads to the page that holds it");
    }
    const complete = page.deltaLink !== null;
    link = page.deltaLink ?? page.nextLink;
    newRows += await state.accept({ mailbox, folder, messages: page.messages, link, complete });
    options.onPage?.({ messages: page.messages.length, first: rounds === 0, last: complete });
    if (complete) return { newRows, complete };
  }
  return { newRows, complete: false };
}

function isLinkLost(error: unknown): boolean {
  return isSyncStateLost(error) || error instanceof ForeignLinkError;
}
