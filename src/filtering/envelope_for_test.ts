/** Mail and facts for the tests of this room: an ordinary mail of a stranger to the mailbox, in which nothing is wrong. */

import type { AutomaticVerdict } from "../core/decision.ts";
import type { Address, Envelope, Header } from "../core/mail.ts";
import type { ThreadCandidate } from "../core/state_port.ts";
import { DEFAULT_AUTOMATIC_ACTIONS } from "./automatic.ts";
import type { FilterFacts, OwnAddresses } from "./facts.ts";
import type { ThreadFacts } from "./threads.ts";

export const OWN: OwnAddresses = { mailboxes: ["support@x.com", "hr@x.com"], addresses: ["help@x.com"] };

export const BY_A_PERSON: AutomaticVerdict = { kind: null, evidence: [], about: null, reported: [], mayAnswer: false };

/** `"Ada <ada@example.com>"` or a bare address. */
export function person(text: string): Address {
  const match = text.match(/^(.*?)\s*<(.*)>$/);
  return match === null ? { name: "", address: text } : { name: match[1]!, address: match[2]! };
}

export function people(...texts: readonly string[]): Address[] {
  return texts.map(person);
}

/** `"Name: value"`, topmost first. */
export function headers(...lines: readonly string[]): Header[] {
  return lines.map((line) => {
    const colon = line.indexOf(":");
    return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
  });
}

export function envelope(changes: Partial<Envelope> = {}): Envelope {
  return {
    mailbox: "support@x.com",
    folder: "inbox",
    id: "AAMk1",
    internetMessageId: "<1@example.com>",
    subject: "The printer is on fire",
    from: person("Ada <ada@example.com>"),
    sender: person("Ada <ada@example.com>"),
    to: people("support@x.com"),
    cc: [],
    bcc: [],
    replyTo: [],
    receivedAt: "2026-03-02T10:00:00.000Z",
    sentAt: "2026-03-02T09:59:58.000Z",
    importance: "normal",
    conversationId: "conversation-1",
    conversationIndexLength: 22,
    headers: [],
    marker: null,
    ...changes,
  };
}

export function facts(changes: Partial<FilterFacts> = {}): FilterFacts {
  return {
    own: OWN,
    handled: null,
    startedAt: "2026-03-01T00:00:00.000Z",
    includeBeforeStart: false,
    ownMessage: null,
    jira: { host: "x.atlassian.net", addresses: [] },
    knownIssue: null,
    inboxReadSince: true,
    whitelist: [],
    blacklist: [],
    automatic: BY_A_PERSON,
    aboutIssue: null,
    automaticActions: DEFAULT_AUTOMATIC_ACTIONS,
    verification: "none",
    ...changes,
  };
}

export function threadFacts(changes: Partial<ThreadFacts> = {}): ThreadFacts {
  return { references: [], conversation: [], keys: [], own: OWN, verification: "none", ...changes };
}

export function candidate(key: string, ...participants: readonly string[]): ThreadCandidate {
  return { issue: { id: key.replace(/\D/g, ""), key }, mailbox: "support@x.com", via: "<0@x.com>", participants };
}
