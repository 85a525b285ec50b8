/** Forwarded mail. */

import type { Message } from "../core/mail.ts";

/** A forward says so in its subject; its quoted part is what the sender wants to show. */
export function isForward(message: Message): boolean {
  return /^\s*(?:fwd?|wg|tr|rv|enc|i|vs|vl|doorst|pd|ilt|továbbítás)\s*(?:\[\d+\])?\s*:/i.test(message.subject);
}
