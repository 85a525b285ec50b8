import assert from "node:assert/strict";
import { join } from "node:path";
import { o365 } from "../cli/spawn.ts";
import { pythonDatabase } from "../python_tool.ts";
import { answering, mail } from "../scenarios/world.ts";
import { SetUp, SUPPORT } from "../set_up.ts";
import { document, runnableCommands } from "./documents.ts";

Deno.test("the steps of docs/migration.md take the Python tool's place: its issue is commented, older mail left alone", async () => {
  await using setUp = await SetUp.open();
  const { graph, store } = setUp.world;
  const env: Record<string, string> = { ...setUp.env, SQLALCHEMY_DATABASE_URI: "sqlite:///issues.db" };
  delete env.DATABASE_URI;
  // What the tool has done: a mail, its issue, its row.
  const sent = { id: "first@example.com", to: SUPPORT, from: "ada@example.com", subject: "Printer jams" };
  const first = await graph.deliver(SUPPORT, mail(sent), { receivedAt: Date.parse("2026-02-27T09:00:00Z") });
  const issue = store.createIssue({ project: "SUP", summary: "Printer jams", reporter: null });
  pythonDatabase(join(setUp.folder, "issues.db"), issue.key, first.conversationId);
  // What has come since it stopped.
  const reply = { to: SUPPORT, from: "ada@example.com", subject: "Re: Printer jams" };
  await graph.deliver(SUPPORT, mail({ ...reply, headers: answering("<first@example.com>") }));

  const lines = runnableCommands(await document("docs/migration.md"));
  assert.ok(lines.length >= 5);
  for (const args of lines) {
    const { code, stderr } = await o365(args, { cwd: setUp.folder, env });
    assert.equal(code, 0, `${args.join(" ")}\n${stderr}`);
    if (args.includes("--dry-run")) assert.equal(issue.comments.length, 0);
  }
  assert.equal(store.issues().length, 1);
  assert.equal(issue.comments.length, 1);
  const kept = await Deno.stat(join(setUp.folder, "issues.db.python-backup"));
  if (Deno.build.os !== "windows") assert.equal(kept.mode! & 0o777, 0o600);
});
