import assert from "node:assert/strict";
import { type HtmlNode, MAX_DEPTH, parseHtml, rawText } from "./html.ts";

/** Short form of a tree: `p[text b[text]]`. */
function shape(nodes: readonly HtmlNode[]): string {
  return nodes.map((node) => {
    if (node.kind === "text") return JSON.stringify(node.text);
    return node.children.length === 0 ? node.name : `${node.name}[${shape(node.children)}]`;
  }).join(" ");
}

Deno.test("parseHtml() closes paragraphs, items, rows and cells as browsers do", () => {
  assert.equal(shape(parseHtml("<p>a<p>b<div>c</div>")), 'p["a"] p["b"] div["c"]');
  assert.equal(shape(parseHtml("<ul><li>a<ul><li>b</ul><li>c</ul>")), 'ul[li["a" ul[li["b"]]] li["c"]]');
  assert.equal(
    shape(parseHtml("<table><tr><td>a<td><b>b<tr><td>c</table>")),
    'table[tr[td["a"] td[b["b"]]] tr[td["c"]]]',
  );
  assert.equal(
    shape(parseHtml("<table><tr><td><table><tr><td>x</table>y<td>z</table>")),
    'table[tr[td[table[tr[td["x"]]] "y"] td["z"]]]',
  );
});

Deno.test("parseHtml() lets no end tag reach out of a table cell", () => {
  assert.equal(shape(parseHtml("<div><b><table><tr><td>a</b></div>b</table>")), 'div[b[table[tr[td["ab"]]]]]');
});

Deno.test("parseHtml() carries formatting over an end tag in the wrong order", () => {
  assert.equal(shape(parseHtml("<b>a<i>b</b>c</i>d")), 'b["a" i["b"]] i["c"] "d"');
});

Deno.test("parseHtml() drops comments, conditional comments and scripts, keeps o:p and entities", () => {
  const html = "<!doctype html><!--[if mso]><p>no</p><![endif]--><![if !supportLists]>x<![endif]>" +
    "<script>if (a<b) '<p>'</script><p class='x_MsoNormal'>a&nbsp;&amp;&#x1F600;<o:p></o:p>b<o:p/>c</p>";
  assert.equal(shape(parseHtml(html)), '"x" script p["a\u00a0&😀" o:p "b" o:p "c"]');
});

Deno.test("parseHtml() keeps the first of two equal attributes, whatever their names", () => {
  const [node] = parseHtml(`<a HREF="https://x/?a=1&amp;b=2" href=y __proto__=z constructor=q>t</a>`);
  assert(node?.kind === "element");
  assert.deepEqual(node.attributes, { href: "https://x/?a=1&b=2", constructor: "q" });
});

function depthOf(nodes: readonly HtmlNode[]): number {
  return Math.max(0, ...nodes.map((node) => node.kind === "text" ? 0 : 1 + depthOf(node.children)));
}

Deno.test("parseHtml() survives a hundred thousand levels and loses no text", () => {
  const nodes = parseHtml("<div>".repeat(100_000) + "deep" + "</div>".repeat(100_000) + "<p>after</p>");
  assert(depthOf(nodes) <= MAX_DEPTH);
  assert.equal(rawText(nodes), "deepafter");
  assert.equal(shape(nodes.slice(1)), 'p["after"]');
});

Deno.test("parseHtml() reads hostile nesting in linear time: were it not linear, this would not end", () => {
  parseHtml("<b>".repeat(300) + "<i>".repeat(90) + "</b><b></i>".repeat(200_000));
  parseHtml("<b><table><tr><td>" + "<i>".repeat(300) + "</b>".repeat(200_000));
  parseHtml("<table><tr><td>".repeat(200_000));
  parseHtml("<p a='&amp;&amp;&amp;' ".repeat(200_000));
});
