/** What mailing Jira's comments to the sender needs beyond the rest. */

import type { Config } from "../../config/config.ts";
import { isoTime } from "../../core/clock.ts";
import type { JiraClient } from "../../jira/client.ts";
import { type DoctorCheck, failed, passed } from "./check.ts";
import { findingOf } from "./failure.ts";

/** Nothing while it is off. */
export const RELAY_CHECK = "jira-comment-relay";

const MINUTES = 60;
const DAY_MS = 86_400_000;
/** Issues whose comments are read on trial. */
const MAX_TRIED = 5;
const OWN_ACCOUNT = "Comments by this program's own Jira account are never mailed: no person should use that account.";

/** That the search by which new comments are found is answered, and that comments can be read. */
export async function examineRelay(
  { mail }: Config,
  client: JiraClient,
  projects: readonly string[],
  signal: AbortSignal,
): Promise<DoctorCheck[]> {
  if (mail.commentRelay === "off" && !mail.statusNotice) return [];
  try {
    const updated = await client.updatedIssues(projects, MINUTES, signal);
    let comments = 0;
    for (const { id } of updated.slice(0, MAX_TRIED)) {
      comments += (await client.commentsSince(id, isoTime(Date.now() - DAY_MS), signal)).length;
    }
    const which = mail.commentRelay === "public"
      ? "every public comment will be mailed"
      : mail.commentRelay === "marked"
      ? `comments that begin with "${mail.commentMarker}" will be mailed`
      : "comments are not mailed";
    const status = mail.statusNotice ? "; the sender is told when the issue is resolved or opened again" : "";
    const detail = `Updated issues of ${projects.join(", ")} are found (${updated.length} of the last hour, ` +
      `${comments} comments read); ${which}${status}.`;
    return [passed(RELAY_CHECK, mail.commentRelay === "off" ? detail : `${detail} ${OWN_ACCOUNT}`)];
  } catch (error) {
    return [failed(RELAY_CHECK, findingOf(error))];
  }
}
