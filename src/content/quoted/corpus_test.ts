/** Mail that other people wrote; skipped where the folder is not there. */

import assert from "node:assert/strict";
import { scoreReplyTrimming } from "../../../tools/corpus/reply_trimming.ts";
import { parseHtml } from "../html.ts";
import { cutQuotedHtml } from "./cut_html.ts";
import { htmlLines } from "./html_lines.ts";

const CORPORA = new URL("../../../../shared/corpora/", import.meta.url);
/** The corpus cuts what our rules keep: a forward, and a mail of quotes only. */
const OUR_RULES_DIFFER = ["forwarded_apple.txt", "forwarded_gmail.txt", "spam_1.txt"];

const mayRead = Deno.permissions.querySync({ name: "read", path: CORPORA }).state === "granted";
const present = mayRead && await Deno.stat(CORPORA).then(() => true, () => false);
const skipped = present ? "" : " (skipped: ../shared/corpora is not there)";

Deno.test({
  name: `cutQuotedText() trims the mails of email_reply_trimmer as its authors want${skipped}`,
  ignore: !present,
  async fn() {
    const { total, missed } = await scoreReplyTrimming(new URL("reply-trimming/", CORPORA));
    assert.equal(total, 64);
    assert.deepEqual(missed, OUR_RULES_DIFFER);
  },
});

const OUTLOOK: Readonly<Record<string, { readonly keeps: readonly string[]; readonly cuts: readonly string[] }>> = {
  "microsoft-namespaces.html": {
    keeps: ["Sapien laoreet nulla", "James Public", "Live Chat"],
    cuts: ["Hey James", "On Wed, Mar 16, 1985", "Odio et pretium"],
  },
  "office-365.html": { keeps: ["I really hope", "Mr. Cat"], cuts: ["Wow, what a lovely email", "Hello there!"] },
  "outlook-mixed.html": {
    keeps: ["This is how it looks on my emails"],
    cuts: ["Sure. I’m flexible", "how about Tuesday", "Thank you for applying"],
  },
};
for (const [name, { keeps, cuts }] of Object.entries(OUTLOOK)) {
  Deno.test({
    name: `cutQuotedHtml() finds where the history begins in ${name}${skipped}`,
    ignore: !present,
    fn() {
      const html = Deno.readTextFileSync(new URL(`outlook-html/${name}`, CORPORA));
      const { kept, removed } = cutQuotedHtml(parseHtml(html), { unique: null });
      const [left, gone] = [kept, removed].map((nodes) => htmlLines(nodes).lines.map(({ text }) => text).join("\n"));
      for (const words of keeps) assert.ok(left!.includes(words), words);
      for (const words of cuts) assert.ok(gone!.includes(words) && !left!.includes(words), words);
    },
  });
}
