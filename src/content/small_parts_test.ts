import assert from "node:assert/strict";
import fc from "fast-check";
import { acknowledgement, readAcknowledgement } from "./acknowledgement.ts";
import { adfFault } from "./atlassian_test_kit.ts";
import { cleanText, oneLine } from "./clean_text.ts";
import { textColor } from "./colors.ts";
import { nameForType, safeName, uniqueNames } from "./file_names.ts";
import { parseHtml } from "./html.ts";
import { htmlToBlocks } from "./html_blocks.ts";
import { linkify, safeHref } from "./links.ts";
import { notice } from "./notice.ts";
import { Pictures } from "./pictures.ts";
import { type PlacedPicture, placeholderText, replacePlaceholders } from "./placeholders.ts";
import { summaryFrom } from "./summary.ts";
import { textToBlocks } from "./text_blocks.ts";
import { withoutSpans } from "./grid.ts";

Deno.test("summaryFrom() gives one line of at most 255 units, cut between characters", () => {
  assert.equal(summaryFrom(" RE:\r\n  Printer\t\u0007 down\u200b "), "RE: Printer down");
  for (const empty of ["", " \r\n", "\u200b\u0000"]) assert.equal(summaryFrom(empty), "(no subject)");
  assert.equal(summaryFrom("x".repeat(255)), "x".repeat(255));
  assert.equal(summaryFrom("x".repeat(256)), `${"x".repeat(254)}…`);
  const family = "👩‍👩‍👧‍👦";
  assert.equal(summaryFrom(family.repeat(40)), `${family.repeat(Math.floor(254 / family.length))}…`);
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 400 }), (subject) => {
    const summary = summaryFrom(subject);
    assert(summary.length > 0 && summary.length <= 255 && summary.isWellFormed());
    assert(!/[\p{Cc}\u2028\u2029]/u.test(summary));
  }));
});

Deno.test("cleanText() takes out what nobody sees and keeps joiners that join", () => {
  assert.equal(cleanText("a\u00adb\u200bc\ufeffd\u2060e\u0000f"), "abcdef");
  assert.equal(cleanText("\u200c\u00a0\u200c x\u200d "), "\u00a0 x ");
  assert.equal(cleanText("می\u200cخواهم 👩\u200d💻 \u200fعربي"), "می\u200cخواهم 👩\u200d💻 \u200fعربي");
  assert.equal(cleanText("\u202eevil\ud800"), "evil\ufffd");
  assert.equal(oneLine(" a\u00a0\n\u2028b "), "a b");
});

Deno.test("textColor() knows CSS colours and forgets those that only mean text", () => {
  const colors = ["red", "#F00", "rgb(255, 0, 0)", "rgba(255 0 0 / 50%)", "#ff0000ff"].map(textColor);
  assert.deepEqual(new Set(colors), new Set(["#ff0000"]));
  for (
    const plain of [
      "black",
      "windowtext",
      "#fff",
      "rgb(36,36,36)",
      "#333",
      "transparent",
      "inherit",
      "rgba(1,2,3,0)",
      "x",
    ]
  ) {
    assert.equal(textColor(plain), null, plain);
  }
});

Deno.test("safeHref() lets http, https and mailto through, unwraps Safe Links and encodes what could break out", () => {
  const safe: [string, string | null][] = [
    [' https://example.com/a b"<>', "https://example.com/a%20b%22%3C%3E"],
    ["HTTP://example.com", "http://example.com"],
    ["mailto:a@example.com?subject=x", "mailto:a@example.com?subject=x"],
    [
      "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2F%3Fa%3D1&data=x",
      "https://example.com/?a=1",
    ],
    [
      "https://eur03.safelinks.protection.outlook.com/?url=javascript%3Aalert(1)",
      "https://eur03.safelinks.protection.outlook.com/?url=javascript%3Aalert(1)",
    ],
    [
      "https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fbank.example",
      "https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fbank.example",
    ],
    [
      "https://nam.safelinks.protection.outlook.com/?url=https%3A%2F%2Feur.safelinks.protection.outlook.com%2F%3Furl%3Dhttps%253A%252F%252Fexample.com",
      "https://example.com",
    ],
  ];
  for (const [given, wanted] of safe) assert.equal(safeHref(given), wanted);
  for (
    const bad of [
      "javascript:alert(1)",
      "java\nscript:x",
      "\u0001javascript:x",
      "data:text/html,x",
      "file:///c:/",
      "//x",
      "x",
      "",
      "http://",
      "tel:1",
      "vbscript:x",
      "https:x",
    ]
  ) {
    assert.equal(safeHref(bad), null, bad);
  }
});

