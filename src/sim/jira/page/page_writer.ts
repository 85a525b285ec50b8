/** A text as Jira's own page shows it. An ADF node that is not known is a box with its name, never dropped. */

import { escapeHtml, wellFormedHtml } from "../../../core/html.ts";
import type { AdfNode } from "../../../core/jira.ts";
import type { Align, CellLook, HtmlWriter, ListLook, PanelLook, Size } from "../../../jira_text/html_writer.ts";
import type { SimAttachment } from "../types.ts";

export interface RenderContext {
  readonly attachments: readonly SimAttachment[];
  /** URL under which the bytes are shown. */
  picture(attachment: SimAttachment): string;
  /** Display name of a mentioned account, `null` if unknown. */
  userName(id: string): string | null;
}

const PANELS = ["info", "note", "warning", "success", "error", "tip"];

export class PageWriter implements HtmlWriter {
  constructor(private readonly context: RenderContext) {}

  paragraph(html: string, align: Align): string {
    return `<p${alignment(align)}>${html}</p>`;
  }

  heading(level: number, html: string, align: Align): string {
    return `<h${level}${alignment(align)}>${html}</h${level}>`;
  }

  quote(html: string): string {
    return `<blockquote>${html}</blockquote>`;
  }

  code(html: string, title: string | null): string {
    return `${titleOf(title)}<pre><code>${html}</code></pre>`;
  }

  panel(html: string, { type, title, color }: PanelLook): string {
    const look = type === null ? "wiki" : PANELS.includes(type) ? type : "info";
    return `<div class="panel ${look}"${background(color)}>${titleOf(title)}${html}</div>`;
  }

  expand(html: string, title: string | null): string {
    return `<details><summary>${wellFormedHtml(title ?? "Details")}</summary>${html}</details>`;
  }

  rule(): string {
    return "<hr>";
  }

  list(html: string, { kind, start }: ListLook): string {
    if (kind === "tasks") return `<ul class="tasks">${html}</ul>`;
    return `<${kind}${start > 1 ? ` start="${start}"` : ""}>${html}</${kind}>`;
  }

  table(html: string): string {
    return `<table><tbody>${html}</tbody></table>`;
  }

  cell(html: string, { header, spans, color }: CellLook): string {
    const tag = header ? "th" : "td";
    return `<${tag}${spans}${background(color)}>${html}</${tag}>`;
  }

  figure(html: string, part: "mediaSingle" | "mediaGroup" | "caption"): string {
    if (part === "mediaGroup") return `<div class="media-group">${html}</div>`;
    const tag = part === "caption" ? "figcaption" : "figure";
    return `<${tag}>${html}</${tag}>`;
  }

  mono(html: string): string {
    return `<code>${html}</code>`;
  }

  lozenge(text: string): string {
    return `<span class="lozenge">${wellFormedHtml(text)}</span>`;
  }

  date(day: string): string {
    return `<time>${day}</time>`;
  }

  mention(id: string, name: string): string {
    const shown = this.context.userName(id) ?? (name.replace(/^@/, "") || id);
    return `<span class="mention">@${wellFormedHtml(shown)}</span>`;
  }

  /** No `javascript:`, no `data:`. */
  link(href: string, html: string): string {
    const safe = /^(https?:\/\/|mailto:|\/(?!\/)|#)/i.test(href.trim());
    return safe ? `<a href="${wellFormedHtml(href.trim())}" rel="noopener noreferrer">${html}</a>` : html;
  }

  /** Anchors and paths of Jira itself, too. */
  isTarget(target: string): boolean {
    return /^(https?:\/\/|mailto:|#|\/)/i.test(target);
  }

  media(id: string, alt: string, size: Size): string {
    const attachment = this.context.attachments.find(({ mediaId }) => mediaId === id);
    if (attachment === undefined || attachment.mimeType.startsWith("image/")) {
      return this.#picture(attachment, alt || id, alt, size);
    }
    return this.#file(attachment);
  }

  picture(name: string, alt: string, size: Size): string {
    return this.#picture(this.#named(name), name, alt, size);
  }

  file(name: string): string {
    const attachment = this.#named(name);
    return attachment === undefined ? missing(`File not found: ${name}`) : this.#file(attachment);
  }

  other(html: string, node: AdfNode): string {
    if (node.type === "layoutSection") return `<div class="columns">${html}</div>`;
    if (node.type === "layoutColumn") return `<div>${html}</div>`;
    return `<div class="missing">Unsupported node: ${wellFormedHtml(node.type)}${html}</div>`;
  }

  /** Of several of one name Jira takes the newest. */
  #named(name: string): SimAttachment | undefined {
    return this.context.attachments.findLast(({ filename }) => filename === name);
  }

  #file(attachment: SimAttachment): string {
    const url = escapeHtml(this.context.picture(attachment));
    return `<a class="file" href="${url}">${wellFormedHtml(attachment.filename)}</a>`;
  }

  #picture(attachment: SimAttachment | undefined, name: string, alt: string, { width, height }: Size): string {
    if (attachment === undefined) return missing(`Picture not found: ${name}`);
    const number = (name: string, value?: number) => value === undefined ? "" : ` ${name}="${Math.round(value)}"`;
    return `<img src="${escapeHtml(this.context.picture(attachment))}" alt="${
      wellFormedHtml(alt || attachment.filename)
    }"${number("width", width)}${number("height", height)}>`;
  }
}

function missing(what: string): string {
  return `<span class="missing">${wellFormedHtml(what)}</span>`;
}

function titleOf(title: string | null): string {
  return title === null ? "" : `<div class="panel-title">${wellFormedHtml(title)}</div>`;
}

function alignment(align: Align): string {
  return align === null ? "" : ` class="align-${align}"`;
}

function background(color: string | null): string {
  return color === null ? "" : ` style="background-color:${color}"`;
}
