import assert from "node:assert/strict";
import type { Person } from "../core/decision.ts";
import { acknowledgement } from "./acknowledgement.ts";
import { adfFault, parseWiki } from "./atlassian_test_kit.ts";
import { composeComment, composeIssue } from "./compose.ts";
import type { IssueText } from "./content.ts";
import { type FrameTemplate, readFrame } from "./frame.ts";
import { readMail } from "./read_mail.ts";
import { parseTemplate, renderTemplate } from "./template.ts";
import { readTemplates, type TemplateFile } from "./templates.ts";

const ada: Person = { name: "Ada {{text}} *b*", address: "ada@example.com", jiraUser: null };
const bob: Person = { name: "Bob", address: "bob@example.com", jiraUser: { id: "bob", displayName: "Bob B" } as never };

function issue(html: string, more: Partial<IssueText> = {}): IssueText {
  const body = { contentType: "html" as const, content: html };
  const mail = readMail({ body, uniqueBody: null, attachments: [], cutHistory: false });
  return { from: ada, cc: [bob], mail, notes: [], pictures: new Map(), quotedHistory: "drop", ...more };
}

function wiki(template: FrameTemplate, text = issue("<p>the text</p>")): string {
  return composeIssue("wiki", { ...text, template }).body.content as string;
}

function problemsOf(file: TemplateFile, source: string): readonly string[] {
  const read = readTemplates(new Map([[file, source]]));
  return "problems" in read ? read.problems.map(({ file, problem }) => `${file}: ${problem}`) : [];
}

Deno.test("renderTemplate() shows values, sections for what there is and for what there is not, and no remarks", () => {
  const nodes = parseTemplate("{{#a}}[{{a}}{{^b}} alone{{/b}}]{{/a}}{{! nothing }}{{ b }}", ["a", "b"]);
  const render = (values: Record<string, string>) =>
    renderTemplate(nodes, { value: (name) => values[name] ?? "", has: (name) => name in values });
  assert.equal(render({ a: "1" }), "[1 alone]");
  assert.equal(render({ a: "1", b: "2" }), "[1]2");
  assert.equal(render({}), "");
});

Deno.test("an issue without a template names sender and Cc in paragraphs of their own, above the text", () => {
  const text = issue("<p>the text</p>", { notes: ["A note."] });
  assert.equal(
    composeIssue("wiki", text).body.content,
    "*From:* [Ada \\{\\{text\\}\\} \\*b\\* <ada@example.com>|mailto:ada@example.com]\n\n*Cc:* [~bob]\n\nthe text\n\n_A note._",
  );
  const { body } = composeIssue("adf", text);
  assert(body.format === "adf");
  assert.equal(adfFault(body.content), null);
  assert.deepEqual(body.content.content.map(({ content }) => content?.[0]?.text), [
    "From:",
    "Cc:",
    "the text",
    "A note.",
  ]);
  assert.equal(body.content.content[1]!.content!.at(-1)!.type, "mention");
});

Deno.test("a template decides what stands around the text, in both formats", () => {
  const template = readFrame(
    "<h3>Mail to {{mailbox}}</h3><table border=1><tr><td>Sender</td><td>{{from}}</td></tr>" +
      "<tr><td>Subject</td><td>{{subject}}</td></tr></table>{{notes}}<hr>{{text}}<p>{{from.address}}{{^cc}}, alone{{/cc}}</p>",
  );
  const text = issue("<ul><li>one</li></ul>", { notes: ["A note."], subject: "{color:red}<b>x", mailbox: "hr@x.com" });
  const { body } = composeIssue("wiki", { ...text, template, cc: [] });
  assert.equal(
    body.content,
    "h3. Mail to [hr@x.com|mailto:hr@x.com]\n\n" +
      "|Sender|[Ada \\{\\{text\\}\\} \\*b\\* <ada@example.com>|mailto:ada@example.com]|\n" +
      "|Subject|\\{color:red\\}<b>x|\n\n_A note._\n\n----\n\n* one\n\n[ada@example.com|mailto:ada@example.com], alone",
  );
  parseWiki(body.content as string);
  const adf = composeIssue("adf", { ...text, template }).body;
  assert(adf.format === "adf");
  assert.equal(adfFault(adf.content), null);
});

