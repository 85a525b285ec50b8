/** Which mail a report is about. */

import { headerValues, messageIdsIn, referencedMessageIds } from "../../core/mail.ts";
import type { Envelope } from "../../core/mail.ts";

const NAMED = /^[ \t>|]*(?:original-message-id|x-original-message-id)[ \t]*:\s*(<[^<>\s]+>)/im;
/** A header of the returned mail, as it stands in the report's text. */
const RETURNED = /^[ \t>|]*message-id[ \t]*:\s*(<[^<>\s]+>)/gim;

/** What the returned mail answered: the conversation is known by it, though the mail itself may not be. */
const ANSWERED = /^[ \t>|]*(?:in-reply-to|references)[ \t]*:([^\n]*)/gim;
const MAX_IDS = 20;

/**
 * The Message-IDs that a bounce or receipt gives for the mail it tells about, the likeliest first. `text`: its text and,
 * where known, its status fields and the returned headers.
 */
export function messagesReportedOn(envelope: Envelope, text: string): string[] {
  const ids = [
    text.match(NAMED)?.[1],
    ...headerValues(envelope, "In-Reply-To").flatMap(messageIdsIn),
    ...[...text.matchAll(RETURNED)].map(([, id]) => id),
    ...referencedMessageIds(envelope),
    ...[...text.matchAll(ANSWERED)].flatMap(([, value]) => messageIdsIn(value!)),
  ];
  return [...new Set(ids)].filter((id) => id !== undefined && id !== envelope.internetMessageId).slice(
    0,
    MAX_IDS,
  ) as string[];
}
