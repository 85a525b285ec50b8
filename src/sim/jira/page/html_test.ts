import assert from "node:assert/strict";
import fc from "fast-check";
import type { AdfDocument } from "../../../core/jira.ts";
import { adfToHtml } from "../../../jira_text/adf.ts";
import { wikiToHtml } from "../../../jira_text/wiki.ts";
import { PageWriter } from "./page_writer.ts";

const picture = {
  id: "1",
  mediaId: "0c0ffee0-0000-4000-8000-000000000000",
  filename: "a b.png",
  mimeType: "image/png",
  author: null,
  created: 0,
  bytes: new Uint8Array(),
};

const writer = new PageWriter({
  attachments: [picture],
  picture: ({ id }) => `/file/${id}`,
  userName: (id) => (id === "ada" ? "Ada <L>" : null),
});

function adf(...content: unknown[]): string {
  return adfToHtml({ type: "doc", version: 1, content } as unknown as AdfDocument, writer);
}

function wiki(text: string): string {
  return wikiToHtml(text, writer);
}

Deno.test("adfToHtml() shows nodes and marks", () => {
  const text = (value: string, ...marks: unknown[]) => ({ type: "text", text: value, marks });
  const paragraph = (...content: unknown[]) => ({ type: "paragraph", content });
  assert.equal(
    adf(paragraph(text("b", { type: "strong" }), { type: "hardBreak" }, text("x"))),
    "<p><strong>b</strong><br>x</p>",
  );
  assert.equal(
    adf(paragraph(text("l", { type: "link", attrs: { href: "https://a.b/?c&d" } }))),
    '<p><a href="https://a.b/?c&amp;d" rel="noopener noreferrer">l</a></p>',
  );
  assert.equal(
    adf(paragraph(text("c", { type: "textColor", attrs: { color: "#ff0000" } }))),
    '<p><span style="color:#ff0000">c</span></p>',
  );
  assert.equal(
    adf({ type: "orderedList", attrs: { order: 3 }, content: [{ type: "listItem", content: [paragraph(text("i"))] }] }),
    '<ol start="3"><li><p>i</p></li></ol>',
  );
  const cell = { type: "tableCell", attrs: { colspan: 2 }, content: [paragraph(text("c"))] };
  assert.equal(
    adf({ type: "table", content: [{ type: "tableRow", content: [cell] }] }),
    '<table><tbody><tr><td colspan="2"><p>c</p></td></tr></tbody></table>',
  );
  assert.equal(
    adf({ type: "expand", attrs: { title: "T" }, content: [paragraph(text("e"))] }),
    "<details><summary>T</summary><p>e</p></details>",
  );
  const media = (id: string) => ({
    type: "mediaSingle",
    content: [{ type: "media", attrs: { type: "file", id, alt: "A", width: 10 } }],
  });
  assert.equal(adf(media(picture.mediaId)), '<figure><img src="/file/1" alt="A" width="10"></figure>');
  assert.equal(adf(media("other")), '<figure><span class="missing">Picture not found: A</span></figure>');
  assert.equal(
    adf(paragraph({ type: "mention", attrs: { id: "ada" } })),
    '<p><span class="mention">@Ada &lt;L&gt;</span></p>',
  );
  assert.equal(adf({ type: "marquee" }), '<div class="missing">Unsupported node: marquee</div>');
});

Deno.test("adfToHtml() lets no markup and no script through", () => {
  const evil = (type: string, attrs: Record<string, unknown>) =>
    adf({ type: "paragraph", content: [{ type: "text", text: "<img src=x onerror=1>", marks: [{ type, attrs }] }] });
  assert.equal(evil("link", { href: "javascript:alert(1)" }), "<p>&lt;img src=x onerror=1&gt;</p>");
  assert.equal(evil("textColor", { color: 'red;background:url("//x")' }), "<p>&lt;img src=x onerror=1&gt;</p>");
  assert.equal(adf({ type: '<script>"' }), '<div class="missing">Unsupported node: &lt;script&gt;&quot;</div>');
});