Deno.test("what a template does not name comes below the text, so that nothing stays unsaid", () => {
  const bare = readFrame("{{text}}");
  assert.equal(wiki(bare, issue("<p>the text</p>", { notes: ["Not attached: x."] })), "the text\n\n_Not attached: x._");
});

Deno.test("a comment by an agent names him by the template of comments", () => {
  const { mail } = issue("<p>t</p>");
  const comment = (agent: boolean) =>
    composeComment("wiki", { from: bob, agent, mail, notes: [], pictures: new Map(), quotedHistory: "drop" }).body
      .content;
  assert.equal(comment(true), "*Answered from the mailbox by* [~bob]\n\nt");
  assert.equal(comment(false), "*From:* [~bob]\n\nt");
});

Deno.test("a text that is too long is cut within its template too", () => {
  const template = readFrame(`${"<p>frame</p>".repeat(100)}{{text}}<p>{{from}}</p>`);
  for (const format of ["adf", "wiki"] as const) {
    const { body, truncated } = composeIssue(format, { ...issue("<p>word</p>".repeat(20_000)), template });
    const length = typeof body.content === "string" ? body.content.length : JSON.stringify(body.content).length;
    assert(truncated && length <= 32_000 && length > 16_000, String(length));
  }
});

Deno.test("a template that cannot be used is refused with its line and what is wrong", () => {
  const refused: readonly [TemplateFile, string, RegExp][] = [
    ["issue.html", "<p>\n{{form}}</p>{{text}}", /line 2: there is no variable "form"; known are text, .*subject/],
    ["issue.html", "<p>{{from}}</p>", /\{\{text\}\} must stand in it exactly once/],
    ["issue.html", "{{text}}{{text}}", /exactly once/],
    ["issue.html", "<ul><li>{{text}}</li></ul>", /outside of lists/],
    ["comment.html", "{{text}}<table border=1><tr><td>a</td><td>{{notes}}</td></tr></table>", /cannot stand in a list/],
    ["comment.html", "{{#from}}{{text}}", /line 1: \{\{#from\}\} has no \{\{\/from\}\}/],
    ["comment.html", "{{text}}{{/from}}", /ends nothing/],
    ["comment.html", "{{#from}}{{#cc}}{{/from}}{{/cc}}{{text}}", /ends nothing/],
    ["comment.html", "{{text}}\n\n{{ from", /line 3: braces without their other end/],
    ["comment.html", "{{text}} }}", /braces/],
    ["comment.html", "{{{text}}}", /no variable/],
    ["comment.html", "{{&from}}{{text}}", /no variable/],
    ["acknowledgement.html", '<a href="{{subject}}">{{key}}</a>', /in an address only \{\{url\}\}/],
    ["acknowledgement.html", "<a href=https://x.com/?s={{name}}>{{key}}</a>", /in an address only/],
    ["acknowledgement.html", "Thank you.", /\{\{key\}\} or \{\{url\}\}/],
    ["acknowledgement.txt", "{{key}} {{text}}", /no variable "text"/],
  ];
  for (const [file, source, words] of refused) {
    const [problem, ...more] = problemsOf(file, source);
    assert(more.length === 0 && problem !== undefined, source);
    assert.match(problem, words);
    assert(problem.startsWith(`${file}: `));
  }
  assert.deepEqual(
    problemsOf("acknowledgement.html", `<a href='{{url}}'>{{key}}</a>{{#subject}}{{subject}}{{/subject}}`),
    [],
  );
});

Deno.test("an acknowledgement is plain text if only its text is given, HTML otherwise", () => {
  const facts = { key: "SUP-1", url: "https://j.example/browse/SUP-1", subject: "A <b> & b", name: "Ada" };
  const templates = (sources: [TemplateFile, string][]) => {
    const read = readTemplates(new Map(sources));
    assert("templates" in read);
    return acknowledgement(facts, read.templates.acknowledgement);
  };
  const text = templates([["acknowledgement.txt", "{{name}}: {{key}} {{subject}} {{url}}"]]);
  assert.deepEqual([text.text, text.html], ["Ada: SUP-1 A <b> & b https://j.example/browse/SUP-1", ""]);
  const both = templates([["acknowledgement.txt", "{{key}}"], ["acknowledgement.html", "<p>{{subject}} {{key}}</p>"]]);
  assert.deepEqual([both.text, both.html], [undefined, "<p>A &lt;b&gt; &amp; b SUP-1</p>"]);
});
