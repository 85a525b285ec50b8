/**
 * Templates in the manner of Mustache: `{{name}}` is a value, `{{#name}}…{{/name}}` is shown if there is one,
 * `{{^name}}…{{/name}}` if there is none, `{{! … }}` is a remark. Values are escaped by whoever renders; there is no form
 * that is not.
 */

export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly name: string }
  | {
    readonly kind: "section";
    readonly name: string;
    readonly shownIf: boolean;
    readonly nodes: readonly TemplateNode[];
  };

/** A template that cannot be used; the message names the line. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

export interface TemplateValues {
  /** The value as it is to be written, escaped. */
  value(name: string): string;
  has(name: string): boolean;
}

const TAG = /\{\{([\s\S]*?)\}\}/g;

/** Throws {@link TemplateError} for a name that is not in `known` and for tags that do not fit together. */
export function parseTemplate(source: string, known: readonly string[]): TemplateNode[] {
  const root: TemplateNode[] = [];
  const open: { readonly name: string; readonly at: number; readonly nodes: TemplateNode[] }[] = [];
  const nodes = () => open.at(-1)?.nodes ?? root;
  const fail = (at: number, problem: string): never => {
    throw new TemplateError(`line ${source.slice(0, at).split("\n").length}: ${problem}`);
  };
  const text = (from: number, to: number) => {
    const part = source.slice(from, to);
    const stray = part.search(/\{\{|\}\}/);
    if (stray >= 0) fail(from + stray, "braces without their other end");
    if (part !== "") nodes().push({ kind: "text", text: part });
  };
  let done = 0;
  for (const match of source.matchAll(TAG)) {
    text(done, match.index);
    done = match.index + match[0].length;
    if (match[1]!.startsWith("!")) continue;
    const [, sign, name] = match[1]!.match(/^([#^/]?)\s*([a-z]+(?:\.[a-z]+)?)\s*$/) ??
      fail(match.index, `"${match[0].slice(0, 60)}" is no variable; they look like {{${known[0]}}}`);
    if (!known.includes(name!)) fail(match.index, `there is no variable "${name}"; known are ${known.join(", ")}`);
    if (sign === "") nodes().push({ kind: "value", name: name! });
    else if (sign !== "/") {
      const inner: TemplateNode[] = [];
      nodes().push({ kind: "section", name: name!, shownIf: sign === "#", nodes: inner });
      open.push({ name: name!, at: match.index, nodes: inner });
    } else if (open.pop()?.name !== name) fail(match.index, `{{/${name}}} ends nothing that was begun right before`);
  }
  text(done, source.length);
  const unended = open.at(-1);
  if (unended !== undefined) fail(unended.at, `{{#${unended.name}}} has no {{/${unended.name}}}`);
  return root;
}

export function renderTemplate(nodes: readonly TemplateNode[], values: TemplateValues): string {
  return nodes.map((node) => {
    if (node.kind === "text") return node.text;
    if (node.kind === "value") return values.value(node.name);
    return values.has(node.name) === node.shownIf ? renderTemplate(node.nodes, values) : "";
  }).join("");
}

/** Throws unless the only value in an address (`href`, `src`) is `url`: what a sender wrote must not lead anywhere. */
export function refuseValuesInAddresses(source: string): void {
  const match = /\b(?:href|src|background|action)\s*=\s*(?:"[^"]*?|'[^']*?|[^\s"'>]*?)\{\{(?!\s*url\s*\}\})/i.exec(
    source,
  );
  if (match === null) return;
  const line = source.slice(0, match.index).split("\n").length;
  throw new TemplateError(`line ${line}: in an address only {{url}} may stand`);
}
