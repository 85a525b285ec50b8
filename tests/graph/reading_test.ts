import assert from "node:assert/strict";
import { CredentialsError, HttpError, SchemaError } from "../../src/core/errors.ts";
import { isReply } from "../../src/core/mail.ts";
import type { DeltaPage, GraphClient } from "../../src/graph/client.ts";
import { ForeignLinkError, isSyncStateLost } from "../../src/graph/client.ts";
import { bytesOf, CUSTOMER, type GraphWorld, SUPPORT, withGraph } from "./world.ts";

const PICTURE = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) % 256);

async function wholeRound(
  graph: GraphClient,
  link: string | null = null,
): Promise<{ ids: string[]; link: string; pages: number }> {
  const ids: string[] = [];
  for (let pages = 1;; pages++) {
    const page: DeltaPage = await graph.delta(SUPPORT, "inbox", link);
    ids.push(...page.messages.map(({ id }) => id));
    link = page.deltaLink ?? page.nextLink;
    if (page.deltaLink !== null) return { ids, link: link!, pages };
  }
}

Deno.test("a delta round tells every mail, the next one only what came since", () =>
  withGraph(async ({ graph, sim, journal }) => {
    sim.delta.behaviour.maxPageSize = 2;
    sim.delta.behaviour.emptyPages = 1;
    const sent = [];
    for (const subject of ["1", "2", "3"]) sent.push((await sim.deliver(SUPPORT, { from: CUSTOMER, subject })).id);
    const first = await wholeRound(graph);
    assert.deepEqual(first.ids.toSorted(), sent.toSorted());
    assert.equal(first.pages, 3);
    sim.remove(SUPPORT, sent[0]!);
    const fourth = await sim.deliver(SUPPORT, { from: CUSTOMER, subject: "4" });
    assert.deepEqual((await wholeRound(graph, first.link)).ids, [fourth.id]);
    const [asked] = journal();
    assert.equal(new URLSearchParams(asked!.query).get("changeType"), "created");
    assert.ok(!asked!.query.includes("filter"));
    for (const { headers } of journal()) {
      assert.match(headers.get("prefer")!, /IdType="ImmutableId"/);
      assert.match(headers.get("client-request-id")!, /^[0-9a-f-]{36}$/);
    }
  }));

Deno.test("links are sent to the letter", () =>
  withGraph(async ({ graph, sim, journal }) => {
    sim.delta.behaviour.maxPageSize = 1;
    await sim.deliver(SUPPORT, { from: CUSTOMER });
    await sim.deliver(SUPPORT, { from: CUSTOMER });
    const { nextLink } = await graph.delta(SUPPORT, "inbox", null);
    await graph.delta(SUPPORT, "inbox", nextLink);
    const { path, query } = journal().at(-1)!;
    assert.equal(`${sim.url}${path}?${query}`, nextLink);
  }));

Deno.test("a lost sync state is recognised in every form", () =>
  withGraph(async ({ graph, sim }) => {
    const { link } = await wholeRound(graph);
    sim.delta.refuseNext("gone", "syncStateNotFound", "resyncRequired");
    for (let i = 0; i < 3; i++) await assert.rejects(graph.delta(SUPPORT, "inbox", link), isSyncStateLost);
    assert.ok(!isSyncStateLost(new Error("other")));
  }));

Deno.test("no token is sent where a link leads elsewhere, and such a link is not kept", () =>
  withGraph(async ({ graph, sim, journal }) => {
    for (const link of ["https://evil.example.com/v1.0/x", `${sim.url}/beta/users/x`, "nonsense"]) {
      await assert.rejects(graph.delta(SUPPORT, "inbox", link), ForeignLinkError);
    }
    assert.equal(journal().length, 0);
    const answer = (body: unknown) =>
      sim.faults.add({ method: "GET", path: /delta/, action: { kind: "answer", status: 200, body } });
    answer({ value: [], "@odata.deltaLink": "https://evil.example.com/v1.0/x" });
    await assert.rejects(graph.delta(SUPPORT, "inbox", null), SchemaError);
    answer({ value: [] });
    await assert.rejects(graph.delta(SUPPORT, "inbox", null), SchemaError);
    answer({ value: "many" });
    await assert.rejects(graph.delta(SUPPORT, "inbox", null), (error: Error) => /value: .*array/.test(error.message));
  }));

Deno.test("a listing goes back to a time, newest first, over all pages", () =>
  withGraph(async ({ graph, sim }) => {
    const at = (minutes: number) => Date.parse("2026-11-24T10:00:00Z") + minutes * 60_000;
    for (let i = 0; i < 130; i++) {
      await sim.deliver(SUPPORT, { from: CUSTOMER, subject: String(i) }, { receivedAt: at(i) });
    }
    const first = await graph.list(SUPPORT, "inbox", new Date(at(10)).toISOString(), null);
    const second = await graph.list(SUPPORT, "inbox", new Date(at(10)).toISOString(), first.nextLink);
    const times = [...first.messages, ...second.messages].map(({ receivedAt }) => Date.parse(receivedAt));
    assert.equal(second.nextLink, null);
    assert.deepEqual(times, Array.from({ length: 120 }, (_, i) => at(129 - i)));
  }));

