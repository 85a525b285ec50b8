/** What mailing Jira's comments to the sender needs beyond the rest. */

import type { Config } from "../../config/config.ts";
import type { JiraClient } from "../../jira/client.ts";
import { type DoctorCheck, failed, passed } from "./check.ts";
import { findingOf } from "./failure.ts";

/** Nothing while it is off. */
export const RELAY_CHECK = "jira-comment-relay";

const MINUTES = 5;

/** That the search by which new comments are found is answered. */
export async function examineRelay(
  { mail }: Config,
  client: JiraClient,
  projects: readonly string[],
  signal: AbortSignal,
): Promise<DoctorCheck[]> {
  if (mail.commentRelay === "off") return [];
  try {
    await client.updatedIssues(projects, MINUTES, signal);
    const which = mail.commentRelay === "public"
      ? "every public comment"
      : `comments that begin with "${mail.commentMarker}"`;
    return [passed(RELAY_CHECK, `Updated issues of ${projects.join(", ")} are found; ${which} will be mailed.`)];
  } catch (error) {
    return [failed(RELAY_CHECK, findingOf(error))];
  }
}
