import assert from "node:assert/strict";
import { SALES, SUPPORT, withGraph } from "./testing.ts";

const INBOX = `/users/${SUPPORT}/mailFolders/inbox/messages`;
const MARKER = "String {5d6b7a53-8f2a-4c1e-9b7d-2f4a6c8e0b13} Name O365Connect";

Deno.test("a delivered mail comes by delta, is read, answered and sent, and keeps its immutable id", () =>
  withGraph(async ({ graph, ask }) => {
    const mail = await graph.deliver(SUPPORT, {
      from: "Ada <ada@example.org>",
      subject: "Printer on fire",
      html: "<p>Help</p>",
      messageId: "<one@example.org>",
    });

    const page = await ask(`${INBOX}/delta?changeType=created&$select=id,receivedDateTime`);
    assert.deepEqual(page.json.value.map((each: { id: string }) => each.id), [mail.id]);
    assert.match(page.json["@odata.deltaLink"], /\$deltatoken=/);

    const message = await ask(
      `/users/${SUPPORT}/messages/${mail.id}?$select=subject,internetMessageHeaders,uniqueBody`,
    );
    assert.equal(message.json.subject, "Printer on fire");
    assert.ok(message.json.internetMessageHeaders.some((header: { name: string }) => header.name === "Message-ID"));

    const draft = await ask(`/users/${SUPPORT}/messages/${mail.id}/createReply`, {
      body: {
        message: {
          body: { contentType: "html", content: "<p>SUP-1</p>" },
          internetMessageHeaders: [{ name: "x-o365-connect", value: "key" }],
          singleValueExtendedProperties: [{ id: MARKER, value: "key" }],
        },
      },
    });
    assert.equal(draft.status, 201);
    assert.equal(draft.json.isDraft, true);
    assert.equal(draft.json.subject, "RE: Printer on fire");
    assert.equal(draft.json.toRecipients[0].emailAddress.address, "ada@example.org");
    assert.equal(draft.json.conversationId, message.json.conversationId ?? mail.conversationId);

    const found = (folder: string) =>
      ask(
        `/users/${SUPPORT}/mailFolders/${folder}/messages?$filter=` +
          encodeURIComponent(`singleValueExtendedProperties/Any(ep: ep/id eq '${MARKER}' and ep/value eq 'key')`) +
          "&$select=id,isDraft",
      );
    assert.equal((await found("drafts")).json.value[0].id, draft.json.id);

    const sent = await ask(`/users/${SUPPORT}/messages/${draft.json.id}/send`, { method: "POST" });
    assert.equal(sent.status, 202);
    assert.equal(sent.text, "");
    assert.equal((await found("drafts")).json.value.length, 0);
    assert.equal((await found("sentitems")).json.value[0].id, draft.json.id);

    const mailSent = graph.outbox[0]!;
    assert.equal(mailSent.inReplyTo, "<one@example.org>");
    assert.equal(mailSent.internetMessageId, draft.json.internetMessageId);
    assert.ok(mailSent.headers.some(({ name, value }) => name === "x-o365-connect" && value === "key"));

    const again = await ask(`/users/${SUPPORT}/messages/${draft.json.id}/send`, { method: "POST" });
    assert.equal(again.status, 400);
    assert.equal(graph.outbox.length, 1);
  }));

Deno.test("send with a late Sent Items copy leaves the message nowhere for a while", () =>
  withGraph(async ({ graph, ask }) => {
    graph.sending.sentCopyDelayMs = 60;
    graph.sending.rewriteMessageIds = true;
    const draft = await ask(`/users/${SUPPORT}/messages`, {
      body: { subject: "x", toRecipients: [{ emailAddress: { address: "ada@example.org" } }] },
    });
    await ask(`/users/${SUPPORT}/messages/${draft.json.id}/send`, { method: "POST" });
    const missing = await ask(`/users/${SUPPORT}/messages/${draft.json.id}`);
    assert.equal(missing.status, 404);
    assert.equal(missing.json.error.code, "ErrorItemNotFound");
    await new Promise((resolve) => setTimeout(resolve, 120));
    const copy = await ask(`/users/${SUPPORT}/messages/${draft.json.id}`);
    assert.equal(copy.json.isDraft, false);
    assert.equal(copy.json.internetMessageId, graph.outbox[0]!.internetMessageId);
    assert.notEqual(copy.json.internetMessageId, draft.json.internetMessageId);
  }));

