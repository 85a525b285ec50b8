/** A reply in a known conversation becomes one comment, its attachments beside it. */

import { composeComment } from "../content/compose.ts";
import type { Note, PictureTarget, ReadMail } from "../content/content.ts";
import { type TextFileNames, textFilesOf } from "../content/text_files.ts";
import type { Person } from "../core/decision.ts";
import type { IssueRef } from "../core/jira.ts";
import type { Message } from "../core/mail.ts";
import type { Delivery, Effect } from "../core/state_port.ts";
import type { IssueState } from "../jira/client.ts";
import { attachmentNotes, attachmentsOff, planAttachments } from "./attachment_plan.ts";
import type { UploadedFile } from "./upload_job.ts";
import { addComment, projectOf } from "./comments.ts";
import type { Parts, StepHold } from "./context.ts";
import { degradeText, type TextPlan } from "./degrade.ts";
import { attachmentLimit, sourceOf, textFileNames, threadMessage, withTexts } from "./open_issue.ts";

export interface JoinIssueJob {
  readonly hold: StepHold;
  readonly delivery: Delivery;
  readonly message: Message;
  readonly mail: ReadMail;
  readonly key: string;
  readonly agent: boolean;
  readonly issue: IssueState;
  readonly effects: readonly Effect[];
  readonly from: Person | null;
  readonly notes: readonly string[];
}

/** Attachments first, so that the comment can show the pictures and name what could not be attached. */
export async function joinIssue(parts: Parts, job: JoinIssueJob): Promise<IssueRef> {
  const { issue, message } = job;
  const maxBytes = await attachmentLimit(parts, job.hold.signal);
  const earlier = job.effects.filter(({ kind }) => kind === "attachments").map(({ carried }) => carried as Carried);
  const ours = new Set(earlier.flatMap(({ files }) => files.map(({ name }) => name)));
  const taken = new Set(issue.attachments.map(({ filename }) => filename).filter((name) => !ours.has(name)));
  const plan = maxBytes === 0
    ? attachmentsOff(message)
    : planAttachments(message, job.mail.pictures, { maxBytes, skip: parts.settings.attachmentSkip }, taken);
  job.hold.step = "upload-attachments";
  const uploading = {
    hold: job.hold,
    keyPrefix: job.key,
    issueId: issue.ref.id,
    mode: "comment" as const,
    message,
    pictures: job.mail.pictures,
    maxBytes,
    after: earlier[0]?.after ?? highestId(issue),
    present: new Set(issue.attachments.map(({ id }) => id)),
  };
  const result = await parts.uploader.upload({ ...uploading, texts: new Map(), plan, effects: job.effects });
  job.hold.step = "add-comment";
  const skipped = [...plan.skipped, ...result.skipped];
  const notes = [...job.notes, ...attachmentNotes(message, skipped)];
  const targets = await pictureTargets(parts, job, result.uploaded);
  const names = maxBytes === 0 ? null : textFileNames(plan, taken);
  const truncated = await comment(parts, job, notes, targets, names);
  const { quotedHistory } = parts.settings;
  const ourTexts = names === null ? [] : textFilesOf(job.mail, { truncated, quotedHistory, names });
  if (ourTexts.length > 0) {
    job.hold.step = "upload-attachments";
    const { files, texts } = withTexts({ files: [], skipped: [] }, ourTexts);
    await parts.uploader.upload({
      ...uploading,
      texts,
      plan: { files, skipped: [] },
      effects: (await parts.state.effectsOf(job.delivery.id)).filter(({ kind }) => kind === "attachments"),
    });
  }
  await parts.state.addThreadMessage(threadMessage(parts, message, issue.ref));
  return issue.ref;
}

interface Carried {
  readonly after: string;
  readonly files: readonly { name: string }[];
}

function highestId(issue: IssueState): string {
  return issue.attachments.reduce((highest, { id }) => (BigInt(id) > BigInt(highest) ? id : highest), "0");
}

/** Returns whether the text was too long for the comment. */
async function comment(
  parts: Parts,
  job: JoinIssueJob,
  notes: readonly Note[],
  pictures: ReadonlyMap<string, PictureTarget>,
  textFiles: TextFileNames | null,
): Promise<boolean> {
  let text: TextPlan = { limit: null, plain: false };
  for (;;) {
    const composed = composeComment(parts.jira.format, {
      from: job.from,
      agent: job.agent,
      mail: job.mail,
      notes,
      pictures,
      quotedHistory: parts.settings.quotedHistory,
      template: parts.settings.templates.comment,
      subject: job.message.subject,
      mailbox: job.message.mailbox,
      textFiles,
      ...(text.limit === null ? {} : { limit: text.limit }),
      ...(text.plain ? { plain: true } : {}),
    });
    try {
      await addComment(parts, job.hold, {
        key: `${job.key}/comment`,
        issueId: job.issue.ref.id,
        project: projectOf(job.issue.ref.key),
        body: composed.body,
        carried: { mode: "comment" },
        scope: `comment:${job.issue.ref.id}`,
      });
      return composed.truncated;
    } catch (error) {
      const simpler = degradeText(text, error);
      if (simpler === null) throw error;
      text = simpler;
    }
  }
}

async function pictureTargets(
  parts: Parts,
  job: JoinIssueJob,
  uploaded: readonly UploadedFile[],
): Promise<Map<string, PictureTarget>> {
  const targets = new Map<string, PictureTarget>();
  for (const picture of job.mail.pictures) {
    const file = uploaded.find(({ source }) => source === sourceOf(picture));
    if (file === undefined) {
      targets.set(picture.id, { kind: "missing", note: picture.alt });
    } else if (parts.jira.format === "wiki") {
      targets.set(picture.id, { kind: "file", name: file.name });
    } else {
      const mediaId = await parts.jira.mediaId(file.attachmentId, job.hold.signal);
      targets.set(
        picture.id,
        mediaId === null ? { kind: "missing", note: `${file.name} (attached)` } : { kind: "media", mediaId },
      );
    }
  }
  return targets;
}
