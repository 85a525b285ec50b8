import type { HtmlElement, HtmlNode, HtmlText } from "../html.ts";
import { decideCut } from "./decide_cut.ts";
import { htmlLines } from "./html_lines.ts";
import { withSecondOpinion } from "./second_opinion.ts";

export interface HtmlCutOptions {
  /** Graph's `uniqueBody` as a tree, `null` if there is none. */
  readonly unique: HtmlNode[] | null;
}

export interface HtmlCut {
  /** The very nodes given if nothing was cut, else copies. */
  readonly kept: HtmlNode[];
  readonly removed: HtmlNode[];
  /** One sentence without a full stop. */
  readonly reason: string;
}

/**
 * Cuts quoted history, signatures and device lines from the HTML of a reply. The elements around what is kept stay
 * around it. Not for a first mail or a forward: those are never cut.
 */
export function cutQuotedHtml(nodes: HtmlNode[], { unique }: HtmlCutOptions): HtmlCut {
  const { lines, pieces } = htmlLines(nodes);
  const uniqueLines = unique === null ? null : htmlLines(unique).lines;
  const { removed, reason } = withSecondOpinion(lines, decideCut(lines), uniqueLines);
  if (!removed.includes(true)) return { kept: nodes, removed: [], reason };
  const places = new Map<HtmlNode, Place>();
  for (const { node, start, end, line } of pieces) {
    const place = places.get(node);
    if (place === undefined) places.set(node, { kept: !removed[line], removed: removed[line]!, parts: null });
    else {
      place.kept ||= !removed[line];
      place.removed ||= removed[line]!;
    }
    if (node.kind === "text" && (start > 0 || end < node.text.length)) {
      (places.get(node)!.parts ??= []).push({ text: node.text.slice(start, end), removed: removed[line]! });
    }
  }
  return { kept: copyOf(nodes, places, false, null), removed: copyOf(nodes, places, true, null), reason };
}

/** On which side a text or an empty element lies. */
interface Place {
  kept: boolean;
  removed: boolean;
  /** Of a text over several lines. */
  parts: { readonly text: string; readonly removed: boolean }[] | null;
}

/** Copies the nodes of one side, and the elements around them. */
function copyOf(
  nodes: readonly HtmlNode[],
  places: ReadonlyMap<HtmlNode, Place>,
  removed: boolean,
  parent: HtmlElement | null,
): HtmlNode[] {
  const copies: HtmlNode[] = [];
  for (const node of nodes) {
    const place = places.get(node);
    const here = place !== undefined && (removed ? place.removed : place.kept);
    if (node.kind === "text") {
      if (here) copies.push({ kind: "text", text: textOf(node, place, removed), parent });
      continue;
    }
    if (node.children.length === 0 && !here) continue;
    const copy: HtmlElement = { kind: "element", name: node.name, attributes: node.attributes, children: [], parent };
    copy.children = copyOf(node.children, places, removed, copy);
    if (here || copy.children.length > 0) copies.push(copy);
  }
  return copies;
}

function textOf(node: HtmlText, { parts }: Place, removed: boolean): string {
  if (parts === null) return node.text;
  return parts.filter((part) => part.removed === removed).map(({ text }) => text).join("");
}
