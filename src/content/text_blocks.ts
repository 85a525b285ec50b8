/** Reads plain text as a person does: paragraphs, quoted lines, lists and drawings. */

import { append } from "./append.ts";
import { cleanText } from "./clean_text.ts";
import { finishInlines } from "./block_builder.ts";
import type { Block, Inline } from "./tree.ts";

const MAX_QUOTE_DEPTH = 12;

export interface TextOptions {
  /** `true`: the text is `format=flowed` (RFC 3676); left out: found out from the line ends. */
  readonly flowed?: boolean;
}

export function textToBlocks(text: string, options: TextOptions = {}): Block[] {
  const lines = cleanText(text).replace(/\r\n?|[\u2028\u2029\u0085]/g, "\n").split("\n");
  const flowed = options.flowed ?? looksFlowed(lines);
  return quotedBlocks(flowed ? joinFlowed(lines) : lines.map((line) => line.trimEnd()), 0);
}

/** Enough long lines end in one space and go on below; in other mail trailing spaces are rare. */
export function looksFlowed(lines: readonly string[]): boolean {
  let soft = 0;
  let long = 0;
  lines.forEach((line, at) => {
    if (line.length < 55 || line.length > 100) return;
    long++;
    const next = lines[at + 1];
    if (/\S $/.test(line) && next !== undefined && next.trim() !== "" && quoteDepth(next) === quoteDepth(line)) soft++;
  });
  return soft >= 2 && soft >= long * 0.5;
}

/** RFC 3676: a line that ends in a space goes on in the next of the same depth; one space at the start is stuffing. */
function joinFlowed(lines: readonly string[]): string[] {
  const joined: string[] = [];
  let open: { depth: number; parts: string[] } | null = null;
  const close = () => {
    if (open !== null) joined.push(">".repeat(open.depth) + (open.depth > 0 ? " " : "") + open.parts.join(""));
    open = null;
  };
  for (const line of lines) {
    const depth = flowedDepth(line);
    const content = line.slice(depth).replace(/^ /, "");
    if (open !== null && (open as { depth: number }).depth !== depth) close();
    open ??= { depth, parts: [] };
    (open as { parts: string[] }).parts.push(content);
    if (!content.endsWith(" ") || content === "-- ") close();
  }
  close();
  return joined.map((line) => line.trimEnd());
}

function flowedDepth(line: string): number {
  let depth = 0;
  while (line[depth] === ">") depth++;
  return depth;
}

/** `> > text` and `>> text` are two deep. */
function quoteDepth(line: string): number {
  return line.match(/^(?:>[ \t]?)+/)?.[0].replace(/[^>]/g, "").length ?? 0;
}

function quotedBlocks(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const start = at;
    const quoted = depth < MAX_QUOTE_DEPTH && lines[at]!.startsWith(">");
    while (at < lines.length && (depth < MAX_QUOTE_DEPTH && lines[at]!.startsWith(">")) === quoted) at++;
    const part = lines.slice(start, at);
    if (!quoted) {
      append(blocks, plainBlocks(part));
      continue;
    }
    const inner = quotedBlocks(part.map((line) => line.replace(/^> ?/, "")), depth + 1);
    if (inner.length > 0) blocks.push({ kind: "quote", blocks: inner });
  }
  return blocks;
}

/** Blank lines part paragraphs; drawings keep the blank lines within them. */
function plainBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (const chunk of chunksOf(lines)) {
    const block = chunkBlocks(chunk);
    const last = blocks.at(-1);
    const next = block[0];
    if (last?.kind === "code" && next?.kind === "code") {
      blocks[blocks.length - 1] = { kind: "code", text: `${last.text}\n\n${next.text}` };
    } else append(blocks, block);
  }
  return blocks;
}

function chunksOf(lines: readonly string[]): string[][] {
  const chunks: string[][] = [];
  const chunk: string[] = [];
  for (const line of [...lines, ""]) {
    if (isRule(line)) chunks.push(...[chunk.splice(0), [line]].filter((part) => part.length > 0));
    else if (line.trim() !== "") chunk.push(line);
    else if (chunk.length > 0) chunks.push(chunk.splice(0));
  }
  return chunks;
}

