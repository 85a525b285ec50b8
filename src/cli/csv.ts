/** Comma separated values (RFC 4180) that a spreadsheet may open although strangers wrote what is in them. */

/** What makes a spreadsheet calculate; the wide forms too, which some of them read alike. */
const FORMULA = "[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20]";
/** At the start of a cell, and after a semicolon or tabulator, with which some countries' spreadsheets separate. */
const OBEYED = new RegExp(`(^|[;\\t])(?=\\s*${FORMULA})`, "g");

/** One line with its end. Every cell is quoted; an apostrophe stands before what would be a formula. `null` is empty. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return '""';
  if (typeof cell === "number") return `"${cell}"`;
  return `"${cell.replace(/[\r\n]+/g, " ").replace(OBEYED, "$1'").replaceAll('"', '""')}"`;
}
