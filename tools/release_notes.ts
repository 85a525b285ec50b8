/** `release_notes.ts v1.2.3`: the part of CHANGELOG.md about a version, on stdout. Fails unless deno.json has that version. */

import { join } from "node:path";
import { ROOT } from "./executable.ts";

/** Throws if the tag is not `v<version>`, or the changelog has nothing to say about it. */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, and the version in deno.json is ${version}`);
  const parts = changelog.replaceAll("\r\n", "\n").split(/^## /m).slice(1);
  const part = parts.find((text) => new RegExp(`^\\[?${version.replaceAll(".", "\\.")}\\]?(?![\\w.])`).test(text));
  const notes = part?.slice(part.indexOf("\n")).trim() ?? "";
  if (notes === "") throw new Error(`CHANGELOG.md tells nothing under "## ${version}"`);
  return `${notes}\n\nSHA256SUMS holds the sums; \`gh attestation verify <file>\` proves where a file was made.\n`;
}

if (import.meta.main) {
  const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  try {
    const notes = releaseNotes(Deno.args[0] ?? "", version, await Deno.readTextFile(join(ROOT, "CHANGELOG.md")));
    await Deno.stdout.write(new TextEncoder().encode(notes));
  } catch (error) {
    // deno-lint-ignore no-console -- a tool for the terminal
    console.error((error as Error).message);
    Deno.exit(1);
  }
}
