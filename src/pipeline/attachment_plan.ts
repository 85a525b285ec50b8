/** Which attachments of a mail the issue gets, under which names, and what is said of the others. Pure. */

import type { Note, PictureRef } from "../content/content.ts";
import { nameForType, uniqueNames } from "../content/file_names.ts";
import type { MailAttachment, Message } from "../core/mail.ts";

/** One file that the issue is to get. */
export interface PlannedFile {
  /** Attachment id in the mailbox, `data:<picture id>`, or `text:<name>` for a text of ours. */
  readonly source: string;
  /** Name in the mail, for notes. */
  readonly originalName: string;
  /** Final name on the issue. */
  readonly name: string;
  readonly contentType: string;
  /** The same picture comes under another source of this plan, and is uploaded there. */
  readonly sameAs?: string;
}

export interface SkippedFile {
  readonly source: string;
  readonly name: string;
  readonly reason: string;
  /** Where it can be opened instead, if that is known. */
  readonly href?: string;
}

export interface AttachmentPlan {
  readonly files: readonly PlannedFile[];
  readonly skipped: readonly SkippedFile[];
}

export interface AttachmentRules {
  readonly maxBytes: number | null;
  readonly skip: readonly string[];
}

/** Decides, before anything is fetched. `taken`: names already on the issue. */
export function planAttachments(
  message: Pick<Message, "attachments" | "body">,
  pictures: readonly PictureRef[],
  rules: AttachmentRules,
  taken: ReadonlySet<string>,
): AttachmentPlan {
  const skipped: SkippedFile[] = [];
  const wanted: Omit<PlannedFile, "name">[] = [];
  for (const attachment of message.attachments) {
    const { id: source, contentType } = attachment;
    const name = displayName(attachment);
    if (attachment.kind === "reference") skipped.push(cloudFile(attachment, name, message.body));
    else {
      const reason = skipReason(attachment, name, rules);
      if (reason !== null) skipped.push({ source, name, reason });
      else wanted.push({ source, originalName: name, contentType });
    }
  }
  for (const picture of pictures) {
    if (picture.data === null) continue;
    const { contentType } = picture.data;
    const extension = nameForType(contentType).match(/\.\w+$/)?.[0] ?? ".png";
    wanted.push({ source: `data:${picture.id}`, originalName: `picture-${picture.id}${extension}`, contentType });
  }
  const names = uniqueNames(wanted.map((file) => file.originalName), taken);
  return { files: wanted.map((file, i) => ({ ...file, name: names[i]! })), skipped };
}

/** Attachments are switched off in Jira: all of them are named, what is a link stays one. */
export function attachmentsOff(message: Pick<Message, "attachments" | "body">): AttachmentPlan {
  const reason = "attachments are switched off in Jira";
  return {
    files: [],
    skipped: message.attachments.map((attachment) => {
      const name = displayName(attachment);
      return attachment.kind === "reference"
        ? cloudFile(attachment, name, message.body)
        : { source: attachment.id, name, reason };
    }),
  };
}

/** What the issue or comment is to say of how the mail came and of what was not attached. */
export function attachmentNotes(message: Pick<Message, "remarks">, skipped: readonly SkippedFile[]): Note[] {
  return [...message.remarks ?? [], ...skipped.map(skippedNote)];
}

export function skippedNote({ name, reason, href }: SkippedFile): Note {
  if (href === undefined) return `Not attached: ${name} – ${reason}`;
  return { before: "Not attached:", link: name, href, after: `– ${reason}` };
}

/** Bytes as people read them: `3.4 MB`. */
export function readableSize(bytes: number): string {
  const [unit, divisor] = bytes >= 1024 * 1024 ? ["MB", 1024 * 1024] as const : ["KB", 1024] as const;
  return bytes < 1024
    ? `${bytes} bytes`
    : `${Number((bytes / divisor).toFixed(bytes / divisor < 100 ? 1 : 0))} ${unit}`;
}

