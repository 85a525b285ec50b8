/** Reads the light DOM of a mail as a person sees it: into paragraphs, lists, quotes, tables, code and rules. */

import { append } from "./append.ts";
import { BlockBuilder } from "./block_builder.ts";
import {
  classesOf,
  isHidden,
  pixels,
  type SheetFacts,
  sheetFacts,
  styleOf,
  TIGHT_PIXELS,
  verticalMargins,
} from "./css.ts";
import type { HtmlElement, HtmlNode } from "./html.ts";
import { marksWithin, shownMarks } from "./html_marks.ts";
import { cellsOf, holdsElement, isDataTable, readTable, rowsOf, textLength } from "./html_tables.ts";
import type { Pictures } from "./pictures.ts";
import { textToBlocks } from "./text_blocks.ts";
import type { Block, Inline, Marks } from "./tree.ts";
import { wordParagraph } from "./word_list.ts";

const skipped = new Set(
  ("head script style title meta link base template noscript xml svg math object embed applet iframe frame frameset audio " +
    "video canvas map area select option datalist colgroup col param source track").split(" "),
);
const lines = new Set(
  ("div section article header footer main nav aside figure figcaption form fieldset legend address center details summary dl " +
    "dt dd body html tr td th tbody thead tfoot caption hgroup search dir").split(" "),
);
const MAX_LIST_DEPTH = 8;
/** As in plain text; quotes within deeper ones stand side by side. */
const MAX_QUOTE_DEPTH = 12;

interface Flow {
  readonly marks: Marks;
  /** Line ends count (`white-space: pre`). */
  readonly pre: boolean;
  /** `font-size: 0`: text that nobody sees. */
  readonly tiny: boolean;
  readonly listDepth: number;
  readonly quoteDepth: number;
}

const start: Flow = { marks: {}, pre: false, tiny: false, listDepth: 0, quoteDepth: 0 };

/** `pictures: null`: pictures become words. */
export function htmlToBlocks(nodes: readonly HtmlNode[], pictures: Pictures | null): Block[] {
  return new HtmlReader(sheetFacts(nodes), pictures).blocks(nodes, start);
}

class HtmlReader {
  readonly #sheets: SheetFacts;
  readonly #pictures: Pictures | null;

  constructor(sheets: SheetFacts, pictures: Pictures | null) {
    this.#sheets = sheets;
    this.#pictures = pictures;
  }

  blocks(nodes: readonly HtmlNode[], flow: Flow): Block[] {
    const builder = new BlockBuilder();
    this.#walk(nodes, builder, flow);
    return builder.finish();
  }