Deno.test("a mail to another simulated mailbox arrives there in the same thread", () =>
  withGraph(async ({ graph, ask }) => {
    const mail = await graph.deliver(SALES, { from: `<${SUPPORT}>`, subject: "Quote", text: "?", messageId: "<q@x>" });
    const reply = await ask(`/users/${SALES}/messages/${mail.id}/reply`, { body: { comment: "Here it is" } });
    assert.equal(reply.status, 202);
    const [arrived] = graph.messages(SUPPORT, "inbox");
    assert.equal(arrived!.inReplyTo, "<q@x>");
    assert.match(arrived!.body.content, /Here it is[\s\S]*divRplyFwdMsg/);
    assert.equal(arrived!.conversationIndex.length, 27);
    assert.equal(graph.messages(SALES, "sentitems").length, 1);
  }));

Deno.test("agentSends() leaves a copy in Sent Items in the conversation, without transport headers", () =>
  withGraph(async ({ graph, ask }) => {
    const mail = await graph.deliver(SUPPORT, {
      from: "ada@example.org",
      subject: "Hi",
      text: "x",
      messageId: "<hi@x>",
    });
    const sent = await graph.agentSends(SUPPORT, {
      inReplyTo: "<hi@x>",
      to: ["ada@example.org"],
      text: "Done",
      sender: "Grace <grace@example.com>",
    });
    assert.equal(sent.conversationId, mail.conversationId);
    const expand = encodeURIComponent(
      "singleValueExtendedProperties($filter=id eq 'String 0x1042' or id eq 'String 0x1039')",
    );
    const { json } = await ask(
      `/users/${SUPPORT}/messages/${sent.id}?$select=subject,sender,from,internetMessageHeaders,conversationIndex&$expand=${expand}`,
    );
    assert.equal(json.internetMessageHeaders, undefined);
    assert.equal(json.sender.emailAddress.address, "grace@example.com");
    assert.equal(json.from.emailAddress.address, SUPPORT);
    assert.deepEqual(json.singleValueExtendedProperties.map((each: { value: string }) => each.value), [
      "<hi@x>",
      "<hi@x>",
    ]);
  }));

Deno.test("a move changes the id and not the immutable id", () =>
  withGraph(async ({ graph, ask }) => {
    const mail = await graph.deliver(SUPPORT, { from: "a@x.org", subject: "s", text: "t" });
    const before = await ask(`/users/${SUPPORT}/messages/${mail.id}`, { headers: { prefer: "" } });
    const moved = await ask(`/users/${SUPPORT}/messages/${mail.id}/move`, { body: { destinationId: "archive" } });
    assert.equal(moved.status, 201);
    assert.equal(moved.json.id, mail.id);
    assert.equal((await ask(`/users/${SUPPORT}/messages/${before.json.id}`)).status, 404);
    assert.equal((await ask(`/users/${SUPPORT}/messages/${mail.id}`)).status, 200);
  }));

Deno.test("DELETE moves to Deleted Items, and from there for good", () =>
  withGraph(async ({ graph, ask }) => {
    const mail = await graph.deliver(SUPPORT, { from: "a@x.org", subject: "s", text: "t" });
    assert.equal((await ask(`/users/${SUPPORT}/messages/${mail.id}`, { method: "DELETE" })).status, 204);
    assert.equal(graph.messages(SUPPORT, "deleteditems").length, 1);
    assert.equal((await ask(`/users/${SUPPORT}/messages/${mail.id}`, { method: "DELETE" })).status, 204);
    assert.equal((await ask(`/users/${SUPPORT}/messages/${mail.id}`)).status, 404);
  }));

Deno.test("a person can deliver a mail with curl", () =>
  withGraph(async ({ graph, ask }) => {
    const url = `${graph.url}/_sim/mailboxes/${SUPPORT}/messages`;
    const answer = await ask(url, { body: "From: ada@example.org\r\nSubject: By hand\r\n\r\nHello", token: null });
    assert.equal(answer.status, 201);
    assert.equal(graph.messages(SUPPORT, "inbox")[0]!.subject, "By hand");
    assert.equal((await ask(url, { body: "no mail at all", token: null })).status, 400);
    assert.equal(
      (await ask(`${graph.url}/_sim/mailboxes/nobody@x.org/messages`, { body: "A: b\n\n", token: null })).status,
      404,
    );
  }));

Deno.test("mail that falls silent about its Message-ID gets one from Exchange", () =>
  withGraph(async ({ graph }) => {
    const mail = await graph.deliver(SUPPORT, "From: ada@example.org\r\n\r\nHello");
    assert.match(mail.internetMessageId, /^<[^<>\s]+@[^<>\s]+>$/);
  }));
