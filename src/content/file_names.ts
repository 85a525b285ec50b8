/** Names of attachments: safe on every system and in wiki markup, unique on the issue. */

import { cleanText } from "./clean_text.ts";

/** UTF-8 bytes, extension included. */
const MAX_BYTES = 200;
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** The wanted names in their order, each made safe and different from all others and from `taken`, in any case. */
export function uniqueNames(wanted: readonly string[], taken: ReadonlySet<string>): string[] {
  const used = new Set([...taken].map((name) => name.toLowerCase()));
  return wanted.map((name) => {
    const safe = safeName(name);
    let candidate = safe;
    for (let number = 2; used.has(candidate.toLowerCase()); number++) candidate = numbered(safe, number);
    used.add(candidate.toLowerCase());
    return candidate;
  });
}

/** Letters and digits of any script, space, `. _ -`; no path, no control or bidi characters, no reserved name. */
export function safeName(name: string): string {
  const last = cleanText(name.normalize("NFC")).replace(/^.*[\\/]/s, "");
  const plain = last.replace(/[^\p{L}\p{M}\p{N} ._-]/gu, "_").replace(/_{2,}/g, "_").replace(/ {2,}/g, " ");
  const trimmed = plain.replace(/^[ .]+|[ .]+$/g, "");
  const named = trimmed.replace(/[_ -]/g, "") === "" ? "attachment" : trimmed;
  return shortened(RESERVED.test(named) ? `_${named}` : named, MAX_BYTES);
}

function numbered(name: string, number: number): string {
  const [stem, extension] = split(name);
  return `${shortened(stem, MAX_BYTES - bytes(extension) - 6)}-${number}${extension}`;
}

function split(name: string): [string, string] {
  const dot = name.lastIndexOf(".");
  return dot > 0 && name.length - dot <= 12 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
}

function shortened(name: string, limit: number): string {
  if (bytes(name) <= limit) return name;
  const [stem, extension] = split(name);
  const room = limit - bytes(extension);
  let kept = "";
  let size = 0;
  for (const character of stem) {
    size += bytes(character);
    if (size > room) break;
    kept += character;
  }
  return `${kept.trimEnd()}${extension}`;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
