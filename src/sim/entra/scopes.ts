/** Scopes as clients write them. */

import { EntraFault } from "./faults.ts";
import type { AppRegistration } from "./nouns.ts";

const OPENID = ["openid", "profile", "email", "offline_access"];
const GRAPH_HOSTS = [
  "graph.microsoft.com",
  "graph.microsoft.us",
  "dod-graph.microsoft.us",
  "microsoftgraph.chinacloudapi.cn",
  "localhost",
  "127.0.0.1",
];

/** An app asks for everything it was given: `<resource>/.default`, nothing else. */
export function checkDefaultScope(scope: string | null): void {
  if (scope === null || scope.trim() === "") throw new EntraFault(90014, "scope");
  const resource = /^(\S+)\/\.default$/.exec(scope.trim())?.[1];
  if (resource === undefined) throw new EntraFault(70011, scope);
  checkResource(resource);
}

/** The scopes a user is asked for, without resource prefix. Throws 65001 for what nobody has consented to. */
export function delegatedScopes(app: AppRegistration, text: string | null): string[] {
  const allowed = app.delegatedPermissions ?? [];
  const asked = (text ?? "").split(/\s+/).filter((scope) => scope !== "");
  if (asked.length === 0) throw new EntraFault(90014, "scope");
  const scopes = asked.flatMap((scope) => {
    const match = /^(https:\/\/[^/]+)\/(.+)$/.exec(scope);
    if (match !== null) checkResource(match[1]!);
    const name = match?.[2] ?? scope;
    if (name === ".default") return allowed;
    if (OPENID.includes(name.toLowerCase())) return [name.toLowerCase()];
    if (!/^[A-Za-z]+(\.[A-Za-z]+)+$/.test(name)) throw new EntraFault(70011, scope);
    const permission = allowed.find((each) => each.toLowerCase() === name.toLowerCase());
    if (permission === undefined) throw new EntraFault(65001, app.clientId);
    return [permission];
  });
  return [...new Set(scopes)];
}

/** Those of a sign-in that are permissions of Graph. */
export function permissionsOf(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => !OPENID.includes(scope));
}

function checkResource(resource: string): void {
  const host = /^https:\/\/([^/:]+)(:\d+)?\/?$/.exec(resource)?.[1];
  if (host === undefined || !GRAPH_HOSTS.includes(host)) throw new EntraFault(500011, resource);
}
