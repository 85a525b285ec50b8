/** Who watches an issue. */

import type { SimAnswer } from "../kit/server.ts";
import { watchersBean } from "./beans.ts";
import { type Call, noContent, Refusal, refuse, type Route, signedIn, visibleIssue } from "./call.ts";
import type { SimUser } from "./types.ts";

function getWatchers(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  const list = call.store.may(call.caller, "VIEW_VOTERS_AND_WATCHERS", issue.projectKey);
  return { status: 200, body: watchersBean(call, issue, list) };
}

/** The body is a bare JSON string; empty means the caller. */
function addWatcher(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  const caller = signedIn(call);
  const user = watcherOf(call, caller);
  const may = user.accountId === caller.accountId || call.store.may(caller, "MANAGE_WATCHERS", issue.projectKey);
  if (!may) {
    const who = call.cloud ? caller.displayName : caller.name;
    throw refuse(call.cloud ? 403 : 401, `User '${who}' is not allowed to add watchers to issue '${issue.key}'`);
  }
  if (!call.store.maySee(user, issue)) {
    const text = "does not have permission to view this issue. This user will not be added to the watch list.";
    throw refuse(call.cloud ? 400 : 401, `The user "${call.cloud ? user.displayName : user.name}" ${text}`);
  }
  issue.watchers.add(user.accountId);
  return noContent(call);
}

function watcherOf(call: Call, caller: SimUser): SimUser {
  if (call.request.body.length === 0) return caller;
  const unreadable = call.cloud
    ? refuse(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    : new Refusal({ status: 400 });
  let asked: unknown;
  try {
    asked = call.request.json();
  } catch {
    throw unreadable;
  }
  const user = typeof asked === "string" ? namedUser(call, asked) : undefined;
  if (user !== undefined) return user;
  throw call.cloud && typeof asked === "string"
    ? refuse(404, `The user with account id '${asked}' does not exist.`)
    : unreadable;
}

function namedUser(call: Call, asked: string): SimUser | undefined {
  return call.store.users.find((
    user,
  ) => (call.cloud ? user.accountId === asked : user.name.toLowerCase() === asked.toLowerCase()));
}

function removeWatcher(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  const caller = signedIn(call);
  const { query } = call.request;
  const asked = call.cloud ? query.get("accountId") : query.get("username") ?? query.get("userName");
  if (asked === null) throw call.cloud ? refuse(400, "The account id is required.") : new Refusal({ status: 400 });
  const user = namedUser(call, asked);
  if (user === undefined) throw refuse(404, `The user named '${asked}' does not exist`);
  if (user.accountId !== caller.accountId && !call.store.may(caller, "MANAGE_WATCHERS", issue.projectKey)) {
    throw refuse(
      call.cloud ? 403 : 401,
      `User '${
        call.cloud ? caller.displayName : caller.name
      }' is not allowed to remove watchers from issue '${issue.key}'`,
    );
  }
  issue.watchers.delete(user.accountId);
  return noContent(call);
}

export const watcherRoutes: readonly Route[] = [
  { method: "GET", root: "api", path: "issue/:issue/watchers", handle: getWatchers },
  { method: "POST", root: "api", path: "issue/:issue/watchers", handle: addWatcher },
  { method: "DELETE", root: "api", path: "issue/:issue/watchers", handle: removeWatcher },
];
