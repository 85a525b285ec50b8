/** Text within HTML: between tags, and within attributes in either kind of quotes. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Half a surrogate pair would not survive UTF-8. */
export function wellFormedHtml(text: string): string {
  return escapeHtml(text.toWellFormed());
}
