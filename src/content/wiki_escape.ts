/**
 * What a sender wrote is text, never markup. Jira Server's renderer (its order: macros, blocks, links, addresses, un-escape,
 * dashes, emoticons, images, phrases) takes a backslash before `- # * _ + ? ^ ~ | % { } [ ] ( ) ! @` for an escape, two
 * backslashes for a line break, and keeps entities. So: a backslash where the renderer knows it, an entity where a backslash
 * would not help, and a word joiner (zero width) where there is nothing to escape.
 */

/** Keeps two characters apart that together would be markup, and is not seen. */
export const JOINER = "\u2060";

const ESCAPABLE = new Set("-#*_+?^~|%{}[]()!@");
const INTERESTING = /[\\&{}[\]|!*^~_+\-?#():;.\n\r]/;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;
const EMOTICON = /^\((?:y|n|i|\/|x|!|\+|-|\?|on|off|\*[rgby]?|flag|flagoff)\)/i;
/** The beginning of a heading or a quoted line, up to its full stop. */
const LINE_KEYWORD = /^\s*(?:h[1-6]|bq)$/i;

export interface Surroundings {
  /** The character written before, empty at the start of a text. */
  readonly before: string;
  /** The character that will follow, empty if that is not known. */
  readonly after: string;
  /** Only white space stands before on the line. */
  readonly lineStart: boolean;
  /** In a table's cell or a link's text bars (and there brackets) part, escaped or not. */
  readonly within: "line" | "cell" | "link";
}

/** A text without any markup meaning. Line ends become spaces. */
export function escapeWiki(text: string, surroundings: Partial<Surroundings> = {}): string {
  if (!INTERESTING.test(text)) return text;
  const place: Surroundings = { before: "", after: "", lineStart: true, within: "line", ...surroundings };
  const out: string[] = [];
  let before = place.before;
  let lineStart = place.lineStart;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    const written = INTERESTING.test(char) ? escapeAt(text, at, { ...place, before, lineStart }) : char;
    out.push(written);
    before = written.at(-1)!;
    if (char !== " " && char !== "\t") lineStart = false;
  }
  return out.join("");
}

function escapeAt(text: string, at: number, place: Surroundings): string {
  const char = text[at]!;
  // White space at the end may be taken off.
  const next = text[at + 1]?.trim() === "" && text.slice(at + 1).trim() === ""
    ? place.after
    : text[at + 1] ?? place.after;
  switch (char) {
    case "\n":
    case "\r":
      return " ";
    case "\\":
      return text[at - 1] === "\\" || next === "\\" || next === "" || ESCAPABLE.has(next) ? "&#92;" : char;
    case "&":
      return /^&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/i.test(text.slice(at, at + 40)) ? "&amp;" : char;
    case "[":
    case "]":
    case "|":
      return bracketOrBar(char, place);
    case "!":
      if (place.within === "link") return "&#33;";
      return isWord(place.before) || next === " " ? char : "\\!";
    case "_":
    case "-":
    case "+":
      return isInert(place, next) ? char : `\\${char}`;
    case "?":
      return place.before === "?" || next === "?" || next === "" ? "\\?" : char;
    case "#":
      return place.lineStart ? "\\#" : char;
    case "(":
    case ")":
      return isPartOfFace(place.before) || EMOTICON.test(text.slice(at, at + 10)) ? `\\${char}` : char;
    case ":":
    case ";":
      return char + (startsAddressOrFace(text, at, place.after) ? JOINER : "");
    case ".":
      return at < 20 && LINE_KEYWORD.test(text.slice(0, at)) ? `${JOINER}.` : char;
    default:
      return `\\${char}`;
  }
}

function bracketOrBar(char: string, place: Surroundings): string {
  if (place.within === "link" || char === "|" && place.within === "cell") return `&#${char.charCodeAt(0)};`;
  return char !== "|" || place.lineStart ? `\\${char}` : char;
}

function isWord(char: string): boolean {
  return char !== "" && LETTER_OR_DIGIT.test(char);
}

/** Within a word, and between spaces, these signs are no marks: `e-mail`, `snake_case`, `1 + 1`. */
function isInert({ before, lineStart }: Surroundings, next: string): boolean {
  return isWord(before) && isWord(next) || before === " " && next === " " && !lineStart;
}

function isPartOfFace(before: string): boolean {
  return before === ":" || before === ";" || before === "-";
}

/** `scheme://`, `mailto:`, and `:D` or `:P`, which hold nothing that could be escaped. */
function startsAddressOrFace(text: string, at: number, after: string): boolean {
  const rest = text.slice(at + 1, at + 4) + after;
  return rest.startsWith("//") || /^[DPp](?![A-Za-z0-9])/.test(rest) ||
    text[at] === ":" && /(?:mailto|news)$/i.test(text.slice(Math.max(0, at - 6), at));
}

/** An address as it may stand in a wiki link: what would end or change the link is encoded. */
export function wikiAddress(href: string): string {
  return href.replace(/[|[\]{}\s\\^!"<>]/g, (char) => char === "!" ? "%21" : encodeURIComponent(char));
}
