import assert from "node:assert/strict";
import fc from "fast-check";
import type { AdfNode } from "../core/jira.ts";
import { parseWiki } from "./atlassian_test_kit.ts";
import { cleanText } from "./clean_text.ts";
import type { Block, Inline } from "./tree.ts";
import { wikiBlocks } from "./wiki.ts";
import { escapeWiki, JOINER } from "./wiki_escape.ts";

const noPictures = { targets: new Map(), refs: new Map() };

function paragraph(text: string, marks = {}): Block {
  return { kind: "paragraph", inlines: [{ kind: "text", text, marks }] };
}

/** Text of a document; every node that is no plain text shows as what it is. */
function shown(node: AdfNode): string {
  if (node.type === "text") {
    return (node.marks ?? []).length === 0 ? node.text! : `<${node.marks![0]!.type}>${node.text}`;
  }
  if (node.type === "hardBreak") return " ";
  if (["doc", "paragraph"].includes(node.type)) return (node.content ?? []).map(shown).join(" ");
  return `<${node.type}>`;
}

/** Named exception: Server keeps entities and shows their character, Cloud's parser shows them as they are written. */
function decodeEntities(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replace(/&amp;/g, "&");
}

function normalised(text: string): string {
  return text.replaceAll(JOINER, "").replace(/\s+/g, " ").trim();
}

const markup = fc.constantFrom(
  ..."* ** # - -- --- ---- + ++ _ __ ^ ~ ? ?? ! !! | || { } {{ }} [ ] [~ [^ \\ \\\\ & &amp; &#92; : ; ( ) :) :( :D :P ;) (y) (x) (!) (*r) (flag) \u00a0 a B é 1 日 😀"
    .split(" "),
  " ",
  " ",
  "\n",
  "h1. ",
  "bq. ",
  "{code}",
  "{noformat}",
  "{quote}",
  "{color:red}",
  "{adf:display=block}",
  "{html}",
  "{anchor:x}",
  "[~admin]",
  "[^file.txt]",
  "[text|https://example.com]",
  "!image.png!",
  "!https://example.com/a.png!",
  "https://example.com/x",
  "mailto:a@example.com",
  "ftp://example.com",
  "a@example.com",
  "C:\\temp\\_x",
  "\\\\server\\share",
);
const hostile = fc.array(markup, { maxLength: 14 }).map((parts) => parts.join(""));
const anyText = fc.oneof(
  hostile,
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary-ascii", maxLength: 40 }),
);

Deno.test("escapeWiki() makes any text come back as it was from Atlassian's own parser", () => {
  fc.assert(
    fc.property(anyText, (raw) => {
      const text = cleanText(raw).replace(/[\s\u0085]+/g, " ").trim();
      const back = shown(parseWiki(wikiBlocks([paragraph(text)], noPictures)));
      assert.equal(normalised(decodeEntities(back)), normalised(text));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("escapeWiki() makes any text in list items and lines come back as it was", () => {
  fc.assert(
    fc.property(anyText, anyText, (one, two) => {
      const texts = [one, two].map((raw) => cleanText(raw).replace(/[\s\u0085]+/g, " ").trim()).map((text) =>
        text || "x"
      );
      const inlines: Inline[] = [
        { kind: "text", text: texts[0]!, marks: {} },
        { kind: "break" },
        { kind: "text", text: texts[1]!, marks: {} },
      ];
      const lines = shown(parseWiki(wikiBlocks([{ kind: "paragraph", inlines }], noPictures)));
      assert.equal(normalised(decodeEntities(lines)), normalised(texts.join(" ")));
    }),
    { numRuns: 1500 },
  );
});

Deno.test("escapeWiki() writes what Server's renderer documents", () => {
  const cases: [string, string][] = [
    ["a *b* _c_ {code}", "a \\*b\\* \\_c\\_ \\{code\\}"],
    ["snake_case e-mail 2026-11-24 a - b 1 + 1", "snake_case e-mail 2026-11-24 a - b 1 + 1"],
    ["[~admin] [x|http://y]", `\\[\\~admin\\] \\[x|http:${JOINER}//y\\]`],
    ["!a.png! Hello! Now", "\\!a.png! Hello! Now"],
    ["C:\\temp\\*.log", "C:\\temp&#92;\\*.log"],
    ["\\\\server\\share", "&#92;&#92;server\\share"],
    ["AT&T &amp; &lt;", "AT&T &amp;amp; &amp;lt;"],
    ["h1. x", `h1${JOINER}. x`],
    ["# x", "\\# x"],
    ["- x", "\\- x"],
    ["| x", "\\| x"],
    ["a -- b", "a \\-\\- b"],
    ["fine :) (y) :D SUP-12", `fine :\\) \\(y) :${JOINER}D SUP-12`],
  ];
  for (const [text, wiki] of cases) assert.equal(escapeWiki(text, { after: " " }), wiki);
});
