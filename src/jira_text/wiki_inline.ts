/** Jira's wiki markup → HTML: what stands within a line. */

import { wellFormedHtml } from "../core/html.ts";
import { type HtmlWriter, safeColor } from "./html_writer.ts";

const ESCAPED = "-#*_+?^~|%{}[]()!@";
const PHRASES: Readonly<Record<string, string>> = {
  "*": "strong",
  _: "em",
  "-": "s",
  "+": "u",
  "^": "sup",
  "~": "sub",
};
const EMOTICONS: Readonly<Record<string, string>> = {
  ":)": "🙂",
  ":(": "🙁",
  ":P": "😛",
  ":D": "😃",
  ";)": "😉",
  "(y)": "👍",
  "(n)": "👎",
  "(i)": "ℹ️",
  "(/)": "✅",
  "(x)": "❌",
  "(!)": "⚠️",
  "(?)": "❓",
  "(*)": "⭐",
};
/** Markup that goes on for longer is text. */
const WINDOW = 8_000;

interface Piece {
  readonly html: string;
  readonly length: number;
}

export function wikiInline(text: string, writer: HtmlWriter): string {
  let out = "";
  for (let at = 0; at < text.length;) {
    const piece = pieceAt(text, at, writer);
    out += piece.html;
    at += piece.length;
  }
  return out;
}

function pieceAt(text: string, at: number, writer: HtmlWriter): Piece {
  const char = String.fromCodePoint(text.codePointAt(at)!);
  const rest = text.slice(at, at + WINDOW);
  switch (char) {
    case "\\":
      return backslash(rest, text[at - 1]);
    case "\n":
      return { html: "<br>", length: 1 };
    case "{":
      return braces(rest, writer) ?? literal(char);
    case "[":
      return bracket(rest, writer) ?? literal(char);
    case "!":
      return image(text, at, writer) ?? emoticon(rest, text[at - 1]) ?? literal(char);
    case "&": {
      const entity = /^&(#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});/i.exec(rest)?.[0];
      return entity === undefined ? literal(char) : { html: entity, length: entity.length };
    }
    case "?":
      return cite(rest, writer) ?? literal(char);
  }
  if (char in PHRASES) {
    return phrase(text, at, writer) ?? dash(rest, text[at - 1]) ?? emoticon(rest, text[at - 1]) ?? literal(char);
  }
  if (/[A-Za-z]/.test(char) && !isWord(text[at - 1])) {
    const url = /^(https?:\/\/|mailto:)[^\s<>"|\]}]*[^\s<>"|\]}.,;:!?)'*_]/i.exec(rest)?.[0];
    if (url !== undefined) return { html: writer.link(url, wellFormedHtml(url)), length: url.length };
    const word = /^[A-Za-z]+/.exec(rest)![0];
    return { html: word, length: word.length };
  }
  return emoticon(rest, text[at - 1]) ?? literal(char);
}

function literal(char: string): Piece {
  return { html: wellFormedHtml(char), length: char.length };
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}]/u.test(char);
}

/** `\*` is a star, `\\` a line break (not in `\\server\share`), any other backslash stays. */
function backslash(rest: string, before: string | undefined): Piece {
  if (before === "\\") return literal("\\");
  const path = /^\\\\[^\s\\]+\\\S*/.exec(rest)?.[0];
  if (path !== undefined) return { html: wellFormedHtml(path), length: path.length };
  if (rest.startsWith("\\\\")) return { html: "<br>", length: rest.startsWith("\\\\\n") ? 3 : 2 };
  if (rest.length > 1 && ESCAPED.includes(rest[1]!)) return { html: wellFormedHtml(rest[1]!), length: 2 };
  return literal("\\");
}

function braces(rest: string, writer: HtmlWriter): Piece | null {
  const mono = /^\{\{([^\n]+?)\}\}/.exec(rest);
  if (mono !== null) return { html: writer.mono(wikiInline(mono[1]!, writer)), length: mono[0].length };
  const color = /^\{color:([^}\n]+)\}([\s\S]*?)(?<!\\)\{color\}/.exec(rest);
  if (color !== null) {
    const safe = safeColor(color[1]!);
    const inner = wikiInline(color[2]!, writer);
    return { html: safe === null ? inner : `<span style="color:${safe}">${inner}</span>`, length: color[0].length };
  }
  const inWord = /^\{([*_+^~-])\}([^\n]+?)\{\1\}/.exec(rest);
  if (inWord === null) return null;
  const tag = PHRASES[inWord[1]!]!;
  return { html: `<${tag}>${wikiInline(inWord[2]!, writer)}</${tag}>`, length: inWord[0].length };
}