Deno.test("adfToHtml() shows a date that is none as nothing, and a document without end ends", () => {
  const date = (timestamp: string) => adf({ type: "date", attrs: { timestamp } });
  assert.equal(date("1700000000000"), "<time>2023-11-14</time>");
  assert.equal(date("1e300"), "<time></time>");
  let deep: unknown = { type: "paragraph" };
  for (let i = 0; i < 5_000; i++) deep = { type: "blockquote", content: [deep] };
  assert.match(adf(deep), /^(<blockquote>)+(<\/blockquote>)+$/);
});

Deno.test("adfToHtml() keeps columns, blanks in rows and half a character's place", () => {
  const text = (value: string) => ({ type: "paragraph", content: [{ type: "text", text: value }] });
  assert.equal(
    adf({ type: "layoutSection", content: [{ type: "layoutColumn", content: [text("a  b")] }] }),
    '<div class="columns"><div><p>a&nbsp; b</p></div></div>',
  );
  assert.equal(adf(text("x\ud83d")), "<p>x\ufffd</p>");
});

Deno.test("wikiToHtml() shows blocks", () => {
  assert.equal(wiki("h2. Title\nText\nmore\n\nNext"), "<h2>Title</h2><p>Text<br>more</p><p>Next</p>");
  assert.equal(wiki("* a\n** b\n* c\n# d"), "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol><li>d</li></ol>");
  assert.equal(
    wiki("||H||I||\n|a|[x|https://a.b]|"),
    '<table><tbody><tr><th>H</th><th>I</th></tr><tr><td>a</td><td><a href="https://a.b" rel="noopener noreferrer">x</a></td></tr></tbody></table>',
  );
  assert.equal(wiki("{quote}\n*q*\n{quote}\nafter"), "<blockquote><p><strong>q</strong></p></blockquote><p>after</p>");
  assert.equal(wiki("{code:java}\nif (a < b) *x*\n{code}"), "<pre><code>if (a &lt; b) *x*</code></pre>");
  assert.equal(wiki("{noformat}h1. {quote}{noformat}"), "<pre><code>h1. {quote}</code></pre>");
  assert.equal(
    wiki("{panel:title=T|bgColor=#fff}in{panel}"),
    '<div class="panel wiki" style="background-color:#fff"><div class="panel-title">T</div><p>in</p></div>',
  );
  assert.equal(wiki("bq. said\n----"), "<blockquote><p>said</p></blockquote><hr>");
  assert.equal(wiki("|a\nb|c|"), "<table><tbody><tr><td>a<br>b</td><td>c</td></tr></tbody></table>");
});

Deno.test("wikiToHtml() shows what stands within a line", () => {
  assert.equal(
    wiki("*b* _i_ -s- +u+ ^p^ ~q~ {{m}} ??c??"),
    "<p><strong>b</strong> <em>i</em> <s>s</s> <u>u</u> <sup>p</sup> <sub>q</sub> <code>m</code> <cite>c</cite></p>",
  );
  assert.equal(wiki("snake_case_name 2*3*4 a-b-c"), "<p>snake_case_name 2*3*4 a-b-c</p>");
  assert.equal(wiki("a{*}b{*}c {color:red}r{color}"), '<p>a<strong>b</strong>c <span style="color:red">r</span></p>');
  assert.equal(
    wiki("!a b.png|width=20! and [^a b.png] and !no.png!"),
    '<p><img src="/file/1" alt="a b.png" width="20"> and <a class="file" href="/file/1">a b.png</a> and <span class="missing">Picture not found: no.png</span></p>',
  );
  assert.equal(
    wiki("[~ada] [~accountid:x] [not a link]"),
    '<p><span class="mention">@Ada &lt;L&gt;</span> <span class="mention">@x</span> [not a link]</p>',
  );
  assert.equal(
    wiki("see https://a.b/c. Or mailto:a@b.c"),
    '<p>see <a href="https://a.b/c" rel="noopener noreferrer">https://a.b/c</a>. Or <a href="mailto:a@b.c" rel="noopener noreferrer">mailto:a@b.c</a></p>',
  );
});

