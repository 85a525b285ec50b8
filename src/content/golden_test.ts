/**
 * Realistic mails (`.htmlmail` keeps formatters away from them) and what becomes of them in both formats. `golden/<mail>.golden` is reviewed by eye; after a wanted change
 * `UPDATE_GOLDEN=1 deno test -A src/content/golden_test.ts` writes them anew.
 */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { MailAttachment } from "../core/mail.ts";
import type { AdfNode } from "../core/jira.ts";
import { adfFault, parseWiki } from "./atlassian_test_kit.ts";
import { composeIssue } from "./compose.ts";
import type { PictureTarget } from "./content.ts";
import { readMail } from "./read_mail.ts";

const folder = new URL("./golden/", import.meta.url);

const attachments: readonly MailAttachment[] = [
  ["image001.png", "image001.png@01DA", null],
  ["image002.png", "image002.png@01DA", null],
  ["image.png", "<II_m1>", null],
  ["PastedGraphic-1.png", "2F8A@apple", null],
  ["emoji.png", "emoji1@x", null],
  ["logo.png", null, "http://intranet/logo.png"],
  ["image003.jpg", null, null],
].map(([name, contentId, contentLocation], at) => ({
  id: `attachment-${at}`,
  kind: "file" as const,
  name: name!,
  contentType: "image/png",
  size: 1000,
  isInline: true,
  contentId: contentId ?? null,
  contentLocation: contentLocation ?? null,
  sourceUrl: null,
}));

function outline(node: AdfNode, depth = 0): string {
  const pad = "  ".repeat(depth);
  const attrs = node.attrs === undefined || Object.keys(node.attrs).length === 0
    ? ""
    : ` ${JSON.stringify(node.attrs)}`;
  if (node.type === "text") {
    const marks = (node.marks ?? []).map((mark) =>
      `${mark.type}${mark.attrs === undefined ? "" : JSON.stringify(mark.attrs)}`
    );
    return `${pad}${JSON.stringify(node.text)}${marks.length === 0 ? "" : ` ${marks.join(" ")}`}\n`;
  }
  return `${pad}${node.type}${attrs}\n${(node.content ?? []).map((inner) => outline(inner, depth + 1)).join("")}`;
}

function golden(name: string): string {
  const contentType = name.endsWith(".htmlmail") ? "html" as const : "text" as const;
  const content = readFileSync(new URL(name, folder), "utf8");
  const mail = readMail({ body: { contentType, content }, uniqueBody: null, attachments, cutHistory: false });
  const compose = (format: "adf" | "wiki") => {
    const pictures = new Map(mail.pictures.map(({ id }): [string, PictureTarget] => [
      id,
      format === "adf" ? { kind: "media", mediaId: `media-${id}` } : { kind: "file", name: `${id}.png` },
    ]));
    return composeIssue(format, { from: null, cc: [], mail, notes: [], pictures, quotedHistory: "drop" }).body;
  };
  const adf = compose("adf");
  const wiki = compose("wiki");
  assert(adf.format === "adf" && wiki.format === "wiki");
  assert.equal(adfFault(adf.content), null);
  parseWiki(wiki.content);
  return `=== text\n${mail.text}\n=== wiki\n${wiki.content}\n=== adf\n${
    adf.content.content.map((node) => outline(node)).join("")
  }`;
}

for (const name of readdirSync(folder).filter((file) => /\.(?:htmlmail|txt)$/.test(file)).sort()) {
  Deno.test(`a person reads ${name} in Jira as it was meant`, () => {
    const path = new URL(`${name}.golden`, folder);
    const now = golden(name);
    if (Deno.env.get("UPDATE_GOLDEN") === "1" || !existsSync(path)) writeFileSync(path, now);
    assert.equal(now, readFileSync(path, "utf8"));
  });
}
