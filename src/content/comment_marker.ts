/** The word at the beginning of a Jira comment that lets it be mailed (`JIRA_COMMENT_MARKER`). */

import type { AdfNode, RichText } from "../core/jira.ts";

/** The text without the marker at its beginning, `null` if it does not begin with it. Case does not matter. */
export function cutMarker(text: RichText, marker: string): RichText | null {
  if (text.format === "wiki") {
    const rest = afterMarker(text.content, marker);
    return rest === null ? null : { format: "wiki", content: rest };
  }
  const [first, ...others] = text.content.content;
  const cut = first === undefined ? null : cutFirst(first, marker);
  if (cut === null) return null;
  return { format: "adf", content: { ...text.content, content: cut === "empty" ? others : [cut, ...others] } };
}

/** Whether nothing is said: no text, no picture, no mention. */
export function isBlank(text: RichText): boolean {
  if (text.format === "wiki") return text.content.trim() === "";
  const says = (node: AdfNode): boolean =>
    (node.text ?? "").trim() !== "" || ["media", "mediaInline", "mention", "emoji", "inlineCard", "blockCard", "date"]
      .includes(node.type) ||
    (node.content ?? []).some(says);
  return !text.content.content.some(says);
}

/** What follows the marker, without the blanks and a colon after it; in wiki markup its first sign may be escaped. */
function afterMarker(text: string, marker: string): string | null {
  const start = text.replace(/^[\s\u00a0\u200b\ufeff]+/, "");
  const bare = start.startsWith("\\") ? start.slice(1) : start;
  if (bare.slice(0, marker.length).toLowerCase() !== marker.toLowerCase()) return null;
  const rest = bare.slice(marker.length);
  if (/^[\p{L}\p{N}_]/u.test(rest)) return null;
  return rest.replace(/^:?[\s\u00a0]*/, "");
}

/** The first block without the marker; `empty` if it held nothing else. */
function cutFirst(block: AdfNode, marker: string): AdfNode | "empty" | null {
  if (block.type !== "paragraph" && block.type !== "heading") return null;
  const inlines = block.content ?? [];
  let length = 0;
  while (length < inlines.length && inlines[length]!.type === "text") length++;
  const lead = inlines.slice(0, length);
  const whole = lead.map(({ text }) => text ?? "").join("");
  const rest = afterMarker(whole, marker);
  if (rest === null) return null;
  const kept = withoutFirst(lead, whole.length - rest.length);
  const following = inlines.slice(length);
  if (kept.length === 0) { while (following[0]?.type === "hardBreak") following.shift(); }
  const content = [...kept, ...following];
  return content.length === 0 ? "empty" : { ...block, content };
}

/** The text nodes without their first characters, marks kept. */
function withoutFirst(nodes: readonly AdfNode[], characters: number): AdfNode[] {
  let left = characters;
  return nodes.flatMap((node) => {
    const text = node.text ?? "";
    const cut = Math.min(left, text.length);
    left -= cut;
    return cut === text.length ? [] : [{ ...node, text: text.slice(cut) }];
  });
}
