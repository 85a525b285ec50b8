/** The hash of what is read once and not kept. */

import { createHash } from "node:crypto";

/** SHA-256, hex. */
export async function hashOfStream(stream: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest("hex");
}