/** The name in the mail; what has none is named by its type, and an item of Outlook by its kind. */
function displayName(attachment: MailAttachment): string {
  const name = attachment.name.trim();
  if (attachment.kind === "reference") return name === "" ? "a file in the cloud" : name;
  if (attachment.kind === "file") return name === "" ? nameForType(attachment.contentType) : name;
  const extension = itemExtension(attachment.contentType);
  if (name === "") {
    return `attached ${extension === ".ics" ? "event" : extension === ".vcf" ? "contact" : "mail"}${extension}`;
  }
  return name.toLowerCase().endsWith(extension) ? name : `${name}${extension}`;
}

/** What the mailbox hands out for an attached item: a mail's MIME, an event's iCalendar, a contact's vCard. */
function itemExtension(contentType: string): string {
  if (/calendar|event/i.test(contentType)) return ".ics";
  return /vcard|contact/i.test(contentType) ? ".vcf" : ".eml";
}

/** Graph tells of a file in OneDrive or SharePoint its name, and v1.0 not its address; Outlook writes that into the text. */
function cloudFile(attachment: MailAttachment, name: string, body: Message["body"]): SkippedFile {
  const what = "a file in OneDrive or SharePoint";
  const href = httpsOnly(attachment.sourceUrl) ?? httpsOnly(linkInText(body, name));
  return href === null
    ? { source: attachment.id, name, reason: `it is ${what}, and the mailbox does not tell its address: open the mail` }
    : { source: attachment.id, name, reason: what, href };
}

/** The address behind a link whose words are the file's name. */
function linkInText({ contentType, content }: Message["body"], name: string): string | null {
  if (contentType !== "html") return null;
  for (const piece of content.split(/<\/a\s*>/i)) {
    const start = piece.toLowerCase().lastIndexOf("<a ");
    if (start < 0) continue;
    const [tag = "", ...words] = piece.slice(start).split(">");
    if (plainWords(words.join(">")) !== name) continue;
    const href = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag);
    if (href !== null) return entitiesOut(href[1] ?? href[2] ?? "");
  }
  return null;
}

function plainWords(html: string): string {
  return entitiesOut(html.replace(/<[^<>]*>/g, "")).replace(/\s+/g, " ").trim();
}

function entitiesOut(text: string): string {
  return text.replace(/&nbsp;|&#160;/g, " ").replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, "&");
}

function httpsOnly(url: string | null): string | null {
  return url !== null && /^https:\/\/[^\s]+$/i.test(url.trim()) && URL.canParse(url.trim()) ? url.trim() : null;
}

/** Above this share of the limit, and these bytes, the mailbox's overhead cannot be what makes it too large. */
const SIZE_OVERHEAD = { factor: 1.1, bytes: 64 * 1024 };

function skipReason(attachment: MailAttachment, name: string, { skip, maxBytes }: AttachmentRules): string | null {
  const matched = skip.find((pattern) => matchesSkip(attachment, name, pattern));
  if (matched !== undefined) return `excluded by ATTACHMENT_SKIP (${matched})`;
  if (maxBytes !== null && attachment.size > maxBytes * SIZE_OVERHEAD.factor + SIZE_OVERHEAD.bytes) {
    return `it is larger than the limit of ${readableSize(maxBytes)} (${readableSize(attachment.size)})`;
  }
  return null;
}

/** A pattern with a slash is a content type, another one a name; `*` stands for anything. */
function matchesSkip(attachment: MailAttachment, name: string, pattern: string): boolean {
  const regex = new RegExp(
    `^${pattern.trim().toLowerCase().split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&")).join(".*")}$`,
    "s",
  );
  const values = pattern.includes("/")
    ? [attachment.contentType.split(";")[0]!.trim()]
    : [attachment.name.trim(), name];
  return values.some((value) => regex.test(value.toLowerCase()));
}
