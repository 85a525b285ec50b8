/** Makes a tree fit what a format can hold inside quotes, items and cells, without losing text or pictures. */

import type { Block, Inline, Marks } from "./tree.ts";

export type BlockKind = Block["kind"];

/** Which blocks may stand within which container. Paragraphs may stand anywhere. */
export interface Allowed {
  readonly quote: ReadonlySet<BlockKind>;
  readonly item: ReadonlySet<BlockKind>;
  readonly cell: ReadonlySet<BlockKind>;
  /** Lists nested deeper are written into their parents. */
  readonly listDepth: number;
  /** Whether a list may begin with another number than 1; if not, the numbers are written as text. */
  readonly numbering: boolean;
}

type Container = "doc" | "quote" | "item" | "cell";

/** The same text in blocks that are all allowed where they stand. */
export function fitBlocks(blocks: readonly Block[], allowed: Allowed): Block[] {
  return new Fitter(allowed).blocks(blocks, ["doc"]);
}

class Fitter {
  readonly #allowed: Allowed;

  constructor(allowed: Allowed) {
    this.#allowed = allowed;
  }

  blocks(blocks: readonly Block[], path: readonly Container[]): Block[] {
    return blocks.flatMap((block) => this.#block(block, path));
  }

  #block(block: Block, path: readonly Container[]): Block[] {
    if (block.kind === "paragraph") return [block];
    if (!this.#may(block.kind, path)) return this.#degrade(block, path);
    switch (block.kind) {
      case "quote":
        return this.#quote(block.blocks, path);
      case "list": {
        const tooDeep = path.filter((container) => container === "item").length >= this.#allowed.listDepth;
        const misnumbered = block.ordered && block.start !== 1 && !this.#allowed.numbering;
        if (tooDeep || misnumbered) return this.#degrade(block, path);
        return [{ ...block, items: block.items.map((item) => this.blocks(item, [...path, "item"])) }];
      }
      case "table": {
        const within: Container[] = [...path, "cell"];
        const rows = block.rows.map((row) =>
          row.map((cell) => ({ ...cell, blocks: this.blocks(cell.blocks, within) }))
        );
        return [{ ...block, rows }];
      }
      default:
        return [block];
    }
  }

  /** A table stands in the document, or in a quote there (which {@link #quote} then parts). */
  #may(kind: BlockKind, path: readonly Container[]): boolean {
    const container = path.at(-1)!;
    if (kind === "table" && (path.includes("cell") || path.includes("item"))) return false;
    if (kind === "table" && container === "quote") return path.length === 2;
    if (kind === "quote" && path.includes("quote")) return false;
    return container === "doc" || this.#allowed[container].has(kind);
  }

  /** A table in a quote stands between the quote's parts, if tables may not stand inside. */
  #quote(blocks: readonly Block[], path: readonly Container[]): Block[] {
    const parts: Block[] = [];
    let part: Block[] = [];
    const close = () => {
      if (part.length > 0) parts.push({ kind: "quote", blocks: part });
      part = [];
    };
    for (const block of this.blocks(blocks, [...path, "quote"])) {
      if (block.kind === "table" && !this.#allowed.quote.has("table")) {
        close();
        parts.push(block);
      } else {
        part.push(block);
      }
    }
    close();
    return parts;
  }

  #degrade(block: Exclude<Block, { kind: "paragraph" }>, path: readonly Container[]): Block[] {
    switch (block.kind) {
      case "heading":
        return [{ kind: "paragraph", inlines: block.inlines.map((inline) => marked(inline, { strong: true })) }];
      case "quote":
        return this.blocks(block.blocks, path).map((inner) => prefixed(inner, "> "));
      case "list":
        return block.items.flatMap((item, at) =>
          this.blocks(item, path).map((inner, part) =>
            part > 0 ? inner : prefixed(inner, block.ordered ? `${block.start + at}. ` : "• ")
          )
        );
      case "table":
        return block.rows.flatMap((row) => this.#rowAsParagraphs(row.map((cell) => cell.blocks), path));
      case "code":
        return [codeParagraph(block.text)];
      case "rule":
        return [];
    }
  }

  /** One line per row if every cell is a line; what is more stands below. */
  #rowAsParagraphs(cells: readonly (readonly Block[])[], path: readonly Container[]): Block[] {
    const fitted = cells.map((cell) => this.blocks(cell, path)).filter((cell) => cell.length > 0);
    if (!fitted.every((cell) => cell.length === 1 && cell[0]!.kind === "paragraph")) return fitted.flat();
    const inlines = fitted.flatMap((cell, at): Inline[] => {
      const own = cell[0]!.kind === "paragraph" ? cell[0]!.inlines : [];
      return at === 0 ? [...own] : [{ kind: "text", text: " | ", marks: {} }, ...own];
    });
    return inlines.length === 0 ? [] : [{ kind: "paragraph", inlines }];
  }
}

function marked(inline: Inline, marks: Marks): Inline {
  return inline.kind === "text" ? { ...inline, marks: { ...inline.marks, ...marks } } : inline;
}

/** Puts a sign before the text of a block, as a person would in plain text. */
function prefixed(block: Block, sign: string): Block {
  const text: Inline = { kind: "text", text: sign, marks: {} };
  if (block.kind === "paragraph" || block.kind === "heading") {
    const onLines = block.inlines.flatMap((inline): Inline[] =>
      inline.kind === "break" && sign === "> " ? [inline, text] : [inline]
    );
    return { ...block, inlines: [text, ...onLines] };
  }
  if (block.kind === "code") return { ...block, text: block.text.split("\n").map((line) => sign + line).join("\n") };
  return block;
}

function codeParagraph(text: string): Block {
  const inlines = text.split("\n").flatMap((line, at): Inline[] => {
    const shown = line.replace(/\t/g, "    ").replace(/^ +/, (indent) => "\u00a0".repeat(indent.length));
    const own: Inline[] = shown.trim() === "" ? [] : [{ kind: "text", text: shown, marks: { code: true } }];
    return at === 0 ? own : [{ kind: "break" }, ...own];
  });
  return { kind: "paragraph", inlines };
}
