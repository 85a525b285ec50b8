import assert from "node:assert/strict";
import type { ThreadMessage } from "../core/state_port.ts";
import { BOX, inMemory, taken } from "./fixture.ts";

const issue = { id: "10001", key: "SUP-1" };
const first: ThreadMessage = {
  mailbox: BOX,
  issue,
  internetMessageId: "<a@x>",
  conversationId: "c1",
  participants: ["Ada@Example.com", "bob@example.com"],
  messageId: "m1",
  origin: "received",
};

Deno.test("threadsByMessageId() keeps the order asked for and prefers the mailbox", () =>
  inMemory(async (state) => {
    const other = { id: "10002", key: "SUP-2" };
    await state.addThreadMessage({ ...first, mailbox: "hr@example.com", issue: other });
    await state.addThreadMessage(first);
    await state.addThreadMessage({ ...first, issue: other, internetMessageId: "<b@x>" });
    const found = await state.threadsByMessageId(["<b@x>", "<unknown@x>", " <a@x>", "<a@x>"], BOX);
    assert.deepEqual(
      found.map((one) => [one.via, one.issue.key, one.mailbox]),
      [["<b@x>", "SUP-2", BOX], ["<a@x>", "SUP-1", BOX], ["<a@x>", "SUP-2", "hr@example.com"]],
    );
  }));

Deno.test("the participants of an issue are those of all its messages", () =>
  inMemory(async (state) => {
    await state.addThreadMessage(first);
    await state.addThreadMessage({ ...first, internetMessageId: "<b@x>", participants: ["eve@example.com"] });
    const [found] = await state.threadsByConversation(BOX, "c1");
    assert.deepEqual(found?.participants, ["ada@example.com", "bob@example.com", "eve@example.com"]);
    const messages = await state.threadMessages("10001");
    assert.deepEqual(messages.map((one) => one.participants), [["ada@example.com", "bob@example.com"], [
      "eve@example.com",
    ]]);
  }));

Deno.test("threadsByConversation() looks in one mailbox only", () =>
  inMemory(async (state) => {
    await state.addThreadMessage({ ...first, mailbox: "hr@example.com" });
    assert.deepEqual(await state.threadsByConversation(BOX, "c1"), []);
    assert.equal((await state.threadsByConversation("HR@example.com", "c1")).length, 1);
    assert.deepEqual((await state.counts()).map((box) => box.address), [BOX]);
  }));

Deno.test("addThreadMessage() completes a message instead of doubling it", () =>
  inMemory(async (state) => {
    const draft = { ...first, internetMessageId: null, conversationId: null, origin: "ours" as const };
    await state.addThreadMessage(draft);
    await state.addThreadMessage(draft);
    await state.addThreadMessage({ ...first, origin: "ours" });
    await state.addThreadMessage({ ...first, messageId: null });
    await state.addThreadMessage({ ...first, messageId: null, internetMessageId: null });
    const messages = await state.threadMessages("10001");
    assert.deepEqual(messages.map((one) => [one.messageId, one.internetMessageId, one.conversationId, one.origin]), [
      ["m1", "<a@x>", "c1", "ours"],
      [null, null, "c1", "received"],
    ]);
  }));

Deno.test("a message whose Message-ID Exchange rewrote is known by both", () =>
  inMemory(async (state) => {
    await state.addThreadMessage(first);
    await state.addThreadMessage({ ...first, internetMessageId: "<rewritten@x>" });
    assert.equal((await state.threadsByMessageId(["<a@x>"], BOX)).length, 1);
    assert.equal((await state.threadsByMessageId(["<rewritten@x>"], BOX)).length, 1);
    assert.equal((await state.threadMessageById(BOX, "m1"))?.internetMessageId, "<rewritten@x>");
    assert.equal(await state.threadMessageById(BOX, "m2"), null);
    assert.equal(await state.threadMessageById("hr@example.com", "m1"), null);
  }));

Deno.test("threadsByKey() finds tracked issues only, and none that are closed", () =>
  inMemory(async (state) => {
    await state.addThreadMessage(first);
    assert.deepEqual((await state.threadsByKey(["SUP-9", "SUP-1"])).map((one) => one.issue), [issue]);
    await state.closeThread("10001");
    assert.deepEqual(await state.threadsByKey(["SUP-1"]), []);
    assert.deepEqual(await state.threadsByMessageId(["<a@x>"], BOX), []);
    assert.deepEqual(await state.threadsByConversation(BOX, "c1"), []);
  }));

Deno.test("renameIssue() moves every row to the new key", () =>
  inMemory(async (state) => {
    await state.addThreadMessage(first);
    const { id } = await taken(state);
    await state.finish(id, { outcome: "created", reason: "new", filter: null, issue });
    await state.renameIssue({ id: "10001", key: "OPS-7" });
    assert.equal((await state.known(BOX, ["m1"])).get("m1")?.issue?.key, "OPS-7");
    assert.equal((await state.threadMessages("10001"))[0]?.issue.key, "OPS-7");
    assert.equal((await state.threadsByKey(["OPS-7"])).length, 1);
    assert.deepEqual(await state.threadsByKey(["SUP-1"]), []);
  }));

Deno.test("renameIssue() puts the id in the place of an imported key and joins both threads", () =>
  inMemory(async (state) => {
    await state.addThreadMessage({ ...first, issue: { id: "SUP-1", key: "SUP-1" }, internetMessageId: "<old@x>" });
    await state.addThreadMessage({ ...first, issue: { id: "SUP-1", key: "SUP-1" }, participants: ["zoe@example.com"] });
    await state.addThreadMessage({ ...first, issue: { id: "10001", key: "OPS-7" } });
    await state.renameIssue({ id: "10001", key: "OPS-7" }, "SUP-1");
    assert.deepEqual((await state.threadMessages("10001")).map((one) => one.internetMessageId), ["<old@x>", "<a@x>"]);
    const [found, more] = await state.threadsByConversation(BOX, "c1");
    assert.equal(more, undefined);
    assert.deepEqual(found?.issue, { id: "10001", key: "OPS-7" });
    assert.deepEqual(found?.participants, ["ada@example.com", "bob@example.com", "zoe@example.com"]);
  }));

Deno.test("an imported key gets its id with the first message that tells it", () =>
  inMemory(async (state) => {
    await state.addThreadMessage({ ...first, issue: { id: "SUP-1", key: "SUP-1" } });
    await state.addThreadMessage({ ...first, internetMessageId: "<b@x>" });
    assert.equal((await state.threadMessages("10001")).length, 2);
    assert.deepEqual(await state.threadMessages("SUP-1"), []);
  }));
