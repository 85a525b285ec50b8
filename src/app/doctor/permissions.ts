/** What our account may do in a project. */

import type { Config } from "../../config/config.ts";
import type { JiraClient } from "../../jira/client.ts";
import { EXIT } from "../exit_codes.ts";
import { type DoctorCheck, failed, notRun, passed } from "./check.ts";
import { findingOf } from "./failure.ts";

/** One permission and what it is for. */
interface Needed {
  readonly check: string;
  /** Jira's key (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/). */
  readonly key: string;
  /** Its name on Jira's pages. */
  readonly name: string;
  /** What is lost without it, as the end of a sentence. */
  readonly loss: string;
  /** Mail is handled all the same, with less. */
  readonly optional?: true;
  /** Only Cloud is written to in this way. */
  readonly cloudOnly?: true;
  /** Default: always. */
  readonly when?: (config: Config) => boolean;
}

const NEEDED: readonly Needed[] = [
  {
    check: "jira-browse-projects",
    key: "BROWSE_PROJECTS",
    name: "Browse Projects",
    loss: "its issues cannot be found again",
  },
  { check: "jira-create-issue", key: "CREATE_ISSUES", name: "Create Issues", loss: "no mail can become an issue" },
  { check: "jira-add-comment", key: "ADD_COMMENTS", name: "Add Comments", loss: "no reply can become a comment" },
  {
    check: "jira-create-attachment",
    key: "CREATE_ATTACHMENTS",
    name: "Create Attachments",
    loss: "attachments of mails are not kept",
  },
  {
    check: "jira-edit-issue",
    key: "EDIT_ISSUES",
    name: "Edit Issues",
    loss: "pictures cannot be put into their place in the text",
    cloudOnly: true,
  },
  {
    check: "jira-edit-own-comment",
    key: "EDIT_OWN_COMMENTS",
    name: "Edit Own Comments",
    loss: "pictures cannot be put into their place in a comment",
    cloudOnly: true,
  },
  {
    check: "jira-link-issues",
    key: "LINK_ISSUES",
    name: "Link Issues",
    loss: "JIRA_RESOLVED_REPLY=new cannot link the new issue to the resolved one",
    when: ({ mail }) => mail.resolvedReply === "new",
  },
  {
    check: "jira-transition-issue",
    key: "TRANSITION_ISSUES",
    name: "Transition Issues",
    loss: "JIRA_RESOLVED_REPLY=reopen reopens nothing and mail on a resolved issue stays a comment",
    optional: true,
    when: ({ mail }) => mail.resolvedReply === "reopen",
  },
  {
    check: "jira-manage-watchers",
    key: "MANAGE_WATCHERS",
    name: "Manage Watchers",
    loss: "the other recipients of a mail do not become watchers",
    optional: true,
  },
  {
    check: "jira-modify-reporter",
    key: "MODIFY_REPORTER",
    name: "Modify Reporter",
    loss: "the sender of a mail does not become the reporter",
    optional: true,
  },
  {
    check: "jira-user-search",
    key: "USER_PICKER",
    name: "Browse users and groups",
    loss: "Jira finds nobody by address, so reporters and watchers stay unknown (unless JIRA_USER_MAP names them)",
    optional: true,
  },
];

/** The names of the checks that apply whatever kind of Jira answers, in the order of the report. */
export function permissionChecks(config: Config | null): string[] {
  return NEEDED.filter(({ cloudOnly, when }) => !cloudOnly && (config === null ? !when : when?.(config) ?? true))
    .map(({ check }) => check);
}

export interface ExaminedPermissions {
  readonly checks: readonly DoctorCheck[];
  /** The failed check because of which Jira tells nothing of new issues; `null`: it does. */
  readonly obstacle: DoctorCheck | null;
}

export async function examinePermissions(
  config: Config,
  { client, account }: { readonly client: JiraClient; readonly account: string },
  project: string,
  signal: AbortSignal,
): Promise<ExaminedPermissions> {
  const needed = NEEDED.filter(({ cloudOnly, when }) =>
    (!cloudOnly || client.kind === "cloud") && (when?.(config) ?? true)
  );
  try {
    const held = await client.permissions(project, needed.map(({ key }) => key), signal);
    const checks = needed.map((one) => verdict(one, held[one.key] === true, { client, account, project }));
    return { checks, obstacle: checks.find(({ check, ok }) => check === "jira-create-issue" && !ok) ?? null };
  } catch (error) {
    const first = failed(needed[0]!.check, findingOf(error), project);
    return { checks: [first, ...needed.slice(1).map(({ check }) => notRun(check, first, project))], obstacle: first };
  }
}

interface Place {
  readonly client: JiraClient;
  readonly account: string;
  readonly project: string;
}

function verdict({ check, key, name, loss, optional }: Needed, isHeld: boolean, place: Place): DoctorCheck {
  const { account, project } = place;
  const isGlobal = key === "USER_PICKER";
  const where = isGlobal ? "" : ` in ${project}`;
  if (isHeld) return passed(check, `${account} has "${name}"${where}.`, "", project);
  const detail = `${account} lacks "${name}"${where}: ${loss}.`;
  const remedy = isGlobal ? globalRemedy(name, place) : projectRemedy(name, place);
  if (optional) return passed(check, detail, remedy, project);
  return failed(check, { detail, remedy, code: EXIT.credentials }, project);
}

function projectRemedy(name: string, { client, account, project }: Place): string {
  return client.kind === "cloud"
    ? `Jira › project ${project} › Project settings › Permissions › "${name}" › add ${account} or its role ` +
      "(team-managed project: Project settings › Access › add it with a role that may)."
    : `Jira › project ${project} › Project settings › Permissions › Actions › Edit permissions › "${name}" › Edit › ` +
      `grant it to ${account}, its group or its role.`;
}

function globalRemedy(name: string, { client, account }: Place): string {
  return client.kind === "cloud"
    ? `Jira › Settings › System › Global permissions › "${name}" › add a group of ${account}.`
    : `Jira administration › System › Global permissions › "Browse Users" › add a group of ${account}.`;
}
