/** HTML that cannot be broken by what is put into it: whatever is not {@link Html} is escaped. */

import { escapeHtml } from "../../core/html.ts";

export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | null | readonly Part[];

/** Values stand in text or in quoted attributes. `null` is nothing. */
export function html(texts: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(texts.reduce((whole, text, index) => whole + written(values[index - 1]!) + text));
}

function written(value: Part): string {
  if (value === null) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(written).join("");
  return escapeHtml(String(value).replace(UNSEEN, visible));
}

// deno-lint-ignore no-control-regex -- they are what is looked for; the second half turns the direction of writing
const UNSEEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

function visible(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
