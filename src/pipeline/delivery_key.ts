/** What every idempotency key of a mail begins with. */

import { sha256Hex } from "../core/ids.ts";

/** Stable over restarts, and over a lost state file: what every idempotency key of this mail begins with. */
export async function deliveryKey(mailbox: string, messageId: string): Promise<string> {
  return (await sha256Hex(`${mailbox}\n${messageId}`)).slice(0, 32);
}
