/** Scores the cutting of quoted history over pairs of a mail and the text that a reader wants. */

import { cutQuotedText } from "../../src/content/quoted/cut_text.ts";

export interface TrimmingScore {
  readonly total: number;
  /** Exactly what is wanted, trailing white space ignored. */
  readonly exact: number;
  /** Names of the other files. */
  readonly missed: readonly string[];
  /** Milliseconds for one mail on average. */
  readonly milliseconds: number;
}

/** The folder holds `emails` and `trimmed`, with the same names in both. */
export async function scoreReplyTrimming(folder: URL): Promise<TrimmingScore> {
  const names = [...Deno.readDirSync(new URL("emails/", folder))].map(({ name }) => name).sort();
  const missed: string[] = [];
  let milliseconds = 0;
  for (const name of names) {
    const mail = await Deno.readTextFile(new URL(`emails/${name}`, folder));
    const wanted = await Deno.readTextFile(new URL(`trimmed/${name}`, folder));
    const started = performance.now();
    const { kept } = cutQuotedText(mail, { unique: null });
    milliseconds += performance.now() - started;
    if (withoutTrailingSpace(kept) !== withoutTrailingSpace(wanted)) missed.push(name);
  }
  const total = names.length;
  return { total, exact: total - missed.length, missed, milliseconds: milliseconds / Math.max(1, total) };
}

function withoutTrailingSpace(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(/[ \t]+$/gm, "").trimEnd();
}
