/** The simulated Jira's memory, and the people in it: what tests and the demo do by hand goes through here. */

import { type RichText } from "../../core/jira.ts";
import { Permissions, type Where } from "./permissions.ts";
import { adfFromText } from "./texts.ts";
import {
  type SimAttachment,
  type SimBoard,
  type SimComment,
  type SimField,
  type SimIssue,
  type SimIssueType,
  type SimLink,
  type SimProject,
  type SimStatus,
  type SimTransition,
  type SimUser,
  type SimVisibility,
  updatedAt,
} from "./types.ts";

export interface StoreOptions {
  /** How texts given as plain strings are kept: `adf` (Cloud) or `wiki` (Server). */
  readonly format: "adf" | "wiki";
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

export interface NewUser {
  readonly displayName: string;
  readonly emailAddress: string;
  /** Login name on Server; default the part of the address before `@`. */
  readonly name?: string;
  readonly accountId?: string;
  readonly emailVisible?: boolean;
  readonly active?: boolean;
  readonly accountType?: SimUser["accountType"];
  readonly timeZone?: string;
}

export interface NewProject {
  readonly key: string;
  readonly name?: string;
  readonly type?: SimProject["type"];
  readonly issueTypes?: readonly string[];
  readonly fields?: readonly SimField[];
  readonly offScreen?: readonly string[];
  readonly components?: readonly string[];
}

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

/** What Jira tells its webhooks. */
export interface SimEvent {
  readonly name: "comment_created" | "comment_updated" | "jira:issue_updated";
  readonly issue: SimIssue;
  readonly comment: SimComment | null;
}

const STATUSES: readonly SimStatus[] = [
  { id: "10000", name: "To Do", category: "new" },
  { id: "10001", name: "In Progress", category: "indeterminate" },
  { id: "10002", name: "Done", category: "done" },
];

const TRANSITIONS: readonly SimTransition[] = [
  { id: "11", name: "To Do", from: null, to: "10000" },
  { id: "21", name: "In Progress", from: null, to: "10001" },
  { id: "31", name: "Done", from: null, to: "10002" },
];

export class JiraStore {
  readonly format: "adf" | "wiki";
  readonly users: SimUser[] = [];
  readonly projects: SimProject[] = [];
  readonly boards: SimBoard[] = [];
  readonly links: SimLink[] = [];
  priorities = ["Highest", "High", "Medium", "Low", "Lowest"];
  resolutions = ["Done", "Won't Do", "Duplicate"];
  statuses: SimStatus[] = [...STATUSES];
  transitions: SimTransition[] = [...TRANSITIONS];
  linkTypes = [
    { id: "10000", name: "Blocks", inward: "is blocked by", outward: "blocks" },
    { id: "10001", name: "Cloners", inward: "is cloned by", outward: "clones" },
    { id: "10002", name: "Duplicate", inward: "is duplicated by", outward: "duplicates" },
    { id: "10003", name: "Relates", inward: "relates to", outward: "relates to" },
  ];
  /** Roles and groups that exist, for the visibility of comments. */
  roles = ["Administrators", "Developers", "Service Desk Team"];
  groups = ["jira-administrators", "jira-users"];
  attachmentsEnabled = true;
  /** Bytes a file may have. */
  uploadLimit = 10 * 1024 * 1024;
  /** `jira.text.field.character.limit`; 0: none. */
  textLimit = 32_767;
  /** Comments an issue may have. */
  maxComments = 5000;
  /** How long the search index lags behind, milliseconds. */
  searchLagMs = 0;
  readonly #now: () => number;
  readonly #issues = new Map<string, SimIssue>();
  /** Present and former keys. */
  readonly #keys = new Map<string, SimIssue>();
  readonly #deleted: SimIssue[] = [];
  /** Told what happens to comments and to the status of issues; webhooks listen here. */
  readonly listeners = new Set<(event: SimEvent) => void>();
  readonly #permissions = new Permissions();
  #nextId = 10_000;

  constructor(options: StoreOptions) {
    this.format = options.format;
    this.#now = options.now ?? (() => Date.now());
  }

  now(): number {
    return this.#now();
  }

