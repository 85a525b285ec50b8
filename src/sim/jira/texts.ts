/** Plain text into ADF and back: what Jira does when the two API versions meet. */

import type { AdfDocument, AdfNode, RichText } from "../../core/jira.ts";

/** A blank line begins a new paragraph, a line break stays one. */
export function adfFromText(text: string): AdfDocument {
  const paragraphs = text.replaceAll("\r\n", "\n").split(/\n{2,}/).filter((part) => part.trim() !== "");
  return { type: "doc", version: 1, content: paragraphs.map(paragraph) };
}

function paragraph(text: string): AdfNode {
  const lines = text.split("\n");
  const content: AdfNode[] = [];
  lines.forEach((line, index) => {
    if (index > 0) content.push({ type: "hardBreak" });
    if (line !== "") content.push({ type: "text", text: line });
  });
  return { type: "paragraph", content };
}

const BLOCKS = new Set(["paragraph", "heading", "listItem", "tableRow", "codeBlock", "blockquote", "panel", "rule"]);

/** The words of a text, without its formatting. */
export function plainText(text: RichText | null): string {
  if (text === null) return "";
  return text.format === "wiki" ? text.content : nodesText(text.content.content).trim();
}

function nodesText(nodes: readonly AdfNode[] | undefined): string {
  return (nodes ?? []).map(nodeText).join("");
}

function nodeText(node: AdfNode): string {
  if (node.type === "text") return node.text ?? "";
  if (node.type === "hardBreak") return "\n";
  if (node.type === "mention") return String(node.attrs?.text ?? `@${String(node.attrs?.id ?? "")}`);
  if (node.type === "emoji") return String(node.attrs?.text ?? node.attrs?.shortName ?? "");
  if (node.type === "inlineCard") return String(node.attrs?.url ?? "");
  const inner = nodesText(node.content);
  return BLOCKS.has(node.type) ? `${inner}\n` : inner;
}
