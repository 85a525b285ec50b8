/** Names in a `.env` file that mean nothing here are most often typing errors. */

import type { Layer } from "./layers.ts";
import { namesOf } from "./layers.ts";
import { everyVariable } from "./schema.ts";

/** One sentence for each `JIRA_…` or `O365_…` name of a file that nothing reads. */
export function unknownNames(layers: readonly Layer[], boardVariables: readonly string[]): string[] {
  const known = everyVariable().flatMap(([name]) => namesOf(name));
  return layers.filter(({ kind }) => kind === "file").flatMap(({ file, names }) =>
    names
      .filter((name) => /^(JIRA|O365)_/.test(name) && !known.includes(name) && !boardVariables.includes(name))
      .map((name) => `${file}: ${name} ${whatAbout(name, known)}.`)
  );
}

function whatAbout(name: string, known: readonly string[]): string {
  const near = known.find((one) => distance(one, name) <= 2);
  if (near !== undefined) return `is unknown and has no effect; perhaps ${near} is meant`;
  if (/^JIRA_.+_BOARD$/.test(name)) return "has no effect, because JIRA_BOARDS does not list it";
  return "is unknown and has no effect";
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
