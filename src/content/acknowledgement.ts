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

export function acknowledgement({ key, url, subject, name }: AcknowledgementFacts): { html: string; subject: string } {
  const about = oneLine(subject);
  const greeting = oneLine(name) === "" || name.includes("@") ? "Hello," : `Hello ${escape(oneLine(name))},`;
  const link = `<a href="${escape(url)}" style="color:#0c66e4;text-decoration:none;font-weight:600">${escape(key)}</a>`;
  const html = `<!DOCTYPE html><html><body style="margin:0;padding:0;background:#ffffff">
<div style="font-family:'Segoe UI',Arial,sans-serif;font-size:15px;line-height:1.5;color:#172b4d;max-width:560px;padding:16px">
<p style="margin:0 0 12px">${greeting}</p>
<p style="margin:0 0 12px">thank you for your mail. We have received it and are working on it as ${link}.</p>
${
    about === ""
      ? ""
      : `<p style="margin:0 0 12px;padding:8px 12px;border-left:3px solid #dcdfe4;color:#44546f">${escape(about)}</p>`
  }
<p style="margin:0 0 12px">If you have more to say, answer this mail: your answer joins the same issue.</p>
<p style="margin:16px 0 0;font-size:12px;color:#626f86">This message was sent automatically.</p>
</div></body></html>`;
  return { html, subject: `[${key}] ${about === "" ? "We have received your mail" : withReply(about)}` };
}

/** Length at which mail programs still show a subject whole. */
const SUBJECT_LIMIT = 200;

function withReply(subject: string): string {
  const short = [...subject].slice(0, SUBJECT_LIMIT).join("");
  return /^re:/i.test(short) ? short : `RE: ${short}`;
}

function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(
    /'/g,
    "&#39;",
  );
}
