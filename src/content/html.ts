/** A light DOM of a mail's HTML: what the quote cutter and the converter both walk. Made by htmlparser2, once per body. */

import { Tokenizer } from "htmlparser2";
import { TreeBuilder } from "./html_tree_builder.ts";

export interface HtmlElement {
  readonly kind: "element";
  /** Lower case, namespace prefix kept (`o:p`). */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  children: HtmlNode[];
  parent: HtmlElement | null;
}

export interface HtmlText {
  readonly kind: "text";
  text: string;
  parent: HtmlElement | null;
}

export type HtmlNode = HtmlElement | HtmlText;

/** Elements nested deeper than this stand side by side at this depth, so that walking the tree cannot overflow the stack. */
export const MAX_DEPTH = 400;

/**
 * Reads any text as HTML; never throws. Comments (Outlook's conditional ones too), doctypes and scripts are gone, `style`
 * and `title` are kept as elements. Like browsers it closes `p`, `li`, cells and rows by itself, and an end tag within a
 * table cell closes nothing outside of it.
 */
export function parseHtml(html: string): HtmlNode[] {
  const builder = new TreeBuilder(html, MAX_DEPTH);
  const tokenizer = new Tokenizer({}, builder);
  tokenizer.write(html);
  tokenizer.end();
  return builder.roots;
}

/** All text below, as it stands in the source (white space not collapsed). */
export function rawText(nodes: readonly HtmlNode[]): string {
  let text = "";
  for (const node of nodes) text += node.kind === "text" ? node.text : rawText(node.children);
  return text;
}
