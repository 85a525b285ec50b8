/** Transitions, links between issues, links to elsewhere. */

import type { SimAnswer } from "../kit/server.ts";
import { linkBeans, transitionBean } from "./beans.ts";
import {
  type Call,
  expands,
  isRecord,
  noContent,
  objectBody,
  refuse,
  refuseField,
  type Route,
  signedIn,
  visibleIssue,
} from "./call.ts";
import { addComment } from "./comments.ts";
import { addComments } from "./issues.ts";
import type { SimIssue, SimRemoteLink } from "./types.ts";

function getTransitions(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  const may = call.store.may(call.caller, "TRANSITION_ISSUES", issue.projectKey);
  const withFields = expands(call, "transitions.fields");
  const transitions = may ? call.store.transitionsOf(issue) : [];
  return {
    status: 200,
    body: { expand: "transitions", transitions: transitions.map((one) => transitionBean(call, one, withFields)) },
  };
}

async function postTransition(call: Call): Promise<SimAnswer> {
  const issue = visibleIssue(call);
  signedIn(call);
  const body = objectBody(call);
  const asked = isRecord(body.transition) ? body.transition.id : undefined;
  if (asked === undefined) throw refuse(400, "Missing 'transition' identifier");
  const may = call.store.may(call.caller, "TRANSITION_ISSUES", issue.projectKey);
  const transition = may ? call.store.transitionsOf(issue).find(({ id }) => id === String(asked)) : undefined;
  if (transition === undefined) {
    const text =
      "It seems that you have tried to perform a workflow operation that is not valid for the current state of this issue.";
    throw refuse(400, call.cloud ? `Transition id '${String(asked)}' is not valid for this issue.` : text);
  }
  const fields = isRecord(body.fields) ? body.fields : {};
  const done = call.store.statuses.find(({ id }) => id === transition.to)?.category === "done";
  const unknown = Object.keys(fields).find((field) => field !== "resolution" || !done);
  if (unknown !== undefined) {
    throw refuseField(
      400,
      unknown,
      `Field '${unknown}' cannot be set. It is not on the appropriate screen, or unknown.`,
    );
  }
  const resolution = readResolution(call, fields.resolution);
  if (transition.resolutionRequired === true && resolution === undefined) {
    throw refuseField(400, "resolution", "Resolution is required.");
  }
  await addComments(call, issue, body.update);
  call.store.transition(issue, transition.id, resolution);
  return noContent(call);
}

function readResolution(call: Call, asked: unknown): string | undefined {
  if (!isRecord(asked)) return undefined;
  const name = call.store.resolutions.find((name, index) => name === asked.name || String(10_000 + index) === asked.id);
  if (name === undefined) {
    throw refuseField(400, "resolution", `Resolution name '${String(asked.name ?? asked.id)}' is not valid`);
  }
  return name;
}

async function postLink(call: Call): Promise<SimAnswer> {
  signedIn(call);
  const body = objectBody(call);
  const asked = isRecord(body.type) ? body.type : {};
  const type = call.store.linkTypes.find(({ id, name }) => id === asked.id || name === asked.name);
  if (type === undefined) throw refuse(404, `No issue link type with name '${String(asked.name ?? asked.id)}' found.`);
  const end = (value: unknown): SimIssue =>
    visibleIssue(call, isRecord(value) ? String(value.id ?? value.key ?? "") : "");
  const [inward, outward] = [end(body.inwardIssue), end(body.outwardIssue)];
  for (const issue of [inward, outward]) mayLink(call, issue);
  if (inward.id === outward.id) throw refuse(400, "You cannot link an issue to itself.");
  const { links } = call.store;
  const twice = links.some((link) =>
    link.type === type.name && link.inward === inward.id && link.outward === outward.id
  );
  if (!twice) call.store.link(type.name, inward.id, outward.id);
  if (isRecord(body.comment)) await addComment(call, inward, body.comment);
  return { status: 201 };
}

function mayLink(call: Call, issue: SimIssue): void {
  signedIn(call);
  if (call.store.may(call.caller, "LINK_ISSUES", issue.projectKey)) return;
  throw refuse(call.cloud ? 401 : 403, `No Link Issue Permission for issue '${issue.key}'.`);
}

