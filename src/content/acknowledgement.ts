/** The mail that tells the sender the key: small, readable everywhere, with nothing of the sender's that is not escaped. */

import { oneLine } from "./clean_text.ts";
import { escapeHtml } from "../core/html.ts";
import { parseTemplate, refuseValuesInAddresses, renderTemplate, TemplateError } from "./template.ts";
import type { TemplateNode } from "./template.ts";

export interface AcknowledgementFacts {
  readonly key: string;
  /** Link to the issue. */
  readonly url: string;
  readonly subject: string;
  /** The sender's display name, may be empty. */
  readonly name: string;
}

/** A template that was read and found good. */
export interface AcknowledgementTemplate {
  readonly format: "html" | "text";
  readonly nodes: readonly TemplateNode[];
}

const NAMES = ["key", "url", "subject", "name"] as const;

export const ACKNOWLEDGEMENT_HTML = `<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;padding:0;background-color:#ffffff">
<div style="font-family:'Segoe UI',-apple-system,Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5;color:#172b4d;max-width:560px;padding:16px">
<p style="margin:0 0 12px">Hello{{#name}} {{name}}{{/name}},</p>
<p style="margin:0 0 16px">Thank you for your mail. We have received it and are working on it.</p>
<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" style="border-collapse:separate"><tr><td style="padding:14px 20px;border:1px solid #dcdfe4;border-left:4px solid #0c66e4;border-radius:8px;background-color:#f7f8f9">
<a href="{{url}}" style="font-size:17px;font-weight:600;color:#0c66e4;text-decoration:none">{{key}}</a>{{#subject}}<div style="margin-top:4px;color:#44546f">{{subject}}</div>{{/subject}}
</td></tr></table>
<p style="margin:16px 0 0">To add something, just answer this mail: your answer joins the same issue.</p>
<p style="margin:24px 0 0;font-size:12px;color:#626f86">This message was sent automatically.</p>
</div>
</body></html>`;

/** Throws {@link TemplateError}. */
export function readAcknowledgement(source: string, format: "html" | "text"): AcknowledgementTemplate {
  const nodes = parseTemplate(source, NAMES);
  if (format === "html") refuseValuesInAddresses(source);
  if (!/\{\{\s*(?:key|url)\s*\}\}/.test(source)) {
    throw new TemplateError("{{key}} or {{url}} must stand in it: telling the issue is what the mail is for");
  }
  return { format, nodes };
}

const BUILT_IN = readAcknowledgement(ACKNOWLEDGEMENT_HTML, "html");

/** The mail's subject, and its body: `text` in place of `html` if the template is plain text. */
export function acknowledgement(
  facts: AcknowledgementFacts,
  { format, nodes }: AcknowledgementTemplate = BUILT_IN,
): { html: string; text?: string; subject: string } {
  const about = oneLine(facts.subject);
  const values: Readonly<Record<string, string>> = {
    key: oneLine(facts.key),
    url: link(facts.url),
    subject: about,
    name: nameToGreet(facts.name),
  };
  const body = renderTemplate(nodes, {
    value: (name) => format === "html" ? escapeHtml(values[name] ?? "") : values[name] ?? "",
    has: (name) => (values[name] ?? "") !== "",
  });
  const subject = `[${oneLine(facts.key)}] ${about === "" ? "We have received your mail" : withReply(about)}`;
  return format === "html" ? { html: body, subject } : { html: "", text: body, subject };
}

/** A name that is an address greets nobody. */
function nameToGreet(name: string): string {
  const clean = oneLine(name);
  return clean.includes("@") || clean.length > 80 ? "" : clean;
}

/** Only a web address may become a link. */
function link(url: string): string {
  return /^https?:\/\/\S+$/i.test(url) ? url : "";
}

/** Length at which mail programs still show a subject whole. */
const SUBJECT_LIMIT = 200;

function withReply(subject: string): string {
  const short = [...subject].slice(0, SUBJECT_LIMIT).join("");
  return /^re:/i.test(short) ? short : `RE: ${short}`;
}
