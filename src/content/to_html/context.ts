/** What the writers of mail HTML are told about a Jira text, and the pieces both share. */

import { oneLine } from "../clean_text.ts";
import { escapeHtml } from "../escape_html.ts";
import { safeHref } from "../links.ts";

/** A picture or file that a text shows, as it names it: ADF by media id, wiki markup by file name. */
export interface MediaRef {
  /** Media id (ADF) or file name (wiki). */
  readonly ref: string;
  /** ADF: often the file name; else empty. */
  readonly alt: string;
}

/** What is shown in its place. */
export type MediaTarget =
  /** An inline attachment of the mail. */
  | { readonly kind: "picture"; readonly contentId: string; readonly alt: string }
  /** An attachment of the mail, or one that is named only. */
  | { readonly kind: "file"; readonly name: string; readonly note: string };

export interface HtmlContext {
  /** By {@link MediaRef.ref}. */
  readonly media: ReadonlyMap<string, MediaTarget>;
  /** Names of mentioned accounts, by account id or login. */
  readonly names: ReadonlyMap<string, string>;
}

/** Styles stand in the tags: mail programs drop style sheets. */
export const STYLE = {
  paragraph: "margin:0 0 10px",
  heading: "margin:16px 0 8px;line-height:1.25",
  list: "margin:0 0 10px;padding-left:28px",
  quote: "margin:0 0 10px;padding:2px 0 2px 12px;border-left:3px solid #dcdfe4;color:#44546f",
  code:
    "margin:0 0 10px;padding:10px 12px;background-color:#f1f2f4;border-radius:4px;font-family:Consolas,'Courier New',monospace;" +
    "font-size:13px;white-space:pre-wrap;word-break:break-word",
  mono:
    "padding:1px 4px;background-color:#f1f2f4;border-radius:3px;font-family:Consolas,'Courier New',monospace;font-size:90%",
  table: "margin:0 0 10px;border-collapse:collapse",
  cell: "padding:6px 10px;border:1px solid #c1c7d0;vertical-align:top;text-align:left",
  header: "padding:6px 10px;border:1px solid #c1c7d0;vertical-align:top;text-align:left;background-color:#f1f2f4",
  rule: "margin:16px 0;border:0;border-top:1px solid #dcdfe4",
  panel: "margin:0 0 10px;padding:10px 12px;border-radius:4px;background-color:#e9f2ff",
  mention: "color:#0c66e4",
  lozenge: "padding:1px 5px;background-color:#dfe1e6;border-radius:3px;font-size:85%;font-weight:600",
  file: "color:#44546f",
  picture: "max-width:100%;height:auto;border:0",
} as const;

/** Half a surrogate pair would not survive UTF-8. */
export function wellFormedHtml(text: string): string {
  return escapeHtml(text.toWellFormed());
}

export function element(tag: string, style: string, html: string, attributes = ""): string {
  return `<${tag}${attributes} style="${style}">${html}</${tag}>`;
}

/** A link to the web or to an address; anything else is its text alone. `html` is already escaped. */
export function link(href: string, html: string): string {
  const safe = safeHref(href);
  return safe === null ? html : `<a href="${wellFormedHtml(safe)}" style="color:#0c66e4">${html}</a>`;
}

export function mention(name: string): string {
  const clean = oneLine(name).replace(/^@/, "");
  return element("span", STYLE.mention, wellFormedHtml(`@${clean === "" ? "someone" : clean}`));
}

/** A picture or file, or its name if it does not come with the mail. */
export function media(
  { media }: HtmlContext,
  { ref, alt }: MediaRef,
  size: { readonly width?: number | undefined; readonly height?: number | undefined } = {},
): string {
  const target = media.get(ref);
  if (target?.kind === "picture") {
    const number = (name: string, value: number | undefined) =>
      value !== undefined && value > 0 && value < 5000 ? ` ${name}="${Math.round(value)}"` : "";
    return `<img src="cid:${wellFormedHtml(target.contentId)}" alt="${wellFormedHtml(oneLine(target.alt))}"${
      number("width", size.width)
    }${number("height", size.height)} style="${STYLE.picture}">`;
  }
  const name = target?.name ?? (oneLine(alt) || "a file");
  const note = target?.note ?? "not sent";
  return element("span", STYLE.file, wellFormedHtml(`[${oneLine(name)}${note === "" ? "" : ` – ${note}`}]`));
}

/** `#rgb`, `#rrggbb` or a name; `null` for anything else. */
export function safeColor(color: string): string | null {
  return /^(?:#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]{3,20})$/i.test(color.trim()) ? color.trim() : null;
}
