/** What filters and votes are told beside the mail itself: plain data, gathered by the pipeline. */

import type {
  AutomaticAction,
  AutomaticKind,
  AutomaticVerdict,
  FilterName,
  FilterVerdict,
  OutcomeKind,
  SenderVerification,
} from "../core/decision.ts";
import type { Envelope } from "../core/mail.ts";

/** The addresses that are ours. */
export interface OwnAddresses {
  /** Every configured mailbox (`O365_PRINCIPAL`). */
  readonly mailboxes: readonly string[];
  /** Aliases and lists that deliver to them (`O365_ADDRESSES`). */
  readonly addresses: readonly string[];
}

/** An earlier handling of the same mail: the same row, or another one with its Message-ID, sender and sent time. */
export interface EarlierHandling {
  /** `null`: still being worked on. */
  readonly outcome: OutcomeKind | null;
  /** Key of the issue it became or joined, `null` if none. */
  readonly issue: string | null;
}

/** How Jira's own mail can be told. */
export interface JiraSenders {
  /** Host of `JIRA_PLATFORM_URL`, `null` without Jira. */
  readonly host: string | null;
  /** Addresses from which this Jira is known to send notifications; may be empty. */
  readonly addresses: readonly string[];
}

export interface FilterFacts {
  readonly own: OwnAddresses;
  readonly handled: EarlierHandling | null;
  /** ISO 8601 UTC; `null` when the mailbox has no start (a mail file). */
  readonly startedAt: string | null;
  /** The mail was asked for with `--include-before-start`. */
  readonly includeBeforeStart: boolean;
  /** The Message-ID of this mail if it is one that we sent, else `null`. */
  readonly ownMessage: string | null;
  readonly jira: JiraSenders;
  /** Key of the issue whose conversation this mail belongs to (`voteThread`), else `null`. */
  readonly knownIssue: string | null;
  /** A complete round of the Inbox was read since this mail of Sent Items was accepted. */
  readonly inboxReadSince: boolean;
  readonly whitelist: readonly string[];
  readonly blacklist: readonly string[];
  readonly automatic: AutomaticVerdict;
  /** Key of the issue of the mail that a bounce or receipt is about (`automatic.about`), `null` if unknown. */
  readonly aboutIssue: string | null;
  readonly automaticActions: Readonly<Record<AutomaticKind, AutomaticAction>>;
  readonly verification: SenderVerification;
}

/** One rule about mail; pure. */
export interface Filter {
  readonly name: FilterName;
  judge(envelope: Envelope, facts: FilterFacts): FilterVerdict;
}

/** Mailboxes and addresses together. */
export function everyOwnAddress(own: OwnAddresses): string[] {
  return [...own.mailboxes, ...own.addresses];
}

/** A verdict that lets the mail go on. */
export function pass(filter: FilterName, reason: string): FilterVerdict {
  return { filter, verdict: "pass", reason };
}

/** A verdict that ends the mail as `filtered`, unless an earlier filter did. */
export function reject(filter: FilterName, reason: string): FilterVerdict {
  return { filter, verdict: "reject", reason };
}
