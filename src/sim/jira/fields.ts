/** Reads the fields of a create or edit request, and says what is wrong with them in Jira's words. */

import type { RichText } from "../../core/jira.ts";
import { adfSchema, looksLikeAdf, mediaIds } from "./adf_check.ts";
import { type Call, isRecord, refuse, refuseField } from "./call.ts";
import { plainText } from "./texts.ts";
import type { JiraStore } from "./store.ts";
import type { SimField, SimIssue, SimIssueType, SimProject } from "./types.ts";

/** What is to be set. `others`: components, parent, custom fields, as they came. */
export interface Change {
  summary?: string;
  description?: RichText | null;
  reporter?: string | null;
  assignee?: string | null;
  labels?: string[];
  priority?: string | null;
  readonly others: Map<string, unknown>;
}

const STANDARD: readonly (SimField & { readonly type: string })[] = [
  { id: "summary", name: "Summary", required: true, type: "string" },
  { id: "description", name: "Description", required: false, type: "string" },
  { id: "reporter", name: "Reporter", required: true, type: "user" },
  { id: "assignee", name: "Assignee", required: false, type: "user" },
  { id: "labels", name: "Labels", required: false, type: "array", items: "string" },
  { id: "priority", name: "Priority", required: false, hasDefaultValue: true, type: "option" },
  { id: "components", name: "Component/s", required: false, type: "array", items: "component" },
  { id: "attachment", name: "Attachment", required: false, type: "array", items: "attachment" },
  { id: "issuelinks", name: "Linked Issues", required: false, type: "array", items: "issuelinks" },
];

/** The fields of the create screen, in the order of the screen. */
export function screenOf(store: JiraStore, project: SimProject, type: SimIssueType): SimField[] {
  const values = (names: readonly string[]) =>
    names.map((name, index) => ({ id: String(index + 1), name, value: name }));
  const standard = STANDARD.map((field): SimField => {
    if (field.id === "priority") return { ...field, allowedValues: values(store.priorities) };
    if (field.id !== "components") return field;
    return { ...field, allowedValues: project.components.map(({ id, name }) => ({ id, name, value: name })) };
  });
  const parent: SimField[] = type.subtask ? [{ id: "parent", name: "Parent", required: true, type: "option" }] : [];
  return [...standard, ...parent, ...project.fields].filter(({ id }) => !project.offScreen.has(id));
}

export const TOO_LONG = "The entered text is too long. It exceeds the allowed limit of";

/** A text, or what is wrong with it. Broken ADF and unknown media refuse the whole request. `issue`: `null` while it is created. */
export async function readText(
  call: Call,
  field: "description" | "comment",
  value: unknown,
  issue: SimIssue | null,
): Promise<{ readonly text: RichText | null } | { readonly problem: string }> {
  if (value === null) return { text: null };
  const { textLimit } = call.store;
  const tooLong = (length: number) => textLimit > 0 && length > textLimit;
  const problem = `${TOO_LONG} ${textLimit.toLocaleString("en-US")} characters.`;
  if (call.text === "wiki") {
    if (typeof value !== "string") return { problem: "Operation value must be a string" };
    return tooLong(value.length) ? { problem } : { text: call.store.text(value) };
  }
  if (!isRecord(value)) {
    const expected = "Operation value must be an Atlassian Document (see the Atlassian Document Format)";
    return { problem: field === "comment" ? "Comment body is not valid!" : expected };
  }
  const valid = looksLikeAdf(value) && (call.face.settings.adfValidation === "built-in" || (await adfSchema())(value));
  if (!valid) throw refuse(400, "INVALID_INPUT");
  const known = new Set(issue?.attachments.map(({ mediaId }) => mediaId));
  if (mediaIds(value).some((id) => !known.has(id))) throw refuse(400, "ATTACHMENT_VALIDATION_ERROR");
  const text = { format: "adf", content: value } as unknown as RichText;
  const counted = call.face.settings.adfLimit === "serialised" ? JSON.stringify(value) : plainText(text);
  return tooLong(counted.length) ? { problem } : { text };
}

/** Project and issue type of a create request; their errors come alone. */
export function readTarget(call: Call, fields: Record<string, unknown>): { project: SimProject; type: SimIssueType } {
  const project = readProject(call, fields.project);
  if (!call.store.may(call.caller, "CREATE_ISSUES", project.key)) {
    throw refuseField(403, "project", "You do not have permission to create issues in this project.");
  }
  const asked = fields.issuetype;
  if (!isRecord(asked)) {
    throw refuseField(400, "issuetype", call.cloud ? "Specify an issue type" : "issue type is required");
  }
  const type = project.issueTypes.find(({ id, name }) =>
    asked.id !== undefined ? id === String(asked.id) : name === asked.name
  );
  if (type !== undefined) return { project, type };
  const unknown = asked.id !== undefined ? "valid issue type is required" : "Could not find issuetype by id or name.";
  throw refuseField(400, "issuetype", call.cloud ? "Specify a valid issue type" : unknown);
}

