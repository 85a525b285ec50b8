/** The simulated Jira's memory, and the people in it: what tests and the demo do by hand goes through here. */

import { type RichText } from "../../core/jira.ts";
import { IssueShelf } from "./issue_shelf.ts";
import { attachmentFrom, type NewAttachment } from "./new_attachment.ts";
import { commentFrom, type CommentOptions, isPublic } from "./new_comment.ts";
import { issueFrom, type NewIssue } from "./new_issue.ts";
import { type NewProject, projectFrom } from "./new_project.ts";
import { type NewUser, userFrom } from "./new_user.ts";
import { Permissions, type Where } from "./permissions.ts";
import { LINK_TYPES, STATUSES, TRANSITIONS } from "./scheme.ts";
import { findTransition, statusOf, transitionsOf } from "./status_flow.ts";
import { adfFromText } from "./texts.ts";
import type {
  SimAttachment,
  SimBoard,
  SimComment,
  SimEvent,
  SimIssue,
  SimIssueType,
  SimLink,
  SimProject,
  SimStatus,
  SimTransition,
  SimUser,
} from "./types.ts";

export interface StoreOptions {
  /** How texts given as plain strings are kept: `adf` (Cloud) or `wiki` (Server). */
  readonly format: "adf" | "wiki";
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

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
  linkTypes = [...LINK_TYPES];
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
  readonly #issues = new IssueShelf();
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
    const created = userFrom(user, this.users.length);
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
    const lead = this.users[0]?.accountId ?? "";
    const created = projectFrom(project, { nextId: () => this.nextId(), lead });
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
    return this.#issues.all();
  }

  /** By id or key (any case, also a key it had before it was moved); `null` if there is none. */
  issue(idOrKey: string): SimIssue | null {
    return this.#issues.find(idOrKey);
  }

  /** A text as this Jira keeps it. */
  text(text: RichText | string): RichText {
    if (typeof text !== "string") return text;
    return this.format === "adf" ? { format: "adf", content: adfFromText(text) } : { format: "wiki", content: text };
  }

  createIssue(draft: NewIssue): SimIssue {
    const project = this.project(draft.project);
    if (project === null) throw new Error(`No such project in the simulated Jira: "${draft.project}"`);
    const issue = issueFrom(draft, project, this);
    this.#issues.add(issue);
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
    const issue = this.#issues.must(which);
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
    const issue = this.#issues.must(which);
    this.#issues.remove(issue);
    for (let i = this.links.length - 1; i >= 0; i--) {
      if (this.links[i]!.inward === issue.id || this.links[i]!.outward === issue.id) this.links.splice(i, 1);
    }
  }

  /** Gives it a new key in another project; the old key goes on leading to it. */
  moveIssue(which: SimIssue | string, projectKey: string): SimIssue {
    const issue = this.#issues.must(which);
    const project = this.project(projectKey);
    if (project === null) throw new Error(`No such project in the simulated Jira: "${projectKey}"`);
    const type = this.issueType(issue);
    this.#issues.rename(issue, `${project.key}-${++project.lastNumber}`);
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
    return statusOf(this, issue);
  }

  transitionsOf(issue: SimIssue): SimTransition[] {
    return transitionsOf(this, issue);
  }

  /** By the transition's id or name, or the name of the status it leads to. A done status sets the resolution, another one clears it. */
  transition(which: SimIssue | string, idOrName: string, resolution?: string): SimIssue {
    const issue = this.#issues.must(which);
    issue.status = findTransition(this, issue, idOrName).to;
    const done = this.status(issue).category === "done";
    issue.resolution = done ? resolution ?? this.resolutions[0] ?? null : null;
    issue.resolved = done ? this.now() : null;
    this.touch(issue);
    this.#tell({ name: "jira:issue_updated", issue, comment: null });
    return issue;
  }

  /** A link as seen from the outward issue: `outward blocks inward`. */
  link(type: string, inward: string, outward: string): SimLink {
    const link = {
      id: this.nextId(),
      type,
      inward: this.#issues.must(inward).id,
      outward: this.#issues.must(outward).id,
    };
    this.links.push(link);
    this.touch(this.#issues.must(inward));
    this.touch(this.#issues.must(outward));
    return link;
  }

  // Comments and attachments

  /** A person comments. */
  commentAs(
    who: SimUser | string | null,
    which: SimIssue | string,
    body: RichText | string,
    options: CommentOptions = {},
  ): SimComment {
    const issue = this.#issues.must(which);
    const author = this.#person(who)?.accountId ?? null;
    const comment = commentFrom({ id: this.nextId(), author, body: this.text(body), now: this.now() }, options);
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
    const issue = this.#issues.must(which);
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
    const issue = this.#issues.must(which);
    const index = issue.comments.findIndex(({ id }) => id === commentId);
    if (index >= 0) issue.comments.splice(index, 1);
    this.touch(issue);
  }

  #tell(event: SimEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** The comment and its issue, by the comment's id. */
  comment(id: string): { readonly issue: SimIssue; readonly comment: SimComment } | null {
    return this.#issues.comment(id);
  }

  /** Whether customers see it: no internal flag and no restriction. */
  isPublic(comment: SimComment): boolean {
    return isPublic(comment);
  }

  attach(which: SimIssue | string, file: NewAttachment): SimAttachment {
    const issue = this.#issues.must(which);
    const attachment = attachmentFrom(file, this.nextId(), this.now());
    issue.attachments.push(attachment);
    this.touch(issue);
    return attachment;
  }

  deleteAttachment(id: string): void {
    for (const issue of this.#issues.all()) {
      const index = issue.attachments.findIndex((attachment) => attachment.id === id);
      if (index < 0) continue;
      issue.attachments.splice(index, 1);
      this.touch(issue);
    }
  }

  /** By id, or by the media id of Cloud. */
  attachment(id: string): { readonly issue: SimIssue; readonly attachment: SimAttachment } | null {
    return this.#issues.attachment(id);
  }
}
