/** Which issues a JQL query finds, as the caller's index sees them. */

import type { Call } from "./call.ts";
import { type JqlClause, JqlError, type JqlNode, type JqlQuery, type JqlValue } from "./jql.ts";
import { indexedAt } from "./search_index.ts";
import { plainText } from "./texts.ts";
import type { SimIssue } from "./types.ts";
import { fromWallClock } from "./zones.ts";

interface Found {
  readonly issues: SimIssue[];
  /** Server says some things without refusing. */
  readonly warnings: string[];
}

/** Throws {@link JqlError}, unless `validate` is false: then what does not exist finds nothing. */
export function findIssues(call: Call, query: JqlQuery, validate: boolean): Found {
  const matcher = new Matcher(call, validate);
  const visible = call.store.issues().filter((issue) =>
    call.store.maySee(call.caller, issue) && indexedAt(call.store, issue) !== null
  );
  const test = query.where === null ? () => true : matcher.compile(query.where);
  const issues = visible.filter(test);
  issues.sort(matcher.order(query.orderBy));
  return { issues, warnings: matcher.warnings };
}

type Test = (issue: SimIssue) => boolean;

const NEVER: Test = () => false;
const TIMES = new Set(["created", "updated", "resolved"]);
const PEOPLE = new Set(["creator", "reporter", "assignee", "watcher"]);
const SORTABLE = new Set([...TIMES, "key", "priority", "summary", "status", "project", "issuetype", "rank"]);

class Matcher {
  readonly warnings: string[] = [];

  constructor(readonly call: Call, readonly validate: boolean) {}

  compile(node: JqlNode): Test {
    switch (node.kind) {
      case "and": {
        const tests = node.nodes.map((child) => this.compile(child));
        return (issue) => tests.every((test) => test(issue));
      }
      case "or": {
        const tests = node.nodes.map((child) => this.compile(child));
        return (issue) => tests.some((test) => test(issue));
      }
      case "not": {
        const test = this.compile(node.node);
        return (issue) => !test(issue);
      }
      case "clause":
        return this.#clause(node);
    }
  }

  #clause(clause: JqlClause): Test {
    const { field, operator } = clause;
    if (TIMES.has(field)) return this.#time(clause);
    if (["<", ">", "<=", ">="].includes(operator) && field !== "key") {
      throw new JqlError(`The operator '${operator}' is not supported by the '${clause.name}' field.`);
    }
    if (field === "summary" || field === "text" || field === "description" || field === "comment") {
      return this.#words(clause);
    }
    if (operator === "~" || operator === "!~") {
      throw new JqlError(`The operator '${operator}' is not supported by the '${clause.name}' field.`);
    }
    if (field === "key") return this.#key(clause);
    if (operator === "is" || operator === "is not") return this.#empty(clause);
    const wanted = new Set(
      clause.values.flatMap((value) => this.#wanted(clause, value)).map((value) => value.toLowerCase()),
    );
    const negated = operator === "!=" || operator === "not in";
    const values = this.#valuesOf(clause);
    return (issue) => {
      const has = values(issue).filter((value) => value !== null);
      if (negated) return has.length > 0 && !has.some((value) => wanted.has(value.toLowerCase()));
      return has.some((value) => wanted.has(value.toLowerCase()));
    };
  }

