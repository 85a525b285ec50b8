/** Files that came to an issue before the state was restored: they are not brought again. */

import type { JiraClient } from "../jira/client.ts";
import type { PlannedFile } from "./attachment_plan.ts";
import { hashOfStream } from "./hash_of_stream.ts";
import type { Spooled } from "./spool.ts";
import type { UploadJob, UploadRun } from "./upload_job.ts";

/** A comment is written after its files, an acknowledgement after those of its issue. */
export function wasUploaded({ hold, mode, keyPrefix, effects }: UploadJob): boolean {
  if (hold.gap == null) return false;
  return effects.some(({ key, kind, status }) =>
    mode === "comment" ? key === `${keyPrefix}/comment` && status === "done" : kind === "acknowledgement"
  );
}

/** Whether we brought exactly these bytes to the issue in its gap. Told as uploaded. */
export async function isFromGap(
  { jira, ourJiraId }: { readonly jira: JiraClient; readonly ourJiraId: string },
  { job, uploaded }: UploadRun,
  file: PlannedFile,
  spooled: Spooled,
): Promise<boolean> {
  const { gap, signal } = job.hold;
  if (gap == null) return false;
  const issue = await jira.issue(job.issueId, signal);
  const candidates = (issue?.attachments ?? []).filter((one) =>
    one.authorId === ourJiraId && one.size === spooled.size &&
    Date.parse(one.createdAt) >= gap.since && !uploaded.some(({ attachmentId }) => attachmentId === one.id)
  );
  for (const one of candidates) {
    if (await hashOfStream(await jira.download(one, signal)) !== spooled.sha256) continue;
    uploaded.push({ source: file.source, attachmentId: one.id, name: one.filename });
    return true;
  }
  return false;
}
