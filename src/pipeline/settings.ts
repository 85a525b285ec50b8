/** What the pipeline must know of the configuration; made by `app` from the whole of it. */

import type { AutomaticAction, AutomaticKind } from "../core/decision.ts";
import type { QuotedHistory } from "../content/content.ts";
import type { Templates } from "../content/templates.ts";

/** A board, or the only project, as the start resolved it. */
export interface BoardTarget {
  /** `null` when `JIRA_PROJECT_KEY` is used. */
  readonly board: string | null;
  readonly project: string;
  readonly serviceDesk: boolean;
}

/** What of Jira is mailed to the sender. */
export interface RelaySettings {
  readonly which: "off" | "marked" | "public";
  readonly marker: string;
  /** How long a comment rests before it is mailed. */
  readonly delayMs: number;
  /** Whether the sender is told that the issue was resolved or opened again. */
  readonly statusNotice: boolean;
  /** What becomes of Jira Automation's mail about comments. */
  readonly automationMail: "keep" | "delete";
}

export interface PipelineSettings {
  /** Configured mailboxes, lower case. */
  readonly mailboxes: readonly string[];
  /** `O365_ADDRESSES`, lower case. */
  readonly aliases: readonly string[];
  readonly boards: readonly BoardTarget[];
  readonly defaultTarget: BoardTarget;
  /** Mailbox (lower case) → its target. */
  readonly mailboxBoards: Readonly<Record<string, BoardTarget>>;
  readonly issueType: string;
  readonly labels: readonly string[];
  readonly issueFields: Readonly<Record<string, unknown>>;
  readonly whitelist: readonly string[];
  readonly blacklist: readonly string[];
  readonly automaticMail: Readonly<Record<AutomaticKind, AutomaticAction>>;
  readonly commentVisibility: "public" | "internal" | "auto";
  readonly resolvedReply: "comment" | "reopen" | "new";
  /** Name or id of the transition that reopens; `null`: the first that leads out of the done statuses. */
  readonly reopenTransition: string | null;
  /** `new` only for issues resolved longer ago; younger ones get a comment. */
  readonly newIssueAfterMs: number;
  readonly relay: RelaySettings;
  readonly quotedHistory: QuotedHistory;
  readonly templates: Templates;
  readonly acknowledge: boolean;
  readonly ackLimitPerSenderPerHour: number;
  /** Comments on one issue from one conversation within an hour before further mail is capped. */
  readonly commentLimitPerHour: number;
  /** Bytes; `null`: Jira's own limit. */
  readonly attachmentMaxBytes: number | null;
  /** Names (with `*`) or media types (`image/*`), lower case. */
  readonly attachmentSkip: readonly string[];
  readonly reconcileDelayMs: number;
  readonly pollIntervalMs: number;
  /** Host of `JIRA_PLATFORM_URL`, `null` without Jira (`explain`). */
  readonly jiraHost: string | null;
}
