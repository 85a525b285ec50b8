/** A file that is attached. */

import type { SimAttachment } from "./types.ts";

export interface NewAttachment {
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly author?: string | null;
}

export function attachmentFrom(file: NewAttachment, id: string, now: number): SimAttachment {
  return {
    id,
    mediaId: crypto.randomUUID(),
    filename: file.filename,
    mimeType: file.mimeType,
    author: file.author ?? null,
    created: now,
    bytes: file.bytes,
  };
}
