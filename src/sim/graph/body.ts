/** Bodies as Graph gives them: text ↔ HTML, cleaned HTML, previews, and the part that is new. */

import type { MailBody } from "../../core/mail.ts";

/** The body in the asked form (`Prefer: outlook.body-content-type`). Without a preference: HTML, whatever was sent. */
export function preferredBody(body: MailBody, prefer: "text" | "html" | null, allowUnsafe: boolean): MailBody {
  if (prefer === "text") {
    return { contentType: "text", content: body.contentType === "text" ? body.content : textOf(body.content) };
  }
  const html = body.contentType === "html" ? framed(body.content) : htmlOf(body.content);
  return { contentType: "html", content: allowUnsafe ? html : safe(html) };
}

/** At most 255 characters of text on one line. */
export function previewOf(body: MailBody): string {
  const text = body.contentType === "text" ? body.content : textOf(body.content);
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 255);
}

/** Where mail programs begin the quoted original. */
const QUOTE_STARTS = [
  /<div[^>]*id="?(x_)?(divRplyFwdMsg|appendonsend)/i,
  /<hr[^>]*tabindex="-1"/i,
  /<div[^>]*class="?(x_)?gmail_quote/i,
  /<blockquote[^>]*type="?cite/i,
  /<div[^>]*style="[^"]*border-top:\s*solid #[BE]\w+/i,
];
const TEXT_QUOTE_STARTS = [
  /^-{3,}\s*Original Message\s*-{3,}/im,
  /^From: .*\r?\n(Sent|Date): /m,
  /^On .{5,200}wrote:\s*$/ms,
];

/**
 * Exchange compares with the mails before in the conversation; here it is cut where a mail program begins its quote.
 * `hasEarlier`: whether the mailbox holds an earlier mail of the conversation, without which nothing is cut.
 */
export function uniqueBodyOf(body: MailBody, hasEarlier: boolean): MailBody {
  if (!hasEarlier) return body;
  const starts = body.contentType === "html" ? QUOTE_STARTS : TEXT_QUOTE_STARTS;
  const at = Math.min(...starts.map((start) => body.content.search(start)).filter((index) => index > 0));
  if (!Number.isFinite(at)) return body;
  const kept = body.content.slice(0, at);
  return {
    contentType: body.contentType,
    content: body.contentType === "html" ? `${kept}</body></html>` : kept.trimEnd(),
  };
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The inside of an HTML document's body. */
export function innerHtml(html: string): string {
  return /<body[^>]*>([\s\S]*?)(<\/body>|$)/i.exec(html)?.[1] ?? html;
}

function htmlOf(text: string): string {
  const lines = escapeHtml(text).replaceAll(/ {2}/g, "&nbsp; ").replaceAll(/\r?\n/g, "<br>\r\n");
  return '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">' +
    '<meta name="Generator" content="Microsoft Exchange Server">\r\n<!-- converted from text -->\r\n' +
    "<style><!-- .EmailQuote { margin-left: 1pt; padding-left: 4pt; border-left: #800000 2px solid; } --></style></head>\r\n" +
    `<body>\r\n<font size="2"><span style="font-size:11pt;"><div class="PlainText">${lines}</div></span></font>\r\n</body>\r\n</html>\r\n`;
}

/** Exchange answers whole documents. */
function framed(html: string): string {
  const meta = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';
  if (/<html[\s>]/i.test(html)) {
    return html.includes(meta) ? html : html.replace(/<head([^>]*)>/i, `<head$1>\r\n${meta}`);
  }
  return `<html><head>\r\n${meta}</head><body>${html}</body></html>`;
}

function safe(html: string): string {
  return html
    .replaceAll(/<(script|iframe|object|embed|form)\b[\s\S]*?<\/\1>/gi, "")
    .replaceAll(/(<[a-z][^<>]*?)\son[a-z]+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "$1");
}

function textOf(html: string): string {
  return innerHtml(html)
    .replaceAll(/<(style|script)\b[\s\S]*?<\/\1>|<!--[\s\S]*?-->/gi, "")
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll(/<(br|\/p|\/div|\/tr|\/h[1-6]|\/li)\b[^>]*>/gi, "\r\n")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&nbsp;", " ").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll(/&#(\d{1,6});/g, (_, code) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))
    .replaceAll("&amp;", "&")
    .replaceAll(/[ \t]+/g, " ").replaceAll(/ ?\r\n ?/g, "\r\n").trim();
}
