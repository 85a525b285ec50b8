/** Inlines → wiki markup of one line or cell: marks hug their text, nest, and use the braces form within words. */

import type { PictureRef, PictureTarget } from "./content.ts";
import { pictureWords } from "./plain.ts";
import type { Inline, Marks } from "./tree.ts";
import { wikiPerson } from "./people.ts";
import { escapeWiki, type Surroundings, wikiAddress } from "./wiki_escape.ts";

export interface WikiPictures {
  readonly targets: ReadonlyMap<string, PictureTarget>;
  readonly refs: ReadonlyMap<string, PictureRef>;
}

export interface InlineOptions {
  readonly pictures: WikiPictures;
  readonly within: "line" | "cell";
  /** What a line break becomes: a new line, or a forced break where lines mean something else. */
  readonly lineBreak: "\n" | " \\\\ ";
  /** Whether the text begins a line of its own (it does not behind `h1. ` or in a cell). */
  readonly lineStart: boolean;
}

type Run = Exclude<Inline, { kind: "break" }>;

/** From the outside to the inside. */
const LEVELS = ["href", "color", "strong", "em", "underline", "strike", "sub", "sup", "code"] as const;
type Level = (typeof LEVELS)[number];

const SIGNS: Readonly<Partial<Record<Level, string>>> = {
  strong: "*",
  em: "_",
  underline: "+",
  strike: "-",
  sub: "~",
  sup: "^",
};

export function wikiInlines(inlines: readonly Inline[], options: InlineOptions): string {
  const lines: Run[][] = [[]];
  for (const inline of inlines) {
    if (inline.kind === "break") lines.push([]);
    else lines.at(-1)!.push(inline);
  }
  return lines.map((line, at) => {
    const lineStart = at === 0 ? options.lineStart : options.lineBreak === "\n";
    const surroundings: Surroundings = {
      before: "",
      after: options.within === "cell" ? "|" : " ",
      lineStart,
      within: options.within,
    };
    return new LineWriter(options.pictures).write(line, 0, surroundings).trim();
  }).filter((line, at, all) => line !== "" || at > 0 && at < all.length - 1).join(options.lineBreak);
}

class LineWriter {
  readonly #pictures: WikiPictures;

  constructor(pictures: WikiPictures) {
    this.#pictures = pictures;
  }

  /** Writes runs whose outer marks are written already; stretches of the same mark get it once. */
  write(runs: readonly Run[], outer: number, place: Surroundings): string {
    if (runs.length === 1 && hasNoMarks(runs[0]!)) return this.#run(runs[0]!, place);
    const depth = nextLevel(runs, outer);
    const level = LEVELS[depth];
    const out: string[] = [];
    let { before, lineStart } = place;
    let at = 0;
    while (at < runs.length) {
      const value = level === undefined ? undefined : markOf(runs[at]!, level);
      let end = at + 1;
      while (level !== undefined && end < runs.length && markOf(runs[end]!, level) === value) end++;
      const here: Surroundings = {
        ...place,
        before,
        after: end < runs.length ? firstCharacter(runs[end]!) : place.after,
        lineStart,
      };
      const stretch = runs.slice(at, end);
      const written = level === undefined
        ? this.#run(stretch[0]!, here)
        : value === undefined
        ? this.write(stretch, depth + 1, here)
        : this.#marked(stretch, depth, String(value), here);
      out.push(written);
      before = written.at(-1) ?? before;
      lineStart &&= written.trim() === "";
      at = end;
    }
    return out.join("");
  }

  #run(run: Run, place: Surroundings): string {
    if (run.kind === "text") return escapeWiki(run.text, place);
    if (run.kind === "person") return wikiPerson(run.person);
    return this.#picture(run.id, place);
  }

  #marked(runs: readonly Run[], depth: number, value: string, place: Surroundings): string {
    const level = LEVELS[depth]!;
    const inside: Surroundings = {
      before: "(",
      after: ")",
      lineStart: false,
      within: level === "href" ? "link" : place.within,
    };
    const written = this.write(runs, depth + 1, inside);
    const text = written.trim();
    if (text === "") return written;
    const lead = written.slice(0, written.length - written.trimStart().length);
    const trail = written.slice(written.trimEnd().length);
    const before = lead === "" ? place.before : " ";
    const after = trail === "" ? place.after : " ";
    return lead + wrap(level, value, text, isBorder(before) && isBorder(after), runs) + trail;
  }

  #picture(id: string, place: Surroundings): string {
    const target = this.#pictures.targets.get(id);
    const ref = this.#pictures.refs.get(id);
    if (target?.kind !== "file") {
      const words = target?.kind === "missing" ? target.note : ref?.alt ?? "";
      return escapeWiki(pictureWords(words), place);
    }
    const size = ref?.width && ref.height
      ? `width=${Math.round(ref.width)},height=${Math.round(ref.height)}`
      : "thumbnail";
    const markup = `!${target.name}|${size}!`;
    const pad = (neighbour: string) => neighbour === "" || neighbour === " " ? "" : " ";
    return pad(place.before) + markup + pad(place.after);
  }
}

/** The next level that any of the runs has a mark of. */
function nextLevel(runs: readonly Run[], from: number): number {
  let depth = from;
  while (depth < LEVELS.length && runs.every((run) => markOf(run, LEVELS[depth]!) === undefined)) depth++;
  return depth;
}

function hasNoMarks(run: Run): boolean {
  if (run.kind !== "text") return true;
  for (const _ in run.marks) return false;
  return true;
}

function markOf(run: Run, level: Level): Marks[Level] {
  if (run.kind !== "text") return undefined;
  // A code text shows no other marks but its link, and a link has its own colour.
  if (run.marks.code && level !== "code" && level !== "href") return undefined;
  return level === "color" && run.marks.href !== undefined ? undefined : run.marks[level];
}

function firstCharacter(run: Run): string {
  return run.kind === "text" ? run.text[0] ?? "" : run.kind === "picture" ? "!" : "[";
}

function wrap(level: Level, value: string, text: string, bordered: boolean, runs: readonly Run[]): string {
  const sign = SIGNS[level];
  if (sign !== undefined) return bordered ? sign + text + sign : `{${sign}}${text}{${sign}}`;
  if (level === "color") return `{color:${value}}${text}{color}`;
  // Within a word the renderer does not know monospace.
  if (level === "code") return bordered ? `{{${text}}}` : text;
  return link(text, value, runs);
}

function isBorder(char: string): boolean {
  return char === "" || /[\s|("'.,;:!?)/>]/.test(char);
}

/** What would end or change the link is encoded; the rest of the address is left as it is. */
function link(text: string, href: string, runs: readonly Run[]): string {
  const address = wikiAddress(href);
  const plain = runs.map((run) => run.kind === "text" ? run.text : "").join("").trim();
  return plain === href && address === href ? `[${address}]` : `[${text}|${address}]`;
}
