/** One line from the user. */

import { ConfigError } from "../core/errors.ts";
import { writeError } from "./exit.ts";

/** Bytes as they come, `null` at the end. */
export type ReadBytes = () => Promise<Uint8Array | null>;

export interface LineOptions {
  /** An empty line is an answer too. Default: it is passed over. */
  readonly mayBeEmpty?: boolean;
  /** Nothing of it is shown. */
  readonly hidden?: boolean;
}

/** Reads lines of what is typed, pasted or piped. */
export class LineReader {
  readonly #decoder = new TextDecoder();
  #pending = "";
  /** A line feed that comes next belongs to the line that was read. */
  #afterReturn = false;

  constructor(readonly read: ReadBytes, readonly show: (text: string) => void) {}

  /**
   * The next line, trimmed; backspace is obeyed. Throws `ConfigError` when the input ends first, and an `AbortError` for
   * Ctrl-C where the terminal makes no signal of it.
   */
  async line({ mayBeEmpty = false, hidden = false }: LineOptions = {}): Promise<string> {
    const echo = hidden ? () => {} : this.show;
    let typed: string[] = [];
    for (;;) {
      const text = this.#pending;
      this.#pending = "";
      for (let at = 0; at < text.length; at++) {
        const character = text[at]!;
        const isRest = this.#afterReturn && character === "\n";
        this.#afterReturn = character === "\r";
        if (isRest) continue;
        if (character === "\r" || character === "\n") {
          const line = typed.join("").trim();
          this.#pending = text.slice(at + 1);
          if (line !== "" || mayBeEmpty) return line;
          typed = [];
          this.#pending = "";
        } else if (character === "\x03") {
          throw new DOMException("The input was interrupted", "AbortError");
        } else if (character === "\x7f" || character === "\b") {
          if (typed.pop() !== undefined) echo("\b \b");
        } else if (character >= " ") {
          typed.push(character);
          echo(character);
        }
      }
      const bytes = await this.read();
      if (bytes === null) return atEnd(typed.join("").trim());
      this.#pending = this.#decoder.decode(bytes, { stream: true });
    }
  }
}

function atEnd(line: string): string {
  if (line !== "") return line;
  throw new ConfigError([{ name: "stdin", problem: "ended before a line was read; expected what was asked for" }]);
}

/**
 * Asks on stderr, reads a line from stdin. On a terminal the keys are read one by one: a terminal's own line is cut at
 * 1,024 characters on macOS, and a redirect URL is longer. Throws the signal's reason when it is aborted.
 */
export async function ask(prompt: string, signal: AbortSignal, options: LineOptions = {}): Promise<string> {
  signal.throwIfAborted();
  writeError(prompt.endsWith(" ") ? prompt : `${prompt} `);
  const terminal = Deno.stdin.isTerminal();
  reader ??= new LineReader(readStdin, terminal ? writeError : () => {});
  if (terminal) setRaw(true);
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );
  try {
    return await Promise.race([reader.line(options), aborted]);
  } finally {
    if (terminal) {
      setRaw(false);
      writeError("\n");
    }
  }
}

/** One for the process: what was pasted beyond a line belongs to the next question. */
let reader: LineReader | null = null;

async function readStdin(): Promise<Uint8Array | null> {
  const buffer = new Uint8Array(16_384);
  const length = await Deno.stdin.read(buffer);
  return length === null ? null : buffer.subarray(0, length);
}

function setRaw(on: boolean): void {
  // With `cbreak` Ctrl-C stays a signal; Windows has no such mode.
  Deno.stdin.setRaw(on, { cbreak: on && Deno.build.os !== "windows" });
}
