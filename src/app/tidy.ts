/** What a state need not keep for ever: details of mail that ended well long ago. */

import { getLogger } from "@logtape/logtape";
import type { FileState } from "../state/open.ts";

const logger = getLogger(["o365-connect", "state"]);

/** After so many days a mail that ended well keeps its identity, outcome and thread, and nothing else. */
const DETAILS_DAYS = 90;

export async function tidyState(state: Pick<FileState, "prune">): Promise<void> {
  const { effects } = await state.prune(DETAILS_DAYS);
  if (effects === 0) return;
  logger.info("Removed {count} receipts of mail that ended well more than {days} days ago; its outcome stays.", {
    count: effects,
    days: DETAILS_DAYS,
  });
}
