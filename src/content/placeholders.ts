/** Cloud shows a picture only when its file is on the issue already: a placeholder stands for it until then. */

import type { AdfDocument, AdfNode } from "../core/jira.ts";

export interface PlacedPicture {
  readonly mediaId: string;
  /** CSS pixels as in the mail. */
  readonly width: number | null;
  readonly height: number | null;
  readonly alt: string;
}

/** Jira's text column on a wide screen; larger pictures are shown at that width anyway. */
const MAX_SHOWN_WIDTH = 1_800;

/** Readable, should it stay; `nonce`, any text that a sender does not know, makes it unlike anything he can write. */
export function placeholderText(fileName: string, nonce: string): string {
  return `[picture ${fileName}, attached to this issue; ${fingerprint(`${nonce}\n${fileName}`)}]`;
}

/** FNV-1a: short and always the same; nobody gains anything by guessing it. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

/** The node that shows an attached picture, as wide as in the mail. */
export function mediaSingle({ mediaId, width, height, alt }: PlacedPicture): AdfNode {
  const size = {
    ...(width === null ? {} : { width: Math.round(width) }),
    ...(height === null ? {} : { height: Math.round(height) }),
  };
  const shown = width === null ? {} : { width: Math.min(MAX_SHOWN_WIDTH, Math.round(width)), widthType: "pixel" };
  const attrs = { type: "file", id: mediaId, collection: "", ...(alt === "" ? {} : { alt }), ...size };
  return { type: "mediaSingle", attrs: { layout: "align-start", ...shown }, content: [{ type: "media", attrs }] };
}

/**
 * The document with every placeholder replaced, once for each place where the picture stands; `null` unless each of them
 * still is a paragraph of its own and stands nowhere else in the text.
 */
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
  if (found.size !== pictures.size) return null;
  const rest = JSON.stringify(content);
  const leftOver = [...pictures.keys()].some((text) => rest.includes(JSON.stringify(text).slice(1, -1)));
  return leftOver ? null : { ...document, content };
}

/** A paragraph's text without its white space at the ends; Jira may have split it into several nodes. */
function onlyText({ content = [] }: AdfNode): string | null {
  return content.length > 0 && content.every(({ type }) => type === "text")
    ? content.map(({ text }) => text ?? "").join("").trim()
    : null;
}
