/** A mail's HTML as the lines that a reader sees, each knowing the pieces of the tree that it is made of. */

import type { HtmlElement, HtmlNode, HtmlText } from "../html.ts";
import { type ElementMarks, marksOf, NO_MARKS } from "./html_marks.ts";
import { attributionStart } from "./attribution.ts";
import { isBlank, type Line, type LineMark, PICTURE, plainLines, visible } from "./line.ts";

/** A part of a text, or a whole element without content, on a line. */
export interface Piece {
  readonly node: HtmlNode;
  /** Offsets in the text; 0 for an element. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

export interface HtmlLines {
  readonly lines: readonly Line[];
  /** In order of the document. */
  readonly pieces: readonly Piece[];
}

const BLOCKS = new Set(
  ("address article aside blockquote body center dd details dir div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 " +
    "header html hr li main menu nav ol p pre section table tbody tfoot thead tr ul o:p-block").split(" "),
);
const INVISIBLE = new Set(["style", "script", "title", "head", "xml", "template", "noscript"]);

interface Context {
  readonly depth: number;
  readonly maybeDepth: number;
  readonly mark: LineMark | null;
  readonly preformatted: boolean;
  readonly hidden: boolean;
}

interface Draft {
  text: string;
  /** Of the text so far; asking the text itself would read it anew for every piece of a long line. */
  blank: boolean;
  endsInSpace: boolean;
  depth: number;
  maybeDepth: number;
  mark: LineMark | null;
  rule: boolean;
  boundary: boolean;
}

/** Reads the tree into lines; a picture that a reader can see counts as text. */
export function htmlLines(nodes: readonly HtmlNode[]): HtmlLines {
  const reader = new Reader();
  for (const node of nodes) {
    reader.read(node, { depth: 0, maybeDepth: 0, mark: null, preformatted: false, hidden: false });
  }
  return { lines: reader.lines(), pieces: reader.pieces };
}

class Reader {
  readonly pieces: Piece[] = [];
  readonly #drafts: Draft[] = [emptyDraft()];
  /** The current line holds text or a picture, or a line break has just made it. */
  #started = false;
  #rule = false;
  #boundary = false;

  lines(): Line[] {
    const depths = this.#drafts.map(({ depth }) => depth);
    const plain = plainLines(this.#drafts.map(({ text }) => text), depths);
    const lines = plain.map((line, index) => {
      const { mark, rule, boundary } = this.#drafts[index]!;
      return { ...line, mark, rule, boundary };
    });
    return withNamedQuotes(lines, this.#drafts.map(({ maybeDepth }) => maybeDepth));
  }

  read(node: HtmlNode, context: Context): void {
    if (node.kind === "text") return this.#readText(node, context);
    if (node.name === "br") {
      this.#piece(node, 0, 0);
      return this.#breakLine(true);
    }
    const marks = marksOf(node);
    const block = BLOCKS.has(node.name);
    if (block) this.#breakLine(false);
    if (marks.rule) this.#rule = true;
    if (marks.boundary) this.#boundary = true;
    if (node.name === "hr") return this.#readRule(node, context);
    if (node.name === "img") return this.#readPicture(node, context);
    if (node.children.length === 0) this.#piece(node, 0, 0);
    const inside = contextWithin(node, marks, context);
    for (const child of node.children) this.read(child, inside);
    if (node.name === "td" || node.name === "th") this.#space();
    if (block) this.#breakLine(false);
  }

  #readRule(node: HtmlElement, context: Context): void {
    this.#start(context, "");
    this.#piece(node, 0, 0);
    this.#breakLine(true);
  }

  #readPicture(node: HtmlElement, context: Context): void {
    const size = [node.attributes.width, node.attributes.height].map((value) => Number.parseFloat(value ?? "100"));
    if (!context.hidden && size.every((pixels) => !(pixels <= 3))) this.#start(context, PICTURE);
    this.#piece(node, 0, 0);
  }