function bracket(rest: string, writer: HtmlWriter): Piece | null {
  const match = /^\[((?:\\.|[^\]\n\\])+)\]/.exec(rest);
  if (match === null) return null;
  const [token, inner] = [match[0], match[1]!];
  if (inner.startsWith("~")) {
    const id = inner.slice(1).replace(/^accountid:/, "");
    return { html: writer.mention(id, ""), length: token.length };
  }
  const file = /^(?:[^|]*\|)?\^(.+)$/.exec(inner)?.[1];
  if (file !== undefined) return { html: writer.file(file), length: token.length };
  const parts = inner.split(/(?<!\\)\|/);
  const target = (parts[1] ?? parts[0]!).replaceAll(/\\(.)/g, "$1");
  if (!writer.isTarget(target)) return null;
  const html = parts.length < 2 ? wellFormedHtml(target) : wikiInline(parts[0]!, writer);
  return { html: writer.link(target, html), length: token.length };
}

function image(text: string, at: number, writer: HtmlWriter): Piece | null {
  if (isWord(text[at - 1])) return null;
  const match = /^!([^!|\n]+)(?:\|([^!\n]*))?!/.exec(text.slice(at, at + WINDOW));
  if (match === null || match[1] !== match[1]!.trim() || isWord(text[at + match[0].length])) return null;
  const name = match[1]!;
  if (/^https?:\/\//i.test(name)) return { html: writer.link(name, wellFormedHtml(name)), length: match[0].length };
  if (!/\.[A-Za-z0-9]{1,8}$/.test(name)) return null;
  const parameter = (key: string) => new RegExp(`(?:^|,)\\s*${key}="?([^,"]*)`).exec(match[2] ?? "")?.[1] ?? "";
  const pixels = (key: string) => {
    const value = Number(/^\d+/.exec(parameter(key))?.[0]);
    return value > 0 && Number.isFinite(value) ? value : undefined;
  };
  const size = match[2] === "thumbnail"
    ? { width: 200, height: undefined }
    : { width: pixels("width"), height: pixels("height") };
  return { html: writer.picture(name, parameter("alt"), size), length: match[0].length };
}

function cite(rest: string, writer: HtmlWriter): Piece | null {
  const match = /^\?\?(\S(?:[^\n]*?\S)?)\?\?/.exec(rest);
  return match === null ? null : { html: `<cite>${wikiInline(match[1]!, writer)}</cite>`, length: match[0].length };
}

/** `*b*`: nothing of a word before or after it, no blank just within. */
function phrase(text: string, at: number, writer: HtmlWriter): Piece | null {
  const delimiter = text[at]!;
  if (
    isWord(text[at - 1]) || text[at - 1] === delimiter || /\s/.test(text[at + 1] ?? " ") || text[at + 1] === delimiter
  ) return null;
  const last = Math.min(text.length, at + WINDOW);
  for (let end = at + 2; end < last && text[end] !== "\n"; end++) {
    if (text[end] !== delimiter || /\s/.test(text[end - 1]!) || text[end - 1] === "\\") continue;
    if (isWord(text[end + 1]) || text[end + 1] === delimiter) continue;
    const tag = PHRASES[delimiter]!;
    return { html: `<${tag}>${wikiInline(text.slice(at + 1, end), writer)}</${tag}>`, length: end + 1 - at };
  }
  return null;
}

function dash(rest: string, before: string | undefined): Piece | null {
  const match = /^(-{2,3})(?=\s|$)/.exec(rest);
  if (match === null || (before !== undefined && !/\s/.test(before))) return null;
  return { html: match[1] === "--" ? "–" : "—", length: match[0].length };
}

function emoticon(rest: string, before: string | undefined): Piece | null {
  if (before !== undefined && !/\s/.test(before)) return null;
  for (const [text, picture] of Object.entries(EMOTICONS)) {
    if (rest.startsWith(text) && !isWord(rest[text.length])) return { html: picture, length: text.length };
  }
  return null;
}
