/** ADF as HTML. What it does not know is shown as a box with the node's name, never dropped. */

import type { AdfDocument, AdfMark, AdfNode } from "../../../core/jira.ts";
import { escapeHtml, link, picture, type RenderContext, safeColor } from "./escape.ts";

export function adfToHtml(document: AdfDocument, context: RenderContext): string {
  return children(document, context);
}

function children(node: { readonly content?: readonly AdfNode[] }, context: RenderContext): string {
  return (node.content ?? []).map((child) => html(child, context)).join("");
}

function attr(node: AdfNode | AdfMark, name: string): string {
  const value = node.attrs?.[name];
  return value === undefined || value === null ? "" : String(value);
}

function size(node: AdfNode, name: string): { [key: string]: number } {
  const value = node.attrs?.[name];
  return typeof value === "number" && value > 0 ? { [name]: value } : {};
}

const PLAIN_TAGS: Record<string, string> = {
  bulletList: "ul",
  listItem: "li",
  blockquote: "blockquote",
  tableRow: "tr",
  decisionList: "ul",
  decisionItem: "li",
  caption: "figcaption",
};

function html(node: AdfNode, context: RenderContext): string {
  const tag = PLAIN_TAGS[node.type];
  if (tag !== undefined) return `<${tag}>${children(node, context)}</${tag}>`;
  switch (node.type) {
    case "text":
      return (node.marks ?? []).reduce(marked, escapeHtml(node.text ?? ""));
    case "hardBreak":
      return "<br>";
    case "paragraph":
      return `<p${alignment(node)}>${children(node, context)}</p>`;
    case "heading": {
      const level = Math.min(6, Math.max(1, Number(attr(node, "level")) || 1));
      return `<h${level}${alignment(node)}>${children(node, context)}</h${level}>`;
    }
    case "orderedList": {
      const start = Number(attr(node, "order"));
      return `<ol${Number.isInteger(start) && start > 1 ? ` start="${start}"` : ""}>${children(node, context)}</ol>`;
    }
    case "codeBlock":
      return `<pre><code>${children(node, context)}</code></pre>`;
    case "rule":
      return "<hr>";
    case "panel":
      return `<div class="panel ${panelType(node)}">${children(node, context)}</div>`;
    case "expand":
    case "nestedExpand":
      return `<details><summary>${escapeHtml(attr(node, "title") || "Details")}</summary>${
        children(node, context)
      }</details>`;
    case "table":
      return `<table><tbody>${children(node, context)}</tbody></table>`;
    case "tableCell":
      return cell("td", node, context);
    case "tableHeader":
      return cell("th", node, context);
    case "mediaSingle":
      return `<figure>${children(node, context)}</figure>`;
    case "mediaGroup":
      return `<div class="media-group">${children(node, context)}</div>`;
    case "media":
    case "mediaInline":
      return media(node, context);
    case "mention": {
      const id = attr(node, "id");
      const name = context.userName(id) ?? (attr(node, "text").replace(/^@/, "") || id);
      return `<span class="mention">@${escapeHtml(name)}</span>`;
    }
    case "emoji":
      return escapeHtml(attr(node, "text") || attr(node, "shortName"));
    case "inlineCard":
    case "blockCard":
    case "embedCard":
      return link(attr(node, "url"), escapeHtml(attr(node, "url")));
    case "date": {
      const at = Number(attr(node, "timestamp"));
      return `<time>${Number.isFinite(at) ? new Date(at).toISOString().slice(0, 10) : ""}</time>`;
    }
    case "status":
      return `<span class="lozenge">${escapeHtml(attr(node, "text"))}</span>`;
    case "taskList":
      return `<ul class="tasks">${children(node, context)}</ul>`;
    case "taskItem":
      return `<li>${attr(node, "state") === "DONE" ? "☑" : "☐"} ${children(node, context)}</li>`;
    case "layoutSection":
      return `<div class="columns">${children(node, context)}</div>`;
    case "layoutColumn":
      return `<div>${children(node, context)}</div>`;
    default:
      return `<div class="missing">Unsupported node: ${escapeHtml(node.type)}${children(node, context)}</div>`;
  }
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
      return `<code>${inner}</code>`;
    case "subsup":
      return attr(mark, "type") === "sub" ? `<sub>${inner}</sub>` : `<sup>${inner}</sup>`;
    case "textColor":
    case "backgroundColor": {
      const color = safeColor(attr(mark, "color"));
      const property = mark.type === "textColor" ? "color" : "background-color";
      return color === null ? inner : `<span style="${property}:${color}">${inner}</span>`;
    }
    case "link":
      return link(attr(mark, "href"), inner);
    default:
      return inner;
  }
}

function alignment(node: AdfNode): string {
  const mark = node.marks?.find(({ type }) => type === "alignment");
  const align = mark === undefined ? "" : attr(mark, "align");
  return align === "center" || align === "end" ? ` class="align-${align}"` : "";
}

function panelType(node: AdfNode): string {
  const type = attr(node, "panelType");
  return ["info", "note", "warning", "success", "error", "tip"].includes(type) ? type : "info";
}

function cell(tag: string, node: AdfNode, context: RenderContext): string {
  const span = (
    name: string,
  ) => (Number(attr(node, name)) > 1 ? ` ${name}="${Math.floor(Number(attr(node, name)))}"` : "");
  const background = safeColor(attr(node, "background"));
  const style = background === null ? "" : ` style="background-color:${background}"`;
  return `<${tag}${span("colspan")}${span("rowspan")}${style}>${children(node, context)}</${tag}>`;
}

function media(node: AdfNode, context: RenderContext): string {
  const alt = attr(node, "alt");
  if (attr(node, "type") === "external") return link(attr(node, "url"), escapeHtml(alt || attr(node, "url")));
  const attachment = context.attachments.find(({ mediaId }) => mediaId === attr(node, "id"));
  if (attachment !== undefined && !attachment.mimeType.startsWith("image/")) {
    return `<a class="file" href="${escapeHtml(context.picture(attachment))}">${escapeHtml(attachment.filename)}</a>`;
  }
  return picture(context, attachment, alt || attr(node, "id"), {
    ...size(node, "width"),
    ...size(node, "height"),
    ...(alt === "" ? {} : { alt }),
  });
}
