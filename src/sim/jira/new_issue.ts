/** An issue as it is when nothing has happened to it. */

import type { RichText } from "../../core/jira.ts";
import type { JiraStore } from "./store.ts";
import type { SimIssue, SimProject } from "./types.ts";

export interface NewIssue {
  readonly project: string;
  readonly summary: string;
  readonly issueType?: string;
  readonly description?: RichText | string | null;
  /** accountId, login name or address. */
  readonly reporter?: string | null;
  /** Default: the reporter. */
  readonly creator?: string | null;
  readonly labels?: readonly string[];
  readonly priority?: string | null;
}

/** Takes the project's next number; throws if the project has no such issue type. */
export function issueFrom(
  draft: NewIssue,
  project: SimProject,
  jira: Pick<JiraStore, "nextId" | "now" | "text" | "user" | "priorities" | "statuses">,
): SimIssue {
  const type = project.issueTypes.find(({ name }) => name === (draft.issueType ?? project.issueTypes[0]?.name));
  if (type === undefined) throw new Error(`No such issue type in project ${project.key}: "${draft.issueType}"`);
  const now = jira.now();
  const description = draft.description ?? null;
  return {
    id: jira.nextId(),
    key: `${project.key}-${++project.lastNumber}`,
    formerKeys: [],
    projectKey: project.key,
    issueType: type.id,
    summary: draft.summary,
    description: description === null ? null : jira.text(description),
    reporter: jira.user(draft.reporter)?.accountId ?? null,
    creator: jira.user(draft.creator ?? draft.reporter)?.accountId ?? null,
    assignee: null,
    labels: [...(draft.labels ?? [])],
    priority: draft.priority === undefined ? jira.priorities[2] ?? jira.priorities[0] ?? null : draft.priority,
    status: jira.statuses[0]!.id,
    resolution: null,
    resolved: null,
    created: now,
    changes: [now],
    comments: [],
    attachments: [],
    properties: new Map(),
    watchers: new Set(),
    remoteLinks: [],
    fields: new Map(),
    hiddenFrom: new Set(),
  };
}
