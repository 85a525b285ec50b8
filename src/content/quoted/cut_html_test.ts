import assert from "node:assert/strict";
import fc from "fast-check";
import { type HtmlNode, parseHtml, rawText } from "../html.ts";
import { cutQuotedHtml } from "./cut_html.ts";
import { htmlLines } from "./html_lines.ts";

function cut(html: string, unique: string | null = null) {
  return cutQuotedHtml(parseHtml(html), { unique: unique === null ? null : parseHtml(unique) });
}

/** The lines a reader sees, without blank ones. */
function shown(nodes: readonly HtmlNode[]): string {
  return htmlLines(nodes).lines.map(({ text }) => text.trim()).filter((text) => text !== "").join("\n");
}

const OLD = "Please restart the printer.";
const HEADER =
  "<b>From:</b> Bob &lt;bob@x.com&gt;<br><b>Sent:</b> Tuesday, March 3, 2026 4:18 PM<br><b>To:</b> Ada<br><b>Subject:</b> Re: Printer";

const HISTORIES: Readonly<Record<string, string>> = {
  "Outlook on the web":
    `<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font>${HEADER}</font><div>&nbsp;</div></div><div><p>${OLD}</p></div>`,
  "Outlook on the web, quoted once more":
    `<div id="x_appendonsend"></div><hr><div id="x_divRplyFwdMsg">${HEADER}</div><div class="x_elementToProof">${OLD}</div>`,
  "Outlook on the web, an unknown language":
    `<div id="divRplyFwdMsg"><b>Xyzzy:</b> Bob<br><b>Plugh:</b> hier<br></div><div>${OLD}</div>`,
  "Outlook for Windows":
    `<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal>${HEADER}<o:p></o:p></p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>${OLD}<o:p></o:p></p>`,
  "Outlook for Windows, an unknown language":
    `<div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="x_MsoNormal"><b>Xyzzy:</b> Bob [mailto:bob@x.com]<br><b>Plugh:</b> 3.3.2026 16:18<br><b>Frotz:</b> Ada<br></p></div><p>${OLD}</p>`,
  "Outlook for Mac":
    `<span id="OLK_SRC_BODY_SECTION"><div style="border-top: #b5c4df 1pt solid; padding: 3pt 0 0 0"><span><b>From: </b></span>Bob &lt;bob@x.com&gt;<br><b>Date: </b>Tuesday<br><b>To: </b>Ada<br><b>Subject: </b>Re: Printer<br></div><div>${OLD}</div></span>`,
  "Outlook for iOS":
    `<div id="mail-editor-reference-message-container" class="ms-outlook-mobile-reference-message"><hr><div id="divRplyFwdMsg">${HEADER}</div>${OLD}</div>`,
  "Outlook for Android, old":
    `<div id="ms-outlook-mobile-body-separator-line"></div><div>On Tue, Mar 3, 2026 at 4:18 PM +0100, "Bob" &lt;<a href="mailto:bob@x.com">bob@x.com</a>&gt; wrote:<br><br></div><div>${OLD}</div>`,
  Gmail:
    `<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, Mar 3, 2026 at 4:18 PM Bob &lt;<a href="mailto:bob@x.com">bob@x.com</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">${OLD}</blockquote></div>`,
  "Gmail, an unknown language":
    `<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">Xyzzy Bob frotz</div><blockquote class="gmail_quote">${OLD}</blockquote></div>`,
  "Apple Mail":
    `<br><div><br><blockquote type="cite"><div>On 3 Mar 2026, at 16:18, Bob &lt;bob@x.com&gt; wrote:</div><br><div>${OLD}</div></blockquote></div>`,
  "Apple Mail on an iPhone":
    `<div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 3 Mar 2026, at 16:18, Bob wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">${OLD}</div></blockquote>`,
  Yahoo:
    `<div id="yahoo_quoted_1" class="yahoo_quoted"><div>On Tuesday, March 3, 2026 at 04:18:00 PM GMT+1, Bob &lt;bob@x.com&gt; wrote:</div><div><br></div><div>${OLD}</div></div>`,
  Proton:
    `<div class="protonmail_quote">On Tuesday, March 3rd, 2026 at 4:18 PM, Bob &lt;bob@x.com&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">${OLD}</blockquote></div>`,
  Thunderbird:
    `<div class="moz-cite-prefix">Am 03.03.26 um 16:18 schrieb Bob:<br></div><blockquote type="cite" cite="mid:1@x.com"><p>${OLD}</p></blockquote>`,
  Zimbra:
    `<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>"Bob" &lt;bob@x.com&gt;<br><b>To: </b>"Ada"<br><b>Sent: </b>Tuesday<br><b>Subject: </b>Printer<br></div><br><div data-marker="__QUOTED_TEXT__">${OLD}</div>`,
  "GMX and WEB.DE":
    `<div name="quote" style="margin:10px 5px 5px 10px;padding:10px 0 10px 10px;border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;"><b>Gesendet:</b> Dienstag, 03. März 2026 um 16:18 Uhr<br/><b>Von:</b> "Bob" &lt;bob@x.com&gt;<br/><b>An:</b> ada@y.com<br/><b>Betreff:</b> Drucker</div><div name="quoted-content">${OLD}</div></div>`,
  "Samsung":
    `<div>-------- Original message --------</div><div>From: Bob &lt;bob@x.com&gt; </div><div>Date: 03/03/2026 16:18 (GMT+01:00) </div><div>To: Ada </div><div>Subject: Printer </div><div><br></div><div>${OLD}</div>`,
  "a plain block quote below a line that names the writer":
    `<p>On 3 Mar 2026, at 16:18, Bob &lt;bob@x.com&gt; wrote:</p><blockquote><p>${OLD}</p></blockquote>`,
  "plain text with quote signs": `<br>On 3 Mar 2026, at 16:18, Bob &lt;bob@x.com&gt; wrote:<br>&gt; ${OLD}<br>&gt; Bob`,
};

