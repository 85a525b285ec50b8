/** Uploads the attachments of a mail. What is uploaded under which name is decided in `attachment_plan.ts`. */

import { createHash } from "node:crypto";
import type { PictureRef } from "../content/content.ts";
import type { Effect, State } from "../core/state_port.ts";
import type { Message } from "../core/mail.ts";
import type { GraphClient } from "../graph/client.ts";
import type { JiraAttachment, JiraClient, UploadFile } from "../jira/client.ts";
import { HttpError } from "../core/errors.ts";
import { type AttachmentPlan, type PlannedFile, readableSize, type SkippedFile } from "./attachment_plan.ts";
import type { EffectEngine, Hold } from "./effects.ts";
import { type Spool, type Spooled, SpoolLimitError } from "./spool.ts";

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
  /** Which pictures an issue has already. */
  readonly memory: Pick<State, "pictureOn" | "rememberPictures">;
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
  /** Ids of the attachments that the issue has: only these can show a picture again. */
  readonly present: ReadonlySet<string>;
  /** Effects of this delivery that exist already. */
  readonly effects: readonly Effect[];
}

/** Brings the planned files to the issue; each exactly once. */
export class Uploader {
  constructor(private readonly options: UploaderOptions) {}

  /**
   * The same picture is attached to an issue once: what shows it again (a signature's logo, in every reply) is told as
   * uploaded, with the first one's attachment.
   */
  async upload(job: UploadJob): Promise<UploadResult> {
    if (wasUploaded(job)) return { uploaded: [], skipped: [] };
    const run = new Run(job);
    let number = 0;
    for (const effect of job.effects.filter((effect) => effect.kind === "attachments").sort(byNumber)) {
      number = numberOf(effect) + 1;
      const files = effect.status === "done"
        ? (effect.receipt as UploadReceipt).files
        : await this.#settle(effect, run);
      await this.#arrived(run, effect.carried as Carried, files);
    }
    let group: Part[] = [];
    const flush = async () => {
      const parts = group;
      group = [];
      try {
        if (parts.length > 0) await this.#send(run, number++, parts);
      } finally {
        for (const { spooled } of parts) await spooled.dispose();
      }
    };
    try {
      for (const file of job.plan.files) {
        if (run.isDone(file.source) || file.sameAs !== undefined) continue;
        const spooled = await this.#fetch(run, file);
        if (spooled === null) continue;
        if (await this.#isThere(run, file, spooled, group) || await this.#isFromGap(run, file, spooled)) {
          await spooled.dispose();
          continue;
        }
        const bytes = group.reduce((sum, part) => sum + part.spooled.size, 0);
        if (group.length >= FILES_PER_REQUEST || (group.length > 0 && bytes + spooled.size > BYTES_PER_REQUEST)) {
          await flush();
        }
        group.push({ file, spooled });
      }
      await flush();
    } finally {
      for (const { spooled } of group) await spooled.dispose();
    }
    run.tellRepeats();
    return { uploaded: run.uploaded, skipped: run.skipped };
  }

  /**
   * The plan with every picture that comes several times in one mail named once, by its bytes. For texts that name their
   * pictures before anything is uploaded (wiki markup). Only pictures of about the same size are fetched for that.
   */
  async withoutRepeats(
    job: Pick<UploadJob, "hold" | "message" | "pictures" | "plan" | "maxBytes">,
  ): Promise<AttachmentPlan> {
    const pictures = job.plan.files.filter((file) => isPicture(job, file));
    const alike = pictures.filter((file) =>
      pictures.some((other) => other !== file && aboutSameSize(job, file, other))
    );
    if (alike.length === 0) return job.plan;
    const first = new Map<string, string>();
    const same = new Map<string, string>();
    const run = new Run({
      ...job,
      texts: new Map(),
      keyPrefix: "",
      issueId: "",
      mode: "issue",
      after: "0",
      effects: [],
      present: new Set(),
    });
    for (const file of alike) {
      const spooled = await this.#fetch(run, file);
      if (spooled === null) continue;
      const earlier = first.get(spooled.sha256);
      if (earlier === undefined) first.set(spooled.sha256, file.source);
      else same.set(file.source, earlier);
      await spooled.dispose();
    }
    const files = job.plan.files.map((file) => {
      const sameAs = same.get(file.source);
      return sameAs === undefined ? file : { ...file, sameAs };
    });
    return { ...job.plan, files };
  }

