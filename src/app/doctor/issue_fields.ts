/** Whether Jira takes an issue as we would write it: its type, and the fields of its create screen. */

import type { Config } from "../../config/config.ts";
import type { CreateField, JiraClient } from "../../jira/client.ts";
import { EXIT } from "../exit_codes.ts";
import { type DoctorCheck, failed, notRun, passed } from "./check.ts";
import { findingOf } from "./failure.ts";

/** In the order of the report. */
export const FIELD_CHECKS = ["jira-issue-type", "jira-required-fields", "jira-create-screen"] as const;

/** What every new issue carries. Priority and reporter depend on the mail. */
const ALWAYS_SENT = ["project", "issuetype", "summary", "description"];

export async function examineIssueFields(
  config: Config,
  client: JiraClient,
  project: string,
  signal: AbortSignal,
): Promise<DoctorCheck[]> {
  const [, fieldsCheck, screenCheck] = FIELD_CHECKS;
  const type = await examineType(config, client, project, signal);
  if (type.id === null) {
    return [type.check, notRun(fieldsCheck, type.check, project), notRun(screenCheck, type.check, project)];
  }
  try {
    const fields = await client.createFields(project, type.id, signal);
    return [type.check, requiredFields(config, project, fields), createScreen(config, project, fields)];
  } catch (error) {
    const unread = failed(fieldsCheck, findingOf(error), project);
    return [type.check, unread, notRun(screenCheck, unread, project)];
  }
}

async function examineType(
  { routing: { issueType } }: Config,
  client: JiraClient,
  project: string,
  signal: AbortSignal,
): Promise<{ readonly check: DoctorCheck; readonly id: string | null }> {
  const check = "jira-issue-type";
  try {
    const types = await client.issueTypes(project, signal);
    // A number is taken for an id, as in the create call.
    const found = types.find(({ id, name }) => (/^\d+$/.test(issueType) ? id : name) === issueType);
    if (found !== undefined) {
      return { check: passed(check, `${project} has the issue type "${found.name}".`, "", project), id: found.id };
    }
    const names = types.map(({ name }) => name).join(", ");
    const finding = {
      detail: `${project} has no issue type "${issueType}".`,
      remedy: names === ""
        ? `Give ${project} an issue type, and set JIRA_ISSUE_TYPE to its name.`
        : `Set JIRA_ISSUE_TYPE to one of: ${names}.`,
      code: EXIT.usage,
    };
    return { check: failed(check, finding, project), id: null };
  } catch (error) {
    return { check: failed(check, findingOf(error), project), id: null };
  }
}

/** Constant fields that hold something, and labels. */
function filled({ routing: { issueFields, labels } }: Config): string[] {
  const constant = Object.entries(issueFields).filter(([, value]) =>
    value !== null && value !== "" && !(Array.isArray(value) && value.length === 0)
  );
  return [...constant.map(([id]) => id), ...(labels.length > 0 ? ["labels"] : [])];
}

function requiredFields(config: Config, project: string, fields: readonly CreateField[]): DoctorCheck {
  const check = "jira-required-fields";
  const sent = new Set([...ALWAYS_SENT, ...filled(config)]);
  const empty = fields.filter(({ id, required, hasDefault }) => required && !hasDefault && !sent.has(id));
  if (empty.length === 0) return passed(check, `Every required field of ${project} is filled.`, "", project);
  const names = empty.map(({ id, name }) => `${name} (${id})`).join(", ");
  const constant = JSON.stringify({
    ...config.routing.issueFields,
    ...Object.fromEntries(empty.map(({ id }) => [id, id === "components" ? [{ name: "…" }] : "…"])),
  });
  return failed(check, {
    detail: `${project} requires what no mail fills: ${names}. Jira would refuse every issue.`,
    remedy:
      `Give constant values, in the form that the field takes: JIRA_ISSUE_FIELDS=${constant}; or make the fields ` +
      "optional, or give them a default, in Jira's field configuration; or set JIRA_ISSUE_TYPE to another type.",
    code: EXIT.usage,
  }, project);
}

/** What is not on the screen is refused: for the text that ends the mail, the rest is dropped. */
function createScreen(config: Config, project: string, fields: readonly CreateField[]): DoctorCheck {
  const check = "jira-create-screen";
  const shown = new Set(fields.map(({ id }) => id));
  const missing = (ids: readonly string[]) => [...new Set(ids)].filter((id) => !shown.has(id));
  const remedy = (ids: readonly string[]) =>
    `Add ${
      ids.join(", ")
    } to the create screen: project ${project} › Project settings › Screens (team-managed: Issue ` +
    "types › Fields).";
  const needed = missing(["summary", "description"]);
  if (needed.length > 0) {
    const detail = `The create screen of ${project} lacks ${needed.join(", ")}: Jira would refuse every issue.`;
    return failed(check, { detail, remedy: remedy(needed), code: EXIT.unexpected }, project);
  }
  const dropped = missing(["reporter", "priority", ...filled(config)]);
  if (dropped.length === 0) return passed(check, `The create screen of ${project} has every field.`, "", project);
  const detail = `The create screen of ${project} lacks ${dropped.join(", ")}: issues are made without.`;
  return passed(check, detail, remedy(dropped), project);
}
