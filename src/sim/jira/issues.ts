/** Creating, reading, editing and deleting issues. */

import type { SimAnswer } from "../kit/server.ts";
import { allFields, pickFields, pickProperties, renderedText, transitionBean } from "./beans.ts";
import {
  type Call,
  expands,
  isRecord,
  listOf,
  noContent,
  objectBody,
  Refusal,
  refuse,
  refuseField,
  type Route,
  signedIn,
  visibleIssue,
} from "./call.ts";
import { addComment } from "./comments.ts";
import { dropOrphans, mediaOf } from "./media.ts";
import { applyChange, labelProblem, readChange, readTarget } from "./fields.ts";
import { deleteProperty, getProperty, listProperties, putProperty, readProperties } from "./properties.ts";
import type { SimIssue } from "./types.ts";

async function createOne(call: Call, body: Record<string, unknown>): Promise<SimIssue> {
  const caller = signedIn(call);
  const fields = isRecord(body.fields) ? body.fields : {};
  const target = readTarget(call, fields);
  const change = await readChange(call, target, fields, null);
  const properties = readProperties(body.properties);
  const added = updatedLabels(body.update, change.labels ?? []);
  const priorityShown = !target.project.offScreen.has("priority");
  const issue = call.store.createIssue({
    project: target.project.key,
    issueType: target.type.name,
    summary: change.summary!,
    reporter: caller.accountId,
    creator: caller.accountId,
    ...(priorityShown ? {} : { priority: null }),
  });
  applyChange(issue, change);
  issue.labels = added;
  for (const [key, value] of properties) issue.properties.set(key, value);
  return issue;
}

function createdBean(call: Call, issue: SimIssue): Record<string, unknown> {
  return { id: issue.id, key: issue.key, self: `${call.apiUrl}/issue/${issue.id}` };
}

async function createIssue(call: Call): Promise<SimAnswer> {
  const body = objectBody(call);
  const issue = await createOne(call, body);
  const transition = isRecord(body.transition) ? transitionTo(call, issue, body.transition) : null;
  return {
    status: 201,
    body: { ...createdBean(call, issue), ...(call.cloud && transition !== null ? { transition } : {}) },
  };
}

function transitionTo(call: Call, issue: SimIssue, asked: Record<string, unknown>): Record<string, unknown> {
  const found = call.store.transitionsOf(issue).find(({ id }) => id === String(asked.id));
  if (found !== undefined) call.store.transition(issue, found.id);
  const errorMessages = found === undefined ? [`Transition id '${String(asked.id)}' is not valid for this issue.`] : [];
  return { status: found === undefined ? 400 : 200, errorCollection: { errorMessages, errors: {} } };
}

async function createBulk(call: Call): Promise<SimAnswer> {
  const { issueUpdates } = objectBody(call);
  if (!Array.isArray(issueUpdates) || issueUpdates.length === 0) {
    throw refuse(400, "No issue data was provided by request");
  }
  if (call.cloud && issueUpdates.length > 50) {
    throw refuse(400, "The number of issues to create exceeds the limit of 50.");
  }
  const issues: unknown[] = [];
  const errors: unknown[] = [];
  for (const [index, update] of issueUpdates.entries()) {
    try {
      issues.push(createdBean(call, await createOne(call, isRecord(update) ? update : {})));
    } catch (error) {
      if (!(error instanceof Refusal) || error.answer.status === 401) throw error;
      errors.push({ status: error.answer.status, elementErrors: error.answer.body, failedElementNumber: index });
    }
  }
  return { status: issues.length > 0 ? 201 : 400, body: { issues, errors } };
}

const EXPAND = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations";

/** An issue as GET and bulk fetch answer it. */
export function issueBean(
  call: Call,
  issue: SimIssue,
  fields: readonly string[],
  properties: readonly string[],
): Record<string, unknown> {
  return {
    expand: EXPAND,
    id: issue.id,
    self: `${call.apiUrl}/issue/${issue.id}`,
    key: issue.key,
    fields: pickFields(allFields(call, issue), fields.length === 0 ? ["*all"] : fields),
    ...(properties.length === 0 ? {} : { properties: pickProperties(issue, properties) }),
  };
}

function getIssue(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  const bean = issueBean(call, issue, listOf(call, "fields"), listOf(call, "properties"));
  if (expands(call, "renderedFields")) {
    bean.renderedFields = { description: renderedText(call, issue, issue.description) };
  }
  if (expands(call, "transitions")) {
    bean.transitions = call.store.transitionsOf(issue).map((transition) => transitionBean(call, transition, false));
  }
  return { status: 200, body: bean };
}

/** `update: {labels: [{add}, {remove}, {set}]}`. */
function updatedLabels(update: unknown, before: readonly string[]): string[] {
  const labels = new Set(before);
  const operations = isRecord(update) && Array.isArray(update.labels) ? update.labels : [];
  for (const operation of operations) {
    if (!isRecord(operation)) continue;
    for (const label of [operation.add, ...(Array.isArray(operation.set) ? operation.set : [])]) {
      const problem = label === undefined ? null : labelProblem(label);
      if (problem !== null) throw refuseField(400, "labels", problem);
    }
    if (Array.isArray(operation.set)) {
      labels.clear();
      for (const label of operation.set) labels.add(String(label));
    }
    if (operation.add !== undefined) labels.add(String(operation.add));
    if (operation.remove !== undefined) labels.delete(String(operation.remove));
  }
  return [...labels];
}

