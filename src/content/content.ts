/**
 * What this room offers: a mail's body read once into a small tree ({@link MailDocument}), and written as ADF or wiki markup.
 * Pure: no I/O, no clock, no environment.
 */

import type { MailAttachment, MailBody } from "../core/mail.ts";
import type { JiraUser, RichText, TextFormat } from "../core/jira.ts";

/** A picture within the text. */
export interface PictureRef {
  /** `p1`, `p2`, … in order of appearance in the kept text; the same source has the same id. */
  readonly id: string;
  /** The attachment it shows (by content id or content location), `null` for a data URI. */
  readonly attachmentId: string | null;
  /** Decoded bytes of a data URI. */
  readonly data: { readonly bytes: Uint8Array; readonly contentType: string } | null;
  readonly alt: string;
  /** CSS pixels as in the mail, `null` if not said. */
  readonly width: number | null;
  readonly height: number | null;
}

/** How a picture is to be written. */
export type PictureTarget =
  /** ADF, before the upload: a paragraph of its own with exactly this text. */
  | { readonly kind: "placeholder"; readonly text: string }
  /** ADF, after the upload. */
  | { readonly kind: "media"; readonly mediaId: string }
  /** Wiki: `!name!`. */
  | { readonly kind: "file"; readonly name: string }
  /** It could not be attached: only said in words. */
  | { readonly kind: "missing"; readonly note: string };

export type QuotedHistory = "drop" | "collapse" | "attach";

export interface ReadOptions {
  readonly body: MailBody;
  readonly uniqueBody: MailBody | null;
  readonly attachments: readonly MailAttachment[];
  /** A reply in a known conversation: quoted history, signatures and device lines are cut. A first mail and a forward never are. */
  readonly cutHistory: boolean;
}

/** A mail's text after reading (opaque outside this room; see `tree.ts`). */
export interface MailDocument {
  readonly blocks: readonly import("./tree.ts").Block[];
}

export interface ReadMail {
  readonly document: MailDocument;
  /** The cut part, for `QUOTED_HISTORY=collapse`; empty document if nothing was cut. */
  readonly removed: MailDocument;
  /** The kept text, plain. */
  readonly text: string;
  /** What was cut, plain, or empty. */
  readonly removedText: string;
  /** Why it was cut, or why nothing was, one sentence. */
  readonly cutReason: string;
  readonly pictures: readonly PictureRef[];
}

/** A line at the head of an issue or comment, or a note at its end. */
export interface Person {
  readonly name: string;
  readonly address: string;
  readonly jiraUser: JiraUser | null;
}

/** A sentence of ours; some of its words may lead somewhere (`https` only, else they are words). */
export type Note = string | {
  readonly before: string;
  readonly link: string;
  readonly href: string;
  readonly after: string;
};

export interface IssueText {
  readonly from: Person | null;
  readonly cc: readonly Person[];
  readonly mail: ReadMail;
  /** Sentences to say (an unverified sender, files not attached and why, a reporter that Jira refused). */
  readonly notes: readonly Note[];
  readonly pictures: ReadonlyMap<string, PictureTarget>;
  readonly quotedHistory: QuotedHistory;
  /** A lower limit than Jira's usual one, as its refusal told (same unit as {@link ComposedText} is counted in). */
  readonly limit?: number;
  /** Jira refused the document: write the kept text as plain paragraphs, without structure and pictures. */
  readonly plain?: boolean;
  /** What stands around the text; left out: the built-in template. */
  readonly template?: import("./frame.ts").FrameTemplate;
  /** For templates that show them. */
  readonly subject?: string;
  readonly mailbox?: string;
  /** Names of the texts that are attached; `null`: nothing can be attached; left out: the usual names. */
  readonly textFiles?: import("./text_files.ts").TextFileNames | null;
}

export interface CommentText {
  readonly from: Person | null;
  /** An agent wrote it in Outlook: the first line names him. */
  readonly agent: boolean;
  readonly mail: ReadMail;
  readonly notes: readonly Note[];
  readonly pictures: ReadonlyMap<string, PictureTarget>;
  readonly quotedHistory: QuotedHistory;
  /** A lower limit than Jira's usual one, as its refusal told (same unit as {@link ComposedText} is counted in). */
  readonly limit?: number;
  /** Jira refused the document: write the kept text as plain paragraphs, without structure and pictures. */
  readonly plain?: boolean;
  /** What stands around the text; left out: the built-in template. */
  readonly template?: import("./frame.ts").FrameTemplate;
  /** For templates that show them. */
  readonly subject?: string;
  readonly mailbox?: string;
  /** Names of the texts that are attached; `null`: nothing can be attached; left out: the usual names. */
  readonly textFiles?: import("./text_files.ts").TextFileNames | null;
}

export interface ComposedText {
  readonly body: RichText;
  /** The text was longer than Jira takes: it was cut at a block border with a note; see `textFilesOf`. */
  readonly truncated: boolean;
}

// Implemented in this room, imported from here by others:
//   readMail(options: ReadOptions): ReadMail                                                        read_mail.ts
//   composeIssue(format, text: IssueText): ComposedText, composeComment(format, text: CommentText)  compose.ts
//   textFilesOf(mail, {truncated, quotedHistory, names}): TextFile[], what is to be attached beside it text_files.ts
//   readFrame(source): FrameTemplate, a template of an issue or comment                             frame.ts
//   notice(format, lines): RichText, sentences of ours alone                                        notice.ts
//   placeholderText(fileName, nonce): string                                                        placeholders.ts
//   replacePlaceholders(document, Map<placeholderText, PlacedPicture>): AdfDocument | null          placeholders.ts
//   summaryFrom(subject): string                                                                    summary.ts
//   acknowledgement(facts): {html, subject}, acknowledgementText(facts): string                     acknowledgement.ts
//   uniqueNames(wanted, taken): string[], safeName(name), nameForType(contentType)                  file_names.ts
export type { RichText, TextFormat };
