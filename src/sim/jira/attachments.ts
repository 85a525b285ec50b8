/** Attachments: upload, metadata, bytes. */

import type { SimAnswer } from "../kit/server.ts";
import { attachmentBean, personBean } from "./beans.ts";
import { type Call, noContent, plain, Refusal, refuse, type Route, signedIn, visibleIssue } from "./call.ts";
import { readMultipart } from "./multipart.ts";
import type { SimAttachment, SimIssue } from "./types.ts";

/** Files that Cloud takes in one request. */
const MAX_FILES = 60;

function upload(call: Call): SimAnswer {
  const issue = visibleIssue(call);
  const caller = signedIn(call);
  const { store } = call;
  if (!store.attachmentsEnabled) throw refuse(403, "Attachments have been disabled for this instance of JIRA.");
  if (!store.may(caller, "CREATE_ATTACHMENTS", issue.projectKey)) {
    throw refuse(403, "You do not have permission to create attachments for this issue.");
  }
  const parts = readMultipart(call.request.headers.get("content-type") ?? "", call.request.body);
  if (parts === null) {
    if (/^multipart/i.test(call.request.headers.get("content-type") ?? "")) {
      throw plain(400, "Stream ended unexpectedly");
    }
    throw new Refusal({ status: 415, headers: { "content-type": "text/html;charset=UTF-8" }, body: "" });
  }
  if (!call.cloud && parts.some(({ extended }) => extended)) throw new Refusal({ status: 500 });
  const files = parts.filter(({ name, filename }) => name === "file" && filename !== null);
  if (call.cloud && files.length > MAX_FILES) throw refuse(413, `More than ${MAX_FILES} files in one request.`);
  if (files.some(({ bytes }) => bytes.length > store.uploadLimit)) throw tooLarge(call);
  const attached = files.map(({ filename, bytes, contentType }) =>
    store.attach(issue, {
      filename: filename!,
      bytes,
      mimeType: contentType.split(";")[0]!.trim(),
      author: caller.accountId,
    })
  );
  return { status: 200, body: attached.map((attachment) => attachmentBean(call, attachment)) };
}

/** Cloud says 413; Server 404, as if the issue were not there. */
function tooLarge(call: Call): Refusal {
  const text = `The field file exceeds its maximum permitted size of ${call.store.uploadLimit} bytes.`;
  return call.cloud ? refuse(413, text) : plain(404, text);
}

function meta(call: Call): SimAnswer {
  if (call.caller === null) signedIn(call);
  return { status: 200, body: { enabled: call.store.attachmentsEnabled, uploadLimit: call.store.uploadLimit } };
}

function attachmentOf(call: Call): { issue: SimIssue; attachment: SimAttachment } {
  const id = call.params.attachment!;
  const found = /^\d+$/.test(id) ? call.store.attachment(id) : null;
  if (found === null) throw refuse(404, `The attachment with id '${id}' does not exist`);
  if (call.store.maySee(call.caller, found.issue)) return found;
  throw call.cloud
    ? refuse(404, `The attachment with id '${id}' does not exist`)
    : refuse(403, `You do not have permission to view attachment with id: ${id}`);
}

function getAttachment(call: Call): SimAnswer {
  const { attachment } = attachmentOf(call);
  const bean = attachmentBean(call, attachment);
  if (call.cloud) return { status: 200, body: { ...bean, id: Number(attachment.id) } };
  // Server leaves out the id here, and the author's address.
  const { id: _, author: __, ...rest } = bean;
  const { emailAddress: ___, ...author } = personBean(call, attachment.author) ?? {};
  return { status: 200, body: { ...rest, author, properties: {} } };
}

function deleteAttachment(call: Call): SimAnswer {
  const { issue, attachment } = attachmentOf(call);
  const caller = signedIn(call);
  if (attachment.author !== caller.accountId || !call.store.may(caller, "DELETE_OWN_ATTACHMENTS", issue.projectKey)) {
    throw refuse(403, `You do not have permission to delete attachment with id: ${attachment.id}`);
  }
  call.store.deleteAttachment(attachment.id);
  return noContent(call);
}

