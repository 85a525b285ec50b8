/** A new conversation becomes one issue: create, attach, place the pictures, watch, acknowledge. */

import { composeIssue } from "../content/compose.ts";
import type { PictureRef, PictureTarget, ReadMail } from "../content/content.ts";
import { type PlacedPicture, placeholderText, replacePlaceholders } from "../content/placeholders.ts";
import { uniqueNames } from "../content/file_names.ts";
import { summaryFrom } from "../content/summary.ts";
import { TEXT_FILE_NAMES, type TextFile, type TextFileNames, textFilesOf } from "../content/text_files.ts";
import type { Person } from "../core/decision.ts";
import type { IssueRef } from "../core/jira.ts";
import type { Message } from "../core/mail.ts";
import type { Delivery, Effect, ThreadMessage } from "../core/state_port.ts";
import { participantsOf } from "../filtering/recipients.ts";
import type { IssueDraft } from "../jira/client.ts";
import {
  attachmentNotes,
  type AttachmentPlan,
  attachmentsOff,
  planAttachments,
  type PlannedFile,
  skippedNote,
} from "./attachment_plan.ts";
import type { UploadedFile } from "./upload_job.ts";
import { sayInComment } from "./comments.ts";
import type { Parts, StepHold } from "./context.ts";
import { senderFacts } from "./relaying_people.ts";
import { type IssueDecision, ownAddresses } from "./decide.ts";
import { degradeIssue, type TextPlan } from "./degrade.ts";
import { refusedByJira } from "./refused.ts";

export interface OpenIssueJob {
  readonly hold: StepHold;
  readonly delivery: Delivery;
  readonly message: Message;
  readonly mail: ReadMail;
  readonly decision: IssueDecision;
  /** Idempotency key of the delivery, before the slash. */
  readonly key: string;
  readonly effects: readonly Effect[];
  /** The resolved issue that this one follows. */
  readonly linkTo: IssueRef | null;
  readonly people: {
    readonly from: Person | null;
    readonly cc: readonly Person[];
    readonly watchers: readonly Person[];
  };
}

/** What of the issue effect must survive a restart. */
interface IssueReceipt extends IssueRef {
  readonly truncated: boolean;
}

/** One that was found after a restore does not tell about its text. */
type StoredReceipt = IssueRef & Partial<IssueReceipt>;

/** Everything up to and including the uploaded attachments and placed pictures. */
export async function openIssue(parts: Parts, job: OpenIssueJob): Promise<IssueRef> {
  const maxBytes = await attachmentLimit(parts, job.hold.signal);
  const plan = await planFor(parts, job, maxBytes);
  const names = maxBytes === 0 ? null : textFileNames(plan, new Set());
  job.hold.step = "create-issue";
  const receipt = await createIssue(parts, job, plan, names);
  const issue: IssueRef = { id: receipt.id, key: receipt.key };
  await parts.state.addThreadMessage(threadMessage(parts, job.message, issue));
  job.hold.step = "upload-attachments";
  const { quotedHistory } = parts.settings;
  const { files, texts } = withTexts(
    plan,
    names === null ? [] : textFilesOf(job.mail, { truncated: receipt.truncated, quotedHistory, names }),
  );
  const result = await parts.uploader.upload({
    hold: job.hold,
    keyPrefix: job.key,
    issueId: issue.id,
    mode: "issue",
    message: job.message,
    pictures: job.mail.pictures,
    texts,
    plan: { files, skipped: plan.skipped },
    maxBytes,
    after: "0",
    present: new Set(),
    effects: job.effects,
  });
  job.hold.step = "place-pictures";
  const refused = await placePictures(parts, job, issue, plan, result.uploaded);
  const lines = [...result.skipped.map(skippedNote), ...refused];
  if (lines.length > 0) {
    const { project } = job.decision.route;
    await sayInComment(parts, job.hold, { key: `${job.key}/note`, issueId: issue.id, project, lines });
  }
  return issue;
}

/** Our texts join the files of the mail. */
export function withTexts(
  plan: AttachmentPlan,
  texts: readonly TextFile[],
): { files: readonly PlannedFile[]; texts: ReadonlyMap<string, string> } {
  const files = texts.map(({ source, name }): PlannedFile => ({
    source,
    originalName: name,
    name,
    contentType: "text/plain; charset=utf-8",
  }));
  return { files: [...plan.files, ...files], texts: new Map(texts.map(({ source, text }) => [source, text])) };
}

