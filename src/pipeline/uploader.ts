/** Uploads the attachments of a mail. What is uploaded under which name is decided in `attachment_plan.ts`. */

import type { Effect } from "../core/state_port.ts";
import type { GraphClient } from "../graph/client.ts";
import type { JiraClient } from "../jira/client.ts";
import type { AttachmentPlan } from "./attachment_plan.ts";
import type { EffectEngine } from "./effects.ts";
import type { Spool, Spooled } from "./spool.ts";
import { fetchFile } from "./upload_bytes.ts";
import { isFromGap, wasUploaded } from "./upload_gap.ts";
import { type UploadedFile, type UploadJob, type UploadResult, UploadRun } from "./upload_job.ts";
import { isThere, type PictureMemory, rememberPictures, withoutRepeats } from "./upload_pictures.ts";
import { type Carried, type Part, refusal, requestUpload, type UploadReceipt } from "./upload_request.ts";

export interface UploaderOptions {
  readonly graph: GraphClient;
  readonly jira: JiraClient;
  readonly engine: EffectEngine;
  readonly spool: Spool;
  readonly memory: PictureMemory;
  /** accountId or login name of Jira's own user. */
  readonly ourJiraId: string;
}

/** Parts in one request: Jira Cloud takes 60; few enough that a lost answer leaves little to look up. */
const FILES_PER_REQUEST = 20;
/** Numbers of requests with a single file, after a refused group, begin here. */
const SINGLES = 1_000;
/** Bytes in one request, unless one file alone is larger. */
const BYTES_PER_REQUEST = 25 * 1024 * 1024;

/** Brings the planned files to the issue; each exactly once. */
export class Uploader {
  constructor(private readonly options: UploaderOptions) {}

  /**
   * The same picture is attached to an issue once: what shows it again (a signature's logo, in every reply) is told as
   * uploaded, with the first one's attachment.
   */
  async upload(job: UploadJob): Promise<UploadResult> {
    if (wasUploaded(job)) return { uploaded: [], skipped: [] };
    const run = new UploadRun(job);
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
        const spooled = await fetchFile(this.options, run, file);
        if (spooled === null) continue;
        if (
          await isThere(this.options.memory, run, file, spooled, group) ||
          await isFromGap(this.options, run, file, spooled)
        ) {
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

  /** The plan with every picture that comes several times in one mail named once, before anything is uploaded. */
  async withoutRepeats(
    job: Pick<UploadJob, "hold" | "message" | "pictures" | "plan" | "maxBytes">,
  ): Promise<AttachmentPlan> {
    return await withoutRepeats(this.options, job);
  }

  /** Takes in what a request brought to the issue. */
  async #arrived(run: UploadRun, carried: Carried, files: readonly UploadedFile[]): Promise<void> {
    run.uploaded.push(...files);
    await rememberPictures(this.options.memory, run, carried, files);
  }

  /** Settles a request found in doubt; its files are judged one by one, and what is absent is fetched and sent again. */
  async #settle(effect: Effect, run: UploadRun): Promise<readonly UploadedFile[]> {
    const { job, uploaded } = run;
    const carried = effect.carried as Carried;
    const spools: Spooled[] = [];
    const parts = async () => {
      const files: Part[] = [];
      for (const { source } of carried.files) {
        const file = job.plan.files.find((planned) => planned.source === source);
        const spooled = file === undefined ? null : await fetchFile(this.options, run, file);
        if (file === undefined || spooled === null) continue;
        spools.push(spooled);
        files.push({ file, spooled });
      }
      return files;
    };
    try {
      return await requestUpload(this.options, job.hold, { key: effect.key, carried, uploaded, parts });
    } catch (error) {
      // Refused: the row is gone, and the caller sends these files again, one by one if need be.
      if (refusal(error) === null) throw error;
      return [];
    } finally {
      for (const spooled of spools) await spooled.dispose();
    }
  }

  async #send(run: UploadRun, number: number, files: readonly Part[]): Promise<void> {
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
      const arrived = await requestUpload(this.options, job.hold, {
        key: `${job.keyPrefix}/attachments/${number}`,
        carried,
        uploaded: run.uploaded,
        parts: () => Promise.resolve(files),
      });
      await this.#arrived(run, carried, arrived);
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
}

function numberOf(effect: Effect): number {
  return Number(effect.key.split("/").at(-1));
}

function byNumber(a: Effect, b: Effect): number {
  return numberOf(a) - numberOf(b);
}