Deno.test("wikiToHtml() links to Jira's own paths and anchors, and names pictures and files as the text says", () => {
  assert.equal(
    wiki("[top|#top] [SUP-1|/browse/SUP-1] [x|//evil.example]"),
    '<p><a href="#top" rel="noopener noreferrer">top</a> <a href="/browse/SUP-1" rel="noopener noreferrer">SUP-1</a> x</p>',
  );
  assert.equal(wiki("!a b.png|alt=A picture!"), '<p><img src="/file/1" alt="A picture"></p>');
  assert.equal(wiki("[the file|^a b.png]"), '<p><a class="file" href="/file/1">a b.png</a></p>');
  assert.equal(
    wiki("[x|https://a.b|smart-link]"),
    '<p><a href="https://a.b" rel="noopener noreferrer">x</a></p>',
  );
});

Deno.test("wikiToHtml() shows the boxes for information and warnings", () => {
  for (const name of ["info", "note", "tip", "warning"]) {
    assert.equal(
      wiki(`{${name}:title=T}in{${name}}`),
      `<div class="panel ${name}"><div class="panel-title">T</div><p>in</p></div>`,
    );
  }
});

Deno.test("wikiToHtml() knows what a backslash escapes", () => {
  assert.equal(wiki("\\*b\\* \\{quote\\} \\[x\\] \\!a.png\\! \\h"), "<p>*b* {quote} [x] !a.png! \\h</p>");
  assert.equal(wiki("one\\\\two"), "<p>one<br>two</p>");
  assert.equal(wiki("\\\\server\\share"), "<p>\\\\server\\share</p>");
  assert.equal(wiki("&#92;*x* &lt;"), "<p>&#92;*x* &lt;</p>".replace("*x*", "<strong>x</strong>"));
});

Deno.test("wikiToHtml() lets no markup and no script through", () => {
  assert.equal(wiki("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
  assert.equal(wiki("[x|javascript:alert(1)]"), "<p>[x|javascript:alert(1)]</p>");
  assert.equal(wiki('{color:red"onclick="x}a{color}'), "<p>a</p>");
  assert.equal(
    wiki("{panel:title=<b>}x{panel}"),
    '<div class="panel wiki"><div class="panel-title">&lt;b&gt;</div><p>x</p></div>',
  );
});

Deno.test("wikiToHtml() makes only tags of its own out of any text", () => {
  const tags =
    /^<\/?(p|br|h[1-6]|ul|ol|li|table|tbody|tr|td|th|blockquote|pre|code|div|details|summary|hr|strong|em|s|u|sup|sub|cite|a|img|span)( [a-z]+="[^"<>]*")*>$/;
  const pieces = [
    "*",
    "_",
    "-",
    "+",
    "^",
    "~",
    "|",
    "||",
    "!a b.png!",
    "[x|https://a.b]",
    "{quote}",
    "{code}",
    "{panel:title=<b>}",
    "{color:red}",
    "\\",
    "\\\\",
    "\n",
    "\n\n",
    "h1. ",
    "# ",
    "<script>",
    '"',
    "&amp;",
    "word",
    " ",
    "{{",
    "}}",
    "[~ada]",
    "??",
    "\uE000" + "0\uE000",
    'https://a.b/?x="y',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => {
      for (const tag of wiki(parts.join("")).match(/<[^>]*>?/g) ?? []) assert.match(tag, tags);
    }),
    { numRuns: 500 },
  );
  // The longest text that Jira takes, of each: with the square of its length this would not end.
  for (const piece of pieces) {
    const html = wiki(piece.repeat(Math.ceil(32_767 / piece.length)));
    for (const tag of html.match(/<[^>]*>?/g) ?? []) assert.match(tag, tags);
  }
});
