/** What the pipeline must know of the configuration; made by `app` from the whole of it. */

import type { AutomaticAction, AutomaticKind } from "../core/decision.ts";
import type { QuotedHistory } from "../content/content.ts";

/** A board, or the only project, as the start resolved it. */
export interface BoardTarget {
  /** `null` when `JIRA_PROJECT_KEY` is used. */
  readonly board: string | null;
  readonly project: string;
  readonly serviceDesk: boolean;
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
  readonly quotedHistory: QuotedHistory;
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
