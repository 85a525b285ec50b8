/** Graph's `uniqueBody`, compared with our own cut. It can show what we cut wrongly and what we failed to find, and is trusted in neither alone. */

import { type LineKind, LineKinds } from "./classify_lines.ts";
import type { Decision } from "./decide_cut.ts";
import { looksLikeHeaderBlock } from "./header_block.ts";
import { isBlank, type Line } from "./line.ts";

/** Our decision, or a better one where `unique` gives good reason. */
export function withSecondOpinion(lines: readonly Line[], ours: Decision, unique: readonly Line[] | null): Decision {
  const words = (unique ?? []).map(comparable).filter((text) => text !== "");
  if (words.length === 0) return ours;
  const isUnique = align(lines, words);
  if (isUnique === null) return ours;
  if (ours.removed.includes(true)) return answersAreLost(lines, ours.removed, isUnique) ? keepAll(lines) : ours;
  return cutWhereGraphCuts(lines, isUnique) ?? ours;
}

function comparable(line: Line): string {
  return line.text.replace(/[\s\p{P}]+/gu, " ").trim().toLowerCase();
}

/** Which lines of the mail are in Graph's part, in order; `null` when it is not a part of this mail. */
function align(lines: readonly Line[], unique: readonly string[]): boolean[] | null {
  const flags = new Array<boolean>(lines.length).fill(false);
  /** Text → where it stands; `next` are those above which everything is found already. */
  const places = new Map<string, { readonly indexes: number[]; next: number }>();
  lines.forEach((line, index) => {
    const text = comparable(line);
    if (text === "") return;
    const known = places.get(text);
    if (known === undefined) places.set(text, { indexes: [index], next: 0 });
    else known.indexes.push(index);
  });
  let from = 0;
  let found = 0;
  for (const text of unique) {
    const place = places.get(text);
    if (place === undefined) continue;
    while (place.next < place.indexes.length && place.indexes[place.next]! < from) place.next++;
    const index = place.indexes[place.next];
    if (index === undefined) continue;
    flags[index] = true;
    from = index + 1;
    found++;
  }
  return found * 10 >= unique.length * 8 ? flags : null;
}

/**
 * Answers written into unmarked history (Outlook): lines that are new by Graph's account stand below lines that are not.
 * A part whose first line is new is an older mail that Graph does not know.
 */
function answersAreLost(lines: readonly Line[], removed: readonly boolean[], isUnique: readonly boolean[]): boolean {
  const kinds = new LineKinds(lines);
  let state: "start" | "known" | "foreign" = "start";
  for (let index = 0; index < lines.length; index++) {
    if (!removed[index] || isBlank(lines[index]!)) continue;
    const kind = kinds.at(index);
    if (MARKERS.has(kind)) state = "start";
    else if (kind === "text" || kind === "quote") {
      if (state === "start") state = isUnique[index] ? "foreign" : "known";
      else if (state === "known" && isUnique[index] && kind === "text" && comparable(lines[index]!).length > 1) {
        return true;
      }
    }
  }
  return false;
}

const MARKERS: ReadonlySet<LineKind> = new Set(["header", "attribution", "forward", "signature-delimiter", "rule"]);

function keepAll(lines: readonly Line[]): Decision {
  return {
    removed: new Array<boolean>(lines.length).fill(false),
    reason: "Everything is kept: by Graph's account the sender wrote between the lines of the history",
  };
}

/** We found no history, Graph says that it begins at a line, and that line looks like a beginning. */
function cutWhereGraphCuts(lines: readonly Line[], isUnique: readonly boolean[]): Decision | null {
  const last = isUnique.lastIndexOf(true);
  const filled = lines.map((line) => comparable(line) !== "");
  const isPrefix = filled.every((is, index) => !is || index > last || isUnique[index]);
  const start = filled.findIndex((is, index) => is && index > last);
  if (!isPrefix || start < 0 || !beginsHistory(lines, last + 1, start)) return null;
  return {
    removed: lines.map((_, index) => index > last),
    reason: "Cut: the history that Graph found below the text",
  };
}

function beginsHistory(lines: readonly Line[], edge: number, start: number): boolean {
  const first = lines[start]!;
  if (first.depth > 0 || lines.slice(edge, start + 1).some(({ rule, boundary }) => rule || boundary)) return true;
  if (looksLikeHeaderBlock(lines.slice(start, start + 8))) return true;
  const opening = lines.slice(start, start + 2).map(({ text }) => text).join(" ").trim();
  return /[:：]$/.test(first.text.trim()) && /\p{Nd}/u.test(opening) || /<[^\s<>@]+@[^\s<>@]+>\s*[:：]/.test(opening);
}
