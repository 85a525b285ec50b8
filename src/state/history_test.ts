import assert from "node:assert/strict";
import type { OutcomeKind } from "../core/decision.ts";
import type { HistoryQuery } from "../core/state_port.ts";
import { accept, BOX, inMemory, mail, take } from "./fixture.ts";
import type { FileState } from "./open.ts";

const OTHER = "hr@example.com";

/** Four finished mails, from three senders, and one that waits; received one second after the other. */
async function fill(state: FileState): Promise<void> {
  await state.openMailbox(OTHER, "2026-03-01T00:00:00Z");
  await accept(state, ...["m1", "m2", "m3", "m4"].map((id, at) => mail(id, { at: 60 + at, messageId: `<${id}@x>` })));
  const ends: readonly (readonly [OutcomeKind, string])[] = [
    ["created", "Ada@Customer.example"],
    ["commented", "bob@customer.example"],
    ["filtered", "eve@sub.customer.example"],
    ["failed", "ada@customer.example"],
  ];
  for (const { id, messageId } of await take(state)) {
    const [outcome, from] = ends[Number(messageId.slice(1)) - 1]!;
    const facts = { internetMessageId: null, conversationId: null, identity: null, subject: "private", from };
    await state.describe(id, facts);
    const hasIssue = outcome === "created" || outcome === "commented";
    await state.finish(id, {
      outcome,
      reason: `was ${outcome}`,
      filter: outcome === "filtered" ? "blacklist" : null,
      issue: hasIssue ? { id: "10001", key: "SUP-1" } : null,
      ...(outcome === "failed" ? { step: "create-issue", error: "answered 400" } : {}),
    });
  }
  await state.accept({ mailbox: OTHER, folder: "sentitems", messages: [mail("m5", { at: 100 })] });
}

async function outcomes(state: FileState, query: Partial<HistoryQuery>): Promise<string[]> {
  return (await state.history({ limit: 100, ...query })).map(({ outcome }) => outcome);
}

Deno.test("history() tells every mail with outcome, reason and issue, the newest first", () =>
  inMemory(async (state) => {
    await fill(state);
    const rows = await state.history({ limit: 100 });
    assert.deepEqual(rows.map(({ outcome }) => outcome), ["pending", "failed", "filtered", "commented", "created"]);
    assert.deepEqual({ ...rows[4], id: "", finishedAt: "" }, {
      id: "",
      mailbox: BOX,
      folder: "inbox",
      internetMessageId: "<m1@x>",
      from: "ada@customer.example",
      receivedAt: "2026-03-01T00:01:00.000Z",
      outcome: "created",
      finishedAt: "",
      reason: "was created",
      filter: null,
      issueKey: "SUP-1",
    });
    assert.match(rows[4]!.finishedAt!, /Z$/);
    assert.deepEqual(
      [rows[2]!.filter, rows[2]!.issueKey, rows[0]!.from, rows[0]!.finishedAt],
      ["blacklist", null, null, null],
    );
    assert.ok(!JSON.stringify(rows).includes("private"), "a subject is not remembered");
  }));

Deno.test("history() is restricted by time, mailbox, sender, domain and outcome, alone and together", () =>
  inMemory(async (state) => {
    await fill(state);
    const ask = (query: Partial<HistoryQuery>) => outcomes(state, query);
    assert.deepEqual(await ask({ since: "2026-03-01T00:01:01Z", until: "2026-03-01T00:01:03Z" }), [
      "filtered",
      "commented",
    ]);
    assert.deepEqual(await ask({ mailbox: "HR@example.com" }), ["pending"]);
    assert.deepEqual(await ask({ from: "ada@customer.example" }), ["failed", "created"]);
    assert.deepEqual(await ask({ from: "@customer.example" }), ["failed", "commented", "created"]);
    assert.deepEqual(await ask({ from: "@*.customer.example" }), ["filtered"]);
    assert.deepEqual(await ask({ from: "@custome_.example" }), [], "what LIKE obeys is taken as it is");
    for (const outcome of ["created", "commented", "filtered", "failed", "pending"] as const) {
      assert.deepEqual(await ask({ outcome }), [outcome]);
      assert.deepEqual(await ask({ outcome, until: "2026-02-01T00:00:00Z" }), []);
    }
    assert.deepEqual(await ask({ from: "ada@customer.example", outcome: "failed" }), ["failed"]);
  }));

Deno.test("history() in pages is history() at once, also where several mails have one time", () =>
  inMemory(async (state) => {
    await accept(
      state,
      ...Array.from({ length: 25 }, (_, index) => mail(`m${index}`, { at: 60 + Math.floor(index / 10) })),
    );
    const all = (await state.history({ limit: 100 })).map(({ id }) => id);
    const paged: string[] = [];
    let page = await state.history({ limit: 4 });
    while (page.length > 0) {
      paged.push(...page.map(({ id }) => id));
      page = await state.history({ limit: 4, after: page.at(-1)! });
    }
    assert.deepEqual(paged, all);
    assert.equal(new Set(all).size, 25);
  }));
