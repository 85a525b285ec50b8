/** What the pipeline wants to know: the configuration, and the boards as Jira tells them. */

import type { BoardTarget as ConfiguredBoard } from "../config/boards.ts";
import type { Config } from "../config/config.ts";
import type { Templates } from "../content/templates.ts";
import { ConfigError, type ConfigProblem, HttpError, SchemaError } from "../core/errors.ts";
import { normaliseAddress } from "../core/mail.ts";
import { DEFAULT_AUTOMATIC_ACTIONS } from "../filtering/automatic.ts";
import { resolveBoard } from "../jira/boards.ts";
import type { JiraClient } from "../jira/client.ts";
import type { BoardTarget, PipelineSettings } from "../pipeline/settings.ts";

/** Comments on one issue from mail within an hour (a loop's brake, far above any conversation). */
const COMMENT_LIMIT_PER_HOUR = 40;

/** The settings, with every board's project as Jira tells it; all problems at once. */
export async function settingsFor(
  config: Config,
  jira: JiraClient,
  templates: Templates,
  signal: AbortSignal,
): Promise<PipelineSettings> {
  const problems: ConfigProblem[] = [];
  const asked = new Map<string, Promise<BoardTarget | null>>();
  const resolve = (board: ConfiguredBoard): Promise<BoardTarget | null> => {
    const name = `${board.variable} ${board.kind} ${board.name}`;
    const answer = asked.get(name) ?? ask(board);
    asked.set(name, answer);
    return answer;
  };
  const ask = async (board: ConfiguredBoard): Promise<BoardTarget | null> => {
    try {
      const project = board.kind === "project"
        ? board.name
        : (await resolveBoard(jira, board.name, board.variable, signal)).project;
      const found = await jira.project(project, signal);
      if (found !== null) {
        problems.push(...await unknownIssueType(jira, found.key, config.routing.issueType, signal));
        return { board: board.key, project: found.key, serviceDesk: found.serviceDesk };
      }
      problems.push({ name: board.variable, problem: `Jira shows no project "${project}" to this account` });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
    return null;
  };
  const { routing } = config;
  const boards = await Promise.all(routing.boards.map(resolve));
  const byMailbox = await Promise.all(
    routing.mailboxBoards.map(async ({ mailbox, target }) => ({ mailbox, target: await resolve(target) })),
  );
  const fallback = routing.default === null ? null : await resolve(routing.default);
  if (routing.default === null) {
    problems.push({ name: "JIRA_PROJECT_KEY", problem: "or JIRA_DEFAULT_BOARD is required" });
  }
  if (problems.length > 0 || fallback === null) throw new ConfigError(distinct(problems));
  return pipelineSettings(config, templates, {
    boards: boards.filter((board) => board !== null),
    fallback,
    mailboxBoards: Object.fromEntries(
      byMailbox.flatMap(({ mailbox, target }) => target === null ? [] : [[normaliseAddress(mailbox), target]]),
    ),
  });
}

/** A type that the project lacks would fail every mail. A Jira that does not tell its types is asked by the create call. */
async function unknownIssueType(
  jira: JiraClient,
  project: string,
  issueType: string,
  signal: AbortSignal,
): Promise<ConfigProblem[]> {
  let types: Awaited<ReturnType<JiraClient["issueTypes"]>>;
  try {
    types = await jira.issueTypes(project, signal);
  } catch (error) {
    if (error instanceof SchemaError || (error instanceof HttpError && [400, 403, 404].includes(error.status))) {
      return [];
    }
    throw error;
  }
  if (types.length === 0 || types.some(({ id, name }) => id === issueType || sameName(name, issueType))) return [];
  const names = types.map(({ name }) => name).join(", ");
  return [{ name: "JIRA_ISSUE_TYPE", problem: `project ${project} has no issue type "${issueType}"; it has ${names}` }];
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export interface ResolvedBoards {
  readonly boards: readonly BoardTarget[];
  readonly fallback: BoardTarget;
  readonly mailboxBoards: Readonly<Record<string, BoardTarget>>;
}

/** Configuration and resolved boards → what the pipeline wants to know. Pure. */
export function pipelineSettings(config: Config, templates: Templates, resolved: ResolvedBoards): PipelineSettings {
  const { mail, routing } = config;
  return {
    mailboxes: config.mailboxes.map(normaliseAddress),
    aliases: config.addresses.map(normaliseAddress),
    boards: resolved.boards,
    defaultTarget: resolved.fallback,
    mailboxBoards: resolved.mailboxBoards,
    issueType: routing.issueType,
    labels: routing.labels,
    issueFields: routing.issueFields,
    whitelist: mail.whitelist,
    blacklist: mail.blacklist,
    automaticMail: { ...DEFAULT_AUTOMATIC_ACTIONS, ...mail.automaticActions },
    commentVisibility: mail.commentVisibility,
    resolvedReply: mail.resolvedReply,
    reopenTransition: mail.reopenTransition,
    newIssueAfterMs: mail.newIssueAfterMs,
    relay: {
      which: mail.commentRelay,
      marker: mail.commentMarker,
      delayMs: mail.commentRelayDelayMs,
      statusNotice: mail.statusNotice,
      automationMail: mail.automationMail,
    },
    quotedHistory: mail.quotedHistory,
    templates,
    acknowledge: mail.acknowledge,
    ackLimitPerSenderPerHour: mail.acknowledgementsPerSenderPerHour,
    commentLimitPerHour: COMMENT_LIMIT_PER_HOUR,
    attachmentMaxBytes: mail.attachmentMaxBytes,
    attachmentSkip: mail.attachmentSkip,
    reconcileDelayMs: config.reconcileDelayMs,
    pollIntervalMs: config.pollIntervalMs,
    jiraHost: config.jira === null ? null : new URL(config.jira.url).hostname,
  };
}

function distinct(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.name}: ${problem.problem}`, problem])).values()];
}