/** The bytes, or the range that was asked for. */
export function bytesAnswer(attachment: SimAttachment, range: string | null): SimAnswer {
  const { bytes, mimeType, filename } = attachment;
  const headers: Record<string, string> = {
    "content-type": mimeType,
    "content-disposition": `inline; filename*=UTF-8''${encodeURIComponent(filename)};`,
    "accept-ranges": "bytes",
    "x-content-type-options": "nosniff",
  };
  const match = range === null ? null : /^bytes=(\d*)-(\d*)$/.exec(range);
  if (match === null || (match[1] === "" && match[2] === "")) return { status: 200, headers, body: bytes };
  const start = match[1] === "" ? Math.max(0, bytes.length - Number(match[2])) : Number(match[1]);
  const end = match[1] === "" || match[2] === "" ? bytes.length - 1 : Math.min(bytes.length - 1, Number(match[2]));
  if (start >= bytes.length || start > end) {
    return { status: 416, headers: { ...headers, "content-range": `bytes */${bytes.length}` } };
  }
  return {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${start}-${end}/${bytes.length}` },
    body: bytes.slice(start, end + 1),
  };
}

/** Cloud sends readers to its media host, with a token in the URL in place of the credential. */
function content(call: Call, what: "binary" | "image"): SimAnswer {
  const { attachment } = attachmentOf(call);
  if (call.request.query.get("redirect") === "false") return bytesAnswer(attachment, call.request.headers.get("range"));
  const query = new URLSearchParams({ token: mediaToken(attachment), client: "sim", name: attachment.filename });
  return {
    status: 303,
    headers: { location: `${call.face.mediaUrl}/file/${attachment.mediaId}/${what}?${query}` },
    body: "",
  };
}

/** What opens an attachment on the media host. */
export function mediaToken(attachment: SimAttachment): string {
  return `sim-${attachment.mediaId.replaceAll("-", "")}`;
}

/** Server: `/secure/attachment/{id}/{name}` and `/secure/thumbnail/…`. */
function secure(call: Call): SimAnswer {
  const found = call.store.attachment(call.params.attachment!);
  if (call.caller === null) {
    return {
      status: 302,
      headers: {
        location: `${call.face.url}/login.jsp?permissionViolation=true`,
        "content-type": "text/html;charset=UTF-8",
      },
      body: "",
    };
  }
  if (found === null || !call.store.maySee(call.caller, found.issue)) {
    const status = found === null ? 404 : 403;
    return {
      status,
      headers: { "content-type": "text/html;charset=UTF-8" },
      body:
        "<!DOCTYPE html><title>Error</title><p>It seems that you have tried to perform an operation which you are not permitted to perform.</p>",
    };
  }
  return bytesAnswer(found.attachment, call.request.headers.get("range"));
}

export const attachmentRoutes: readonly Route[] = [
  { method: "POST", root: "api", path: "issue/:issue/attachments", handle: upload },
  { method: "GET", root: "api", path: "attachment/meta", handle: meta },
  {
    method: "GET",
    root: "api",
    path: "attachment/content/:attachment",
    only: "cloud",
    handle: (call) => content(call, "binary"),
  },
  {
    method: "GET",
    root: "api",
    path: "attachment/thumbnail/:attachment",
    only: "cloud",
    handle: (call) => content(call, "image"),
  },
  { method: "GET", root: "api", path: "attachment/:attachment", handle: getAttachment },
  { method: "DELETE", root: "api", path: "attachment/:attachment", handle: deleteAttachment },
  { method: "GET", root: "secure", path: "attachment/:attachment/:name", only: "server", handle: secure },
  { method: "GET", root: "secure", path: "thumbnail/:attachment/:name", only: "server", handle: secure },
];
