/** Attachments of a mail: what is uploaded under which name, what is skipped and why; and the uploading. */

import { uniqueNames } from "../content/file_names.ts";
import type { PictureRef } from "../content/content.ts";
import type { Effect } from "../core/state_port.ts";
import type { MailAttachment, Message } from "../core/mail.ts";
import type { GraphClient } from "../graph/client.ts";
import type { JiraAttachment, JiraClient, UploadFile } from "../jira/client.ts";
import { HttpError } from "../core/errors.ts";
import type { EffectEngine, Hold } from "./effects.ts";
import { type Spool, type Spooled, SpoolLimitError } from "./spool.ts";

/** One file that the issue is to get. */
export interface PlannedFile {
  /** Attachment id in the mailbox, `data:<picture id>`, or `text:<name>` for a text of ours. */
  readonly source: string;
  /** Name in the mail, for notes. */
  readonly originalName: string;
  /** Final name on the issue. */
  readonly name: string;
  readonly contentType: string;
}

export interface SkippedFile {
  readonly source: string;
  readonly name: string;
  readonly reason: string;
}

export interface AttachmentPlan {
  readonly files: readonly PlannedFile[];
  readonly skipped: readonly SkippedFile[];
}

export interface AttachmentRules {
  readonly maxBytes: number | null;
  readonly skip: readonly string[];
}

/** What an attachment is called when its name is missing. */
const NAME_OF_KIND = { file: "attachment", item: "attached mail.eml", reference: "link" } as const;

/** Decides, before anything is fetched. `taken`: names already on the issue. Pure. */
export function planAttachments(
  message: Pick<Message, "attachments">,
  pictures: readonly PictureRef[],
  rules: AttachmentRules,
  taken: ReadonlySet<string>,
): AttachmentPlan {
  const skipped: SkippedFile[] = [];
  const wanted: Omit<PlannedFile, "name">[] = [];
  for (const attachment of message.attachments) {
    const name = displayName(attachment);
    const reason = skipReason(attachment, rules);
    if (reason !== null) skipped.push({ source: attachment.id, name, reason });
    else wanted.push({ source: attachment.id, originalName: name, contentType: attachment.contentType });
  }
  for (const picture of pictures) {
    if (picture.data === null) continue;
    wanted.push({
      source: `data:${picture.id}`,
      originalName: `picture-${picture.id}.${
        picture.data.contentType.split("/")[1]?.replace(/[^a-z0-9]/gi, "") ?? "png"
      }`,
      contentType: picture.data.contentType,
    });
  }
  const names = uniqueNames(wanted.map((file) => file.originalName), taken);
  return { files: wanted.map((file, i) => ({ ...file, name: names[i]! })), skipped };
}

function displayName(attachment: MailAttachment): string {
  const name = attachment.name.trim();
  if (attachment.kind !== "item") return name === "" ? NAME_OF_KIND[attachment.kind] : name;
  const extension = /calendar|event/i.test(attachment.contentType)
    ? ".ics"
    : /vcard|contact/i.test(attachment.contentType)
    ? ".vcf"
    : ".eml";
  if (name === "") return `attached item${extension}`;
  return name.toLowerCase().endsWith(extension) ? name : `${name}${extension}`;
}

/** Above this share of the limit, and these bytes, the mailbox's overhead cannot be what makes it too large. */
const SIZE_OVERHEAD = { factor: 1.1, bytes: 64 * 1024 };

function skipReason(attachment: MailAttachment, rules: AttachmentRules): string | null {
  if (attachment.kind === "reference") {
    return attachment.sourceUrl === null ? "a link to a file in the cloud, not a file" : "a link";
  }
  const matched = rules.skip.find((pattern) => matchesSkip(attachment, pattern));
  if (matched !== undefined) return `excluded by ATTACHMENT_SKIP (${matched})`;
  const { maxBytes } = rules;
  if (maxBytes !== null && attachment.size > maxBytes * SIZE_OVERHEAD.factor + SIZE_OVERHEAD.bytes) {
    return `it is larger than the limit of ${maxBytes} bytes`;
  }
  return null;
}

function matchesSkip(attachment: MailAttachment, pattern: string): boolean {
  const value = (pattern.includes("/") ? attachment.contentType.split(";")[0]!.trim() : attachment.name).toLowerCase();
  const regex = pattern.toLowerCase().split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&")).join(".*");
  return new RegExp(`^${regex}$`, "s").test(value);
}

/** One uploaded file as its receipt remembers it. */
export interface UploadedFile {
  readonly source: string;
  readonly attachmentId: string;
  readonly name: string;
}

interface Carried {
  readonly issueId: string;
  readonly mode: "issue" | "comment";
  /** Highest attachment id on the issue before. */
  readonly after: string;
  readonly files: readonly { source: string; name: string; size: number; sha256: string }[];
}

