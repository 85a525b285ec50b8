/** Reads a mail's body once: the quoted history is cut on the light DOM (or the lines), what is kept becomes the tree. */

import { cleanText } from "./clean_text.ts";
import type { ReadMail, ReadOptions } from "./content.ts";
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
  const document = { blocks: htmlToBlocks(cut.kept, pictures) };
  const removed = { blocks: htmlToBlocks(cut.removed, null) };
  const names = new Map(pictures.found.map(({ id, alt }) => [id, alt]));
  return {
    document,
    removed,
    text: blocksToText(document.blocks, { pictures: names }),
    removedText: blocksToText(removed.blocks),
    cutReason: cut.reason,
    pictures: pictures.found,
  };
}

/** A plain text stays what it is: only invisible junk goes from it. */
function readText({ body, uniqueBody, cutHistory }: ReadOptions): ReadMail {
  const unique = uniqueBody?.contentType === "text" ? uniqueBody.content : null;
  const cut = cutHistory
    ? cutQuotedText(body.content, { unique })
    : { kept: body.content, removed: "", reason: NOT_CUT };
  return {
    document: { blocks: textToBlocks(cut.kept) },
    removed: { blocks: textToBlocks(cut.removed) },
    text: cleanText(cut.kept).trimEnd(),
    removedText: cleanText(cut.removed).trimEnd(),
    cutReason: cut.reason,
    pictures: [],
  };
}
