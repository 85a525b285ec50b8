/** Atlassian Document Format → HTML. */

import { wellFormedHtml } from "../core/html.ts";
import type { AdfDocument, AdfMark, AdfNode } from "../core/jira.ts";
import { type Align, type HtmlWriter, safeColor } from "./html_writer.ts";

export function adfToHtml(document: AdfDocument, writer: HtmlWriter): string {
  return children(document, writer, 0);
}

/** An attribute as text; empty if there is none, or no plain value. */
export function attr(node: AdfNode | AdfMark, name: string): string {
  const value = node.attrs?.[name];
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

/** Deeper than any editor makes it. */
const MAX_DEPTH = 60;

function children(node: { readonly content?: readonly AdfNode[] }, writer: HtmlWriter, depth: number): string {
  if (depth > MAX_DEPTH) return "";
  return (node.content ?? []).map((child) => html(child, writer, depth + 1)).join("");
}

function number(node: AdfNode, name: string): number | undefined {
  const value = Number(attr(node, name));
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function html(node: AdfNode, writer: HtmlWriter, depth: number): string {
  const inner = () => children(node, writer, depth);
  switch (node.type) {
    case "text":
      return (node.marks ?? []).reduce((text, mark) => marked(text, mark, writer), spaced(node.text ?? ""));
    case "hardBreak":
      return "<br>";
    case "paragraph":
      return writer.paragraph(inner() || "&nbsp;", alignment(node));
    case "heading":
      return writer.heading(Math.min(6, Math.max(1, Math.floor(number(node, "level") ?? 1))), inner(), alignment(node));
    case "bulletList":
    case "decisionList":
      return writer.list(inner(), { kind: "ul", start: 1 });
    case "orderedList": {
      const start = Number(attr(node, "order"));
      return writer.list(inner(), { kind: "ol", start: Number.isInteger(start) && start > 1 ? start : 1 });
    }
    case "taskList":
      return writer.list(inner(), { kind: "tasks", start: 1 });
    case "listItem":
    case "decisionItem":
      return `<li>${inner()}</li>`;
    case "taskItem":
      return `<li>${attr(node, "state") === "DONE" ? "☑" : "☐"} ${inner()}</li>`;
    case "blockquote":
      return writer.quote(inner());
    case "codeBlock":
      return writer.code(wellFormedHtml(plain(node)), null);
    case "rule":
      return writer.rule();
    case "panel":
      return writer.panel(inner(), {
        type: attr(node, "panelType"),
        title: null,
        color: safeColor(attr(node, "panelColor")),
      });
    case "expand":
    case "nestedExpand":
      return writer.expand(inner(), attr(node, "title") || null);
    case "table":
      return writer.table(inner());
    case "tableRow":
      return `<tr>${inner()}</tr>`;
    case "tableCell":
    case "tableHeader":
      return writer.cell(inner(), {
        header: node.type === "tableHeader",
        spans: span(node, "colspan") + span(node, "rowspan"),
        color: safeColor(attr(node, "background")),
      });
    case "mediaSingle":
    case "mediaGroup":
    case "caption":
      return writer.figure(inner(), node.type);
    case "media":
    case "mediaInline":
      if (attr(node, "type") === "external") {
        return writer.link(attr(node, "url"), wellFormedHtml(attr(node, "alt") || attr(node, "url")));
      }
      return writer.media(attr(node, "id"), attr(node, "alt"), {
        width: number(node, "width"),
        height: number(node, "height"),
      });
    case "mention":
      return writer.mention(attr(node, "id"), attr(node, "text"));
    case "emoji":
      return wellFormedHtml(attr(node, "text") || attr(node, "shortName"));
    case "inlineCard":
    case "blockCard":
    case "embedCard":
      return writer.link(attr(node, "url"), wellFormedHtml(attr(node, "url")));
    case "date": {
      const at = new Date(Number(attr(node, "timestamp")));
      return writer.date(Number.isNaN(at.getTime()) ? "" : at.toISOString().slice(0, 10));
    }
    case "status":
      return writer.lozenge(attr(node, "text"));
    default:
      return writer.other(inner(), node);
  }
}

/** Escaped; blanks at the ends and in rows would be folded. */
function spaced(text: string): string {
  return wellFormedHtml(text).replace(/ {2,}/g, (blanks) => "&nbsp;".repeat(blanks.length - 1) + " ")
    .replaceAll("\n", "<br>");
}

function plain(node: AdfNode): string {
  return (node.content ?? []).map((child) => child.type === "hardBreak" ? "\n" : (child.text ?? "") + plain(child))
    .join("");
}

function marked(inner: string, mark: AdfMark, writer: HtmlWriter): string {
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
      return writer.mono(inner);
    case "subsup":
      return attr(mark, "type") === "sub" ? `<sub>${inner}</sub>` : `<sup>${inner}</sup>`;
    case "textColor":
    case "backgroundColor": {
      const color = safeColor(attr(mark, "color"));
      const property = mark.type === "textColor" ? "color" : "background-color";
      return color === null ? inner : `<span style="${property}:${color}">${inner}</span>`;
    }
    case "link":
      return writer.link(attr(mark, "href"), inner);
    default:
      return inner;
  }
}

function alignment(node: AdfNode): Align {
  const mark = node.marks?.find(({ type }) => type === "alignment");
  const align = mark === undefined ? "" : attr(mark, "align");
  return align === "center" || align === "end" ? align : null;
}

function span(node: AdfNode, name: string): string {
  const value = number(node, name);
  return value !== undefined && value > 1 ? ` ${name}="${Math.floor(value)}"` : "";
}