  nextId(): string {
    return String(this.#nextId++);
  }

  // People and places

  createUser(user: NewUser): SimUser {
    const serial = this.users.length;
    const created: SimUser = {
      accountId: user.accountId ?? `5b10a2844c20165700ede${String(serial).padStart(3, "0")}`,
      name: user.name ?? user.emailAddress.split("@")[0]!,
      userKey: `JIRAUSER${10_100 + serial}`,
      displayName: user.displayName,
      emailAddress: user.emailAddress,
      emailVisible: user.emailVisible ?? true,
      active: user.active ?? true,
      accountType: user.accountType ?? "atlassian",
      timeZone: user.timeZone ?? "Etc/UTC",
    };
    this.users.push(created);
    return created;
  }

  /** By accountId, login name or address; `null` if there is none. */
  user(who: string | null | undefined): SimUser | null {
    if (who === null || who === undefined) return null;
    const wanted = who.toLowerCase();
    return this.users.find((user) => user.accountId === who) ??
      this.users.find((user) => user.name.toLowerCase() === wanted || user.emailAddress.toLowerCase() === wanted) ??
      null;
  }

  /** Also a person who is not there yet: whoever has this address. */
  #person(who: SimUser | string | null): SimUser | null {
    if (who === null || typeof who !== "string") return who;
    return this.user(who) ?? this.createUser({ displayName: who.split("@")[0]!, emailAddress: who });
  }

  createProject(project: NewProject): SimProject {
    const type = project.type ?? "software";
    const names = project.issueTypes ??
      (type === "service_desk"
        ? ["Task", "Sub-task", "[System] Service request", "[System] Incident"]
        : ["Task", "Bug", "Story", "Sub-task"]);
    const created: SimProject = {
      id: this.nextId(),
      key: project.key,
      name: project.name ?? project.key,
      type,
      issueTypes: names.map((name): SimIssueType => ({ id: this.nextId(), name, subtask: /sub-?task/i.test(name) })),
      fields: [...(project.fields ?? [])],
      offScreen: new Set(project.offScreen ?? []),
      components: (project.components ?? []).map((name) => ({ id: this.nextId(), name })),
      lead: this.users[0]?.accountId ?? "",
      lastNumber: 0,
    };
    this.projects.push(created);
    return created;
  }

  /** By id or key, any case of the key. */
  project(idOrKey: string): SimProject | null {
    const wanted = idOrKey.toUpperCase();
    return this.projects.find((project) => project.id === idOrKey || project.key === wanted) ?? null;
  }

  createBoard(name: string, projectKeys: readonly string[], type: SimBoard["type"] = "kanban"): SimBoard {
    const board: SimBoard = { id: this.boards.length + 1, name, type, projectKeys: [...projectKeys] };
    this.boards.push(board);
    return board;
  }

  // Permissions

  /** Takes a permission away: from one account or everybody, in one project or everywhere. */
  deny(permission: string, where: Where = {}): void {
    this.#permissions.add(false, permission, this.#where(where));
  }

  /** Gives a permission back, or an administrator's. The last word counts. */
  allow(permission: string, where: Where = {}): void {
    this.#permissions.add(true, permission, this.#where(where));
  }

  #where(where: Where): Where {
    return where.user === undefined ? where : { ...where, user: this.user(where.user)?.accountId ?? where.user };
  }

  /** Anonymous visitors may nothing. */
  may(user: SimUser | null, permission: string, projectKey?: string): boolean {
    return this.#permissions.may(user, permission, projectKey);
  }

  maySee(user: SimUser | null, issue: SimIssue): boolean {
    return user !== null && this.may(user, "BROWSE_PROJECTS", issue.projectKey) &&
      !issue.hiddenFrom.has(user.accountId);
  }

  // Issues

  /** Every issue with all that belongs to it, oldest first: live objects, so a test can also put things into them. */
  issues(): SimIssue[] {
    return [...this.#issues.values()];
  }

  /** What was deleted, for tests. */
  deletedIssues(): readonly SimIssue[] {
    return this.#deleted;
  }

  /** By id or key (any case, also a key it had before it was moved); `null` if there is none. */
  issue(idOrKey: string): SimIssue | null {
    return this.#issues.get(idOrKey) ?? this.#keys.get(idOrKey.toUpperCase()) ?? null;
  }

  #must(issue: SimIssue | string): SimIssue {
    const found = this.issue(typeof issue === "string" ? issue : issue.id);
    if (found === null) {
      throw new Error(`No such issue in the simulated Jira: "${typeof issue === "string" ? issue : issue.key}"`);
    }
    return found;
  }

  /** A text as this Jira keeps it. */
  text(text: RichText | string): RichText {
    if (typeof text !== "string") return text;
    return this.format === "adf" ? { format: "adf", content: adfFromText(text) } : { format: "wiki", content: text };
  }

