/** How the readers of Jira's text formats are told to write. */

import type { AdfNode } from "../core/jira.ts";

export type Align = "center" | "end" | null;

export interface PanelLook {
  /** `info`, `note`, `warning`, …; `null` for the panel macro of wiki markup, which has no type. */
  readonly type: string | null;
  readonly title: string | null;
  readonly color: string | null;
}

export interface ListLook {
  readonly kind: "ul" | "ol" | "tasks";
  /** First number of an `ol`, 1 or more. */
  readonly start: number;
}

export interface CellLook {
  readonly header: boolean;
  /** HTML: ` colspan="2"`, ` rowspan="2"`, both, or nothing. */
  readonly spans: string;
  readonly color: string | null;
}

/** Pixels, more than 0. */
export interface Size {
  readonly width: number | undefined;
  readonly height: number | undefined;
}

/**
 * What looks different from place to place; all else (`<strong>`, `<li>`, `<tr>`, …) the readers write themselves.
 * An `html` is HTML already, a color is safe in a `style`; every other text comes from people and must be escaped.
 */
export interface HtmlWriter {
  paragraph(html: string, align: Align): string;
  heading(level: number, html: string, align: Align): string;
  quote(html: string): string;
  code(html: string, title: string | null): string;
  panel(html: string, look: PanelLook): string;
  expand(html: string, title: string | null): string;
  rule(): string;
  list(html: string, look: ListLook): string;
  table(html: string): string;
  cell(html: string, look: CellLook): string;
  /** ADF's frames around pictures. */
  figure(html: string, part: "mediaSingle" | "mediaGroup" | "caption"): string;
  mono(html: string): string;
  lozenge(text: string): string;
  /** `day`: `YYYY-MM-DD`, or empty. */
  date(day: string): string;
  /** `id`: account id or login. `name`: what the text itself calls the person, may be empty. */
  mention(id: string, name: string): string;
  /** A link, or `html` alone if the address is not one to follow. */
  link(href: string, html: string): string;
  /** Whether wiki markup's `[text|target]` is a link; if not, it is shown as it stands. */
  isTarget(target: string): boolean;
  /** ADF: a picture or file by its media id. `alt` may be empty. */
  media(id: string, alt: string, size: Size): string;
  /** Wiki markup: `!name|alt=…!`. `alt` may be empty. */
  picture(name: string, alt: string, size: Size): string;
  /** Wiki markup: `[^name]`. */
  file(name: string): string;
  /** A node that the reader does not know; `html` is its content. */
  other(html: string, node: AdfNode): string;
}

/** `#rgb`, `#rrggbb` or a name; `null` for anything else. */
export function safeColor(color: string): string | null {
  return /^(?:#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]{3,20})$/i.test(color.trim()) ? color.trim() : null;
}
