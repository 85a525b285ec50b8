import type { RichText } from "../core/jira.ts";
import { adfToHtml } from "./adf.ts";
import type { HtmlWriter } from "./html_writer.ts";
import { wikiToHtml } from "./wiki.ts";

export function richTextToHtml(text: RichText, writer: HtmlWriter): string {
  return text.format === "adf" ? adfToHtml(text.content, writer) : wikiToHtml(text.content, writer);
}