/** Names for our texts that nothing else on the issue has. */
export function textFileNames(plan: AttachmentPlan, taken: ReadonlySet<string>): TextFileNames {
  const used = new Set([...taken, ...plan.files.map(({ name }) => name)]);
  const [whole, history] = uniqueNames([TEXT_FILE_NAMES.whole, TEXT_FILE_NAMES.history], used);
  return { whole: whole!, history: history! };
}

/** Jira's limit, or ours when smaller; 0 when attachments are switched off. */
export async function attachmentLimit(parts: Parts, signal: AbortSignal): Promise<number> {
  const limit = await parts.uploadLimit(signal);
  if (limit === null) return 0;
  const ours = parts.settings.attachmentMaxBytes;
  return ours === null ? limit : Math.min(ours, limit);
}

async function planFor(parts: Parts, job: OpenIssueJob, maxBytes: number): Promise<AttachmentPlan> {
  if (maxBytes === 0) return attachmentsOff(job.message);
  const { message, hold, mail: { pictures } } = job;
  const plan = planAttachments(message, pictures, { maxBytes, skip: parts.settings.attachmentSkip }, new Set());
  return parts.jira.format === "wiki"
    ? await parts.uploader.withoutRepeats({ hold, message, pictures, plan, maxBytes })
    : plan;
}

async function createIssue(
  parts: Parts,
  job: OpenIssueJob,
  plan: AttachmentPlan,
  textFiles: TextFileNames | null,
): Promise<IssueReceipt> {
  const { decision, message } = job;
  const key = `${job.key}/issue`;
  let draft: Omit<IssueDraft, "description"> = {
    project: decision.route.project,
    issueType: decision.route.issueType,
    summary: summaryFrom(message.subject),
    reporter: decision.verified ? job.people.from?.jiraUser ?? null : null,
    labels: decision.route.labels,
    priority: decision.route.priority,
    fields: parts.settings.issueFields,
    idempotencyKey: key,
  };
  let text: TextPlan = { limit: null, plain: false };
  const notes = [...decision.notes, ...attachmentNotes(message, plan.skipped)];
  const targets = pictureTargets(parts, job, plan);
  for (;;) {
    const composed = composeIssue(parts.jira.format, {
      from: job.people.from,
      cc: job.people.cc,
      mail: job.mail,
      notes,
      pictures: targets,
      quotedHistory: parts.settings.quotedHistory,
      template: parts.settings.templates.issue,
      subject: message.subject,
      mailbox: message.mailbox,
      textFiles,
      ...(text.limit === null ? {} : { limit: text.limit }),
      ...(text.plain ? { plain: true } : {}),
    });
    try {
      const receipt = await parts.engine.perform<StoredReceipt>(job.hold, {
        key,
        kind: "issue",
        carried: { mode: "issue", project: draft.project, linkTo: job.linkTo },
        async look(effect, signal) {
          const ref = await findCreated(parts, key, effect, signal);
          return ref === null ? null : { ...ref, truncated: composed.truncated };
        },
        async write(signal) {
          const ref = await parts.jira.createIssue({ ...draft, description: composed.body }, signal);
          return { ...ref, truncated: composed.truncated };
        },
      });
      return { truncated: composed.truncated, ...receipt };
    } catch (error) {
      const next = degradeIssue(draft, text, error);
      if (next === null) throw error;
      draft = next.draft;
      text = next.text;
      if (next.note !== null) notes.push(next.note);
    }
  }
}

/** An issue within the minutes that are searched may be of a write that was started a while before. */
const RECEIPTS_MS = 15 * 60 * 1000;

/** The issue that carries the key, if a create call whose answer was lost did make one; the oldest if there are several. */
export async function findCreated(
  parts: Pick<Parts, "jira" | "clock" | "state">,
  key: string,
  effect: Effect,
  signal: AbortSignal,
): Promise<IssueRef | null> {
  const minutes = Math.ceil((parts.clock.now() - effect.startedAt) / 60_000) + 5;
  // What has its receipt is somebody else's: on a busy day only a few of ours are left to be asked for their keys.
  const except = await parts.state.issuesWritten(effect.startedAt - RECEIPTS_MS);
  const found = await parts.jira.findCreatedIssues(key, minutes, signal, except);
  return [...found].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))[0] ?? null;
}