  #walk(nodes: readonly HtmlNode[], builder: BlockBuilder, flow: Flow): void {
    for (const node of nodes) {
      if (node.kind === "element") this.#element(node, builder, flow);
      else if (!flow.tiny) addText(node.text, builder, flow);
    }
  }

  #element(element: HtmlElement, builder: BlockBuilder, around: Flow): void {
    const { name } = element;
    if (skipped.has(name) || isHidden(element, this.#sheets.hidden)) return;
    const flow = flowWithin(element, around);
    switch (name) {
      case "br":
        return builder.lineBreak();
      case "hr":
        return builder.block({ kind: "rule" });
      case "img":
      case "v:imagedata":
        return this.#picture(element, builder, flow);
      case "p":
        return this.#paragraph(element, builder, flow);
      case "ul":
      case "ol":
      case "menu":
        return this.#list(element, builder, flow);
      case "li":
        return this.#strayItem(element, builder, flow);
      case "blockquote":
        return this.#quote(element, builder, flow);
      case "pre":
      case "listing":
      case "xmp":
      case "plaintext":
        return this.#preformatted(element, builder, flow);
      case "table":
        return this.#table(element, builder, flow);
      case "q":
        return this.#inlineQuote(element, builder, flow);
      case "input":
        return checkbox(element, builder, flow);
      default:
        if (/^h[1-6]$/.test(name)) return this.#heading(element, builder, flow);
        if (lines.has(name) || displaysBlock(element)) return this.#lines(element, builder, flow);
        this.#walk(element.children, builder, flow);
    }
  }

  #lines(element: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    if (isBorderedQuote(element)) return this.#quote(element, builder, flow);
    const margin = verticalMargins(styleOf(element)) ?? 0;
    const border = () => margin > TIGHT_PIXELS * 2 ? builder.paragraph() : builder.line();
    border();
    this.#walk(element.children, builder, flow);
    border();
  }

  #paragraph(element: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    const item = wordParagraph(element);
    if (item !== null) {
      const { nodes, ...rest } = item;
      const blocks = this.blocks(nodes, flow);
      if (blocks.length > 0) builder.wordItem({ ...rest, blocks });
      return;
    }
    if (isContinuation(element)) {
      const blocks = this.blocks(element.children, flow);
      if (blocks.length === 0 || builder.continueWordItem(blocks)) return;
      return blocks.forEach((block) => builder.block(block));
    }
    const border = () => this.#isTight(element) ? builder.line() : builder.paragraph();
    border();
    this.#walk(element.children, builder, flow);
    border();
  }

  #isTight(element: HtmlElement): boolean {
    const said = verticalMargins(styleOf(element));
    if (said !== null) return said <= TIGHT_PIXELS;
    return classesOf(element).some((name) => /^Mso(?:Normal|NoSpacing|PlainText)$/i.test(name)) &&
      !this.#sheets.spacedNormal;
  }

  #heading(element: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    const level = Number(element.name[1]) as 1 | 2 | 3 | 4 | 5 | 6;
    for (const block of this.blocks(element.children, flow)) {
      if (block.kind !== "paragraph") builder.block(block);
      else builder.block({ kind: "heading", level, inlines: block.inlines.map(withoutStrong) });
    }
  }

  #list(element: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    if (flow.listDepth >= MAX_LIST_DEPTH) return this.#lines(element, builder, flow);
    const items: Block[][] = [];
    for (const node of element.children) {
      if (node.kind === "element" && (skipped.has(node.name) || isHidden(node, this.#sheets.hidden))) continue;
      const isItem = node.kind === "element" && node.name === "li";
      const blocks = isItem ? this.blocks(node.children, flowWithin(node, flow)) : this.blocks([node], flow);
      // Lists right within a list (Outlook, Gmail) belong to the item before.
      const last = items.at(-1);
      if (!blocks.every((block) => block.kind === "list")) items.push(blocks);
      else if (last === undefined) addLifted(items, blocks);
      else append(last, blocks);
    }
    if (items.length === 0) return;
    const begin = Math.trunc(Number(element.attributes.start ?? 1));
    const number = Number.isFinite(begin) && begin >= 0 && begin < 1_000_000 ? begin : 1;
    builder.block({ kind: "list", ordered: element.name === "ol", start: number, items });
  }

  #strayItem(element: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    if (flow.listDepth >= MAX_LIST_DEPTH) return this.#lines(element, builder, flow);
    const blocks = this.blocks(element.children, { ...flow, listDepth: flow.listDepth + 1 });
    if (blocks.length > 0) builder.block({ kind: "list", ordered: false, start: 1, items: [blocks] });
  }

  #quote(element: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    if (flow.quoteDepth >= MAX_QUOTE_DEPTH || element.name === "blockquote" && isIndent(element)) {
      builder.paragraph();
      this.#walk(element.children, builder, flow);
      return builder.paragraph();
    }
    const blocks = this.blocks(element.children, { ...flow, quoteDepth: flow.quoteDepth + 1 });
    if (blocks.length > 0) builder.block({ kind: "quote", blocks });
  }

  #inlineQuote(element: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    builder.text("“", flow.marks);
    this.#walk(element.children, builder, flow);
    builder.text("”", flow.marks);
  }

  #preformatted(element: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    builder.paragraph();
    const text = preformattedText(element.children).replace(/^\r?\n/, "").trimEnd();
    if (text.trim() !== "") {
      const wraps = "wrap" in element.attributes ||
        /^pre-(?:wrap|line)/i.test(styleOf(element).get("white-space") ?? "") ||
        classesOf(element).some((name) => name.startsWith("moz-"));
      if (wraps) textToBlocks(text).forEach((block) => builder.block(block));
      else builder.block({ kind: "code", text: text.replace(/\u00a0/g, " ").replace(/\r\n?/g, "\n") });
    }
    for (const picture of picturesWithin(element.children)) this.#picture(picture, builder, flow);
    builder.paragraph();
  }

  #table(table: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    builder.paragraph();
    const unmarked: Flow = { ...flow, pre: false };
    for (const node of table.children) {
      if (node.kind === "element" && node.name === "caption") this.#lines(node, builder, unmarked);
    }
    const block = isDataTable(table)
      ? readTable(
        table,
        (cell) => isHidden(cell, this.#sheets.hidden) ? [] : this.blocks(cell.children, this.#cellFlow(cell, unmarked)),
      )
      : null;
    if (block !== null) builder.block(block);
    else this.#layoutTable(table, builder, unmarked);
    builder.paragraph();
  }

  /** Header cells are bold by themselves. */
  #cellFlow(cell: HtmlElement, flow: Flow): Flow {
    const within = flowWithin(cell, flow);
    if (cell.name !== "th") return within;
    const { strong: _strong, ...marks } = within.marks;
    return { ...within, marks };
  }

  /** Cells in reading order; short ones are lines, long ones paragraphs. */
  #layoutTable(table: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    const rows = rowsOf(table);
    const strays = table.children.filter((node) => !isTablePart(node));
    if (strays.length > 0) this.#walk(strays, builder, flow);
    for (const row of rows) {
      if (isHidden(row, this.#sheets.hidden)) continue;
      const rowFlow = flowWithin(row, flow);
      for (const cell of cellsOf(row)) {
        if (isHidden(cell, this.#sheets.hidden)) continue;
        const short = textLength(cell.children, 81) <= 80;
        const border = () => short ? builder.line() : builder.paragraph();
        border();
        this.#walk(cell.children, builder, this.#cellFlow(cell, rowFlow));
        border();
      }
      const outside = row.children.filter((node) =>
        node.kind === "element" && node.name !== "td" && node.name !== "th"
      );
      if (outside.length > 0) this.#walk(outside, builder, rowFlow);
    }
  }

  #picture(element: HtmlElement, builder: BlockBuilder, flow: Flow): void {
    const found = this.#pictures === null ? wordsFor(element) : this.#pictures.find(element);
    if (found.kind === "picture") return builder.picture(found.id);
    if (found.kind === "text") return builder.text(found.text, shownMarks(flow.marks));
    if (found.kind === "remote") {
      builder.text(found.text, { ...shownMarks(flow.marks), href: flow.marks.href ?? found.href });
    }
  }
}

function addText(text: string, builder: BlockBuilder, flow: Flow): void {
  const marks = shownMarks(flow.marks);
  if (marks.href !== undefined && /^\s*https?:\/\/\S*safelinks\.protection/i.test(text)) {
    builder.text(marks.href, marks);
  } else if (flow.pre) builder.preformatted(text, marks);
  else builder.text(text, marks);
}

function flowWithin(element: HtmlElement, around: Flow): Flow {
  const marks = marksWithin(element, around.marks);
  const style = styleOf(element);
  const isList = element.name === "ul" || element.name === "ol" || element.name === "menu";
  if (style.size === 0 && marks === around.marks && !isList) return around;
  const space = style.get("white-space");
  const size = style.get("font-size");
  return {
    marks,
    pre: space === undefined ? around.pre : /^pre|^break-spaces/i.test(space),
    tiny: size === undefined ? around.tiny : /^(?:0|0?\.\d+)(?:px|pt|em|rem|%)?$/i.test(size) || pixels(size) === 1,
    // An item's own lists are one deeper; `#list` reads them with this flow.
    listDepth: around.listDepth + (isList ? 1 : 0),
    quoteDepth: around.quoteDepth,
  };
}

function displaysBlock(element: HtmlElement): boolean {
  return /^(?:block|table|flex|grid|list-item)\b/i.test(styleOf(element).get("display") ?? "");
}

/** Outlook and Gmail indent with a blockquote that has neither line nor citation. */
function isIndent(element: HtmlElement): boolean {
  const border = styleOf(element).get("border") ?? styleOf(element).get("border-left");
  const cites = "cite" in element.attributes || "type" in element.attributes ||
    classesOf(element).some((name) => /quote/i.test(name));
  return border !== undefined && /^(?:none|0|medium none)/i.test(border) && !cites && !isBorderedQuote(element);
}

/** Outlook's "prefix each line": a line at the left, and only there. */
function isBorderedQuote(element: HtmlElement): boolean {
  const style = styleOf(element);
  const left = style.get("border-left");
  if (left === undefined || !/\bsolid\b/i.test(left) || /^0/.test(left)) return false;
  const padded = pixels(style.get("padding-left") ?? style.get("padding")?.split(/\s+/).at(-1)) ?? 0;
  return padded > 0 && /\bsolid\b/i.test(style.get("border") ?? "") === false;
}

function isContinuation(element: HtmlElement): boolean {
  const margin = pixels(styleOf(element).get("margin-left")) ?? 0;
  return margin >= 24 && classesOf(element).some((name) => /^MsoListParagraph/i.test(name));
}

function isTablePart(node: HtmlNode): boolean {
  return node.kind === "text"
    ? node.text.trim() === ""
    : ["tr", "thead", "tbody", "tfoot", "caption", "colgroup", "col"].includes(node.name);
}

/** A list without an item before it stands for its items. */
function addLifted(items: Block[][], blocks: readonly Block[]): void {
  for (const block of blocks) if (block.kind === "list") append(items, block.items.map((item) => [...item]));
}

function withoutStrong(inline: Inline): Inline {
  if (inline.kind !== "text" || inline.marks.strong === undefined) return inline;
  const { strong: _strong, ...marks } = inline.marks;
  return { ...inline, marks };
}

function preformattedText(nodes: readonly HtmlNode[]): string {
  return nodes.map((node) => {
    if (node.kind === "text") return node.text;
    if (node.name === "br") return "\n";
    if (skipped.has(node.name)) return "";
    const text = preformattedText(node.children);
    return node.name === "div" || node.name === "p" ? `${text}\n` : text;
  }).join("");
}

function picturesWithin(nodes: readonly HtmlNode[]): HtmlElement[] {
  if (!holdsElement(nodes, ["img"])) return [];
  return nodes.flatMap((node) => {
    if (node.kind === "text") return [];
    return node.name === "img" ? [node] : picturesWithin(node.children);
  });
}

function wordsFor(element: HtmlElement): { kind: "text"; text: string } {
  const alt = element.attributes.alt?.trim();
  return { kind: "text", text: alt === undefined || alt === "" ? "" : `[${alt}]` };
}

function checkbox(element: HtmlElement, builder: BlockBuilder, flow: Flow): void {
  if (element.attributes.type?.toLowerCase() === "checkbox") {
    builder.text("checked" in element.attributes ? "☑ " : "☐ ", flow.marks);
  }
}
