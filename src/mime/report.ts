/** Reports about mail (bounces, receipts): which mail they are about stands in their parts. */

import { headerValue, type MailAttachment, type Message } from "../core/mail.ts";
import { hasHeader, readEntity, withoutPreamble } from "./entity.ts";
import type { ReadAttachment } from "./open_mail.ts";

/** Headers and status fields are short; the returned mail may be long. */
const HEAD_BYTES = 64 * 1024;
const MAX_PARTS = 4;
const PARTS =
  /^(?:message\/(?:global-)?(?:delivery-status|disposition-notification|headers)|message\/(?:rfc822|global)|text\/rfc822-headers)/i;
const DAEMON = /^(?:mailer-?daemon|mail-?daemon|post(?:master|office)\d*|microsoftexchange[0-9a-f]{20,})@/i;

/** Whether a mail may be a report whose parts are worth reading. */
export function isReport(message: Pick<Message, "headers" | "attachments" | "from">): boolean {
  if (!message.attachments.some(isReportPart)) return false;
  return /^\s*multipart\/report/i.test(headerValue(message, "Content-Type") ?? "") ||
    DAEMON.test(message.from?.address ?? "") || message.from === null ||
    /^<\s*>$/.test(headerValue(message, "Return-Path")?.trim() ?? "-") ||
    message.attachments.some(({ contentType }) => /^message\/(?:global-)?(?:delivery|disposition)-/i.test(contentType));
}

/** Status fields, and the headers of the returned mail, one part after the other. */
export async function readReport(message: Pick<Message, "attachments">, read: ReadAttachment): Promise<string> {
  const texts: string[] = [];
  for (const attachment of message.attachments.filter(isReportPart).slice(0, MAX_PARTS)) {
    const bytes = await read(attachment, { bytes: HEAD_BYTES, headOnly: true });
    if (bytes !== null) texts.push(textOf(attachment, bytes));
  }
  return texts.join("\n");
}

function isReportPart({ kind, contentType, name }: MailAttachment): boolean {
  if (kind === "reference") return false;
  return PARTS.test(contentType) || (kind === "file" && name.toLowerCase() === "details.txt");
}

/** Of a mail only its header, the fields that tell its identity: what stands in its text is the sender's affair. */
function textOf({ kind, contentType }: MailAttachment, bytes: Uint8Array): string {
  const isMail = kind === "item" || /^message\/(?:rfc822|global)$|headers$/i.test(contentType.split(";")[0]!.trim());
  const whole = withoutPreamble(bytes);
  if (!isMail || !hasHeader(whole)) return new TextDecoder().decode(bytes);
  return readEntity(whole).headers.filter(({ name }) => /^(?:message-id|in-reply-to|references)$/i.test(name))
    .map(({ name, value }) => `${name}: ${value}`).join("\n");
}
