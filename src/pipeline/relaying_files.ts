/** Pictures and files that a comment shows: which go along with its mail, and which are only named. */

import type { MediaRef, MediaTarget } from "../content/to_html/context.ts";
import type { IssueState, JiraAttachment } from "../jira/client.ts";
import type { Parts } from "./context.ts";

/** A file of the mail, its bytes in memory. */
export interface RelayFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly attachmentId: string;
  /** For a picture in the text. */
  readonly contentId: string | null;
}

export interface RelayFiles {
  readonly media: ReadonlyMap<string, MediaTarget>;
  readonly files: readonly RelayFile[];
}

/** All files of one mail, bytes: base64 makes them a third larger, and Exchange's usual limits are 25 to 35 MB. */
const MAX_BYTES = 18 * 1024 * 1024;
/** Attachments that are asked for their media id, for one comment. */
const MAX_LOOKUPS = 40;
/** What mail programs show within a text. */
const SHOWN = /^image\/(?:png|jpe?g|gif|bmp)$/i;
const TOO_LARGE = "too large to be sent by mail";

/**
 * Only what the comment itself shows. What came by mail is named and not sent back, and what cannot be told for certain
 * (another file of the same name) is not sent at all.
 */
export async function relayFiles(
  parts: Parts,
  issue: IssueState,
  references: readonly MediaRef[],
  signal: AbortSignal,
): Promise<RelayFiles> {
  const media = new Map<string, MediaTarget>();
  const files: RelayFile[] = [];
  const find = finder(parts, issue, signal);
  let left = Math.min(MAX_BYTES, parts.settings.attachmentMaxBytes ?? MAX_BYTES);
  for (const reference of references) {
    const attachment = await find(reference);
    const named = (name: string, note: string) => media.set(reference.ref, { kind: "file", name, note });
    if (attachment === null) {
      named(reference.alt || "a file", "not sent");
    } else if (attachment.authorId === parts.ourJira.user.id) {
      named(attachment.filename, "");
    } else if (attachment.size > left) {
      named(attachment.filename, TOO_LARGE);
    } else {
      const file = await load(parts, attachment, files, signal);
      left -= file.bytes.length;
      files.push(file);
      if (file.contentId === null) named(file.name, "attached");
      else media.set(reference.ref, { kind: "picture", contentId: file.contentId, alt: attachment.filename });
    }
  }
  return { media, files };
}

/** By name on Server, where the newest of a name is the one that is shown; by media id on Cloud. */
function finder(parts: Parts, issue: IssueState, signal: AbortSignal) {
  const newestFirst = issue.attachments.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
  const known = new Map<string, string | null>();
  return async ({ ref, alt }: MediaRef): Promise<JiraAttachment | null> => {
    if (parts.jira.format === "wiki") return newestFirst.find(({ filename }) => filename === ref) ?? null;
    const likely = newestFirst.filter(({ filename }) => filename === alt);
    for (const attachment of [...likely, ...newestFirst.filter((one) => !likely.includes(one))]) {
      if (!known.has(attachment.id)) {
        if (known.size >= MAX_LOOKUPS) return null;
        known.set(attachment.id, await parts.jira.mediaId(attachment.id, signal));
      }
      if (known.get(attachment.id)?.toLowerCase() === ref.toLowerCase()) return attachment;
    }
    return null;
  };
}

async function load(
  parts: Parts,
  attachment: JiraAttachment,
  earlier: readonly RelayFile[],
  signal: AbortSignal,
): Promise<RelayFile> {
  const stream = await parts.jira.download(attachment, signal);
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const contentId = SHOWN.test(attachment.mimeType) ? `${attachment.id}.${sha256.slice(0, 12)}@o365-connect` : null;
  return {
    name: uniqueName(attachment.filename, earlier),
    contentType: attachment.mimeType,
    bytes,
    sha256,
    attachmentId: attachment.id,
    contentId,
  };
}

function uniqueName(name: string, earlier: readonly RelayFile[]): string {
  const taken = new Set(earlier.map((file) => file.name.toLowerCase()));
  if (!taken.has(name.toLowerCase())) return name;
  const dot = name.lastIndexOf(".") > 0 ? name.lastIndexOf(".") : name.length;
  for (let number = 2;; number++) {
    const next = `${name.slice(0, dot)}-${number}${name.slice(dot)}`;
    if (!taken.has(next.toLowerCase())) return next;
  }
}
