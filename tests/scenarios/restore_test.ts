import assert from "node:assert/strict";
import { join } from "node:path";
import type { SimWorld } from "../../src/app/sim_world.ts";
import type { JournalEntry } from "../../src/sim/kit/journal.ts";
import { backupState, restoreState } from "../../src/state/state_file.ts";
import { answering, mail, on, onBoth, SALES, type Scenario, SUPPORT, until } from "./world.ts";

/** The smallest PNG, one pixel. */
const PIXEL = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);

async function backup(scenario: Scenario): Promise<void> {
  await backupState(scenario.config.databasePath, join(scenario.folder, "backup.db"));
}

/** The state is lost, and the backup takes its place. */
async function restore(scenario: Scenario): Promise<void> {
  await restoreState(join(scenario.folder, "backup.db"), scenario.config.databasePath);
  scenario.world.graph.journal.clear();
  scenario.world.jira.journal.clear();
}

/** What people can see outside: issues with their texts, comments and files, and what was mailed. */
function outside(scenario: Scenario) {
  return {
    issues: scenario.issues().map((issue) => ({
      key: issue.key,
      summary: issue.summary,
      text: scenario.text(issue.description),
      comments: scenario.comments(issue),
      files: issue.attachments.map(({ id, filename }) => `${id} ${filename}`),
      watchers: [...issue.watchers],
      changes: issue.changes.length,
    })),
    mailed: scenario.acknowledged(),
    drafts: scenario.world.graph.messages(SUPPORT, "drafts").length,
  };
}

/** Works until this write is answered with 503, and then no more. */
async function untilRefused(
  scenario: Scenario,
  { faults, journal }: Pick<SimWorld["jira"], "faults" | "journal">,
  path: RegExp,
): Promise<void> {
  let broken = true;
  faults.chance = (method, asked) =>
    broken && method === "POST" && path.test(asked) ? { kind: "answer", status: 503 } : null;
  const listener = scenario.listen();
  await until("the write is refused", () => journal.find("POST", path).some(({ status }) => status === 503));
  await listener.stop();
  broken = false;
}

const READS = /\/(search|search\/jql|comment\/list)$/;

function writes({ world }: Scenario): JournalEntry[] {
  return [...world.graph.journal.entries, ...world.jira.journal.entries]
    .filter(({ method, path }) => method !== "GET" && method !== "HEAD" && !READS.test(path))
    .sort((a, b) => a.at - b.at);
}

/** Nothing was written before everything that a rebuild asks for was answered. */
function assertRebuiltFirst({ world, ...scenario }: Scenario): void {
  const listed = world.graph.journal.entries.findLast(({ method, path, query }) =>
    method === "GET" && /\/users\/[^/]+\/messages$/.test(path) && decodeURIComponent(query).includes("$expand")
  );
  assert.ok(listed !== undefined, "the mailbox was looked through");
  const first = writes({ world, ...scenario } as Scenario)[0];
  assert.ok(first === undefined || first.at >= listed.at, `${first?.method} ${first?.path} came before the rebuild`);
}

onBoth("after a restore nothing is lost and nothing is written twice", {}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "one@x.example", attachments: [{ name: "log.txt", content: "first" }] }));
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  await graph.deliver(
    SUPPORT,
    mail({
      id: "two@x.example",
      subject: "Re: Printer jams",
      headers: answering("<one@x.example>"),
      text: "See the log.",
      attachments: [{ name: "log.txt", content: "later" }, { name: "note.txt", content: "note" }],
    }),
  );
  await graph.deliver(
    SUPPORT,
    mail({
      id: "three@x.example",
      subject: "Scanner",
      html: `<p>Look: <img src="cid:pixel"></p>`,
      attachments: [
        { name: "pixel.png", type: "image/png", content: PIXEL, contentId: "pixel" },
        { name: "scan.txt", content: "scan" },
      ],
    }),
  );
  await graph.deliver(SUPPORT, mail({ subject: "Out of office", headers: { "Auto-Submitted": "auto-replied" } }));
  assert.equal(await scenario.once(), 0);
  await graph.agentSends(SUPPORT, {
    inReplyTo: "<three@x.example>",
    to: ["ada@customer.example"],
    text: "On its way.",
  });
  assert.equal(await scenario.once(), 0);
  const before = outside(scenario);
  const counted = await scenario.counts();
  assert.deepEqual(before.issues.map(({ comments, files }) => [comments.length, files.length]), [[1, 3], [1, 2]]);
  await restore(scenario);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assertRebuiltFirst(scenario);
  assert.deepEqual(outside(scenario), before);
  assert.deepEqual(writes(scenario).map(({ method, path }) => `${method} ${path}`), []);
  const { lastSyncAt: _, ...again } = await scenario.counts();
  const { lastSyncAt: __, ...known } = counted;
  assert.deepEqual(again, known);

  await graph.deliver(
    SUPPORT,
    mail({ subject: "RE: Scanner", headers: answering("<three@x.example>"), text: "Thanks." }),
  );
  await graph.deliver(SUPPORT, mail({ id: "four@x.example", subject: "New" }));
  assert.equal(await scenario.once(), 0);
  assert.deepEqual(scenario.comments(scenario.issueOf("Scanner")).length, 2);
  assert.equal(scenario.issues().length, 3);
  assert.equal(scenario.acknowledged().length, 3);
  assert.equal(await scenario.once(), 0);
  const { report } = await scenario.check();
  assert.equal(report.mailboxes[0]!.alreadyHandled, report.mailboxes[0]!.examined);
});