  /** Whether the issue shows this picture already, or will when the group is sent. */
  async #isThere(run: Run, file: PlannedFile, { sha256 }: Spooled, group: readonly Part[]): Promise<boolean> {
    const { job } = run;
    if (!isPicture(job, file)) return false;
    const inMail = run.pictures.get(sha256) ??
      group.find((part) => part.spooled.sha256 === sha256 && isPicture(job, part.file))?.file.source;
    if (inMail !== undefined) {
      run.repeats.set(file.source, inMail);
      return true;
    }
    const known = await this.options.memory.pictureOn(job.issueId, sha256);
    if (known === null || !job.present.has(known.attachmentId)) return false;
    run.uploaded.push({ source: file.source, attachmentId: known.attachmentId, name: known.name });
    return true;
  }

  /** After a restore: whether we brought exactly these bytes to the issue in its gap. Told as uploaded. */
  async #isFromGap({ job, uploaded }: Run, file: PlannedFile, spooled: Spooled): Promise<boolean> {
    const { gap, signal } = job.hold;
    if (gap == null) return false;
    const issue = await this.options.jira.issue(job.issueId, signal);
    const candidates = (issue?.attachments ?? []).filter((one) =>
      one.authorId === this.options.ourJiraId && one.size === spooled.size &&
      Date.parse(one.createdAt) >= gap.since && !uploaded.some(({ attachmentId }) => attachmentId === one.id)
    );
    for (const one of candidates) {
      if (await hashOfStream(await this.options.jira.download(one, signal)) !== spooled.sha256) continue;
      uploaded.push({ source: file.source, attachmentId: one.id, name: one.filename });
      return true;
    }
    return false;
  }

  /** Takes in what a request brought to the issue; its pictures are remembered for later mail. */
  async #arrived(run: Run, carried: Carried, files: readonly UploadedFile[]): Promise<void> {
    run.uploaded.push(...files);
    const pictures = files.flatMap(({ source, attachmentId, name }) => {
      const planned = run.job.plan.files.find((file) => file.source === source);
      const sha256 = carried.files.find((file) => file.source === source)?.sha256;
      if (planned === undefined || sha256 === undefined || !isPicture(run.job, planned)) return [];
      run.pictures.set(sha256, source);
      return [{ sha256, attachmentId, name }];
    });
    if (pictures.length > 0) await this.options.memory.rememberPictures(run.job.issueId, pictures);
  }

  /** Settles a request found in doubt; its files are judged one by one, and what is absent is fetched and sent again. */
  async #settle(effect: Effect, run: Run): Promise<readonly UploadedFile[]> {
    const { job } = run;
    const carried = effect.carried as Carried;
    const spools: Spooled[] = [];
    try {
      const receipt = await this.options.engine.perform<UploadReceipt>(job.hold, {
        key: effect.key,
        kind: "attachments",
        carried,
        isWhole: (found) => found.files.length === carried.files.length,
        look: (_, signal) => this.#look(carried, run.uploaded, signal),
        write: async (signal) => {
          const files: Part[] = [];
          for (const { source } of carried.files) {
            const file = job.plan.files.find((planned) => planned.source === source);
            const spooled = file === undefined ? null : await this.#fetch(run, file);
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

  async #send(run: Run, number: number, files: readonly Part[]): Promise<void> {
    const { job } = run;
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
        isWhole: (found) => found.files.length === carried.files.length,
        look: (_, signal) => this.#look(carried, run.uploaded, signal),
        write: (signal) => this.#post(job.issueId, files, signal),
      });
      await this.#arrived(run, carried, receipt.files);
    } catch (error) {
      const reason = refusal(error);
      if (reason === null) throw error;
      if (files.length === 1) {
        const { file } = files[0]!;
        run.skipped.push({ source: file.source, name: file.originalName, reason });
        return;
      }
      // One of them is at fault: each alone, so that the others arrive.
      for (const [i, entry] of files.entries()) {
        await this.#send(run, SINGLES + number * FILES_PER_REQUEST + i, [entry]);
      }
    }
  }

  async #post(
    issueId: string,
    files: readonly Part[],
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

  /**
   * `null` only if none of them is there; a part of them is a receipt, and the rest is sent as a request of its own. Other
   * mail brings files of the same name and size to the same issue at the same time: the bytes decide.
   */
  async #look(carried: Carried, uploaded: readonly UploadedFile[], signal: AbortSignal): Promise<UploadReceipt | null> {
    const issue = await this.options.jira.issue(carried.issueId, signal);
    if (issue === null) return null;
    const known = new Set(uploaded.map((file) => file.attachmentId));
    const ours = issue.attachments.filter((attachment) =>
      attachment.authorId === this.options.ourJiraId && !known.has(attachment.id) &&
      BigInt(attachment.id) > BigInt(carried.after)
    );
    const files: UploadedFile[] = [];
    for (const { source, name, size, sha256 } of carried.files) {
      for (const one of ours.filter((candidate) => candidate.filename === name && candidate.size === size)) {
        if (files.some(({ attachmentId }) => attachmentId === one.id)) continue;
        if (await hashOfStream(await this.options.jira.download(one, signal)) !== sha256) continue;
        files.push({ source, attachmentId: one.id, name });
        break;
      }
    }
    return files.length === 0 ? null : { files };
  }

  /** The bytes of a planned file; `null` (and a row in `skipped`) if it cannot be attached. */
  async #fetch({ job, skipped }: Run, file: PlannedFile): Promise<Spooled | null> {
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
      if (error instanceof SpoolLimitError) {
        return skip(`it is larger than the limit of ${readableSize(error.maxBytes)}`);
      }
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

