/** The line at the end of a mail of ours by which its answer is recognised where headers are lost. */

import { wellFormedHtml } from "../core/html.ts";

/** The body with the token as its last line, small and grey in HTML. An empty token changes nothing. */
export function withTokenLine<Body extends { readonly html: string; readonly text?: string }>(
  body: Body,
  token: string,
): Body {
  if (token === "") return body;
  if (body.text !== undefined) return { ...body, text: `${body.text.trimEnd()}\n\n${token}\n` };
  const line = `<p style="margin:0;padding:8px 16px;font-size:11px;color:#8590a2">${wellFormedHtml(token)}</p>`;
  const end = body.html.search(/<\/body\s*>/i);
  return { ...body, html: end < 0 ? body.html + line : body.html.slice(0, end) + line + body.html.slice(end) };
}