Deno.test("linkify() links addresses without the punctuation around them and changes no text", () => {
  const linked = (text: string) =>
    linkify(text, {}).flatMap((part) =>
      part.kind === "text" && part.marks.href !== undefined ? [[part.text, part.marks.href]] : []
    );
  assert.deepEqual(linked("(see https://example.com/a_(b).), <www.example.org>: a.b+c@example.co.uk!"), [
    ["https://example.com/a_(b)", "https://example.com/a_(b)"],
    ["www.example.org", "http://www.example.org"],
    ["a.b+c@example.co.uk", "mailto:a.b+c@example.co.uk"],
  ]);
  for (const text of ["xhttps://example.com", "a@b", "@example.com", "www.", "ftp://example.com", "a@-.com"]) {
    assert.deepEqual(linked(text), [], text);
  }
  const parts = fc.constantFrom("https://", "www.", "@", "example.com", ".", " ", "(", ")", "a", "mailto:", "é");
  fc.assert(fc.property(fc.array(parts, { maxLength: 12 }).map((all) => all.join("")), (text) => {
    assert.equal(linkify(text, {}).map((part) => part.kind === "text" ? part.text : "").join(""), text);
  }));
});

function pictureOf(html: string, attachments: ConstructorParameters<typeof Pictures>[0] = []) {
  const pictures = new Pictures(attachments);
  return { blocks: htmlToBlocks(parseHtml(html), pictures), found: pictures.found };
}

Deno.test("Pictures finds files by content id, whatever its case and encoding, and numbers each once", () => {
  const file = {
    id: "1",
    kind: "file" as const,
    name: "a.png",
    contentType: "image/png",
    size: 1,
    isInline: true,
    contentId: "<A%b@X>",
    contentLocation: null,
    sourceUrl: null,
  };
  const { found } = pictureOf(
    '<img src="CID:a%25b@x" width="50%" style="width:2in" alt=" a\nb "><img src="cid:A%b@x">',
    [file],
  );
  assert.deepEqual(found, [{ id: "p1", attachmentId: "1", data: null, alt: "a b", width: 192, height: null }]);
});

Deno.test("Pictures decodes data URIs, drops tracking pixels and what is hidden", () => {
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjq";
  const { found, blocks } = pictureOf(
    `<img src="data:image/png;base64,${png}"><img src="data:text/html,x"><img width=1 height=1 src="cid:x"><img style="display:none" src="https://x.example/a.png" alt="a">` +
      '<img src="https://x.example/open?u=1"><img src="https://x.example/s.png" alt=""><img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP">',
  );
  assert.equal(found.length, 1);
  assert.equal(found[0]!.data!.contentType, "image/png");
  assert.equal(found[0]!.data!.bytes[1], 0x50);
  assert.deepEqual(blocks, [{ kind: "paragraph", inlines: [{ kind: "picture", id: "p1" }] }]);
});

Deno.test("replacePlaceholders() replaces each placeholder wherever it stands, or nothing at all", () => {
  const one = placeholderText("a.png", "key");
  const two = placeholderText("b.png", "key");
  assert.notEqual(one, placeholderText("a.png", "other key"));
  const paragraph = (text: string) => ({ type: "paragraph", content: [{ type: "text", text }] });
  const document = {
    type: "doc" as const,
    version: 1 as const,
    content: [
      { type: "blockquote", content: [paragraph(one)] },
      {
        type: "table",
        content: [{ type: "tableRow", content: [{ type: "tableCell", attrs: {}, content: [paragraph(two)] }] }],
      },
      { type: "bulletList", content: [{ type: "listItem", content: [paragraph(one)] }] },
    ],
  };
  const picture: PlacedPicture = { mediaId: "m", width: 10, height: 5, alt: "x" };
  const placed = replacePlaceholders(
    document,
    new Map([[one, picture], [two, { ...picture, width: null, height: null, alt: "" }]]),
  );
  assert(placed !== null);
  assert.equal(adfFault(placed), null);
  assert.equal(JSON.stringify(placed).match(/mediaSingle/g)!.length, 3);
  assert.equal(replacePlaceholders(document, new Map([[one, picture], ["[gone]", picture]])), null);
  const edited = { ...document, content: [...document.content, paragraph(`see ${two}`)] };
  assert.equal(replacePlaceholders(edited, new Map([[two, picture]])), null);
});

