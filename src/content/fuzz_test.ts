import assert from "node:assert/strict";
import fc from "fast-check";
import type { AdfNode } from "../core/jira.ts";
import { adfBlocks } from "./adf.ts";
import { adfFault, parseWiki } from "./atlassian_test_kit.ts";
import { composeComment } from "./compose.ts";
import type { PictureTarget, ReadMail } from "./content.ts";
import { blocksToText } from "./plain.ts";
import { replacePlaceholders } from "./placeholders.ts";
import { readMail } from "./read_mail.ts";
import type { Block, Cell, Inline, Marks } from "./tree.ts";
import { wikiBlocks } from "./wiki.ts";
import { JOINER } from "./wiki_escape.ts";

const placeholders = new Map<string, PictureTarget>([
  ["p1", { kind: "placeholder", text: "[picture one]" }],
  ["p2", { kind: "missing", note: "two" }],
]);
const files = new Map<string, PictureTarget>([["p1", { kind: "file", name: "one.png" }]]);
const refs = new Map();

const flag = fc.option(fc.constant(true as const), { nil: undefined, freq: 4 });
const marks: fc.Arbitrary<Marks> = fc.record({
  strong: flag,
  em: flag,
  underline: flag,
  strike: flag,
  code: flag,
  sub: flag,
  sup: flag,
  color: fc.option(fc.constant("#ff0000"), { nil: undefined, freq: 4 }),
  href: fc.option(fc.constantFrom("https://example.com/a?b=[c]|d", "mailto:a@example.com"), {
    nil: undefined,
    freq: 4,
  }),
}).map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

/** Trees of texts and everything else. */
function trees(word: fc.Arbitrary<string>): fc.Arbitrary<Block[]> {
  const inline: fc.Arbitrary<Inline> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("text" as const), text: word, marks }) },
    { weight: 1, arbitrary: fc.constant<Inline>({ kind: "break" }) },
    { weight: 1, arbitrary: fc.constantFrom("p1", "p2", "p9").map((id): Inline => ({ kind: "picture", id })) },
  );
  const inlines = fc.array(inline, { minLength: 1, maxLength: 5 });
  const { blocks } = fc.letrec<{ blocks: Block[]; block: Block; cell: Cell }>((tie) => ({
    blocks: fc.array(tie("block"), { maxLength: 4 }),
    cell: fc.record({
      header: fc.boolean(),
      colspan: fc.constantFrom(1, 1, 2),
      rowspan: fc.constant(1),
      blocks: tie("blocks"),
    }),
    block: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      inlines.map((content): Block => ({ kind: "paragraph", inlines: content })),
      fc.tuple(fc.constantFrom(1, 2, 6), inlines).map(([level, content]): Block => ({
        kind: "heading",
        level: level as 1,
        inlines: content,
      })),
      word.map((text): Block => ({ kind: "code", text: `${text}\n  ${text}` })),
      fc.constant<Block>({ kind: "rule" }),
      tie("blocks").map((inner): Block => ({ kind: "quote", blocks: inner })),
      fc.tuple(fc.boolean(), fc.constantFrom(1, 3), fc.array(tie("blocks"), { minLength: 1, maxLength: 3 }))
        .map(([ordered, start, items]): Block => ({ kind: "list", ordered, start, items })),
      fc.array(fc.array(tie("cell"), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
        .map((rows): Block => ({ kind: "table", rows })),
    ),
  }));
  return blocks;
}

const plainWord = fc.stringMatching(/^[a-z]{3,8}$/).map((word) => ` ${word} `);
const hostileWord = fc.constantFrom(
  "{code}",
  "*",
  "|x|",
  "[~admin]",
  "a\\",
  "{noformat}",
  "h1. x",
  "- x",
  "!",
  "  ",
  "é😀",
  "a_b ",
  " c",
  "&amp;",
);

function textOf(node: AdfNode): string {
  return node.text ?? (node.content ?? []).map(textOf).join(" ");
}

