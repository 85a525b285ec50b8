import { decideCut } from "./decide_cut.ts";
import { plainLines } from "./line.ts";
import { withSecondOpinion } from "./second_opinion.ts";

export interface TextCutOptions {
  /** Graph's `uniqueBody` as plain text, `null` if there is none. */
  readonly unique: string | null;
}

export interface TextCut {
  /** Line ends are `\n`; without blank lines at both ends. */
  readonly kept: string;
  /** Empty if nothing was cut. */
  readonly removed: string;
  /** One sentence without a full stop. */
  readonly reason: string;
}

/**
 * Cuts quoted history, signatures and device lines from the plain text of a reply. Answers between quotes stay, with the
 * quoted lines that they answer. Not for a first mail or a forward: those are never cut.
 */
export function cutQuotedText(text: string, { unique }: TextCutOptions): TextCut {
  const raw = splitLines(text);
  const lines = plainLines(raw);
  const uniqueLines = unique === null ? null : plainLines(splitLines(unique));
  const { removed, reason } = withSecondOpinion(lines, decideCut(lines), uniqueLines);
  return {
    kept: joinLines(raw.filter((_, index) => !removed[index])),
    removed: joinLines(raw.filter((_, index) => removed[index])),
    reason,
  };
}

function splitLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/);
}

function joinLines(lines: readonly string[]): string {
  let start = 0;
  let end = lines.length;
  while (start < end && lines[start]!.trim() === "") start++;
  while (end > start && lines[end - 1]!.trim() === "") end--;
  return lines.slice(start, end).join("\n");
}