  /** What the field holds, in the form `#wanted` looks for. */
  #valuesOf(clause: JqlClause): (issue: SimIssue) => (string | null)[] {
    const { store } = this.call;
    switch (clause.field) {
      case "project":
        return (issue) => [issue.projectKey];
      case "creator":
        return (issue) => [issue.creator];
      case "reporter":
        return (issue) => [issue.reporter];
      case "assignee":
        return (issue) => [issue.assignee];
      case "watcher":
        return (issue) => [...issue.watchers];
      case "status":
        return (issue) => [store.status(issue).name, issue.status];
      case "statuscategory": {
        const names = { new: "To Do", indeterminate: "In Progress", done: "Done" };
        return (issue) => [names[store.status(issue).category], store.status(issue).category];
      }
      case "labels":
        return (issue) => issue.labels;
      case "issuetype":
        return (issue) => [store.issueType(issue).name, issue.issueType];
      case "priority":
        return (issue) => [issue.priority];
      case "resolution":
        return (issue) => [issue.resolution ?? "Unresolved"];
      default:
        throw new JqlError(`Field '${clause.name}' does not exist or you do not have permission to view it.`);
    }
  }

  /** The values a clause asks for; what does not exist is refused, or found nowhere. */
  #wanted(clause: JqlClause, value: JqlValue): string[] {
    const { store, caller } = this.call;
    if (value.kind === "empty") return [""];
    if (value.kind === "function") {
      if (value.name.toLowerCase() === "currentuser" && PEOPLE.has(clause.field)) {
        return caller === null ? [] : [caller.accountId];
      }
      throw new JqlError(`Unable to find JQL function '${value.name}(${value.args.join(", ")})'.`);
    }
    const { text } = value;
    const missing = (): string[] => {
      if (this.validate) throw new JqlError(`The value '${text}' does not exist for the field '${clause.name}'.`);
      return [];
    };
    if (clause.field === "project") {
      const project = store.project(text) ??
        store.projects.find(({ name }) => name.toLowerCase() === text.toLowerCase());
      const visible = project !== null && project !== undefined && store.may(caller, "BROWSE_PROJECTS", project.key);
      return visible ? [project.key] : missing();
    }
    if (PEOPLE.has(clause.field)) {
      const user = store.user(text);
      if (user !== null) return [user.accountId];
      if (!this.call.cloud) this.warnings.push(`The value '${text}' does not exist for the field '${clause.name}'.`);
      return this.call.cloud ? missing() : [];
    }
    const known = {
      status: store.statuses.flatMap(({ id, name }) => [id, name]),
      priority: store.priorities,
      issuetype: store.projects.flatMap(({ issueTypes }) => issueTypes.flatMap(({ id, name }) => [id, name])),
      resolution: [...store.resolutions, "Unresolved"],
    }[clause.field];
    if (known !== undefined && !known.some((name) => name.toLowerCase() === text.toLowerCase())) return missing();
    return [text];
  }

  #empty(clause: JqlClause): Test {
    const values = this.#valuesOf(clause);
    const none: Test = (issue) =>
      clause.field === "resolution" ? issue.resolution === null : values(issue).every((value) => value === null);
    return clause.operator === "is" ? none : (issue) => !none(issue);
  }

  #words(clause: JqlClause): Test {
    const value = clause.values[0]!;
    if (clause.operator !== "~" && clause.operator !== "!~") {
      throw new JqlError(`The operator '${clause.operator}' is not supported by the '${clause.name}' field.`);
    }
    const words = (value.kind === "text" ? value.text : "").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) =>
      word !== ""
    );
    const parts: Record<string, (issue: SimIssue) => string[]> = {
      summary: (issue) => [issue.summary],
      description: (issue) => [plainText(issue.description)],
      comment: (issue) => issue.comments.map(({ body }) => plainText(body)),
      text: (
        issue,
      ) => [issue.summary, plainText(issue.description), ...issue.comments.map(({ body }) => plainText(body))],
    };
    const has: Test = (issue) => {
      const text = parts[clause.field]!(issue).join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    };
    return clause.operator === "~" ? has : (issue) => !has(issue);
  }

  #key(clause: JqlClause): Test {
    const { operator } = clause;
    const ids = clause.values.flatMap((value) => this.#keys(clause, value));
    if (operator === "in" || operator === "=") return (issue) => ids.includes(issue.id);
    if (operator === "not in" || operator === "!=") return (issue) => !ids.includes(issue.id);
    const limit = this.call.store.issue(ids[0] ?? "");
    if (limit === null) return NEVER;
    const side = (issue: SimIssue) => issue.projectKey === limit.projectKey ? numberOf(issue) - numberOf(limit) : NaN;
    return (issue) => compare(operator, side(issue));
  }

  #keys(clause: JqlClause, value: JqlValue): string[] {
    const { store, caller } = this.call;
    if (value.kind === "function" && value.name.toLowerCase() === "issueswithremotelinksbyglobalid") {
      const linked = store.issues().filter(({ remoteLinks }) =>
        remoteLinks.some(({ globalId }) => value.args.includes(globalId ?? ""))
      );
      return linked.map(({ id }) => id);
    }
    if (value.kind !== "text") {
      throw new JqlError(`Unable to find JQL function '${value.kind === "function" ? value.name : "EMPTY"}()'.`);
    }
    const issue = store.issue(value.text);
    if (issue !== null && store.maySee(caller, issue)) return [issue.id];
    if (!this.validate) return [];
    if (/^\d+$/.test(value.text)) {
      throw new JqlError(`A value with ID '${value.text}' does not exist for the field '${clause.name}'.`);
    }
    if (!/^[A-Z][A-Z0-9_]*-\d+$/i.test(value.text)) {
      throw new JqlError(`The issue key '${value.text}' for field '${clause.name}' is invalid.`);
    }
    throw new JqlError(`An issue with key '${value.text}' does not exist for field '${clause.name}'.`);
  }

  #time(clause: JqlClause): Test {
    const at = (issue: SimIssue): number | null => {
      if (clause.field === "created") return issue.created;
      return clause.field === "updated" ? indexedAt(this.call.store, issue) : issue.resolved;
    };
    if (clause.operator === "is" || clause.operator === "is not") {
      return (issue) => (at(issue) === null) === (clause.operator === "is");
    }
    if (!["<", ">", "<=", ">=", "=", "!="].includes(clause.operator)) {
      throw new JqlError(`The operator '${clause.operator}' is not supported by the '${clause.name}' field.`);
    }
    const limit = this.#moment(clause, clause.values[0]!);
    return (issue) => {
      const moment = at(issue);
      return moment !== null && compare(clause.operator, moment - limit);
    };
  }

  /** Absolute times are the caller's wall clock, by the minute. */
  #moment(clause: JqlClause, value: JqlValue): number {
    const now = this.call.store.now();
    if (value.kind === "function" && value.name.toLowerCase() === "now" && value.args.length === 0) return now;
    const text = value.kind === "text" ? value.text.trim() : "";
    const absolute = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$/.exec(text);
    if (absolute !== null) {
      const [year, month, day, hour, minute] = absolute.slice(1).map((part) => Number(part ?? 0));
      return fromWallClock(Date.UTC(year!, month! - 1, day!, hour!, minute!), this.call.caller?.timeZone ?? "Etc/UTC");
    }
    if (/^[+-]?(\d+[wdhm]\s*)+$/i.test(text)) return now + period(text);
    const formats =
      "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.";
    throw new JqlError(`Date value '${text}' for field '${clause.name}' is invalid. Valid formats include: ${formats}`);
  }

  order(fields: JqlQuery["orderBy"]): (a: SimIssue, b: SimIssue) => number {
    const { store } = this.call;
    for (const { field } of fields) {
      if (!SORTABLE.has(field)) {
        throw new JqlError(`Field '${field}' does not exist or you do not have permission to view it.`);
      }
    }
    const by = (issue: SimIssue, field: string): number | string => {
      if (field === "created" || field === "rank") return issue.created;
      if (field === "updated") return indexedAt(store, issue) ?? 0;
      if (field === "resolved") return issue.resolved ?? 0;
      if (field === "priority") return -store.priorities.indexOf(issue.priority ?? "");
      if (field === "status") return store.statuses.findIndex(({ id }) => id === issue.status);
      if (field === "summary") return issue.summary;
      return field === "issuetype" ? store.issueType(issue).name : issue.projectKey;
    };
    return (a, b) => {
      for (const { field, descending } of fields) {
        const difference = field === "key" ? byKey(a, b) : order(by(a, field), by(b, field));
        if (difference !== 0) return descending ? -difference : difference;
      }
      return Number(b.id) - Number(a.id);
    };
  }
}

function numberOf(issue: SimIssue): number {
  return Number(issue.key.split("-")[1]);
}

function byKey(a: SimIssue, b: SimIssue): number {
  return order(a.projectKey, b.projectKey) || numberOf(a) - numberOf(b);
}

function order(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compare(operator: string, difference: number): boolean {
  switch (operator) {
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case "=":
      return difference === 0;
    default:
      return difference !== 0;
  }
}

const UNITS: Record<string, number> = { w: 7 * 24 * 60, d: 24 * 60, h: 60, m: 1 };

/** Milliseconds of `-1w 2d`: the sign is for all of it, `M` is a minute too. */
function period(text: string): number {
  let minutes = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([wdhm])/gi)) {
    minutes += Number(count) * UNITS[unit!.toLowerCase()]!;
  }
  return (text.startsWith("-") ? -1 : 1) * minutes * 60_000;
}