function words(text: string): string[] {
  return (text.replaceAll(JOINER, "").toLowerCase().match(/[a-z]{3,}/g) ?? []).sort();
}

Deno.test("adfBlocks() writes valid documents for any tree and loses no word", () => {
  fc.assert(
    fc.property(trees(plainWord), (blocks) => {
      const content = adfBlocks(blocks, { targets: new Map(), refs });
      assert.equal(adfFault({ type: "doc", version: 1, content }), null);
      const wanted = words(blocksToText(blocks));
      assert.deepEqual(
        words(content.map(textOf).join(" ")).filter((word) => word !== "picture"),
        wanted.filter((word) => word !== "picture"),
      );
    }),
    { numRuns: 400 },
  );
});

Deno.test("adfBlocks() is valid for any tree with pictures, before and after they are placed", () => {
  fc.assert(
    fc.property(trees(hostileWord), (blocks) => {
      const document = {
        type: "doc" as const,
        version: 1 as const,
        content: adfBlocks(blocks, { targets: placeholders, refs }),
      };
      assert.equal(adfFault(document), null);
      const placed = replacePlaceholders(
        document,
        new Map([["[picture one]", { mediaId: "m", width: 10, height: null, alt: "" }]]),
      );
      const stands = JSON.stringify(document).includes("[picture one]");
      assert.equal(placed !== null, stands);
      if (placed !== null) assert.equal(adfFault(placed), null);
    }),
    { numRuns: 400 },
  );
});

Deno.test("wikiBlocks() loses no word of any tree and is read by Atlassian's parser", () => {
  fc.assert(
    fc.property(trees(plainWord), (blocks) => {
      const wiki = wikiBlocks(blocks, { targets: files, refs });
      const withoutMarkup = wiki.replace(
        /\{(?:color[^}]*|quote|noformat)\}|!one\.png\|thumbnail!|\|(?:https:[^\]]*|mailto:[^\]]*)\]/g,
        " ",
      )
        .replace(/\[picture\]|\\\[picture(?:: two)?\\\]/g, " ");
      const wanted = words(blocksToText(blocks)).filter((word) => word !== "picture");
      assert.deepEqual(words(withoutMarkup).filter((word) => word !== "picture"), wanted);
      parseWiki(wiki);
    }),
    { numRuns: 400 },
  );
});

/** What Cloud's parser finds besides text, for markup that only we may write. */
function kinds(node: AdfNode, into = new Set<string>()): Set<string> {
  into.add(node.type);
  node.content?.forEach((inner) => kinds(inner, into));
  return into;
}

