/** A mail that came to several of our mailboxes. */

import type { KnownMessage } from "../core/state_port.ts";
import type { Parts } from "./context.ts";
import type { Ending, Job } from "./job.ts";
import { waitFor } from "./waiting.ts";

/** One mail to several of our mailboxes is handled once per project. */
export async function claimProject(parts: Parts, job: Job, project: string): Promise<Ending | null> {
  if (job.identity === null || job.resumed !== undefined) return null;
  const other = await parts.state.claim(`project:${project}`, job.identity, job.delivery.id);
  if (other === null) return null;
  if (other.known.status === "unfinished") return { release: waitFor(parts, other.deliveryId) };
  return {
    finish: {
      outcome: "filtered",
      reason: `already handled for project ${project} from another mailbox${issueWords(other.known)}`,
      filter: "already-handled",
      issue: null,
    },
  };
}

function issueWords(known: KnownMessage): string {
  return known.issue === null ? "" : ` (${known.issue.key})`;
}
