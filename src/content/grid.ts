/** Tables without spans, for formats that know none: what a cell covers stays empty. */

import type { Cell } from "./tree.ts";

const empty: Cell = { header: false, colspan: 1, rowspan: 1, blocks: [] };

/** Every row with one cell per column; header cells cover header cells. */
export function withoutSpans(rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  if (rows.every((row) => row.every(({ colspan, rowspan }) => colspan === 1 && rowspan === 1))) return rows;
  const covered: (Cell | undefined)[][] = rows.map(() => []);
  return rows.map((row, at) => {
    const line = covered[at]!;
    let column = 0;
    for (const cell of row) {
      while (line[column] !== undefined) column++;
      for (let down = 0; down < cell.rowspan && at + down < rows.length; down++) {
        for (let right = 0; right < cell.colspan; right++) {
          covered[at + down]![column + right] ??= { ...empty, header: cell.header };
        }
      }
      line[column] = { ...cell, colspan: 1, rowspan: 1 };
      column += cell.colspan;
    }
    return Array.from(line, (cell) => cell ?? empty);
  });
}