interface Part {
  readonly file: PlannedFile;
  readonly spooled: Spooled;
}

/** One upload under way: what arrived, and what will not. */
class Run {
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

/** A picture within the text, in its quoted part too; a picture that is attached as a file is one of the files. */
function isPicture({ message, pictures }: Pick<UploadJob, "message" | "pictures">, file: PlannedFile): boolean {
  if (!/^image\//i.test(file.contentType)) return false;
  if (file.source.startsWith("data:")) return true;
  return pictures.some(({ attachmentId }) => attachmentId === file.source) ||
    message.attachments.some(({ id, isInline }) => id === file.source && isInline);
}

/** The mailbox adds to a size what names and properties take. */
const SAME_SIZE_BYTES = 2048;

function aboutSameSize(job: Pick<UploadJob, "message" | "pictures">, a: PlannedFile, b: PlannedFile): boolean {
  const size = ({ source }: PlannedFile) =>
    job.message.attachments.find(({ id }) => id === source)?.size ??
      job.pictures.find(({ id }) => `data:${id}` === source)?.data?.bytes.length ?? 0;
  return Math.abs(size(a) - size(b)) <= SAME_SIZE_BYTES;
}

/** After a restore: a comment is written after its files, an acknowledgement after those of its issue. */
function wasUploaded({ hold, mode, keyPrefix, effects }: UploadJob): boolean {
  if (hold.gap == null) return false;
  return effects.some(({ key, kind, status }) =>
    mode === "comment" ? key === `${keyPrefix}/comment` && status === "done" : kind === "acknowledgement"
  );
}

async function hashOfStream(stream: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest("hex");
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
