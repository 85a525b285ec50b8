/** `JIRA_BOARDS` and what belongs to it: variables that name variables. */

import type { ConfigProblem } from "../core/errors.ts";

/** A board or project as configured; which project it means only Jira can tell. */
export interface BoardTarget {
  /** `support` for `JIRA_SUPPORT_BOARD`; `null` when a project or board is named directly. */
  readonly key: string | null;
  /** The variable that names it, for messages. */
  readonly variable: string;
  /** A board's name in Jira or a project key; with `kind: "project"` surely a project key. */
  readonly name: string;
  readonly kind: "project" | "board-or-project";
}

export interface MailboxBoard {
  readonly mailbox: string;
  readonly target: BoardTarget;
}

export interface Boards {
  readonly boards: readonly BoardTarget[];
  /** `null` only if there is neither a board nor a project. */
  readonly default: BoardTarget | null;
  readonly mailboxBoards: readonly MailboxBoard[];
}

export interface BoardSettings {
  readonly boardVariables: readonly string[];
  readonly defaultVariable: string | null;
  readonly projectKey: string | null;
  readonly mailboxBoards: readonly (readonly [string, string])[];
  /** Value of any variable, `null` if it is not set. */
  lookUp(variable: string): string | null;
}

/** The middle of the variable's name in lower case: `JIRA_SUPPORT_BOARD` → `support`. */
export function boardKeyOf(variable: string): string {
  return (variable.match(/^JIRA_(.+)_BOARD$/i)?.[1] ?? variable).toLowerCase();
}

export function readBoards(settings: BoardSettings, problems: ConfigProblem[], warnings: string[]): Boards {
  const boards = settings.boardVariables.flatMap((variable) => {
    const board = readBoard(variable, settings);
    if (board !== null) return [board];
    const problem = variable === "JIRA_DEFAULT_BOARD"
      ? "must not list JIRA_DEFAULT_BOARD itself: it names the default among the others"
      : `lists ${variable}, which is not set: expected a variable with the board's name in Jira, for example ` +
        `${variable}=${boardKeyOf(variable)}`;
    problems.push({ name: "JIRA_BOARDS", problem });
    return [];
  });
  const mailboxBoards = settings.mailboxBoards.flatMap(([mailbox, name]) => {
    const target = readMailboxBoard(name, boards, settings, problems);
    return target === null ? [] : [{ mailbox, target }];
  });
  return { boards, default: readDefault(boards, settings, problems, warnings), mailboxBoards };
}

function readBoard(variable: string, { lookUp }: BoardSettings): BoardTarget | null {
  const name = variable === "JIRA_DEFAULT_BOARD" ? null : lookUp(variable);
  return name === null ? null : { key: boardKeyOf(variable), variable, name, kind: "board-or-project" };
}

function readDefault(
  boards: readonly BoardTarget[],
  settings: BoardSettings,
  problems: ConfigProblem[],
  warnings: string[],
): BoardTarget | null {
  const { defaultVariable, projectKey, boardVariables } = settings;
  if (defaultVariable !== null) {
    if (projectKey !== null) warnings.push("JIRA_PROJECT_KEY is not used, because JIRA_DEFAULT_BOARD is set.");
    if (!boardVariables.includes(defaultVariable)) {
      problems.push({
        name: "JIRA_DEFAULT_BOARD",
        problem: `names ${defaultVariable}, which JIRA_BOARDS does not list: expected one of ` +
          (boardVariables.length === 0
            ? `its names, for example JIRA_BOARDS=${defaultVariable}`
            : boardVariables.join(", ")),
      });
    }
    return boards.find(({ variable }) => variable === defaultVariable) ?? null;
  }
  if (projectKey !== null) return { key: null, variable: "JIRA_PROJECT_KEY", name: projectKey, kind: "project" };
  if (boardVariables.length > 1) {
    problems.push({
      name: "JIRA_DEFAULT_BOARD",
      problem: `is missing: expected one of ${boardVariables.join(", ")}, for example ` +
        `JIRA_DEFAULT_BOARD=${boardVariables[0]}`,
    });
  }
  return boards[0] ?? null;
}

/** A listed variable, the key of a listed board, another variable that is set, or a project key or board name. */
function readMailboxBoard(
  name: string,
  boards: readonly BoardTarget[],
  settings: BoardSettings,
  problems: ConfigProblem[],
): BoardTarget | null {
  const listed = boards.find(({ variable, key }) => variable === name || key === name.toLowerCase());
  if (listed !== undefined) return listed;
  const named = /^JIRA_.*_BOARD$/i.test(name);
  const other = named ? readBoard(name, settings) : null;
  if (other !== null) return other;
  if (!named) return { key: null, variable: "O365_MAILBOX_BOARDS", name, kind: "board-or-project" };
  problems.push({
    name: "O365_MAILBOX_BOARDS",
    problem: `names ${name}, which is not set: expected a variable of JIRA_BOARDS or a project key, for example ` +
      `hr@example.com:JIRA_HR_BOARD`,
  });
  return null;
}
