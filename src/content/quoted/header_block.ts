/** The block of header lines ("From: … Sent: … To: … Subject: …") that mail programs write above quoted mail. */

import { type HeaderRole, type LabelMeaning, labelOf, meaningsOf } from "./header_labels.ts";
import { isBlank, type Line, LONGEST_MARKER } from "./line.ts";

/** A long list of recipients or a subject may go on for this many lines before the next label. */
const MAX_CONTINUATION = 4;
const MAX_LINES = 40;
/** So many lines with labels of one meaning are no header block. */
const MAX_ALIKE = 8;
const ADDRESS = /[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+/;

/**
 * Where the header block that begins at `start` ends (exclusive), or `null` if none begins there. It needs three
 * different labels of one language, the sender among them, and a subject or an address: a traveller's
 * "From: … To: … Date: …" has neither.
 */
export function headerBlockEnd(lines: readonly Line[], start: number): number | null {
  const first = lines[start];
  if (first === undefined || first.depth > 0) return null;
  if (isHeaderOnOneLine(first.text)) return start + 1;
  if (meaningsAt(first).length === 0) return null;
  return endOfBlock(lines, start);
}

/** What the label at the beginning of the line can mean. */
function meaningsAt({ text }: Line): readonly LabelMeaning[] {
  const label = labelOf(text);
  return label === null ? [] : meaningsOf(label);
}

function endOfBlock(lines: readonly Line[], start: number): number | null {
  const roles = new Map<string, Set<HeaderRole>>();
  let end = start;
  let since = 0;
  let hasAddress = false;
  for (let index = start; index < lines.length && index < start + MAX_LINES; index++) {
    const line = lines[index]!;
    if (line.depth > 0) break;
    const known = meaningsAt(line);
    if (index - start > MAX_ALIKE && [...roles.values()].every((seen) => seen.size < 2)) return null;
    if (known.length === 0) {
      // A blank line ends the block once it is one; before that, some programs double-space it.
      if (isBlank(line) && isComplete(roles, hasAddress)) break;
      if (++since > MAX_CONTINUATION) break;
      continue;
    }
    // The next mail's block begins.
    if (index > start && known.some(({ language, role }) => role === "from" && roles.get(language)?.has(role))) break;
    since = 0;
    end = index + 1;
    hasAddress ||= ADDRESS.test(line.text.slice(0, LONGEST_MARKER));
    for (const { language, role } of known) {
      const seen = roles.get(language) ?? new Set<HeaderRole>();
      roles.set(language, seen.add(role));
    }
  }
  return isComplete(roles, hasAddress) ? withFoldedLines(lines, end) : null;
}

function isComplete(roles: ReadonlyMap<string, ReadonlySet<HeaderRole>>, hasAddress: boolean): boolean {
  return [...roles.values()].some((seen) => seen.size >= 3 && seen.has("from") && (seen.has("subject") || hasAddress));
}

/** Folded lines of the last header: they begin with white space. */
function withFoldedLines(lines: readonly Line[], end: number): number {
  let last = end;
  while (last < lines.length && lines[last]!.depth === 0 && /^[ \t]+\S/.test(lines[last]!.text)) last++;
  return last - end <= MAX_CONTINUATION ? last : end;
}

/** Outlook's mobile programs can lose the line breaks: all labels on one line. */
function isHeaderOnOneLine(text: string): boolean {
  if (text.length > LONGEST_MARKER * 4 || !/[:：]/.test(text)) return false;
  const first = labelOf(text);
  if (first === null || meaningsOf(first).every(({ role }) => role !== "from")) return false;
  const roles = new Map<string, Set<HeaderRole>>();
  for (const piece of text.matchAll(/(?:^|\s)[*_]{0,2}([\p{L}\p{M}]+(?: [\p{L}\p{M}]+)?)[*_]{0,2} ?[:：]/gu)) {
    const words = piece[1]!.toLowerCase();
    for (const label of [words, words.split(" ").at(-1)!]) {
      for (const { language, role } of meaningsOf(label)) {
        roles.set(language, (roles.get(language) ?? new Set<HeaderRole>()).add(role));
      }
    }
  }
  return [...roles.values()].some((seen) => seen.size >= 4 && seen.has("from") && seen.has("subject"));
}

/** Whether lines look like a header block of a language that the table does not know: three lines with labels, and an address or a time. */
export function looksLikeHeaderBlock(lines: readonly Line[]): boolean {
  const filled = lines.filter((line) => !isBlank(line)).slice(0, 8);
  const labelled = filled.filter((line) => labelOf(line.text) !== null);
  return labelled.length >= 3 && labelled[0] === filled[0] &&
    filled.some((line) => ADDRESS.test(line.text.slice(0, LONGEST_MARKER)) || /\d[:.]\d\d/.test(line.text));
}
