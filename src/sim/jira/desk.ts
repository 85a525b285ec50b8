/** The few endpoints of Jira Service Management's own API (`/rest/servicedeskapi`): its comments say who may read them. */

import type { SimAnswer } from "../kit/server.ts";
import { personBean } from "./beans.ts";
import { type Call, numberOf, objectBody, Refusal, type Route, signedIn } from "./call.ts";
import { TOO_LONG } from "./fields.ts";
import { plainText } from "./texts.ts";
import type { SimComment, SimIssue, SimProject } from "./types.ts";
import { jiraTime } from "./zones.ts";

/** This API has an error format of its own. */
function refuseDesk(status: number, text: string): Refusal {
  return new Refusal({
    status,
    body: { errorMessage: text, i18nErrorMessage: { i18nKey: "sd.error", parameters: [] } },
  });
}

function requestOf(call: Call): SimIssue {
  signedIn(call);
  const issue = call.store.issue(call.params.issue!);
  const project = issue === null ? null : call.store.project(issue.projectKey);
  if (issue !== null && project?.type === "service_desk" && call.store.maySee(call.caller, issue)) return issue;
  throw refuseDesk(404, "Issue does not exist or you do not have permission to see it.");
}

function commentBean(call: Call, issue: SimIssue, comment: SimComment): Record<string, unknown> {
  const date = new Date(comment.created);
  return {
    id: comment.id,
    body: plainText(comment.body),
    public: call.store.isPublic(comment),
    author: personBean(call, comment.author),
    created: {
      iso8601: jiraTime(comment.created, call.caller?.timeZone ?? "Etc/UTC").replace(".000", ""),
      jira: jiraTime(comment.created, call.caller?.timeZone ?? "Etc/UTC"),
      friendly: date.toUTCString(),
      epochMillis: comment.created,
    },
    _links: { self: `${call.face.url}/rest/servicedeskapi/request/${issue.id}/comment/${comment.id}` },
  };
}

/** The body is plain text (wiki markup), also on Cloud. */
function postComment(call: Call): SimAnswer {
  const issue = requestOf(call);
  const { body, public: isPublic } = objectBody(call);
  if (!call.store.may(call.caller, "ADD_COMMENTS", issue.projectKey)) {
    throw refuseDesk(403, `${call.caller!.displayName}, you do not have the permission to comment on this issue.`);
  }
  if (typeof body !== "string" || body.trim() === "") throw refuseDesk(400, "Comment body can not be empty!");
  const { textLimit } = call.store;
  if (textLimit > 0 && body.length > textLimit) {
    throw refuseDesk(400, `${TOO_LONG} ${textLimit.toLocaleString("en-US")} characters.`);
  }
  if (isPublic === false && !call.store.may(call.caller, "SERVICEDESK_AGENT", issue.projectKey)) {
    throw refuseDesk(403, "You do not have permission to add internal comments.");
  }
  const comment = call.store.commentAs(call.caller, issue, body, { internal: isPublic === false });
  return { status: 201, body: commentBean(call, issue, comment) };
}

function paged(call: Call, values: readonly unknown[]): SimAnswer {
  const start = numberOf(call, "start", 0);
  const limit = numberOf(call, "limit", 50);
  const page = values.slice(start, start + limit);
  const self = `${call.face.url}${call.request.path}`;
  return {
    status: 200,
    body: {
      size: page.length,
      start,
      limit,
      isLastPage: start + page.length >= values.length,
      _links: { self },
      values: page,
    },
  };
}

function listComments(call: Call): SimAnswer {
  const issue = requestOf(call);
  const wants = (name: string) => call.request.query.get(name) !== "false";
  const seen = issue.comments.filter((comment) => wants(call.store.isPublic(comment) ? "public" : "internal"));
  return paged(call, seen.map((comment) => commentBean(call, issue, comment)));
}

function getComment(call: Call): SimAnswer {
  const issue = requestOf(call);
  const comment = issue.comments.find(({ id }) => id === call.params.comment);
  if (comment === undefined) {
    throw refuseDesk(404, "The comment does not exist or you do not have permission to see it.");
  }
  return { status: 200, body: commentBean(call, issue, comment) };
}

function desks(call: Call): SimProject[] {
  signedIn(call);
  return call.store.projects.filter(({ type, key }) =>
    type === "service_desk" && call.store.may(call.caller, "BROWSE_PROJECTS", key)
  );
}

function deskBean(call: Call, project: SimProject): Record<string, unknown> {
  const id = deskId(call, project);
  const _links = { self: `${call.face.url}/rest/servicedeskapi/servicedesk/${id}` };
  return { id, projectId: project.id, projectName: project.name, projectKey: project.key, _links };
}

function deskId(call: Call, project: SimProject): string {
  return String(call.store.projects.filter(({ type }) => type === "service_desk").indexOf(project) + 1);
}

function getDesk(call: Call): SimAnswer {
  const wanted = call.params.desk!;
  const project = desks(call).find((desk) => deskId(call, desk) === wanted || desk.key === wanted.toUpperCase());
  if (project === undefined) {
    throw refuseDesk(404, "The Service Desk does not exist or you do not have permission to see it.");
  }
  return { status: 200, body: deskBean(call, project) };
}

function getRequest(call: Call): SimAnswer {
  const issue = requestOf(call);
  const status = call.store.status(issue);
  return {
    status: 200,
    body: {
      issueId: issue.id,
      issueKey: issue.key,
      summary: issue.summary,
      requestTypeId: "1",
      serviceDeskId: deskId(call, call.store.project(issue.projectKey)!),
      reporter: personBean(call, issue.reporter),
      currentStatus: { status: status.name, statusCategory: status.category.toUpperCase() },
      requestFieldValues: [{ fieldId: "summary", label: "Summary", value: issue.summary }],
      _links: {
        self: `${call.face.url}/rest/servicedeskapi/request/${issue.id}`,
        agent: `${call.face.url}/browse/${issue.key}`,
      },
    },
  };
}

export const deskRoutes: readonly Route[] = [
  {
    method: "GET",
    root: "desk",
    path: "info",
    handle: (call) => ({ status: 200, body: { version: call.face.settings.version, isLicensedForUse: true } }),
  },
  {
    method: "GET",
    root: "desk",
    path: "servicedesk",
    handle: (call) => paged(call, desks(call).map((desk) => deskBean(call, desk))),
  },
  { method: "GET", root: "desk", path: "servicedesk/:desk", handle: getDesk },
  { method: "GET", root: "desk", path: "request/:issue", handle: getRequest },
  { method: "GET", root: "desk", path: "request/:issue/comment", handle: listComments },
  { method: "POST", root: "desk", path: "request/:issue/comment", handle: postComment },
  { method: "GET", root: "desk", path: "request/:issue/comment/:comment", handle: getComment },
];