function readProject(call: Call, asked: unknown): SimProject {
  const idOrKey = isRecord(asked) ? asked.id ?? asked.key : undefined;
  const project = typeof idOrKey === "string" ? call.store.project(idOrKey) : null;
  const visible = project !== null && call.store.may(call.caller, "BROWSE_PROJECTS", project.key);
  if (project !== null && visible) return project;
  throw refuseField(400, "project", call.cloud ? "valid project is required" : "project is required");
}

export function cannotBeSet(field: string): string {
  return `Field '${field}' cannot be set. It is not on the appropriate screen, or unknown.`;
}

/** Everything but project and issue type. Refuses with every field's error at once. */
export async function readChange(
  call: Call,
  target: { readonly project: SimProject; readonly type: SimIssueType },
  fields: Record<string, unknown>,
  issue: SimIssue | null,
): Promise<Change> {
  const change: Change = { others: new Map() };
  const errors: Record<string, string> = {};
  const screen = screenOf(call.store, target.project, target.type);
  const onScreen = new Set(["parent", ...screen.map(({ id }) => id)]);
  for (const [field, value] of Object.entries(fields)) {
    if (field === "project" || field === "issuetype") continue;
    if (!onScreen.has(field) || field === "attachment" || field === "issuelinks") {
      errors[field] = cannotBeSet(field);
      continue;
    }
    const problem = await readField(call, target, field, value, issue, change);
    if (problem !== null) errors[field] = problem;
  }
  if (issue === null) {
    if (!("summary" in fields)) errors.summary = "You must specify a summary of the issue.";
    if (target.type.subtask && !isRecord(fields.parent)) {
      errors.issuetype = "Issue type is a sub-task but parent issue key or id not specified.";
    }
    for (const field of screen) {
      const missing = field.required && field.hasDefaultValue !== true && isEmpty(fields[field.id]);
      if (missing && !["summary", "reporter", "parent"].includes(field.id)) {
        errors[field.id] = `${field.name} is required.`;
      }
    }
  }
  if (Object.keys(errors).length > 0) throw refuse(400, [], errors);
  return change;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** What is wrong with one field, or `null` and it stands in `change`. */
async function readField(
  call: Call,
  target: { readonly project: SimProject; readonly type: SimIssueType },
  field: string,
  value: unknown,
  issue: SimIssue | null,
  change: Change,
): Promise<string | null> {
  switch (field) {
    case "summary":
      return readSummary(value, change);
    case "description": {
      const read = await readText(call, "description", value, issue);
      if ("problem" in read) return read.problem;
      change.description = read.text;
      return null;
    }
    case "labels":
      return readLabels(value, change);
    case "priority":
      return readPriority(call, value, change);
    case "reporter":
      return readReporter(call, target.project, value, change);
    case "assignee":
      return readAssignee(call, target.project, value, change);
    case "components":
      return readComponents(target.project, value, change);
    default:
      return readOther(target.project, field, value, change);
  }
}

function readSummary(value: unknown, change: Change): string | null {
  if (value === null || value === undefined) return "You must specify a summary of the issue.";
  if (typeof value !== "string") return "Operation value must be a string";
  const summary = value.trim();
  if (summary === "") return "You must specify a summary of the issue.";
  if (/[\r\n]/.test(summary)) return "The summary is invalid because it contains newline characters.";
  if (summary.length > 255) return "Summary must be less than 255 characters.";
  change.summary = summary;
  return null;
}

/** What is wrong with a label, or `null`. */
export function labelProblem(label: unknown): string | null {
  if (typeof label !== "string") return "string expected at index 0";
  if (/\s/.test(label)) return `The label '${label}' contains spaces which is invalid.`;
  return label.length > 255
    ? `The label '${label}' exceeds the maximum length for a single label of 255 characters.`
    : null;
}

function readLabels(value: unknown, change: Change): string | null {
  if (value !== null && !Array.isArray(value)) return "data was not an array";
  const labels = (value ?? []) as unknown[];
  for (const label of labels) {
    const problem = labelProblem(label);
    if (problem !== null) return problem;
  }
  change.labels = [...new Set((labels as string[]).filter((label) => label !== ""))];
  return null;
}

function readPriority(call: Call, value: unknown, change: Change): string | null {
  const { priorities } = call.store;
  if (value === null) {
    change.priority = null;
    return null;
  }
  if (!isRecord(value)) {
    return call.cloud ? "Specify the Priority (id or name) in string format" : "data was not an object";
  }
  if (typeof value.id === "string") {
    const name = /^\d+$/.test(value.id) ? priorities[Number(value.id) - 1] : undefined;
    if (name === undefined) return "The priority selected is invalid.";
    change.priority = name;
    return null;
  }
  if (typeof value.name !== "string") {
    return call.cloud
      ? "Specify the Priority (id or name) in string format"
      : "Could not find valid 'id' or 'name' in priority object.";
  }
  const name = priorities.find((priority) => priority === value.name);
  if (name === undefined) return `Priority name '${value.name}' is not valid`;
  change.priority = name;
  return null;
}

/** The account named in `{"id"}`/`{"accountId"}` (Cloud) or `{"name"}` (Server). */
function namedUser(call: Call, value: Record<string, unknown>): string | null {
  const { users } = call.store;
  const wanted = call.cloud ? value.id ?? value.accountId : value.name;
  const user = users.find((
    user,
  ) => (call.cloud ? user.accountId === wanted : user.name.toLowerCase() === String(wanted).toLowerCase()));
  return user?.accountId ?? null;
}

function readReporter(call: Call, project: SimProject, value: unknown, change: Change): string | null {
  if (!call.store.may(call.caller, "MODIFY_REPORTER", project.key)) return cannotBeSet("reporter");
  if (value === null) return "Reporter is required.";
  if (!isRecord(value)) return call.cloud ? "expected Object" : "data was not an object";
  if (!call.cloud && typeof value.name !== "string") return "expected Object containing a 'name' property";
  const accountId = namedUser(call, value);
  const active = call.store.user(accountId)?.active === true;
  if (accountId === null || !active) {
    return call.cloud ? "Specify a valid value for reporter" : "The reporter specified is not a user.";
  }
  change.reporter = accountId;
  return null;
}

function readAssignee(call: Call, project: SimProject, value: unknown, change: Change): string | null {
  if (!call.store.may(call.caller, "ASSIGN_ISSUES", project.key)) return cannotBeSet("assignee");
  if (value === null) {
    change.assignee = null;
    return null;
  }
  if (!isRecord(value)) return "data was not an object";
  const accountId = namedUser(call, value);
  const user = call.store.user(accountId);
  if (user === null) return call.cloud ? "Specify a valid value for assignee" : "The assignee specified is not a user.";
  if (!call.store.may(user, "ASSIGNABLE_USER", project.key)) {
    return `User '${user.displayName}' cannot be assigned issues.`;
  }
  change.assignee = user.accountId;
  return null;
}

function readComponents(project: SimProject, value: unknown, change: Change): string | null {
  if (!Array.isArray(value)) return "data was not an array";
  const found = [];
  for (const asked of value) {
    if (!isRecord(asked)) return "expected Object containing an 'id' or 'name' property";
    const component = project.components.find(({ id, name }) =>
      asked.id !== undefined ? id === asked.id : name === asked.name
    );
    if (component === undefined) {
      return asked.id === undefined
        ? `Component name '${String(asked.name)}' is not valid`
        : `Component id '${String(asked.id)}' is not valid`;
    }
    found.push({ id: component.id, name: component.name });
  }
  change.others.set("components", found);
  return null;
}

function readOther(project: SimProject, field: string, value: unknown, change: Change): string | null {
  const known = project.fields.find(({ id }) => id === field);
  if (known !== undefined && value !== null) {
    if (known.type === "string" && typeof value !== "string") return "Operation value must be a string";
    if (known.type === "number" && typeof value !== "number") return "Operation value must be a number";
    if (known.type === "array" && !Array.isArray(value)) return "data was not an array";
    if (known.type === "option") {
      const option = isRecord(value)
        ? known.allowedValues?.find(({ id, value: text }) => id === value.id || text === value.value)
        : undefined;
      if (option === undefined) {
        return `Option value '${isRecord(value) ? String(value.value ?? value.id) : String(value)}' is not valid`;
      }
      change.others.set(field, option);
      return null;
    }
  }
  change.others.set(field, value);
  return null;
}

/** Writes what was read. */
export function applyChange(issue: SimIssue, change: Change): void {
  if (change.summary !== undefined) issue.summary = change.summary;
  if (change.description !== undefined) issue.description = change.description;
  if (change.reporter !== undefined) issue.reporter = change.reporter;
  if (change.assignee !== undefined) issue.assignee = change.assignee;
  if (change.labels !== undefined) issue.labels = change.labels;
  if (change.priority !== undefined) issue.priority = change.priority;
  for (const [field, value] of change.others) issue.fields.set(field, value);
}
