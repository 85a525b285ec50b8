/**
 * Much of anything is read, cut and written in time that grows with its length alone. Each of these once took minutes (a
 * test that does not end is the failure) or overflowed the stack.
 */

import assert from "node:assert/strict";
import { composeComment } from "./compose.ts";
import type { PictureTarget } from "./content.ts";
import { readMail } from "./read_mail.ts";

const LENGTH = 400_000;
/** As many pieces as a call has no room for as arguments. */
const MANY = 140_000;

function filled(piece: string): string {
  return piece.repeat(Math.ceil(LENGTH / piece.length));
}

const html: Readonly<Record<string, string>> = {
  "bold words on one line": filled("<b>word </b>"),
  "coloured words on one line": filled("<span style='color:#123456'>w</span><span style='color:red'>x</span> "),
  "code words on one line": filled("<code>a b</code> "),
  "pictures on one line": filled('<img src="cid:a@b">'),
  "quotes within quotes": filled("<blockquote>text here "),
  "elements within elements": filled("<div>"),
  "tables within tables": filled("<table><tr><td>"),
  "cells in one row": `<table border=1><tr>${filled("<td>a</td>")}</tr></table>`,
  "cells without a table": filled("<td>x"),
  "paragraphs of two dashes": filled("<p>-- </p><p>a</p>"),
  "lines that end in a colon": filled("a:<br>"),
  "addresses on one line": "a@b.cc ".repeat(MANY),
};

const texts: Readonly<Record<string, string>> = {
  "signature delimiters": filled("-- \n"),
  "answers between quotes": filled("> q\na\n"),
  "header blocks above quotes": filled("From: a@b.c\nTo: x\nSubject: y\n> q\n") + "the end",
  "rules below a quote": "> q\n" + filled("-----\n"),
  "device lines between quotes": filled("own\n").slice(LENGTH / 2) +
    filled("Sent from my iPhone\n> q\n").slice(LENGTH / 2),
  "list items": filled("- a\n"),
  "indented lines": "    a\n".repeat(MANY),
  "short paragraphs": "a\n\n".repeat(MANY),
  "addresses without a space": "a@b.c".repeat(MANY),
};

for (const [contentType, contents] of [["html", html], ["text", texts]] as const) {
  for (const [name, content] of Object.entries(contents)) {
    Deno.test(`any number of ${name} (${contentType}) is read, cut and written`, () => {
      const body = { contentType, content: `${contentType === "html" ? "<p>Answer</p>" : "Answer\n"}${content}` };
      const mail = readMail({ body, uniqueBody: body, attachments: [ATTACHMENT], cutHistory: true });
      for (const format of ["adf", "wiki"] as const) {
        const pictures = new Map(mail.pictures.map(({ id }): [string, PictureTarget] => [id, target(format, id)]));
        const { body } = composeComment(format, {
          from: null,
          agent: false,
          mail,
          notes: [],
          pictures,
          quotedHistory: "collapse",
        });
        const size = body.format === "wiki" ? body.content.length : JSON.stringify(body.content).length;
        assert.ok(size > 0 && size <= 32_767, String(size));
      }
    });
  }
}

function target(format: "adf" | "wiki", id: string): PictureTarget {
  return format === "adf" ? { kind: "placeholder", text: `[picture ${id}]` } : { kind: "file", name: `${id}.png` };
}

const ATTACHMENT = {
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
