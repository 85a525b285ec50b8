/** Blocks → Jira wiki markup (Server/Data Center). */

import { append } from "./append.ts";
import { type Allowed, fitBlocks } from "./fit.ts";
import { withoutSpans } from "./grid.ts";
import type { Block, Cell } from "./tree.ts";
import { JOINER } from "./wiki_escape.ts";
import { type InlineOptions, wikiInlines, type WikiPictures } from "./wiki_inlines.ts";

export type { WikiPictures } from "./wiki_inlines.ts";

/** `{quote}` does not nest, a list item is one line, and so is a cell. */
const ALLOWED: Allowed = {
  quote: new Set(["heading", "list", "code", "table", "rule"]),
  item: new Set(["list", "code"]),
  cell: new Set(),
  listDepth: 6,
  numbering: false,
};

const FORCED_BREAK = " \\\\ ";

export function wikiBlocks(blocks: readonly Block[], pictures: WikiPictures): string {
  return write(fitBlocks(blocks, ALLOWED), pictures);
}

function write(blocks: readonly Block[], pictures: WikiPictures): string {
  return blocks.map((block) => writeBlock(block, pictures)).filter((text) => text !== "").join("\n\n");
}

function writeBlock(block: Block, pictures: WikiPictures): string {
  const onLines: InlineOptions = { pictures, within: "line", lineBreak: "\n", lineStart: true };
  switch (block.kind) {
    case "paragraph":
      return wikiInlines(block.inlines, onLines);
    case "heading": {
      const inlines = block.inlines.map((inline) =>
        inline.kind === "break" ? { kind: "text" as const, text: " ", marks: {} } : inline
      );
      const text = wikiInlines(inlines, { ...onLines, lineStart: false });
      return text === "" ? "" : `h${block.level}. ${text}`;
    }
    case "code":
      return noformat(block.text);
    case "rule":
      return "----";
    case "quote": {
      const inner = write(block.blocks, pictures);
      return inner === "" ? "" : `{quote}\n${inner}\n{quote}`;
    }
    case "list":
      return listLines(block, "", pictures).join("\n");
    case "table":
      return withoutSpans(block.rows).map((row) => tableRow(row, pictures)).filter((line) => line !== "").join("\n");
  }
}

/** Nothing is markup in there but its end. */
function noformat(text: string): string {
  if (text.trim() === "") return "";
  return `{noformat}\n${text.replace(/\{(?=noformat)/gi, `{${JOINER}`)}\n{noformat}`;
}

/** An item is one line, its paragraphs parted by forced breaks; code goes on below without an empty line. */
function listLines(list: Extract<Block, { kind: "list" }>, outer: string, pictures: WikiPictures): string[] {
  const bullets = outer + (list.ordered ? "#" : "*");
  return list.items.flatMap((item) => {
    const line: string[] = [];
    const below: string[] = [];
    for (const block of item) {
      if (block.kind === "list") append(below, listLines(block, bullets, pictures));
      else if (block.kind === "code") below.push(noformat(block.text));
      else line.push(paragraphLine(block, pictures, "line"));
    }
    const text = line.filter((part) => part !== "").join(FORCED_BREAK);
    return [`${bullets} ${text === "" ? JOINER : text}`, ...below.filter((part) => part !== "")];
  });
}

function paragraphLine(block: Block, pictures: WikiPictures, within: "line" | "cell"): string {
  if (block.kind !== "paragraph") return "";
  return wikiInlines(block.inlines, { pictures, within, lineBreak: FORCED_BREAK, lineStart: false });
}

function tableRow(row: readonly Cell[], pictures: WikiPictures): string {
  if (row.length === 0) return "";
  const cells = row.map((cell) => {
    const bar = cell.header ? "||" : "|";
    const text = cell.blocks.map((block) => paragraphLine(block, pictures, "cell")).filter((part) => part !== "").join(
      FORCED_BREAK,
    );
    return `${bar}${text === "" ? " " : text}`;
  });
  return cells.join("") + (row.at(-1)!.header ? "||" : "|");
}
