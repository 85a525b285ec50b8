/** Shortens a tree to what Jira takes: at the border of a block, and within one only if that alone is too long. */

import type { Block, Inline } from "./tree.ts";

/** Size of blocks in the unit that is limited. */
export type Measure = (blocks: readonly Block[]) => number;

/** More room than this part of the limit is not left unused at a block border. */
const WASTE = 0.5;

/** A block that takes this part of the room that was left is long enough; to find the last letter takes long. */
const FILLED = 0.99;
const PROPORTIONAL_ROUNDS = 6;

/**
 * The longest beginning of the blocks whose size is at most `room`, but for a few letters where a block is cut; `cut`
 * tells whether something is missing.
 */
export function cutToLimit(blocks: readonly Block[], room: number, measure: Measure): { kept: Block[]; cut: boolean } {
  const kept: Block[] = [];
  let left = room;
  for (const block of blocks) {
    // A text needs at least its own length: no need to write out megabytes to see that they do not fit.
    const size = lengthUpTo(block, left + 1) > left ? Infinity : measure([block]);
    if (size > left) {
      const head = left > room * WASTE ? headThatFits(block, left, measure) : null;
      return { kept: head === null ? kept : [...kept, head], cut: true };
    }
    kept.push(block);
    left -= size;
  }
  return { kept, cut: false };
}

function headThatFits(block: Block, room: number, measure: Measure): Block | null {
  let fitting: Block | null = null;
  let [low, high] = [0, room];
  for (let round = 0, next = Math.ceil(room / 2); low < high; round++) {
    const head = headOf(block, next);
    if (head === null) break;
    const size = measure([head]);
    if (size <= room) {
      fitting = head;
      low = next;
      if (size > room * FILLED) break;
    } else {
      high = next - 1;
    }
    // Text and markup grow together, nearly; where they do not, halving the rest always ends.
    const guess = round < PROPORTIONAL_ROUNDS ? Math.floor(next * room / size) : Math.ceil((low + high) / 2);
    next = Math.min(Math.max(guess, low + 1), high);
  }
  return fitting;
}

/** Characters of text below, counted up to `most`. */
function lengthUpTo(block: Block, most: number): number {
  let length = 0;
  const add = (blocks: readonly Block[]) => {
    for (const inner of blocks) {
      if (length > most) return;
      length += lengthUpTo(inner, most - length);
    }
  };
  switch (block.kind) {
    case "paragraph":
    case "heading":
      for (const inline of block.inlines) length += inline.kind === "text" ? inline.text.length : 1;
      break;
    case "code":
      return block.text.length;
    case "quote":
      add(block.blocks);
      break;
    case "list":
      block.items.forEach(add);
      break;
    case "table":
      for (const row of block.rows) for (const cell of row) add(cell.blocks);
      break;
    case "rule":
      break;
  }
  return length;
}

/** The block with its first `characters` of text only, `null` if nothing is left of it. */
export function headOf(block: Block, characters: number): Block | null {
  return new Taker(characters).block(block);
}

/** Walks a tree in reading order until its characters are used up. */
class Taker {
  #left: number;

  constructor(characters: number) {
    this.#left = characters;
  }

  block(block: Block): Block | null {
    if (this.#left <= 0) return null;
    switch (block.kind) {
      case "paragraph":
      case "heading": {
        const inlines = this.#inlines(block.inlines);
        return inlines.length === 0 ? null : { ...block, inlines };
      }
      case "code": {
        const text = this.#text(block.text);
        return text === "" ? null : { ...block, text };
      }
      case "quote": {
        const blocks = this.#blocks(block.blocks);
        return blocks.length === 0 ? null : { ...block, blocks };
      }
      case "list": {
        const items = this.#each(block.items, (item) => this.#blocks(item));
        return items.length === 0 ? null : { ...block, items };
      }
      case "table":
        return this.#table(block);
      case "rule":
        this.#left--;
        return block;
    }
  }

  #table(table: Extract<Block, { kind: "table" }>): Block | null {
    const rows = this.#each(table.rows, (row) => row.map((cell) => ({ ...cell, blocks: this.#blocks(cell.blocks) })));
    const fitted = rows.map((row, at) =>
      row.map((cell) => ({ ...cell, rowspan: Math.min(cell.rowspan, rows.length - at) }))
    );
    return fitted.length === 0 ? null : { ...table, rows: fitted };
  }

  /** Every entry costs something, also an empty one. */
  #each<From, To>(entries: readonly From[], take: (entry: From) => To): To[] {
    const taken: To[] = [];
    for (const entry of entries) {
      if (this.#left-- <= 0) break;
      taken.push(take(entry));
    }
    return taken;
  }

  #blocks(blocks: readonly Block[]): Block[] {
    const taken: Block[] = [];
    for (const block of blocks) {
      const head = this.block(block);
      if (head === null) break;
      taken.push(head);
    }
    return taken;
  }

  #inlines(inlines: readonly Inline[]): Inline[] {
    const taken: Inline[] = [];
    for (const inline of inlines) {
      if (this.#left <= 0) break;
      if (inline.kind === "text") taken.push({ ...inline, text: this.#text(inline.text) });
      else {
        this.#left--;
        taken.push(inline);
      }
    }
    return taken;
  }

  #text(text: string): string {
    const end = Math.min(text.length, this.#left);
    this.#left -= text.length;
    // Not between the halves of a surrogate pair.
    const splits = end < text.length && end > 0 && text.charCodeAt(end - 1) >>> 10 === 0x36;
    return text.slice(0, splits ? end - 1 : end);
  }
}
