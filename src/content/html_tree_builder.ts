/** Turns htmlparser2's tokens into the light DOM: which tag closes which, and how deep a mail may nest. */

import type { TokenizerCallbacks } from "htmlparser2";
import type { HtmlElement, HtmlNode } from "./html.ts";

const voidElements = new Set(
  ("area base basefont bgsound br col command embed frame hr img input isindex keygen link meta param source track wbr")
    .split(" "),
);

/** An open `p` ends when one of these begins. */
const endsParagraph = new Set(
  ("address article aside blockquote center details dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
    "header hr li main menu nav ol p pre section table td th tr ul").split(" "),
);

/** What a new element of this name closes, up to the nearest of `within`. */
const closedBy = new Map<string, { readonly closes: ReadonlySet<string>; readonly within: ReadonlySet<string> }>([
  ["li", rule("li", "ul ol menu dir table td th")],
  ["dt", rule("dt dd", "dl table td th")],
  ["dd", rule("dt dd", "dl table td th")],
  ["td", rule("td th", "tr table")],
  ["th", rule("td th", "tr table")],
  ["tr", rule("tr caption colgroup", "tbody thead tfoot table")],
  ["tbody", rule("tbody thead tfoot caption colgroup", "table")],
  ["thead", rule("tbody thead tfoot caption colgroup", "table")],
  ["tfoot", rule("tbody thead tfoot caption colgroup", "table")],
  ["option", rule("option", "select datalist")],
  ["optgroup", rule("optgroup option", "select")],
  ["a", rule("a", "td th table")],
  ["body", rule("head", "")],
]);

/** End tags of other elements do not reach beyond these. */
const cells = new Set(["td", "th", "caption"]);
const tableParts = new Set(["table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "body", "html"]);

/** When these are closed out of order, what stood between goes on behind them (as browsers do it). */
const formatting = new Set(
  "a b big code em font i nobr s small span strike strong sub sup tt u ins del mark".split(" "),
);
const MAX_REOPENED = 8;

function rule(closes: string, within: string) {
  return { closes: new Set(closes.split(" ")), within: new Set(within.split(" ")) };
}

/** Receives the tokens of one document; `roots` is the tree. */
export class TreeBuilder implements TokenizerCallbacks {
  readonly roots: HtmlNode[] = [];
  readonly #source: string;
  readonly #maxDepth: number;
  readonly #stack: HtmlElement[] = [];
  /** How often each name is on the stack: an end tag without a start tag costs nothing. */
  readonly #open = new Map<string, number>();
  /** Elements opened beyond the depth limit and not yet closed. */
  #tooDeep = 0;
  #name = "";
  #attributes: Record<string, string> = {};
  #attribute = "";
  #value = "";

  constructor(source: string, maxDepth: number) {
    this.#source = source;
    this.#maxDepth = maxDepth;
  }

  ontext(start: number, end: number): void {
    this.#addText(this.#source.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#addText(String.fromCodePoint(codepoint));
  }

  onopentagname(start: number, end: number): void {
    this.#name = this.#source.slice(start, end).toLowerCase();
    this.#attributes = {};
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#source.slice(start, end).toLowerCase();
    this.#value = "";
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.#source.slice(start, end);
  }

  onattribentity(codepoint: number): void {
    this.#value += String.fromCodePoint(codepoint);
  }

  onattribend(): void {
    if (this.#attribute === "__proto__" || Object.hasOwn(this.#attributes, this.#attribute)) return;
    this.#attributes[this.#attribute] = this.#value;
  }

  onopentagend(): void {
    this.#openElement(this.#name, this.#attributes);
  }

  /** Browsers ignore the slash of `<div/>`; in a namespace (`<o:p/>`, `<v:shape/>`) it counts. */
  onselfclosingtag(): void {
    this.#openElement(this.#name, this.#attributes);
    if (this.#name.includes(":")) this.#closeElement(this.#name);
  }

  onclosetag(start: number, end: number): void {
    const name = this.#source.slice(start, end).toLowerCase();
    if (name === "br") this.#openElement("br", {});
    else if (!voidElements.has(name)) this.#closeElement(name);
  }

  oncomment(): void {}
  oncdata(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  #addText(text: string): void {
    const parent = this.#stack.at(-1) ?? null;
    if (parent?.name === "script") return;
    const siblings = parent?.children ?? this.roots;
    const last = siblings.at(-1);
    if (last?.kind === "text") last.text += text;
    else siblings.push({ kind: "text", text, parent });
  }

  #openElement(name: string, attributes: Record<string, string>): void {
    if (this.#tooDeep === 0) this.#closeImplied(name);
    const isVoid = voidElements.has(name);
    if (!isVoid && this.#stack.length >= this.#maxDepth) {
      this.#tooDeep++;
      return;
    }
    const parent = this.#stack.at(-1) ?? null;
    const element: HtmlElement = { kind: "element", name, attributes, children: [], parent };
    (parent?.children ?? this.roots).push(element);
    if (!isVoid) this.#push(element);
  }

  #closeImplied(name: string): void {
    if (endsParagraph.has(name) && this.#isOpen("p")) this.#closeUpTo((open) => open === "p", endsAtBlock);
    const implied = closedBy.get(name);
    if (implied === undefined || ![...implied.closes].some((open) => this.#isOpen(open))) return;
    this.#closeUpTo((open) => implied.closes.has(open), (open) => implied.within.has(open));
  }

  /** Closes the outermost open element that `matches`, looking down the stack until `stops`. */
  #closeUpTo(matches: (name: string) => boolean, stops: (name: string) => boolean): void {
    let found = -1;
    for (let at = this.#stack.length - 1; at >= 0; at--) {
      const open = this.#stack[at]!.name;
      if (matches(open)) found = at;
      else if (stops(open)) break;
    }
    if (found >= 0) this.#popTo(found);
  }

  #closeElement(name: string): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep--;
      return;
    }
    if (!this.#isOpen(name)) return;
    const crossesCells = tableParts.has(name);
    for (let at = this.#stack.length - 1; at >= 0; at--) {
      const open = this.#stack[at]!.name;
      if (open === name) {
        const between = this.#stack.slice(at + 1);
        this.#popTo(at);
        if (formatting.has(name) && between.length <= MAX_REOPENED) this.#reopen(between);
        return;
      }
      if (open === "table" && name !== "body" && name !== "html" || cells.has(open) && !crossesCells) return;
    }
  }

  #reopen(elements: readonly HtmlElement[]): void {
    for (const { name, attributes } of elements) {
      const parent = this.#stack.at(-1) ?? null;
      const copy: HtmlElement = { kind: "element", name, attributes, children: [], parent };
      (parent?.children ?? this.roots).push(copy);
      this.#push(copy);
    }
  }

  #isOpen(name: string): boolean {
    return (this.#open.get(name) ?? 0) > 0;
  }

  #push(element: HtmlElement): void {
    this.#stack.push(element);
    this.#open.set(element.name, (this.#open.get(element.name) ?? 0) + 1);
  }

  #popTo(depth: number): void {
    while (this.#stack.length > depth) {
      const { name } = this.#stack.pop()!;
      this.#open.set(name, this.#open.get(name)! - 1);
    }
  }
}

/** An open `p` is not looked for beyond the block or cell that a new block stands in. */
function endsAtBlock(name: string): boolean {
  return name !== "p" && endsParagraph.has(name);
}
