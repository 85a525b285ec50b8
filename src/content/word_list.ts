/** Lists as Word writes them: paragraphs of class `MsoListParagraph` with the bullet as text and the level in a style. */

import { append } from "./append.ts";
import { classesOf, pixels, styleOf } from "./css.ts";
import { type HtmlElement, type HtmlNode, rawText } from "./html.ts";
import type { Block } from "./tree.ts";

/** One item, before nesting. */
export interface WordItem {
  /** Which list of the document it belongs to, empty if Word's styles are gone. */
  readonly list: string;
  /** 1 is the outermost. */
  readonly level: number;
  readonly ordered: boolean;
  readonly number: number;
  readonly blocks: Block[];
}

/** What is known of an item from its paragraph; `text` is the paragraph without the bullet. */
export interface WordParagraph extends Omit<WordItem, "blocks"> {
  readonly nodes: readonly HtmlNode[];
}

const MAX_LEVEL = 9;
/** Bullets of Symbol, Wingdings and Courier as they arrive in text, and numbers with their punctuation. */
const bullet = /^[·•◦▪▫●○■□‣⁃§ØüvoqÄ→➢✓*–—-]$/u;
const numberLike = /^\(?(\d{1,4}|[a-z]{1,5})[.)]$/i;

/** Recognises a Word list paragraph, `null` if it is an ordinary one. */
export function wordParagraph(element: HtmlElement): WordParagraph | null {
  const style = styleOf(element);
  const mso = style.get("mso-list");
  if (mso !== undefined && !/^(?:none|skip|ignore)\b/i.test(mso)) return fromStyle(element, mso);
  const inList = classesOf(element).some((name) => /^MsoListParagraph/i.test(name));
  return inList && (style.get("text-indent") ?? "").startsWith("-") ? fromText(element) : null;
}

function fromStyle(element: HtmlElement, mso: string): WordParagraph {
  const level = Math.min(MAX_LEVEL, Math.max(1, Number(mso.match(/\blevel(\d+)/i)?.[1] ?? 1)));
  const list = mso.match(/^\S*l\d+/i)?.[0]?.toLowerCase() ?? "";
  const marker = takeIgnored(element.children);
  return { list, level, ...kindOf(marker.text), nodes: marker.rest };
}

/** Without Word's styles: the text up to the padding is the bullet, the left margin is the level. */
function fromText(element: HtmlElement): WordParagraph | null {
  const marker = rawText(element.children).slice(0, 40).match(/^\s*(\S{1,7})[ \u00a0\t\r\n]{2,}/)?.[1];
  if (marker === undefined || !bullet.test(marker) && !numberLike.test(marker)) return null;
  const margin = styleOf(element).get("margin-left") ?? styleOf(element).get("margin")?.split(/\s+/)[3];
  const level = Math.min(MAX_LEVEL, Math.max(1, Math.round((pixels(margin) ?? 48) / 48)));
  return { list: "", level, ...kindOf(marker), nodes: withoutStart(element.children, marker) };
}

function kindOf(marker: string): { ordered: boolean; number: number } {
  const match = marker.trim().match(numberLike);
  if (match === null || match === undefined) return { ordered: false, number: 1 };
  const digits = Number(match[1]);
  return { ordered: true, number: Number.isInteger(digits) ? digits : 1 };
}

/** Takes out the elements that Word marks `mso-list:Ignore`: they hold the bullet and its padding. */
function takeIgnored(nodes: readonly HtmlNode[]): { text: string; rest: HtmlNode[] } {
  let text = "";
  const rest: HtmlNode[] = [];
  for (const node of nodes) {
    if (node.kind === "element" && /^ignore\b/i.test(styleOf(node).get("mso-list") ?? "")) {
      text += rawText(node.children);
    } else if (node.kind === "element" && node.children.length > 0) {
      const inner = takeIgnored(node.children);
      text += inner.text;
      rest.push(inner.text === "" ? node : { ...node, children: inner.rest });
    } else {
      rest.push(node);
    }
  }
  return { text: text.replace(/[\s\u00a0]+/g, ""), rest };
}

/** A copy of the nodes without the bullet at their beginning and the padding behind it. */
function withoutStart(nodes: readonly HtmlNode[], marker: string): HtmlNode[] {
  let left = marker;
  let padding = true;
  const strip = (node: HtmlNode): HtmlNode => {
    if (!padding) return node;
    if (node.kind === "element") return { ...node, children: node.children.map(strip) };
    let text = node.text.replace(/^[\s\u00a0]+/, "");
    const cut = Math.min(left.length, text.length);
    if (left.startsWith(text.slice(0, cut))) {
      left = left.slice(cut);
      text = text.slice(cut).replace(/^[\s\u00a0]+/, "");
    }
    if (text !== "") padding = false;
    return { ...node, text };
  };
  return nodes.map(strip);
}

/** Nests consecutive items by their levels; another list or another kind of numbering begins a new list. */
export function nestWordItems(items: readonly WordItem[]): Block[] {
  const lists: Block[] = [];
  let at = 0;
  while (at < items.length) {
    const first = items[at]!;
    const level = first.level;
    const start = at;
    const entries: Block[][] = [];
    while (at < items.length && items[at]!.level >= level) {
      const item = items[at]!;
      if (item.level > level) {
        let end = at;
        while (end < items.length && items[end]!.level > level) end++;
        append(entries.at(-1) ?? addTo(entries), nestWordItems(items.slice(at, end)));
        at = end;
        continue;
      }
      if (at > start && (item.ordered !== first.ordered || item.list !== first.list)) break;
      entries.push([...item.blocks]);
      at++;
    }
    lists.push({ kind: "list", ordered: first.ordered, start: first.number, items: entries });
  }
  return lists;
}

function addTo(entries: Block[][]): Block[] {
  const entry: Block[] = [];
  entries.push(entry);
  return entry;
}
