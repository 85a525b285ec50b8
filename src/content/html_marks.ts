/** Bold, colour, links: what an element adds to the marks of the text below it. */

import { textColor } from "./colors.ts";
import { type Style, styleOf } from "./css.ts";
import type { HtmlElement } from "./html.ts";
import { safeHref } from "./links.ts";
import type { Marks } from "./tree.ts";

type Draft = { -readonly [Name in keyof Marks]: Marks[Name] };

const strong: Marks = { strong: true };
const em: Marks = { em: true };
const underline: Marks = { underline: true };
const strike: Marks = { strike: true };
const code: Marks = { code: true };

const byName = new Map<string, Marks>([
  ["b", strong],
  ["strong", strong],
  ["th", strong],
  ["dt", strong],
  ["i", em],
  ["em", em],
  ["cite", em],
  ["dfn", em],
  ["var", em],
  ["address", em],
  ["u", underline],
  ["ins", underline],
  ["s", strike],
  ["strike", strike],
  ["del", strike],
  ["code", code],
  ["tt", code],
  ["kbd", code],
  ["samp", code],
  ["sub", { sub: true }],
  ["sup", { sup: true }],
]);

/** The marks of what stands within `element`, given those around it. */
export function marksWithin(element: HtmlElement, around: Marks): Marks {
  const own = byName.get(element.name);
  const style = styleOf(element);
  if (own === undefined && style.size === 0 && element.name !== "a" && element.name !== "font") return around;
  const marks: Draft = { ...around, ...own };
  if (element.name === "font") applyColor(marks, element.attributes.color);
  if (element.name === "a") {
    const href = safeHref(element.attributes.href ?? "");
    if (href !== null) marks.href = href;
  }
  if (style.size > 0) applyStyle(marks, style);
  if (marks.sub && marks.sup) delete marks[own?.sub ? "sup" : "sub"];
  return marks;
}

function applyStyle(marks: Draft, style: Style): void {
  const weight = style.get("font-weight") ?? style.get("font")?.match(/\b(?:bold|normal)\b/i)?.[0];
  if (weight !== undefined) {
    set(marks, "strong", /^(?:bold|bolder|[6-9]\d\d)\b/i.test(weight), /^(?:normal|lighter|[1-5]\d\d)\b/i.test(weight));
  }
  const slant = style.get("font-style");
  if (slant !== undefined) set(marks, "em", /^(?:italic|oblique)/i.test(slant), /^normal/i.test(slant));
  const decoration = `${style.get("text-decoration") ?? ""} ${style.get("text-decoration-line") ?? ""}`.toLowerCase();
  if (decoration.includes("underline")) marks.underline = true;
  if (decoration.includes("line-through")) marks.strike = true;
  const align = style.get("vertical-align")?.toLowerCase();
  if (align === "sub" || align === "super") {
    delete marks[align === "sub" ? "sup" : "sub"];
    marks[align === "sub" ? "sub" : "sup"] = true;
  }
  applyColor(marks, style.get("color"));
}

function set(marks: Draft, name: "strong" | "em", on: boolean, off: boolean): void {
  if (on) marks[name] = true;
  else if (off) delete marks[name];
}

function applyColor(marks: Draft, value: string | undefined): void {
  if (value === undefined || /^(?:inherit|initial|currentcolor)$/i.test(value.trim())) return;
  const color = textColor(value);
  if (color === null) delete marks.color;
  else marks.color = color;
}

/** Links look like links by themselves: their blue and their underline say nothing. */
export function shownMarks(marks: Marks): Marks {
  if (marks.href === undefined || marks.color === undefined && marks.underline === undefined) return marks;
  const { color: _color, underline: _underline, ...shown } = marks;
  return shown;
}
