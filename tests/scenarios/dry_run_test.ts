/** `--dry-run`: the same decisions, and nothing is written. */

import assert from "node:assert/strict";
import { answering, mail, onBoth, type Scenario, SUPPORT } from "./world.ts";

/** Every request that could have changed something outside; obtaining a token does not. */
function writes({ world: { graph, jira } }: Scenario): string[] {
  const reads = /\/(search\/jql|search|comment\/list|\$batch)$/;
  return [...graph.journal.entries, ...jira.journal.entries]
    .filter(({ method, path }) => method !== "GET" && !reads.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}

/** Names and bytes of what lies in the folder. */
async function files(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile) continue;
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${folder}/${name}`));
    found[name] = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  return found;
}

onBoth("a dry run on a new mailbox decides and prints, writes nothing, and makes no file", {}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ subject: "secret subject", attachments: [{ name: "a.txt", content: "a" }] }));
  await graph.deliver(SUPPORT, mail({ headers: { "Auto-Submitted": "auto-replied" } }));
  const before = await files(scenario.folder);
  assert.equal(await scenario.dryRun(), 0);
  assert.deepEqual(scenario.lines.map((line) => line.split("  ")[0]).sort(), [
    "would be created",
    "would be filtered [automatic-mail]",
  ]);
  assert.deepEqual(writes(scenario), []);
  assert.deepEqual(await files(scenario.folder), before);
  assert.equal(await scenario.dryRun(), 0);
  assert.equal(scenario.lines.length, 4);
});

onBoth("a dry run changes nothing of what a later run does, nor of what an earlier one left", {}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "first@customer.example" }));
  assert.equal(await scenario.once(), 0);
  await graph.deliver(SUPPORT, mail({ headers: answering("<first@customer.example>") }));
  await graph.deliver(SUPPORT, mail({ subject: "second" }));
  scenario.lines.length = 0;
  graph.journal.clear();
  scenario.world.jira.journal.clear();
  const before = await files(scenario.folder);
  assert.equal(await scenario.dryRun(), 0);
  const said = scenario.lines.map((line) => line.split("  ")[0]).sort();
  assert.deepEqual(said, ["would be commented SUP-1", "would be created", "would be filtered [own-output]"]);
  assert.deepEqual(writes(scenario), []);
  const after = await files(scenario.folder);
  assert.equal(after["state.db"], before["state.db"]);
  scenario.lines.length = 0;
  assert.equal(await scenario.once(), 0);
  assert.deepEqual(
    scenario.lines.map((line) => line.split(/ {2}mail| \[/)[0]).sort(),
    ["commented SUP-1", "created SUP-2", "filtered"],
  );
});

onBoth("a dry check counts what a check would handle, and handles nothing", {}, async (scenario) => {
  const { graph } = scenario.world;
  assert.equal(await scenario.once(), 0);
  await graph.deliver(SUPPORT, mail());
  graph.journal.clear();
  scenario.world.jira.journal.clear();
  const { report, exitCode } = await scenario.check({ dryRun: true });
  assert.equal(exitCode, 0);
  assert.deepEqual([report.mailboxes[0]!.pending, report.mailboxes[0]!.examined], [1, 1]);
  assert.deepEqual(writes(scenario), []);
  assert.equal((await scenario.counts()).pending, 0);
  assert.equal((await scenario.check()).report.mailboxes[0]!.created, 1);
});

onBoth("a dry check on a mailbox that never ran makes no state", {}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, mail());
  const before = await files(scenario.folder);
  const { exitCode } = await scenario.check({ dryRun: true });
  assert.equal(exitCode, 0);
  assert.deepEqual(await files(scenario.folder), before);
});
