/** One upload: the files that an issue is to get, what of them arrived, and what will not. */

import type { PictureRef } from "../content/content.ts";
import type { Message } from "../core/mail.ts";
import type { Effect } from "../core/state_port.ts";
import type { AttachmentPlan, SkippedFile } from "./attachment_plan.ts";
import type { Hold } from "./effects.ts";

/** One uploaded file as its receipt remembers it. */
export interface UploadedFile {
  readonly source: string;
  readonly attachmentId: string;
  readonly name: string;
}

export interface UploadResult {
  readonly uploaded: readonly UploadedFile[];
  readonly skipped: readonly SkippedFile[];
}

export interface UploadJob {
  readonly hold: Hold;
  readonly keyPrefix: string;
  readonly issueId: string;
  readonly mode: "issue" | "comment";
  readonly message: Message;
  readonly pictures: readonly PictureRef[];
  /** Texts of ours to attach (the whole of a text that was too long), by source. */
  readonly texts: ReadonlyMap<string, string>;
  readonly plan: AttachmentPlan;
  readonly maxBytes: number | null;
  readonly after: string;
  /** Ids of the attachments that the issue has: only these can show a picture again. */
  readonly present: ReadonlySet<string>;
  /** Effects of this delivery that exist already. */
  readonly effects: readonly Effect[];
}

/** One upload under way: what arrived, and what will not. */
export class UploadRun {
  readonly uploaded: UploadedFile[] = [];
  readonly skipped: SkippedFile[] = [];
  /** Pictures of this mail that arrived: hash → source. */
  readonly pictures = new Map<string, string>();
  /** Source → the source whose upload shows the same picture. */
  readonly repeats = new Map<string, string>();

  constructor(readonly job: UploadJob) {
    for (const { source, sameAs } of job.plan.files) if (sameAs !== undefined) this.repeats.set(source, sameAs);
  }

  isDone(source: string): boolean {
    return [...this.uploaded, ...this.skipped].some((file) => file.source === source);
  }

  tellRepeats(): void {
    for (const [source, of] of this.repeats) {
      const first = this.uploaded.find((file) => file.source === of);
      if (first !== undefined) this.uploaded.push({ ...first, source });
    }
  }
}
