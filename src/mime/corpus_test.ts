import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { messageFromMime } from "./message.ts";
import { parseMail } from "./parse.ts";

const corpus = new URL("../../../shared/corpora/automatic-mail/", import.meta.url);
const mayRead = Deno.permissions.querySync({ name: "read", path: corpus }).state === "granted";

Deno.test({
  name: "every mail of the corpus is parsed, none without a text or a part (skipped where the corpus is not there)",
  ignore: !mayRead || !existsSync(corpus),
  async fn() {
    const names = readdirSync(corpus).filter((name) => name.endsWith(".eml"));
    assert.equal(names.length, 315);
    for (const name of names) {
      const { message } = messageFromMime(await parseMail(readFileSync(new URL(name, corpus))), {
        mailbox: "support@example.com",
        folder: "inbox",
        now: 0,
      });
      assert.ok(message.headers.length > 0, name);
      assert.ok(message.body.content.trim() !== "" || message.attachments.length > 0, name);
    }
  },
});
