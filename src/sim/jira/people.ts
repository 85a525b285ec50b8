/** Who am I, who are they, who may. */

import type { SimAnswer } from "../kit/server.ts";
import { userBean } from "./beans.ts";
import {
  type Call,
  listOf,
  numberOf,
  Refusal,
  refuse,
  type Route,
  signedIn,
  unauthorized,
  visibleIssue,
} from "./call.ts";
import { ADMIN_PERMISSIONS, PERMISSIONS } from "./permissions.ts";
import type { SimUser } from "./types.ts";

function myself(call: Call): SimAnswer {
  const caller = signedIn(call);
  return {
    status: 200,
    body: {
      ...userBean(call, caller),
      locale: "en_US",
      groups: { size: 1, items: [] },
      applicationRoles: { size: 1, items: [] },
      expand: "groups,applicationRoles",
    },
  };
}

/** Prefix of the display name or its words, of the login, of the address if it may be seen; Cloud finds a hidden address in full. */
function matches(call: Call, user: SimUser, query: string): boolean {
  const wanted = query.toLowerCase();
  const shown = call.cloud ? user.emailVisible : user.emailVisible && call.face.settings.emailVisibility === "show";
  const address = user.emailAddress.toLowerCase();
  if (shown ? address.startsWith(wanted) : call.cloud && address === wanted) return true;
  const names = [user.displayName, ...user.displayName.split(/\s+/), ...(call.cloud ? [] : [user.name])];
  return names.some((name) => name.toLowerCase().startsWith(wanted));
}

function page(call: Call, users: readonly SimUser[], cap: number): SimAnswer {
  const startAt = numberOf(call, "startAt", 0);
  const maxResults = Math.min(numberOf(call, "maxResults", 50), cap);
  return { status: 200, body: users.slice(startAt, startAt + maxResults).map((user) => userBean(call, user)) };
}

function byName(a: SimUser, b: SimUser): number {
  return a.displayName.localeCompare(b.displayName);
}

/** Without the permission to browse users the answer is an empty list, not a refusal. */
function searchUsers(call: Call): SimAnswer {
  const caller = signedIn(call);
  const { query } = call.request;
  const asked = call.cloud ? query.get("query") : query.get("username");
  if (call.cloud) {
    const accountId = query.get("accountId");
    if (asked !== null && accountId !== null) throw refuse(400, "Only one of 'query' or 'accountId' may be given.");
    if (asked === null && accountId === null && query.get("property") === null) {
      throw refuse(400, "At least one of 'query', 'accountId' or 'property' query parameters must be provided.");
    }
    if (accountId !== null) return page(call, call.store.users.filter((user) => user.accountId === accountId), 1000);
  } else if (asked === null) throw refuse(404, "The username query parameter was not provided");
  if (!call.store.may(caller, "USER_PICKER")) return { status: 200, body: [] };
  const inactive = query.get("includeInactive") === "true";
  const everybody = !call.cloud && (asked === "." || asked === "%");
  const found = call.store.users.filter((user) =>
    (user.active || inactive || call.cloud) && (everybody || matches(call, user, asked ?? ""))
  );
  return page(call, found.sort(byName), 1000);
}

function searchAssignable(call: Call): SimAnswer {
  signedIn(call);
  const { query } = call.request;
  const asked = (call.cloud ? query.get("query") : query.get("username")) ?? "";
  const issueKey = query.get("issueKey");
  const project = issueKey === null
    ? call.store.project(query.get("project") ?? "")?.key
    : visibleIssue(call, issueKey).projectKey;
  if (project === undefined) {
    throw call.cloud
      ? refuse(404, `No project could be found with key '${query.get("project")}'.`)
      : refuse(404, "Project does not exist");
  }
  const found = call.store.users.filter((user) =>
    user.accountType !== "customer" && call.store.may(user, "ASSIGNABLE_USER", project) && matches(call, user, asked)
  );
  return page(call, found.sort(byName), call.cloud ? 1000 : 100);
}

function getUser(call: Call): SimAnswer {
  signedIn(call);
  const { query } = call.request;
  if (call.cloud) {
    const user = call.store.users.find(({ accountId }) => accountId === query.get("accountId"));
    if (user === undefined) throw refuse(404, "Specified user does not exist or you do not have required permissions");
    return { status: 200, body: userBean(call, user) };
  }
  const [name, key] = [query.get("username"), query.get("key")];
  if (name !== null && key !== null) throw refuse(400, "Only one of username or key may be given");
  const user = call.store.users.find((user) => (key === null ? user.name === name : user.userKey === key));
  if (user !== undefined) return { status: 200, body: userBean(call, user) };
  throw refuse(
    404,
    key === null ? `The user named '${name}' does not exist` : `The user with the key '${key}' does not exist`,
  );
}

/** Cloud wants to be told which permissions; Server answers all, the old names of 6.x among them. */
function myPermissions(call: Call): SimAnswer {
  const all = [...PERMISSIONS, ...ADMIN_PERMISSIONS];
  const asked = listOf(call, "permissions");
  if (call.cloud) {
    if (asked.length === 0) throw refuse(400, "The 'permissions' query parameter is required.");
    const unknown = asked.find((key) => !all.includes(key));
    if (unknown !== undefined) throw refuse(400, `Unrecognized permission: ${unknown}`);
  } else if (call.caller === null) throw new Refusal(unauthorized(false));
  const project = projectAsked(call);
  const keys = call.cloud ? asked : all;
  const bean = (key: string, legacy: Record<string, unknown> = {}) => ({
    id: String(all.indexOf(key) + 1),
    key,
    name: key.toLowerCase().replaceAll("_", " "),
    type: ["USER_PICKER", "BULK_CHANGE", "ADMINISTER", "SYSTEM_ADMIN"].includes(key) ? "GLOBAL" : "PROJECT",
    description: "",
    havePermission: call.store.may(call.caller, key, project),
    ...legacy,
  });
  const permissions: Record<string, unknown> = Object.fromEntries(keys.map((key) => [key, bean(key)]));
  if (!call.cloud) {
    for (const [old, key] of Object.entries(LEGACY)) {
      permissions[old] = { ...bean(key, { deprecatedKey: true }), key: old };
    }
  }
  return { status: 200, body: { permissions } };
}

const LEGACY: Record<string, string> = {
  BROWSE: "BROWSE_PROJECTS",
  CREATE_ISSUE: "CREATE_ISSUES",
  EDIT_ISSUE: "EDIT_ISSUES",
  COMMENT_ISSUE: "ADD_COMMENTS",
};

function projectAsked(call: Call): string | undefined {
  const { query } = call.request;
  const issue = query.get("issueKey") ?? query.get("issueId");
  if (issue !== null) return visibleIssue(call, issue).projectKey;
  const asked = query.get("projectKey") ?? query.get("projectId");
  if (asked === null) return undefined;
  const project = call.store.project(asked);
  if (project !== null) return project.key;
  throw refuse(
    404,
    call.cloud ? `No project could be found with key '${asked}'.` : `Could not find project with key ${asked}`,
  );
}

export const peopleRoutes: readonly Route[] = [
  { method: "GET", root: "api", path: "myself", handle: myself },
  { method: "GET", root: "api", path: "user", handle: getUser },
  { method: "GET", root: "api", path: "user/search", handle: searchUsers },
  { method: "GET", root: "api", path: "user/assignable/search", handle: searchAssignable },
  { method: "GET", root: "api", path: "mypermissions", handle: myPermissions },
];
