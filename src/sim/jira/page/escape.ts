/** What keeps other people's text from becoming markup, and what both renderers are told. */

import type { SimAttachment } from "../types.ts";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);
}

/** The address of a link if a reader may follow it, else `null`: no `javascript:`, no `data:`. */
export function safeHref(href: string): string | null {
  return /^(https?:\/\/|mailto:|\/(?!\/)|#)/i.test(href.trim()) ? href.trim() : null;
}

export function safeColor(color: string): string | null {
  return /^(#[0-9a-f]{3,8}|[a-z]{3,20})$/i.test(color.trim()) ? color.trim() : null;
}

/** A link, or its text alone if its address is not one to follow. `html` is already escaped. */
export function link(href: string, html: string): string {
  const safe = safeHref(href);
  return safe === null ? html : `<a href="${escapeHtml(safe)}" rel="noopener noreferrer">${html}</a>`;
}

/** A picture, or a box that says which one is missing. */
export function picture(
  context: RenderContext,
  attachment: SimAttachment | undefined,
  name: string,
  size: { readonly width?: number; readonly height?: number; readonly alt?: string },
): string {
  if (attachment === undefined) return `<span class="missing">Picture not found: ${escapeHtml(name)}</span>`;
  const width = size.width === undefined ? "" : ` width="${Math.round(size.width)}"`;
  const height = size.height === undefined ? "" : ` height="${Math.round(size.height)}"`;
  return `<img src="${escapeHtml(context.picture(attachment))}" alt="${
    escapeHtml(size.alt ?? attachment.filename)
  }"${width}${height}>`;
}

export interface RenderContext {
  readonly attachments: readonly SimAttachment[];
  /** URL under which the bytes are shown. */
  picture(attachment: SimAttachment): string;
  /** Display name of a mentioned account, `null` if unknown. */
  userName(id: string): string | null;
}
