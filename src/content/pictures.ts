/** Finds the file behind an `<img>` and numbers the pictures of a mail. */

import { Buffer } from "node:buffer";
import type { MailAttachment } from "../core/mail.ts";
import { oneLine } from "./clean_text.ts";
import type { PictureRef } from "./content.ts";
import { pixels, styleOf } from "./css.ts";
import type { HtmlElement } from "./html.ts";
import { safeHref } from "./links.ts";

/** What to write where an `<img>` stands. */
export type PictureFound =
  | { readonly kind: "picture"; readonly id: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "remote"; readonly text: string; readonly href: string }
  | { readonly kind: "nothing" };

/** A picture of this many pixels or less on a side counts readers, it shows nothing. */
const TRACKING_PIXELS = 3;
/** Remote pictures without a word are decoration up to this size. */
const DECORATION_PIXELS = 48;
const MAX_PIXELS = 10_000;

const nothing: PictureFound = { kind: "nothing" };

export class Pictures {
  readonly found: PictureRef[] = [];
  readonly #attachments: readonly MailAttachment[];
  readonly #byContentId = new Map<string, MailAttachment>();
  readonly #byName = new Map<string, MailAttachment>();
  readonly #byLocation = new Map<string, MailAttachment>();
  readonly #ids = new Map<string, string>();

  constructor(attachments: readonly MailAttachment[]) {
    this.#attachments = attachments.filter((attachment) => attachment.kind === "file");
    for (const attachment of this.#attachments.toReversed()) {
      const { contentId, name, contentLocation } = attachment;
      if (contentId !== null) this.#byContentId.set(contentIdForm(contentId), attachment);
      if (name !== "") this.#byName.set(contentIdForm(name), attachment);
      if (contentLocation !== null) this.#byLocation.set(contentLocation, attachment);
    }
  }

  find(element: HtmlElement): PictureFound {
    const source = (element.attributes.src ?? "").trim();
    const alt = oneLine(element.attributes.alt ?? element.attributes.title ?? "");
    const { width, height } = sizeOf(element);
    if (isTiny(width, TRACKING_PIXELS) || isTiny(height, TRACKING_PIXELS)) return nothing;
    if (isEmoji(alt)) return { kind: "text", text: alt };
    const size = { width: width || null, height: height || null };
    if (/^data:/i.test(source)) return this.#fromData(source, alt, size);
    const attachment = this.#attachmentFor(source);
    if (attachment !== undefined) {
      return this.#number(attachment.id, { attachmentId: attachment.id, data: null, alt, ...size });
    }
    return remoteOrWords(source, alt, size, element);
  }

  #fromData(source: string, alt: string, size: Pick<PictureRef, "width" | "height">): PictureFound {
    const known = this.#ids.get(source);
    if (known !== undefined) return { kind: "picture", id: known };
    const data = decodeData(source);
    if (data === null) return alt === "" ? nothing : { kind: "text", text: `[${alt}]` };
    if (isTrackingFile(data.bytes)) return nothing;
    return this.#number(source, { attachmentId: null, data, alt, ...size });
  }

  #number(key: string, picture: Omit<PictureRef, "id">): PictureFound {
    const known = this.#ids.get(key);
    if (known !== undefined) return { kind: "picture", id: known };
    const id = `p${this.found.length + 1}`;
    this.#ids.set(key, id);
    this.found.push({ id, ...picture });
    return { kind: "picture", id };
  }

  #attachmentFor(source: string): MailAttachment | undefined {
    if (source === "") return undefined;
    const cid = source.match(/^cid:(.*)$/is)?.[1];
    if (cid !== undefined) {
      const [written, plain] = [contentIdForm(cid), contentIdForm(decoded(cid))];
      return this.#byContentId.get(written) ?? this.#byContentId.get(plain) ?? this.#byName.get(written) ??
        this.#byName.get(plain);
    }
    const located = this.#byLocation.get(source);
    if (located !== undefined || /^[a-z][a-z0-9+.-]*:/i.test(source) || source.startsWith("//")) return located;
    const name = decoded(source.replace(/^.*[\\/]/s, ""));
    return this.#attachments.find((attachment) => attachment.isInline && attachment.name === name && name !== "");
  }
}

function contentIdForm(id: string): string {
  return id.trim().replace(/^<|>$/g, "").toLowerCase();
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Width and height in CSS pixels: the style wins over the attributes, `null` if not said. */
function sizeOf(element: HtmlElement): { width: number | null; height: number | null } {
  const style = styleOf(element);
  const size = (name: "width" | "height") => {
    const value = pixels(style.get(name)) ?? pixels(element.attributes[name]);
    return value === null ? null : Math.min(value, MAX_PIXELS);
  };
  return { width: size("width"), height: size("height") };
}

function isTiny(size: number | null, limit: number): boolean {
  return size !== null && size <= limit;
}

/** Mail clients send emoji as little pictures whose alternative text is the emoji. */
function isEmoji(alt: string): boolean {
  return alt.length > 0 && alt.length <= 32 &&
    /^(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f\u20e3]|[#*0-9]\ufe0f?\u20e3)+$/u
      .test(alt);
}

function remoteOrWords(
  source: string,
  alt: string,
  size: Pick<PictureRef, "width" | "height">,
  element: HtmlElement,
): PictureFound {
  const href = safeHref(source.startsWith("//") ? `https:${source}` : source);
  if (href === null || href.startsWith("mailto:")) return alt === "" ? nothing : { kind: "text", text: `[${alt}]` };
  if (alt !== "") return { kind: "remote", text: alt, href };
  const decoration = element.attributes.alt !== undefined || isTiny(size.width, DECORATION_PIXELS) ||
    isTiny(size.height, DECORATION_PIXELS) || /track|open|pixel|beacon|spacer|logo|blank|\bo\.gif/i.test(href);
  return decoration ? nothing : { kind: "remote", text: "picture", href };
}

function decodeData(source: string): { bytes: Uint8Array; contentType: string } | null {
  const comma = source.indexOf(",");
  const head = source.slice(5, Math.max(5, comma));
  const contentType = head.split(";")[0]!.trim().toLowerCase();
  if (comma < 0 || !/^image\/[a-z0-9.+-]+$/.test(contentType)) return null;
  const body = decoded(source.slice(comma + 1));
  const bytes = new Uint8Array(Buffer.from(body, /;\s*base64\s*$/i.test(head) ? "base64" : "utf8"));
  return bytes.length === 0 ? null : { bytes, contentType };
}

/** A GIF or PNG of one or two pixels. */
function isTrackingFile(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 10 && bytes[0] === 0x47 && bytes[1] === 0x49) {
    return view.getUint16(6, true) <= TRACKING_PIXELS && view.getUint16(8, true) <= TRACKING_PIXELS;
  }
  if (bytes.length >= 24 && bytes[0] === 0x89 && bytes[1] === 0x50) {
    return view.getUint32(16) <= TRACKING_PIXELS && view.getUint32(20) <= TRACKING_PIXELS;
  }
  return false;
}
