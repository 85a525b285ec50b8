/** The mail that tells the sender the key: small, readable everywhere, with nothing of the sender's that is not escaped. */

import { oneLine } from "./clean_text.ts";

export interface AcknowledgementFacts {
  readonly key: string;
  /** Link to the issue. */
  readonly url: string;
  readonly subject: string;
  /** The sender's display name, may be empty. */
  readonly name: string;
}

const FONT = "font-family:'Segoe UI',-apple-system,Roboto,Helvetica,Arial,sans-serif";
const RECEIVED = "Thank you for your mail. We have received it and are working on it.";
const ANSWER = "To add something, just answer this mail: your answer joins the same issue.";
const AUTOMATIC = "This message was sent automatically.";

export function acknowledgement(facts: AcknowledgementFacts): { html: string; subject: string } {
  const about = oneLine(facts.subject);
  const cell = "padding:16px 20px;border:1px solid #dcdfe4;border-radius:8px;background-color:#f7f8f9";
  const quote = about === "" ? "" : `<div style="margin-top:4px;color:#44546f">${escape(about)}</div>`;
  const html = `<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;padding:0;background-color:#ffffff">
<div style="${FONT};font-size:15px;line-height:1.5;color:#172b4d;max-width:560px;padding:16px">
<p style="margin:0 0 12px">${escape(greeting(facts.name))}</p>
<p style="margin:0 0 16px">${RECEIVED}</p>
<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" style="border-collapse:separate"><tr><td style="${cell}">
<a href="${escape(link(facts.url))}" style="font-size:17px;font-weight:600;color:#0c66e4;text-decoration:none">${
    escape(facts.key)
  }</a>${quote}
</td></tr></table>
<p style="margin:16px 0 0">${ANSWER}</p>
<p style="margin:24px 0 0;font-size:12px;color:#626f86">${AUTOMATIC}</p>
</div>
</body></html>`;
  return { html, subject: `[${oneLine(facts.key)}] ${about === "" ? "We have received your mail" : withReply(about)}` };
}

/** The same as plain text. */
export function acknowledgementText({ key, url, subject, name }: AcknowledgementFacts): string {
  const about = oneLine(subject);
  const issue = [oneLine(key), ...(about === "" ? [] : [about]), link(url)].join("\n");
  return [greeting(name), RECEIVED, issue, ANSWER, AUTOMATIC].join("\n\n") + "\n";
}

/** A name that is an address greets nobody. */
function greeting(name: string): string {
  const clean = oneLine(name);
  return clean === "" || clean.includes("@") || clean.length > 80 ? "Hello," : `Hello ${clean},`;
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

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char]!);
}
