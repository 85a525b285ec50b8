/** Mail that tells the sender what happened in Jira: a comment, or a change of status. */

import { escapeHtml, wellFormedHtml } from "../core/html.ts";
import { oneLine } from "./clean_text.ts";
import {
  parseTemplate,
  refuseValuesInAddresses,
  renderTemplate,
  TemplateError,
  type TemplateNode,
} from "./template.ts";
import { element } from "./to_html/context.ts";
import { withTokenLine } from "./token_line.ts";

export interface CommentMailFacts {
  readonly key: string;
  /** Who wrote the comment. */
  readonly author: string;
  /** The comment as HTML (see `to_html`). */
  readonly html: string;
  /** `[SUP-12 · …]`, by which an answer is recognised; empty: none. */
  readonly token: string;
}

export interface StatusMailFacts {
  readonly key: string;
  readonly url: string;
  readonly status: "resolved" | "reopened";
  readonly summary: string;
  readonly token: string;
}

/** A template of the notice that was read and found good. */
export interface StatusTemplate {
  readonly nodes: readonly TemplateNode[];
}

const STYLE =
  "font-family:'Segoe UI',-apple-system,Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5;color:#172b4d;max-width:720px;padding:16px";
const HEAD = `<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;padding:0;background-color:#ffffff">
<div style="${STYLE}">
`;
const FOOT = `
<p style="margin:24px 0 0;font-size:12px;color:#626f86">To answer, just answer this mail.</p>
</div>
</body></html>`;

export function commentMail({ key, author, html, token }: CommentMailFacts): string {
  const name = oneLine(author);
  const who = name === "" || name.includes("@") ? "An answer" : `<strong>${wellFormedHtml(name)}</strong> wrote`;
  const head = element(
    "p",
    "margin:0 0 12px;font-size:13px;color:#44546f",
    `${who} about ${wellFormedHtml(oneLine(key))}:`,
  );
  return withTokenLine({ html: HEAD + head + html + FOOT }, token).html;
}

const NAMES = ["key", "url", "summary", "resolved", "reopened"] as const;

export const STATUS_HTML = `${HEAD}<p style="margin:0 0 12px">Your request <a href="{{url}}">{{key}}</a>` +
  `{{#summary}} ({{summary}}){{/summary}} has been {{#resolved}}resolved. If something is still open, just answer this ` +
  `mail.{{/resolved}}{{#reopened}}opened again. We are working on it.{{/reopened}}</p>${FOOT}`;

/** Throws {@link TemplateError}. */
export function readStatus(source: string): StatusTemplate {
  const nodes = parseTemplate(source, NAMES);
  refuseValuesInAddresses(source);
  if (!/\{\{[#^]?\s*(?:resolved|reopened)\s*\}\}/.test(source)) {
    throw new TemplateError("{{#resolved}} or {{#reopened}} must stand in it: telling which is what the mail is for");
  }
  return { nodes };
}

const BUILT_IN = readStatus(STATUS_HTML);

export function statusMail(facts: StatusMailFacts, { nodes }: StatusTemplate = BUILT_IN): string {
  const values: Readonly<Record<string, string>> = {
    key: oneLine(facts.key),
    url: /^https?:\/\/\S+$/i.test(facts.url) ? facts.url : "",
    summary: oneLine(facts.summary),
    [facts.status]: facts.status,
  };
  const html = renderTemplate(nodes, {
    value: (name) => escapeHtml(values[name] ?? ""),
    has: (name) => (values[name] ?? "") !== "",
  });
  return withTokenLine({ html }, facts.token).html;
}
