/** The first reading of a folder, which may hold hundreds of thousands of mails, as it goes on. */

import type { Folder } from "../core/mail.ts";
import type { GraphService } from "../graph/graph.ts";
import type { StoredPage } from "../streaming/round.ts";
import type { Progress } from "./progress.ts";

const NAMES: Readonly<Record<Folder, string>> = { inbox: "the Inbox", sentitems: "Sent Items" };

/** Counts the messages of each page. How many there are is asked once per folder that has more than one page. */
export function firstRounds(
  graph: Pick<GraphService, "mailFolder">,
  progress: Progress,
  signal: AbortSignal,
): (mailbox: string, folder: Folder, page: StoredPage) => void {
  const folders = new Map<string, { done: number; total: number | null }>();
  return (mailbox, folder, { messages, last }) => {
    const name = `${mailbox} ${folder}`;
    const known = folders.get(name);
    const reading = known ?? { done: 0, total: null };
    folders.set(name, reading);
    if (known === undefined && !last) {
      graph.mailFolder(mailbox, folder, signal).then(({ totalItemCount }) => {
        reading.total = totalItemCount;
      }, () => {
        // The reading itself meets whatever is wrong, and tells it.
      });
    }
    reading.done += messages;
    const what = `${mailbox}: read mails of ${NAMES[folder]}:`;
    // What came in meanwhile is read too.
    const total = reading.total === null ? null : Math.max(reading.total, reading.done);
    progress({ what, done: reading.done, total });
  };
}
