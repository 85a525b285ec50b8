/** Writes a tree as plain text: for `explain`, and for the file that holds a text too long for Jira. */

import { withoutSpans } from "./grid.ts";
import { nameOf } from "./people.ts";
import type { Block, Inline } from "./tree.ts";

export interface PlainOptions {
  /** Write the targets of links whose text does not show them. */
  readonly links?: boolean;
  /** Picture id → what it shows; other pictures are just pictures. */
  readonly pictures?: ReadonlyMap<string, string>;
}

export function blocksToText(blocks: readonly Block[], options: PlainOptions = {}): string {
  return blocks.map((block) => blockText(block, options)).filter((text) => text !== "").join("\n\n");
}

function blockText(block: Block, options: PlainOptions): string {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return inlinesToText(block.inlines, options);
    case "code":
      return block.text;
    case "rule":
      return "----";
    case "quote":
      return prefixed(blocksToText(block.blocks, options), "> ", "> ");
    case "list":
      return block.items.map((item, at) => {
        const marker = block.ordered ? `${block.start + at}. ` : "- ";
        return prefixed(tightText(item, options), marker, " ".repeat(marker.length));
      }).join("\n");
    case "table":
      return withoutSpans(block.rows).map((row) =>
        row.map((cell) => oneLineText(cell.blocks, options)).join(" | ").trimEnd()
      ).join(
        "\n",
      );
  }
}

/** An item's blocks without blank lines between them. */
function tightText(blocks: readonly Block[], options: PlainOptions): string {
  return blocks.map((block) => blockText(block, options)).filter((text) => text !== "").join("\n");
}

function oneLineText(blocks: readonly Block[], options: PlainOptions): string {
  return tightText(blocks, options).replace(/\s*\n\s*/g, " ");
}

function prefixed(text: string, first: string, others: string): string {
  return text.split("\n").map((line, at) => (at === 0 ? first : others) + line).map((line) => line.trimEnd()).join(
    "\n",
  );
}

export function inlinesToText(inlines: readonly Inline[], options: PlainOptions = {}): string {
  let text = "";
  inlines.forEach((inline, at) => {
    if (inline.kind === "break") text += "\n";
    if (inline.kind === "picture") text += pictureWords(options.pictures?.get(inline.id) ?? "");
    if (inline.kind === "person") text += nameOf(inline.person);
    if (inline.kind !== "text") return;
    text += inline.text;
    const { href } = inline.marks;
    const next = inlines[at + 1];
    const linkEnds = next?.kind !== "text" || next.marks.href !== href;
    if (options.links && href !== undefined && linkEnds && !shows(inline.text, href)) text += ` <${href}>`;
  });
  return text;
}

function shows(text: string, href: string): boolean {
  return href.replace(/^(?:mailto:|https?:\/\/)/, "").replace(/\/$/, "") ===
    text.trim().replace(/^(?:mailto:|https?:\/\/)/, "").replace(/\/$/, "");
}

/** What is said where a picture cannot be shown. */
export function pictureWords(what: string): string {
  return what === "" ? "[picture]" : `[picture: ${what}]`;
}
