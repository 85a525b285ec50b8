/** What a Jira text shows and whom it mentions: what must be looked up before it is written. */

import type { AdfDocument, AdfNode, RichText } from "../../core/jira.ts";
import { attr } from "../../jira_text/adf.ts";
import type { MediaRef } from "./context.ts";

export interface References {
  readonly media: readonly MediaRef[];
  /** Account ids or logins. */
  readonly mentions: readonly string[];
}

export function referencesOf(text: RichText): References {
  return text.format === "adf" ? adfReferences(text.content) : wikiReferences(text.content);
}

/** Pictures and files in the order in which they stand, and the accounts that are mentioned without a name. */
export function adfReferences(document: AdfDocument): References {
  const found = new Map<string, MediaRef>();
  const mentions = new Set<string>();
  const walk = (node: { readonly content?: readonly AdfNode[] }) => {
    for (const child of node.content ?? []) {
      const id = attr(child, "id");
      if ((child.type === "media" || child.type === "mediaInline") && id !== "" && attr(child, "type") !== "external") {
        if (!found.has(id)) found.set(id, { ref: id, alt: attr(child, "alt") });
      }
      if (child.type === "mention" && id !== "" && attr(child, "text") === "") mentions.add(id);
      walk(child);
    }
  };
  walk(document);
  return { media: [...found.values()], mentions: [...mentions] };
}

/** File names of pictures (`!a.png!`) and links to files (`[^a.pdf]`), and logins that are mentioned. */
export function wikiReferences(text: string): References {
  const literal = text.replace(/(?<!\\)\{(code|noformat)(?::[^}\n]*)?\}[\s\S]*?(?<!\\)\{\1\}/g, " ");
  const names = new Set<string>();
  for (
    const [, name] of literal.matchAll(
      /(?<![\p{L}\p{N}\\])!([^!|\n]+\.[A-Za-z0-9]{1,8})(?:\|[^!\n]*)?!(?![\p{L}\p{N}])/gu,
    )
  ) {
    if (!/^https?:/i.test(name!)) names.add(name!);
  }
  for (const [, name] of literal.matchAll(/(?<!\\)\[(?:[^\]|\n]*\|)?\^([^\]|\n]+)\]/g)) names.add(name!);
  const mentions = [...literal.matchAll(/(?<!\\)\[~([^\]\n|]+)\]/g)].map(([, id]) => id!.replace(/^accountid:/, ""));
  return { media: [...names].map((name) => ({ ref: name, alt: name })), mentions: [...new Set(mentions)] };
}
