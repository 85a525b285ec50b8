import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { adfFault } from "./atlassian_test_kit.ts";
import { composeComment, composeIssue } from "./compose.ts";
import type { IssueText, Person, PictureTarget, ReadMail } from "./content.ts";
import { TEXT_FILE_NAMES, textFilesOf, wholeTextOf } from "./text_files.ts";
import { readMail } from "./read_mail.ts";

const none: ReadonlyMap<string, PictureTarget> = new Map();

function read(content: string, options: { cutHistory?: boolean; contentType?: "html" | "text" } = {}): ReadMail {
  const { cutHistory = false, contentType = "html" } = options;
  return readMail({ body: { contentType, content }, uniqueBody: null, attachments: [], cutHistory });
}

function issue(mail: ReadMail, more: Partial<IssueText> = {}): IssueText {
  return { from: null, cc: [], mail, notes: [], pictures: none, quotedHistory: "drop", ...more };
}

function size(text: ReturnType<typeof composeIssue>): number {
  const { body } = text;
  if (body.format === "wiki") return body.content.length;
  assert.equal(adfFault(body.content), null);
  return JSON.stringify(body.content).length;
}

const ada: Person = { name: "Ada *Byron* [x]", address: "ada@example.com", jiraUser: null };
const grace: Person = {
  name: "Grace",
  address: "grace@example.com",
  jiraUser: { id: "5b10:a1", displayName: "Grace Hopper" },
};

Deno.test("composeIssue() begins with From and Cc: a mention of the Jira user, else a mailto link with the name", () => {
  const text = issue(read("<p>Hi</p>"), {
    from: ada,
    cc: [grace, { name: "", address: "not an address", jiraUser: null }],
  });
  const adf = composeIssue("adf", text);
  size(adf);
  assert(adf.body.format === "adf");
  const [from, cc, body] = adf.body.content.content;
  assert.deepEqual(from!.content!.slice(2), [
    {
      type: "text",
      text: "Ada *Byron* [x] <ada@example.com>",
      marks: [{ type: "link", attrs: { href: "mailto:ada@example.com" } }],
    },
  ]);
  assert.deepEqual(cc!.content!.slice(2), [
    { type: "mention", attrs: { id: "5b10:a1", text: "@Grace Hopper" } },
    { type: "text", text: ", " },
    { type: "text", text: "not an address" },
  ]);
  assert.deepEqual(body, { type: "paragraph", content: [{ type: "text", text: "Hi" }] });
  assert.equal(
    composeIssue("wiki", text).body.content,
    "*From:* [Ada \\*Byron\\* &#91;x&#93; <ada@example.com>|mailto:ada@example.com]\n\n*Cc:* [~5b10:a1], not an address\n\nHi",
  );
});

Deno.test("composeComment() names the agent in the first line", () => {
  const text = { from: grace, agent: true, mail: read("x"), notes: [], pictures: none, quotedHistory: "drop" as const };
  assert.equal(composeComment("wiki", text).body.content, "*Answered from the mailbox by* [~5b10:a1]\n\nx");
});

Deno.test("composeIssue() says so when the mail has no text, and ends with the notes", () => {
  const text = issue(read("<p>&nbsp;</p>"), { notes: ["Not attached: {a}.exe"] });
  assert.equal(composeIssue("wiki", text).body.content, "_(The mail has no text.)_\n\n_Not attached: \\{a\\}.exe_");
  size(composeIssue("adf", text));
});

Deno.test("composeComment() folds the history only if it is to be collapsed", () => {
  const mail = read("new<blockquote class=gmail_quote>old</blockquote>");
  const cut: ReadMail = { ...mail, document: read("new").document, removed: read("<p>old {panel}</p>").document };
  const text = { from: null, agent: false, mail: cut, notes: [], pictures: none };
  assert.equal(composeComment("wiki", { ...text, quotedHistory: "drop" }).body.content, "new");
  assert.equal(
    composeComment("wiki", { ...text, quotedHistory: "collapse" }).body.content,
    "new\n\n{panel:title=Earlier in this conversation}\nold \\{panel\\}\n{panel}",
  );
  const adf = composeComment("adf", { ...text, quotedHistory: "collapse" }).body;
  assert(adf.format === "adf");
  assert.equal(adfFault(adf.content), null);
  assert.equal(adf.content.content[1]!.type, "expand");
});