for (const [program, history] of Object.entries(HISTORIES)) {
  Deno.test(`cutQuotedHtml() cuts the history of ${program}`, () => {
    const { kept, removed } = cut(
      `<html><head><style>p{margin:0}</style></head><body><div dir="ltr"><p>It <b>works</b> now.</p><p>Ada</p></div>${history}</body></html>`,
    );
    assert.equal(shown(kept), "It works now.\nAda");
    assert.ok(shown(removed).includes(OLD));
  });

  Deno.test(`cutQuotedHtml() cuts the history of ${program} inside the element of the text`, () => {
    const { kept } = cut(`<div class="WordSection1"><p>It works now.</p><div>${history}</div></div>`);
    assert.equal(shown(kept), "It works now.");
  });
}

Deno.test("cutQuotedHtml() keeps the structure around what is kept", () => {
  const { kept } = cut(
    `<div class="a"><table><tr><td>1</td><td></td></tr></table><ul><li>one</li></ul>${HISTORIES.Gmail}</div>`,
  );
  assert.equal(
    serialise(kept),
    `<div><table><tr><td>1</td><td></td></tr></table><ul><li>one</li></ul></div>`,
  );
});

Deno.test("cutQuotedHtml() keeps an answer between Gmail's quotes with what it answers", () => {
  const { kept, removed } = cut(
    `<div>Hi Bob,</div><div class="gmail_quote"><div class="gmail_attr">On Tue, Mar 3, 2026 at 4:18 PM Bob &lt;b@x.com&gt; wrote:</div>
     <blockquote class="gmail_quote" style="border-left:1px solid">Which floor?</blockquote><div>The second.</div>
     <blockquote class="gmail_quote" style="border-left:1px solid">Since when?</blockquote><div>Monday.</div>
     <blockquote class="gmail_quote" style="border-left:1px solid">Regards, Bob</blockquote></div>`,
  );
  assert.equal(shown(kept), "Hi Bob,\nWhich floor?\nThe second.\nSince when?\nMonday.");
  assert.match(shown(removed), /wrote:\nRegards, Bob/);
});

Deno.test("cutQuotedHtml() keeps the answer below the quote only", () => {
  const { kept } = cut(`${HISTORIES.Thunderbird}<p>It works now.</p>`);
  assert.equal(shown(kept), "It works now.");
});

Deno.test("cutQuotedHtml() keeps the given nodes when nothing would be left", () => {
  for (const name of ["Outlook on the web", "Gmail", "Apple Mail", "Yahoo"]) {
    const nodes = parseHtml(`<div><br></div>${HISTORIES[name]}`);
    const result = cutQuotedHtml(nodes, { unique: null });
    assert.equal(result.kept, nodes, name);
    assert.deepEqual(result.removed, []);
    assert.match(result.reason, /[Nn]othing/);
  }
});

Deno.test("cutQuotedHtml() keeps a picture that is the whole answer, cuts a tracking pixel with the rest", () => {
  assert.equal(serialise(cut(`<p><img src="cid:1"></p>${HISTORIES.Gmail}`).kept), `<p><img></p>`);
  const nodes = parseHtml(`<img src="https://x.com/p.gif" width="1" height="1">${HISTORIES.Gmail}`);
  assert.equal(cutQuotedHtml(nodes, { unique: null }).kept, nodes);
});

Deno.test("cutQuotedHtml() keeps a forwarded mail below a text", () => {
  const gmail =
    `<div>Here it is.</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: <b>Vendor</b> &lt;v@y.com&gt;<br>Date: Tue<br>Subject: Ink<br>To: Ada<br></div>No ink.</div>`;
  assert.match(shown(cut(gmail).kept), /No ink\.$/);
  const outlook = `<p>Please see the mail of the vendor below.</p><p>Ada</p>${HISTORIES["Outlook on the web"]}`;
  assert.match(shown(cut(outlook).kept), /restart the printer/);
});