function deleteLink(call: Call): SimAnswer {
  const index = call.store.links.findIndex(({ id }) => id === call.params.link);
  if (index < 0) throw refuse(404, `No issue link with id '${call.params.link}' exists.`);
  mayLink(call, visibleIssue(call, call.store.links[index]!.inward));
  call.store.links.splice(index, 1);
  return noContent(call);
}

function linkTypes(call: Call): SimAnswer {
  const issueLinkTypes = call.store.linkTypes.map((type) => ({
    ...type,
    self: `${call.apiUrl}/issueLinkType/${type.id}`,
  }));
  return { status: 200, body: { issueLinkTypes } };
}

function remoteBean(call: Call, issue: SimIssue, link: SimRemoteLink): Record<string, unknown> {
  const self = `${call.apiUrl}/issue/${issue.id}/remotelink/${link.id}`;
  return { id: link.id, self, ...(link.globalId === null ? {} : { globalId: link.globalId }), ...link.value };
}

/** 201 for a new link, 200 when the global id was there: that one is replaced. */
function postRemoteLink(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  mayLink(call, issue);
  const { globalId, ...value } = objectBody(call);
  const object = isRecord(value.object) ? value.object : {};
  if (typeof object.title !== "string" || object.title === "") throw refuseField(400, "title", "'title' is required.");
  if (typeof object.url !== "string" || !URL.canParse(object.url)) {
    throw refuseField(400, "url", "Invalid 'URL'. Make sure you include the full URL (e.g. http://www.google.com).");
  }
  if (typeof globalId === "string" && globalId.length > 255) {
    throw refuseField(400, "globalId", "The length of the 'Global Id' field cannot exceed 255 characters.");
  }
  const known = issue.remoteLinks.find((link) => globalId !== undefined && link.globalId === globalId);
  const link = known ??
    { id: Number(call.store.nextId()), globalId: typeof globalId === "string" ? globalId : null, value };
  link.value = value;
  if (known === undefined) issue.remoteLinks.push(link);
  call.store.touch(issue);
  const self = `${call.apiUrl}/issue/${issue.id}/remotelink/${link.id}`;
  const location = known === undefined ? { headers: { location: self } } : {};
  return { status: known === undefined ? 201 : 200, ...location, body: { id: link.id, self } };
}

function remoteByGlobalId(issue: SimIssue, globalId: string): SimRemoteLink {
  const link = issue.remoteLinks.find((candidate) => candidate.globalId === globalId);
  if (link !== undefined) return link;
  throw refuseField(
    404,
    "globalId",
    `Remote issue link with globalId '${globalId}' does not exist in issue with id '${issue.id}'.`,
  );
}

function getRemoteLinks(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  const globalId = call.request.query.get("globalId");
  if (globalId !== null) return { status: 200, body: remoteBean(call, issue, remoteByGlobalId(issue, globalId)) };
  return { status: 200, body: issue.remoteLinks.map((link) => remoteBean(call, issue, link)) };
}

function deleteRemoteLink(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  mayLink(call, issue);
  const globalId = call.request.query.get("globalId");
  if (globalId === null) throw refuse(400, "The globalId is required.");
  issue.remoteLinks.splice(issue.remoteLinks.indexOf(remoteByGlobalId(issue, globalId)), 1);
  return noContent(call);
}

function getLink(call: Call): SimAnswer {
  const link = call.store.links.find(({ id }) => id === call.params.link);
  if (link === undefined) throw refuse(404, `No issue link with id '${call.params.link}' exists.`);
  const issue = visibleIssue(call, link.inward);
  return { status: 200, body: linkBeans(call, issue).find(({ id }) => id === link.id) };
}

export const workflowRoutes: readonly Route[] = [
  { method: "GET", root: "api", path: "issue/:issue/transitions", handle: getTransitions },
  { method: "POST", root: "api", path: "issue/:issue/transitions", handle: postTransition },
  { method: "POST", root: "api", path: "issueLink", handle: postLink },
  { method: "GET", root: "api", path: "issueLink/:link", handle: getLink },
  { method: "DELETE", root: "api", path: "issueLink/:link", handle: deleteLink },
  { method: "GET", root: "api", path: "issueLinkType", handle: linkTypes },
  { method: "GET", root: "api", path: "issue/:issue/remotelink", handle: getRemoteLinks },
  { method: "POST", root: "api", path: "issue/:issue/remotelink", handle: postRemoteLink },
  { method: "DELETE", root: "api", path: "issue/:issue/remotelink", handle: deleteRemoteLink },
];
