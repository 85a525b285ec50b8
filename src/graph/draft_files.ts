/** Files for a draft. */

import { Buffer } from "node:buffer";
import { SchemaError } from "../core/errors.ts";
import type { HttpAnswer } from "../core/http_port.ts";
import { ensureSuccess, jsonOf } from "../http/errors.ts";
import { pathOf } from "../http/network_error.ts";
import { uploadProgress, uploadSession } from "./answers.ts";
import type { GraphCaller } from "./caller.ts";
import { isItemGone } from "./messages.ts";
import { attachmentPath, messagePath } from "./paths.ts";

export interface DraftFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly contentId: string | null;
}

/** Above this Graph wants an upload session. */
const SMALL = 3 * 1024 * 1024;
/** A multiple of 320 KiB below the limit of 4 MB. */
const CHUNK = 10 * 320 * 1024;

export async function attachToDraft(
  caller: GraphCaller,
  mailbox: string,
  draftId: string,
  file: DraftFile,
  signal?: AbortSignal,
): Promise<void> {
  const path = `${messagePath(mailbox, draftId)}/attachments`;
  const { name, contentType, bytes, contentId } = file;
  const inline = { isInline: contentId !== null, ...(contentId === null ? {} : { contentId }) };
  if (bytes.length < SMALL) {
    const contentBytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
    const body = { "@odata.type": "#microsoft.graph.fileAttachment", name, contentType, contentBytes, ...inline };
    await caller.send({ mailbox, method: "POST", path, body, signal });
    return;
  }
  const { uploadUrl } = await caller.json({
    mailbox,
    method: "POST",
    path: `${path}/createUploadSession`,
    body: { AttachmentItem: { attachmentType: "file", name, contentType, size: bytes.length, ...inline } },
    signal,
  }, uploadSession);
  await uploadChunks(caller, mailbox, uploadUrl, bytes, signal);
}

/** One that is gone already is removed. */
export async function removeDraftFile(
  caller: GraphCaller,
  mailbox: string,
  draftId: string,
  attachmentId: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await caller.send({ mailbox, method: "DELETE", path: attachmentPath(mailbox, draftId, attachmentId), signal });
  } catch (error) {
    if (!isItemGone(error)) throw error;
  }
}

/** The URL is its own credential: no token is sent there. */
async function uploadChunks(
  caller: GraphCaller,
  mailbox: string,
  url: string,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (new URL(url).protocol !== "https:") throw new SchemaError("graph", pathOf(url), "expected an https uploadUrl");
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(from + CHUNK, bytes.length);
    const request = {
      destination: "graph",
      method: "PUT",
      url,
      headers: {
        "content-type": "application/octet-stream",
        "content-range": `bytes ${from}-${to - 1}/${bytes.length}`,
      },
      body: bytes.subarray(from, to),
      ...(signal === undefined ? {} : { signal }),
    } as const;
    const answer = await caller.sendPlain(mailbox, request);
    ensureSuccess(request, answer, Date.now());
    if (answer.status === 201) return;
    from = nextByte(answer, pathOf(url), to);
  }
  throw new SchemaError("graph", pathOf(url), "every byte was taken, and no attachment was made of them");
}

/** Graph tells from where it wants more; a range that makes no progress would be an endless loop. */
function nextByte(answer: HttpAnswer, path: string, sent: number): number {
  const progress = uploadProgress.safeParse(jsonOf(answer, "graph", path, "PUT"));
  const range = (progress.data?.NextExpectedRanges ?? progress.data?.nextExpectedRanges)?.[0];
  const next = range === undefined ? sent : Number(range.split("-")[0]);
  if (Number.isInteger(next) && next > 0 && next <= sent) return next;
  throw new SchemaError("graph", path, "expected the next range of the upload");
}
