/** The documents of the project, and what stands in them. */

import { join } from "node:path";
import { ROOT } from "../cli/spawn.ts";

export interface Document {
  /** Path from the root, with `/`. */
  readonly path: string;
  /** With `\n` as line end, whatever git made of it. */
  readonly text: string;
}

/** README.md, CHANGELOG.md, CONTRIBUTING.md and docs/*.md. */
export async function documents(): Promise<Document[]> {
  const names = [...Deno.readDirSync(join(ROOT, "docs"))].map(({ name }) => name).filter((name) => /\.md$/.test(name));
  const paths = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", ...names.sort().map((name) => `docs/${name}`)];
  return await Promise.all(paths.map(document));
}

export async function document(path: string): Promise<Document> {
  const text = await Deno.readTextFile(join(ROOT, ...path.split("/")));
  return { path, text: text.replaceAll("\r\n", "\n") };
}

/** The command lines of o365-connect in blocks and in sentences, without the name, without comment and redirection. */
export function commandLines({ text }: Document): string[] {
  return [...text.matchAll(/(?:^[ \t]*|`)(?:sudo )?o365-connect ([a-z-][^`\n]*)/gm)]
    .map(([, line]) => line!.replace(/\s+[#>|].*$/, "").trim());
}

/** The command lines of code blocks alone, which may be run, in their order; words as a shell splits them. */
export function runnableCommands({ text }: Document, language = ""): string[][] {
  const blocks = [...text.matchAll(/^([ \t]*)```(\w*)\n([^]*?)^\1```$/gm)].filter(([, , name]) => name === language);
  return blocks.flatMap(([, , , block]) => block!.split("\n").map((line) => line.trim()))
    .filter((line) => line.startsWith("o365-connect ")).map((line) => words(line).slice(1));
}

/** Words of a command line; quotes keep together what they enclose. */
export function words(line: string): string[] {
  return (line.match(/"[^"]*"|<[^>]*>|\S+/g) ?? []).map((word) => word.replace(/^"(.*)"$/, "$1"));
}
