/** stdout: what the user asked for, and nothing else. */

// deno-lint-ignore no-control-regex -- they are what is looked for
const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

let closed = false;

/** Whether the reader of stdout has gone (`… | head`): then nothing more needs to be made for it. */
export function isOutputClosed(): boolean {
  return closed;
}

/** A line (or several) for people. Control characters, which a mail may hold, are made visible. */
export function writeLine(text: string): void {
  writeOut(`${visible(text)}\n`);
}

/** One JSON document on one line. */
export function writeJson(value: unknown): void {
  writeOut(`${jsonText(value)}\n`);
}

/** The JSON of a value, for a document that is written in parts. */
export function jsonText(value: unknown): string {
  // JSON.stringify leaves DEL and the C1 controls alone, which a terminal obeys.
  return JSON.stringify(value).replace(UNSEEN, escaped);
}

/** Control characters as `\u001b`; line breaks and tabulators stay. */
export function visible(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** Text as it is: a script. */
export function writeText(text: string): void {
  writeOut(text);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Synchronous, so that nothing is lost at the exit. */
function writeOut(text: string): void {
  let rest = new TextEncoder().encode(text);
  while (!closed && rest.length > 0) {
    try {
      rest = rest.subarray(Deno.stdout.writeSync(rest));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) closed = true;
      // A pipe that another program has made non-blocking, and that is full.
      else if (error instanceof Deno.errors.WouldBlock) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      else throw error;
    }
  }
}
