/** Files to and from Jira, streamed; the same for Cloud and Server but for where the bytes lie. */

import { HttpError, NetworkError } from "../core/errors.ts";
import type { HttpAnswer } from "../core/http_port.ts";
import { jsonOf } from "../http/errors.ts";
import { multipartBody, partName } from "../http/multipart.ts";
import { attachmentsAnswer, readAnswer } from "./answers.ts";
import { ATTACHMENT_TOO_LARGE, type JiraAttachment, MAX_FILES_PER_UPLOAD, type UploadFile } from "./client.ts";
import { toAttachment } from "./nouns.ts";
import { idSegment, issueSegment } from "./paths.ts";
import type { JiraRequest, JiraTransport, StreamRequest } from "./transport.ts";

/** An upload may take this long, and a second more for each of these bytes: nobody's line is slower for long. */
const UPLOAD_BASE_MS = 60_000;
const SLOWEST_BYTES_PER_SECOND = 128 * 1024;
const MAX_HOPS = 5;

/** Sends the files in one request; the answer has one attachment per file, in the files' order. */
export async function uploadFiles(
  transport: JiraTransport,
  issueId: string,
  files: readonly UploadFile[],
  signal?: AbortSignal,
): Promise<JiraAttachment[]> {
  if (files.length === 0 || files.length > MAX_FILES_PER_UPLOAD) {
    throw new RangeError(
      `Cannot upload ${files.length} files in one request: 1 to ${MAX_FILES_PER_UPLOAD} are allowed`,
    );
  }
  const { stream, contentType, contentLength } = multipartBody(files);
  const api = transport.kind === "cloud" ? 3 : 2;
  const path = `/rest/api/${api}/issue/${issueSegment(issueId)}/attachments`;
  const answer = await refusedForSize(transport.stream({
    method: "POST",
    path,
    issue: issueId,
    headers: { "content-type": contentType },
    stream,
    contentLength,
    timeoutMs: UPLOAD_BASE_MS + Math.ceil(contentLength / SLOWEST_BYTES_PER_SECOND) * 1000,
    signal,
  }));
  if (answer.status >= 300) throw await transport.failure({ method: "POST", path, signal }, answer);
  const origin = { method: "POST", path, write: true };
  const stored = readAnswer(attachmentsAnswer, jsonOf(answer, "jira", path, "POST"), origin)
    .map((attachment) => toAttachment(transport.kind, attachment, transport.base));
  return matched(files, stored, path);
}

async function refusedForSize(sent: Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof HttpError && isTooLarge(error)) throw new HttpError({ ...error, code: ATTACHMENT_TOO_LARGE });
    throw error;
  }
}

/** Cloud and proxies say 413; Server says 404, as for an issue that is not there, with other words. */
function isTooLarge({ status, vendorMessage, credentialsRefused }: HttpError): boolean {
  if (credentialsRefused) return false;
  return status === 413 ||
    status >= 400 && status < 500 &&
      /exceeds its maximum permitted size|too large|too big|larger than/i.test(vendorMessage);
}

/** By name and size; Jira may give a name in another Unicode form. */
function matched(files: readonly UploadFile[], stored: readonly JiraAttachment[], path: string): JiraAttachment[] {
  const left = [...stored];
  const result: JiraAttachment[] = [];
  for (const file of files) {
    const name = partName(file.name).normalize("NFC");
    const at = left.findIndex((one) => one.size === file.size && one.filename.normalize("NFC") === name);
    if (at >= 0) result.push(...left.splice(at, 1));
  }
  if (result.length === files.length) return result;
  const detail = `answered with ${result.length} of ${files.length} files under their names and sizes`;
  throw new NetworkError("jira", "POST", path, "reset", detail);
}

/**
 * The bytes of an attachment. The address is built on the configured base URL, never taken from the answer; a redirect
 * (Cloud: to the media host) is followed without the credential.
 */
