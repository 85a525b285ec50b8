/** Sentences of ours, as a text that Jira takes: what a comment consists of that no sender wrote. */

import type { RichText, TextFormat } from "../core/jira.ts";
import { adfBlocks } from "./adf.ts";
import { oneLine } from "./clean_text.ts";
import type { Note } from "./content.ts";
import { safeHref } from "./links.ts";
import type { Block, Inline } from "./tree.ts";
import { wikiBlocks } from "./wiki.ts";

const NO_PICTURES = { targets: new Map(), refs: new Map() };

/** One paragraph per line. */
export function notice(format: TextFormat, lines: readonly Note[]): RichText {
  const blocks = noteBlocks(lines);
  return format === "adf"
    ? { format, content: { type: "doc", version: 1, content: adfBlocks(blocks, NO_PICTURES) } }
    : { format, content: wikiBlocks(blocks, NO_PICTURES) };
}

/** Our own words among a sender's: a paragraph in italics each. */
export function noteBlocks(notes: readonly Note[]): Block[] {
  return notes.map(inlinesOf).filter((inlines) => inlines.length > 0).map((inlines) => ({
    kind: "paragraph",
    inlines,
  }));
}

/** What a note takes of a text's length, roughly. */
export function noteLength(note: Note): number {
  return typeof note === "string"
    ? note.length
    : note.before.length + note.link.length + note.href.length + note.after.length;
}

function inlinesOf(note: Note): Inline[] {
  if (typeof note === "string") return words(oneLine(note));
  const { before, link, href, after } = note;
  const safe = /^https:/i.test(href) ? safeHref(href) : null;
  if (safe === null) return words(oneLine(`${before} ${link} ${after}`));
  const [start, middle, end] = [before, link, after].map(oneLine) as [string, string, string];
  const gap = (text: string, left: boolean) => text === "" ? "" : left ? ` ${text}` : `${text} `;
  const joined = /^[.,;:)]/.test(end) ? end : gap(end, true);
  return [
    ...words(gap(start, false)),
    { kind: "text", text: middle === "" ? safe : middle, marks: { em: true, href: safe } },
    ...words(joined),
  ];
}

function words(text: string): Inline[] {
  return text === "" ? [] : [{ kind: "text", text, marks: { em: true } }];
}