onBoth("mail that came before the restore, and was not handled, is handled after it", {}, async (scenario) => {
  const { graph } = scenario.world;
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  await graph.deliver(SUPPORT, mail({ id: "handled@x.example", subject: "Handled" }));
  assert.equal(await scenario.once(), 0);
  await graph.deliver(
    SUPPORT,
    mail({ subject: "Waiting", attachments: [{ name: "a.txt", content: "a" }, { name: "b.txt", content: "b" }] }),
  );
  await graph.deliver(
    SUPPORT,
    mail({ subject: "Re: Handled", headers: answering("<handled@x.example>"), text: "And this." }),
  );
  await restore(scenario);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assertRebuiltFirst(scenario);
  assert.deepEqual(scenario.attachments(scenario.issueOf("Waiting")), { "a.txt": "a", "b.txt": "b" });
  assert.equal(scenario.comments(scenario.issueOf("Handled")).length, 1);
  assert.equal(scenario.issues().length, 2);
  assert.equal(scenario.acknowledged().length, 2);
});

onBoth("a mail of which the lost state had done a part is finished, not begun again", {}, async (scenario) => {
  const { graph, jira } = scenario.world;
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  await graph.deliver(
    SUPPORT,
    mail({ attachments: [{ name: "a.txt", content: "a" }, { name: "b.txt", content: "bb" }] }),
  );
  await untilRefused(scenario, jira, /\/attachments$/);
  assert.deepEqual(scenario.attachments(), {});
  await restore(scenario);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.deepEqual(scenario.attachments(), { "a.txt": "a", "b.txt": "bb" });
});

on("cloud", "of a comment whose files were uploaded before the state was lost, no file is uploaded twice", {}, async (
  scenario,
) => {
  const { graph, jira } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "one@x.example", attachments: [{ name: "a.txt", content: "old" }] }));
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  const attachments = [{ name: "a.txt", content: "new" }, { name: "c.txt", content: "c" }];
  await graph.deliver(SUPPORT, mail({ subject: "Re: x", headers: answering("<one@x.example>"), attachments }));
  await untilRefused(scenario, jira, /\/comment$/);
  const files = scenario.attachments();
  assert.equal(Object.keys(files).length, 3);
  assert.equal(scenario.comments().length, 0);
  await restore(scenario);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.deepEqual(scenario.attachments(), files);
  assert.equal(scenario.comments().length, 1);
});

on("cloud", "an acknowledgement that lay ready when the state was lost leaves once", {}, async (scenario) => {
  const { graph } = scenario.world;
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  await graph.deliver(SUPPORT, mail());
  await untilRefused(scenario, graph, /\/send$/);
  assert.equal(graph.messages(SUPPORT, "drafts").length, 1);
  await restore(scenario);
  await scenario.once();
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.deepEqual(scenario.acknowledged(), ["ada@customer.example"]);
  assert.equal(graph.messages(SUPPORT, "drafts").length, 0);
});

on("server", "where an acknowledgement may have been sent and deleted, no second one leaves", {}, async (scenario) => {
  const { graph } = scenario.world;
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  await graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0);
  for (const { immutableId } of graph.messages(SUPPORT, "sentitems")) graph.remove(SUPPORT, immutableId);
  await restore(scenario);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.equal(scenario.acknowledged().length, 1);
  assert.match(scenario.lines.join("\n"), /not acknowledged: the state was restored/);
});