Deno.test("message() tells all about a mail, its headers and both bodies included", () =>
  withGraph(async ({ graph, sim }) => {
    const { id, internetMessageId, conversationId } = await sim.deliver(SUPPORT, {
      from: CUSTOMER,
      to: [SUPPORT, "Bob <bob@customer.example>"],
      cc: ["carol@customer.example"],
      replyTo: ["desk@customer.example"],
      subject: "Zürich 東京",
      html: "<p>Hello</p>",
      importance: "high",
      sentAt: "2026-11-24T09:00:00Z",
      headers: [["Authentication-Results", "dmarc=pass"], ["X-Custom", "one"]],
    }, { receivedAt: Date.parse("2026-11-24T09:00:05Z") });
    const message = (await graph.message(SUPPORT, id, "inbox"))!;
    assert.equal(message.id, id);
    assert.equal(message.mailbox, SUPPORT);
    assert.equal(message.folder, "inbox");
    assert.equal(message.internetMessageId, internetMessageId);
    assert.equal(message.conversationId, conversationId);
    assert.equal(message.subject, "Zürich 東京");
    assert.deepEqual(message.from, { name: "Ada Example", address: "ada@customer.example" });
    assert.deepEqual(message.to.map(({ address }) => address), [SUPPORT, "bob@customer.example"]);
    assert.deepEqual(message.cc.map(({ address }) => address), ["carol@customer.example"]);
    assert.deepEqual(message.replyTo.map(({ address }) => address), ["desk@customer.example"]);
    assert.equal(message.importance, "high");
    assert.equal(message.receivedAt, "2026-11-24T09:00:05.000Z");
    assert.equal(message.sentAt, "2026-11-24T09:00:00.000Z");
    assert.equal(message.conversationIndexLength, 22);
    assert.equal(isReply(message), false);
    assert.ok(message.headers.some(({ name, value }) => name === "X-Custom" && value === "one"));
    assert.match(message.body.content, /Hello/);
    assert.equal(message.body.contentType, "html");
    assert.notEqual(message.uniqueBody, null);
    assert.equal(message.marker, null);
    assert.deepEqual(message.attachments, []);
  }));

Deno.test("message() asks for attachments only when there may be some", () =>
  withGraph(async ({ graph, sim, journal }) => {
    const plain = await sim.deliver(SUPPORT, { from: CUSTOMER, text: "no files" });
    await graph.message(SUPPORT, plain.id, "inbox");
    assert.equal(journal().length, 1);
    const inline = await sim.deliver(SUPPORT, {
      from: CUSTOMER,
      html: '<p>See <img src="cid:pic@1"></p>',
      attachments: [{ name: "pic.png", contentType: "image/png", bytes: PICTURE, contentId: "pic@1" }],
    });
    const { attachments } = (await graph.message(SUPPORT, inline.id, "inbox"))!;
    assert.equal(attachments.length, 1);
    assert.equal(attachments[0]!.contentId, "pic@1");
    assert.equal(attachments[0]!.isInline, true);
    assert.ok(!journal().some(({ query }) => query.includes("contentBytes")));
  }));

async function threeKinds({ sim }: GraphWorld): Promise<string> {
  const attached = new TextEncoder().encode("From: x@example.com\r\nSubject: inner\r\n\r\ninner text\r\n");
  const { id } = await sim.deliver(SUPPORT, {
    from: CUSTOMER,
    html: '<img src="cid:pic@1">',
    attachments: [
      { name: "pic.png", contentType: "image/png", bytes: PICTURE, contentId: "pic@1" },
      { name: "ä.bin", bytes: PICTURE.subarray(0, 10) },
    ],
    attachedMails: [attached],
  });
  return id;
}

Deno.test("attachment() gives files byte for byte and attached mails as MIME", () =>
  withGraph(async (world) => {
    const { graph } = world;
    const id = await threeKinds(world);
    const { attachments } = (await graph.message(SUPPORT, id, "inbox"))!;
    const [picture, file, mail] = attachments;
    assert.deepEqual(await bytesOf(await graph.attachment(SUPPORT, id, picture!)), PICTURE);
    assert.deepEqual(await bytesOf(await graph.attachment(SUPPORT, id, file!)), PICTURE.subarray(0, 10));
    assert.equal(file!.name, "ä.bin");
    assert.equal(mail!.kind, "item");
    assert.equal(mail!.contentType, "message/rfc822");
    assert.match(new TextDecoder().decode(await bytesOf(await graph.attachment(SUPPORT, id, mail!))), /inner text/);
  }));

Deno.test("a Graph that refuses the cast still tells the content ids", () =>
  withGraph(async (world) => {
    const { graph, sim } = world;
    const id = await threeKinds(world);
    const refusal = { error: { code: "RequestBroker--ParseUri", message: "Could not find a property named …" } };
    sim.faults.add({ method: "GET", path: /attachments$/, action: { kind: "answer", status: 400, body: refusal } });
    const { attachments } = (await graph.message(SUPPORT, id, "inbox"))!;
    assert.deepEqual(attachments.map(({ contentId }) => contentId), ["pic@1", null, null]);
    assert.equal(attachments.length, 3);
  }));