Deno.test("wikiBlocks() lets no text become a macro, a mention, a picture or a link", () => {
  const text = fc.array(hostileWord, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
  const block = fc.oneof(
    text.map((value): Block => ({ kind: "paragraph", inlines: [{ kind: "text", text: value, marks: {} }] })),
    fc.array(text, { minLength: 1, maxLength: 3 }).map((items): Block => ({
      kind: "list",
      ordered: false,
      start: 1,
      items: items.map((value) => [{ kind: "paragraph", inlines: [{ kind: "text", text: value, marks: {} }] }]),
    })),
    fc.array(text, { minLength: 1, maxLength: 3 }).map((cells): Block => ({
      kind: "table",
      rows: [cells.map((value) => ({
        header: false,
        colspan: 1,
        rowspan: 1,
        blocks: [{ kind: "paragraph", inlines: [{ kind: "text", text: value, marks: {} }] }],
      }))],
    })),
  );
  const allowed = ["doc", "paragraph", "text", "hardBreak", "bulletList", "listItem", "table", "tableRow", "tableCell"];
  fc.assert(
    fc.property(fc.array(block, { maxLength: 3 }), (blocks) => {
      const found = kinds(parseWiki(wikiBlocks(blocks, { targets: new Map(), refs })));
      assert.deepEqual([...found].filter((kind) => !allowed.includes(kind)), []);
    }),
    { numRuns: 800 },
  );
});

const piece = fc.constantFrom(
  ..."<p> </p> <div> </div> <br> <table> <tr> <td> </td> </tr> </table> <th> <ul> <ol start=3> <li> </ul> <blockquote> </blockquote> <pre> </pre> <b> </b> <i> </i> <h2> </h2> <hr> <code> </code> <o:p> </o:p> </span> </a> <dl> <dt> <dd> <caption> x y text &nbsp; &lt;b&gt; &amp; 😀 مرحبا"
    .split(" "),
  " ",
  "\n",
  `<p class="x_MsoNormal" style="margin:0cm">`,
  `<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>`,
  `<span style="color:#f00;font-weight:bold;font-size:0">`,
  `<div style="display:none">`,
  `<div style="border-left:solid blue 1pt;padding-left:4pt">`,
  `<a href="https://example.com/?a=1&amp;b=2">`,
  `<a href="javascript:alert(1)">`,
  `<img src="cid:a@b" width=10 height=20 alt="a picture">`,
  `<img src="https://example.com/t.gif" width=1 height=1>`,
  `<img src="data:image/png;base64,iVBORw0KGgo=">`,
  `<td colspan=2 rowspan=9 style="border:solid 1pt">`,
  `<!--[if mso]><p>no</p><![endif]-->`,
  `<script>alert("<p>")</script>`,
  "https://example.com/x?y=1).",
  "a@example.com",
);
const attachment = {
  id: "att",
  kind: "file" as const,
  name: "image001.png",
  contentType: "image/png",
  size: 10,
  isInline: true,
  contentId: "a@b",
  contentLocation: null,
  sourceUrl: null,
};

function comment(mail: ReadMail, format: "adf" | "wiki") {
  const pictures = new Map(mail.pictures.map(({ id }): [string, PictureTarget] => [
    id,
    format === "adf" ? { kind: "placeholder", text: `[picture ${id}]` } : { kind: "file", name: `${id}.png` },
  ]));
  return composeComment(format, {
    from: null,
    agent: false,
    mail,
    notes: ["Note."],
    pictures,
    quotedHistory: "collapse",
  });
}

Deno.test("any HTML becomes a valid document in both formats, with history folded or not", () => {
  const html = fc.oneof(
    { weight: 5, arbitrary: fc.array(piece, { maxLength: 40 }).map((parts) => parts.join("")) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  );
  fc.assert(
    fc.property(html, fc.boolean(), (content, cutHistory) => {
      const mail = readMail({
        body: { contentType: "html", content },
        uniqueBody: null,
        attachments: [attachment],
        cutHistory,
      });
      const { body } = comment(mail, "adf");
      assert(body.format === "adf");
      assert.equal(adfFault(body.content), null);
      assert.equal(comment(mail, "wiki").body.format, "wiki");
    }),
    { numRuns: 800 },
  );
});

Deno.test("any plain text becomes a valid document in both formats", () => {
  const line = fc.constantFrom(
    "text",
    "> quoted",
    ">> deeper",
    "- item",
    "  - below",
    "1. one",
    "2. two",
    "",
    "-- ",
    "    code",
    "| a | b |",
    "a@b.example",
    "On Monday Ada wrote:",
  );
  const text = fc.oneof(
    fc.array(line, { maxLength: 20 }).map((lines) => lines.join("\n")),
    fc.string({ unit: "binary", maxLength: 200 }),
  );
  fc.assert(
    fc.property(text, fc.boolean(), (content, cutHistory) => {
      const mail = readMail({ body: { contentType: "text", content }, uniqueBody: null, attachments: [], cutHistory });
      const { body } = comment(mail, "adf");
      assert(body.format === "adf");
      assert.equal(adfFault(body.content), null);
      parseWiki(comment(mail, "wiki").body.content as string);
    }),
    { numRuns: 500 },
  );
});
