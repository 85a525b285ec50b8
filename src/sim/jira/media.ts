/** Pictures in texts, and what Cloud does with those that are in none any more. */

import { mediaIds } from "./adf_check.ts";
import type { Call } from "./call.ts";
import type { SimIssue } from "./types.ts";

/** Media ids in the issue's texts. */
export function mediaOf(issue: SimIssue): string[] {
  const texts = [issue.description, ...issue.comments.map(({ body }) => body)];
  return texts.flatMap((text) => (text?.format === "adf" ? mediaIds(text.content) : []));
}

/** Cloud deletes attachments whose pictures were in a text and are in none any more. */
export function dropOrphans(call: Call, issue: SimIssue, before: readonly string[]): void {
  if (!call.cloud || !call.face.settings.deleteOrphanedMedia) return;
  const still = new Set(mediaOf(issue));
  for (const id of before) {
    const attachment = issue.attachments.find(({ mediaId }) => mediaId === id);
    if (attachment !== undefined && !still.has(id)) call.store.deleteAttachment(attachment.id);
  }
}
