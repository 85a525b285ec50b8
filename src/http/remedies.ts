/** What a person can do about an answer, where the vendor's words do not say it. */

import type { Destination } from "../core/errors.ts";
import type { HttpAnswer } from "../core/http_port.ts";

/** One sentence without a full stop, `undefined` if there is nothing to add. */
export function remedyFor(destination: Destination, answer: HttpAnswer, code: string): string | undefined {
  if (answer.status >= 300 && answer.status < 400) return redirected(destination, answer);
  if (destination === "graph") return graphRemedy(answer.status, code);
  if (destination === "jira" && answer.status === 413) return "A proxy or Jira's attachment limit refuses this size";
  return undefined;
}

function redirected(destination: Destination, answer: HttpAnswer): string | undefined {
  if (destination !== "jira") return undefined;
  const location = answer.headers.get("location") ?? "";
  const where = URL.canParse(location) ? new URL(location).origin : "another address";
  return `Redirects are not followed (to ${where}): set JIRA_PLATFORM_URL to Jira's own base URL`;
}

function graphRemedy(status: number, code: string): string | undefined {
  if (/ErrorInvalidUser|ResourceNotFound|MailboxNotEnabled|ErrorNonExistentMailbox/i.test(code)) {
    return "Check the address in O365_PRINCIPAL: it must be a mailbox in Exchange Online";
  }
  if (status !== 403 && !/AccessDenied|RequestDenied/i.test(code)) return undefined;
  if (/SendAsDenied/i.test(code)) return "The account may not send as this mailbox";
  return "Grant Mail.ReadWrite and Mail.Send with admin consent, or put this mailbox into the scope of the app's " +
    "Exchange role or access policy (changes take up to 2 hours)";
}
