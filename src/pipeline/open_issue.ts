/** A new conversation becomes one issue: create, attach, place the pictures, watch, acknowledge. */

import { composeIssue, wholeTextOf } from "../content/compose.ts";
import type { PictureRef, PictureTarget, ReadMail } from "../content/content.ts";
import { type PlacedPicture, placeholderText, replacePlaceholders } from "../content/placeholders.ts";
import { summaryFrom } from "../content/summary.ts";
import type { Person } from "../core/decision.ts";
import type { IssueRef } from "../core/jira.ts";
import type { Message } from "../core/mail.ts";
import type { Delivery, Effect, ThreadMessage } from "../core/state_port.ts";
import { participantsOf } from "../filtering/recipients.ts";
import type { IssueDraft } from "../jira/client.ts";
import { type AttachmentPlan, planAttachments, type PlannedFile, type UploadedFile } from "./attachments.ts";
import { sayInComment } from "./comments.ts";
import type { Parts, StepHold } from "./context.ts";
import { type IssueDecision, ownAddresses } from "./decide.ts";
import { degradeIssue, type TextPlan } from "./degrade.ts";
import { refusedByJira } from "./refused.ts";

/** Source under which the whole of a text that was too long is attached. */
export const WHOLE_TEXT = "text:whole";

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
  readonly wholeText: string;
}

/** Everything up to and including the uploaded attachments and placed pictures. */
export async function openIssue(parts: Parts, job: OpenIssueJob): Promise<IssueRef> {
  const maxBytes = await attachmentLimit(parts, job.hold.signal);
  const plan = maxBytes === 0
    ? attachmentsOff(job.message)
    : planAttachments(job.message, job.mail.pictures, { maxBytes, skip: parts.settings.attachmentSkip }, new Set());
  job.hold.step = "create-issue";
  const receipt = await createIssue(parts, job, plan);
  const issue: IssueRef = { id: receipt.id, key: receipt.key };
  await parts.state.addThreadMessage(threadMessage(parts, job.message, issue));
  job.hold.step = "upload-attachments";
  const { files, texts } = withWholeText(plan, receipt.truncated ? wholeTextOf(job.mail) : null, receipt.wholeText);
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
    effects: job.effects,
  });
  job.hold.step = "place-pictures";
  const refused = await placePictures(parts, job, issue, result.uploaded);
  const lines = [...result.skipped.map(({ name, reason }) => `Not attached: ${name} – ${reason}`), ...refused];
  if (lines.length > 0) {
    const { project } = job.decision.route;
    await sayInComment(parts, job.hold, { key: `${job.key}/note`, issueId: issue.id, project, lines });
  }
  return issue;
}

/** The whole text joins the files when it was cut in the issue. */
export function withWholeText(
  plan: AttachmentPlan,
  text: string | null,
  name: string,
): { files: readonly PlannedFile[]; texts: ReadonlyMap<string, string> } {
  if (text === null) return { files: plan.files, texts: new Map() };
  const file: PlannedFile = { source: WHOLE_TEXT, originalName: name, name, contentType: "text/plain; charset=utf-8" };
  return { files: [...plan.files, file], texts: new Map([[WHOLE_TEXT, text]]) };
}

/** Jira's limit, or ours when smaller; 0 when attachments are switched off. */
export async function attachmentLimit(parts: Parts, signal: AbortSignal): Promise<number> {
  const limit = await parts.uploadLimit(signal);
  if (limit === null) return 0;
  const ours = parts.settings.attachmentMaxBytes;
  return ours === null ? limit : Math.min(ours, limit);
}

export function attachmentsOff(message: Message): AttachmentPlan {
  return {
    files: [],
    skipped: message.attachments.map(({ id, name }) => ({
      source: id,
      name: name === "" ? "attachment" : name,
      reason: "attachments are switched off in Jira",
    })),
  };
}

async function createIssue(parts: Parts, job: OpenIssueJob, plan: AttachmentPlan): Promise<IssueReceipt> {
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
  const notes = [...decision.notes, ...plan.skipped.map(({ name, reason }) => `Not attached: ${name} – ${reason}`)];
  const targets = pictureTargets(parts, job, plan);
  for (;;) {
    const composed = composeIssue(parts.jira.format, {
      from: job.people.from,
      cc: job.people.cc,
      mail: job.mail,
      notes,
      pictures: targets,
      quotedHistory: parts.settings.quotedHistory,
      ...(text.limit === null ? {} : { limit: text.limit }),
      ...(text.plain ? { plain: true } : {}),
    });
    try {
      return await parts.engine.perform<IssueReceipt>(job.hold, {
        key,
        kind: "issue",
        carried: { mode: "issue", project: draft.project, linkTo: job.linkTo },
        async look(effect, signal) {
          const ref = await findCreated(parts, key, effect, signal);
          return ref === null ? null : { ...ref, truncated: composed.truncated, wholeText: composed.wholeText };
        },
        async write(signal) {
          const ref = await parts.jira.createIssue({ ...draft, description: composed.body }, signal);
          return { ...ref, truncated: composed.truncated, wholeText: composed.wholeText };
        },
      });
    } catch (error) {
      const next = degradeIssue(draft, text, error);
      if (next === null) throw error;
      draft = next.draft;
      text = next.text;
      if (next.note !== null) notes.push(next.note);
    }
  }
}

/** The issue that carries the key, if a create call whose answer was lost did make one; the oldest if there are several. */
export async function findCreated(
  parts: Pick<Parts, "jira" | "clock">,
  key: string,
  effect: Effect,
  signal: AbortSignal,
): Promise<IssueRef | null> {
  const minutes = Math.ceil((parts.clock.now() - effect.startedAt) / 60_000) + 5;
  const found = await parts.jira.findCreatedIssues(key, minutes, signal);
  return [...found].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))[0] ?? null;
}

/** Where each picture stands: by its name on Server from the start, behind a placeholder on Cloud. */
function pictureTargets(parts: Parts, job: OpenIssueJob, plan: AttachmentPlan): Map<string, PictureTarget> {
  const targets = new Map<string, PictureTarget>();
  for (const picture of job.mail.pictures) {
    const file = plan.files.find(({ source }) => source === sourceOf(picture));
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
  uploaded: readonly UploadedFile[],
): Promise<readonly string[]> {
  if (parts.jira.format !== "adf" || job.mail.pictures.length === 0) return [];
  const key = `${job.key}/pictures`;
  const done = await parts.state.effect(key);
  if (done?.status === "done") return [];
  const media = await mediaFor(parts, job, uploaded);
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

async function mediaFor(parts: Parts, job: OpenIssueJob, uploaded: readonly UploadedFile[]) {
  const media = new Map<string, PlacedPicture & { readonly name: string }>();
  for (const picture of job.mail.pictures) {
    const file = uploaded.find(({ source }) => source === sourceOf(picture));
    if (file === undefined) continue;
    const mediaId = await parts.jira.mediaId(file.attachmentId, job.hold.signal);
    if (mediaId === null) continue;
    media.set(placeholderText(file.name, job.key), {
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
  };
}