export async function downloadAttachment(
  transport: JiraTransport,
  attachment: JiraAttachment,
  signal?: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const request = contentRequest(transport, attachment, signal);
  const answer = await behindRedirects(transport, request);
  if (answer.status === 200 && answer.stream !== null && !isPage(answer, attachment)) return answer.stream;
  throw await transport.failure(request, answer);
}

function contentRequest(transport: JiraTransport, { id, filename, content }: JiraAttachment, signal?: AbortSignal) {
  const path = transport.kind === "cloud"
    ? `/rest/api/3/attachment/content/${idSegment(id)}`
    : securePath(id, content) ?? `/secure/attachment/${idSegment(id)}/${encodeURIComponent(filename)}`;
  return { method: "GET", path, signal } satisfies JiraRequest;
}

/** Jira's own spelling of the name, on our base: its base URL may not be the one by which we reach it. */
function securePath(id: string, content: string): string | null {
  if (!URL.canParse(content)) return null;
  const path = new URL(content).pathname.match(/\/secure\/attachment\/(\d+)\/[^/]*$/);
  return path?.[1] === id ? path[0] : null;
}

function redirectOf({ status, headers }: HttpAnswer): string | null {
  return status >= 300 && status < 400 ? headers.get("location") : null;
}

/** The first answer that is no redirect we may follow; only what lies below the base URL gets the credential. */
async function behindRedirects(transport: JiraTransport, request: JiraRequest): Promise<HttpAnswer> {
  let url = new URL(transport.base + request.path);
  for (let hop = 0;; hop++) {
    const answer = isBelow(url, transport.base)
      ? await transport.stream(bytesRequest(transport, url, request.signal))
      : await transport.sendElsewhere(url.href, request.signal);
    const location = redirectOf(answer);
    const next = location === null ? null : new URL(location, url);
    // Server redirects only to its login page.
    if (next === null || hop === MAX_HOPS || transport.kind === "server" || !mayFollow(next, transport.base)) {
      return answer;
    }
    await answer.stream?.cancel();
    url = next;
  }
}

function isBelow(url: URL, base: string): boolean {
  return url.href.startsWith(`${base}/`);
}

function bytesRequest(transport: JiraTransport, url: URL, signal: AbortSignal | undefined): StreamRequest {
  return {
    method: "GET",
    path: url.pathname.slice(new URL(transport.base).pathname.replace(/\/$/, "").length),
    query: Object.fromEntries(url.searchParams),
    headers: { accept: "*/*" },
    read: "stream",
    signal,
  };
}

/** Plain HTTP only to where we already speak it (a simulator on loopback). */
function mayFollow(url: URL, base: string): boolean {
  return url.protocol === "https:" || url.protocol === new URL(base).protocol;
}

/** A login or error page instead of the file: HTML that neither is the file's type nor comes as an attachment. */
function isPage({ headers }: HttpAnswer, { mimeType }: JiraAttachment): boolean {
  const html = /^text\/html/i.test(headers.get("content-type") ?? "");
  return html && !/html/i.test(mimeType) && !headers.has("content-disposition");
}

const MEDIA_ID = /\/file\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\/|$)/i;

/**
 * The UUID behind an attachment's redirect: ADF media nodes want it, no API tells it (apis.md C5.1). Through the API
 * gateway the first redirect may lead to Jira itself once more.
 */
export async function mediaIdOf(
  transport: JiraTransport,
  attachmentId: string,
  signal?: AbortSignal,
): Promise<string | null> {
  let url = new URL(`${transport.base}/rest/api/3/attachment/content/${idSegment(attachmentId)}`);
  for (let hop = 0; hop < MAX_HOPS && isBelow(url, transport.base); hop++) {
    const answer = await transport.stream(bytesRequest(transport, url, signal));
    await answer.stream?.cancel();
    const location = redirectOf(answer);
    if (location === null) return null;
    url = new URL(location, url);
    const id = url.pathname.match(MEDIA_ID)?.[1];
    if (id !== undefined) return id;
  }
  return null;
}