  createIssue(draft: NewIssue): SimIssue {
    const project = this.project(draft.project);
    if (project === null) throw new Error(`No such project in the simulated Jira: "${draft.project}"`);
    const type = project.issueTypes.find(({ name }) => name === (draft.issueType ?? project.issueTypes[0]?.name));
    if (type === undefined) throw new Error(`No such issue type in project ${project.key}: "${draft.issueType}"`);
    const now = this.now();
    const description = draft.description ?? null;
    const issue: SimIssue = {
      id: this.nextId(),
      key: `${project.key}-${++project.lastNumber}`,
      formerKeys: [],
      projectKey: project.key,
      issueType: type.id,
      summary: draft.summary,
      description: description === null ? null : this.text(description),
      reporter: this.user(draft.reporter)?.accountId ?? null,
      creator: this.user(draft.creator ?? draft.reporter)?.accountId ?? null,
      assignee: null,
      labels: [...(draft.labels ?? [])],
      priority: draft.priority === undefined ? this.priorities[2] ?? this.priorities[0] ?? null : draft.priority,
      status: this.statuses[0]!.id,
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
    this.#issues.set(issue.id, issue);
    this.#keys.set(issue.key, issue);
    return issue;
  }

  /** Marks the issue as changed now. */
  touch(issue: SimIssue): void {
    issue.changes.push(this.now());
  }

  editIssue(
    which: SimIssue | string,
    change: {
      summary?: string;
      description?: RichText | string | null;
      labels?: string[];
      priority?: string;
      assignee?: string | null;
    },
  ): SimIssue {
    const issue = this.#must(which);
    if (change.summary !== undefined) issue.summary = change.summary;
    if (change.description !== undefined) {
      issue.description = change.description === null ? null : this.text(change.description);
    }
    if (change.labels !== undefined) issue.labels = [...change.labels];
    if (change.priority !== undefined) issue.priority = change.priority;
    if (change.assignee !== undefined) issue.assignee = change.assignee;
    this.touch(issue);
    return issue;
  }

  deleteIssue(which: SimIssue | string): void {
    const issue = this.#must(which);
    this.#issues.delete(issue.id);
    for (const key of [issue.key, ...issue.formerKeys]) this.#keys.delete(key);
    this.#deleted.push(issue);
    for (let i = this.links.length - 1; i >= 0; i--) {
      if (this.links[i]!.inward === issue.id || this.links[i]!.outward === issue.id) this.links.splice(i, 1);
    }
  }

  /** Gives it a new key in another project; the old key goes on leading to it. */
  moveIssue(which: SimIssue | string, projectKey: string): SimIssue {
    const issue = this.#must(which);
    const project = this.project(projectKey);
    if (project === null) throw new Error(`No such project in the simulated Jira: "${projectKey}"`);
    const type = this.issueType(issue);
    issue.formerKeys.push(issue.key);
    issue.key = `${project.key}-${++project.lastNumber}`;
    this.#keys.set(issue.key, issue);
    issue.projectKey = project.key;
    issue.issueType = (project.issueTypes.find(({ name }) => name === type.name) ?? project.issueTypes[0]!).id;
    this.touch(issue);
    return issue;
  }

  issueType(issue: SimIssue): SimIssueType {
    const types = this.project(issue.projectKey)!.issueTypes;
    return types.find(({ id }) => id === issue.issueType) ?? types[0]!;
  }

  status(issue: SimIssue): SimStatus {
    return this.statuses.find(({ id }) => id === issue.status)!;
  }

  transitionsOf(issue: SimIssue): SimTransition[] {
    return this.transitions.filter(({ from, to }) =>
      to !== issue.status && (from === null || from.includes(issue.status))
    );
  }

  /** By the transition's id or name, or the name of the status it leads to. A done status sets the resolution, another one clears it. */
  transition(which: SimIssue | string, idOrName: string, resolution?: string): SimIssue {
    const issue = this.#must(which);
    const wanted = idOrName.toLowerCase();
    const found = this.transitionsOf(issue).find((transition) =>
      transition.id === idOrName || transition.name.toLowerCase() === wanted ||
      this.statuses.find(({ id }) => id === transition.to)?.name.toLowerCase() === wanted
    );
    if (found === undefined) {
      throw new Error(`No such transition from status ${this.status(issue).name}: "${idOrName}"`);
    }
    issue.status = found.to;
    const done = this.status(issue).category === "done";
    issue.resolution = done ? resolution ?? this.resolutions[0] ?? null : null;
    issue.resolved = done ? this.now() : null;
    this.touch(issue);
    this.#tell({ name: "jira:issue_updated", issue, comment: null });
    return issue;
  }

  /** A link as seen from the outward issue: `outward blocks inward`. */
  link(type: string, inward: string, outward: string): SimLink {
    const link = { id: this.nextId(), type, inward: this.#must(inward).id, outward: this.#must(outward).id };
    this.links.push(link);
    this.touch(this.#must(inward));
    this.touch(this.#must(outward));
    return link;
  }

  // Comments and attachments

  /** A person comments. `internal` sets Jira Service Management's `sd.public.comment`. */
  commentAs(
    who: SimUser | string | null,
    which: SimIssue | string,
    body: RichText | string,
    options: { readonly internal?: boolean; readonly visibility?: SimVisibility } = {},
  ): SimComment {
    const issue = this.#must(which);
    const author = this.#person(who)?.accountId ?? null;
    const now = this.now();
    const comment: SimComment = {
      id: this.nextId(),
      author,
      updateAuthor: author,
      body: this.text(body),
      created: now,
      updated: now,
      visibility: options.visibility ?? null,
      properties: new Map(),
    };
    if (options.internal !== undefined) comment.properties.set("sd.public.comment", { internal: options.internal });
    issue.comments.push(comment);
    this.touch(issue);
    this.#tell({ name: "comment_created", issue, comment });
    return comment;
  }

  editComment(
    which: SimIssue | string,
    commentId: string,
    body: RichText | string,
    who?: SimUser | string,
  ): SimComment {
    const issue = this.#must(which);
    const comment = issue.comments.find(({ id }) => id === commentId);
    if (comment === undefined) throw new Error(`No comment "${commentId}" on ${issue.key}`);
    comment.body = this.text(body);
    comment.updated = this.now();
    if (who !== undefined) comment.updateAuthor = this.#person(who)?.accountId ?? null;
    this.touch(issue);
    this.#tell({ name: "comment_updated", issue, comment });
    return comment;
  }

  deleteComment(which: SimIssue | string, commentId: string): void {
    const issue = this.#must(which);
    const index = issue.comments.findIndex(({ id }) => id === commentId);
    if (index >= 0) issue.comments.splice(index, 1);
    this.touch(issue);
  }

  #tell(event: SimEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** The comment and its issue, by the comment's id. */
  comment(id: string): { readonly issue: SimIssue; readonly comment: SimComment } | null {
    for (const issue of this.#issues.values()) {
      const comment = issue.comments.find((candidate) => candidate.id === id);
      if (comment !== undefined) return { issue, comment };
    }
    return null;
  }

  /** Whether customers see it: no internal flag and no restriction. */
  isPublic(comment: SimComment): boolean {
    const flag = comment.properties.get("sd.public.comment") as { internal?: unknown } | undefined;
    return !(flag?.internal === true || flag?.internal === "true") && comment.visibility === null;
  }

  attach(
    which: SimIssue | string,
    file: {
      readonly filename: string;
      readonly bytes: Uint8Array;
      readonly mimeType: string;
      readonly author?: string | null;
    },
  ): SimAttachment {
    const issue = this.#must(which);
    const attachment: SimAttachment = {
      id: this.nextId(),
      mediaId: crypto.randomUUID(),
      filename: file.filename,
      mimeType: file.mimeType,
      author: file.author ?? null,
      created: this.now(),
      bytes: file.bytes,
    };
    issue.attachments.push(attachment);
    this.touch(issue);
    return attachment;
  }

  deleteAttachment(id: string): void {
    for (const issue of this.#issues.values()) {
      const index = issue.attachments.findIndex((attachment) => attachment.id === id);
      if (index < 0) continue;
      issue.attachments.splice(index, 1);
      this.touch(issue);
    }
  }

  /** By id, or by the media id of Cloud. */
  attachment(id: string): { readonly issue: SimIssue; readonly attachment: SimAttachment } | null {
    for (const issue of this.#issues.values()) {
      const attachment = issue.attachments.find((candidate) => candidate.id === id || candidate.mediaId === id);
      if (attachment !== undefined) return { issue, attachment };
    }
    return null;
  }

  // The search index

  /** What search knows of the issue's last change; `null`: it does not know the issue yet. */
  indexedAt(issue: SimIssue): number | null {
    const horizon = this.now() - this.searchLagMs;
    if (this.searchLagMs === 0) return updatedAt(issue);
    if (issue.created > horizon) return null;
    return issue.changes.findLast((change) => change <= horizon) ?? issue.created;
  }
}
