/**
 * The part of YAML that the workflows use: maps and lists by indentation, plain and quoted scalars, `[a, b]`, and texts
 * behind `|`. Throws for anything else, so that a workflow cannot be misread.
 */
export type Yaml = string | null | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

export function parseYaml(source: string): Yaml {
  return new Parser(source).document();
}

class Parser {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(source: string) {
    this.#lines = source.split("\n").map((raw, index) => {
      if (/^ *\t/.test(raw)) throw new Error(`line ${index + 1}: a tabulator indents`);
      return { indent: raw.search(/\S|$/), text: raw.trim(), number: index + 1 };
    });
  }

  document(): Yaml {
    const value = this.#block(0);
    const rest = this.#next();
    if (rest !== undefined) throw new Error(`line ${rest.number}: not understood: ${rest.text}`);
    return value;
  }

  /** The next line that says something. */
  #next(): Line | undefined {
    while (this.#at < this.#lines.length && /^(#|$)/.test(this.#lines[this.#at]!.text)) this.#at++;
    return this.#lines[this.#at];
  }

  #block(least: number): Yaml {
    const first = this.#next();
    if (first === undefined || first.indent < least) return null;
    return first.text.startsWith("- ") ? this.#list(first.indent) : this.#map(first.indent);
  }

  #list(indent: number): Yaml[] {
    const items: Yaml[] = [];
    for (let line = this.#next(); line?.indent === indent && line.text.startsWith("- "); line = this.#next()) {
      const inner = indent + 2;
      const text = line.text.slice(2);
      if (!KEY.test(text)) {
        this.#at++;
        items.push(scalar(text, line));
      } else items.push(this.#map(inner, { ...line, indent: inner, text }));
    }
    return items;
  }

  /** `first` stands behind a dash. */
  #map(indent: number, first?: Line): Record<string, Yaml> {
    const map: Record<string, Yaml> = {};
    for (let line = first ?? this.#next(); line?.indent === indent; line = this.#next()) {
      const [, key, rest = ""] = KEY.exec(line.text) ?? [];
      if (key === undefined) throw new Error(`line ${line.number}: not understood: ${line.text}`);
      if (Object.hasOwn(map, key)) throw new Error(`line ${line.number}: ${key} stands twice`);
      this.#at++;
      if (rest === "|") map[key] = this.#text(indent);
      else map[key] = rest === "" ? this.#block(indent + 1) : scalar(rest, line);
    }
    return map;
  }

  #text(outer: number): string {
    const lines: Line[] = [];
    for (;;) {
      const line = this.#lines[this.#at];
      if (line === undefined || (line.text !== "" && line.indent <= outer)) break;
      lines.push(line);
      this.#at++;
    }
    const indent = Math.min(...lines.filter(({ text }) => text !== "").map((line) => line.indent));
    return `${lines.map((line) => " ".repeat(Math.max(0, line.indent - indent)) + line.text).join("\n").trimEnd()}\n`;
  }
}

const KEY = /^([A-Za-z_][\w-]*):(?: +(.*))?$/;

function scalar(text: string, line: Line): Yaml {
  if (/^\[.*\]$/.test(text)) return text.slice(1, -1).split(",").map((item) => scalar(item.trim(), line));
  if (/^"[^"\\]*"$|^'[^']*'$/.test(text)) return text.slice(1, -1);
  // What begins otherwise, or holds these, means something else to YAML.
  if (/^[[\]{}&*!|>'"%@`,?]|: |\s#/.test(text)) throw new Error(`line ${line.number}: not understood: ${text}`);
  return text;
}
