/** What mail programs call the elements in which they put quoted mail, by id, class, name and data attributes. */

import type { HtmlElement } from "../html.ts";

export interface ElementMarks {
  /** Everything inside is quoted mail. */
  readonly quoted: boolean;
  /** A block quote that the writer may have made himself: quoted mail only below a line that names its writer. */
  readonly maybeQuoted: boolean;
  readonly replyHeader: boolean;
  readonly attribution: boolean;
  readonly signature: boolean;
  /** History may begin here. */
  readonly boundary: boolean;
  /** A visible line. */
  readonly rule: boolean;
}

/** Of an element that says nothing. */
export const NO_MARKS: ElementMarks = {
  quoted: false,
  maybeQuoted: false,
  replyHeader: false,
  attribution: false,
  signature: false,
  boundary: false,
  rule: false,
};

/** Outlook on the web (also `x_`, `x_x_`… when quoted again), Outlook for iOS and Android. */
const REPLY_HEADERS = new Set(["divrplyfwdmsg", "divrpyfwdmsg"]);
const BOUNDARIES = new Set([
  "appendonsend", // Outlook on the web and mobile
  "mail-editor-reference-message-container", // Outlook mobile and the new Outlook
  "ms-outlook-mobile-reference-message",
  "ms-outlook-mobile-body-separator-line",
  "olk_src_body_section", // Outlook for Mac 2011
  "stopspelling", // Hotmail
  "zwchr", // Zimbra
  "messagereplysection", // Spark
  "isreplycontent", // NetEase
  "reply-intro", // Roundcube
]);
const QUOTES = new Set([
  "yahoo_quoted",
  "yahooquotedtextdiv",
  "protonmail_quote",
  "tutanota_quote",
  "zmail_extra",
  "front-blockquote",
  "sh-quoted-content",
  "missive_quote",
  "freshdesk_quote",
  "hs_reply",
  "ntes-mailmaster-quote",
  "skiff_quote",
  "clean_bq",
]);
const ATTRIBUTIONS = new Set(["gmail_attr", "moz-cite-prefix", "reply-intro"]);
const SIGNATURES = new Set([
  "gmail_signature",
  "moz-signature",
  "protonmail_signature_block",
  "gmail_signature_prefix",
]);

/** Looks at one element, not at what is in it. */
export function marksOf(element: HtmlElement): ElementMarks {
  const { name, attributes } = element;
  if (name !== "hr" && name !== "blockquote" && !hasTellingAttribute(attributes)) return NO_MARKS;
  if (name === "hr") {
    return {
      ...NO_MARKS,
      rule: true,
      boundary: names(attributes).some((known) => BOUNDARIES.has(known)),
    };
  }
  const known = names(attributes);
  const style = (attributes.style ?? "").toLowerCase();
  const border = isBorderTop(style);
  const quoted = known.some((word) => QUOTES.has(word)) || (attributes["data-marker"] ?? "") === "__QUOTED_TEXT__" ||
    (name === "blockquote" && isQuote(attributes, known, style));
  const marks: ElementMarks = {
    quoted,
    maybeQuoted: name === "blockquote" && !quoted && !/border(?:-left)?:\s*(?:none|0)/.test(style),
    replyHeader: known.some((word) => REPLY_HEADERS.has(word)),
    attribution: known.some((word) => ATTRIBUTIONS.has(word)),
    signature: known.some((word) => SIGNATURES.has(word)),
    boundary: border || known.some((word) => BOUNDARIES.has(word)) ||
      (attributes["data-marker"] ?? "") === "__DIVIDER__",
    rule: border,
  };
  return marks;
}

/** Most elements of a mail have none, or only Word's paragraph class and a font. */
function hasTellingAttribute(attributes: HtmlElement["attributes"]): boolean {
  const { id, class: classes, name, style } = attributes;
  return id !== undefined || name !== undefined || (classes !== undefined && classes !== "MsoNormal") ||
    (style !== undefined && style.includes("border")) || attributes["data-marker"] !== undefined;
}

/** Its names, lower case, without the `x_` that Outlook puts before those of quoted mail. */
function names(attributes: HtmlElement["attributes"]): string[] {
  const all = `${attributes.id ?? ""} ${attributes.class ?? ""} ${attributes.name ?? ""}`.toLowerCase();
  return all.split(/\s+/).filter((word) => word !== "").map((word) => word.replace(/^(?:x_)+/, ""));
}

function isQuote(attributes: HtmlElement["attributes"], known: readonly string[], style: string): boolean {
  if (attributes.type?.toLowerCase() === "cite") return true;
  // Gmail's indent button makes a block quote without a border; its class alone is not enough.
  if (known.includes("gmail_quote")) return !/border:\s*none/.test(style);
  return "cite" in attributes || /border-left:\s*(?!none|0)/.test(style) || known.some((word) => /quote/.test(word));
}

/** Word's line above the header block: `border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in`. */
function isBorderTop(style: string): boolean {
  return /border-top:[^;]*solid/.test(style) && !/border-(?:left|right|bottom):[^;]*solid/.test(style);
}
