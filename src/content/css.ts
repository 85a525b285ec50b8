/** As much CSS as mail needs: inline styles, lengths in pixels, and the few facts that style sheets tell. */

import { type HtmlElement, type HtmlNode, rawText } from "./html.ts";

/** Property in lower case → value, as the last declaration says it. */
export type Style = ReadonlyMap<string, string>;

const cache = new Map<string, Style>();
const MAX_CACHED = 2000;
const empty: Style = new Map();

/** The inline style of an element. */
export function styleOf(element: HtmlElement): Style {
  const source = element.attributes.style;
  return source === undefined || source === "" ? empty : parseStyle(source);
}

/** Reads declarations; Word writes the same style thousands of times, hence the cache. */
export function parseStyle(source: string): Style {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const style = new Map<string, string>();
  for (const declaration of source.split(";")) {
    const colon = declaration.indexOf(":");
    if (colon <= 0) continue;
    const value = declaration.slice(colon + 1).replace(/!\s*important\s*$/i, "").trim();
    style.set(declaration.slice(0, colon).trim().toLowerCase(), value);
  }
  if (source.length < 500) {
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(source, style);
  }
  return style;
}

const pixelsPer: Readonly<Record<string, number>> = { px: 1, pt: 4 / 3, in: 96, cm: 37.795, mm: 3.7795, pc: 16 };

/** CSS pixels of an absolute length (`6.5in`, `640`), `null` for percentages, `auto` and nonsense. */
export function pixels(value: string | undefined): number | null {
  const match = value?.trim().toLowerCase().match(/^(\d{1,6}(?:\.\d*)?|\.\d+)(px|pt|in|cm|mm|pc)?$/);
  if (match === null || match === undefined) return null;
  return Math.round(parseFloat(match[1]!) * (pixelsPer[match[2] ?? "px"] ?? 1));
}

const classCache = new Map<string, readonly string[]>();

/** Classes of an element without the `x_` that Outlook on the web puts before those of quoted mail. */
export function classesOf(element: HtmlElement): readonly string[] {
  const value = element.attributes.class;
  if (value === undefined) return [];
  const known = classCache.get(value);
  if (known !== undefined) return known;
  const classes = value.split(/\s+/).map((name) => name.replace(/^(?:x_)+/, "")).filter(Boolean);
  if (classCache.size >= MAX_CACHED) classCache.clear();
  if (value.length < 200) classCache.set(value, classes);
  return classes;
}

/** What of the style sheets matters (rules within `@media` are for other screens). */
export interface SheetFacts {
  /** Classes shown nowhere. */
  readonly hidden: ReadonlySet<string>;
  /** Word's normal paragraphs have a margin below; in mail they usually have none. */
  readonly spacedNormal: boolean;
}

export function sheetFacts(nodes: readonly HtmlNode[]): SheetFacts {
  const hidden = new Set<string>();
  let spacedNormal = false;
  for (const { selectors, declarations } of styleSheets(nodes, 0).flatMap(rulesOutsideMedia)) {
    const hides = /display\s*:\s*none/i.test(declarations);
    for (const selector of selectors.split(",")) {
      const name = selector.trim().match(/^[a-z]*\.([\w-]+)$/i)?.[1]?.replace(/^(?:x_)+/, "");
      if (name === undefined) continue;
      if (hides) hidden.add(name);
      if (name === "MsoNormal" && (verticalMargins(parseStyle(declarations)) ?? 0) > TIGHT_PIXELS) spacedNormal = true;
    }
  }
  return { hidden, spacedNormal };
}

/** Up to this margin lines look like lines of one paragraph. */
export const TIGHT_PIXELS = 4;

/** Of a style that many elements share it is worked out once. */
function once<T>(of: (style: Style) => T): (style: Style) => T {
  const known = new WeakMap<Style, { readonly value: T }>();
  return (style) => {
    const found = known.get(style);
    if (found !== undefined) return found.value;
    const value = of(style);
    known.set(style, { value });
    return value;
  };
}

/** The larger of the margins above and below in CSS pixels, `null` if not said. */
export const verticalMargins: (style: Style) => number | null = once((style) => {
  if (style.get("mso-margin-top-alt") === "auto" || style.get("mso-margin-bottom-alt") === "auto") return 16;
  const sides = style.get("margin")?.trim().split(/\s+/) ?? [];
  const top = pixels(style.get("margin-top") ?? sides[0]);
  const bottom = pixels(style.get("margin-bottom") ?? sides[2] ?? sides[0]);
  return top === null && bottom === null ? null : Math.max(top ?? 0, bottom ?? 0);
});

/** Style elements stand in the head or at the top of the body, never deep. */
function styleSheets(nodes: readonly HtmlNode[], depth: number, found: string[] = []): string[] {
  if (depth > 6) return found;
  for (const node of nodes) {
    if (node.kind === "text") continue;
    if (node.name === "style") found.push(rawText(node.children));
    else styleSheets(node.children, depth + 1, found);
  }
  return found;
}

function rulesOutsideMedia(sheet: string): { selectors: string; declarations: string }[] {
  const rules: { selectors: string; declarations: string }[] = [];
  const css = sheet.replace(/<!--|-->|\/\*[^*]*\*\//g, "");
  let depth = 0;
  let start = 0;
  let selectors = "";
  for (const match of css.matchAll(/[{};]/g)) {
    const text = css.slice(start, match.index);
    start = match.index + 1;
    if (match[0] === "{") {
      if (depth++ === 0) selectors = text;
      continue;
    }
    if (depth === 1 && !selectors.trimStart().startsWith("@")) rules.push({ selectors, declarations: text });
    if (match[0] === "}") depth = Math.max(0, depth - 1);
  }
  return rules;
}

/** Whether a browser would show nothing of the element: preheaders, hidden tracking pictures, mobile-only copies. */
export function isHidden(element: HtmlElement, hidden: ReadonlySet<string>): boolean {
  if (element.attributes.hidden !== undefined) return true;
  const style = styleOf(element);
  if (style.size > 0 && hidesByStyle(style)) return true;
  return hidden.size > 0 && !style.has("display") && classesOf(element).some((name) => hidden.has(name));
}

const hidesByStyle: (style: Style) => boolean = once((style) => {
  const is = (property: string, pattern: RegExp) => pattern.test(style.get(property) ?? "");
  if (is("display", /^none\b/i) || is("visibility", /^hidden\b/i) || is("opacity", /^0(\.0+)?$/)) return true;
  const zero = /^0[a-z]*$/i;
  return is("overflow", /^hidden\b/i) && (is("max-height", zero) || is("height", zero) || is("max-width", zero));
});
