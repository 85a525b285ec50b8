/** Sentences of ours, as a text that Jira takes: what a comment consists of that no sender wrote. */

import type { RichText, TextFormat } from "../core/jira.ts";
import { adfBlocks } from "./adf.ts";
import { oneLine } from "./clean_text.ts";
import type { Block } from "./tree.ts";
import { wikiBlocks } from "./wiki.ts";

const NO_PICTURES = { targets: new Map(), refs: new Map() };

/** One paragraph per line. */
export function notice(format: TextFormat, lines: readonly string[]): RichText {
  const blocks = noteBlocks(lines);
  return format === "adf"
    ? { format, content: { type: "doc", version: 1, content: adfBlocks(blocks, NO_PICTURES) } }
    : { format, content: wikiBlocks(blocks, NO_PICTURES) };
}

/** Our own words among a sender's: a paragraph in italics each. */
export function noteBlocks(lines: readonly string[]): Block[] {
  return lines.map(oneLine).filter((line) => line !== "").map((text) => ({
    kind: "paragraph",
    inlines: [{ kind: "text", text, marks: { em: true } }],
  }));
}
