/** Jira's wiki markup → HTML: the blocks. Macros first, as Jira's renderer does; then lines. */

import { wellFormedHtml } from "../core/html.ts";
import { type HtmlWriter, safeColor } from "./html_writer.ts";
import { wikiInline } from "./wiki_inline.ts";

export function wikiToHtml(text: string, writer: HtmlWriter): string {
  return new Blocks(writer, 0).html(text.replace(/\r\n?/g, "\n"));
}

/** Stands in the text for a block that is already HTML; a private-use character that no text keeps. */
const BLOCK = /\uE000(\d+)\uE000/;
const BLOCKS_AND_TEXT = /(\uE000\d+\uE000)/;
const MACRO = /(?<!\\)\{(code|noformat|quote|panel|expand|info|note|tip|warning)(?::([^}\n]*))?\}/;
const LIST = /^\s*([*#]+|-+)\s+(.*)$/;
const MAX_DEPTH = 20;

class Blocks {
  readonly #done: string[] = [];

  constructor(private readonly writer: HtmlWriter, private readonly depth: number) {}

  html(text: string): string {
    return this.#lines(this.#macros(text.replaceAll("\uE000", "")));
  }

  #keep(html: string): string {
    return `\uE000${this.#done.push(html) - 1}\uE000`;
  }

  #macros(text: string): string {
    let rest = text;
    let out = "";
    for (;;) {
      const open = this.depth > MAX_DEPTH ? null : MACRO.exec(rest);
      if (open === null) return out + rest;
      const [token, name, parameters] = [open[0], open[1]!, open[2] ?? ""];
      const bodyAt = open.index + token.length;
      const closing = new RegExp(`(?<!\\\\)\\{${name}\\}`).exec(rest.slice(bodyAt));
      if (closing === null) {
        out += rest.slice(0, bodyAt);
        rest = rest.slice(bodyAt);
        continue;
      }
      const body = rest.slice(bodyAt, bodyAt + closing.index);
      out += rest.slice(0, open.index) + this.#keep(this.#macro(name, parameters, body));
      rest = rest.slice(bodyAt + closing.index + closing[0].length);
    }
  }

  #macro(name: string, parameters: string, body: string): string {
    const trimmed = body.replace(/^\n/, "").replace(/\n$/, "");
    const title = /(?:^|\|)title=([^|]*)/.exec(parameters)?.[1] ?? null;
    const inner = () => new Blocks(this.writer, this.depth + 1).html(trimmed);
    switch (name) {
      case "quote":
        return this.writer.quote(inner());
      case "code":
      case "noformat":
        return this.writer.code(wellFormedHtml(trimmed), title);
      case "expand":
        return this.writer.expand(inner(), title);
      default: {
        const color = safeColor(/(?:^|\|)bgColor=([^|]*)/i.exec(parameters)?.[1] ?? "");
        return this.writer.panel(inner(), { type: name === "panel" ? null : name, title, color });
      }
    }
  }

  /** Inline markup, with the kept blocks back in their places. */
  #inline(text: string): string {
    return text.split(BLOCKS_AND_TEXT).map((piece) => {
      const block = BLOCK.exec(piece);
      return block === null ? wikiInline(piece, this.writer) : this.#done[Number(block[1])] ?? "";
    }).join("");
  }

  #lines(text: string): string {
    const lines = text.split("\n");
    let out = "";
    for (let at = 0; at < lines.length;) {
      const line = lines[at]!;
      const heading = /^\s*h([1-6])\.\s+(.*)$/.exec(line);
      const quote = /^\s*bq\.\s+(.*)$/.exec(line);
      if (line.trim() === "") at++;
      else if (heading !== null) {
        out += this.writer.heading(Number(heading[1]), this.#inline(heading[2]!), null);
        at++;
      } else if (quote !== null) {
        out += this.writer.quote(this.writer.paragraph(this.#inline(quote[1]!), null));
        at++;
      } else if (/^\s*----+\s*$/.test(line)) {
        out += this.writer.rule();
        at++;
      } else if (/^\s*\|/.test(line)) {
        const end = tableEnd(lines, at);
        out += this.#table(lines.slice(at, end));
        at = end;
      } else if (LIST.test(line)) {
        const end = listEnd(lines, at);
        out += this.#list(lines.slice(at, end));
        at = end;
      } else {
        let end = at + 1;
        while (end < lines.length && !startsBlock(lines[end]!)) end++;
        out += this.#paragraph(lines.slice(at, end).join("\n"));
        at = end;
      }
    }
    return out;
  }

  #paragraph(text: string): string {
    return text.split(BLOCKS_AND_TEXT).map((piece) => {
      const block = BLOCK.exec(piece);
      if (block !== null) return this.#done[Number(block[1])] ?? "";
      const trimmed = piece.replace(/^\n+|\n+$/g, "");
      return trimmed.trim() === "" ? "" : this.writer.paragraph(wikiInline(trimmed, this.writer), null);
    }).join("");
  }

  #list(lines: readonly string[]): string {
    const items: { depth: string; text: string }[] = [];
    for (const line of lines) {
      const match = LIST.exec(line);
      if (match !== null) items.push({ depth: match[1]!.slice(0, MAX_DEPTH), text: match[2]! });
      else items[items.length - 1]!.text += `\n${line}`;
    }
    let out = "";
    const open: { kind: "ul" | "ol"; html: string }[] = [];
    const close = () => {
      const { kind, html } = open.pop()!;
      const list = this.writer.list(`${html}</li>`, { kind, start: 1 });
      if (open.length === 0) out += list;
      else open[open.length - 1]!.html += list;
    };
    for (const { depth, text } of items) {
      const kinds = [...depth].map((char) => (char === "#" ? "ol" : "ul"));
      let shared = 0;
      while (shared < open.length && shared < kinds.length && open[shared]!.kind === kinds[shared]) shared++;
      while (open.length > shared) close();
      if (open.length === kinds.length) open[open.length - 1]!.html += "</li><li>";
      while (open.length < kinds.length) open.push({ kind: kinds[open.length]!, html: "<li>" });
      open[open.length - 1]!.html += this.#inline(text);
    }
    while (open.length > 0) close();
    return out;
  }

  #table(lines: readonly string[]): string {
    const rows: string[] = [];
    for (const line of lines) {
      if (/^\s*\|/.test(line)) rows.push(line.trim());
      else rows[rows.length - 1] += `\n${line}`;
    }
    const html = rows.map((row) => {
      const cells = cellsOf(row).map(({ header, text }) =>
        this.writer.cell(this.#inline(text.trim()), { header, spans: "", color: null })
      );
      return `<tr>${cells.join("")}</tr>`;
    });
    return this.writer.table(html.join(""));
  }
}

