/** What a person writes in Outlook as the mailbox. */

import { joined } from "./conversations.ts";
import { newDraft } from "./drafts.ts";
import { newAttachmentId } from "./ids.ts";
import type { Mailbox } from "./mailbox.ts";
import type { StoredMessage, WrittenAttachment } from "./nouns.ts";
import { addressFrom } from "./receive.ts";

/** What a person sends as the mailbox from Outlook. */
export interface AgentMail {
  /** Immutable id or Message-ID of the mail that it answers; a Message-ID may be one that never was in the mailbox. */
  readonly inReplyTo?: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  /** Default: `RE:` and the subject of the answered mail. */
  readonly subject?: string;
  readonly html?: string;
  readonly text?: string;
  /** Who pressed the button, for "send as" and "on behalf of"; default: the mailbox itself. */
  readonly sender?: string;
  readonly attachments?: readonly WrittenAttachment[];
}

/** The mail as it is about to be sent; not stored yet. */
export async function agentDraft(mailbox: Mailbox, mail: AgentMail, now: number): Promise<StoredMessage> {
  const original = mail.inReplyTo === undefined ? null : answeredMail(mailbox, mail.inReplyTo);
  const draft = await newDraft(mailbox, now, original === null ? undefined : joined(original));
  draft.subject = mail.subject ?? (original === null ? "" : `RE: ${original.subject.replace(/^RE: /i, "")}`);
  draft.to = mail.to.map(addressFrom);
  draft.cc = (mail.cc ?? []).map(addressFrom);
  draft.body = mail.html !== undefined
    ? { contentType: "html", content: mail.html }
    : { contentType: "text", content: mail.text ?? "" };
  if (mail.sender !== undefined) draft.sender = addressFrom(mail.sender);
  draft.inReplyTo = original?.internetMessageId ?? mail.inReplyTo ?? null;
  draft.references = [...original?.references ?? [], ...(draft.inReplyTo === null ? [] : [draft.inReplyTo])];
  draft.attachments = (mail.attachments ?? []).map((file) => ({
    id: newAttachmentId(),
    kind: "file",
    name: file.name,
    contentType: file.contentType ?? "application/octet-stream",
    isInline: file.contentId !== undefined,
    contentId: file.contentId ?? null,
    contentLocation: null,
    bytes: file.bytes,
    modifiedAt: now,
  }));
  return draft;
}

function answeredMail(mailbox: Mailbox, inReplyTo: string): StoredMessage | null {
  if (inReplyTo.startsWith("<")) return mailbox.withMessageId(inReplyTo) ?? null;
  return mailbox.message(inReplyTo);
}