Deno.test("cutQuotedHtml() cuts signatures with a delimiter or of a known element, and leaves others", () => {
  const history = HISTORIES.Gmail;
  const gmail =
    `<div>Yes.</div><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><b>Ada</b><br>Engines Ltd</div>`;
  assert.equal(shown(cut(gmail).kept), "Yes.");
  assert.equal(shown(cut(gmail + history).kept), "Yes.");
  assert.equal(shown(cut(`<div>Yes.</div>${history}<br>-- <br><div class="gmail_signature">Ada</div>`).kept), "Yes.");
  assert.equal(shown(cut(`<p>Yes.</p><pre class="moz-signature">-- \nAda\nEngines Ltd</pre>`).kept), "Yes.");
  assert.equal(shown(cut(`<p>Yes.</p><div id="Signature"><p>Ada</p></div>`).kept), "Yes.\nAda");
});

Deno.test("cutQuotedHtml() cuts the lines of phones and of Outlook mobile", () => {
  const outlook =
    `<div>Yes.</div><div class="ms-outlook-mobile-signature" id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div>`;
  assert.equal(shown(cut(outlook).kept), "Yes.");
  assert.equal(shown(cut(outlook + HISTORIES["Outlook for iOS"]).kept), "Yes.");
  assert.equal(shown(cut(`<div>Yes.<br><br>Von meinem iPhone gesendet</div>${HISTORIES["Apple Mail"]}`).kept), "Yes.");
});

Deno.test("cutQuotedHtml() keeps the sender's own block quotes, indents, rules and borders", () => {
  for (
    const html of [
      `<p>The manual says</p><blockquote>No ink, no print.</blockquote>`,
      `<div>It says</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px" class="gmail_quote"><div>No ink.</div></blockquote>`,
      `<p>One</p><hr><p>Two</p>`,
      `<p>One</p><div style="border:none;border-top:solid black 1.0pt"><p>Two: three</p></div>`,
      `<p>See the error:</p><blockquote type="cite">No ink.</blockquote>`,
    ]
  ) {
    const nodes = parseHtml(html);
    assert.equal(cutQuotedHtml(nodes, { unique: null }).kept, nodes, html);
  }
});

Deno.test("cutQuotedHtml() reads preformatted text by its lines", () => {
  const { kept } = cut(`<pre>It works.\n\nOn 3 Mar 2026, at 16:18, Bob &lt;b@x.com&gt; wrote:\n&gt; ${OLD}\n</pre>`);
  assert.equal(rawText(kept).trim(), "It works.");
});

Deno.test("cutQuotedHtml() keeps all when Graph shows answers within the history", () => {
  const history =
    `<hr><div id="divRplyFwdMsg">${HEADER}</div><p>Hello Ada,</p><p>Which floor?</p><p>The second.</p><p>Since when?</p>`;
  const nodes = parseHtml(`<p>Hi,</p>${history}`);
  const unique = parseHtml("<p>Hi,</p><p>The second.</p>");
  assert.equal(cutQuotedHtml(nodes, { unique }).kept, nodes);
  assert.equal(shown(cut(`<p>Hi,</p>${history}`, "<p>Hi,</p>").kept), "Hi,");
  assert.equal(shown(cut(`<p>Hi,</p>${history}`, "").kept), "Hi,");
});

Deno.test("cutQuotedHtml() trusts Graph about history below a rule", () => {
  const html = `<p>Kiitos!</p><hr><p>Bob:</p><p>${OLD}</p>`;
  assert.match(shown(cut(html).kept), /restart/);
  assert.equal(shown(cut(html, "<p>Kiitos!</p>").kept), "Kiitos!");
  assert.match(shown(cut(`<p>Kiitos!</p><p>${OLD}</p>`, "<p>Kiitos!</p>").kept), /restart/);
});

Deno.test("cutQuotedHtml() loses no text, adds none, and never throws", () => {
  const piece = fc.constantFrom(
    "<div>",
    "</div>",
    "<blockquote type=cite>",
    "</blockquote>",
    "<p>",
    "<br>",
    "<pre>",
    "</pre>",
    "<table><tr><td>",
    "</td></tr></table>",
    "<hr>",
    "<img src=x>",
    "Hello ",
    "\n",
    "&nbsp;",
    "&gt; old",
    ...Object.values(HISTORIES),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: piece }, fc.string()), { maxLength: 20 }), (pieces) => {
      const nodes = parseHtml(pieces.join(""));
      const { kept, removed } = cutQuotedHtml(nodes, { unique: null });
      assert.deepEqual(letters([...kept, ...removed]), letters(nodes));
    }),
    { numRuns: 500 },
  );
});

function letters(nodes: readonly HtmlNode[]): string {
  return [...rawText(nodes)].sort().join("");
}

function serialise(nodes: readonly HtmlNode[]): string {
  return nodes.map((node) => {
    if (node.kind === "text") return node.text.trim();
    const inside = serialise(node.children);
    return node.name === "img" ? "<img>" : `<${node.name}>${inside}</${node.name}>`;
  }).join("");
}