function startsBlock(line: string): boolean {
  return line.trim() === "" || /^\s*(h[1-6]\.|bq\.)\s/.test(line) || /^\s*\|/.test(line) || LIST.test(line) ||
    /^\s*----+\s*$/.test(line);
}

/** A row goes on over the following lines until one ends with a bar. */
function tableEnd(lines: readonly string[], start: number): number {
  let end = start;
  let open = false;
  while (end < lines.length) {
    const line = lines[end]!;
    const begins = /^\s*\|/.test(line);
    if (!begins && (!open || line.trim() === "")) break;
    open = !/\|\s*$/.test(line);
    end++;
  }
  return end;
}

function listEnd(lines: readonly string[], start: number): number {
  let end = start + 1;
  while (end < lines.length && (LIST.test(lines[end]!) || !startsBlock(lines[end]!))) end++;
  return end;
}

/** Splits at bars that are not escaped and not within a link, a picture or braces. */
function cellsOf(row: string): { header: boolean; text: string }[] {
  const cells: { header: boolean; text: string }[] = [];
  let text = "";
  let header = false;
  let begun = false;
  const finish = () => {
    if (begun && (text !== "" || cells.length === 0)) cells.push({ header, text });
    text = "";
  };
  for (let at = 0; at < row.length; at++) {
    const rest = row.slice(at, at + 2_000);
    const kept = /^(\\.|\[[^\]\n]*\]|![^!\s][^!\n]*!|\{[^}\n]*\})/s.exec(rest)?.[0];
    if (kept !== undefined) {
      text += kept;
      at += kept.length - 1;
    } else if (rest.startsWith("|")) {
      finish();
      header = rest.startsWith("||");
      begun = true;
      if (header) at++;
    } else text += row[at];
  }
  if (text.trim() !== "") finish();
  return cells;
}
