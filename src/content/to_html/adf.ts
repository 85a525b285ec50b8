/** Atlassian Document Format → HTML for a mail. What it does not know keeps its text. */

import type { AdfDocument, AdfMark, AdfNode } from "../../core/jira.ts";
import {
  element,
  type HtmlContext,
  link,
  media,
  type MediaRef,
  mention,
  safeColor,
  STYLE,
  wellFormedHtml,
} from "./context.ts";

export function adfToHtml(document: AdfDocument, context: HtmlContext): string {
  return children(document, context);
}

/** Pictures and files in the order in which they stand, and the accounts that are mentioned without a name. */
export function adfReferences(document: AdfDocument): { media: MediaRef[]; mentions: string[] } {
  const found = new Map<string, MediaRef>();
  const mentions = new Set<string>();
  const walk = (node: { readonly content?: readonly AdfNode[] }) => {
    for (const child of node.content ?? []) {
      const id = attr(child, "id");
      if ((child.type === "media" || child.type === "mediaInline") && id !== "" && attr(child, "type") !== "external") {
        if (!found.has(id)) found.set(id, { ref: id, alt: attr(child, "alt") });
      }
      if (child.type === "mention" && id !== "" && attr(child, "text") === "") mentions.add(id);
      walk(child);
    }
  };
  walk(document);
  return { media: [...found.values()], mentions: [...mentions] };
}

/** Deeper than any editor makes it. */
const MAX_DEPTH = 60;

function children(node: { readonly content?: readonly AdfNode[] }, context: HtmlContext, depth = 0): string {
  if (depth > MAX_DEPTH) return "";
  return (node.content ?? []).map((child) => html(child, context, depth + 1)).join("");
}

