/** Reads multipart/form-data as Jira does. */

import { Buffer } from "node:buffer";

export interface Part {
  readonly name: string;
  /** `null`: an ordinary form field. */
  readonly filename: string | null;
  /** The name came as `filename*=`, which Server cannot read. */
  readonly extended: boolean;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** The parts in order; `null` if it is no multipart body, or cut off. */
export function readMultipart(contentType: string, body: Uint8Array): Part[] | null {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (!/^multipart\/form-data/i.test(contentType) || boundary === null) return null;
  const delimiter = `--${boundary[1] ?? boundary[2]}`;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const parts: Part[] = [];
  let at = bytes.indexOf(delimiter);
  if (at < 0) return null;
  while (true) {
    at += delimiter.length;
    if (bytes.toString("latin1", at, at + 2) === "--") return parts;
    const headersAt = at + 2;
    const bodyAt = bytes.indexOf("\r\n\r\n", headersAt);
    const end = bytes.indexOf(`\r\n${delimiter}`, headersAt);
    if (bodyAt < 0 || end < 0) return null;
    parts.push(part(bytes.toString("utf8", headersAt, bodyAt), bytes.subarray(bodyAt + 4, Math.max(end, bodyAt + 4))));
    at = end + 2;
  }
}

function part(head: string, bytes: Uint8Array): Part {
  const headers = new Map<string, string>();
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get("content-disposition") ?? "";
  const extended = /;\s*filename\*\s*=\s*utf-8''([^;]+)/i.exec(disposition)?.[1];
  const quoted = /;\s*filename\s*=\s*"((?:\\"|[^"])*)"/i.exec(disposition)?.[1] ??
    /;\s*filename\s*=\s*([^;"]+)/i.exec(disposition)?.[1];
  const filename = extended !== undefined
    ? decodeURIComponent(extended)
    : quoted?.replaceAll('\\"', '"').replaceAll("%22", '"');
  return {
    name: /;\s*name\s*=\s*"?([^";]*)"?/i.exec(disposition)?.[1] ?? "",
    // Browsers sent whole paths once; Jira keeps the last part.
    filename: filename?.split(/[\\/]/).at(-1) ?? null,
    extended: /filename\*/i.test(disposition),
    contentType: headers.get("content-type") ?? "application/octet-stream",
    bytes: new Uint8Array(bytes),
  };
}
