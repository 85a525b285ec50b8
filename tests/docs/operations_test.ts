import assert from "node:assert/strict";
import { o365 } from "../cli/spawn.ts";
import { SetUp, SUPPORT } from "../set_up.ts";
import { mail } from "../scenarios/world.ts";
import { document, runnableCommands } from "./documents.ts";

Deno.test("every command of the operations manual runs, in its order, and ends with 0", async () => {
  await using setUp = await SetUp.open();
  const { graph, store } = setUp.world;
  const options = { cwd: setUp.folder, env: setUp.env };
  const run = async (args: readonly string[]) => {
    const { code, stdout, stderr } = await o365(args, options);
    assert.equal(code, 0, `${args.join(" ")}\n${stderr}`);
    return stdout;
  };
  await graph.deliver(SUPPORT, mail());
  await run(["handle-incoming-events", "--once", "--since", "2026-01-01"]);
  const lines = runnableCommands(await document("docs/operations.md"), "sh");
  assert.ok(lines.some(([first, second]) => first === "state" && second === "restore"));
  for (const args of lines) await run(args);
  assert.equal(store.issues().length, 1);
  assert.equal(graph.outbox.length, 1);
});