Deno.test("a mail that is gone is null; a mailbox that is none is an error that names O365_PRINCIPAL", () =>
  withGraph(async ({ graph, sim }) => {
    const { id } = await sim.deliver(SUPPORT, { from: CUSTOMER });
    sim.remove(SUPPORT, id);
    assert.equal(await graph.message(SUPPORT, id, "inbox"), null);
    for (const mailbox of ["unknown@example.com", "nobody@example.com"]) {
      await assert.rejects(graph.message(mailbox, id, "inbox"), (error: HttpError) => {
        assert.ok(error instanceof HttpError, String(error));
        return error.status === 404 && /O365_PRINCIPAL/.test(error.message);
      });
    }
    sim.faults.add({ method: "GET", path: /messages/, action: { kind: "answer", status: 404, body: "<html>proxy" } });
    await assert.rejects(graph.message(SUPPORT, id, "inbox"), HttpError);
  }));

Deno.test("an immutable id outlives a move", () =>
  withGraph(async ({ graph, sim }) => {
    const { id } = await sim.deliver(SUPPORT, { from: CUSTOMER, subject: "moved" });
    sim.move(SUPPORT, id, "archive");
    assert.equal((await graph.message(SUPPORT, id, "inbox"))?.subject, "moved");
  }));

Deno.test("messageIdOf() finds a mail by its Message-ID, whatever is in it", () =>
  withGraph(async ({ graph, sim }) => {
    const messageId = "<it's+odd&#%?@customer.example>";
    const { id } = await sim.deliver(SUPPORT, { from: CUSTOMER, messageId });
    assert.equal(await graph.messageIdOf(SUPPORT, messageId), id);
    assert.equal(await graph.messageIdOf(SUPPORT, "<none@customer.example>"), null);
  }));

Deno.test("an expired token is replaced, and the request repeated, once", () =>
  withGraph(async ({ graph, sim, tokens, refreshes, journal }) => {
    const { id } = await sim.deliver(SUPPORT, { from: CUSTOMER });
    tokens.expireAll();
    assert.notEqual(await graph.message(SUPPORT, id, "inbox"), null);
    assert.equal(refreshes(), 1);
    assert.equal(journal().length, 2);
    const refused = { error: { code: "InvalidAuthenticationToken", message: "Access token validation failure." } };
    sim.faults.add({ method: "*", path: /./, action: { kind: "answer", status: 401, body: refused }, times: 2 });
    await assert.rejects(graph.message(SUPPORT, id, "inbox"), (error: HttpError) => error.credentialsRefused);
    assert.equal(journal().length, 4);
  }));

Deno.test("a missing permission says what to grant", () =>
  withGraph(async ({ graph }) => {
    await assert.rejects(graph.delta(SUPPORT, "inbox", null), (error: HttpError) => {
      assert.equal(error.status, 403);
      assert.equal(error.code, "ErrorAccessDenied");
      return /Mail\.ReadWrite/.test(error.message);
    });
  }, { permissions: [] }));

Deno.test("a token that is not to be had is told as such", () =>
  withGraph(async ({ sim }) => {
    const { createGraph } = await import("../../src/graph/graph.ts");
    const refusal = new CredentialsError("entra", "expired");
    const http = { send: () => Promise.reject(new Error("not to be asked")), close() {} };
    const graph = createGraph({ http, baseUrl: sim.url, tokens: { token: () => Promise.reject(refusal) } });
    await assert.rejects(graph.delta(SUPPORT, "inbox", null), (error) => error === refusal);
  }));

Deno.test("throttling is told with its wait, and not repeated inside", () =>
  withGraph(async ({ graph, sim, journal }) => {
    const body = {
      error: { code: "ApplicationThrottled", message: "Application is over its MailboxConcurrency limit." },
    };
    sim.faults.add({
      method: "*",
      path: /./,
      action: { kind: "answer", status: 429, headers: { "retry-after": "2.128" }, body },
    });
    await assert.rejects(graph.delta(SUPPORT, "inbox", null), (error: HttpError) => error.retryAfterMs === 2128);
    assert.equal(journal().length, 1);
  }));

Deno.test("serverNow() is the service's clock", () =>
  withGraph(async ({ graph }) => {
    assert.equal(graph.serverNow(), null);
    await graph.delta(SUPPORT, "inbox", null);
    assert.ok(Math.abs(graph.serverNow()! - Date.now()) < 3_000);
  }));

Deno.test("what set-up asks: a folder, and the addresses that mail was sent to", () =>
  withGraph(async ({ graph, sim }) => {
    await sim.deliver(SUPPORT, { from: CUSTOMER, to: ["Help@example.com", SUPPORT], cc: ["x@customer.example"] });
    await sim.deliver(SUPPORT, { from: CUSTOMER });
    assert.equal((await graph.mailFolder(SUPPORT, "inbox")).totalItemCount, 2);
    assert.deepEqual((await graph.recentRecipients(SUPPORT)).toSorted(), [
      "help@example.com",
      SUPPORT,
      "x@customer.example",
    ]);
  }));
