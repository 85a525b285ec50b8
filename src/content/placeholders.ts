/** Cloud shows a picture only when its file is on the issue already: a placeholder stands for it until then. */

import type { AdfDocument, AdfNode } from "../core/jira.ts";

export interface PlacedPicture {
  readonly mediaId: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly alt: string;
}

/** Readable, should it stay; the nonce makes it unlike anything a sender can write. */
export function placeholderText(fileName: string, nonce: string): string {
  return `[picture ${fileName}, attached to this issue; ${nonce.slice(0, 8)}]`;
}

/** The node that shows an attached picture. */
export function mediaSingle({ mediaId, width, height, alt }: PlacedPicture): AdfNode {
  const size = width !== null && height !== null ? { width: Math.round(width), height: Math.round(height) } : {};
  const attrs = { type: "file", id: mediaId, collection: "", ...(alt === "" ? {} : { alt }), ...size };
  return { type: "mediaSingle", attrs: { layout: "align-start" }, content: [{ type: "media", attrs }] };
}

/** The document with every placeholder paragraph replaced; `null` unless each of them stands in it. */
export function replacePlaceholders(
  document: AdfDocument,
  pictures: ReadonlyMap<string, PlacedPicture>,
): AdfDocument | null {
  const found = new Set<string>();
  const replace = (node: AdfNode): AdfNode => {
    const text = node.type === "paragraph" ? onlyText(node) : null;
    const picture = text === null ? undefined : pictures.get(text);
    if (picture !== undefined) {
      found.add(text!);
      return mediaSingle(picture);
    }
    return node.content === undefined ? node : { ...node, content: node.content.map(replace) };
  };
  const content = document.content.map(replace);
  return found.size === pictures.size ? { ...document, content } : null;
}

function onlyText({ content = [] }: AdfNode): string | null {
  return content.length > 0 && content.every(({ type }) => type === "text")
    ? content.map(({ text }) => text ?? "").join("")
    : null;
}
