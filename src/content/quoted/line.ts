/** The common ground of both cutters: a mail as lines, whatever it was written in. */

/** What the markup of a mail program says about a line. */
export type LineMark =
  /** Part of the header block that the program wrote above the history (`divRplyFwdMsg`). */
  | "reply-header"
  /** The "On … wrote:" line (`gmail_attr`, `moz-cite-prefix`). */
  | "attribution"
  /** Inside the program's own signature element. */
  | "signature";

export interface Line {
  /** Visible text without quote signs, without invisible characters; a picture is {@link PICTURE}. */
  readonly text: string;
  /** How often the line is quoted: `>` signs or quoting elements; 0 is the writer's own. */
  readonly depth: number;
  readonly mark: LineMark | null;
  /** A horizontal rule or a border of the markup lies here. */
  readonly rule: boolean;
  /** The program put the beginning of the history here (`appendonsend`). */
  readonly boundary: boolean;
  /** What `attribution.ts` found out about the text, once it was asked. */
  saysWrote?: boolean;
}

/** Stands for a picture in the text of a line. */
export const PICTURE = "\uFFFC";

/** Longest text of a line that a rule looks at; what quotes a mail is never longer. */
export const LONGEST_MARKER = 600;

/** Bidirectional controls, zero-width characters, soft hyphens. */
const INVISIBLE = /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;
const SPACES = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g;

/** One line of visible text: invisible characters out, every space an ordinary one. */
export function visible(text: string): string {
  if (!/[\u0080-\uFFFF]/.test(text)) return text;
  return text.replace(INVISIBLE, "").replace(SPACES, " ");
}

export function isBlank(line: Line): boolean {
  return line.text.trim() === "";
}

/** `>` signs, or the initials of Supercite (`AL>`), before the text. */
const QUOTE_SIGNS = /^ {0,3}((?:>[ \t]?)+)/;
const SUPERCITE = /^ {0,3}[A-Z]{1,3}>+(?=\s|$)/;

/** A line of plain text with its quote signs counted and taken off. */
export function plainLine(raw: string, depth = 0): Line {
  const text = visible(raw);
  const signs = text.match(QUOTE_SIGNS);
  const supercite = signs === null ? text.match(SUPERCITE) : null;
  const prefix = signs?.[0] ?? supercite?.[0] ?? "";
  const signed = signs === null ? (supercite === null ? 0 : 1) : (signs[1]!.match(/>/g) ?? []).length;
  return { text: text.slice(prefix.length), depth: depth + signed, mark: null, rule: false, boundary: false };
}

/**
 * Lines of plain text. The `>` that closes an address broken over lines (`<ada@example.com` / `> wrote:`) is no quote sign.
 */
export function plainLines(raw: readonly string[], depths?: readonly number[]): Line[] {
  const lines = raw.map((text, index) => plainLine(text, depths?.[index] ?? 0));
  for (let index = 1; index < lines.length; index++) {
    if (!/^>.{0,60}[:：]\s*$/u.test(visible(raw[index]!)) || !hasOpenBracket(lines, index, depths?.[index] ?? 0)) {
      continue;
    }
    lines[index] = { ...lines[index]!, text: visible(raw[index]!), depth: depths?.[index] ?? 0 };
  }
  return lines;
}

/** Whether the filled lines above, at the same depth, leave a `<` open. */
function hasOpenBracket(lines: readonly Line[], below: number, depth: number): boolean {
  let open = 0;
  for (let index = below - 1, seen = 0; index >= Math.max(0, below - 12) && seen < 4; index--) {
    const line = lines[index]!;
    if (line.depth !== depth) return false;
    if (line.text.trim() === "") continue;
    seen++;
    for (const character of line.text.slice(0, LONGEST_MARKER)) {
      open += character === "<" ? 1 : character === ">" ? -1 : 0;
    }
    if (open > 0) return true;
  }
  return false;
}
