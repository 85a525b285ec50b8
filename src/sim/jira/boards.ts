/** Boards of Jira Software (`/rest/agile/1.0`). */

import type { SimAnswer } from "../kit/server.ts";
import { projectBean } from "./beans.ts";
import { type Call, pageOf, Refusal, refuse, type Route, signedIn } from "./call.ts";
import type { SimBoard } from "./types.ts";

function boards(call: Call): SimAnswer {
  signedIn(call);
  softwareOnly(call);
  const { query } = call.request;
  const name = query.get("name")?.toLowerCase() ?? "";
  const project = query.get("projectKeyOrId");
  const key = project === null ? null : call.store.project(project)?.key ?? "";
  const type = query.get("type")?.split(",") ?? null;
  const seen = call.store.boards.filter((board) =>
    visibleBoard(call, board) && board.name.toLowerCase().includes(name) &&
    (type === null || type.includes(board.type)) &&
    (key === null || board.projectKeys.includes(key))
  );
  const page = pageOf(call, seen, 50);
  return { status: 200, body: { ...page, values: page.values.map((board) => boardBean(call, board)) } };
}

/** Without Jira Software the path does not exist. */
function softwareOnly(call: Call): void {
  if (call.face.settings.software) return;
  throw new Refusal({
    status: 404,
    body: { message: `null for uri: ${call.face.url}${call.request.path}`, "status-code": 404 },
  });
}

function visibleBoard(call: Call, board: SimBoard): boolean {
  return board.projectKeys.length === 0 ||
    board.projectKeys.some((key) => call.store.may(call.caller, "BROWSE_PROJECTS", key));
}

function boardBean(call: Call, board: SimBoard): Record<string, unknown> {
  const bean = {
    id: board.id,
    self: `${call.face.url}/rest/agile/1.0/board/${board.id}`,
    name: board.name,
    type: board.type,
  };
  const project = call.store.project(board.projectKeys[0] ?? "");
  if (!call.cloud || project === null) return bean;
  const location = {
    projectId: Number(project.id),
    displayName: `${project.name} (${project.key})`,
    projectName: project.name,
    projectKey: project.key,
    projectTypeKey: project.type,
    avatarURI: `${call.face.url}/secure/projectavatar?pid=${project.id}`,
    name: `${project.name} (${project.key})`,
  };
  return { ...bean, location, isPrivate: false };
}

function boardOf(call: Call): SimBoard {
  signedIn(call);
  softwareOnly(call);
  const board = call.store.boards.find(({ id }) => String(id) === call.params.board);
  if (board !== undefined && visibleBoard(call, board)) return board;
  throw refuse(
    404,
    "The requested board cannot be viewed because it either does not exist or you do not have permission to view it.",
  );
}

function boardProjects(call: Call): SimAnswer {
  const projects = boardOf(call).projectKeys.map((key) => call.store.project(key)).filter((project) =>
    project !== null
  );
  const page = pageOf(call, projects.filter(({ key }) => call.store.may(call.caller, "BROWSE_PROJECTS", key)), 50);
  return { status: 200, body: { ...page, values: page.values.map((project) => projectBean(call, project)) } };
}

function boardConfiguration(call: Call): SimAnswer {
  const { id, name, type } = boardOf(call);
  const self = `${call.face.url}/rest/agile/1.0/board/${id}/configuration`;
  return {
    status: 200,
    body: { id, name, type, self, filter: { id: String(10_000 + id) }, columnConfig: { columns: [] } },
  };
}

export const boardRoutes: readonly Route[] = [
  { method: "GET", root: "agile", path: "board", handle: boards },
  {
    method: "GET",
    root: "agile",
    path: "board/:board",
    handle: (call) => ({ status: 200, body: boardBean(call, boardOf(call)) }),
  },
  { method: "GET", root: "agile", path: "board/:board/project", handle: boardProjects },
  { method: "GET", root: "agile", path: "board/:board/configuration", handle: boardConfiguration },
];
