/** Jira Cloud: REST v3 through jira.js' endpoint functions. Imported only when needed: jira.js takes 0.4 s to load. */

import { getAllBoards, getProjects } from "jira.js/agile";
import {
  addComment,
  createIssue,
  doTransition,
  editIssue,
  findUsers,
  getAttachmentMeta,
  getCreateIssueMetaIssueTypeId,
  getCreateIssueMetaIssueTypes,
  getCurrentUser,
  getIssue,
  getMyPermissions,
  getProject,
  getTransitions,
  getUser,
  linkIssues,
  updateComment,
} from "jira.js/cloud";
import type { AdfDocument, IssueRef, JiraUser, RichText } from "../core/jira.ts";
import {
  attachmentMetaAnswer,
  boardProjectsAnswer,
  boardsAnswer,
  createdCommentAnswer,
  fieldsAnswer,
  issueAnswer,
  issueTypesAnswer,
  permissionsAnswer,
  projectAnswer,
  readAnswer,
  refAnswer,
  transitionsAnswer,
  userAnswer,
  usersAnswer,
} from "./answers.ts";
import { downloadAttachment, mediaIdOf, uploadFiles } from "./attachments.ts";
import type {
  Board,
  CommentDraft,
  CreatedIssue,
  CreateField,
  IssueDraft,
  IssueState,
  JiraAttachment,
  JiraClient,
  JiraComment,
  Myself,
  UpdatedIssue,
  UploadFile,
} from "./client.ts";
import { cloudComment, cloudComments } from "./cloud_comments.ts";
import { issuesOfOurs, issuesWithKey, recentlyUpdated } from "./cloud_search.ts";
import { nullIfAbsent } from "./absent.ts";
import { boardsWith, namesOf } from "./board_lists.ts";
import { jiraJsClient, type MismatchReport } from "./jira_js.ts";
import * as nouns from "./nouns.ts";
import { allPages } from "./paging.ts";
import { idSegment, isIssue, isProject, issueSegment, projectSegment } from "./paths.ts";
import { cloudUser } from "./people.ts";
import type { JiraTransport } from "./transport.ts";

const ISSUE_FIELDS = ["project", "status", "resolutiondate", "updated", "summary", "description", "attachment"];
/** More is answered with 400. */
const CREATEMETA_PAGE = 200;

export class CloudClient implements JiraClient {
  readonly kind = "cloud";
  readonly format = "adf";

  constructor(
    private readonly transport: JiraTransport,
    readonly browseBase: string,
    private readonly onMismatch?: MismatchReport,
  ) {}

