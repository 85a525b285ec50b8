/** Which links of a mail may become links, and where a bare text holds one. */

import type { Inline, Marks } from "./tree.ts";

const MAX_LENGTH = 8_000;
const MAX_WRAPPINGS = 4;

/** An `href` as it may be written into Jira: http, https or mailto, Safe Links unwrapped; `null` for everything else. */
export function safeHref(value: string): string | null {
  // Browsers ignore line ends, tabs and surrounding white space; `java\nscript:` is one word to them.
  // deno-lint-ignore no-control-regex
  let href = value.replace(/[\t\n\r]/g, "").replace(/^[\u0000-\u0020]+/, "").trimEnd();
  for (let i = 0; i < MAX_WRAPPINGS; i++) {
    const inner = unwrapSafeLink(href);
    if (inner === null) break;
    href = inner;
  }
  if (href.length > MAX_LENGTH || !/^(?:https?:\/\/[^\s/]|mailto:\S)/i.test(href) || !URL.canParse(href)) return null;
  const scheme = href.slice(0, href.indexOf(":")).toLowerCase();
  return scheme + encodeUnsafe(href.slice(scheme.length));
}

function encodeUnsafe(href: string): string {
  // deno-lint-ignore no-control-regex
  return href.toWellFormed().replace(/[\u0000-\u0020"<>\\^`{|}\u007f-\u00a0\u2028\u2029]/g, encodeURIComponent);
}

/** The target of a Microsoft Defender Safe Link, `null` if it is none. */
function unwrapSafeLink(href: string): string | null {
  if (!/^https?:\/\/[^/?#]*(?:\.safelinks\.protection\.|statics\.teams\.cdn\.office\.net\/)/i.test(href)) return null;
  const url = URL.canParse(href) ? new URL(href) : null;
  if (url === null || !/safelinks/i.test(url.hostname + url.pathname)) return null;
  if (
    !/(?:^|\.)safelinks\.protection\.(?:outlook\.com|office365\.us|partner\.outlook\.cn)$|\.office\.net$/i.test(
      url.hostname,
    )
  ) {
    return null;
  }
  const target = url.searchParams.get("url");
  return target !== null && /^(?:https?|mailto):/i.test(target) ? target : null;
}

const anchors = /https?:\/\/|www\.|@/gi;

/** Cuts a text that is no link yet into texts and links: http(s) and `www.` addresses and mail addresses. */
export function linkify(text: string, marks: Marks): Inline[] {
  const parts: Inline[] = [];
  let done = 0;
  anchors.lastIndex = 0;
  for (let match = anchors.exec(text); match !== null; match = anchors.exec(text)) {
    const found = match[0] === "@" ? addressAt(text, match.index, done) : urlAt(text, match.index, done);
    if (found === null) continue;
    if (found.start > done) parts.push({ kind: "text", text: text.slice(done, found.start), marks });
    parts.push({ kind: "text", text: found.text, marks: { ...marks, href: found.href } });
    done = found.end;
    anchors.lastIndex = done;
  }
  if (done === 0) return [{ kind: "text", text, marks }];
  if (done < text.length) parts.push({ kind: "text", text: text.slice(done), marks });
  return parts;
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly href: string;
}

const urlBody = /[^\s<>"“”„«»\u00a0|\\^`{}]+/y;

function urlAt(text: string, start: number, from: number): Found | null {
  if (start > from && /[\p{L}\p{N}@./_-]/u.test(text[start - 1]!)) return null;
  urlBody.lastIndex = start;
  const url = trimUrl(urlBody.exec(text)?.[0].slice(0, MAX_LENGTH) ?? "");
  const bare = /^www\./i.test(url);
  if (bare && !/^www\.[\p{L}\p{N}-]+\.[\p{L}\p{N}]/iu.test(url)) return null;
  const href = safeHref(bare ? `http://${url}` : url);
  if (href === null) return null;
  const unwrapped = /safelinks/i.test(url) && !/safelinks\.protection/i.test(href);
  return { start, end: start + url.length, text: unwrapped ? href : url, href };
}

/** Punctuation at the end belongs to the sentence; a closing bracket does unless it was opened in the address. */
function trimUrl(url: string): string {
  let end = url.length;
  for (; end > 0; end--) {
    const last = url[end - 1]!;
    if (".,;:!?'*_~…".includes(last)) continue;
    const opening = { ")": "(", "]": "[" }[last];
    if (opening === undefined) break;
    const rest = url.slice(0, end - 1);
    if (rest.lastIndexOf(opening) > rest.lastIndexOf(last)) break;
  }
  return url.slice(0, end);
}

const addressBefore = /[\p{L}\p{N}.!#$%&'*+/=?^_{}~-]/u;
const domainAfter = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}[\p{L}\p{N}-]{0,60}[\p{L}\p{N}]/uy;
const MAX_LOCAL_PART = 64;

function addressAt(text: string, at: number, from: number): Found | null {
  let start = at;
  while (start > from && at - start < MAX_LOCAL_PART && addressBefore.test(text[start - 1]!)) start--;
  while (start < at && /[.'*{}/=!?&_~-]/.test(text[start]!)) start++;
  domainAfter.lastIndex = at + 1;
  const domain = domainAfter.exec(text)?.[0];
  if (start === at || domain === undefined || text[at - 1] === ".") return null;
  if (text.slice(Math.max(from, start - 7), start).toLowerCase().endsWith("mailto:")) start -= 7;
  const address = text.slice(start, at + 1 + domain.length);
  const href = safeHref(`mailto:${address.replace(/^mailto:/i, "")}`);
  return href === null ? null : { start, end: at + 1 + domain.length, text: address, href };
}