/** Comments of an edit or a transition: `update: {comment: [{add: {body}}]}`. */
export async function addComments(call: Call, issue: SimIssue, update: unknown): Promise<void> {
  const operations = isRecord(update) && Array.isArray(update.comment) ? update.comment : [];
  for (const operation of operations) {
    if (isRecord(operation) && isRecord(operation.add)) await addComment(call, issue, operation.add);
  }
}

async function editIssue(call: Call): Promise<SimAnswer> {
  const issue = visibleIssue(call);
  if (!call.store.may(call.caller, "EDIT_ISSUES", issue.projectKey)) {
    throw refuse(call.cloud ? 403 : 400, "You do not have permission to edit issues in this project.");
  }
  const silent = call.request.query.get("notifyUsers") === "false";
  if (silent && !call.store.may(call.caller, "ADMINISTER_PROJECTS", issue.projectKey)) {
    throw refuse(403, "To discard the user notification either admin or project admin permissions are required.");
  }
  const body = objectBody(call);
  if (body.fields === undefined && body.update === undefined && body.properties === undefined) {
    throw refuse(400, "one of 'fields' or 'update' required");
  }
  const target = { project: call.store.project(issue.projectKey)!, type: call.store.issueType(issue) };
  const change = await readChange(call, target, isRecord(body.fields) ? body.fields : {}, issue);
  const properties = readProperties(body.properties);
  const labels = updatedLabels(body.update, change.labels ?? issue.labels);
  await addComments(call, issue, body.update);
  const orphans = change.description === undefined ? [] : mediaOf(issue);
  applyChange(issue, { ...change, labels });
  for (const [key, value] of properties) issue.properties.set(key, value);
  call.store.touch(issue);
  dropOrphans(call, issue, orphans);
  if (call.cloud && call.request.query.get("returnIssue") === "true") {
    return { status: 200, body: issueBean(call, issue, [], []) };
  }
  return noContent(call);
}

function deleteIssue(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  if (!call.store.may(call.caller, "DELETE_ISSUES", issue.projectKey)) {
    throw refuse(403, "You do not have permission to delete issues in this project.");
  }
  const parents = (candidate: SimIssue) => {
    const parent = candidate.fields.get("parent");
    return isRecord(parent) && (parent.id === issue.id || parent.key === issue.key);
  };
  const subtasks = call.store.issues().filter(parents);
  if (subtasks.length > 0 && call.request.query.get("deleteSubtasks") !== "true") {
    const advice = `You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.`;
    throw refuse(400, `The issue '${issue.key}' has subtasks.  ${advice}`);
  }
  for (const gone of [...subtasks, issue]) call.store.deleteIssue(gone);
  return noContent(call);
}

function editable(call: Call): SimIssue {
  const issue = visibleIssue(call);
  signedIn(call);
  if (call.store.may(call.caller, "EDIT_ISSUES", issue.projectKey)) return issue;
  throw refuse(403, "You do not have permission to edit issues in this project.");
}

/** `POST /issue/bulkfetch`: what is missing or invisible is left out. */
function bulkFetch(call: Call): SimAnswer {
  const body = objectBody(call);
  const asked = Array.isArray(body.issueIdsOrKeys) ? body.issueIdsOrKeys.map(String) : [];
  if (asked.length === 0) throw refuse(400, "At least one issue ID or key must be provided.");
  if (asked.length > 100) throw refuse(400, "The number of issues requested exceeds the limit of 100.");
  const strings = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const found = asked.map((id) => call.store.issue(id)).filter((issue) =>
    issue !== null && call.store.maySee(call.caller, issue)
  );
  const fields = strings(body.fields);
  const issues = [...new Set(found)].map((issue) =>
    issueBean(call, issue!, fields.length === 0 ? ["*navigable"] : fields, strings(body.properties))
  );
  return { status: 200, body: { issues, issueErrors: [] } };
}

export const issueRoutes: readonly Route[] = [
  { method: "POST", root: "api", path: "issue", handle: createIssue },
  { method: "POST", root: "api", path: "issue/bulk", handle: createBulk },
  { method: "POST", root: "api", path: "issue/bulkfetch", only: "cloud", handle: bulkFetch },
  { method: "GET", root: "api", path: "issue/:issue", handle: getIssue },
  { method: "PUT", root: "api", path: "issue/:issue", handle: editIssue },
  { method: "DELETE", root: "api", path: "issue/:issue", handle: deleteIssue },
  {
    method: "GET",
    root: "api",
    path: "issue/:issue/properties",
    handle(call) {
      const issue = visibleIssue(call);
      return listProperties(issue.properties, `${call.apiUrl}/issue/${issue.id}/properties`);
    },
  },
  {
    method: "GET",
    root: "api",
    path: "issue/:issue/properties/:property",
    handle: (call) => getProperty(call, visibleIssue(call).properties),
  },
  {
    method: "PUT",
    root: "api",
    path: "issue/:issue/properties/:property",
    handle: (call) => putProperty(call, editable(call).properties),
  },
  {
    method: "DELETE",
    root: "api",
    path: "issue/:issue/properties/:property",
    handle: (call) => deleteProperty(call, editable(call).properties),
  },
];