  #readText(node: HtmlText, context: Context): void {
    if (context.hidden) return this.#piece(node, 0, node.text.length);
    if (!context.preformatted) return this.#readFlow(node, context, 0, node.text.length);
    let start = 0;
    while (start < node.text.length) {
      const found = node.text.indexOf("\n", start);
      const end = found < 0 ? node.text.length : found + 1;
      const text = visible(node.text.slice(start, end).replace(/\r?\n$/, ""));
      if (text !== "") this.#start(context, text);
      this.#piece(node, start, end);
      if (found < 0) return;
      this.#breakLine(true);
      start = end;
    }
  }

  #readFlow(node: HtmlText, context: Context, start: number, end: number): void {
    const text = visible(node.text.slice(start, end)).replace(/[\t\n\r\f ]+/g, " ");
    const line = this.#drafts.at(-1)!;
    const joined = line.text === "" || line.endsInSpace ? text.trimStart() : text;
    if (joined !== "") this.#start(context, joined);
    // Word's empty paragraph: a space that does not break is a line of its own.
    else if (node.text.includes("\u00A0")) this.#started = true;
    this.#piece(node, start, end);
  }

  /** Adds to the current line; what begins the line says what the line is. */
  #start(context: Context, text: string): void {
    const line = this.#drafts.at(-1)!;
    if (line.blank) {
      line.depth = context.depth;
      line.maybeDepth = context.maybeDepth;
      line.mark = context.mark;
    }
    line.rule ||= this.#rule;
    line.boundary ||= this.#boundary;
    this.#rule = this.#boundary = false;
    line.text += text;
    line.blank &&= text.trim() === "";
    if (text !== "") line.endsInSpace = text.endsWith(" ");
    this.#started = true;
  }

  #space(): void {
    const line = this.#drafts.at(-1)!;
    if (line.text === "" || line.endsInSpace) return;
    line.text += " ";
    line.endsInSpace = true;
  }

  #breakLine(always: boolean): void {
    if (!always && !this.#started) return;
    this.#drafts.push(emptyDraft());
    this.#started = false;
  }

  #piece(node: HtmlNode, start: number, end: number): void {
    this.pieces.push({ node, start, end, line: this.#drafts.length - 1 });
  }
}

/** A plain block quote is quoted mail if the line above it names its writer; else the writer made it himself. */
function withNamedQuotes(lines: readonly Line[], maybeDepths: readonly number[]): Line[] {
  const named = [...lines];
  let above: number | null = null;
  for (let index = 0; index < lines.length; index++) {
    if (isBlank(lines[index]!)) continue;
    const begins = maybeDepths[index]! > 0 && above !== null && maybeDepths[above] === 0;
    if (!begins || !namesWriter(lines, above!)) {
      above = index;
      continue;
    }
    for (; index < lines.length && (maybeDepths[index]! > 0 || isBlank(lines[index]!)); index++) {
      if (maybeDepths[index]! > 0) {
        named[index] = { ...lines[index]!, depth: lines[index]!.depth + maybeDepths[index]! };
      }
    }
    above = --index;
  }
  return named;
}

function namesWriter(lines: readonly Line[], index: number): boolean {
  return lines[index]!.mark === "attribution" || attributionStart(lines, index) !== null;
}

function contextWithin(node: HtmlElement, marks: ElementMarks, context: Context): Context {
  const preformatted = context.preformatted || isPreformatted(node);
  const hidden = context.hidden || INVISIBLE.has(node.name) || isHidden(node);
  if (marks === NO_MARKS && preformatted === context.preformatted && hidden === context.hidden) return context;
  return {
    depth: context.depth + (marks.quoted ? 1 : 0),
    maybeDepth: context.maybeDepth + (marks.maybeQuoted ? 1 : 0),
    mark: marks.replyHeader
      ? "reply-header"
      : marks.attribution
      ? "attribution"
      : marks.signature
      ? "signature"
      : context.mark,
    preformatted,
    hidden,
  };
}

function emptyDraft(): Draft {
  return {
    text: "",
    blank: true,
    endsInSpace: false,
    depth: 0,
    maybeDepth: 0,
    mark: null,
    rule: false,
    boundary: false,
  };
}

function isPreformatted({ name, attributes: { style } }: HtmlElement): boolean {
  return name === "pre" || name === "textarea" ||
    (style !== undefined && /white-space:\s*(?:pre|break-spaces)/i.test(style));
}

function isHidden({ attributes: { style } }: HtmlElement): boolean {
  return style !== undefined && /(?:display:\s*none|mso-hide:\s*all|visibility:\s*hidden)/i.test(style);
}
