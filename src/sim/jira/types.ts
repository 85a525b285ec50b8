/** What the simulated Jira remembers; the same for Cloud and for Server/Data Center. Times are milliseconds since 1970. */

import type { RichText } from "../../core/jira.ts";

export interface SimUser {
  /** Cloud's accountId. */
  readonly accountId: string;
  /** Server's login name. */
  readonly name: string;
  /** Server's user key. */
  readonly userKey: string;
  displayName: string;
  emailAddress: string;
  /** Whether others may see the address. */
  emailVisible: boolean;
  active: boolean;
  accountType: "atlassian" | "app" | "customer";
  /** IANA name: JQL dates are read in it. */
  timeZone: string;
}

export interface SimIssueType {
  readonly id: string;
  readonly name: string;
  readonly subtask: boolean;
}

/** A field of the create screen beyond the ones every project has. */
export interface SimField {
  readonly id: string;
  readonly name: string;
  readonly required: boolean;
  readonly hasDefaultValue?: boolean;
  readonly type: "string" | "number" | "option" | "array" | "date" | "user";
  /** Item type of an array. */
  readonly items?: string;
  readonly allowedValues?: readonly { readonly id: string; readonly value: string }[];
}

export interface SimProject {
  readonly id: string;
  readonly key: string;
  name: string;
  readonly type: "software" | "business" | "service_desk";
  issueTypes: SimIssueType[];
  /** Additional fields of the create screen. */
  fields: SimField[];
  /** Ids of standard fields that are not on the screens (`reporter`, `priority`, …). */
  offScreen: Set<string>;
  components: { readonly id: string; readonly name: string }[];
  lead: string;
  lastNumber: number;
}

export interface SimBoard {
  readonly id: number;
  name: string;
  readonly type: "kanban" | "scrum" | "simple";
  /** Empty: a board over a filter without a project. More than one: Cloud's `location` names the first. */
  projectKeys: string[];
}

export interface SimStatus {
  readonly id: string;
  readonly name: string;
  readonly category: "new" | "indeterminate" | "done";
}

export interface SimTransition {
  readonly id: string;
  readonly name: string;
  /** Status ids it starts from; `null`: from anywhere. */
  readonly from: readonly string[] | null;
  readonly to: string;
  /** The screen of the transition asks for a resolution and takes no request without one. */
  readonly resolutionRequired?: boolean;
}

export interface SimVisibility {
  readonly type: "role" | "group";
  readonly value: string;
}

export interface SimComment {
  readonly id: string;
  /** accountId; `null` for anonymous. */
  readonly author: string | null;
  updateAuthor: string | null;
  body: RichText;
  readonly created: number;
  updated: number;
  visibility: SimVisibility | null;
  readonly properties: Map<string, unknown>;
}

export interface SimAttachment {
  readonly id: string;
  /** What an ADF media node carries on Cloud. */
  readonly mediaId: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly author: string | null;
  readonly created: number;
  readonly bytes: Uint8Array;
}

export interface SimLink {
  readonly id: string;
  readonly type: string;
  /** Issue ids. */
  readonly inward: string;
  readonly outward: string;
}

export interface SimRemoteLink {
  readonly id: number;
  readonly globalId: string | null;
  value: Record<string, unknown>;
}

export interface SimIssue {
  readonly id: string;
  key: string;
  readonly formerKeys: string[];
  projectKey: string;
  issueType: string;
  summary: string;
  description: RichText | null;
  reporter: string | null;
  readonly creator: string | null;
  assignee: string | null;
  labels: string[];
  /** Name of the priority; `null` if the project's screen has none. */
  priority: string | null;
  /** Status id. */
  status: string;
  resolution: string | null;
  resolved: number | null;
  readonly created: number;
  /** Every change, oldest first; the last one is `updated`. Search sees them with the index's lag. */
  readonly changes: number[];
  readonly comments: SimComment[];
  readonly attachments: SimAttachment[];
  readonly properties: Map<string, unknown>;
  readonly watchers: Set<string>;
  readonly remoteLinks: SimRemoteLink[];
  /** Everything else that was set: components, parent, custom fields. */
  readonly fields: Map<string, unknown>;
  /** accountIds that may not see it although they may browse the project. */
  readonly hiddenFrom: Set<string>;
}

/** What Jira tells its webhooks. */
export interface SimEvent {
  readonly name: "comment_created" | "comment_updated" | "jira:issue_updated";
  readonly issue: SimIssue;
  readonly comment: SimComment | null;
}

/** When the issue was last changed. */
export function updatedAt(issue: SimIssue): number {
  return issue.changes.at(-1) ?? issue.created;
}
