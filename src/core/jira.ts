/** Jira's nouns, the same for Cloud and for Server/Data Center. */

/** How long texts are written: `adf` for Cloud (REST v3), `wiki` for Server/Data Center (REST v2). */
export type TextFormat = "adf" | "wiki";

/** An Atlassian Document Format document. */
export interface AdfDocument {
  readonly type: "doc";
  readonly version: 1;
  readonly content: readonly AdfNode[];
}

export interface AdfMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

export interface AdfNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly AdfNode[];
  readonly marks?: readonly AdfMark[];
  readonly text?: string;
}

/** A text as Jira takes it. */
export type RichText =
  | { readonly format: "adf"; readonly content: AdfDocument }
  | { readonly format: "wiki"; readonly content: string };

/** A Jira user. `id` is the accountId on Cloud and the login name on Server. */
export interface JiraUser {
  readonly id: string;
  readonly displayName: string;
}

/** `id` never changes; `key` does when the issue is moved to another project. */
export interface IssueRef {
  readonly id: string;
  readonly key: string;
}

/** `^[A-Z][A-Z0-9_]+-\d+$`: checked before a key enters a path. */
export const ISSUE_KEY = /^[A-Z][A-Z0-9_]+-\d+$/;
