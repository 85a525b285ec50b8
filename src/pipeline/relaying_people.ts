/** Whom a relay reaches: the sender of the first mail, and those whom that sender put in To or Cc. */

import type { Address } from "../core/mail.ts";
import { HttpError } from "../core/errors.ts";
import type { ThreadMessage } from "../core/state_port.ts";
import { comparable, isOneOf } from "../filtering/addresses.ts";
import { everyOwnAddress } from "../filtering/facts.ts";
import { answerableSender, isUnreadAddress } from "../filtering/recipients.ts";
import { verifySender } from "../filtering/verification.ts";
import type { Message } from "../core/mail.ts";
import type { Parts } from "./context.ts";
import { automaticVerdict, ownAddresses } from "./decide.ts";

export interface RelayPeople {
  readonly mailbox: string;
  /** Mails to and from these two only are answered: what agents wrote to others, and their subjects, are not for the sender. */
  readonly answerable: readonly ThreadMessage[];
  readonly to: Address;
  readonly cc: readonly Address[];
}

/** More people than this on a mail are no conversation. */
const MAX_CC = 50;

/** `nobody`: why no mail goes out. `exceptUser`: the Jira account of whoever wrote the comment. */
export async function relayPeople(
  parts: Parts,
  messages: readonly ThreadMessage[],
  exceptUser: string | null,
  signal: AbortSignal,
): Promise<RelayPeople | { readonly nobody: string }> {
  const first = messages.find(({ origin }) => origin === "received");
  if (first === undefined) return { nobody: "no mail of a sender belongs to this issue" };
  const known = first.sender ? first : await lookedUp(parts, first, signal);
  if (known === null) return { nobody: "the first mail of this issue is not in the mailbox any more" };
  const { sender, answerTo } = known;
  if (!sender || !answerTo) {
    return { nobody: "the sender of the first mail may not be answered (forged, automatic or ours)" };
  }
  const own = everyOwnAddress(ownAddresses(parts.settings));
  const others = new Set<string>();
  for (const message of messages) {
    if (message.origin !== "received" || (message === first ? sender : message.sender) !== sender) continue;
    for (const address of message.participants) others.add(comparable(address));
  }
  const wanted = [answerTo, ...[...others].filter((one) => one !== sender && one !== answerTo).slice(0, MAX_CC)]
    .filter((address) => !isOneOf(address, own) && !isUnreadAddress(address));
  const people: string[] = [];
  for (const address of wanted) {
    if (!await isAccount(parts, address, exceptUser, signal)) people.push(address);
  }
  const [to, ...cc] = people.map((address) => ({ name: "", address }));
  return to === undefined
    ? { nobody: "whoever could be told wrote it, or is not to be answered" }
    : { mailbox: mailboxOf(parts, first), answerable: answerableOf(messages, first, sender), to, cc };
}

/** What the Python tool left does not tell its mailbox: it knew one only. */
function mailboxOf({ settings }: Parts, { mailbox }: ThreadMessage): string {
  return mailbox === "" ? settings.mailboxes[0]! : mailbox;
}

/** The sender's own mails, and ours, in the mailbox of the first. */
function answerableOf(messages: readonly ThreadMessage[], first: ThreadMessage, sender: string): ThreadMessage[] {
  return messages.filter((message) =>
    message.mailbox === first.mailbox && message.messageId !== null &&
    (message.origin === "ours" || message === first || (message.origin === "received" && message.sender === sender))
  );
}

/** Nobody is told what they wrote themselves. */
async function isAccount(parts: Parts, address: string, userId: string | null, signal: AbortSignal): Promise<boolean> {
  return userId !== null && (await parts.people.find(address, signal))?.id === userId;
}

/** Stored by a version that did not keep the sender, or a sender who may not be answered: the mail itself tells. */
async function lookedUp(parts: Parts, first: ThreadMessage, signal: AbortSignal): Promise<ThreadMessage | null> {
  const id = first.messageId ??
    (first.internetMessageId === null
      ? null
      : await parts.graph.messageIdOf(mailboxOf(parts, first), first.internetMessageId, signal));
  const message = id === null ? null : await parts.graph.message(mailboxOf(parts, first), id, "inbox", signal);
  if (message === null) return null;
  const known = { ...first, messageId: id, ...senderFacts(parts, message) };
  await parts.state.addThreadMessage(known);
  return known;
}

/** What a thread row remembers of a received mail's sender. */
export function senderFacts(
  parts: Pick<Parts, "settings">,
  message: Message,
): Pick<ThreadMessage, "sender" | "answerTo"> {
  const { recipient } = answerableSender(message, {
    own: ownAddresses(parts.settings),
    automatic: automaticVerdict(message),
    verification: verifySender(message),
  });
  return {
    sender: message.from === null ? null : comparable(message.from.address),
    answerTo: recipient === null ? null : comparable(recipient.address),
  };
}

/** Graph's answer says that the message to be answered is not there. */
export function isMessageGone(error: unknown): boolean {
  return error instanceof HttpError && error.destination === "graph" && error.status === 404;
}
