/** Pictures within texts: each is attached to an issue once, however often it is shown. */

import type { State } from "../core/state_port.ts";
import type { GraphClient } from "../graph/client.ts";
import type { AttachmentPlan, PlannedFile } from "./attachment_plan.ts";
import type { Spool, Spooled } from "./spool.ts";
import { fetchFile } from "./upload_bytes.ts";
import type { UploadedFile, UploadJob, UploadRun } from "./upload_job.ts";
import type { Carried, Part } from "./upload_request.ts";

/** Which pictures an issue has already. */
export type PictureMemory = Pick<State, "pictureOn" | "rememberPictures">;

/**
 * The plan with every picture that comes several times in one mail named once, by its bytes. For texts that name their
 * pictures before anything is uploaded (wiki markup). Only pictures of about the same size are fetched for that.
 */
export async function withoutRepeats(
  origin: { readonly graph: GraphClient; readonly spool: Spool },
  job: Pick<UploadJob, "hold" | "message" | "pictures" | "plan" | "maxBytes">,
): Promise<AttachmentPlan> {
  const pictures = job.plan.files.filter((file) => isPicture(job, file));
  const alike = pictures.filter((file) => pictures.some((other) => other !== file && aboutSameSize(job, file, other)));
  if (alike.length === 0) return job.plan;
  const first = new Map<string, string>();
  const same = new Map<string, string>();
  // What cannot be fetched is told when it is to be uploaded.
  const fetching = { job: { ...job, texts: new Map<string, string>() }, skipped: [] };
  for (const file of alike) {
    const spooled = await fetchFile(origin, fetching, file);
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
export async function isThere(
  memory: PictureMemory,
  run: UploadRun,
  file: PlannedFile,
  { sha256 }: Spooled,
  group: readonly Part[],
): Promise<boolean> {
  const { job } = run;
  if (!isPicture(job, file)) return false;
  const inMail = run.pictures.get(sha256) ??
    group.find((part) => part.spooled.sha256 === sha256 && isPicture(job, part.file))?.file.source;
  if (inMail !== undefined) {
    run.repeats.set(file.source, inMail);
    return true;
  }
  const known = await memory.pictureOn(job.issueId, sha256);
  if (known === null || !job.present.has(known.attachmentId)) return false;
  run.uploaded.push({ source: file.source, attachmentId: known.attachmentId, name: known.name });
  return true;
}

/** Remembers the pictures that a request brought, for later mail. */
export async function rememberPictures(
  memory: PictureMemory,
  run: UploadRun,
  carried: Carried,
  files: readonly UploadedFile[],
): Promise<void> {
  const pictures = files.flatMap(({ source, attachmentId, name }) => {
    const planned = run.job.plan.files.find((file) => file.source === source);
    const sha256 = carried.files.find((file) => file.source === source)?.sha256;
    if (planned === undefined || sha256 === undefined || !isPicture(run.job, planned)) return [];
    run.pictures.set(sha256, source);
    return [{ sha256, attachmentId, name }];
  });
  if (pictures.length > 0) await memory.rememberPictures(run.job.issueId, pictures);
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
