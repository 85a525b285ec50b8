/** Jira Server and Data Center 8.x to 11.x: REST v2, wiki markup, login names (research: jira-dc.md). */

import type { IssueRef, JiraUser, RichText } from "../core/jira.ts";
import { nullIfAbsent } from "./absent.ts";
import {
  attachmentMetaAnswer,
  boardProjectsAnswer,
  boardsAnswer,
  commentAnswer,
  createdCommentAnswer,
  issueAnswer,
  permissionsAnswer,
  projectAnswer,
  readAnswer,
  refAnswer,
  transitionsAnswer,
  userAnswer,
  usersAnswer,
} from "./answers.ts";
import { downloadAttachment, uploadFiles } from "./attachments.ts";
import { boardsWith, namesOf } from "./board_lists.ts";
import {
  type Board,
  type CommentDraft,
  type CreatedIssue,
  type CreateField,
  type IssueDraft,
  type IssueState,
  type JiraAttachment,
  type JiraClient,
  type JiraComment,
  type Myself,
  type UpdatedIssue,
  type UploadFile,
} from "./client.ts";
import * as nouns from "./nouns.ts";
import { idSegment, isIssue, isProject, issueSegment, projectSegment } from "./paths.ts";
import { serverUser } from "./people.ts";
import { serverComments } from "./server_comments.ts";
import { createFields, issueTypes } from "./server_createmeta.ts";
import { IssueKeyProperty } from "./server_property.ts";
import { issuesOfOurs, issuesWithKey, recentlyUpdated } from "./server_search.ts";
import type { JiraRequest, JiraTransport } from "./transport.ts";

const API = "/rest/api/2";
const BOARDS = "/rest/agile/1.0/board";
const ISSUE_FIELDS = "project,status,resolutiondate,updated,summary,description,attachment";
/** With an accepted credential (the transport has made sure) each of them says: not there, or not for us. */
const UNREACHABLE = [401, 403, 404];
/** What the user search gives at most; exact matches may stand anywhere, since the order is by name. */
const USERS = 1_000;

export class ServerClient implements JiraClient {
  readonly kind = "server";
  readonly format = "wiki";
  readonly #keyProperty: IssueKeyProperty;

  /** `version`: `[10, 3, 1]`; empty if not told. */
  constructor(
    private readonly transport: JiraTransport,
    readonly browseBase: string,
    private readonly version: readonly number[],
  ) {
    this.#keyProperty = new IssueKeyProperty(transport);
  }

  async myself(signal?: AbortSignal): Promise<Myself> {
    const me = await this.#get(userAnswer, `${API}/myself`, {}, signal);
    const myself = nouns.toMyself("server", me);
    this.transport.judge.login = me.name ?? null;
    return myself;
  }