interface UploadReceipt {
  readonly files: readonly UploadedFile[];
}

export interface UploadResult {
  readonly uploaded: readonly UploadedFile[];
  readonly skipped: readonly SkippedFile[];
}

export interface UploaderOptions {
  readonly graph: GraphClient;
  readonly jira: JiraClient;
  readonly engine: EffectEngine;
  readonly spool: Spool;
  /** accountId or login name of Jira's own user. */
  readonly ourJiraId: string;
}

/** Parts in one request: Jira Cloud takes 60; few enough that a lost answer leaves little to look up. */
const FILES_PER_REQUEST = 20;
/** Numbers of requests with a single file, after a refused group, begin here. */
const SINGLES = 1_000;
/** Bytes in one request, unless one file alone is larger. */
const BYTES_PER_REQUEST = 25 * 1024 * 1024;

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
  /** Effects of this delivery that exist already. */
  readonly effects: readonly Effect[];
}

/** Brings the planned files to the issue; each exactly once. */
export class Uploader {
  constructor(private readonly options: UploaderOptions) {}

  async upload(job: UploadJob): Promise<UploadResult> {
    const uploaded: UploadedFile[] = [];
    const skipped: SkippedFile[] = [];
    let number = 0;
    for (const effect of job.effects.filter((effect) => effect.kind === "attachments").sort(byNumber)) {
      number = numberOf(effect) + 1;
      if (effect.status === "done") uploaded.push(...(effect.receipt as UploadReceipt).files);
      else {
        const found = await this.#settle(job, effect, uploaded, skipped);
        uploaded.push(...found);
      }
    }
    const done = () => new Set([...uploaded, ...skipped].map((file) => file.source));
    let group: { file: PlannedFile; spooled: Spooled }[] = [];
    const flush = async () => {
      if (group.length === 0) return;
      const files = group;
      group = [];
      try {
        await this.#send(job, number++, files, uploaded, skipped);
      } finally {
        for (const { spooled } of files) await spooled.dispose();
      }
    };
    try {
      for (const file of job.plan.files) {
        if (done().has(file.source)) continue;
        const spooled = await this.#fetch(job, file, skipped);
        if (spooled === null) continue;
        const bytes = group.reduce((sum, entry) => sum + entry.spooled.size, 0);
        if (group.length >= FILES_PER_REQUEST || (group.length > 0 && bytes + spooled.size > BYTES_PER_REQUEST)) {
          await flush();
        }
        group.push({ file, spooled });
      }
      await flush();
    } finally {
      for (const { spooled } of group) await spooled.dispose();
    }
    return { uploaded, skipped };
  }

