import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readRtf } from "./rtf.ts";
import { decompressRtf, RtfError } from "./rtf_compression.ts";

const rtf = (text: string) => readRtf(Uint8Array.from(text, (char) => char.charCodeAt(0)));
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));
const latin1 = (bytes: Uint8Array) => new TextDecoder("windows-1252").decode(bytes);

Deno.test("decompressRtf() reads the examples of the specification ([MS-OXRTFCP] 4)", () => {
  const simple = hex(`2d000000 2b000000 4c5a4675 f1c5c7a7 03 000a 00 7263706731323542 320a f3 20 68656c0900 2062
    7705b06c647d0a800fa0`.replaceAll(/\s/g, ""));
  assert.equal(latin1(decompressRtf(simple)), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
  const crossing = hex("1a000000 1c000000 4c5a4675 e2d44b51 41 000420 57 58 59 5a 0d6e 7d 01 0eb0");
  assert.equal(latin1(decompressRtf(crossing)), "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
});

Deno.test("decompressRtf() takes what is stored as it is, and refuses what is no compressed RTF", () => {
  assert.equal(latin1(decompressRtf(hex("10000000 04000000 4d454c41 00000000 7b5c727d"))), "{\\r}");
  assert.throws(() => decompressRtf(hex("00")), RtfError);
  assert.throws(() => decompressRtf(hex("10000000 04000000 41414141 00000000 7b5c727d")), RtfError);
  assert.throws(() => decompressRtf(hex("10000000 ffffffff 4c5a4675 00000000 7b5c727d")), /claims to hold/);
});

Deno.test("HTML that Outlook wrapped in RTF comes out as it was ([MS-OXRTFEX])", () => {
  const { contentType, content } = rtf(
    "{\\rtf1\\ansi\\ansicpg1251\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fcharset238 Arial CE;}}\r\n" +
      '{\\*\\htmltag19 <html>}{\\*\\htmltag50 <body>}{\\*\\htmltag64 <p class="a">}\\htmlrtf {\\f0 \\htmlrtf0 ' +
      "\\'cf\\'f0 \\u8364?\\f1 \\'9a{\\*\\htmltag84 &lt;}\\htmlrtf <\\htmlrtf0 x\\htmlrtf }\\htmlrtf0 {\\*\\mhtmltag84 no}" +
      "{\\*\\htmltag72 </p>}{\\*\\htmltag27 </body>}}",
  );
  assert.deepEqual([contentType, content], ["html", '<html><body><p class="a">Пр €š&lt;x</p></body>']);
});

Deno.test("genuine RTF becomes its text: paragraphs, tabs, cells, and nothing of fonts, pictures and fields", () => {
  const { contentType, content } = rtf(
    "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\generator Riched;}{\\info{\\title T}}\\pard One\\tab two\\par\r\n" +
      '{\\field{\\*\\fldinst HYPERLINK "http://x"}{\\fldrslt link}}\\line \\{brace\\}\\~\\rquote s\\cell{\\pict\\bin3 }}}}end}',
  );
  assert.deepEqual([contentType, content], ["text", "One\ttwo\nlink\n{brace}\u00a0’s\tend"]);
});

Deno.test("what is no RTF, breaks off or nests without end gives what there is", () => {
  assert.equal(rtf("plain").content, "");
  assert.equal(rtf("{\\rtf1 half \\'").content, "half ");
  assert.equal(rtf(`{\\rtf1 ${"{".repeat(100_000)}x`).content, "");
});
