/** What Graph's refusals say about a mailbox. */

import type { HttpError } from "../core/errors.ts";
import { classify } from "../pipeline/classify.ts";

/** There is no such mailbox, or it is not in Exchange Online: the address is wrong. */
export function isNoMailbox({ destination, code }: HttpError): boolean {
  return destination === "graph" &&
    /^(ErrorInvalidUser|Request_ResourceNotFound|ResourceNotFound|MailboxNotEnabledForRESTAPI|ErrorNonExistentMailbox)$/i
      .test(code);
}

/** The mailbox is closed to us: permission, consent, or a policy of Exchange. */
export function isClosedMailbox(error: HttpError): boolean {
  if (error.destination !== "graph") return false;
  const asked = classify(error);
  return error.status === 403 || (asked.kind === "pause" && asked.reason === "credentials");
}
