/** Collects what a mail shows, piece by piece, into paragraphs: white space and line ends as a browser would show them. */

import { append } from "./append.ts";
import { cleanText } from "./clean_text.ts";
import { linkify } from "./links.ts";
import type { Block, Inline, Marks } from "./tree.ts";
import { nestWordItems, type WordItem } from "./word_list.ts";

export type TextInline = Extract<Inline, { kind: "text" }>;

export class BlockBuilder {
  readonly #blocks: Block[] = [];
  #inlines: Inline[] = [];
  #wordItems: WordItem[] = [];
  /** Line ends since the last content: one is a line break, two or more end the paragraph. */
  #lineEnds = 0;
  /** The line holds nothing but no-break spaces so far: an empty line as Outlook writes it. */
  #blank = false;
  #spaceWaiting = false;

  /** Text with collapsing white space. */
  text(text: string, marks: Marks): void {
    const clean = cleanText(text);
    if (/^[ \t\r\n\f]*$/.test(clean)) {
      if (clean !== "") this.#spaceWaiting = true;
      return;
    }
    if (/^\s*$/.test(clean)) {
      this.#spaceWaiting = true;
      if (this.#lineIsEmpty()) this.#blank = true;
      return;
    }
    const words = clean.replace(/[\s\u0085]+/g, " ");
    const lead = this.#spaceWaiting || words.startsWith(" ");
    this.#startContent();
    if (lead) this.#space(marks);
    this.#spaceWaiting = words.endsWith(" ");
    this.#append(words.trim(), marks);
  }

  /** Text whose line ends and spaces count (`white-space: pre`). */
  preformatted(text: string, marks: Marks): void {
    const lines = text.split(/\r\n|\r|\n/);
    lines.forEach((line, at) => {
      if (at > 0) this.lineBreak();
      this.text(line, marks);
    });
  }

  picture(id: string): void {
    this.#startContent();
    if (this.#spaceWaiting) this.#space(NO_MARKS);
    this.#spaceWaiting = false;
    this.#inlines.push({ kind: "picture", id });
  }

  /** `<br>`: always one line end more. */
  lineBreak(): void {
    this.#settleBlank();
    this.#lineEnds++;
    this.#spaceWaiting = false;
  }

  /** Border of a block without margins: what follows is on a new line. */
  line(): void {
    this.#settleBlank();
    this.#lineEnds = Math.max(this.#lineEnds, 1);
    this.#spaceWaiting = false;
  }

  /** Border of a block with margins: what follows is a new paragraph. */
  paragraph(): void {
    this.#blank = false;
    this.#lineEnds = 0;
    this.#spaceWaiting = false;
    const inlines = finishInlines(this.#inlines);
    this.#inlines = [];
    if (inlines.length > 0) this.#push({ kind: "paragraph", inlines });
  }

  block(block: Block): void {
    this.paragraph();
    this.#push(block);
  }

  /** One more item of a Word list; consecutive ones become one list. */
  wordItem(item: WordItem): void {
    this.paragraph();
    this.#wordItems.push(item);
  }

  /** Further paragraphs of the Word item before, `false` if there is none right before. */
  continueWordItem(blocks: readonly Block[]): boolean {
    this.paragraph();
    const item = this.#wordItems.at(-1);
    if (item !== undefined) append(item.blocks, blocks);
    return this.#wordItems.length > 0;
  }

  finish(): Block[] {
    this.paragraph();
    this.#finishWordItems();
    return this.#blocks;
  }

  #push(block: Block): void {
    this.#finishWordItems();
    this.#blocks.push(block);
  }

  #finishWordItems(): void {
    if (this.#wordItems.length > 0) append(this.#blocks, nestWordItems(this.#wordItems));
    this.#wordItems = [];
  }

  #lineIsEmpty(): boolean {
    return this.#inlines.length === 0 || this.#lineEnds > 0;
  }

  #settleBlank(): void {
    if (this.#blank) this.#lineEnds = Math.max(this.#lineEnds, 2);
    this.#blank = false;
  }

  #startContent(): void {
    const lineEnds = this.#lineEnds;
    this.#blank = false;
    this.#lineEnds = 0;
    if (this.#inlines.length === 0 || lineEnds === 0) return;
    const space = this.#spaceWaiting;
    if (lineEnds > 1) this.paragraph();
    else this.#inlines.push({ kind: "break" });
    this.#spaceWaiting = space;
  }

  /** The space before a text of these marks: not in a link, under a line or in code unless both sides are. */
  #space(next: Marks): void {
    const last = this.#inlines.at(-1);
    if (last === undefined || last.kind === "break") return;
    const before = last.kind === "text" ? last.marks : NO_MARKS;
    if (sameMarks(before, next)) this.#append(" ", before);
    else if (showsSpace(before) && showsSpace(next)) this.#append(" ", NO_MARKS);
    else if (showsSpace(before)) this.#append(" ", next);
    else this.#append(" ", showsSpace(next) || countMarks(before) <= countMarks(next) ? before : next);
  }

  #append(text: string, marks: Marks): void {
    const last = this.#inlines.at(-1);
    if (last?.kind === "text" && sameMarks(last.marks, marks)) {
      this.#inlines[this.#inlines.length - 1] = { kind: "text", text: last.text + text, marks };
    } else {
      this.#inlines.push({ kind: "text", text, marks });
    }
  }
}

const NO_MARKS: Marks = {};

function showsSpace({ href, underline, strike, code }: Marks): boolean {
  return href !== undefined || underline === true || strike === true || code === true;
}

function countMarks(marks: Marks): number {
  return Object.keys(marks).length;
}

const markNames = ["strong", "em", "underline", "strike", "code", "sub", "sup", "color", "href"] as const;

export function sameMarks(a: Marks, b: Marks): boolean {
  return a === b || markNames.every((name) => a[name] === b[name]);
}

/** Links bare addresses, joins texts of equal marks, and takes off line breaks at both ends. */
export function finishInlines(inlines: readonly Inline[]): Inline[] {
  const joined: Inline[] = [];
  for (const inline of inlines) {
    if (inline.kind !== "text" || inline.marks.href !== undefined || inline.marks.code !== undefined) {
      joined.push(inline);
    } else append(joined, linkify(inline.text, inline.marks));
  }
  let start = 0;
  let end = joined.length;
  while (start < end && isVoid(joined[start]!)) start++;
  while (end > start && isVoid(joined[end - 1]!)) end--;
  return joined.slice(start, end);
}

function isVoid(inline: Inline): boolean {
  return inline.kind === "break" || inline.kind === "text" && inline.text.trim() === "";
}