  async myself(signal?: AbortSignal): Promise<Myself> {
    const me = readAnswer(userAnswer, await getCurrentUser(this.#jira(signal)), reading("/rest/api/3/myself"));
    return nouns.toMyself("cloud", me);
  }

  async findUser(address: string, signal?: AbortSignal): Promise<JiraUser | null> {
    if (!address.includes("@")) return null;
    const found = await findUsers(this.#jira(signal), { query: address.trim(), maxResults: 50 });
    return cloudUser(readAnswer(usersAnswer, found, reading("/rest/api/3/user/search")), address);
  }

  async displayName(userId: string, signal?: AbortSignal): Promise<string | null> {
    const user = await nullIfAbsent(getUser(this.#jira(signal), { accountId: userId }), [400, 403, 404]);
    return user === null ? null : readAnswer(userAnswer, user, reading("/rest/api/3/user")).displayName ?? null;
  }

  async createIssue(draft: IssueDraft, signal?: AbortSignal): Promise<IssueRef> {
    const created = await createIssue(this.#jira(signal), {
      fields: nouns.issueFields("cloud", draft),
      properties: nouns.issueProperties(draft),
    });
    return readAnswer(refAnswer, created, writing("POST", "/rest/api/3/issue"));
  }

  async issue(idOrKey: string, signal?: AbortSignal): Promise<IssueState | null> {
    if (!isIssue(idOrKey)) return null;
    const issue = await nullIfAbsent(getIssue(this.#jira(signal), { issueIdOrKey: idOrKey, fields: ISSUE_FIELDS }), [
      404,
    ]);
    if (issue === null) return null;
    const answer = readAnswer(issueAnswer, issue, reading(`/rest/api/3/issue/${idOrKey}`));
    return nouns.toIssueState("cloud", answer, this.transport.base);
  }

  findCreatedIssues(
    idempotencyKey: string,
    minutes: number,
    signal?: AbortSignal,
    except: ReadonlySet<string> = new Set(),
  ): Promise<IssueRef[]> {
    return issuesWithKey(this.#search(signal), { idempotencyKey, minutes, except }, () => this.myself(signal));
  }

  async createdIssues(minutes: number, except: ReadonlySet<string>, signal?: AbortSignal): Promise<CreatedIssue[]> {
    return await issuesOfOurs(this.#search(signal), minutes, except, () => this.myself(signal));
  }

  updatedIssues(projects: readonly string[], minutes: number, signal?: AbortSignal): Promise<UpdatedIssue[]> {
    return recentlyUpdated(this.#search(signal), projects, minutes);
  }

  async setDescription(issueId: string, description: RichText, signal?: AbortSignal): Promise<void> {
    await editIssue(this.#jira(signal, issueId), {
      issueIdOrKey: issueSegment(issueId),
      fields: { description: nouns.textContent("cloud", description) },
    });
  }

  async addComment(
    issueId: string,
    draft: CommentDraft,
    signal?: AbortSignal,
  ): Promise<{ id: string; createdAt: string }> {
    const created = await addComment(this.#jira(signal, issueId), {
      issueIdOrKey: issueSegment(issueId),
      body: document(draft.body),
      properties: nouns.commentProperties(draft),
    });
    const { id, created: createdAt } = readAnswer(
      createdCommentAnswer,
      created,
      writing("POST", `/rest/api/3/issue/${issueId}/comment`),
    );
    return { id, createdAt };
  }

  commentsSince(issueId: string, since: string, signal?: AbortSignal): Promise<JiraComment[]> {
    return cloudComments(this.#jira(signal), this.#jira(signal, undefined, true), issueSegment(issueId), since);
  }

  async setComment(issueId: string, commentId: string, body: RichText, signal?: AbortSignal): Promise<void> {
    await updateComment(this.#jira(signal, issueId), {
      issueIdOrKey: issueSegment(issueId),
      id: idSegment(commentId),
      body: { body: document(body) },
    });
  }

  comment(issueId: string, commentId: string, signal?: AbortSignal): Promise<JiraComment | null> {
    const lists = this.#jira(signal, undefined, true);
    return cloudComment(this.#jira(signal), lists, issueSegment(issueId), idSegment(commentId));
  }

  async attachmentMeta(signal?: AbortSignal): Promise<{ enabled: boolean; uploadLimit: number }> {
    const answer = await getAttachmentMeta(this.#jira(signal));
    const meta = readAnswer(attachmentMetaAnswer, answer, reading("/rest/api/3/attachment/meta"));
    return { enabled: meta.enabled, uploadLimit: meta.uploadLimit ?? Infinity };
  }

  upload(issueId: string, files: readonly UploadFile[], signal?: AbortSignal): Promise<JiraAttachment[]> {
    return uploadFiles(this.transport, issueId, files, signal);
  }

  download(attachment: JiraAttachment, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return downloadAttachment(this.transport, attachment, signal);
  }

  mediaId(attachmentId: string, signal?: AbortSignal): Promise<string | null> {
    return mediaIdOf(this.transport, attachmentId, signal);
  }

  async addWatcher(issueId: string, user: JiraUser, signal?: AbortSignal): Promise<void> {
    const path = `/rest/api/3/issue/${issueSegment(issueId)}/watchers`;
    // The body is a bare JSON string; jira.js' type says an object.
    await this.transport.send({ method: "POST", path, body: user.id, issue: issueId, signal });
  }

  async transitions(
    issueId: string,
    signal?: AbortSignal,
  ): Promise<{ id: string; name: string; toCategory: string }[]> {
    const answer = await getTransitions(this.#jira(signal), { issueIdOrKey: issueSegment(issueId) });
    const origin = reading(`/rest/api/3/issue/${issueId}/transitions`);
    return nouns.toTransitions(readAnswer(transitionsAnswer, answer, origin));
  }

  async transition(issueId: string, transitionId: string, signal?: AbortSignal): Promise<void> {
    await doTransition(this.#jira(signal, issueId), {
      issueIdOrKey: issueSegment(issueId),
      transition: { id: idSegment(transitionId) },
    });
  }

  async linkIssues(linkType: string, inward: string, outward: string, signal?: AbortSignal): Promise<void> {
    await linkIssues(this.#jira(signal), {
      type: { name: linkType },
      inwardIssue: { key: issueSegment(inward) },
      outwardIssue: { key: issueSegment(outward) },
    });
  }

  boardsNamed(name: string, signal?: AbortSignal): Promise<Board[]> {
    const jira = this.#jira(signal);
    return boardsWith(name, {
      boards: async (part, startAt) =>
        readAnswer(
          boardsAnswer,
          await getAllBoards(jira, { name: part, startAt, maxResults: 50 }),
          reading("/rest/agile/1.0/board"),
        ),
      projects: async (boardId, startAt) =>
        readAnswer(
          boardProjectsAnswer,
          await getProjects(jira, { boardId, startAt, maxResults: 50 }),
          reading(`/rest/agile/1.0/board/${boardId}/project`),
        ),
    });
  }

  async boardNames(signal?: AbortSignal): Promise<string[]> {
    const answer = await nullIfAbsent(getAllBoards(this.#jira(signal), { maxResults: 50 }), [403, 404]);
    return answer === null ? [] : namesOf(readAnswer(boardsAnswer, answer, reading("/rest/agile/1.0/board")));
  }

  async project(
    key: string,
    signal?: AbortSignal,
  ): Promise<{ key: string; name: string; serviceDesk: boolean } | null> {
    if (!isProject(key)) return null;
    const answer = await nullIfAbsent(getProject(this.#jira(signal), { projectIdOrKey: key }), [404]);
    if (answer === null) return null;
    const project = readAnswer(projectAnswer, answer, reading(`/rest/api/3/project/${key}`));
    return {
      key: project.key,
      name: project.name ?? project.key,
      serviceDesk: project.projectTypeKey === "service_desk",
    };
  }

  async issueTypes(project: string, signal?: AbortSignal): Promise<{ id: string; name: string }[]> {
    const asked = { projectIdOrKey: projectSegment(project), maxResults: CREATEMETA_PAGE };
    return await allPages(async (startAt) => {
      const answer = await getCreateIssueMetaIssueTypes(this.#jira(signal), { ...asked, startAt });
      const page = readAnswer(issueTypesAnswer, answer, reading(`/rest/api/3/issue/createmeta/${project}/issuetypes`));
      return { ...page, items: page.issueTypes ?? page.values ?? [] };
    });
  }

  async createFields(project: string, issueTypeId: string, signal?: AbortSignal): Promise<CreateField[]> {
    const asked = {
      projectIdOrKey: projectSegment(project),
      issueTypeId: idSegment(issueTypeId),
      maxResults: CREATEMETA_PAGE,
    };
    const path = `/rest/api/3/issue/createmeta/${project}/issuetypes/${issueTypeId}`;
    const fields = await allPages(async (startAt) => {
      const answer = await getCreateIssueMetaIssueTypeId(this.#jira(signal), { ...asked, startAt });
      const page = readAnswer(fieldsAnswer, answer, reading(path));
      return { ...page, items: page.fields ?? page.values ?? [] };
    });
    return fields.map((field) => nouns.toCreateField(field, field.fieldId ?? field.key ?? ""));
  }

  async permissions(project: string, keys: readonly string[], signal?: AbortSignal): Promise<Record<string, boolean>> {
    // Cloud answers 400 without the list.
    const asked = { projectKey: projectSegment(project), permissions: keys.join(",") };
    const answer = await getMyPermissions(this.#jira(signal), asked);
    const { permissions } = readAnswer(permissionsAnswer, answer, reading("/rest/api/3/mypermissions"));
    return nouns.permissionTable(keys, permissions);
  }

  #jira(signal: AbortSignal | undefined, issue?: string, reads?: boolean) {
    return jiraJsClient(this.transport, {
      signal,
      onMismatch: this.onMismatch,
      ...(issue === undefined ? {} : { issue }),
      ...(reads === undefined ? {} : { reads }),
    });
  }

  #search(signal: AbortSignal | undefined) {
    return { search: this.#jira(signal, undefined, true), read: this.#jira(signal) };
  }
}

function document(text: RichText): { type: "doc"; version: number; content: Record<string, unknown>[] } {
  const { type, version, content } = nouns.textContent("cloud", text) as AdfDocument;
  return { type, version, content: content.map((node) => ({ ...node })) };
}

function reading(path: string) {
  return { method: "GET", path, write: false };
}

function writing(method: string, path: string) {
  return { method, path, write: true };
}
