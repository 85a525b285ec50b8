import assert from "node:assert/strict";
import { start } from "./spawn.ts";

const unix = Deno.build.os !== "windows";

Deno.test({
  name: "who stops when asked to ends with 0, whatever is left for the next run, but not over wrong credentials",
  ignore: !unix,
  fn: async () => {
    const codes = await Promise.all(["0", "75", "4", "abort", "3"].map(async (argument) => {
      const child = start("stops_at_once.ts", [argument]);
      const said = words(child);
      await said.next();
      child.kill(argument === "4" ? "SIGINT" : "SIGTERM");
      return await codeOf(child, said);
    }));
    assert.deepEqual(codes, [0, 0, 0, 0, 3]);
  },
});

Deno.test({
  name: "a second signal ends at once",
  ignore: !unix,
  fn: async () => {
    const child = start("never_stops.ts");
    const said = words(child);
    assert.equal(await said.next(), "ready\n");
    child.kill("SIGTERM");
    assert.equal(await said.next(), "asked\n");
    const before = performance.now();
    child.kill("SIGINT");
    assert.equal(await codeOf(child, said), 130);
    assert.ok(performance.now() - before < 2_000);
  },
});

interface Words {
  next(): Promise<string>;
  end(): Promise<void>;
}

function words(child: Deno.ChildProcess): Words {
  const reader = child.stdout.getReader();
  return {
    next: async () => new TextDecoder().decode((await reader.read()).value),
    end: () => reader.cancel(),
  };
}

async function codeOf(child: Deno.ChildProcess, said: Words): Promise<number> {
  const [{ code }] = await Promise.all([child.status, said.end(), child.stderr.cancel(), child.stdin.close()]);
  return code;
}