const longMails: Record<string, string> = {
  "many paragraphs": "<p>All work and no play makes Jack a dull boy, &lt;b&gt; {x}.</p>".repeat(2_000),
  "one paragraph": "All work and no play makes <b>Jack</b> a dull boy 😀 ".repeat(3_000),
  "one word": "😀".repeat(60_000),
  "one table": `<table border=1>${"<tr><td>a</td><td rowspan=2>b *c*</td></tr>".repeat(3_000)}</table>`,
  "one list": `<ul>${"<li>item<ul><li>nested</li></ul></li>".repeat(3_000)}</ul>`,
  "one code block": `<pre>${"{noformat} code\n".repeat(5_000)}</pre>`,
  "one quote": `<blockquote>${"<p>quoted</p>".repeat(9_000)}</blockquote>`,
  "five megabytes": "<p class=MsoNormal>All work and no play makes <b>Jack</b> a dull boy.<o:p></o:p></p>\n".repeat(
    65_000,
  ),
};

for (const [name, html] of Object.entries(longMails)) {
  Deno.test(`composeIssue() keeps as much as Jira takes of ${name} and says that it cut`, () => {
    const mail = read(html);
    for (const format of ["adf", "wiki"] as const) {
      for (const limit of [undefined, 5_000]) {
        const composed = composeIssue(
          format,
          issue(mail, { from: ada, notes: ["A note."], ...(limit === undefined ? {} : { limit }) }),
        );
        assert(composed.truncated);
        const length = size(composed);
        assert(length <= (limit ?? 32_000), `${length} units`);
        assert(length >= (limit ?? 32_000) * 0.45, `only ${length} units`);
        assert(JSON.stringify(composed.body).includes(TEXT_FILE_NAMES.whole), "the note names the file");
        assert(JSON.stringify(composed.body).isWellFormed());
      }
    }
  });
}

Deno.test("composeIssue() cuts at the border of a block and loses nothing that fits", () => {
  const html = Array.from({ length: 100 }, (_, at) => `<p>${at} ${"word ".repeat(100)}</p>`).join("");
  const { body, truncated } = composeIssue("wiki", issue(read(html)));
  const paragraphs = (body.content as string).split("\n\n");
  assert(truncated);
  paragraphs.slice(0, -1).forEach((paragraph, at) => assert.equal(paragraph, `${at} ${"word ".repeat(100)}`.trim()));
  const whole = composeIssue("wiki", issue(read("<p>short</p>")));
  assert.deepEqual([whole.truncated, whole.body.content], [false, "short"]);
});

Deno.test("composeIssue() leaves out history and remarks that are too long, never the mail", () => {
  const mail: ReadMail = { ...read("<p>new</p>"), removed: read("<p>old text</p>".repeat(5_000)).document };
  for (const format of ["adf", "wiki"] as const) {
    const notes = Array.from({ length: 1_000 }, (_, at) => `File ${at} was not attached.`);
    const composed = composeIssue(format, issue(mail, { quotedHistory: "collapse", notes }));
    assert(size(composed) <= 32_000);
    assert(!composed.truncated);
    const text = JSON.stringify(composed.body);
    assert(
      text.includes("new") && text.includes("old text") && text.includes("more remarks") &&
        text.includes("rest of the history"),
    );
  }
});

Deno.test("composeIssue() in plain words keeps only paragraphs and lines", () => {
  const mail = read("<h1>T</h1><ul><li>a *b*</li></ul><table border=1><tr><td>c</td><td>d</td></tr></table>");
  const composed = composeIssue("adf", issue(mail, { plain: true }));
  size(composed);
  assert(composed.body.format === "adf");
  assert.deepEqual([...new Set(composed.body.content.content.map(({ type }) => type))], ["paragraph"]);
});

Deno.test("wholeTextOf() tells where links lead", () => {
  const mail = read(
    '<p>See <a href="https://example.com/x">this</a> and <a href="https://example.com/">example.com</a>.</p>',
  );
  assert.equal(wholeTextOf(mail), "See this <https://example.com/x> and example.com.");
});

