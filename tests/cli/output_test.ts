import assert from "node:assert/strict";
import { o365, start } from "./spawn.ts";

Deno.test("a reader that goes away (… | head -1) is no error", async () => {
  const child = start("writes_much.ts");
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const [{ code, success }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
  await child.stdin.close();
  assert.deepEqual({ code, success, stderr }, { code: 0, success: true, stderr: "closed\n" });
});

Deno.test("completions prints the script and nothing else", async () => {
  const { code, stdout, stderr } = await o365(["completions", "fish"]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.match(stdout, /^# Completion of o365-connect for fish\.\n[^]*\ncomplete -c o365-connect -f\n/);
});
