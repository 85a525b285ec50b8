/** An element over several lines, two spaces deeper each time. */

/** `tag` may carry attributes. Text is escaped; lines are elements already. */
export function element(tag: string, content: string | readonly string[]): string[] {
  const name = tag.split(" ")[0]!;
  if (typeof content === "string") return [`<${tag}>${xmlText(content)}</${name}>`];
  return [`<${tag}>`, ...content.map((line) => `  ${line}`), `</${name}>`];
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function xmlText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}
