/** Which mail a report is about. */

import { headerValues, messageIdsIn, referencedMessageIds } from "../../core/mail.ts";
import type { Envelope } from "../../core/mail.ts";

const NAMED = /^[ \t>|]*(?:original-message-id|x-original-message-id)[ \t]*:\s*(<[^<>\s]+>)/im;
/** A header of the returned mail, as it stands in the report's text. */
const RETURNED = /^[ \t>|]*message-id[ \t]*:\s*(<[^<>\s]+>)/gim;

/**
 * The Message-ID of the mail that a bounce or receipt tells about, or `null`. `text`: its text and, where known, the
 * returned headers.
 */
export function messageReportedOn(envelope: Envelope, text: string): string | null {
  const named = text.match(NAMED)?.[1];
  if (named !== undefined) return named;
  const answered = headerValues(envelope, "In-Reply-To").flatMap(messageIdsIn)[0];
  if (answered !== undefined) return answered;
  for (const [, id] of text.matchAll(RETURNED)) {
    if (id !== undefined && id !== envelope.internetMessageId) return id;
  }
  return referencedMessageIds(envelope)[0] ?? null;
}
