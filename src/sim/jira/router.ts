/** From a path to the endpoint that answers it. */

import type { SimAnswer, SimRequest } from "../kit/server.ts";
import { attachmentRoutes } from "./attachments.ts";
import { boardRoutes } from "./boards.ts";
import { type Call, type Face, Refusal, type Route } from "./call.ts";
import { commentRoutes } from "./comments.ts";
import { deskRoutes } from "./desk.ts";
import { issueRoutes } from "./issues.ts";
import { peopleRoutes } from "./people.ts";
import { placeRoutes } from "./places.ts";
import { searchRoutes } from "./search.ts";
import type { SimUser } from "./types.ts";
import { watcherRoutes } from "./watchers.ts";
import { workflowRoutes } from "./workflow.ts";

const ROUTES: readonly Route[] = [
  ...searchRoutes,
  ...placeRoutes,
  ...boardRoutes,
  ...peopleRoutes,
  ...watcherRoutes,
  ...attachmentRoutes,
  ...commentRoutes,
  ...workflowRoutes,
  ...issueRoutes,
  ...deskRoutes,
];

/** Where a request is going: below which API, in which version, with which segments. */
export interface Destination {
  readonly root: Route["root"];
  /** `2`, `3`, `latest`; empty elsewhere. */
  readonly version: string;
  /** Decoded. */
  readonly segments: readonly string[];
}

/** `null`: no path of Jira's APIs. `path` without the context path. */
export function destinationOf(path: string): Destination | null {
  const segments = path.split("/").slice(1).map(decoded);
  if (segments.at(-1) === "") segments.pop();
  if (segments[0] === "secure") return { root: "secure", version: "", segments: segments.slice(1) };
  if (segments[0] !== "rest") return null;
  switch (segments[1]) {
    case "api":
      return { root: "api", version: segments[2] ?? "", segments: segments.slice(3) };
    case "agile":
      return { root: "agile", version: segments[2] ?? "", segments: segments.slice(3) };
    case "servicedeskapi":
      return { root: "desk", version: "", segments: segments.slice(2) };
    default:
      return null;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function matched(route: Route, segments: readonly string[]): Record<string, string> | null {
  const pattern = route.path.split("/");
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = segments[index]!;
    else if (part !== segments[index]) return null;
  }
  return params;
}

/** Literal segments win over parameters, the earlier ones more. */
function closeness(route: Route): string {
  return route.path.split("/").map((part) => (part.startsWith(":") ? "1" : "0")).join("");
}

function notFound(face: Face, request: SimRequest): SimAnswer {
  return { status: 404, body: { message: `null for uri: ${face.url}${request.path}`, "status-code": 404 } };
}

/** Whether this face has that version of the API. Cloud has v2 beside v3; Server has no v3. */
function hasVersion(face: Face, destination: Destination): boolean {
  if (destination.root === "agile") return ["1.0", "latest"].includes(destination.version);
  if (destination.root !== "api") return true;
  return (face.kind === "cloud" ? ["2", "3", "latest"] : ["2", "latest"]).includes(destination.version);
}

/** Answers a request that was let in. */
export async function answer(
  face: Face,
  request: SimRequest,
  destination: Destination,
  caller: SimUser | null,
): Promise<SimAnswer> {
  if (!hasVersion(face, destination)) return notFound(face, request);
  const candidates = ROUTES.filter((route) =>
    route.root === destination.root && (route.only === undefined || route.only === face.kind)
  )
    .map((route) => ({ route, params: matched(route, destination.segments) }))
    .filter(({ params }) => params !== null)
    .sort((a, b) => closeness(a.route) < closeness(b.route) ? -1 : 1);
  const best = candidates.find(({ route }) => route.method === request.method);
  if (best === undefined || closeness(best.route) !== closeness(candidates[0]!.route)) {
    return candidates.length === 0
      ? notFound(face, request)
      : { status: 405, headers: { "content-type": "text/html;charset=UTF-8" }, body: "" };
  }
  const version = face.kind === "cloud" && destination.version === "3" ? "3" : "2";
  const call: Call = {
    face,
    store: face.store,
    cloud: face.kind === "cloud",
    request,
    params: best.params!,
    caller,
    text: version === "3" ? "adf" : "wiki",
    // Boards and requests name people and projects by the platform API's newest version.
    apiUrl: `${face.url}/rest/api/${destination.root === "api" ? version : face.kind === "cloud" ? "3" : "2"}`,
  };
  try {
    return await best.route.handle(call);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}
