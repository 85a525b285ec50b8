/** Texts of ours that are attached: the whole of a text that was too long for Jira, and the quoted history. */

import type { QuotedHistory, ReadMail } from "./content.ts";
import { blocksToText } from "./plain.ts";

/** Under which names they are on the issue. */
export interface TextFileNames {
  readonly whole: string;
  readonly history: string;
}

export const TEXT_FILE_NAMES: TextFileNames = { whole: "whole text.txt", history: "quoted-history.txt" };

export interface TextFile {
  /** Unlike the id of any attachment. */
  readonly source: "text:whole" | "text:history";
  readonly name: string;
  readonly text: string;
}

/** The kept text with the targets of its links. */
export function wholeTextOf(mail: ReadMail): string {
  const pictures = new Map(mail.pictures.map(({ id, alt }) => [id, alt]));
  return blocksToText(mail.document.blocks, { links: true, pictures });
}

/** What is to be attached beside a composed text; `truncated` as `composeIssue` and `composeComment` tell it. */
export function textFilesOf(
  mail: ReadMail,
  { truncated, quotedHistory, names }: {
    readonly truncated: boolean;
    readonly quotedHistory: QuotedHistory;
    readonly names: TextFileNames;
  },
): TextFile[] {
  const files: TextFile[] = [];
  if (truncated) files.push({ source: "text:whole", name: names.whole, text: wholeTextOf(mail) });
  if (attachesHistory(mail, quotedHistory)) {
    const text = blocksToText(mail.removed.blocks, { links: true }) || mail.removedText;
    files.push({ source: "text:history", name: names.history, text });
  }
  return files;
}

export function attachesHistory(mail: ReadMail, quotedHistory: QuotedHistory): boolean {
  return quotedHistory === "attach" && mail.removedText.trim() !== "";
}