  /** Settles a request found in doubt; its files are judged one by one, and what is absent is fetched and sent again. */
  async #settle(
    job: UploadJob,
    effect: Effect,
    uploaded: UploadedFile[],
    skipped: SkippedFile[],
  ): Promise<readonly UploadedFile[]> {
    const carried = effect.carried as Carried;
    const spools: Spooled[] = [];
    try {
      const receipt = await this.options.engine.perform<UploadReceipt>(job.hold, {
        key: effect.key,
        kind: "attachments",
        carried,
        look: (_, signal) => this.#look(carried, uploaded, signal),
        write: async (signal) => {
          const files: { file: PlannedFile; spooled: Spooled }[] = [];
          for (const { source } of carried.files) {
            const file = job.plan.files.find((planned) => planned.source === source);
            const spooled = file === undefined ? null : await this.#fetch(job, file, skipped);
            if (file === undefined || spooled === null) continue;
            spools.push(spooled);
            files.push({ file, spooled });
          }
          return files.length === 0 ? { files: [] } : await this.#post(carried.issueId, files, signal);
        },
      });
      return receipt.files;
    } catch (error) {
      // Refused: the row is gone, and the caller sends these files again, one by one if need be.
      if (refusal(error) === null) throw error;
      return [];
    } finally {
      for (const spooled of spools) await spooled.dispose();
    }
  }

  async #send(
    job: UploadJob,
    number: number,
    files: readonly { file: PlannedFile; spooled: Spooled }[],
    uploaded: UploadedFile[],
    skipped: SkippedFile[],
  ): Promise<void> {
    const carried: Carried = {
      issueId: job.issueId,
      mode: job.mode,
      after: job.after,
      files: files.map(({ file, spooled }) => ({
        source: file.source,
        name: file.name,
        size: spooled.size,
        sha256: spooled.sha256,
      })),
    };
    try {
      const receipt = await this.options.engine.perform<UploadReceipt>(job.hold, {
        key: `${job.keyPrefix}/attachments/${number}`,
        kind: "attachments",
        carried,
        look: (_, signal) => this.#look(carried, uploaded, signal),
        write: (signal) => this.#post(job.issueId, files, signal),
      });
      uploaded.push(...receipt.files);
    } catch (error) {
      const reason = refusal(error);
      if (reason === null) throw error;
      if (files.length === 1) {
        const { file } = files[0]!;
        skipped.push({ source: file.source, name: file.originalName, reason });
        return;
      }
      // One of them is at fault: each alone, so that the others arrive.
      for (const [i, entry] of files.entries()) {
        await this.#send(job, SINGLES + number * FILES_PER_REQUEST + i, [entry], uploaded, skipped);
      }
    }
  }

  async #post(
    issueId: string,
    files: readonly { file: PlannedFile; spooled: Spooled }[],
    signal: AbortSignal,
  ): Promise<UploadReceipt> {
    const parts: UploadFile[] = files.map(({ file, spooled }) => ({
      name: file.name,
      contentType: file.contentType,
      size: spooled.size,
      open: () => spooled.open(),
    }));
    const answers = await this.options.jira.upload(issueId, parts, signal);
    return { files: matchUploads(files.map(({ file, spooled }) => ({ ...file, size: spooled.size })), answers) };
  }

  /** `null` only if none of them is there; a part of them is a receipt, and the rest is sent as a request of its own. */
  async #look(carried: Carried, uploaded: readonly UploadedFile[], signal: AbortSignal): Promise<UploadReceipt | null> {
    const issue = await this.options.jira.issue(carried.issueId, signal);
    if (issue === null) return null;
    const known = new Set(uploaded.map((file) => file.attachmentId));
    const ours = issue.attachments.filter((attachment) =>
      attachment.authorId === this.options.ourJiraId && !known.has(attachment.id) &&
      BigInt(attachment.id) > BigInt(carried.after)
    );
    const files = matchUploads(carried.files, ours);
    if (files.length === carried.files.length) return { files };
    return files.length === 0 ? null : { files };
  }

  /** The bytes of a planned file; `null` (and a row in `skipped`) if it cannot be attached. */
  async #fetch(job: UploadJob, file: PlannedFile, skipped: SkippedFile[]): Promise<Spooled | null> {
    const skip = (reason: string) => {
      skipped.push({ source: file.source, name: file.originalName, reason });
      return null;
    };
    try {
      const spooled = await this.#bytes(job, file);
      if (spooled.size > 0) return spooled;
      await spooled.dispose();
      return skip("it is empty (0 bytes)");
    } catch (error) {
      if (error instanceof SpoolLimitError) return skip(`it is ${error.message}`);
      if (error instanceof HttpError && [400, 404, 405].includes(error.status)) {
        return skip(`the mailbox did not hand it out (${error.status}${error.code === "" ? "" : ` ${error.code}`})`);
      }
      throw error;
    }
  }

  async #bytes(job: UploadJob, file: PlannedFile): Promise<Spooled> {
    const { spool, graph } = this.options;
    const text = job.texts.get(file.source);
    if (text !== undefined) return await spool.putBytes(new TextEncoder().encode(text));
    if (file.source.startsWith("data:")) {
      const picture = job.pictures.find((picture) => `data:${picture.id}` === file.source);
      return await spool.putBytes(picture?.data?.bytes ?? new Uint8Array());
    }
    const attachment = job.message.attachments.find((attachment) => attachment.id === file.source);
    if (attachment === undefined || job.message.id === null) return await spool.putBytes(new Uint8Array());
    const stream = await graph.attachment(job.message.mailbox, job.message.id, attachment, job.hold.signal);
    return await spool.put(stream, job.maxBytes);
  }
}

/** Jira's refusal of a file, in words; `null` if the error is about something else. */
function refusal(error: unknown): string | null {
  if (!(error instanceof HttpError) || error.destination !== "jira" || error.credentialsRefused) return null;
  if (![400, 403, 404, 413, 415, 422].includes(error.status)) return null;
  return `Jira refused it (${error.status}${error.vendorMessage === "" ? "" : `: ${error.vendorMessage}`})`;
}

/** Matches by name and size, each answer used once; Jira's order is not ours. */
export function matchUploads(
  wanted: readonly { source: string; name: string; size: number }[],
  answers: readonly Pick<JiraAttachment, "id" | "filename" | "size">[],
): UploadedFile[] {
  const left = [...answers].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const found: UploadedFile[] = [];
  for (const file of wanted) {
    const at = left.findIndex((answer) => answer.filename === file.name && answer.size === file.size);
    if (at < 0) continue;
    const [answer] = left.splice(at, 1);
    found.push({ source: file.source, attachmentId: answer!.id, name: answer!.filename });
  }
  return found;
}

function numberOf(effect: Effect): number {
  return Number(effect.key.split("/").at(-1));
}

function byNumber(a: Effect, b: Effect): number {
  return numberOf(a) - numberOf(b);
}