Deno.test("readMail() cuts a reply's history and leaves a first mail alone", () => {
  const html =
    '<div>Thanks</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 23, 2026 Ada wrote:</div><blockquote class="gmail_quote"><div>Question <img src="https://example.com/a.png" alt="chart"></div></blockquote></div>';
  const reply = read(html, { cutHistory: true });
  assert.equal(reply.text, "Thanks");
  assert(reply.removedText.includes("Question [chart]"));
  assert.notEqual(reply.cutReason, "");
  const first = read(html);
  assert(first.text.includes("Question"));
  assert.equal(first.removedText, "");
});

Deno.test("readMail() gives the plain text of a plain mail as it stands", () => {
  const mail = read("Line  one\n\n  * two\u200b\n", { contentType: "text" });
  assert.equal(mail.text, "Line  one\n\n  * two");
});

const corpus = "../shared/corpora/outlook-html/";

Deno.test("readMail() reads Outlook bodies that other people wrote", { ignore: !existsSync(corpus) }, () => {
  for (const name of readdirSync(corpus).filter((file) => file.endsWith(".html"))) {
    const mail = read(readFileSync(corpus + name, "utf8"));
    for (const format of ["adf", "wiki"] as const) assert(size(composeIssue(format, issue(mail))) > 500, name);
  }
});

Deno.test("readMail() reads every paragraph of a megabyte", () => {
  const html =
    `<p class="MsoNormal" style="margin:0cm"><span style="font-size:10.0pt;color:#1F497D">All <b>work</b> and no play&nbsp;<o:p></o:p></span></p>\n`
      .repeat(7_500);
  assert.equal(read(html).text.match(/All work and no play/g)?.length, 7_500);
});

const REPLY =
  "<p>new</p><div id=divRplyFwdMsg>From: a@b.cc<br>Sent: today<br>To: b@b.cc<br>Subject: x</div><p>old <a href='https://e.com/1'>link</a></p>";

Deno.test("QUOTED_HISTORY=attach names the file that the history is attached as, and drop says nothing", () => {
  const mail = read(REPLY, { cutHistory: true });
  const names = { ...TEXT_FILE_NAMES, history: "quoted-history-2.txt" };
  const comment = (quotedHistory: "attach" | "drop", textFiles: typeof names | null) =>
    composeComment("wiki", { from: null, agent: false, mail, notes: [], pictures: none, quotedHistory, textFiles }).body
      .content;
  const said = 'new\n\n_The earlier part of the conversation is attached as "quoted\\-history\\-2.txt"._';
  assert.equal((comment("attach", names) as string).replaceAll("\\-", "-"), said.replaceAll("\\-", "-"));
  assert.equal(comment("attach", null), "new");
  assert.equal(comment("drop", names), "new");
  const files = textFilesOf(mail, { truncated: false, quotedHistory: "attach", names });
  assert.deepEqual(files.map(({ source, name }) => [source, name]), [["text:history", "quoted-history-2.txt"]]);
  assert.match(files[0]!.text, /^From: .*old link <https:\/\/e\.com\/1>$/s);
  assert.deepEqual(textFilesOf(mail, { truncated: false, quotedHistory: "collapse", names }), []);
  const uncut = read("<p>new</p>", { cutHistory: true });
  assert.deepEqual(textFilesOf(uncut, { truncated: false, quotedHistory: "attach", names }), []);
});

Deno.test("QUOTED_HISTORY=collapse folds the history on Cloud and sets it off in a panel on Server", () => {
  const text = { from: null, agent: false, mail: read(REPLY, { cutHistory: true }), notes: [], pictures: none };
  const { body } = composeComment("adf", { ...text, quotedHistory: "collapse" });
  assert(body.format === "adf");
  assert.equal(adfFault(body.content), null);
  const [own, fold] = body.content.content;
  assert.deepEqual([own!.type, fold!.type, fold!.attrs], ["paragraph", "expand", {
    title: "Earlier in this conversation",
  }]);
  assert(JSON.stringify(fold).includes("old ") && !JSON.stringify(own).includes("old "));
  const wiki = composeComment("wiki", { ...text, quotedHistory: "collapse" }).body.content as string;
  assert.match(wiki, /^new\n\n\{panel:title=Earlier in this conversation\}\nFrom:.*\n\{panel\}$/s);
});

Deno.test("a text that is cut where nothing can be attached points to the mailbox", () => {
  const { body } = composeIssue("wiki", issue(read("<p>word</p>".repeat(20_000)), { textFiles: null }));
  assert.match(body.content as string, /The rest of it is in the mailbox/);
});
