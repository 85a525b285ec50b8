/** The bytes of a planned file, from wherever they are. */

import { HttpError } from "../core/errors.ts";
import type { GraphClient } from "../graph/client.ts";
import { type PlannedFile, readableSize } from "./attachment_plan.ts";
import { type Spool, type Spooled, SpoolLimitError } from "./spool.ts";
import type { UploadJob, UploadRun } from "./upload_job.ts";

/** What of an upload tells where bytes are. */
type Sources = Pick<UploadJob, "hold" | "message" | "pictures" | "texts" | "maxBytes">;

interface Origin {
  readonly graph: GraphClient;
  readonly spool: Spool;
}

/** `null` (and a row in `skipped`) if it cannot be attached. */
export async function fetchFile(
  origin: Origin,
  { job, skipped }: { readonly job: Sources; readonly skipped: UploadRun["skipped"] },
  file: PlannedFile,
): Promise<Spooled | null> {
  const skip = (reason: string) => {
    skipped.push({ source: file.source, name: file.originalName, reason });
    return null;
  };
  try {
    const spooled = await bytesOf(origin, job, file);
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

async function bytesOf({ graph, spool }: Origin, job: Sources, file: PlannedFile): Promise<Spooled> {
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
