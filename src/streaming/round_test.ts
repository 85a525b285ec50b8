import assert from "node:assert/strict";
import { HttpError, SchemaError } from "../core/errors.ts";
import type { AcceptedMessage } from "../core/state_port.ts";
import { type DeltaPage, ForeignLinkError } from "../graph/client.ts";
import { readRound } from "./round.ts";

type Step = DeltaPage | Error;

function message(id: string): AcceptedMessage {
  return { id, receivedAt: "2026-11-24T10:00:00.000Z", conversationId: null, internetMessageId: null };
}

function page(ids: string[], links: { next?: string; delta?: string }): DeltaPage {
  return { messages: ids.map(message), nextLink: links.next ?? null, deltaLink: links.delta ?? null };
}

function httpError(status: number, code: string): HttpError {
  return new HttpError({ destination: "graph", method: "GET", path: "/delta", status, code, vendorMessage: "" });
}

/** A folder whose delta answers these steps in order, and a state that keeps what it is given. */
function world(link: string | null, steps: Step[]) {
  const asked: (string | null)[] = [];
  const rows = new Set<string>();
  const cursor = { link, complete: false, rounds: 0 };
  const ask = (_mailbox: string, _folder: string, from: string | null) => {
    asked.push(from);
    const step = steps.shift()!;
    return step instanceof Error ? Promise.reject(step) : Promise.resolve(step);
  };
  const state = {
    cursor: () => Promise.resolve({ ...cursor }),
    resetCursor: () => Promise.resolve(void (cursor.link = null)),
    accept(accepted: { messages: readonly AcceptedMessage[]; link?: string | null; complete?: boolean }) {
      const before = rows.size;
      for (const { id } of accepted.messages) rows.add(id);
      Object.assign(cursor, { link: accepted.link, complete: accepted.complete });
      return Promise.resolve(rows.size - before);
    },
  };
  const options = { graph: { delta: ask }, state, mailbox: "a@example.com", folder: "inbox" as const };
  return { asked, rows, cursor, options };
}

Deno.test("readRound() stores every page with its link and goes on to the delta link", async () => {
  const { asked, cursor, options } = world(null, [
    page(["1"], { next: "n1" }),
    page([], { next: "n2" }),
    page(["2", "1"], { delta: "d" }),
  ]);
  assert.deepEqual(await readRound(options), { newRows: 2, complete: true });
  assert.deepEqual(asked, [null, "n1", "n2"]);
  assert.deepEqual(cursor, { link: "d", complete: true, rounds: 0 });
});

Deno.test("readRound() takes up an interrupted round where it stood", async () => {
  const first = world(null, [page(["1"], { next: "n1" }), httpError(503, "")]);
  await assert.rejects(readRound(first.options), HttpError);
  assert.equal(first.cursor.link, "n1");
  assert.equal(first.cursor.complete, false);
  const second = world("n1", [page(["2"], { delta: "d" })]);
  assert.deepEqual(await readRound(second.options), { newRows: 1, complete: true });
  assert.deepEqual(second.asked, ["n1"]);
});

for (
  const lost of [
    httpError(410, ""),
    httpError(400, "SYNCSTATENOTFOUND"),
    new ForeignLinkError("graph", "/x", "foreign"),
  ]
) {
  Deno.test(`readRound() begins again when its link is lost (${lost.message})`, async () => {
    const { asked, options } = world("old", [lost, page(["1"], { delta: "d" })]);
    assert.deepEqual(await readRound(options), { newRows: 1, complete: true });
    assert.deepEqual(asked, ["old", null]);
  });
}

Deno.test("readRound() begins again only once", async () => {
  const { options } = world("old", [httpError(410, ""), page(["1"], { next: "n" }), httpError(410, "")]);
  await assert.rejects(readRound(options), (error: HttpError) => error.status === 410);
});

Deno.test("readRound() does not follow a link to the same page for ever", async () => {
  const { options } = world("n", [page([], { next: "n" })]);
  await assert.rejects(readRound(options), SchemaError);
});

Deno.test("readRound() stops between pages when it is told to", async () => {
  const stop = new AbortController();
  const { asked, options } = world(null, [page(["1"], { next: "n" }), page(["2"], { delta: "d" })]);
  const aborted = { ...options, signal: stop.signal, mayGoOn: () => Promise.resolve(asked.length < 1) };
  assert.deepEqual(await readRound(aborted), { newRows: 1, complete: false });
  stop.abort();
  assert.deepEqual(await readRound(aborted), { newRows: 0, complete: false });
  assert.deepEqual(asked, [null]);
});