function chunkBlocks(chunk: readonly string[]): Block[] {
  if (chunk.length === 1 && isRule(chunk[0]!)) return [{ kind: "rule" }];
  if (isDrawing(chunk)) return [{ kind: "code", text: withoutCommonIndent(chunk).join("\n") }];
  const listStart = chunk.findIndex((line) => markerOf(line) !== null);
  if (listStart > 0 && !chunk[listStart - 1]!.trimEnd().endsWith(":")) return [paragraph(chunk)];
  const list = listStart < 0 ? null : listOf(chunk.slice(listStart));
  if (list === null) return [paragraph(chunk)];
  return listStart === 0 ? [list] : [paragraph(chunk.slice(0, listStart)), list];
}

function isRule(line: string): boolean {
  return /^\s{0,8}([-_=*~])(?:\s?\1){9,200}\s*$/.test(line);
}

/** Indented blocks, tables drawn with characters, and stack traces: their spaces mean something. */
function isDrawing(chunk: readonly string[]): boolean {
  const count = (pattern: RegExp) => chunk.filter((line) => line.length < 500 && pattern.test(line)).length;
  if (chunk.length > 1 && count(/^\s{4,}\S|^\t/) === chunk.length && chunk.every((line) => markerOf(line) === null)) {
    return true;
  }
  if (count(/^\s+at \S+.*\(/) >= 2 || count(/^\s*\+[-=+]{3,}\+?\s*$|[─│┌┐└┘├┤┬┴┼═║╔╗╚╝]{2}/u) >= 2) return true;
  return chunk.length >= 3 && count(/\S {3,}\S|^\s*\|.*\|\s*$|\S\t+\S/) >= chunk.length * 0.75;
}

function withoutCommonIndent(lines: readonly string[]): string[] {
  const indents = lines.map((line) => line.match(/^ */)![0].length);
  const common = indents.reduce((least, indent) => Math.min(least, indent), Infinity);
  return lines.map((line) => line.slice(common));
}

interface Marker {
  readonly indent: number;
  readonly sign: string;
  /** `null` for bullets. */
  readonly number: number | null;
  readonly text: string;
}

function markerOf(line: string): Marker | null {
  const match = line.match(/^([ \t]{0,8})(?:([-*•·‣◦●–])|(\d{1,3})([.)]))[ \t]+(?=\S)/u);
  if (match === null) return null;
  return {
    indent: match[1]!.replaceAll("\t", "    ").length,
    sign: match[2] ?? match[4]!,
    number: match[3] === undefined ? null : Number(match[3]),
    text: line.slice(match[0].length),
  };
}

/** A list only if nothing else can be meant: at least two items of one kind, numbers that count on, the rest indented. */
function listOf(lines: readonly string[]): Block | null {
  const first = markerOf(lines[0]!)!;
  const items: { text: string[]; below: string[] }[] = [];
  for (const line of lines) {
    const marker = markerOf(line);
    const item = items.at(-1);
    if (marker !== null && marker.indent <= first.indent) {
      if (marker.sign !== first.sign || (marker.number === null) !== (first.number === null)) return null;
      if (first.number !== null && marker.number !== first.number + items.length) return null;
      items.push({ text: [marker.text], below: [] });
    } else if (item === undefined || !/^\s/.test(line)) {
      return null;
    } else if (marker !== null || item.below.length > 0) {
      item.below.push(line);
    } else {
      item.text.push(line);
    }
  }
  if (items.length < 2) return null;
  const content = items.map(({ text, below }): Block[] => {
    const nested = below.length === 0 ? [] : [listOf(below) ?? paragraph(below)];
    return [paragraph(text.map((line) => line.trim())), ...nested];
  });
  return { kind: "list", ordered: first.number !== null, start: first.number ?? 1, items: content };
}

/** Lines stay lines; every run of white space within one is a single space. */
function paragraph(lines: readonly string[]): Block {
  const inlines: Inline[] = [];
  for (const line of lines) {
    if (inlines.length > 0) inlines.push({ kind: "break" });
    inlines.push({ kind: "text", text: line.trim().replace(/\s+/g, " "), marks: {} });
  }
  return { kind: "paragraph", inlines: finishInlines(inlines) };
}
