/**
 * Reads `.env` text as python-dotenv does, because a user's old file must mean the same. Neither `util.parseEnv` nor
 * npm's dotenv does: they cut values at any `#`, or expand escapes in single quotes.
 */

export interface DotenvFile {
  /** The last assignment of each name; a name without `=` is left out, as python-dotenv does not set it. */
  readonly values: ReadonlyMap<string, string>;
  /** Numbers (from 1) of the lines that are no assignment; they are skipped. */
  readonly unreadableLines: readonly number[];
}

/** `environment` answers `${NAME}` before the file's own earlier lines, as python-dotenv does unless told to override. */
export function parseDotenv(text: string, environment: Readonly<Record<string, string | undefined>> = {}): DotenvFile {
  const reader = new Reader(text.replace(/^\uFEFF/, ""));
  const values = new Map<string, string>();
  const unreadableLines: number[] = [];
  while (!reader.atEnd()) {
    const binding = readBinding(reader);
    if (binding === "end") break;
    if (typeof binding === "number") unreadableLines.push(binding);
    else if (binding.value === null) values.delete(binding.key);
    else values.set(binding.key, interpolate(binding.value, (name) => environment[name] ?? values.get(name)));
  }
  return { values, unreadableLines };
}

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  atEnd(): boolean {
    return this.#at >= this.text.length;
  }

  peek(): string {
    return this.text[this.#at] ?? "";
  }

  /** Takes what the sticky pattern matches here: its first group, else all of it. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[1] ?? match[0];
  }

  position(): number {
    return this.#at;
  }

  lineAt(position: number): number {
    return this.text.slice(0, position).split(/\r\n|\n|\r/).length;
  }
}

const BLANK = /\s*/y;
const SPACES = /[^\S\r\n]*/y;
const EXPORT = /(?:export[^\S\r\n]+)?/y;
const QUOTED_KEY = /'([^']+)'/y;
const KEY = /[^=#\s]+/y;
const EQUALS = /=[^\S\r\n]*/y;
const SINGLE_QUOTED = /'((?:\\'|[^'])*)'/y;
const DOUBLE_QUOTED = /"((?:\\"|[^"])*)"/y;
const REST = /[^\r\n]*/y;
const COMMENT = /(?:[^\S\r\n]*#[^\r\n]*)?/y;
const END_OF_LINE = /[^\S\r\n]*(?:\r\n|\n|\r|$)/y;

/** A key with its value (`null`: no `=`), the number of an unreadable line, or the end. Comments are skipped here. */
function readBinding(reader: Reader): { key: string; value: string | null } | number | "end" {
  for (;;) {
    reader.take(BLANK);
    if (reader.atEnd()) return "end";
    if (reader.peek() !== "#") break;
    reader.take(REST);
  }
  const start = reader.position();
  reader.take(EXPORT);
  const key = reader.take(reader.peek() === "'" ? QUOTED_KEY : KEY);
  if (key !== undefined) {
    reader.take(SPACES);
    const value = reader.peek() === "=" ? readValue(reader, reader.take(EQUALS)!.length > 1) : null;
    if (value !== undefined) {
      reader.take(COMMENT);
      if (reader.take(END_OF_LINE) !== undefined) return { key, value };
    }
  }
  reader.take(REST);
  return reader.lineAt(start);
}

/** `undefined`: a quote that is never closed. */
function readValue(reader: Reader, afterSpace: boolean): string | undefined {
  const first = reader.peek();
  if (first === "'") return reader.take(SINGLE_QUOTED)?.replace(/\\([\\'])/g, "$1");
  if (first === '"') return reader.take(DOUBLE_QUOTED)?.replace(/\\([\\'"abfnrtv])/g, (_, letter) => ESCAPES[letter]!);
  const rest = reader.take(REST)!;
  if (afterSpace && rest.startsWith("#")) return "";
  return rest.replace(/\s+#.*/, "").trimEnd();
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** `${NAME}` and `${NAME:-default}`, in quoted values too; an unknown name is empty. */
function interpolate(value: string, lookUp: (name: string) => string | undefined): string {
  return value.replace(
    /\$\{([^}:]*)(?::-([^}]*))?\}/g,
    (_, name: string, fallback: string | undefined) => lookUp(name) ?? fallback ?? "",
  );
}

/** The text that stands for a value behind `NAME=`, for python-dotenv too. Throws for a value with a line break. */
export function dotenvValue(value: string): string {
  if (/[\r\n]/.test(value)) throw new TypeError("A value must not have a line break");
  // An unknown name with a default is the only way to write what would be replaced.
  const literal = value.replaceAll("${", "${:-$}{");
  if (!/^['"#\s]|\s$|\s#/.test(literal)) return literal;
  // A backslash before the closing quote would keep it open as far as the next quote of the file.
  const closable = literal.endsWith("\\") ? `${literal.slice(0, -1)}\${:-\\}` : literal;
  return `'${closable.replace(/[\\']/g, "\\$&")}'`;
}
