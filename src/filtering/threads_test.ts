import assert from "node:assert/strict";
import { candidate, envelope, headers, person, threadFacts } from "./envelope_for_test.ts";
import { issueKeysIn, voteThread } from "./threads.ts";

const reply = envelope({ headers: headers("In-Reply-To: <0@x.com>"), conversationIndexLength: 27 });

Deno.test("voteThread() takes a mail without any sign as a new conversation", () => {
  const verdict = voteThread(envelope(), threadFacts());
  assert.equal(verdict.rule, "none");
  assert.equal(verdict.issue, null);
  assert.deepEqual(verdict.votes.map(({ rule, issue, won }) => [rule, issue, won]), [
    ["references", null, false],
    ["conversation", null, false],
    ["issue-key", null, false],
  ]);
});

Deno.test("voteThread() follows a known Message-ID first, whoever answers, and shows the losers", () => {
  const facts = threadFacts({
    references: [candidate("SUP-1"), candidate("SUP-9")],
    conversation: [candidate("SUP-2", "ada@example.com")],
    keys: [candidate("SUP-3", "ada@example.com")],
  });
  const verdict = voteThread(reply, facts);
  assert.deepEqual([verdict.rule, verdict.issue, verdict.issueId], ["references", "SUP-1", "1"]);
  assert.deepEqual(verdict.votes.map(({ issue, won }) => [issue, won]), [["SUP-1", true], ["SUP-2", false], [
    "SUP-3",
    false,
  ]]);
});

Deno.test("voteThread() follows the conversation for a reply by a participant only", () => {
  const facts = threadFacts({ conversation: [candidate("SUP-2", "ada@example.com", "bob@example.com")] });
  assert.equal(voteThread(reply, facts).issue, "SUP-2");
  assert.equal(voteThread(envelope(), facts).issue, null, "equal subjects may share a conversation");
  const stranger = voteThread({ ...reply, from: person("eve@example.com") }, facts);
  assert.equal(stranger.issue, null);
  assert.match(stranger.votes[1]!.reason, /not on it$/);
  assert.equal(voteThread(envelope({ conversationIndexLength: 27 }), facts).issue, "SUP-2");
});

Deno.test("voteThread() chooses the issue of the conversation that the sender is on", () => {
  const facts = threadFacts({
    conversation: [candidate("SUP-2", "bob@example.com"), candidate("SUP-4", "ada@example.com")],
  });
  assert.equal(voteThread(reply, facts).issue, "SUP-4");
});

Deno.test("voteThread() takes agents as participants", () => {
  const sent = envelope({ folder: "sentitems", from: person("Help@x.com"), conversationIndexLength: 27 });
  const facts = threadFacts({ conversation: [candidate("SUP-2", "ada@example.com")] });
  assert.equal(voteThread(sent, facts).issue, "SUP-2");
});

Deno.test("voteThread() follows an issue key in the subject for participants only", () => {
  const facts = threadFacts({ keys: [candidate("SUP-3", "ADA@example.com")] });
  const mail = envelope({ subject: "About [SUP-3]" });
  assert.deepEqual([voteThread(mail, facts).rule, voteThread(mail, facts).issue], ["issue-key", "SUP-3"]);
  assert.equal(voteThread({ ...mail, from: person("eve@example.com") }, facts).issue, null);
  assert.equal(voteThread({ ...mail, from: null }, facts).issue, null);
});

Deno.test("voteThread() lets an unverified sender join nothing, and says so", () => {
  const facts = threadFacts({
    references: [candidate("SUP-1")],
    conversation: [candidate("SUP-1", "ada@example.com")],
    keys: [candidate("SUP-1", "ada@example.com")],
    verification: "fail",
  });
  const verdict = voteThread(reply, facts);
  assert.equal(verdict.rule, "none");
  for (const vote of verdict.votes) {
    assert.equal(vote.won, false);
    assert.match(vote.reason, /not verified$/);
  }
});

Deno.test("issueKeysIn() finds keys in any case, each once, and nothing inside other words", () => {
  assert.deepEqual(issueKeysIn("Re: [SUP-12] and sup-12, HR_2-3"), ["SUP-12", "HR_2-3"]);
  assert.deepEqual(issueKeysIn("XSUP-1a ÄSUP-2 2024-01-02 A-1 SUP-0 SUP-1-2"), []);
  assert.deepEqual(issueKeysIn(""), []);
});
