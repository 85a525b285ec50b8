/** Jira's nouns as its answers show them. */

import type { RichText } from "../../core/jira.ts";
import { richTextToHtml } from "../../jira_text/rich_text.ts";
import type { Call } from "./call.ts";
import { PageWriter } from "./page/page_writer.ts";
import { adfFromText, plainText } from "./texts.ts";
import {
  type SimAttachment,
  type SimComment,
  type SimField,
  type SimIssue,
  type SimIssueType,
  type SimProject,
  type SimStatus,
  type SimTransition,
  type SimUser,
  updatedAt,
} from "./types.ts";
import { jiraTime } from "./zones.ts";

type Bean = Record<string, unknown>;

export function time(call: Call, ms: number): string {
  return jiraTime(ms, call.caller?.timeZone ?? "Etc/UTC");
}

function avatars(call: Call, kind: string): Bean {
  const url = (size: string) => `${call.face.url}/secure/${kind}?size=${size}`;
  return { "48x48": url("large"), "24x24": url("small"), "16x16": url("xsmall"), "32x32": url("medium") };
}

/** The address as this caller may see it; `undefined`: left out. */
function shownAddress(call: Call, user: SimUser): string | undefined {
  if (user.accountId === call.caller?.accountId) return user.emailAddress;
  if (call.cloud) return user.emailVisible ? user.emailAddress : undefined;
  const visibility = user.emailVisible ? call.face.settings.emailVisibility : "hide";
  if (visibility === "hide") return undefined;
  return visibility === "show" ? user.emailAddress : user.emailAddress.replace("@", " at ").replaceAll(".", " dot ");
}

export function userBean(call: Call, user: SimUser): Bean {
  const emailAddress = shownAddress(call, user);
  const address = emailAddress === undefined ? {} : { emailAddress };
  const common = {
    avatarUrls: avatars(call, "useravatar"),
    displayName: user.displayName,
    active: user.active,
    timeZone: user.timeZone,
  };
  if (call.cloud) {
    const self = `${call.apiUrl}/user?accountId=${encodeURIComponent(user.accountId)}`;
    return { self, accountId: user.accountId, accountType: user.accountType, ...address, ...common };
  }
  const self = `${call.apiUrl}/user?username=${encodeURIComponent(user.name)}`;
  return { self, name: user.name, key: user.userKey, ...address, ...common };
}

/** A user within another bean; `null` for anonymous. */
export function personBean(call: Call, accountId: string | null): Bean | null {
  const user = call.store.user(accountId);
  return user === null ? null : userBean(call, user);
}

export function projectBean(call: Call, project: SimProject): Bean {
  const bean: Bean = {
    self: `${call.apiUrl}/project/${project.id}`,
    id: project.id,
    key: project.key,
    name: project.name,
    projectTypeKey: project.type,
    avatarUrls: avatars(call, "projectavatar"),
  };
  return call.cloud ? { ...bean, simplified: false } : bean;
}

export function fullProjectBean(call: Call, project: SimProject): Bean {
  const lead = personBean(call, project.lead);
  return {
    expand: "description,lead,issueTypes,url,projectKeys",
    ...projectBean(call, project),
    description: "",
    ...(lead === null ? {} : { lead }),
    components: project.components.map((component) => componentBean(call, component)),
    issueTypes: project.issueTypes.map((type) => issueTypeBean(call, type)),
    assigneeType: "UNASSIGNED",
    versions: [],
    roles: {},
    ...(call.cloud ? { style: "classic", isPrivate: false, properties: {} } : { archived: false }),
  };
}

export function componentBean(call: Call, component: { readonly id: string; readonly name: string }): Bean {
  return { self: `${call.apiUrl}/component/${component.id}`, id: component.id, name: component.name };
}

export function issueTypeBean(call: Call, type: SimIssueType): Bean {
  const bean: Bean = {
    self: `${call.apiUrl}/issuetype/${type.id}`,
    id: type.id,
    description: "",
    iconUrl: `${call.face.url}/images/icons/issuetypes/${type.subtask ? "subtask" : "task"}.svg`,
    name: type.name,
    subtask: type.subtask,
  };
  return call.cloud ? { ...bean, avatarId: 10_318, hierarchyLevel: type.subtask ? -1 : 0 } : bean;
}

const CATEGORIES = {
  new: { id: 2, key: "new", colorName: "blue-gray", name: "To Do" },
  indeterminate: { id: 4, key: "indeterminate", colorName: "yellow", name: "In Progress" },
  done: { id: 3, key: "done", colorName: "green", name: "Done" },
} as const;

export function statusBean(call: Call, status: SimStatus): Bean {
  const category = CATEGORIES[status.category];
  return {
    self: `${call.apiUrl}/status/${status.id}`,
    description: "",
    iconUrl: `${call.face.url}/images/icons/statuses/generic.png`,
    name: status.name,
    id: status.id,
    statusCategory: { self: `${call.apiUrl}/statuscategory/${category.id}`, ...category },
  };
}

