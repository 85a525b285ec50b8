import assert from "node:assert/strict";
import { RELAY_LEASE } from "../core/state_port.ts";
import { BOX, inMemory, START } from "./fixture.ts";
import type { FileState } from "./open.ts";

const ISSUE = { id: "10012", key: "SUP-12" };
const OTHER = { id: "10013", key: "HR-3" };

async function tracked(state: FileState, ...issues: readonly (typeof ISSUE)[]): Promise<void> {
  for (const issue of issues) {
    await state.addThreadMessage({
      mailbox: BOX,
      issue,
      internetMessageId: `<${issue.key}@x>`,
      conversationId: null,
      participants: ["ada@customer.example"],
      messageId: `m-${issue.key}`,
      origin: "received",
      sender: "ada@customer.example",
      answerTo: "ada@customer.example",
    });
  }
}

function comment(subjectId: string, issueId: string, notBefore = START) {
  return { kind: "comment", subjectId, issueId, notBefore } as const;
}

Deno.test("noticeRelays() stores a comment once, and none of an issue that no mail belongs to", () =>
  inMemory(async (state) => {
    await tracked(state, ISSUE);
    assert.equal(await state.noticeRelays([comment("1", ISSUE.id), comment("2", "99999")]), 1);
    assert.equal(await state.noticeRelays([{ ...comment("1", ISSUE.id), skipped: "it is internal" }]), 0);
    assert.equal(await state.unfinishedRelays(), 1);
  }));

Deno.test("dueRelays() gives the oldest of each issue, and what was skipped never", () =>
  inMemory(async (state, clock) => {
    await tracked(state, ISSUE, OTHER);
    await state.noticeRelays([
      comment("1", ISSUE.id, clock.now() + 1000),
      comment("2", ISSUE.id),
      comment("3", OTHER.id),
      { ...comment("4", OTHER.id), skipped: "it is internal" },
    ]);
    assert.deepEqual((await state.dueRelays(10)).map(({ subjectId }) => subjectId), ["3"]);
    clock.move(1000);
    const due = await state.dueRelays(10);
    assert.deepEqual(due.map(({ subjectId, issue }) => [subjectId, issue.key]), [["1", "SUP-12"], ["3", "HR-3"]]);
    await state.finishRelay(due[0]!.id, { outcome: "sent", reason: "mailed to the sender" });
    assert.deepEqual((await state.dueRelays(10)).map(({ subjectId }) => subjectId), ["2", "3"]);
  }));

Deno.test("nextRelayDue() is the moment at which dueRelays() would give something", () =>
  inMemory(async (state, clock) => {
    await tracked(state, ISSUE);
    assert.equal(await state.nextRelayDue(), null);
    const at = clock.now() + 5000;
    await state.noticeRelays([comment("1", ISSUE.id, at), comment("2", ISSUE.id)]);
    assert.equal(await state.nextRelayDue(), at);
  }));

Deno.test("releaseRelay() counts attempts and drafts, and a finished relay stays as it is", () =>
  inMemory(async (state, clock) => {
    await tracked(state, ISSUE);
    await state.noticeRelays([comment("1", ISSUE.id)]);
    const [relay] = await state.dueRelays(1);
    await state.releaseRelay(relay!.id, { notBefore: clock.now(), countAttempt: true, redraft: true });
    const [again] = await state.dueRelays(1);
    assert.deepEqual([again!.attempts, again!.version], [1, 2]);
    await state.finishRelay(relay!.id, { outcome: "skipped", reason: "it is not there any more" });
    await state.finishRelay(relay!.id, { outcome: "sent", reason: "too late" });
    assert.equal(await state.unfinishedRelays(), 0);
    assert.equal(await state.noticeRelays([comment("1", ISSUE.id)]), 0);
  }));

Deno.test("an effect of a relay starts only while the lease of the relay is ours", () =>
  inMemory(async (state, clock) => {
    await tracked(state, ISSUE);
    await state.noticeRelays([comment("1", ISSUE.id)]);
    const [relay] = await state.dueRelays(1);
    const start = { key: "k", deliveryId: 0, relayId: relay!.id, kind: "relay", carried: {} } as const;
    await assert.rejects(state.startEffect(start), { name: "LeaseLostError" });
    assert.equal(await state.acquireLease(RELAY_LEASE, "relay", 1000), null);
    assert.equal((await state.startEffect(start)).deliveryId, null);
    clock.move(1001);
    await assert.rejects(state.startEffect(start), { name: "LeaseLostError" });
  }));

Deno.test("trackedIssues() leaves out strangers and issues that are gone, and tells the status last seen", () =>
  inMemory(async (state) => {
    await tracked(state, ISSUE, OTHER);
    await state.setResolved(ISSUE.id, true);
    await state.closeThread(OTHER.id);
    const found = await state.trackedIssues([ISSUE.id, OTHER.id, "99999"]);
    assert.deepEqual([...found.values()], [{ issue: ISSUE, resolved: true }]);
    assert.deepEqual(await state.trackedProjects(), ["SUP"]);
  }));

Deno.test("a thread message keeps its sender when it is completed", () =>
  inMemory(async (state) => {
    await tracked(state, ISSUE);
    await state.addThreadMessage({
      mailbox: BOX,
      issue: ISSUE,
      internetMessageId: `<${ISSUE.key}@x>`,
      conversationId: "c",
      participants: [],
      messageId: null,
      origin: "received",
    });
    const [message] = await state.threadMessages(ISSUE.id);
    assert.equal(message?.sender, "ada@customer.example");
    assert.equal(message?.answerTo, "ada@customer.example");
  }));
