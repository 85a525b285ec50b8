/**
 * RTF → the text of a mail: the HTML that Outlook wrapped in it ([MS-OXRTFEX]), else the plain text. Formatting of
 * genuine RTF is left out.
 */

import { codePageOfCharset, decodeCodePage } from "./codepages.ts";

export interface RtfBody {
  readonly contentType: "html" | "text";
  readonly content: string;
}

/** Groups that show nothing; those marked `\*` are skipped without being known. */
const SILENT = new Set(
  ("fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf footnote " +
    "fldinst listtext pntext pntxta pntxtb xe tc rxe nonshppict listtable revtbl rsidtbl themedata datastore filetbl")
    .split(" "),
);

const WORDS: Readonly<Record<string, string>> = {
  par: "\n",
  line: "\n",
  sect: "\n",
  page: "\n",
  row: "\n",
  nestrow: "\n",
  tab: "\t",
  cell: "\t",
  nestcell: "\t",
  lquote: "‘",
  rquote: "’",
  ldblquote: "“",
  rdblquote: "”",
  bullet: "•",
  endash: "–",
  emdash: "—",
  emspace: "\u2003",
  enspace: "\u2002",
  qmspace: "\u2005",
  zwj: "\u200d",
  zwnj: "\u200c",
};

const SYMBOLS: Readonly<Record<string, string>> = { "~": "\u00a0", "_": "\u2011", "-": "\u00ad" };
const MAX_DEPTH = 1000;

/** What a group hands on to the groups within it. */
interface State {
  readonly silent: boolean;
  readonly fonts: boolean;
  readonly htmlTag: boolean;
  readonly htmlRtf: boolean;
  readonly font: number;
  /** How many characters after `\u` stand for it in old readers. */
  readonly fallback: number;
}

/** Never throws; what is no RTF gives an empty text. */
export function readRtf(bytes: Uint8Array): RtfBody {
  const head = new TextDecoder("windows-1252").decode(bytes.subarray(0, 4096));
  if (!/^\s*\{\\rtf/.test(head)) return { contentType: "text", content: "" };
  const html = /\\fromhtml1?(?![0-9])/.test(head);
  const content = new Reader(bytes, html, Number(/\\ansicpg(\d+)/.exec(head)?.[1] ?? 1252)).read();
  return { contentType: html ? "html" : "text", content };
}

class Reader {
  #at = 0;
  #state: State = { silent: false, fonts: false, htmlTag: false, htmlRtf: false, font: -1, fallback: 1 };
  readonly #outer: State[] = [];
  readonly #charsets = new Map<number, number>();
  readonly #out: string[] = [];
  #pending: number[] = [];
  #pendingPage = 0;
  #skip = 0;
  /** After `\*`: the next word opens a group that may be unknown. */
  #optional = false;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly html: boolean,
    private readonly codePage: number,
  ) {}

  read(): string {
    while (this.#at < this.bytes.length) {
      const byte = this.bytes[this.#at++]!;
      if (byte === 0x7b) this.#open();
      else if (byte === 0x7d) {
        if (this.#outer.length === 0) break;
        this.#state = this.#outer.pop()!;
        this.#skip = 0;
      } else if (byte === 0x5c) this.#control();
      else if (byte !== 0x0d && byte !== 0x0a) this.#byte(byte);
    }
    this.#flush();
    return this.#out.join("");
  }

  #open(): void {
    if (this.#outer.length >= MAX_DEPTH) {
      this.#at = this.bytes.length;
      return;
    }
    this.#outer.push(this.#state);
    this.#skip = 0;
  }

  #control(): void {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) return;
    const symbol = String.fromCharCode(byte);
    if (/[a-z]/i.test(symbol)) return this.#word(symbol);
    if (symbol === "'") {
      const hex = String.fromCharCode(this.bytes[this.#at] ?? 0, this.bytes[this.#at + 1] ?? 0);
      this.#at += 2;
      if (/^[0-9a-f]{2}$/i.test(hex)) this.#byte(parseInt(hex, 16));
    } else if (symbol === "*") this.#optional = true;
    else if (symbol === "\r" || symbol === "\n") this.#text("\n");
    else if (SYMBOLS[symbol] !== undefined) this.#text(SYMBOLS[symbol]);
    else this.#byte(byte);
  }

  #word(first: string): void {
    let word = first;
    while (/[a-z]/i.test(this.#peek())) word += this.#take();
    let digits = this.#peek() === "-" ? this.#take() : "";
    while (/[0-9]/.test(this.#peek()) && digits.length < 12) digits += this.#take();
    if (this.#peek() === " ") this.#at++;
    const value = /\d/.test(digits) ? Number(digits) : null;
    const optional = this.#optional;
    this.#optional = false;
    this.#apply(word, value, optional);
  }

  #apply(word: string, value: number | null, optional: boolean): void {
    if (word === "bin") this.#at += Math.max(0, value ?? 0);
    else if (word === "u") this.#unicode(value ?? 0);
    else if (word === "uc") this.#set({ fallback: Math.max(0, value ?? 1) });
    else if (word === "f") this.#set({ font: value ?? 0 });
    else if (word === "fcharset" && this.#state.fonts) this.#charsets.set(this.#state.font, value ?? 0);
    else if (word === "htmltag") this.#set({ htmlTag: true });
    else if (word === "htmlrtf") this.#set({ htmlRtf: value !== 0 });
    else if (optional || SILENT.has(word)) this.#set({ silent: true, fonts: word === "fonttbl" });
    else if (WORDS[word] !== undefined) this.#text(WORDS[word]);
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
  }

  #unicode(value: number): void {
    this.#skip = 0;
    this.#text(String.fromCharCode(value < 0 ? value + 0x10000 : value & 0xffff));
    this.#skip = this.#state.fallback;
  }

  #byte(byte: number): void {
    if (this.#skip > 0) {
      this.#skip--;
      return;
    }
    if (byte === 0 || this.#hidden()) return;
    const page = codePageOfCharset(this.#charsets.get(this.#state.font) ?? 0) ?? this.codePage;
    // What stands in a tag is written in the document's code page, whatever the font.
    const own = this.#state.htmlTag ? this.codePage : page;
    if (own !== this.#pendingPage) this.#flush();
    this.#pendingPage = own;
    this.#pending.push(byte);
  }

  #text(text: string): void {
    if (this.#hidden()) return;
    this.#flush();
    this.#out.push(text);
  }

  #hidden(): boolean {
    const { silent, htmlTag, htmlRtf } = this.#state;
    return silent || (this.html && htmlRtf && !htmlTag);
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    this.#out.push(decodeCodePage(Uint8Array.from(this.#pending), this.#pendingPage));
    this.#pending = [];
  }

  #peek(): string {
    const byte = this.bytes[this.#at];
    return byte === undefined ? "" : String.fromCharCode(byte);
  }

  #take(): string {
    return String.fromCharCode(this.bytes[this.#at++]!);
  }
}
