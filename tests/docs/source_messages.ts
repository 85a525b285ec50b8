/** The texts that the program's source hands to calls such as `logger.warn(…)`, found without running it. */

import { join, relative } from "node:path";
import { ROOT } from "../cli/spawn.ts";

export interface SourceMessage {
  /** Path from the root, with `/`, and line. */
  readonly where: string;
  /** `null`: the text is made elsewhere. Holes (`{name}`, `${…}`) are {@link HOLE}. */
  readonly text: string | null;
}

/** Stands for what is only known when it is said. */
export const HOLE = "\u0000";

/** Every message in an argument (by position) of the calls that `call` matches; the match must end with the bracket. */
export async function messagesOf(call: RegExp, position = 0): Promise<SourceMessage[]> {
  const found: SourceMessage[] = [];
  for await (const path of sources(join(ROOT, "src"))) {
    const source = await Deno.readTextFile(path);
    for (const match of source.matchAll(new RegExp(call.source, "g"))) {
      const begin = match.index + match[0].length;
      const line = source.slice(0, begin).split("\n").length;
      const where = `${relative(ROOT, path).replaceAll("\\", "/")}:${line}`;
      const texts = textsOf(argument(source, begin, position));
      for (const text of texts.length === 0 ? [null] : texts) found.push({ where, text });
    }
  }
  return found;
}

/** Every source as one would search it: strings that are added up are one, holes are gone, quotes are not escaped. */
export async function allSources(): Promise<string[]> {
  const found: string[] = [];
  for await (const path of sources(join(ROOT, "src"))) {
    const source = await Deno.readTextFile(path);
    found.push(source.replace(/["'`]\s*\+\s*["'`]/g, "").replaceAll("\\`", "`"));
  }
  return found;
}

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory && name !== "sim") yield* sources(path);
    else if (name.endsWith(".ts") && !/_test\.ts$|_for_test\.ts$/.test(name)) yield path;
  }
}

/** A piece of an expression: a literal's text, or whatever else stands there. */
type Piece = { readonly literal: string } | { readonly other: string };

/** The argument at a position, as pieces. */
function argument(source: string, begin: number, position: number): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  let current = 0;
  for (let at = begin; at < source.length;) {
    const char = source[at]!;
    if (char === '"' || char === "'" || char === "`") {
      const { text, end } = literal(source, at);
      if (current === position && depth === 0) pieces.push({ literal: text });
      at = end;
      continue;
    }
    if ("([{".includes(char)) depth++;
    if (")]}".includes(char) && depth-- === 0) break;
    if (char === "," && depth === 0) current++;
    else if (current === position && depth === 0 && !/\s/.test(char)) pieces.push({ other: char });
    at++;
  }
  return pieces;
}

/** Reads a string or template; `${…}` and `{name}` become holes. */
function literal(source: string, begin: number): { readonly text: string; readonly end: number } {
  const quote = source[begin]!;
  let text = "";
  let at = begin + 1;
  while (source[at] !== quote) {
    if (source[at] === "\\") {
      text += source[at + 1];
      at += 2;
    } else if (quote === "`" && source.startsWith("${", at)) {
      at = endOfHole(source, at + 2);
      text += HOLE;
    } else text += source[at++];
  }
  return { text: text.replace(/\{\w+\}/g, HOLE), end: at + 1 };
}

function endOfHole(source: string, begin: number): number {
  for (let at = begin, depth = 0;;) {
    const char = source[at]!;
    if (char === '"' || char === "'" || char === "`") at = literal(source, at).end;
    else {
      if (char === "{") depth++;
      if (char === "}" && depth-- === 0) return at + 1;
      at++;
    }
  }
}

/** Literals that are added up are one text; those of a choice (`? :`) are texts of their own. */
function textsOf(pieces: readonly Piece[]): string[] {
  const texts: string[] = [];
  let open = false;
  for (const piece of pieces) {
    if ("literal" in piece) {
      if (open) texts.push(texts.pop()! + piece.literal);
      else texts.push(piece.literal);
      open = false;
    } else open = piece.other === "+";
  }
  // Comparisons with a word (`kind === "x"`) are no messages.
  return texts.filter((text) => text.replaceAll(HOLE, "").length > 12);
}
