/** A Jira text as HTML for a mail. What is not known keeps its text. */

import { wellFormedHtml } from "../../core/html.ts";
import type { AdfNode, RichText } from "../../core/jira.ts";
import { attr } from "../../jira_text/adf.ts";
import type { Align, CellLook, HtmlWriter, ListLook, PanelLook, Size } from "../../jira_text/html_writer.ts";
import { richTextToHtml } from "../../jira_text/rich_text.ts";
import { oneLine } from "../clean_text.ts";
import { safeHref } from "../links.ts";
import { element, type HtmlContext, STYLE } from "./context.ts";

export function textToMailHtml(text: RichText, context: HtmlContext): string {
  return richTextToHtml(text, new MailWriter(context));
}

const PANELS: ReadonlyMap<string, string> = new Map([
  ["info", "#e9f2ff"],
  ["note", "#f3f0ff"],
  ["tip", "#dcfff1"],
  ["success", "#dcfff1"],
  ["warning", "#fff7d6"],
  ["error", "#ffeceb"],
]);

export class MailWriter implements HtmlWriter {
  constructor(private readonly context: HtmlContext) {}

  paragraph(html: string, align: Align): string {
    return element("p", STYLE.paragraph + alignment(align), html);
  }

  heading(level: number, html: string, align: Align): string {
    return element(`h${level}`, STYLE.heading + alignment(align), html);
  }

  quote(html: string): string {
    return element("blockquote", STYLE.quote, html);
  }

  code(html: string, title: string | null): string {
    return this.#title(title) + element("pre", STYLE.code, `<code>${html}</code>`);
  }

  panel(html: string, { type, title, color }: PanelLook): string {
    const background = type === null ? color : color ?? PANELS.get(type) ?? "#e9f2ff";
    return element("div", STYLE.panel + backgroundOf(background), this.#title(title) + html);
  }

  expand(html: string, title: string | null): string {
    return this.#title(title) + html;
  }

  rule(): string {
    return `<hr style="${STYLE.rule}">`;
  }

  list(html: string, { kind, start }: ListLook): string {
    if (kind === "tasks") return element("ul", `${STYLE.list};list-style:none;padding-left:8px`, html);
    return element(kind, STYLE.list, html, start > 1 ? ` start="${start}"` : "");
  }

  table(html: string): string {
    return element("table", STYLE.table, `<tbody>${html}</tbody>`, ' cellpadding="0" cellspacing="0"');
  }

  cell(html: string, { header, spans, color }: CellLook): string {
    return element(header ? "th" : "td", (header ? STYLE.header : STYLE.cell) + backgroundOf(color), html, spans);
  }

  figure(html: string, part: "mediaSingle" | "mediaGroup" | "caption"): string {
    return element("div", part === "caption" ? `${STYLE.file};font-size:90%` : STYLE.paragraph, html);
  }

  mono(html: string): string {
    return element("code", STYLE.mono, html);
  }

  lozenge(text: string): string {
    return element("span", STYLE.lozenge, wellFormedHtml(text));
  }

  date(day: string): string {
    return day;
  }

  mention(id: string, name: string): string {
    const clean = oneLine(name || (this.context.names.get(id) ?? "")).replace(/^@/, "");
    return element("span", STYLE.mention, wellFormedHtml(`@${clean === "" ? "someone" : clean}`));
  }

  link(href: string, html: string): string {
    const safe = safeHref(href);
    return safe === null ? html : `<a href="${wellFormedHtml(safe)}" style="color:#0c66e4">${html}</a>`;
  }

  isTarget(target: string): boolean {
    return /^(https?:\/\/|mailto:)/i.test(target);
  }

  /** A picture or file, or its name if it does not come with the mail. */
  media(id: string, alt: string, { width, height }: Size): string {
    const target = this.context.media.get(id);
    if (target?.kind === "picture") {
      const number = (name: string, value: number | undefined) =>
        value !== undefined && value < 5000 ? ` ${name}="${Math.round(value)}"` : "";
      return `<img src="cid:${wellFormedHtml(target.contentId)}" alt="${wellFormedHtml(oneLine(target.alt))}"${
        number("width", width)
      }${number("height", height)} style="${STYLE.picture}">`;
    }
    const name = target?.name ?? (oneLine(alt) || "a file");
    const note = target?.note ?? "not sent";
    return element("span", STYLE.file, wellFormedHtml(`[${oneLine(name)}${note === "" ? "" : ` – ${note}`}]`));
  }

  picture(name: string, _alt: string, size: Size): string {
    return this.media(name, name, size);
  }

  file(name: string): string {
    return this.media(name, name, { width: undefined, height: undefined });
  }

  other(html: string, node: AdfNode): string {
    return html || wellFormedHtml(attr(node, "text"));
  }

  #title(title: string | null): string {
    return title === null ? "" : element("p", STYLE.paragraph, `<strong>${wellFormedHtml(title)}</strong>`);
  }
}

function alignment(align: Align): string {
  return align === "center" ? ";text-align:center" : align === "end" ? ";text-align:right" : "";
}

function backgroundOf(color: string | null): string {
  return color === null ? "" : `;background-color:${color}`;
}