Deno.test("uniqueNames() makes hostile names safe and equal ones different, in any case", () => {
  const cases: [string, string][] = [
    ["report.pdf", "report.pdf"],
    ["../../etc/passwd", "passwd"],
    ["C:\\temp\\a.txt", "a.txt"],
    ["a|b!c^d[e]{f}.png", "a_b_c_d_e_f_.png"],
    ["Angebot für Müller (2).docx", "Angebot für Müller _2_.docx"],
    ["見積書.xlsx", "見積書.xlsx"],
    ["invoice\u202efdp.exe", "invoicefdp.exe"],
    ["CON.txt", "_CON.txt"],
    ["nul", "_nul"],
    [" .. ", "attachment"],
    ["", "attachment"],
    [".pdf", "attachment.pdf"],
    ["???.jpg", "attachment.jpg"],
    ["a\r\nb.txt", "a_b.txt"],
    ["name.", "name"],
  ];
  for (const [given, wanted] of cases) assert.equal(safeName(given), wanted, given);
  assert.deepEqual(uniqueNames(["image.png", "IMAGE.png", "image.png", "image-2.png"], new Set(["Image.PNG"])), [
    "image-2.png",
    "IMAGE-3.png",
    "image-4.png",
    "image-2-2.png",
  ]);
  fc.assert(fc.property(fc.array(fc.string({ unit: "binary", maxLength: 300 }), { maxLength: 6 }), (wanted) => {
    const names = uniqueNames(wanted, new Set(["attachment"]));
    assert.equal(new Set(names.map((name) => name.toLowerCase())).size, wanted.length);
    for (const name of names) {
      assert(new TextEncoder().encode(name).length <= 200);
      assert(/^[\p{L}\p{M}\p{N}_-][\p{L}\p{M}\p{N} ._-]*$/u.test(name) && !/[ .]$/.test(name), name);
    }
  }));
  assert.equal(
    uniqueNames(Array.from({ length: 3_000 }, () => `${"é".repeat(300)}.png`), new Set()).at(-1)!.slice(-9),
    "-3000.png",
  );
});

Deno.test("nameForType() names a nameless file by its type", () => {
  const names = ["image/png", "message/rfc822", "text/calendar; method=REQUEST", "application/x-strange-thing", ""].map(
    nameForType,
  );
  assert.deepEqual(names, ["attachment.png", "attachment.eml", "attachment.ics", "attachment", "attachment"]);
});

Deno.test("acknowledgement() holds key, link and subject, and nothing of the sender's as HTML", () => {
  const facts = {
    key: "SUP-12",
    url: "https://jira.example.com/browse/SUP-12?a=1&b=2",
    subject: "<script>alert(1)</script>\r\nBcc: x",
    name: 'Ada "<b>"',
  };
  const { html, subject } = acknowledgement(facts);
  assert.equal(subject, "[SUP-12] RE: <script>alert(1)</script> Bcc: x");
  assert(html.includes('href="https://jira.example.com/browse/SUP-12?a=1&amp;b=2"') && html.includes(">SUP-12</a>"));
  assert(
    html.includes("&lt;script&gt;alert(1)&lt;/script&gt; Bcc: x") && html.includes("Hello Ada &quot;&lt;b&gt;&quot;,"),
  );
  assert(!/<script|<b>/.test(html));
  const plain = acknowledgement(facts, readAcknowledgement("{{key}}\n{{subject}}\n{{url}}", "text"));
  const text = plain.text ?? "";
  assert.equal(plain.html, "");
  assert(text.includes("SUP-12\n<script>alert(1)</script> Bcc: x\nhttps://jira.example.com/browse/SUP-12?a=1&b=2"));
  const bare = acknowledgement({ key: "SUP-1", url: "javascript:alert(1)", subject: "", name: "ada@example.com" });
  assert.equal(bare.subject, "[SUP-1] We have received your mail");
  assert(bare.html.includes("Hello,") && !bare.html.includes("javascript:"));
});

Deno.test("notice() says our own sentences in both formats", () => {
  assert.equal(notice("wiki", ["One *two*.", " "]).content, "_One \\*two\\*._");
  const adf = notice("adf", ["One."]);
  assert(adf.format === "adf");
  assert.equal(adfFault(adf.content), null);
});

Deno.test("textToBlocks() joins flowed lines when it is told to", () => {
  const text = "one \ntwo\n> three \n> four\n-- \nname";
  const texts = (flowed: boolean) => JSON.stringify(textToBlocks(text, { flowed }));
  assert(texts(true).includes('"one two"') && texts(true).includes('"three four"'));
  assert(!texts(false).includes('"one two"'));
});

Deno.test("withoutSpans() leaves covered columns empty", () => {
  const cell = (text: string, colspan: number, rowspan: number) => ({
    header: false,
    colspan,
    rowspan,
    blocks: [{ kind: "code" as const, text }],
  });
  const rows = withoutSpans([[cell("a", 2, 2), cell("b", 1, 1)], [cell("c", 1, 1)]]);
  const texts = rows.map((row) => row.map(({ blocks: [block] }) => block?.kind === "code" ? block.text : ""));
  assert.deepEqual(texts, [["a", "", "b"], ["", "", "c"]]);
});
