/** To which issue a mail belongs: three votes, the first that has something to say wins, the losers stay visible. */

import type { SenderVerification, ThreadVerdict, ThreadVote } from "../core/decision.ts";
import { type Envelope, isReply, referencedMessageIds } from "../core/mail.ts";
import type { ThreadCandidate } from "../core/state_port.ts";
import { comparable, isOneOf } from "./addresses.ts";
import { everyOwnAddress, type OwnAddresses } from "./facts.ts";

export interface ThreadFacts {
  /** By the Message-IDs of `referencedMessageIds()`, nearest first. */
  readonly references: readonly ThreadCandidate[];
  /** By the conversation in this mailbox. */
  readonly conversation: readonly ThreadCandidate[];
  /** Tracked issues among `issueKeysIn(subject)`, in that order. */
  readonly keys: readonly ThreadCandidate[];
  /** Tracked issues whose genuine reply token stands in the mail: only who got a mail of ours can know it. */
  readonly tokens?: readonly ThreadCandidate[] | undefined;
  readonly own: OwnAddresses;
  readonly verification: SenderVerification;
}

/** What one rule found: the candidate it votes for, if any, and why or why not. */
interface Finding {
  readonly rule: ThreadVote["rule"];
  readonly candidate: ThreadCandidate | null;
  /** Named in the vote even if it did not qualify. */
  readonly issue: string | null;
  readonly qualifies: boolean;
  readonly reason: string;
}

/** More keys than this in one subject are no reference. */
const MAX_SUBJECT_KEYS = 20;

/** Decides by design: known Message-IDs, then the conversation, then an issue key in the subject; else a new issue. */
export function voteThread(envelope: Envelope, facts: ThreadFacts): ThreadVerdict {
  const findings = [byReferences, byConversation, byIssueKey].map((rule) => distrust(rule(envelope, facts), facts));
  const winner = findings.find(({ qualifies }) => qualifies);
  const votes = findings.map((finding): ThreadVote => ({
    rule: finding.rule,
    issue: finding.issue,
    won: finding === winner,
    reason: finding.reason,
  }));
  const issue = winner?.candidate?.issue;
  return { rule: winner?.rule ?? "none", issueId: issue?.id ?? null, issue: issue?.key ?? null, votes };
}

/** Text that looks like issue keys, upper case, each once, in order. Whether they are issues is for the state to say. */
export function issueKeysIn(subject: string): string[] {
  const found = subject.toUpperCase().match(/(?<![\p{L}\p{N}_-])[A-Z][A-Z0-9_]+-[1-9]\d*(?![\p{L}\p{N}_]|-\d)/gu) ?? [];
  return [...new Set(found)].slice(0, MAX_SUBJECT_KEYS);
}

function byReferences(envelope: Envelope, { references }: ThreadFacts): Finding {
  const candidate = references[0];
  if (candidate !== undefined) return vote("references", candidate, "answers a mail of this issue");
  return silent(
    "references",
    referencedMessageIds(envelope).length === 0 ? "names no other mail" : "names no mail that is known",
  );
}

function byConversation(envelope: Envelope, facts: ThreadFacts): Finding {
  const first = facts.conversation[0];
  if (first === undefined) return silent("conversation", "the conversation is not known");
  if (!isReply(envelope)) return refused("conversation", first, "in the same conversation, but not a reply");
  return withParticipant(
    "conversation",
    envelope,
    facts,
    facts.conversation,
    "a reply in the conversation of this issue",
  );
}

function byIssueKey(envelope: Envelope, facts: ThreadFacts): Finding {
  const token = facts.tokens?.[0];
  if (token !== undefined) return vote("issue-key", token, "holds the reply token of this issue");
  if (facts.keys.length === 0) {
    const none = issueKeysIn(envelope.subject).length === 0;
    return silent("issue-key", none ? "no issue key in the subject" : "no key of a tracked issue in the subject");
  }
  return withParticipant("issue-key", envelope, facts, facts.keys, "the subject names this issue");
}

/** The first candidate whose issue the sender takes part in; several candidates of one issue add up. */
function withParticipant(
  rule: ThreadVote["rule"],
  envelope: Envelope,
  facts: ThreadFacts,
  candidates: readonly ThreadCandidate[],
  reason: string,
): Finding {
  const candidate = candidates.find((one) => takesPart(envelope, facts, one));
  if (candidate !== undefined) return vote(rule, candidate, `${reason}, by somebody who is on it`);
  return refused(rule, candidates[0]!, `${reason}, but the sender is not on it`);
}

/** Agents, who write from one of our addresses, are on every conversation. */
function takesPart({ from }: Envelope, { own }: ThreadFacts, { participants }: ThreadCandidate): boolean {
  if (from === null) return false;
  const address = comparable(from.address);
  return isOneOf(from.address, everyOwnAddress(own)) || participants.some((one) => comparable(one) === address);
}

/** An unverified sender never joins a conversation, whatever the mail names. */
function distrust(finding: Finding, { verification }: ThreadFacts): Finding {
  if (verification !== "fail" || !finding.qualifies) return finding;
  return { ...finding, qualifies: false, reason: `${finding.reason}, but the sender is not verified` };
}

function vote(rule: ThreadVote["rule"], candidate: ThreadCandidate, reason: string): Finding {
  return { rule, candidate, issue: candidate.issue.key, qualifies: true, reason };
}

function refused(rule: ThreadVote["rule"], candidate: ThreadCandidate, reason: string): Finding {
  return { rule, candidate: null, issue: candidate.issue.key, qualifies: false, reason };
}

function silent(rule: ThreadVote["rule"], reason: string): Finding {
  return { rule, candidate: null, issue: null, qualifies: false, reason };
}
