/** Blocks → Atlassian Document Format, always valid: what a node may not hold is written in a simpler form. */

import type { AdfMark, AdfNode } from "../core/jira.ts";
import type { PictureRef, PictureTarget } from "./content.ts";
import { type Allowed, fitBlocks } from "./fit.ts";
import { adfPerson } from "./people.ts";
import { mediaSingle } from "./placeholders.ts";
import { pictureWords } from "./plain.ts";
import type { Block, Inline, Marks } from "./tree.ts";

export interface AdfPictures {
  readonly targets: ReadonlyMap<string, PictureTarget>;
  readonly refs: ReadonlyMap<string, PictureRef>;
}

/** `json-schema/v1/full.json` of `@atlaskit/adf-schema`. */
const ALLOWED: Allowed = {
  quote: new Set(["list", "code"]),
  item: new Set(["list", "code"]),
  cell: new Set(["heading", "list", "quote", "code", "rule"]),
  listDepth: 6,
  numbering: true,
};

/** Nodes for the document itself or for an `expand` in it. */
export function adfBlocks(blocks: readonly Block[], pictures: AdfPictures): AdfNode[] {
  return new AdfWriter(pictures).blocks(fitBlocks(blocks, ALLOWED));
}

class AdfWriter {
  readonly #pictures: AdfPictures;

  constructor(pictures: AdfPictures) {
    this.#pictures = pictures;
  }

  blocks(blocks: readonly Block[]): AdfNode[] {
    return blocks.flatMap((block) => this.#block(block));
  }

  #block(block: Block): AdfNode[] {
    switch (block.kind) {
      case "paragraph":
        return this.#parted(block.inlines, (content) => ({ type: "paragraph", content }));
      case "heading":
        return this.#parted(block.inlines, (content) => ({ type: "heading", attrs: { level: block.level }, content }));
      case "code":
        return block.text === "" ? [] : [{ type: "codeBlock", content: [{ type: "text", text: block.text }] }];
      case "rule":
        return [{ type: "rule" }];
      case "quote": {
        const content = this.blocks(block.blocks);
        return content.length === 0 ? [] : [{ type: "blockquote", content }];
      }
      case "list":
        return this.#list(block);
      case "table":
        return this.#table(block);
    }
  }

  /** A picture ends the paragraph and stands alone; the text goes on after it. */
  #parted(inlines: readonly Inline[], wrap: (content: AdfNode[]) => AdfNode): AdfNode[] {
    const nodes: AdfNode[] = [];
    let line: AdfNode[] = [];
    const close = () => {
      const content = withoutBlankEnds(line);
      if (content.length > 0) nodes.push(wrap(content));
      line = [];
    };
    for (const inline of inlines) {
      if (inline.kind === "break") line.push({ type: "hardBreak" });
      else if (inline.kind === "text") addText(line, inline.text, marksOf(inline.marks));
      else if (inline.kind === "person") line.push(adfPerson(inline.person));
      else {
        const shown = this.#picture(inline.id);
        if (shown.type === "text") line.push(shown);
        else {
          close();
          nodes.push(shown);
        }
      }
    }
    close();
    return nodes;
  }

  #picture(id: string): AdfNode {
    const target = this.#pictures.targets.get(id);
    const ref = this.#pictures.refs.get(id);
    if (target?.kind === "placeholder") return { type: "paragraph", content: [{ type: "text", text: target.text }] };
    if (target?.kind === "media") {
      const { width = null, height = null, alt = "" } = ref ?? {};
      return mediaSingle({ mediaId: target.mediaId, width, height, alt });
    }
    const words = target?.kind === "missing" ? target.note : target?.kind === "file" ? target.name : ref?.alt ?? "";
    return { type: "text", text: pictureWords(words), marks: [{ type: "em" }] };
  }

  #list({ ordered, start, items }: Extract<Block, { kind: "list" }>): AdfNode[] {
    if (items.length === 0) return [];
    const content = items.map((item) => listItem(this.blocks(item)));
    if (!ordered) return [{ type: "bulletList", content }];
    return [{ type: "orderedList", ...(start === 1 ? {} : { attrs: { order: start } }), content }];
  }

  #table({ rows }: Extract<Block, { kind: "table" }>): AdfNode[] {
    const content = rows.filter((row) => row.length > 0).map((row): AdfNode => ({
      type: "tableRow",
      content: row.map((cell): AdfNode => {
        const blocks = this.blocks(cell.blocks);
        const spans = {
          ...(cell.colspan > 1 ? { colspan: cell.colspan } : {}),
          ...(cell.rowspan > 1 ? { rowspan: cell.rowspan } : {}),
        };
        return {
          type: cell.header ? "tableHeader" : "tableCell",
          attrs: spans,
          content: blocks.length === 0 ? [{ type: "paragraph", content: [] }] : blocks,
        };
      }),
    }));
    return content.length === 0 ? [] : [{ type: "table", content }];
  }
}

/** An item begins with a paragraph, code or a picture. */
function listItem(content: AdfNode[]): AdfNode {
  const first = content[0]?.type;
  const begins = first === "paragraph" || first === "codeBlock" || first === "mediaSingle";
  return { type: "listItem", content: begins ? content : [{ type: "paragraph", content: [] }, ...content] };
}

/** ADF knows no empty text, and texts with the same marks are one. */
function addText(line: AdfNode[], text: string, marks: readonly AdfMark[]): void {
  const last = line.at(-1);
  if (text === "") return;
  if (last?.type === "text" && JSON.stringify(last.marks ?? []) === JSON.stringify(marks)) {
    line[line.length - 1] = { ...last, text: last.text + text };
  } else {
    line.push(marks.length === 0 ? { type: "text", text } : { type: "text", text, marks });
  }
}

function withoutBlankEnds(nodes: readonly AdfNode[]): AdfNode[] {
  const isBlank = ({ type, text = "" }: AdfNode) => type === "hardBreak" || type === "text" && text.trim() === "";
  let [start, end] = [0, nodes.length];
  while (start < end && isBlank(nodes[start]!)) start++;
  while (end > start && isBlank(nodes[end - 1]!)) end--;
  return nodes.slice(start, end);
}

/** Code goes with a link only; sub and sup exclude each other; a link has its own colour. */
function marksOf(marks: Marks): AdfMark[] {
  const link: AdfMark[] = marks.href === undefined ? [] : [{ type: "link", attrs: { href: marks.href } }];
  if (marks.code) return [...link, { type: "code" }];
  const list = link;
  if (marks.em) list.push({ type: "em" });
  if (marks.strong) list.push({ type: "strong" });
  if (marks.strike) list.push({ type: "strike" });
  if (marks.sub || marks.sup) list.push({ type: "subsup", attrs: { type: marks.sub ? "sub" : "sup" } });
  if (marks.underline) list.push({ type: "underline" });
  if (marks.color !== undefined && marks.href === undefined) {
    list.push({ type: "textColor", attrs: { color: marks.color } });
  }
  return list;
}
