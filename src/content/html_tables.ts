/** Tables of a mail: which ones hold data, and their cells in a clean grid. */

import { classesOf, type Style, styleOf } from "./css.ts";
import type { HtmlElement, HtmlNode } from "./html.ts";
import type { Block, Cell } from "./tree.ts";

const MAX_SPAN = 50;
const MAX_COLUMNS = 100;
/** A cell with more text than this is a column of a page, not a datum. */
const DATUM_LENGTH = 240;

/** The rows of a table without those of tables inside it. */
export function rowsOf(table: HtmlElement): HtmlElement[] {
  return table.children.flatMap((node) => {
    if (node.kind === "text") return [];
    if (node.name === "tr") return [node];
    return ["thead", "tbody", "tfoot"].includes(node.name) ? rowsOf(node) : [];
  });
}

export function cellsOf(row: HtmlElement): HtmlElement[] {
  return row.children.filter((node): node is HtmlElement =>
    node.kind === "element" && (node.name === "td" || node.name === "th")
  );
}

/** Whether the table shows data in rows and columns. Most tables in mail only put things beside each other. */
export function isDataTable(table: HtmlElement): boolean {
  if (/^(?:presentation|none)$/i.test(table.attributes.role ?? "")) return false;
  const rows = rowsOf(table).map(cellsOf).filter((cells) => cells.length > 0);
  const cells = rows.flat();
  const columns = rows.reduce((widest, row) => Math.max(widest, widthOf(row)), 0);
  if (cells.length < 2 || columns > MAX_COLUMNS) return false;
  const nested = cells.some((cell) => holdsTable(cell.children));
  if (cells.some((cell) => cell.name === "th" && textLength(cell.children, 1) > 0)) return !nested || columns > 1;
  if (nested) return false;
  if (hasBorder(table, cells)) return columns > 1 || rows.length > 2;
  return rows.length > 1 && columns > 1 && rows.every((row) => widthOf(row) === columns) && cells.every(isDatum) &&
    cells.filter((cell) => textLength(cell.children, 1) > 0).length >= cells.length * 0.6;
}

function isDatum(cell: HtmlElement): boolean {
  return textLength(cell.children, DATUM_LENGTH) < DATUM_LENGTH &&
    !holdsElement(cell.children, ["img", "ul", "ol", "h1", "h2"]);
}

function widthOf(cells: readonly HtmlElement[]): number {
  return cells.reduce((width, cell) => width + spanOf(cell, "colspan"), 0);
}

function spanOf(cell: HtmlElement, name: "colspan" | "rowspan"): number {
  const span = Math.trunc(Number(cell.attributes[name] ?? 1));
  return Number.isFinite(span) ? Math.min(MAX_SPAN, Math.max(1, span)) : 1;
}

function hasBorder(table: HtmlElement, cells: readonly HtmlElement[]): boolean {
  if (Number(table.attributes.border) > 0 || classesOf(table).some((name) => /^MsoTableGrid|^MsoTable\d/i.test(name))) {
    return true;
  }
  if (drawsBorder(styleOf(table)) && cells.length > 3) return true;
  return cells.filter((cell) => drawsBorder(styleOf(cell))).length > cells.length / 2;
}

function drawsBorder(style: Style): boolean {
  for (const [property, value] of style) {
    if (!/^border(?:-(?:top|bottom|left|right))?(?:-style)?$/.test(property)) continue;
    if (
      /\b(?:solid|double|dotted|dashed|groove|ridge|inset|outset)\b/i.test(value) &&
      !/\b0(?:px|pt)?\s|transparent/i.test(value)
    ) return true;
  }
  return false;
}

/** Characters of text below that are no white space, counted up to the limit. */
export function textLength(nodes: readonly HtmlNode[], limit: number): number {
  let length = 0;
  for (const node of nodes) {
    if (length >= limit) break;
    length += node.kind === "text"
      ? node.text.replace(/[\s\u00a0\u200b-\u200d]+/g, "").length
      : node.name === "style"
      ? 0
      : textLength(node.children, limit - length);
  }
  return Math.min(length, limit);
}

function holdsTable(nodes: readonly HtmlNode[]): boolean {
  return holdsElement(nodes, ["table"]);
}

/** Whether one of the elements stands anywhere below. */
export function holdsElement(nodes: readonly HtmlNode[], names: readonly string[]): boolean {
  return nodes.some((node) =>
    node.kind === "element" && (names.includes(node.name) || holdsElement(node.children, names))
  );
}

/**
 * Reads a data table; `null` if nothing is in it. Every row gets the same width, spans stay within the table, and empty
 * rows go if no cell spans rows.
 */
export function readTable(table: HtmlElement, read: (cell: HtmlElement) => Block[]): Block | null {
  const head = new Set(
    table.children.flatMap((node) => node.kind === "element" && node.name === "thead" ? rowsOf(node) : []),
  );
  let rows = rowsOf(table).map((row) =>
    cellsOf(row).map((cell): Cell => ({
      header: cell.name === "th" || head.has(row),
      colspan: spanOf(cell, "colspan"),
      rowspan: spanOf(cell, "rowspan"),
      blocks: read(cell),
    }))
  );
  if (rows.every((row) => row.every((cell) => cell.blocks.length === 0))) return null;
  if (rows.every((row) => row.every((cell) => cell.rowspan === 1))) {
    rows = rows.filter((row) => row.some((cell) => cell.blocks.length > 0));
  }
  return { kind: "table", rows: squareRows(rows) };
}

/** Fits spans into the table and fills short rows with empty cells. A table that spans make absurdly wide loses them. */
export function squareRows(rows: readonly (readonly Cell[])[]): Cell[][] {
  const occupied: number[] = rows.map(() => 0);
  const fitted = rows.map((row, at) =>
    row.map((cell) => {
      const rowspan = Math.min(cell.rowspan, rows.length - at);
      for (let below = 0; below < rowspan; below++) occupied[at + below]! += cell.colspan;
      return rowspan === cell.rowspan ? cell : { ...cell, rowspan };
    })
  );
  const width = occupied.reduce((widest, columns) => Math.max(widest, columns), 1);
  const spans = fitted.some((row) => row.some((cell) => cell.colspan > 1 || cell.rowspan > 1));
  if (width > MAX_COLUMNS && spans) {
    return squareRows(rows.map((row) => row.map((cell) => ({ ...cell, colspan: 1, rowspan: 1 }))));
  }
  const empty: Cell = { header: false, colspan: 1, rowspan: 1, blocks: [] };
  return fitted.map((row, at) => {
    const missing = width - occupied[at]!;
    return missing === 0 || missing > MAX_COLUMNS ? row : [...row, ...Array.from({ length: missing }, () => empty)];
  });
}
