import assert from "node:assert/strict";
import type { AdfDocument, AdfNode } from "../../core/jira.ts";
import { adfToHtml } from "../../jira_text/adf.ts";
import { MailWriter } from "./mail_writer.ts";
import { adfReferences } from "./references.ts";
import type { HtmlContext } from "./context.ts";

const NONE: HtmlContext = { media: new Map(), names: new Map() };

function doc(...content: AdfNode[]): AdfDocument {
  return { type: "doc", version: 1, content };
}

function text(value: string, ...marks: { type: string; attrs?: Record<string, unknown> }[]): AdfNode {
  return { type: "text", text: value, ...(marks.length === 0 ? {} : { marks }) };
}

function p(...content: AdfNode[]): AdfNode {
  return { type: "paragraph", content };
}

/** Without styles, for reading. */
function bare(document: AdfDocument, context = NONE): string {
  return adfToHtml(document, new MailWriter(context)).replace(/ (?:style|cellpadding|cellspacing)="[^"]*"/g, "");
}

Deno.test("text keeps its marks, its line breaks and its blanks", () => {
  const html = bare(doc(p(text("a  b", { type: "strong" }), { type: "hardBreak" }, text("c", { type: "code" }))));
  assert.equal(html, "<p><strong>a&nbsp; b</strong><br><code>c</code></p>");
});

Deno.test("nothing of a comment becomes markup of the mail", () => {
  const html = adfToHtml(
    doc(
      p(text(`<script>alert("1")</script>&`, { type: "textColor", attrs: { color: 'red"><img src=x>' } })),
      p(text("x", { type: "link", attrs: { href: "javascript:alert(1)" } })),
      p(text("y", { type: "link", attrs: { href: 'https://a.example/"onclick="x' } })),
      { type: "panel", attrs: { panelType: '"><b>' }, content: [p(text("z"))] },
      p({ type: "mention", attrs: { id: "1", text: "@<b>Ada</b>" } }),
    ),
    new MailWriter(NONE),
  );
  assert.doesNotMatch(html, /<script|<img|<b>|javascript|"onclick/);
  assert.match(html, /&lt;script&gt;alert\(&quot;1&quot;\)/);
});

Deno.test("tables, code, lists, panels and quotes look like what they are", () => {
  const cell = (type: string, value: string, attrs = {}) => ({ type, attrs, content: [p(text(value))] });
  const html = bare(
    doc(
      {
        type: "table",
        content: [
          { type: "tableRow", content: [cell("tableHeader", "A"), cell("tableHeader", "B")] },
          { type: "tableRow", content: [cell("tableCell", "1", { colspan: 2 })] },
        ],
      },
      { type: "codeBlock", attrs: { language: "ts" }, content: [text("if (a < b) {\n  c();\n}")] },
      { type: "orderedList", attrs: { order: 3 }, content: [{ type: "listItem", content: [p(text("three"))] }] },
      { type: "taskList", content: [{ type: "taskItem", attrs: { state: "DONE" }, content: [text("done")] }] },
      { type: "blockquote", content: [p(text("said"))] },
    ),
  );
  assert.equal(
    html,
    "<table><tbody><tr><th><p>A</p></th><th><p>B</p></th></tr>" +
      '<tr><td colspan="2"><p>1</p></td></tr></tbody></table>' +
      "<pre><code>if (a &lt; b) {\n  c();\n}</code></pre>" +
      '<ol start="3"><li><p>three</p></li></ol><ul><li>☑ done</li></ul><blockquote><p>said</p></blockquote>',
  );
});

Deno.test("people are mentioned by name, never by account id", () => {
  const document = doc(
    p({ type: "mention", attrs: { id: "5b10a", text: "@Grace" } }, {
      type: "mention",
      attrs: { id: "7c20b", text: "" },
    }),
    p({ type: "mention", attrs: { id: "9d30c" } }),
  );
  assert.deepEqual(adfReferences(document).mentions, ["7c20b", "9d30c"]);
  const html = bare(document, { ...NONE, names: new Map([["7c20b", "Alan Turing"]]) });
  assert.equal(html, "<p><span>@Grace</span><span>@Alan Turing</span></p><p><span>@someone</span></p>");
});

Deno.test("a picture is shown by its content id, a file is named, and what does not come along says so", () => {
  const media = (id: string, alt: string): AdfNode => ({
    type: "mediaSingle",
    content: [{ type: "media", attrs: { type: "file", id, collection: "", alt, width: 640 } }],
  });
  const document = doc(media("a", "one.png"), media("b", "two.pdf"), media("c", "three.zip"));
  assert.deepEqual(adfReferences(document).media.map(({ ref }) => ref), ["a", "b", "c"]);
  const html = bare(document, {
    names: new Map(),
    media: new Map([
      ["a", { kind: "picture", contentId: "1@x", alt: "one.png" }],
      ["b", { kind: "file", name: "two.pdf", note: "attached" }],
    ]),
  });
  assert.match(html, /<img src="cid:1@x" alt="one\.png" width="640">/);
  assert.match(html, /\[two\.pdf – attached\]/);
  assert.match(html, /\[three\.zip – not sent\]/);
});

Deno.test("a node that is not known keeps its text, and a document without end ends", () => {
  assert.equal(bare(doc({ type: "novelty", content: [p(text("kept"))] })), "<p>kept</p>");
  let deep: AdfNode = p(text("deep"));
  for (let i = 0; i < 5_000; i++) deep = { type: "blockquote", content: [deep] };
  assert.ok(adfToHtml(doc(deep), new MailWriter(NONE)).length > 0);
});
