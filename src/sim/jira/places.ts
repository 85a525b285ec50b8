/** Server info, projects, create metadata, lists of names. */

import type { SimAnswer } from "../kit/server.ts";
import {
  createFieldBean,
  fullProjectBean,
  issueTypeBean,
  priorityBean,
  projectBean,
  resolutionBean,
  statusBean,
  time,
} from "./beans.ts";
import { type Call, numberOf, pageOf, Refusal, refuse, type Route, signedIn, visibleProject } from "./call.ts";
import { screenOf } from "./fields.ts";
import type { SimProject } from "./types.ts";

function serverInfo(call: Call): SimAnswer {
  const serverTime = time(call, call.store.now());
  const { url } = call.face;
  if (call.cloud) {
    return {
      status: 200,
      body: {
        baseUrl: url,
        displayUrl: url,
        version: "1001.0.0-SNAPSHOT",
        versionNumbers: [1001, 0, 0],
        deploymentType: "Cloud",
        buildNumber: 100_290,
        buildDate: "2026-10-01T00:00:00.000+0000",
        serverTime,
        scmInfo: "0",
        serverTitle: "Jira",
        defaultLocale: { locale: "en_US" },
        serverTimeZone: "Etc/UTC",
      },
    };
  }
  const { version } = call.face.settings;
  return {
    status: 200,
    body: {
      baseUrl: url,
      version,
      versionNumbers: version.split(".").map(Number),
      deploymentType: "Server",
      buildNumber: 10_030_012,
      buildDate: "2026-10-01T00:00:00.000+0000",
      databaseBuildNumber: 10_030_012,
      serverTime,
      scmInfo: "0",
      serverTitle: "Jira",
    },
  };
}

function visibleProjects(call: Call): SimProject[] {
  return call.store.projects.filter(({ key }) => call.store.may(call.caller, "BROWSE_PROJECTS", key));
}

function projectOf(call: Call): SimProject {
  const key = call.params.project!;
  const project = visibleProject(call, key);
  if (project !== null) return project;
  throw refuse(404, `No project could be found with key '${key}'.`);
}

function searchProjects(call: Call): SimAnswer {
  const { query } = call.request;
  const keys = query.getAll("keys").concat(query.getAll("id"));
  const words = query.get("query")?.toLowerCase() ?? "";
  const all = visibleProjects(call).filter(({ id, key, name }) =>
    (keys.length === 0 || keys.includes(key) || keys.includes(id)) &&
    (key.toLowerCase().includes(words) || name.toLowerCase().includes(words))
  );
  const page = pageOf(call, all, 50);
  return {
    status: 200,
    body: {
      self: `${call.apiUrl}/project/search`,
      ...page,
      values: page.values.map((project) => projectBean(call, project)),
    },
  };
}

/** Cloud: 404 for a project it does not show; Server: 400. */
function createMetaProject(call: Call): SimProject {
  signedIn(call);
  const project = visibleProject(call, call.params.project!);
  if (project !== null && call.store.may(call.caller, "CREATE_ISSUES", project.key)) return project;
  if (call.cloud) {
    throw refuse(404, "No project could be found with the provided id or key, or you cannot create issues in it.");
  }
  throw refuse(400, "The project does not exist or you do not have permission to create issues in it.");
}

/** Cloud names the list after what is in it and takes at most 200; Server answers a plain page. */
function createMetaPage(call: Call, name: "issueTypes" | "fields", beans: readonly unknown[]): SimAnswer {
  if (call.cloud && numberOf(call, "maxResults", 50) > 200) {
    throw new Refusal({
      status: 400,
      body: {
        errorMessages: ["Parameter 'maxResults' must not exceed the limit '200'"],
        errors: {},
        httpStatusCode: { empty: false, present: true },
      },
    });
  }
  const { values, isLast, ...page } = pageOf(call, beans, call.cloud ? 200 : 1000);
  return { status: 200, body: call.cloud ? { ...page, [name]: values } : { ...page, isLast, values } };
}

function createMetaTypes(call: Call): SimAnswer {
  const project = createMetaProject(call);
  return createMetaPage(call, "issueTypes", project.issueTypes.map((type) => issueTypeBean(call, type)));
}

function createMetaFields(call: Call): SimAnswer {
  const project = createMetaProject(call);
  const type = project.issueTypes.find(({ id }) => id === call.params.type);
  if (type === undefined) throw refuse(call.cloud ? 404 : 400, "The issue type does not exist in this project.");
  const shared = [
    { id: "issuetype", name: "Issue Type", required: true, type: "option" as const },
    { id: "project", name: "Project", required: true, type: "option" as const },
  ];
  const beans = [...shared, ...screenOf(call.store, project, type)].map((field) => createFieldBean(call, field));
  return createMetaPage(call, "fields", beans);
}

/** Fields of all projects, as `GET /field` lists them. */
function fields(call: Call): SimAnswer {
  const seen = new Map<string, unknown>();
  for (const project of visibleProjects(call)) {
    for (const { id, name, type } of project.issueTypes.flatMap((kind) => screenOf(call.store, project, kind))) {
      const custom = id.startsWith("customfield_");
      const schema = custom ? { type, custom: "field", customId: Number(id.slice(12)) } : { type, system: id };
      seen.set(id, {
        id,
        ...(call.cloud ? { key: id } : {}),
        name,
        custom,
        orderable: true,
        navigable: true,
        searchable: true,
        clauseNames: [id],
        schema,
      });
    }
  }
  return { status: 200, body: [...seen.values()] };
}

export const placeRoutes: readonly Route[] = [
  { method: "GET", root: "api", path: "serverInfo", handle: serverInfo },
  {
    method: "GET",
    root: "api",
    path: "project",
    handle: (call) => ({ status: 200, body: visibleProjects(call).map((project) => projectBean(call, project)) }),
  },
  { method: "GET", root: "api", path: "project/search", only: "cloud", handle: searchProjects },
  {
    method: "GET",
    root: "api",
    path: "project/:project",
    handle: (call) => ({ status: 200, body: fullProjectBean(call, projectOf(call)) }),
  },
  { method: "GET", root: "api", path: "issue/createmeta/:project/issuetypes", handle: createMetaTypes },
  { method: "GET", root: "api", path: "issue/createmeta/:project/issuetypes/:type", handle: createMetaFields },
  {
    method: "GET",
    root: "api",
    path: "priority",
    handle: (call) => ({ status: 200, body: call.store.priorities.map((name) => priorityBean(call, name)) }),
  },
  {
    method: "GET",
    root: "api",
    path: "resolution",
    handle: (call) => ({ status: 200, body: call.store.resolutions.map((name) => resolutionBean(call, name)) }),
  },
  {
    method: "GET",
    root: "api",
    path: "status",
    handle: (call) => ({ status: 200, body: call.store.statuses.map((status) => statusBean(call, status)) }),
  },
  {
    method: "GET",
    root: "api",
    path: "issuetype",
    handle: (call) => ({
      status: 200,
      body: visibleProjects(call).flatMap(({ issueTypes }) => issueTypes.map((type) => issueTypeBean(call, type))),
    }),
  },
  { method: "GET", root: "api", path: "field", handle: fields },
];
