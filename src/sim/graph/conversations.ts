/** Which conversation a message belongs to, decided as Exchange decides. */

import { Buffer } from "node:buffer";
import type { StoredMessage } from "./nouns.ts";

/** Bytes of a conversation index: one header of 22, 5 more for every answer. */
const INDEX_HEADER = 22;

export interface ConversationClues {
  readonly subject: string;
  /** Message-IDs from `In-Reply-To` and `References`, nearest first. */
  readonly answered: readonly string[];
  /** Decoded `Thread-Index`, `null` if there is none. */
  readonly threadIndex: Uint8Array | null;
}

export interface ConversationPlace {
  /** What the conversation id is made from. */
  readonly seed: string;
  /** Id of the existing conversation it joins; `null`: made from the seed. */
  readonly existing: string | null;
  readonly index: Uint8Array;
}

/** What is looked up in the mailbox. */
export interface ConversationIndex {
  withMessageId(internetMessageId: string): StoredMessage | undefined;
  /** The youngest message with this topic (see {@link topicOf}). */
  latestOfTopic(topic: string): StoredMessage | undefined;
  /** A message whose conversation index holds this GUID and which has this topic. */
  ofThread(guid: string, topic: string): StoredMessage | undefined;
}

/**
 * `Thread-Index` wins: its 16-byte GUID names the conversation. Else the nearest answered message that lies in the
 * mailbox, if the subject is still the same (a renamed answer begins a conversation). Else, for a `RE:` without
 * threading headers (or for all mail, with `byTopic`), the youngest message with the same topic.
 */
export function placeInConversation(
  clues: ConversationClues,
  mail: ConversationIndex,
  byTopic: boolean,
): ConversationPlace {
  const topic = topicOf(clues.subject);
  if (clues.threadIndex !== null && clues.threadIndex.length >= INDEX_HEADER) {
    const guid = threadGuid(clues.threadIndex);
    const same = mail.ofThread(guid, topic);
    return { seed: `${guid}\n${topic}`, existing: same?.conversationId ?? null, index: clues.threadIndex };
  }
  for (const id of clues.answered) {
    const parent = mail.withMessageId(id);
    if (parent !== undefined && topicOf(parent.subject) === topic) return joined(parent);
  }
  const index = newConversationIndex();
  const grouped = topic !== "" && (byTopic || (isReplySubject(clues.subject) && clues.answered.length === 0));
  const existing = grouped ? mail.latestOfTopic(topic)?.conversationId ?? null : null;
  return { seed: Buffer.from(index).toString("hex"), existing, index };
}

/** The place of an answer to a message of the mailbox. */
export function joined(parent: StoredMessage): ConversationPlace {
  return { seed: "", existing: parent.conversationId, index: childIndex(parent.conversationIndex) };
}

/** A new index: one reserved byte, five of time, a GUID. */
export function newConversationIndex(): Uint8Array {
  const index = new Uint8Array(INDEX_HEADER);
  crypto.getRandomValues(index);
  index[0] = 1;
  return index;
}

/** What makes two subjects one topic: {@link bareSubject} without case. */
export function topicOf(subject: string): string {
  return bareSubject(subject).toLowerCase();
}

/** The subject without `RE:`, `AW:`, `FW:` … */
export function bareSubject(subject: string): string {
  return subject.replace(/^(\s*[a-z]{2,4}(\[\d+\])?:\s*)+/i, "").trim();
}

function isReplySubject(subject: string): boolean {
  return /^\s*(re|aw|sv|antw|rif|ref|odp|vs)(\[\d+\])?:/i.test(subject);
}

/** The GUID in a conversation index, hex. */
export function threadGuid(index: Uint8Array): string {
  return Buffer.from(index.subarray(6, INDEX_HEADER)).toString("hex");
}

function childIndex(parent: Uint8Array): Uint8Array {
  const child = new Uint8Array(parent.length + 5);
  child.set(parent);
  crypto.getRandomValues(child.subarray(parent.length));
  return child;
}
