/** From what stands in the configuration, a board's name or a project's key, to the project. */

import { ConfigError } from "../core/errors.ts";
import type { JiraClient } from "./client.ts";

const SUGGESTED = 10;

/**
 * The project of the one board with this name (in any case), else the project with this key. Throws `ConfigError` for
 * `variable` when it is none or several, with the candidates.
 */
export async function resolveBoard(
  client: Pick<JiraClient, "boardsNamed" | "boardNames" | "project">,
  name: string,
  variable = "JIRA_BOARDS",
  signal?: AbortSignal,
): Promise<{ project: string }> {
  const boards = await client.boardsNamed(name, signal);
  if (boards.length === 0) return { project: await projectNamed(client, name, variable, signal) };
  const projects = [...new Set(boards.flatMap((board) => board.projectKeys))];
  if (projects.length === 1) return { project: projects[0]! };
  const ids = boards.map(({ id, projectKeys }) => `board ${id} (${projectKeys.join(", ") || "no project"})`).join(", ");
  throw problem(
    variable,
    projects.length === 0
      ? `the board "${name}" shows no project that we may see (${ids}); name a project key instead`
      : `"${name}" stands for several projects: ${ids}; name one project key instead`,
  );
}

async function projectNamed(
  client: Pick<JiraClient, "boardNames" | "project">,
  name: string,
  variable: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const project = await client.project(name.trim().toUpperCase(), signal);
  if (project !== null) return project.key;
  const visible = [...new Set(await client.boardNames(signal))].sort((one, other) =>
    alikeness(other, name) - alikeness(one, name) || one.localeCompare(other)
  );
  const listed = visible.slice(0, SUGGESTED).map((candidate) => `"${candidate}"`).join(", ");
  const more = visible.length > SUGGESTED ? ", …" : "";
  throw problem(
    variable,
    `no board is named "${name}" and no project has that key; ` +
      (listed === "" ? "we may not see any board" : `boards that we may see: ${listed}${more}`),
  );
}

/** How many pairs of letters two names share: enough to put the likely ones first. */
function alikeness(one: string, other: string): number {
  const pairs = pairsOf(other);
  return [...pairsOf(one)].filter((pair) => pairs.has(pair)).length;
}

function pairsOf(text: string): Set<string> {
  const letters = [...text.toLowerCase()];
  return new Set(letters.slice(1).map((letter, i) => letters[i]! + letter));
}

function problem(name: string, text: string): ConfigError {
  return new ConfigError([{ name, problem: text }]);
}