/** Where each picture stands: by its name on Server from the start, behind a placeholder on Cloud. */
function pictureTargets(parts: Parts, job: OpenIssueJob, plan: AttachmentPlan): Map<string, PictureTarget> {
  const targets = new Map<string, PictureTarget>();
  for (const picture of job.mail.pictures) {
    const own = plan.files.find(({ source }) => source === sourceOf(picture));
    const file = own?.sameAs === undefined ? own : plan.files.find(({ source }) => source === own.sameAs);
    if (file === undefined) targets.set(picture.id, { kind: "missing", note: picture.alt });
    else if (parts.jira.format === "wiki") targets.set(picture.id, { kind: "file", name: file.name });
    else targets.set(picture.id, { kind: "placeholder", text: placeholderText(file.name, job.key) });
  }
  return targets;
}

interface PicturesReceipt {
  readonly placed: boolean;
}

/** Cloud: one edit puts every picture where its placeholder stands; if people changed that text, the files stay attachments. Returns what to say if Jira lets us edit nothing. */
async function placePictures(
  parts: Parts,
  job: OpenIssueJob,
  issue: IssueRef,
  plan: AttachmentPlan,
  uploaded: readonly UploadedFile[],
): Promise<readonly string[]> {
  if (parts.jira.format !== "adf" || job.mail.pictures.length === 0) return [];
  const key = `${job.key}/pictures`;
  const done = await parts.state.effect(key);
  if (done?.status === "done") return [];
  const media = await mediaFor(parts, job, plan, uploaded);
  if (media.size === 0) return [];
  try {
    await parts.engine.perform<PicturesReceipt>(job.hold, {
      key,
      kind: "pictures",
      carried: { issueId: issue.id },
      async look(_effect, signal) {
        const description = await descriptionOf(parts, issue, signal);
        if (description === null) return { placed: false };
        const json = JSON.stringify(description);
        if ([...media.values()].every(({ mediaId }) => json.includes(mediaId))) return { placed: true };
        return replacePlaceholders(description, media) === null ? { placed: false } : null;
      },
      async write(signal) {
        const description = await descriptionOf(parts, issue, signal);
        const replaced = description === null ? null : replacePlaceholders(description, media);
        if (replaced === null) return { placed: false };
        await parts.jira.setDescription(issue.id, { format: "adf", content: replaced }, signal);
        return { placed: true };
      },
    });
    return [];
  } catch (error) {
    if (!refusedByJira(error)) throw error;
    const names = [...media.values()].map(({ name }) => name).join(", ");
    return [
      `The pictures are attached and not in their place (${names}): Jira did not take the edit (${error.status}).`,
    ];
  }
}

async function descriptionOf(parts: Parts, issue: IssueRef, signal: AbortSignal) {
  const state = await parts.jira.issue(issue.id, signal);
  return state?.description?.format === "adf" ? state.description.content : null;
}

async function mediaFor(parts: Parts, job: OpenIssueJob, plan: AttachmentPlan, uploaded: readonly UploadedFile[]) {
  const media = new Map<string, PlacedPicture & { readonly name: string }>();
  for (const picture of job.mail.pictures) {
    const planned = plan.files.find(({ source }) => source === sourceOf(picture));
    const file = uploaded.find(({ source }) => source === sourceOf(picture));
    if (planned === undefined || file === undefined) continue;
    const mediaId = await parts.jira.mediaId(file.attachmentId, job.hold.signal);
    if (mediaId === null) continue;
    // The placeholder has the planned name; the same picture may have come under another one.
    media.set(placeholderText(planned.name, job.key), {
      name: file.name,
      mediaId,
      width: picture.width,
      height: picture.height,
      alt: picture.alt,
    });
  }
  return media;
}

/** Where a picture's bytes are: an attachment of the mail, or its own data. */
export function sourceOf(picture: PictureRef): string {
  return picture.attachmentId ?? `data:${picture.id}`;
}

/** The row that lets later mail find this issue. */
export function threadMessage(parts: Parts, message: Message, issue: IssueRef): ThreadMessage {
  return {
    mailbox: message.mailbox,
    issue,
    internetMessageId: message.internetMessageId,
    conversationId: message.conversationId,
    participants: participantsOf(message, ownAddresses(parts.settings)),
    messageId: message.id,
    origin: message.folder === "sentitems" ? "agent" : "received",
    ...(message.folder === "sentitems" ? {} : senderFacts(parts, message)),
  };
}
