/** The boards and projects of the configuration, as Jira knows them. */

import type { BoardTarget } from "../../config/boards.ts";
import type { Config } from "../../config/config.ts";
import { resolveBoard } from "../../jira/boards.ts";
import type { JiraClient } from "../../jira/client.ts";
import { EXIT } from "../exit_codes.ts";
import { type DoctorCheck, failed, passed } from "./check.ts";
import { findingOf } from "./failure.ts";

export interface ExaminedBoards {
  readonly checks: readonly DoctorCheck[];
  /** Keys, each once. */
  readonly projects: readonly string[];
}

export async function examineBoards(
  { routing }: Config,
  client: JiraClient,
  signal: AbortSignal,
): Promise<ExaminedBoards> {
  const targets = [
    ...routing.boards,
    ...routing.mailboxBoards.map(({ target }) => target),
    ...(routing.default === null ? [] : [routing.default]),
  ];
  const distinct = [...new Map(targets.map((target) => [`${target.variable} ${target.name}`, target])).values()];
  const results = await Promise.all(distinct.map((target) => examineBoard(target, client, signal)));
  return {
    checks: results.map(({ check }) => check),
    projects: [...new Set(results.flatMap(({ project }) => project === null ? [] : [project]))],
  };
}

async function examineBoard(
  target: BoardTarget,
  client: JiraClient,
  signal: AbortSignal,
): Promise<{ readonly check: DoctorCheck; readonly project: string | null }> {
  const { variable, name, kind } = target;
  try {
    const key = kind === "project" ? name : (await resolveBoard(client, name, variable, signal)).project;
    const project = await client.project(key, signal);
    if (project !== null) {
      const detail = `${variable} "${name}" is project ${project.key} (${project.name}).`;
      return { check: passed("jira-project", detail, "", variable), project: project.key };
    }
    const finding = {
      detail: `${variable}: Jira shows no project "${key}" to this account.`,
      remedy:
        `Correct ${variable}, or let the account see the project (${key} › Project settings › Permissions › Browse ` +
        "Projects).",
      code: EXIT.usage,
    };
    return { check: failed("jira-project", finding, variable), project: null };
  } catch (error) {
    return { check: failed("jira-project", findingOf(error), variable), project: null };
  }
}