export function priorityBean(call: Call, name: string): Bean {
  const id = String(call.store.priorities.indexOf(name) + 1);
  return {
    self: `${call.apiUrl}/priority/${id}`,
    iconUrl: `${call.face.url}/images/icons/priorities/${encodeURIComponent(name.toLowerCase())}.svg`,
    name,
    id,
  };
}

export function resolutionBean(call: Call, name: string): Bean {
  const id = String(10_000 + call.store.resolutions.indexOf(name));
  return { self: `${call.apiUrl}/resolution/${id}`, id, description: "", name };
}

export function attachmentBean(call: Call, attachment: SimAttachment): Bean {
  const { id, filename } = attachment;
  const name = encodeURIComponent(filename);
  const picture = attachment.mimeType.startsWith("image/");
  const [content, thumbnail] = call.cloud
    ? [`${call.apiUrl}/attachment/content/${id}`, `${call.apiUrl}/attachment/thumbnail/${id}`]
    : [`${call.face.url}/secure/attachment/${id}/${name}`, `${call.face.url}/secure/thumbnail/${id}/_thumb_${id}.png`];
  const author = personBean(call, attachment.author);
  return {
    self: `${call.apiUrl}/attachment/${id}`,
    id,
    filename,
    ...(author === null ? {} : { author }),
    created: time(call, attachment.created),
    size: attachment.bytes.length,
    mimeType: attachment.mimeType,
    content,
    ...(picture ? { thumbnail } : {}),
  };
}

/** A text in the format of the API version that is asked. */
export function textOf(call: Call, text: RichText | null): unknown {
  if (text === null) return null;
  if (text.format === call.text) return text.content;
  return call.text === "adf" ? adfFromText(plainText(text)) : plainText(text);
}

/** A text as HTML, with pictures behind the attachment's own URLs as Jira renders them. */
export function renderedText(call: Call, issue: SimIssue, text: RichText | null): string {
  if (text === null) return "";
  const writer = new PageWriter({
    picture: (attachment: SimAttachment) =>
      call.cloud
        ? `/rest/api/3/attachment/content/${attachment.id}`
        : `${new URL(call.face.url).pathname.replace(/\/$/, "")}/secure/attachment/${attachment.id}/${attachment.id}_${
          encodeURIComponent(attachment.filename)
        }`,
    attachments: issue.attachments,
    userName: (id: string) => call.store.user(id)?.displayName ?? null,
  });
  return richTextToHtml(text, writer);
}

export interface CommentExpand {
  readonly rendered: boolean;
  readonly properties: boolean;
}

export function commentBean(call: Call, issue: SimIssue, comment: SimComment, expand: CommentExpand): Bean {
  const author = personBean(call, comment.author);
  const updateAuthor = personBean(call, comment.updateAuthor);
  return {
    self: `${call.apiUrl}/issue/${issue.id}/comment/${comment.id}`,
    id: comment.id,
    ...(author === null ? {} : { author }),
    body: textOf(call, comment.body),
    ...(expand.rendered ? { renderedBody: renderedText(call, issue, comment.body) } : {}),
    ...(updateAuthor === null ? {} : { updateAuthor }),
    created: time(call, comment.created),
    updated: time(call, comment.updated),
    ...(comment.visibility === null ? {} : { visibility: comment.visibility }),
    ...(call.cloud ? { jsdPublic: call.store.isPublic(comment) } : {}),
    ...(expand.properties ? { properties: [...comment.properties].map(([key, value]) => ({ key, value })) } : {}),
  };
}

export function watchersBean(call: Call, issue: SimIssue, list: boolean): Bean {
  const users = [...issue.watchers].map((id) => call.store.user(id)).filter((user) => user !== null);
  return {
    self: `${call.apiUrl}/issue/${issue.key}/watchers`,
    isWatching: call.caller !== null && issue.watchers.has(call.caller.accountId),
    watchCount: users.length,
    ...(list ? { watchers: users.map((user) => userBean(call, user)) } : {}),
  };
}

export function transitionBean(call: Call, transition: SimTransition, withFields: boolean): Bean {
  const to = call.store.statuses.find(({ id }) => id === transition.to)!;
  const done = to.category === "done";
  const fields = done
    ? {
      resolution: {
        required: transition.resolutionRequired === true,
        schema: { type: "resolution", system: "resolution" },
        name: "Resolution",
        ...(call.cloud ? { key: "resolution" } : { fieldId: "resolution" }),
        operations: ["set"],
        allowedValues: call.store.resolutions.map((name) => resolutionBean(call, name)),
      },
    }
    : {};
  return {
    id: transition.id,
    name: transition.name,
    to: statusBean(call, to),
    ...(call.cloud
      ? {
        hasScreen: done,
        isGlobal: transition.from === null,
        isInitial: false,
        isAvailable: true,
        isConditional: false,
        isLooped: false,
      }
      : { description: "", opsbarSequence: 10 }),
    ...(withFields ? { fields } : {}),
  };
}

