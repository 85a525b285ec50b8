/** Decides which lines of a reply are its own and which are history: the same rules for plain text and HTML. */

import { type LineKind, LineKinds } from "./classify_lines.ts";
import { endsWithColon, introduces } from "./introductions.ts";
import type { Line } from "./line.ts";
import { isFooter, isForwardMarker } from "./markers.ts";

export interface Decision {
  /** One for each line. */
  readonly removed: boolean[];
  /** One sentence without a full stop. */
  readonly reason: string;
}

/** A signature longer than this is a text behind a line of two dashes. */
const LONGEST_SIGNATURE = 15;

export function decideCut(lines: readonly Line[]): Decision {
  const cut = new Cut(lines);
  cut.findHistory();
  cut.cutSignatures();
  cut.cutQuotes();
  cut.cutDeviceLines();
  cut.trimEdges();
  return cut.decision();
}

interface Run {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

class Cut {
  readonly #lines: readonly Line[];
  readonly #kinds: LineKinds;
  readonly #removed: boolean[];
  readonly #why = new Set<string>();
  /** From here on everything is history or a kept forward; the rules for quotes look only above it. */
  #end: number;
  #keptForward = false;
  #pointsBelow = false;
  #nothingOwn = false;
  /** The text found last by {@link #isAnsweredBelow}: it is below many a quote. */
  #textFound: number | null = null;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
    this.#kinds = new LineKinds(lines);
    this.#removed = new Array<boolean>(lines.length).fill(false);
    this.#end = lines.length;
  }

