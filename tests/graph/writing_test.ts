import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { HttpError, NetworkError, SchemaError } from "../../src/core/errors.ts";
import { CUSTOMER, SUPPORT, withGraph } from "./world.ts";

const KEY = "issue:it's+1&2";
const DRAFT = {
  html: "<p>Your request is <b>SUP-1</b></p>",
  to: [{ name: "Ada Example", address: "ada@customer.example" }],
  subject: "[SUP-1] Help",
  marker: KEY,
};

Deno.test("a reply goes out in its thread, marked, and without inviting automatic answers", () =>
  withGraph(async ({ graph, sim }) => {
    const received = await sim.deliver(SUPPORT, { from: CUSTOMER, subject: "Help" });
    const draft = await graph.createReply(SUPPORT, received.id, DRAFT);
    assert.equal(draft.isDraft, true);
    assert.equal(draft.conversationId, received.conversationId);
    assert.deepEqual((await graph.findMarked(SUPPORT, KEY)).map(({ id, isDraft }) => ({ id, isDraft })), [
      { id: draft.id, isDraft: true },
    ]);
    await graph.send(SUPPORT, draft.id);
    const state = await graph.sentState(SUPPORT, draft.id);
    assert.equal(state?.isDraft, false);
    const [mail] = sim.outbox;
    assert.equal(mail!.subject, "[SUP-1] Help");
    assert.equal(mail!.inReplyTo, received.internetMessageId);
    assert.equal(mail!.internetMessageId, state?.internetMessageId);
    assert.deepEqual(mail!.to.map(({ address }) => address), ["ada@customer.example"]);
    assert.match(mail!.body.content, /SUP-1/);
    const headers = new Map(mail!.headers.map(({ name, value }) => [name.toLowerCase(), value]));
    assert.equal(headers.get("x-o365-connect"), KEY);
    assert.equal(headers.get("x-auto-response-suppress"), "All");
    const found = await graph.findMarked(SUPPORT, KEY);
    assert.deepEqual(found.map(({ id, isDraft }) => ({ id, isDraft })), [{ id: draft.id, isDraft: false }]);
    assert.deepEqual(await graph.findMarked(SUPPORT, "another"), []);
    assert.equal((await graph.message(SUPPORT, draft.id, "sentitems"))?.marker, KEY);
  }));

Deno.test("a draft that answers nothing can be made and deleted, also twice", () =>
  withGraph(async ({ graph }) => {
    const { id } = await graph.createDraft(SUPPORT, DRAFT);
    await graph.deleteMessage(SUPPORT, id);
    assert.deepEqual(await graph.findMarked(SUPPORT, KEY), []);
    await graph.deleteMessage(SUPPORT, id);
  }));

Deno.test("sentState() of a mail that is not there is null", () =>
  withGraph(async ({ graph, sim }) => {
    sim.sending.sentCopyDelayMs = 60_000;
    const { id } = await graph.createDraft(SUPPORT, DRAFT);
    await graph.send(SUPPORT, id);
    assert.equal(await graph.sentState(SUPPORT, id), null);
  }));

Deno.test("a refused send is told in Graph's words", () =>
  withGraph(async ({ graph }) => {
    const { id } = await graph.createDraft(SUPPORT, { ...DRAFT, to: [] });
    await assert.rejects(graph.send(SUPPORT, id), (error: HttpError) => error.code === "ErrorInvalidRecipients");
  }));

for (const fault of ["closeAfter", "garbage"] as const) {
  Deno.test(`a write whose answer is lost is not repeated (${fault})`, () =>
    withGraph(async ({ graph, sim }) => {
      const received = await sim.deliver(SUPPORT, { from: CUSTOMER });
      sim.faults.add({ method: "POST", path: /createReply$/, action: { kind: fault } });
      await assert.rejects(graph.createReply(SUPPORT, received.id, DRAFT), NetworkError);
      assert.equal(sim.journal.find("POST", /createReply$/).length, 1);
      assert.equal((await graph.findMarked(SUPPORT, KEY)).length, 1);
    }, { timeoutMs: 1_000 }));
}

Deno.test("a small file is attached at once, a large one in pieces without token", () =>
  withGraph(async ({ graph, sim }) => {
    const { id } = await graph.createDraft(SUPPORT, DRAFT);
    const small = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
    const large = new Uint8Array(7_000_000).map((_, i) => (i * 31) % 256);
    const whole = new Uint8Array([...small, 1, 2, 3]);
    await graph.attachToDraft(SUPPORT, id, {
      name: "small.png",
      contentType: "image/png",
      bytes: whole.subarray(0, 1000),
      contentId: "c1",
    });
    await graph.attachToDraft(SUPPORT, id, {
      name: "large.bin",
      contentType: "application/zip",
      bytes: large,
      contentId: null,
    });
    const [a, b] = sim.mailbox(SUPPORT).message(id).attachments;
    assert.deepEqual([a!.name, a!.contentId, a!.isInline], ["small.png", "c1", true]);
    assert.deepEqual(new Uint8Array(a!.bytes), small);
    assert.equal(b!.name, "large.bin");
    assert.ok(Buffer.from(b!.bytes).equals(Buffer.from(large)));
    const puts = sim.journal.entries.filter(({ method }) => method === "PUT");
    assert.equal(puts.length, 3);
    for (const { headers } of puts) {
      assert.equal(headers.get("authorization"), null);
      assert.ok(Number(headers.get("content-length")) < 4_000_000);
    }
  }, { timeoutMs: 20_000 }));

Deno.test("an upload that makes no progress ends", () =>
  withGraph(async ({ graph, sim }) => {
    const { id } = await graph.createDraft(SUPPORT, DRAFT);
    sim.faults.add({
      method: "PUT",
      path: /./,
      action: { kind: "answer", status: 200, body: { NextExpectedRanges: ["0-"] } },
      times: 99,
    });
    const bytes = new Uint8Array(3_500_000);
    const file = { name: "a", contentType: "application/zip", bytes, contentId: null };
    await assert.rejects(graph.attachToDraft(SUPPORT, id, file), SchemaError);
    assert.equal(sim.journal.entries.filter(({ method }) => method === "PUT").length, 1);
  }, { timeoutMs: 20_000 }));
