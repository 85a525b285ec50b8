import assert from "node:assert/strict";
import { newTokenSecret, ReplyTokens } from "./reply_tokens.ts";

const ISSUE = { id: "10012", key: "SUP-12" };

Deno.test("a token is recognised in plain text, in HTML, quoted and wrapped", async () => {
  const tokens = new ReplyTokens("secret");
  const text = await tokens.textFor(ISSUE);
  for (
    const body of [
      `Thanks\n\n> ${text}`,
      `<p>x</p><blockquote>${text.replace(" · ", " &middot; ")}</blockquote>`,
      text.replace(" · ", "&nbsp;·&nbsp;"),
      text.replace(" · ", " ·\r\n> "),
    ]
  ) assert.deepEqual(await tokens.issueIdsIn(body), ["10012"], body);
});

Deno.test("a token of another secret, of another issue or with a changed sign is none", async () => {
  const tokens = new ReplyTokens("secret");
  const text = await tokens.textFor(ISSUE);
  const forged = [
    await new ReplyTokens("other").textFor(ISSUE),
    text.replace(/[a-z2-7]\]$/, (end) => (end === "a]" ? "b]" : "a]")),
    text.replace(/ (\w+)-/, " zzz-"),
    "[SUP-12]",
    "SUP-12",
  ];
  for (const body of forged) assert.deepEqual(await tokens.issueIdsIn(body), [], body);
});

Deno.test("the token stays the same when the issue moves to another project", async () => {
  const tokens = new ReplyTokens("secret");
  const moved = await tokens.textFor({ id: "10012", key: "HR-3" });
  assert.deepEqual(await tokens.issueIdsIn(moved), ["10012"]);
  assert.equal(moved.split("· ")[1], (await tokens.textFor(ISSUE)).split("· ")[1]);
});

Deno.test("a secret of our own is long, and another one each time", () => {
  assert.match(newTokenSecret(), /^[0-9a-f]{64}$/);
  assert.notEqual(newTokenSecret(), newTokenSecret());
});
