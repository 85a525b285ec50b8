/** What was decided about a mail, as plain data. */

import type { JiraUser } from "./jira.ts";

/** The four ends of a mail (contract §4). */
export type OutcomeKind = "created" | "commented" | "filtered" | "failed";

/** The filters, in the order in which they are asked. */
export type FilterName =
  | "already-handled"
  | "before-start"
  | "own-output"
  | "jira-automation"
  | "jira-notification"
  | "sent-items"
  | "blacklist"
  | "whitelist"
  | "automatic-mail"
  | "recipient-control"
  /** Not asked of every mail: too much mail on one issue within an hour. */
  | "loop-limit"
  /** Not asked of every mail: it disappeared from the mailbox before anything was written. */
  | "message-gone";

export interface FilterVerdict {
  readonly filter: FilterName;
  readonly verdict: "pass" | "reject";
  /** One sentence without a full stop at its end. */
  readonly reason: string;
}

/** Kinds of automatic mail. `notification`: generated, but nobody's reply (monitoring, shops, CI). */
export type AutomaticKind = "bounce" | "auto-reply" | "receipt" | "calendar" | "list" | "notification";

/** What becomes of a kind outside a known conversation (`AUTOMATIC_MAIL`). */
export type AutomaticAction = "filter" | "issue";

/** The classifier's answer: the kind with its evidence, or that a person wrote the mail. */
export interface AutomaticVerdict {
  /** `null`: written by a person. */
  readonly kind: AutomaticKind | null;
  /** The evidence in words, strongest first; may be non-empty for a person's mail (weak signs). */
  readonly evidence: readonly string[];
  /** The Message-ID of the mail that a bounce or receipt is about, if it tells. */
  readonly about: string | null;
  /** Every Message-ID that may name that mail, the likeliest first: of mail that Exchange sent, the last hop may know another. */
  readonly reported: readonly string[];
  /**
   * An automatic reply that shows no sign of absence or of a mere "we got it": in a known conversation it may be the real
   * answer of another ticket system, which marks all its mail so.
   */
  readonly mayAnswer: boolean;
}

/** The verdict of Exchange on the sender's domain: the topmost `Authentication-Results`. */
export type SenderVerification = "pass" | "fail" | "none";

export type ThreadRule = "references" | "conversation" | "issue-key" | "none";

export interface ThreadVote {
  readonly rule: Exclude<ThreadRule, "none">;
  /** Issue key voted for, `null` if the rule had nothing to say. */
  readonly issue: string | null;
  /** Whether this vote decided. */
  readonly won: boolean;
  readonly reason: string;
}

export interface ThreadVerdict {
  readonly rule: ThreadRule;
  /** Issue id in Jira, `null` for a new conversation. */
  readonly issueId: string | null;
  readonly issue: string | null;
  readonly votes: readonly ThreadVote[];
}

/** Where a new issue goes. */
export interface Route {
  /** Key of the board (`support` for `JIRA_SUPPORT_BOARD`), `null` when `JIRA_PROJECT_KEY` is used. */
  readonly board: string | null;
  readonly project: string;
  readonly issueType: string;
  readonly labels: readonly string[];
  readonly priority: "High" | "Low" | null;
}

/** An address with the Jira user it belongs to, `null` if none. */
export interface Person {
  readonly address: string;
  readonly name: string;
  readonly jiraUser: JiraUser | null;
}
