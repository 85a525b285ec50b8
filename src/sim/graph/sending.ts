/** Sending: the copy in Sent Items, the mail on its way, and the record of it. */

import { Buffer } from "node:buffer";
import type { Header } from "../../core/mail.ts";
import { bareSubject } from "./conversations.ts";
import { GraphFault } from "./faults.ts";
import { newMessageId } from "./ids.ts";
import type { Mailbox } from "./mailbox.ts";
import { addressText, writeMime } from "../../mime/write.ts";
import type { SentMail, StoredMessage } from "./nouns.ts";
import { mailDate, newInternetMessageId } from "./receive.ts";

/** What Exchange does with a mail that is sent. */
export interface SendingBehaviour {
  /** Milliseconds until the copy appears in Sent Items; until then the message is nowhere (404). */
  sentCopyDelayMs: number;
  /** The transport gives the mail another Message-ID than the draft had. */
  rewriteMessageIds: boolean;
  /** `x-` headers are taken off on the way, in the copy and in what the recipient gets. */
  stripHeaders: boolean;
}

/** Does what is to be done with a mail that left: deliver, record, tell. */
export type Dispatch = (mail: SentMail) => Promise<void>;

/** Where the copy goes: kept and its time, or not kept (`saveToSentItems: false`). */
export interface SendOptions {
  readonly behaviour: SendingBehaviour;
  readonly keepCopy: boolean;
  readonly by: SentMail["by"];
  readonly now: number;
  readonly dispatch: Dispatch;
  /** Runs later, unless the simulator is stopped before. */
  readonly later: (ms: number, action: () => void) => void;
}

/** Sends a draft that lies in the mailbox, or a message that was never stored. Throws 400 for what cannot be sent. */
export async function sendMessage(mailbox: Mailbox, message: StoredMessage, options: SendOptions): Promise<SentMail> {
  if (!message.isDraft) {
    throw new GraphFault(
      400,
      "ErrorInvalidOperation",
      "The operation can't be performed because the message is not a draft.",
    );
  }
  const recipients = [...message.to, ...message.cc, ...message.bcc];
  if (recipients.length === 0 || recipients.some(({ address }) => !/^[^\s@]+@[^\s@]+$/.test(address))) {
    throw new GraphFault(400, "ErrorInvalidRecipients", "At least one recipient is not valid., Recipients not valid.");
  }
  if (recipients.length > 500) {
    throw new GraphFault(400, "ErrorInvalidRecipients", "The number of recipients exceeds the limit of 500.");
  }
  const { behaviour, now } = options;
  message.isDraft = false;
  message.isRead = true;
  message.sentAt = now;
  message.receivedAt = now;
  message.modifiedAt = now;
  if (behaviour.rewriteMessageIds) message.internetMessageId = newInternetMessageId();
  if (behaviour.stripHeaders) message.headers = [];
  message.internetMessageId ??= newInternetMessageId();
  const sent = sentMail(mailbox, message, options);
  putInSentItems(mailbox, message, options);
  await options.dispatch(sent);
  return sent;
}

/** The MIME of a message that was written here. */
export function composeMime(message: StoredMessage): Uint8Array {
  return writeMime({
    headers: transportHeaders(message),
    html: message.body.contentType === "html" ? message.body.content : null,
    text: message.body.contentType === "text" ? message.body.content : null,
    parts: message.attachments.filter(({ kind }) => kind !== "reference").map((attachment) => ({
      name: attachment.name,
      contentType: attachment.kind === "item" ? "message/rfc822" : attachment.contentType ?? "application/octet-stream",
      bytes: attachment.bytes,
      contentId: attachment.contentId,
      isInline: attachment.isInline,
    })),
  });
}

function sentMail(mailbox: Mailbox, message: StoredMessage, { by, now }: SendOptions): SentMail {
  return {
    mailbox: mailbox.address,
    id: message.immutableId,
    internetMessageId: message.internetMessageId!,
    from: message.from!,
    to: message.to,
    cc: message.cc,
    bcc: message.bcc,
    subject: message.subject,
    body: message.body,
    inReplyTo: message.inReplyTo,
    references: message.references,
    headers: transportHeaders(message),
    attachments: message.attachments,
    raw: composeMime(message),
    sentAt: now,
    by,
  };
}

/** The draft moves and keeps its immutable id; what was never stored is stored now. */
function putInSentItems(mailbox: Mailbox, message: StoredMessage, options: SendOptions): void {
  const stored = mailbox.messages.has(message.immutableId);
  const folderId = mailbox.folder("sentitems").id;
  const { sentCopyDelayMs } = options.behaviour;
  if (stored && options.keepCopy && sentCopyDelayMs === 0) {
    mailbox.move(message, folderId, options.now);
    return mailbox.index(message);
  }
  if (stored) mailbox.remove(message);
  if (!options.keepCopy) return;
  const keep = () => {
    message.folderId = folderId;
    message.restId = newMessageId("rest");
    mailbox.add(message);
  };
  if (sentCopyDelayMs === 0) keep();
  else options.later(sentCopyDelayMs, keep);
}

function transportHeaders(message: StoredMessage): Header[] {
  const header = (name: string, value: string | null) => value === null || value === "" ? [] : [{ name, value }];
  const addresses = (list: StoredMessage["to"]) => list.map(addressText).join(", ");
  const { from, sender } = message;
  return [
    ...header("From", from === null ? null : addressText(from)),
    ...header("Sender", sender === null || sender.address === from?.address ? null : addressText(sender)),
    ...header("To", addresses(message.to)),
    ...header("CC", addresses(message.cc)),
    ...header("Reply-To", addresses(message.replyTo)),
    ...header("Subject", message.subject),
    ...header("Thread-Topic", bareSubject(message.subject)),
    ...header("Thread-Index", Buffer.from(message.conversationIndex).toString("base64")),
    ...header("Date", mailDate(message.sentAt ?? message.createdAt)),
    ...header("Message-ID", message.internetMessageId),
    ...header("References", message.references.join(" ")),
    ...header("In-Reply-To", message.inReplyTo),
    ...header("Importance", message.importance === "normal" ? null : message.importance),
    ...message.headers,
  ];
}