on("cloud", "a reply to a mail that was handled and archived before the restore is a comment", {}, async (scenario) => {
  const { graph } = scenario.world;
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  const { id: archived } = await graph.deliver(SUPPORT, mail({ id: "archived@x.example", subject: "Archived" }));
  const { id: deleted } = await graph.deliver(SUPPORT, mail({ id: "deleted@x.example", subject: "Deleted" }));
  assert.equal(await scenario.once(), 0);
  graph.move(SUPPORT, archived, "archive");
  graph.remove(SUPPORT, deleted);
  await restore(scenario);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  await graph.deliver(SUPPORT, mail({ subject: "x", headers: answering("<archived@x.example>") }));
  const told = graph.outbox.find(({ subject }) => /Deleted/.test(subject))!.internetMessageId!;
  await graph.deliver(SUPPORT, mail({ subject: "y", headers: answering(told) }));
  assert.equal(await scenario.once(), 0);
  assert.equal(scenario.comments(scenario.issueOf("Archived")).length, 1);
  assert.equal(scenario.comments(scenario.issueOf("Deleted")).length, 1);
  // Back in the Inbox, it is still the mail that has been handled.
  graph.move(SUPPORT, archived, "inbox");
  assert.equal(await scenario.once(), 0);
  assert.equal(scenario.issues().length, 2);
});

on("cloud", "a comment made before the restore stays the only trace of its mail, though its issue was resolved since", {
  env: { JIRA_RESOLVED_REPLY: "new" },
}, async (scenario) => {
  const { graph, store } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "one@x.example" }));
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  await graph.deliver(SUPPORT, mail({ subject: "Re: Printer jams", headers: answering("<one@x.example>") }));
  assert.equal(await scenario.once(), 0);
  store.transition(scenario.issue().key, "done");
  await restore(scenario);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(scenario.comments().length, 1);
});

on("server", "a mail to two mailboxes that was handled once before the restore is handled once after it", {
  mailboxes: [{ address: SALES }, { address: SUPPORT }],
}, async (scenario) => {
  const { graph } = scenario.world;
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  const raw = mail({ to: `${SUPPORT}, ${SALES}` });
  await graph.deliver(SUPPORT, raw);
  assert.equal(await scenario.once(), 0);
  await graph.deliver(SALES, raw, { receivedAt: Date.now() - 30_000 });
  await restore(scenario);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.equal(scenario.acknowledged().length, 1);
});

on("cloud", "a mailbox that was first read after the backup was made keeps its start", {}, async (scenario) => {
  const { graph } = scenario.world;
  await (await scenario.bridge()).close();
  await backup(scenario);
  await graph.deliver(SUPPORT, mail({ subject: "Handled" }));
  assert.equal(await scenario.once(), 0);
  await graph.deliver(SUPPORT, mail({ subject: "Waiting" }));
  await restore(scenario);
  assert.equal(await scenario.once({ since: null }), 0, scenario.logs.join("\n"));
  assert.deepEqual(scenario.issues().map(({ summary }) => summary).sort(), ["Handled", "Waiting"]);
});

on("cloud", "a backup that was put in place by hand is rebuilt, too", {}, async (scenario) => {
  const { graph } = scenario.world;
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  await graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0);
  await Deno.copyFile(join(scenario.folder, "backup.db"), scenario.config.databasePath);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
  assert.equal(scenario.acknowledged().length, 1);
  assert.equal(scenario.logged(/restored from a backup/).length, 1);
});

on("server", "while Jira does not answer after a restore, nothing is written at all", {}, async (scenario) => {
  const { graph, jira } = scenario.world;
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  await graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0);
  await restore(scenario);
  jira.faults.add({ method: "POST", path: /\/search$/, action: { kind: "answer", status: 503 } });
  const { code } = await scenario.ended(() => scenario.once());
  assert.equal(code, 75);
  assert.deepEqual(writes(scenario), []);
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issue();
});

on("cloud", "of two processes that start at once after a restore, one rebuilds and the other waits for it", {}, async (
  scenario,
) => {
  const { graph } = scenario.world;
  assert.equal(await scenario.once(), 0);
  await backup(scenario);
  await graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0);
  await restore(scenario);
  const [code, { exitCode }] = await Promise.all([scenario.once(), scenario.check()]);
  assert.deepEqual([code, exitCode], [0, 0], scenario.logs.join("\n"));
  assert.equal(scenario.logged(/restored from a backup/).length, 1);
  assertRebuiltFirst(scenario);
  scenario.issue();
  assert.equal(scenario.acknowledged().length, 1);
});
