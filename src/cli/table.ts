/** Columns for people. */

/** Rows under a heading, two spaces apart, without blanks at the end; columns of numbers stand to the right. */
export function table(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = [heading, ...rows.map((row) => row.map((cell) => oneLine(String(cell))))];
  const widths = heading.map((_, column) => Math.max(...texts.map((row) => width(row[column] ?? ""))));
  const isNumber = heading.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"));
  return texts.map((row) =>
    row.map((cell, column) => {
      const padding = " ".repeat(widths[column]! - width(cell));
      return isNumber[column] ? padding + cell : cell + padding;
    }).join("  ").trimEnd()
  );
}

/** At most so many characters, with an ellipsis where something was cut. */
export function shortened(text: string, length: number): string {
  const characters = [...oneLine(text)];
  return characters.length <= length ? characters.join("") : `${characters.slice(0, length - 1).join("")}…`;
}

/** One line of at most so many columns of a terminal. */
export function cut(text: string, columns: number): string {
  const line = text.replace(/[\r\n\t]+/g, " ");
  if (width(line) <= columns) return line;
  let kept = "";
  let used = 0;
  for (const character of line) {
    used += width(character);
    if (used > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Columns on a terminal: East Asian characters and pictures take two, marks on the letter before take none. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/[\p{Mark}\u200b-\u200d\ufe0e\ufe0f]/u.test(character)) continue;
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/
        .test(character) || /\p{Emoji_Presentation}/u.test(character)
      ? 2
      : 1;
  }
  return columns;
}