function attr(node: AdfNode | AdfMark, name: string): string {
  const value = node.attrs?.[name];
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

function number(node: AdfNode, name: string): number | undefined {
  const value = Number(attr(node, name));
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

const PANELS: Readonly<Record<string, string>> = {
  info: "#e9f2ff",
  note: "#f3f0ff",
  tip: "#dcfff1",
  success: "#dcfff1",
  warning: "#fff7d6",
  error: "#ffeceb",
};

function html(node: AdfNode, context: HtmlContext, depth: number): string {
  const inner = () => children(node, context, depth);
  switch (node.type) {
    case "text":
      return (node.marks ?? []).reduce(marked, spaced(wellFormedHtml(node.text ?? "")));
    case "hardBreak":
      return "<br>";
    case "paragraph":
      return element("p", STYLE.paragraph + alignment(node), inner() || "&nbsp;");
    case "heading":
      return element(
        `h${Math.min(6, Math.max(1, number(node, "level") ?? 1))}`,
        STYLE.heading + alignment(node),
        inner(),
      );
    case "bulletList":
    case "decisionList":
      return element("ul", STYLE.list, inner());
    case "orderedList": {
      const start = Number(attr(node, "order"));
      return element("ol", STYLE.list, inner(), Number.isInteger(start) && start > 1 ? ` start="${start}"` : "");
    }
    case "listItem":
    case "decisionItem":
      return `<li>${inner()}</li>`;
    case "taskList":
      return element("ul", `${STYLE.list};list-style:none;padding-left:8px`, inner());
    case "taskItem":
      return `<li>${attr(node, "state") === "DONE" ? "☑" : "☐"} ${inner()}</li>`;
    case "blockquote":
      return element("blockquote", STYLE.quote, inner());
    case "codeBlock":
      return element("pre", STYLE.code, `<code>${wellFormedHtml(plain(node))}</code>`);
    case "rule":
      return `<hr style="${STYLE.rule}">`;
    case "panel": {
      const own = safeColor(attr(node, "panelColor"));
      const color = own ?? PANELS[attr(node, "panelType")] ?? "#e9f2ff";
      return element("div", `${STYLE.panel};background-color:${color}`, inner());
    }
    case "expand":
    case "nestedExpand": {
      const title = attr(node, "title");
      return (title === "" ? "" : element("p", STYLE.paragraph, `<strong>${wellFormedHtml(title)}</strong>`)) + inner();
    }
    case "table":
      return element("table", STYLE.table, `<tbody>${inner()}</tbody>`, ' cellpadding="0" cellspacing="0"');
    case "tableRow":
      return `<tr>${inner()}</tr>`;
    case "tableCell":
      return cell("td", STYLE.cell, node, inner());
    case "tableHeader":
      return cell("th", STYLE.header, node, inner());
    case "mediaSingle":
    case "mediaGroup":
      return element("div", STYLE.paragraph, inner());
    case "caption":
      return element("div", `${STYLE.file};font-size:90%`, inner());
    case "media":
    case "mediaInline":
      if (attr(node, "type") === "external") {
        return link(attr(node, "url"), wellFormedHtml(attr(node, "alt") || attr(node, "url")));
      }
      return media(context, { ref: attr(node, "id"), alt: attr(node, "alt") }, {
        width: number(node, "width"),
        height: number(node, "height"),
      });
    case "mention":
      return mention(attr(node, "text") || (context.names.get(attr(node, "id")) ?? ""));
    case "emoji":
      return wellFormedHtml(attr(node, "text") || attr(node, "shortName"));
    case "inlineCard":
    case "blockCard":
    case "embedCard":
      return link(attr(node, "url"), wellFormedHtml(attr(node, "url")));
    case "date": {
      const at = new Date(Number(attr(node, "timestamp")));
      return Number.isNaN(at.getTime()) ? "" : at.toISOString().slice(0, 10);
    }
    case "status":
      return element("span", STYLE.lozenge, wellFormedHtml(attr(node, "text")));
    default:
      return inner() || wellFormedHtml(attr(node, "text"));
  }
}

/** Blanks at the ends and in rows would be folded. */
function spaced(text: string): string {
  return text.replace(/ {2,}/g, (blanks) => "&nbsp;".repeat(blanks.length - 1) + " ").replaceAll("\n", "<br>");
}

function plain(node: AdfNode): string {
  return (node.content ?? []).map((child) => child.type === "hardBreak" ? "\n" : (child.text ?? "") + plain(child))
    .join("");
}

function marked(inner: string, mark: AdfMark): string {
  switch (mark.type) {
    case "strong":
      return `<strong>${inner}</strong>`;
    case "em":
      return `<em>${inner}</em>`;
    case "underline":
      return `<u>${inner}</u>`;
    case "strike":
      return `<s>${inner}</s>`;
    case "code":
      return element("code", STYLE.mono, inner);
    case "subsup":
      return attr(mark, "type") === "sub" ? `<sub>${inner}</sub>` : `<sup>${inner}</sup>`;
    case "textColor":
    case "backgroundColor": {
      const color = safeColor(attr(mark, "color"));
      const property = mark.type === "textColor" ? "color" : "background-color";
      return color === null ? inner : element("span", `${property}:${color}`, inner);
    }
    case "link":
      return link(attr(mark, "href"), inner);
    default:
      return inner;
  }
}

function alignment(node: AdfNode): string {
  const align = attr(node.marks?.find(({ type }) => type === "alignment") ?? { type: "" }, "align");
  return align === "center" ? ";text-align:center" : align === "end" ? ";text-align:right" : "";
}

function cell(tag: string, style: string, node: AdfNode, inner: string): string {
  const span = (name: string) => {
    const value = number(node, name);
    return value !== undefined && value > 1 ? ` ${name}="${Math.floor(value)}"` : "";
  };
  const background = safeColor(attr(node, "background"));
  return element(
    tag,
    style + (background === null ? "" : `;background-color:${background}`),
    inner,
    span("colspan") + span("rowspan"),
  );
}
