/** What each line of a mail is. */

import { attributionStart, namesWriterAboveQuote } from "./attribution.ts";
import { isDeviceLine } from "./device_lines.ts";
import { headerBlockEnd, looksLikeHeaderBlock } from "./header_block.ts";
import { isBlank, type Line } from "./line.ts";
import { isForwardMarker, isOriginalMarker, isSeparator, isSignatureDelimiter } from "./markers.ts";

export type LineKind =
  | "blank"
  | "text"
  | "quote"
  /** "On … wrote:" */
  | "attribution"
  /** A header block, or "-----Original Message-----". */
  | "header"
  /** "---------- Forwarded message ----------" */
  | "forward"
  | "rule"
  | "device"
  | "signature-delimiter"
  /** In a signature element of the markup. */
  | "signature";

/** An attribution, wrapped and with blank lines in it, is known at its last line, so many lines below its first at most. */
const LOOK_AHEAD = 12;

/** The kinds of lines, found out as far down as somebody asks: most of a long mail is history that nobody reads. */
export class LineKinds {
  readonly #lines: readonly Line[];
  readonly #kinds: LineKind[] = [];
  /** All above are looked at. */
  #done = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  at(index: number): LineKind {
    const needed = Math.min(this.#lines.length, index + LOOK_AHEAD + 1);
    while (this.#done < needed) this.#look();
    return this.#kinds[index]!;
  }

  #look(): void {
    const index = this.#done;
    this.#kinds[index] ??= kindOf(this.#lines[index]!);
    if (this.#kinds[index] === "text") {
      const end = headerBlockEnd(this.#lines, index) ?? unknownHeaderEnd(this.#lines, index);
      if (end !== null) {
        for (let line = index; line < end; line++) this.#kinds[line] = "header";
        this.#done = end;
        return;
      }
      this.#lookForAttribution(index);
    }
    this.#done = index + 1;
  }

  #lookForAttribution(last: number): void {
    const start = attributionStart(this.#lines, last) ?? (this.#namesWriterOfQuote(last) ? last : null);
    if (start === null || last - start > LOOK_AHEAD) return;
    for (let line = start; line <= last; line++) {
      if (this.#kinds[line] !== "text" && this.#kinds[line] !== "blank") return;
    }
    this.#kinds.fill("attribution", start, last + 1);
  }

  #namesWriterOfQuote(index: number): boolean {
    const below = this.#lines.slice(index + 1, index + 3).find((line) => !isBlank(line));
    return below !== undefined && below.depth > 0 && namesWriterAboveQuote(this.#lines[index]!);
  }
}

function kindOf(line: Line): LineKind {
  if (line.depth > 0) return "quote";
  const { text } = line;
  if (isBlank(line)) return line.rule ? "rule" : "blank";
  if (line.mark === "reply-header") return isForwardMarker(text) ? "forward" : "header";
  if (isForwardMarker(text)) return "forward";
  if (isOriginalMarker(text)) return "header";
  if (line.mark === "attribution") return "attribution";
  if (isSignatureDelimiter(text)) return "signature-delimiter";
  if (isSeparator(text)) return "rule";
  if (isDeviceLine(text)) return "device";
  return line.mark === "signature" ? "signature" : "text";
}

/** A header block of a language without a table, known by the border that the program drew above it. */
function unknownHeaderEnd(lines: readonly Line[], start: number): number | null {
  if (!lines[start]!.boundary && !lines[start]!.rule) return null;
  let end = start;
  while (end < lines.length && end - start <= 12 && lines[end]!.depth === 0 && !isBlank(lines[end]!)) end++;
  return end - start <= 12 && looksLikeHeaderBlock(lines.slice(start, end)) ? end : null;
}