  async findUser(address: string, signal?: AbortSignal): Promise<JiraUser | null> {
    if (!address.includes("@")) return null;
    const query = { username: address.trim(), maxResults: USERS };
    return serverUser(await this.#get(usersAnswer, `${API}/user/search`, query, signal), address);
  }

  async displayName(userId: string, signal?: AbortSignal): Promise<string | null> {
    const asked = this.#get(userAnswer, `${API}/user`, { username: userId }, signal);
    return (await nullIfAbsent(asked, UNREACHABLE))?.displayName ?? null;
  }

  async createIssue(draft: IssueDraft, signal?: AbortSignal): Promise<IssueRef> {
    const body = { fields: nouns.issueFields("server", draft), properties: nouns.issueProperties(draft) };
    const request: JiraRequest = { method: "POST", path: `${API}/issue`, body, signal };
    const answer = await this.transport.json(request);
    const created = readAnswer(refAnswer, answer, { method: "POST", path: request.path, write: true });
    await this.#keyProperty.ensure(created.id, draft.idempotencyKey, signal);
    return created;
  }

  async issue(idOrKey: string, signal?: AbortSignal): Promise<IssueState | null> {
    if (!isIssue(idOrKey)) return null;
    const asked = this.#get(issueAnswer, `${API}/issue/${idOrKey}`, { fields: ISSUE_FIELDS }, signal);
    const issue = await nullIfAbsent(asked, UNREACHABLE);
    return issue === null ? null : nouns.toIssueState("server", issue, this.transport.base);
  }

  findCreatedIssues(
    idempotencyKey: string,
    minutes: number,
    signal?: AbortSignal,
    except: ReadonlySet<string> = new Set(),
  ): Promise<IssueRef[]> {
    return issuesWithKey(this.transport, { idempotencyKey, minutes, except }, () => this.myself(signal), signal);
  }

  async createdIssues(minutes: number, except: ReadonlySet<string>, signal?: AbortSignal): Promise<CreatedIssue[]> {
    return await issuesOfOurs(this.transport, minutes, except, () => this.myself(signal), signal);
  }

  updatedIssues(projects: readonly string[], minutes: number, signal?: AbortSignal): Promise<UpdatedIssue[]> {
    return recentlyUpdated(this.transport, projects, minutes, signal);
  }

  async setDescription(issueId: string, description: RichText, signal?: AbortSignal): Promise<void> {
    const body = { fields: { description: nouns.textContent("server", description) } };
    await this.#write("PUT", `/issue/${issueSegment(issueId)}`, issueId, body, signal);
  }

  async addComment(
    issueId: string,
    draft: CommentDraft,
    signal?: AbortSignal,
  ): Promise<{ id: string; createdAt: string }> {
    const path = `${API}/issue/${issueSegment(issueId)}/comment`;
    const body = { body: nouns.textContent("server", draft.body), properties: nouns.commentProperties(draft) };
    const answer = await this.transport.json({ method: "POST", path, issue: issueId, body, signal });
    const { id, created } = readAnswer(createdCommentAnswer, answer, { method: "POST", path, write: true });
    return { id, createdAt: created };
  }

  commentsSince(issueId: string, since: string, signal?: AbortSignal): Promise<JiraComment[]> {
    return serverComments(this.transport, issueSegment(issueId), since, signal);
  }

  async setComment(issueId: string, commentId: string, body: RichText, signal?: AbortSignal): Promise<void> {
    const path = `/issue/${issueSegment(issueId)}/comment/${idSegment(commentId)}`;
    await this.#write("PUT", path, issueId, { body: nouns.textContent("server", body) }, signal);
  }

  async comment(issueId: string, commentId: string, signal?: AbortSignal): Promise<JiraComment | null> {
    const path = `${API}/issue/${issueSegment(issueId)}/comment/${idSegment(commentId)}`;
    const asked = this.#get(commentAnswer, path, { expand: "properties" }, signal);
    const comment = await nullIfAbsent(asked, UNREACHABLE);
    return comment === null ? null : nouns.toComment("server", comment);
  }

  async attachmentMeta(signal?: AbortSignal): Promise<{ enabled: boolean; uploadLimit: number }> {
    const meta = await this.#get(attachmentMetaAnswer, `${API}/attachment/meta`, {}, signal);
    return { enabled: meta.enabled, uploadLimit: meta.uploadLimit ?? Infinity };
  }

  upload(issueId: string, files: readonly UploadFile[], signal?: AbortSignal): Promise<JiraAttachment[]> {
    return uploadFiles(this.transport, issueId, files, signal);
  }

  download(attachment: JiraAttachment, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return downloadAttachment(this.transport, attachment, signal);
  }

  /** Wiki markup names pictures by their file name. */
  mediaId(): Promise<string | null> {
    return Promise.resolve(null);
  }

  async addWatcher(issueId: string, user: JiraUser, signal?: AbortSignal): Promise<void> {
    await this.#write("POST", `/issue/${issueSegment(issueId)}/watchers`, issueId, user.id, signal);
  }

  async transitions(
    issueId: string,
    signal?: AbortSignal,
  ): Promise<{ id: string; name: string; toCategory: string }[]> {
    const path = `${API}/issue/${issueSegment(issueId)}/transitions`;
    return nouns.toTransitions(await this.#get(transitionsAnswer, path, {}, signal));
  }

  async transition(issueId: string, transitionId: string, signal?: AbortSignal): Promise<void> {
    const body = { transition: { id: idSegment(transitionId) } };
    await this.#write("POST", `/issue/${issueSegment(issueId)}/transitions`, issueId, body, signal);
  }

  async linkIssues(linkType: string, inward: string, outward: string, signal?: AbortSignal): Promise<void> {
    const body = {
      type: { name: linkType },
      inwardIssue: { key: issueSegment(inward) },
      outwardIssue: { key: issueSegment(outward) },
    };
    await this.transport.send({ method: "POST", path: `${API}/issueLink`, body, signal });
  }

  boardsNamed(name: string, signal?: AbortSignal): Promise<Board[]> {
    return boardsWith(name, {
      boards: (part, startAt) => this.#get(boardsAnswer, BOARDS, { name: part, startAt, maxResults: 50 }, signal),
      projects: (id, startAt) =>
        this.#get(boardProjectsAnswer, `${BOARDS}/${id}/project`, { startAt, maxResults: 50 }, signal),
    });
  }

  async boardNames(signal?: AbortSignal): Promise<string[]> {
    const answer = await nullIfAbsent(this.#get(boardsAnswer, BOARDS, { maxResults: 50 }, signal), [403, 404]);
    return answer === null ? [] : namesOf(answer);
  }

  async project(
    key: string,
    signal?: AbortSignal,
  ): Promise<{ key: string; name: string; serviceDesk: boolean } | null> {
    if (!isProject(key)) return null;
    const project = await nullIfAbsent(this.#get(projectAnswer, `${API}/project/${key}`, {}, signal), UNREACHABLE);
    if (project === null) return null;
    return {
      key: project.key,
      name: project.name ?? project.key,
      serviceDesk: project.projectTypeKey === "service_desk",
    };
  }

  issueTypes(project: string, signal?: AbortSignal): Promise<{ id: string; name: string }[]> {
    return issueTypes(this.transport, this.version, projectSegment(project), signal);
  }

  createFields(project: string, issueTypeId: string, signal?: AbortSignal): Promise<CreateField[]> {
    return createFields(this.transport, this.version, projectSegment(project), idSegment(issueTypeId), signal);
  }

  async permissions(project: string, keys: readonly string[], signal?: AbortSignal): Promise<Record<string, boolean>> {
    // Server takes no list and answers with all of them.
    const query = { projectKey: projectSegment(project) };
    const { permissions } = await this.#get(permissionsAnswer, `${API}/mypermissions`, query, signal);
    return nouns.permissionTable(keys, permissions);
  }

  async #get<T>(
    schema: Parameters<typeof readAnswer<T>>[0],
    path: string,
    query: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const answer = await this.transport.json({ method: "GET", path, query, signal });
    return readAnswer(schema, answer, { method: "GET", path, write: false });
  }

  async #write(
    method: "POST" | "PUT",
    path: string,
    issue: string,
    body: unknown,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await this.transport.send({ method, path: API + path, issue, body, signal });
  }
}
