import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { newConversationIndex } from "./conversations.ts";
import { SALES, SUPPORT, withGraph } from "./testing.ts";

const from = "ada@x.org";

Deno.test("an answer joins the conversation of the mail that it names, unless it was renamed", () =>
  withGraph(async ({ graph }) => {
    const first = await graph.deliver(SUPPORT, { from, subject: "Printer", text: "t", messageId: "<1@x>" });
    const answer = { from, text: "t", inReplyTo: "<1@x>" };
    const joined = await graph.deliver(SUPPORT, { ...answer, subject: "AW: Printer" });
    const renamed = await graph.deliver(SUPPORT, { ...answer, subject: "Something else" });
    assert.equal(joined.conversationId, first.conversationId);
    assert.notEqual(renamed.conversationId, first.conversationId);
    assert.equal(graph.messages(SUPPORT, "inbox")[1]!.conversationIndex.length, 27);
  }));

Deno.test("a conversation id belongs to one mailbox", () =>
  withGraph(async ({ graph }) => {
    const index = Buffer.from(newConversationIndex()).toString("base64");
    const mail = { from, subject: "s", text: "t", headers: [["Thread-Index", index]] as const };
    const here = await graph.deliver(SUPPORT, mail);
    const there = await graph.deliver(SALES, mail);
    assert.notEqual(here.conversationId, there.conversationId);
  }));

Deno.test("Thread-Index joins mail without other threading headers", () =>
  withGraph(async ({ graph }) => {
    const index = newConversationIndex();
    const child = Buffer.concat([index, Buffer.from([1, 2, 3, 4, 5])]);
    const deliver = (subject: string, bytes: Uint8Array) =>
      graph.deliver(SUPPORT, {
        from,
        subject,
        text: "t",
        headers: [["Thread-Index", Buffer.from(bytes).toString("base64")]],
      });
    const first = await deliver("Topic", index);
    assert.equal((await deliver("RE: Topic", child)).conversationId, first.conversationId);
  }));

Deno.test("new mails with one subject are strangers, unless the mailbox groups by topic", async () => {
  const two = async (conversationsByTopic: boolean) => {
    let ids: string[] = [];
    await withGraph(async ({ graph }) => {
      const mail = { from, subject: "Order", text: "t" };
      ids = [(await graph.deliver(SUPPORT, mail)).conversationId, (await graph.deliver(SUPPORT, mail)).conversationId];
    }, { conversationsByTopic });
    return ids[0] === ids[1];
  };
  assert.equal(await two(false), false);
  assert.equal(await two(true), true);
});
