/** Any subject → a summary that Jira takes. */

import { oneLine } from "./clean_text.ts";

/** UTF-16 units; Jira refuses more, and line ends. */
const LIMIT = 255;
const EMPTY = "(no subject)";

/** One line of at most 255 UTF-16 units, cut between what people see as characters. */
export function summaryFrom(subject: string): string {
  const line = oneLine(subject);
  if (line === "") return EMPTY;
  return line.length <= LIMIT ? line : `${cut(line, LIMIT - 1)}…`;
}

function cut(text: string, limit: number): string {
  let kept = "";
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    if (kept.length + segment.length > limit) break;
    kept += segment;
  }
  return kept.trimEnd() === "" ? text.slice(0, limit).toWellFormed() : kept.trimEnd();
}
