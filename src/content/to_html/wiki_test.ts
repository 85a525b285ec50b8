import assert from "node:assert/strict";
import type { HtmlContext } from "./context.ts";
import { adfToHtml } from "../../jira_text/adf.ts";
import { wikiToHtml } from "../../jira_text/wiki.ts";
import { MailWriter } from "./mail_writer.ts";
import { wikiReferences } from "./references.ts";

const NONE: HtmlContext = { media: new Map(), names: new Map() };

/** Without styles, for reading. */
function bare(text: string, context = NONE): string {
  return wikiToHtml(text, new MailWriter(context)).replace(/ (?:style|cellpadding|cellspacing)="[^"]*"/g, "");
}

Deno.test("headings, lists, tables, code, quotes and panels look like what they are", () => {
  assert.equal(
    bare("h2. Steps\n# one\n## two\n# three"),
    "<h2>Steps</h2><ol><li>one<ol><li>two</li></ol></li><li>three</li></ol>",
  );
  assert.equal(
    bare("||A||B||\n|1|2|"),
    "<table><tbody><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>",
  );
  assert.equal(bare("{code:java}\nif (a < b) *x*\n{code}"), "<pre><code>if (a &lt; b) *x*</code></pre>");
  assert.equal(bare("{quote}said{quote}"), "<blockquote><p>said</p></blockquote>");
  assert.equal(bare("{panel:title=Note}text{panel}"), "<div><p><strong>Note</strong></p><p>text</p></div>");
});

Deno.test("a warning has another color than a piece of information, as ADF's have", () => {
  const mail = (text: string) => wikiToHtml(text, new MailWriter(NONE));
  assert.notEqual(mail("{warning}x{warning}"), mail("{info}x{info}"));
  const panel = { type: "panel", attrs: { panelType: "warning" }, content: [] };
  const adf = adfToHtml({ type: "doc", version: 1, content: [panel] }, new MailWriter(NONE));
  assert.equal(mail("{warning}x{warning}").replace(/<p.*<\/p>/, ""), adf);
});

Deno.test("phrases are phrases, and snake_case_names stay as they are", () => {
  assert.equal(
    bare("*b* _i_ {{m}} snake_case_name 2*3*4 \\*star\\*"),
    "<p><strong>b</strong> <em>i</em> <code>m</code> snake_case_name 2*3*4 *star*</p>",
  );
});

Deno.test("nothing of a comment becomes markup of the mail", () => {
  const html = wikiToHtml(
    '<b>x</b> [y|javascript:alert(1)] [z|https://a.example/"onclick="x] {color:red"><i>}w{color}',
    new MailWriter(NONE),
  );
  assert.doesNotMatch(html, /<b>|<i>|href="javascript|"onclick/);
});

Deno.test("people are mentioned by name, never by login", () => {
  assert.deepEqual(wikiReferences("Hi [~grace], {noformat}[~alan]{noformat}").mentions, ["grace"]);
  assert.equal(
    bare("Hi [~grace]", { ...NONE, names: new Map([["grace", "Grace Hopper"]]) }),
    "<p>Hi <span>@Grace Hopper</span></p>",
  );
  assert.equal(bare("Hi [~grace]"), "<p>Hi <span>@someone</span></p>");
});

Deno.test("pictures and files are found by name, and not in code", () => {
  const text = "!screen shot.png|thumbnail! see [^log.txt] and [the log|^other.txt] {code}!no.png!{code} wow! great!";
  assert.deepEqual(wikiReferences(text).media.map(({ ref }) => ref), ["screen shot.png", "log.txt", "other.txt"]);
  const html = bare(text, {
    names: new Map(),
    media: new Map([["screen shot.png", { kind: "picture", contentId: "1@x", alt: "screen shot.png" }]]),
  });
  assert.match(html, /<img src="cid:1@x" alt="screen shot\.png" width="200">/);
  assert.match(html, /\[log\.txt – not sent\]/);
  assert.match(html, /wow! great!/);
});

Deno.test("hostile text is written whole: were the time not linear, this would not end", () => {
  for (const piece of ["*_", "{quote}", "[", "||", "!a"]) {
    const text = piece.repeat(Math.ceil(32_000 / piece.length));
    assert.notEqual(wikiToHtml(text, new MailWriter(NONE)), "");
    assert.deepEqual(wikiReferences(text).media, []);
  }
});
