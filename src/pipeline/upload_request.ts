/** One request that brings files to an issue: found again when its answer is lost, and how Jira refuses it. */

import { HttpError } from "../core/errors.ts";
import type { JiraAttachment, JiraClient, UploadFile } from "../jira/client.ts";
import type { PlannedFile } from "./attachment_plan.ts";
import type { EffectEngine, Hold } from "./effects.ts";
import { hashOfStream } from "./hash_of_stream.ts";
import type { Spooled } from "./spool.ts";
import type { UploadedFile } from "./upload_job.ts";

/** A file with its bytes. */
export interface Part {
  readonly file: PlannedFile;
  readonly spooled: Spooled;
}

/** What its effect carries. */
export interface Carried {
  readonly issueId: string;
  readonly mode: "issue" | "comment";
  /** Highest attachment id on the issue before. */
  readonly after: string;
  readonly files: readonly { source: string; name: string; size: number; sha256: string }[];
}

export interface UploadReceipt {
  readonly files: readonly UploadedFile[];
}

interface Destination {
  readonly jira: JiraClient;
  readonly engine: EffectEngine;
  readonly ourJiraId: string;
}

/** `uploaded`: attachments that are of other requests. `parts`: called only when there is something to send. */
export async function requestUpload(
  { jira, engine, ourJiraId }: Destination,
  hold: Hold,
  { key, carried, uploaded, parts }: {
    readonly key: string;
    readonly carried: Carried;
    readonly uploaded: readonly UploadedFile[];
    readonly parts: () => Promise<readonly Part[]>;
  },
): Promise<readonly UploadedFile[]> {
  const receipt = await engine.perform<UploadReceipt>(hold, {
    key,
    kind: "attachments",
    carried,
    isWhole: (found) => found.files.length === carried.files.length,
    look: (_, signal) => look(jira, ourJiraId, carried, uploaded, signal),
    write: async (signal) => {
      const files = await parts();
      return files.length === 0 ? { files: [] } : await post(jira, carried.issueId, files, signal);
    },
  });
  return receipt.files;
}

async function post(
  jira: JiraClient,
  issueId: string,
  files: readonly Part[],
  signal: AbortSignal,
): Promise<UploadReceipt> {
  const parts: UploadFile[] = files.map(({ file, spooled }) => ({
    name: file.name,
    contentType: file.contentType,
    size: spooled.size,
    open: () => spooled.open(),
  }));
  const answers = await jira.upload(issueId, parts, signal);
  return { files: matchUploads(files.map(({ file, spooled }) => ({ ...file, size: spooled.size })), answers) };
}

/**
 * `null` only if none of them is there; a part of them is a receipt, and the rest is sent as a request of its own. Other
 * mail brings files of the same name and size to the same issue at the same time: the bytes decide.
 */
async function look(
  jira: JiraClient,
  ourJiraId: string,
  carried: Carried,
  uploaded: readonly UploadedFile[],
  signal: AbortSignal,
): Promise<UploadReceipt | null> {
  const issue = await jira.issue(carried.issueId, signal);
  if (issue === null) return null;
  const known = new Set(uploaded.map((file) => file.attachmentId));
  const ours = issue.attachments.filter((attachment) =>
    attachment.authorId === ourJiraId && !known.has(attachment.id) &&
    BigInt(attachment.id) > BigInt(carried.after)
  );
  const files: UploadedFile[] = [];
  for (const { source, name, size, sha256 } of carried.files) {
    for (const one of ours.filter((candidate) => candidate.filename === name && candidate.size === size)) {
      if (files.some(({ attachmentId }) => attachmentId === one.id)) continue;
      if (await hashOfStream(await jira.download(one, signal)) !== sha256) continue;
      files.push({ source, attachmentId: one.id, name });
      break;
    }
  }
  return files.length === 0 ? null : { files };
}

/** Jira's refusal of a file, in words; `null` if the error is about something else. */
export function refusal(error: unknown): string | null {
  if (!(error instanceof HttpError) || error.destination !== "jira" || error.credentialsRefused) return null;
  if (![400, 403, 404, 413, 415, 422].includes(error.status)) return null;
  return `Jira refused it (${error.status}${error.vendorMessage === "" ? "" : `: ${error.vendorMessage}`})`;
}

/** Matches by name and size, each answer used once; Jira's order is not ours. */
function matchUploads(
  wanted: readonly { source: string; name: string; size: number }[],
  answers: readonly Pick<JiraAttachment, "id" | "filename" | "size">[],
): UploadedFile[] {
  const left = [...answers].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const found: UploadedFile[] = [];
  for (const file of wanted) {
    const at = left.findIndex((answer) => answer.filename === file.name && answer.size === file.size);
    if (at < 0) continue;
    const [answer] = left.splice(at, 1);
    found.push({ source: file.source, attachmentId: answer!.id, name: answer!.filename });
  }
  return found;
}
