/** When the program is killed: at which request, and at which moment of it. */

import type { Random } from "./random.ts";

/**
 * `before`: the request has arrived, nothing is executed. `late`: the same, and it is executed a while after. `after`: it
 * was executed, the answer is not on its way. `answered`: a moment after the answer. `random`: whatever it is doing.
 * `start-up`: it has hardly begun.
 */
export const MOMENTS = ["before", "late", "after", "answered", "random", "start-up"] as const;
export type Moment = typeof MOMENTS[number];

export interface Kill {
  readonly moment: Moment;
  /** Name of a route; for the first four moments. */
  readonly route: string;
  /** So many requests of the route pass before. */
  readonly skip: number;
  /** After the start (`random`, `start-up`), after the request (`answered`), until it is executed (`late`). */
  readonly ms: number;
}

export const SERVICES = ["entra", "graph", "jira"] as const;
export type Service = typeof SERVICES[number];

/** Every kind of request that the program makes, by the name the figures show. First match wins. */
const ROUTES: readonly {
  readonly name: string;
  readonly service: Service;
  readonly method: string;
  readonly path: RegExp;
  readonly write?: true;
}[] = [
  { name: "token", service: "entra", method: "POST", path: /\/token$/ },
  { name: "discovery", service: "entra", method: "GET", path: /\/discovery\/|openid-configuration$/ },
  { name: "delta", service: "graph", method: "GET", path: /\/messages\/delta$/ },
  { name: "listing", service: "graph", method: "GET", path: /mailFolders.*inbox.*\/messages$/i },
  { name: "marked mail", service: "graph", method: "GET", path: /mailFolders.*(drafts|sentitems).*\/messages$/i },
  { name: "folder", service: "graph", method: "GET", path: /mailFolders\/[^/]+$/ },
  { name: "attachment bytes", service: "graph", method: "GET", path: /\/\$value$/ },
  { name: "attachments", service: "graph", method: "GET", path: /\/attachments/ },
  { name: "message", service: "graph", method: "GET", path: /\/messages\/[^/]+$/ },
  { name: "draft", service: "graph", method: "POST", path: /\/createReply$/, write: true },
  { name: "send", service: "graph", method: "POST", path: /\/send$/, write: true },
  { name: "create issue", service: "jira", method: "POST", path: /\/issue$/, write: true },
  { name: "upload", service: "jira", method: "POST", path: /\/attachments$/, write: true },
  { name: "comment", service: "jira", method: "POST", path: /\/issue\/[^/]+\/comment$/, write: true },
  { name: "watcher", service: "jira", method: "POST", path: /\/watchers$/, write: true },
  { name: "edit issue", service: "jira", method: "PUT", path: /\/issue\/[^/]+$/, write: true },
  { name: "search", service: "jira", method: "POST", path: /\/search(\/jql)?$/ },
  { name: "comments by id", service: "jira", method: "POST", path: /\/comment\/list$/ },
  { name: "comments", service: "jira", method: "GET", path: /\/issue\/[^/]+\/comment$/ },
  { name: "issue property", service: "jira", method: "GET", path: /\/properties\/[^/]+$/ },
  { name: "issue", service: "jira", method: "GET", path: /\/issue\/[^/]+$/ },
  { name: "media id", service: "jira", method: "GET", path: /\/attachment\/content\// },
  { name: "attachment limit", service: "jira", method: "GET", path: /\/attachment\/meta$/ },
  { name: "user search", service: "jira", method: "GET", path: /\/user\/search$/ },
  { name: "myself", service: "jira", method: "GET", path: /\/myself$/ },
  { name: "server info", service: "jira", method: "GET", path: /\/serverInfo$/ },
  { name: "board", service: "jira", method: "GET", path: /\/board(\/|$)/ },
  { name: "project", service: "jira", method: "GET", path: /\/project\/[^/]+$/ },
];

/** What a request is called; unknown ones by their service. */
export function routeOf(service: Service, method: string, path: string): string {
  return ROUTES.find((route) => route.service === service && route.method === method && route.path.test(path))?.name ??
    `other (${service})`;
}

export function isWriteRoute(name: string): boolean {
  return ROUTES.find((route) => route.name === name)?.write === true;
}

const CLOUD_ONLY = ["edit issue", "comments by id", "media id"];
const SERVER_ONLY = ["issue property"];
const named = (without: readonly string[]) => ROUTES.map(({ name }) => name).filter((name) => !without.includes(name));

/** Where a kill can be planned. Listings are asked by a check only, which rarely runs. */
export const KILL_ROUTES = {
  cloud: named([...SERVER_ONLY, "listing"]),
  server: named([...CLOUD_ONLY, "listing"]),
} as const;

/** How a write that was cut off is looked up: the next kill is often there. */
const LOOKED_UP_BY: Readonly<Record<string, string>> = {
  "create issue": "search",
  "comment": "comments",
  "upload": "issue",
  "draft": "marked mail",
  "send": "message",
  "edit issue": "issue",
};

/** Kill number `i`: goes round all routes; writes come more often than reads, and often their look-ups after them. */
export function plannedKill(random: Random, routes: readonly string[], i: number, last: Kill | undefined): Kill {
  const lookUp = last === undefined ? undefined : LOOKED_UP_BY[last.route];
  const moment = random.weighted<Moment>([
    [25, "before"],
    [15, "late"],
    [25, "after"],
    [15, "answered"],
    [12, "random"],
    [8, "start-up"],
  ]);
  const atRandom = random.chance(0.5) ? random.pick(routes.filter(isWriteRoute)) : routes[i % routes.length]!;
  const route = lookUp !== undefined && random.chance(0.4) ? lookUp : atRandom;
  return { moment, route, skip: random.below(2), ms: random.between(...MS[moment]) };
}

const MS: Readonly<Record<Moment, readonly [least: number, most: number]>> = {
  "before": [0, 0],
  "late": [30, 650],
  "after": [0, 0],
  "answered": [1, 25],
  "random": [300, 1800],
  "start-up": [10, 450],
};