  /** The first header block or attribution with unquoted mail below it: all from there on is history. */
  findHistory(): void {
    const own: string[] = [];
    let signature = false;
    for (let index = 0; index < this.#lines.length; index++) {
      const kind = this.#kinds.at(index);
      if (kind === "signature-delimiter") signature ||= this.#signatureEnd(index) !== null;
      else if (kind === "quote") signature = false;
      else if (kind === "text" && !signature) own.push(this.#lines[index]!.text.trim());
      if (kind !== "forward" && kind !== "header" && kind !== "attribution") continue;
      const run = this.#markerRun(index);
      if (!this.#judgeMarker(run, own)) return;
      signature = false;
      index = run.end - 1;
    }
  }

  /** Returns whether to look further down. */
  #judgeMarker(run: Run, own: readonly string[]): boolean {
    const forward = this.#kinds.at(run.start) === "forward";
    const header = this.#runHas(run, "header");
    const quoted = this.#firstBelow(run.end) === "quote";
    if (own.length === 0) {
      // A mark at the very top: what is below is all there is. Only the lines that name its writer may go.
      if (this.#lines.slice(run.start, run.end).some(({ mark }) => mark === "reply-header")) {
        this.#nothingOwn = true;
        return false;
      }
      if (forward || (!header && !quoted && this.#firstBelow(run.end) !== null)) {
        this.#remove(run, "the lines that say who wrote the text below");
      }
      return true;
    }
    if (forward) return this.#keepBelow(run, "the forwarded mail below the text is part of it");
    if (quoted && (!header || this.#isAnsweredBelow(run.end))) return true;
    if (this.#firstBelow(run.end) !== null && introduces(own)) {
      return this.#keepBelow(run, "the text refers to the mail below it");
    }
    this.#end = this.#withEdgeAbove(run.start);
    this.#remove(
      { start: this.#end, end: this.#lines.length },
      header ? "the mail below the header lines" : "the mail below the line that names its writer",
    );
    return false;
  }

  #keepBelow(run: Run, why: string): false {
    this.#end = run.start;
    this.#keptForward = true;
    this.#pointsBelow = true;
    this.#why.add(why);
    return false;
  }

  /** Signatures: from the delimiter to the history below or the end. */
  cutSignatures(): void {
    let own = false;
    for (let index = 0; index < this.#end; index++) {
      const kind = this.#kinds.at(index);
      if (kind === "text") own = true;
      if (kind === "signature" && own) this.#remove({ start: index, end: index + 1 }, "the signature");
      if (kind !== "signature-delimiter" || !own) continue;
      const end = this.#signatureEnd(index);
      if (end === null) continue;
      this.#remove({ start: this.#withEdgeAbove(index), end }, "the signature");
      index = end - 1;
    }
  }

  /** `null`: too long for a signature, or text of more than one paragraph block that goes on after a quote. */
  #signatureEnd(delimiter: number): number | null {
    const marked = this.#lines[delimiter]!.mark === "signature";
    let filled = 0;
    for (let end = delimiter + 1; end < this.#end; end++) {
      const kind = this.#kinds.at(end);
      if (kind === "quote" || kind === "attribution" || kind === "header" || kind === "forward") return end;
      if (kind !== "blank" && ++filled > LONGEST_SIGNATURE && !marked) return null;
    }
    return this.#end;
  }

  /** Quoted lines: history, unless the writer answers between them. */
  cutQuotes(): void {
    const quotes = this.#quoteRuns();
    if (quotes.length === 0) return;
    const lastQuoteEnd = quotes.at(-1)!.end;
    const tail = this.#tailAfterQuotes(lastQuoteEnd);
    const own = this.#ownIndexes(tail.answers ? this.#end : lastQuoteEnd);
    const first = own[0];
    const last = own.at(-1);
    if (first === undefined || last === undefined) {
      this.#nothingOwn = !this.#keptForward;
      return;
    }
    if (tail.signatureAt !== null) this.#remove({ start: tail.signatureAt, end: this.#end }, "the signature");
    const between = quotes.some((run) => run.start > first && run.end <= last);
    for (const run of quotes) {
      if (run.start > last) this.#cutTrailingQuote(run, own);
      else if (run.end <= first && !between && this.#hasAttribution(run)) {
        this.#remove(run, "the quoted mail above the text");
      } else this.#cutAttributionOf(run);
    }
  }

  /** `own`: indexes of the writer's own lines, all of them above the run. */
  #cutTrailingQuote(run: Run, own: readonly number[]): void {
    if (this.#pointsBelow && !this.#hasAttribution(run)) return;
    const above = own.slice(-1).map((index) => this.#lines[index]!.text.trim());
    const opening = this.#lines.slice(run.start, run.end).filter(({ text }) => text.trim() !== "").slice(0, 2);
    if (!this.#hasAttribution(run) && opening.some(({ text }) => isForwardMarker(text))) {
      this.#why.add("the forwarded mail below the text is part of it");
    } else if (!this.#hasAttribution(run) && !this.#namesWriterInside(run) && endsWithColon(above)) {
      this.#why.add("the text refers to the quote below it");
    } else {
      this.#remove({ start: this.#withEdgeAbove(run.start), end: run.end }, "the quoted mail below the text");
    }
  }

  /** The quoted lines that are answered stay; the line that names their writer goes. */
  #cutAttributionOf(run: Run): void {
    for (let index = run.start; index < run.end; index++) {
      if (this.#kinds.at(index) === "attribution") {
        this.#remove({ start: index, end: index + 1 }, "the lines that say who wrote the quoted text");
      }
    }
    this.#why.add("the answers between the quotes are kept with what they answer");
  }

  /** What stands below the last quote: answers, a footer (stays), or a signature behind a line. */
  #tailAfterQuotes(start: number): { readonly answers: boolean; readonly signatureAt: number | null } {
    let paragraph = "";
    const paragraphs: string[] = [];
    for (let index = start; index < this.#end; index++) {
      if (this.#removed[index]) continue;
      const kind = this.#kinds.at(index);
      if (kind === "rule" && paragraphs.length === 0 && paragraph === "") {
        const below = this.#shortTail(index);
        if (below !== null) return { answers: false, signatureAt: isFooter(below.join(" ")) ? null : index };
      }
      if (kind === "text") paragraph += ` ${this.#lines[index]!.text}`;
      else if (paragraph !== "") {
        paragraphs.push(paragraph);
        paragraph = "";
      }
    }
    if (paragraph !== "") paragraphs.push(paragraph);
    return { answers: paragraphs.length > 0 && !paragraphs.every(isFooter), signatureAt: null };
  }

  /** The filled lines from `start` on, `null` if they are too many for a signature. */
  #shortTail(start: number): string[] | null {
    const filled: string[] = [];
    for (let index = start; index < this.#end; index++) {
      const text = this.#lines[index]!.text;
      if (text.trim() !== "" && filled.push(text) > LONGEST_SIGNATURE) return null;
    }
    return filled;
  }

  cutDeviceLines(): void {
    for (let index = this.#end - 1, tail = true; index >= 0; index--) {
      const kind = this.#kinds.at(index);
      if (kind === "device" && tail && !this.#removed[index]) {
        this.#remove({ start: index, end: index + 1 }, "the line of the sending device");
      } else if (this.#removed[index] || kind === "quote" || kind === "attribution") tail = true;
      else if (kind !== "blank" && kind !== "rule") tail = false;
    }
  }

  /** Rules and blank lines above what was cut, and blank lines that the cut leaves at both ends. */
  trimEdges(): void {
    let below = false;
    for (let index = this.#end - 1; index >= 0; index--) {
      if (this.#removed[index]) below = true;
      else if (this.#kinds.at(index) === "rule" && below) this.#removed[index] = true;
      else if (this.#kinds.at(index) !== "blank") below = false;
    }
    const stays = (index: number) => this.#kinds.at(index) !== "blank" && !this.#removed[index];
    let first = 0;
    while (first < this.#end && !stays(first)) first++;
    if (first < this.#end && this.#removed.slice(0, first).includes(true)) this.#removed.fill(true, 0, first);
    if (this.#keptForward) return;
    let last = this.#end - 1;
    while (last >= 0 && !stays(last)) last--;
    if (last >= 0 && this.#removed.slice(last + 1).includes(true)) this.#removed.fill(true, last + 1);
  }

  decision(): Decision {
    const kept = this.#lines.some((line, index) =>
      !this.#removed[index] && /[\p{L}\p{N}\p{S}\uFFFC?!]/u.test(line.text)
    );
    const cut = this.#removed.includes(true);
    const none = new Array<boolean>(this.#lines.length).fill(false);
    if (this.#nothingOwn || (cut && !kept)) {
      return { removed: none, reason: "Nothing would be left, so everything is kept" };
    }
    const [first, ...more] = [...this.#why];
    if (first === undefined) return { removed: none, reason: "No quoted history, signature or device line was found" };
    if (!cut) return { removed: none, reason: `Nothing is cut: ${[first, ...more].join("; ")}` };
    return { removed: this.#removed, reason: `Cut: ${[first, ...more].join("; ")}` };
  }

  #remove({ start, end }: Run, why: string): void {
    if (start >= end) return;
    this.#removed.fill(true, start, end);
    this.#why.add(why);
  }

  /** A marker with the header lines right below it, and blank lines and rules between them. */
  #markerRun(start: number): Run {
    const markers: readonly LineKind[] = this.#kinds.at(start) === "attribution"
      ? ["attribution"]
      : ["header", "forward"];
    let end = start + 1;
    for (let index = end; index < this.#lines.length && index < end + 4; index++) {
      const kind = this.#kinds.at(index);
      if (markers.includes(kind)) end = index + 1;
      else if (kind !== "blank" && kind !== "rule") break;
    }
    return { start, end };
  }

  #runHas({ start, end }: Run, kind: LineKind): boolean {
    return this.#find(kind, start, end) !== null;
  }

  #find(kind: LineKind, start: number, end = this.#lines.length): number | null {
    for (let index = start; index < end; index++) if (this.#kinds.at(index) === kind) return index;
    return null;
  }

  /** Kind of the first filled line from `start` on. */
  #firstBelow(start: number): LineKind | null {
    for (let index = start; index < this.#lines.length; index++) {
      const kind = this.#kinds.at(index);
      if (kind !== "blank" && kind !== "rule") return kind;
    }
    return null;
  }

  /** Whether unquoted text follows quoted text below. */
  #isAnsweredBelow(start: number): boolean {
    const quote = this.#find("quote", start);
    if (quote === null) return false;
    if (this.#textFound === null || this.#textFound < quote) this.#textFound = this.#find("text", quote);
    return this.#textFound !== null;
  }

  #quoteRuns(): Run[] {
    const runs: Run[] = [];
    let start: number | null = null;
    let end = 0;
    for (let index = 0; index < this.#end; index++) {
      const kind = this.#kinds.at(index);
      if (kind === "quote" || kind === "attribution") {
        start ??= index;
        end = index + 1;
      } else if (kind !== "blank" && start !== null) {
        runs.push({ start, end });
        start = null;
      }
    }
    if (start !== null) runs.push({ start, end });
    return runs.filter((run) => this.#runHas(run, "quote"));
  }

  #hasAttribution(run: Run): boolean {
    return this.#runHas(run, "attribution");
  }

  /** `> On … wrote:` as the first quoted line: some programs quote it too. */
  #namesWriterInside({ start, end }: Run): boolean {
    const inside = this.#lines.slice(start, Math.min(end, start + 6)).map((line) => ({ ...line, depth: 0 }));
    const kinds = new LineKinds(inside);
    return inside.some((_, index) => kinds.at(index) === "attribution");
  }

  #ownIndexes(end: number): number[] {
    const indexes: number[] = [];
    for (let index = 0; index < end; index++) {
      if (this.#kinds.at(index) === "text" && !this.#removed[index]) indexes.push(index);
    }
    return indexes;
  }

  /** Includes blank lines and rules right above. */
  #withEdgeAbove(start: number): number {
    let edge = start;
    for (let index = start - 1; index >= 0; index--) {
      const kind = this.#kinds.at(index);
      if (kind === "rule") edge = index;
      else if (kind !== "blank") break;
    }
    return edge;
  }
}