export function linkBeans(call: Call, issue: SimIssue): Bean[] {
  const beans: Bean[] = [];
  for (const link of call.store.links) {
    if (link.inward !== issue.id && link.outward !== issue.id) continue;
    const type = call.store.linkTypes.find(({ name }) => name === link.type)!;
    const other = call.store.issue(link.inward === issue.id ? link.outward : link.inward);
    if (other === null) continue;
    beans.push({
      id: link.id,
      self: `${call.apiUrl}/issueLink/${link.id}`,
      type: { ...type, self: `${call.apiUrl}/issueLinkType/${type.id}` },
      [link.inward === issue.id ? "outwardIssue" : "inwardIssue"]: {
        id: other.id,
        key: other.key,
        self: `${call.apiUrl}/issue/${other.id}`,
        fields: { summary: other.summary, status: statusBean(call, call.store.status(other)) },
      },
    });
  }
  return beans;
}

/** Every field of the issue; `comment` and `attachment` included. */
export function allFields(call: Call, issue: SimIssue): Bean {
  const project = call.store.project(issue.projectKey)!;
  const comments = issue.comments.filter((comment) => seesComment(call, issue, comment));
  return {
    summary: issue.summary,
    issuetype: issueTypeBean(call, call.store.issueType(issue)),
    project: projectBean(call, project),
    description: textOf(call, issue.description),
    status: statusBean(call, call.store.status(issue)),
    reporter: personBean(call, issue.reporter),
    creator: personBean(call, issue.creator),
    assignee: personBean(call, issue.assignee),
    labels: issue.labels,
    priority: issue.priority === null ? null : priorityBean(call, issue.priority),
    created: time(call, issue.created),
    updated: time(call, updatedAt(issue)),
    resolution: issue.resolution === null ? null : resolutionBean(call, issue.resolution),
    resolutiondate: issue.resolved === null ? null : time(call, issue.resolved),
    components: [],
    issuelinks: linkBeans(call, issue),
    subtasks: [],
    watches: watchersBean(call, issue, false),
    votes: { self: `${call.apiUrl}/issue/${issue.key}/votes`, votes: 0, hasVoted: false },
    ...Object.fromEntries(issue.fields),
    attachment: issue.attachments.map((attachment) => attachmentBean(call, attachment)),
    comment: {
      comments: comments.slice(0, call.cloud ? 20 : undefined)
        .map((comment) => commentBean(call, issue, comment, { rendered: false, properties: false })),
      ...(call.cloud ? { self: `${call.apiUrl}/issue/${issue.id}/comment` } : {}),
      maxResults: comments.length,
      total: comments.length,
      startAt: 0,
    },
  };
}

/** Restricted comments are for those in the role or group; the simulated caller is in all that exist. */
export function seesComment(call: Call, issue: SimIssue, comment: SimComment): boolean {
  if (comment.visibility === null) return true;
  return call.store.may(call.caller, "EDIT_ALL_COMMENTS", issue.projectKey);
}

const NOT_NAVIGABLE = new Set(["comment", "attachment"]);

/** Picks as `fields=` says: names, `*all`, `*navigable`, `-name`. */
export function pickFields(all: Bean, asked: readonly string[]): Bean {
  const names = new Set<string>();
  const onlyMinus = asked.every((name) => name.startsWith("-"));
  for (const name of onlyMinus ? ["*all", ...asked] : asked) {
    if (name === "*all") { for (const field of Object.keys(all)) names.add(field); }
    else if (name === "*navigable") {
      for (const field of Object.keys(all)) if (!NOT_NAVIGABLE.has(field)) names.add(field);
    }
    if (name.startsWith("-")) names.delete(name.slice(1));
    else names.add(name);
  }
  return Object.fromEntries(Object.entries(all).filter(([field]) => names.has(field)));
}

/** Picks as `properties=` says: keys, or `*all`. */
export function pickProperties(issue: SimIssue, asked: readonly string[]): Bean {
  const all = asked.includes("*all");
  return Object.fromEntries([...issue.properties].filter(([key]) => all || asked.includes(key)));
}

export function createFieldBean(call: Call, field: SimField): Bean {
  const schema: Bean = field.id.startsWith("customfield_")
    ? {
      type: field.type,
      ...(field.items === undefined ? {} : { items: field.items }),
      custom: "com.atlassian.jira.plugin.system.customfieldtypes:field",
      customId: Number(field.id.slice(12)),
    }
    : { type: field.type, ...(field.items === undefined ? {} : { items: field.items }), system: field.id };
  return {
    required: field.required,
    schema,
    name: field.name,
    ...(call.cloud ? { key: field.id } : {}),
    fieldId: field.id,
    hasDefaultValue: field.hasDefaultValue ?? false,
    operations: field.type === "array" ? ["add", "set", "remove"] : ["set"],
    ...(field.allowedValues === undefined ? {} : { allowedValues: field.allowedValues }),
  };
}
