import assert from "node:assert/strict";
import { ConfigError } from "../core/errors.ts";
import { LineReader } from "./prompt.ts";

function reading(...chunks: readonly string[]): { reader: LineReader; echoed: () => string } {
  const left = chunks.map((chunk) => new TextEncoder().encode(chunk));
  let echoed = "";
  const reader = new LineReader(() => Promise.resolve(left.shift() ?? null), (text) => echoed += text);
  return { reader, echoed: () => echoed };
}

Deno.test("LineReader.line() reads a pasted line of any length, in pieces", async () => {
  const url = `https://login.example/?code=${"x".repeat(5_000)}`;
  const { reader } = reading(url.slice(0, 1_024), url.slice(1_024), "\r\n");
  assert.equal(await reader.line(), url);
});

Deno.test("LineReader.line() obeys backspace, and shows what is typed", async () => {
  const { reader, echoed } = reading("abx", "\x7f\x7f", "c\r");
  assert.equal(await reader.line(), "ac");
  assert.equal(echoed(), "abx\b \b\b \bc");
});

Deno.test("LineReader.line() passes empty lines over, and keeps what follows for the next question", async () => {
  const { reader } = reading("\n\r\n  first \nsecond\n\nthi", "rd");
  assert.deepEqual([await reader.line(), await reader.line(), await reader.line()], ["first", "second", "third"]);
});

Deno.test("LineReader.line() says so when the input ends without a line", async () => {
  await assert.rejects(() => reading(" \n").reader.line(), ConfigError);
});

Deno.test("LineReader.line() ends at Ctrl-C where it is no signal", async () => {
  await assert.rejects(() => reading("abc\x03").reader.line(), { name: "AbortError" });
});

Deno.test("LineReader.line() takes an empty line as an answer where it may be one, CRLF being one end", async () => {
  const { reader } = reading("\r", "\n\r\nsecond\r\n", "\n");
  const line = () => reader.line({ mayBeEmpty: true });
  assert.deepEqual([await line(), await line(), await line(), await line()], ["", "", "second", ""]);
});

Deno.test("LineReader.line() shows nothing of a secret, not even its length", async () => {
  const { reader, echoed } = reading("s3cx\x7fret\r", "shown\r");
  assert.equal(await reader.line({ hidden: true }), "s3cret");
  assert.equal(echoed(), "");
  await reader.line();
  assert.equal(echoed(), "shown");
});
