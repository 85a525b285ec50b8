/** Reads a mail's body once: the quoted history is cut on the light DOM (or the lines), what is kept becomes the tree. */

import type { MailDocument, ReadMail, ReadOptions } from "./content.ts";
import { type HtmlNode, parseHtml } from "./html.ts";
import { htmlToBlocks } from "./html_blocks.ts";
import { Pictures } from "./pictures.ts";
import { blocksToText } from "./plain.ts";
import { cutQuotedHtml } from "./quoted/cut_html.ts";
import { cutQuotedText } from "./quoted/cut_text.ts";
import { textToBlocks } from "./text_blocks.ts";

const NOT_CUT = "a first mail or a forward is never cut";

/** Never throws; an empty body is an empty document. */
export function readMail(options: ReadOptions): ReadMail {
  return options.body.contentType === "html" ? readHtml(options) : readText(options);
}

function readHtml({ body, uniqueBody, attachments, cutHistory }: ReadOptions): ReadMail {
  const nodes = parseHtml(body.content);
  const unique = uniqueBody?.contentType === "html" ? parseHtml(uniqueBody.content) : null;
  const cut = cutHistory
    ? cutQuotedHtml(nodes, { unique })
    : { kept: nodes, removed: [] as HtmlNode[], reason: NOT_CUT };
  const pictures = new Pictures(attachments);
  const document: MailDocument = { blocks: htmlToBlocks(cut.kept, pictures) };
  const removed: MailDocument = { blocks: htmlToBlocks(cut.removed, null) };
  return finished(document, removed, cut.reason, pictures);
}

function readText({ body, uniqueBody, attachments, cutHistory }: ReadOptions): ReadMail {
  const unique = uniqueBody?.contentType === "text" ? uniqueBody.content : null;
  const cut = cutHistory
    ? cutQuotedText(body.content, { unique })
    : { kept: body.content, removed: "", reason: NOT_CUT };
  const document: MailDocument = { blocks: textToBlocks(cut.kept) };
  const removed: MailDocument = { blocks: textToBlocks(cut.removed) };
  return finished(document, removed, cut.reason, new Pictures(attachments));
}

function finished(document: MailDocument, removed: MailDocument, cutReason: string, pictures: Pictures): ReadMail {
  const names = new Map(pictures.found.map(({ id, alt }) => [id, alt]));
  return {
    document,
    removed,
    text: blocksToText(document.blocks, { pictures: names }),
    removedText: blocksToText(removed.blocks, { pictures: names }),
    cutReason,
    pictures: pictures.found,
  };
}
