// deno-lint-ignore-file no-control-regex -- what a terminal obeys is what is looked for
import assert from "node:assert/strict";
import { join } from "node:path";
import { openState } from "../../src/state/open.ts";
import { inFolder, o365, PROGRAM } from "./spawn.ts";

const BOX = "support@example.com";

async function accept(path: string, ...ids: readonly string[]): Promise<void> {
  const state = await openState({ path });
  await state.openMailbox(BOX, "2026-03-01T00:00:00.000Z");
  const messages = ids.map((id) => ({
    id,
    receivedAt: "2026-03-02T10:00:00.000Z",
    conversationId: null,
    internetMessageId: null,
  }));
  await state.accept({ mailbox: BOX, folder: "inbox", messages });
  await state.close();
}

async function finishAll(path: string): Promise<void> {
  const state = await openState({ path });
  for (const { id } of await state.take({ limit: 10, leaseMs: 60_000, mailboxes: [BOX] })) {
    await state.finish(id, { outcome: "created", reason: "a new one", filter: null, issue: { id: "1", key: "SUP-1" } });
  }
  await state.close();
}

/** Runs `status --watch`; `command` wraps its command line. */
function watching(folder: string, env: Record<string, string>, wrap = (words: string[]) => words) {
  const words = wrap([
    ...PROGRAM,
    "status",
    "--watch",
  ]);
  const kept = ["PATH", "HOME", "DENO_DIR"];
  const own = Object.fromEntries(
    kept.flatMap((name) => Deno.env.get(name) === undefined ? [] : [[name, Deno.env.get(name)!]]),
  );
  const child = new Deno.Command(words[0]!, {
    args: words.slice(1),
    cwd: folder,
    env: { ...own, DATABASE_URI: `sqlite:///${join(folder, "state.db")}`, ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const read = (async () => {
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) text += part;
  })();
  const stderr = new Response(child.stderr).text();
  return {
    child,
    text: () => text,
    async until(pattern: RegExp): Promise<void> {
      const end = Date.now() + 20_000;
      while (!pattern.test(text)) {
        if (Date.now() > end) throw new Error(`not seen: ${pattern} in ${JSON.stringify(text)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async ended(): Promise<{ code: number; stderr: string }> {
      const { code } = await child.status;
      await read;
      return { code, stderr: await stderr };
    },
  };
}

Deno.test(
  "status --watch prints a line per change where it is no terminal, and ends with Ctrl-C, exit 0",
  { ignore: Deno.build.os === "windows" },
  () =>
    inFolder(async (folder) => {
      const watch = watching(folder, {});
      await watch.until(/ {2}0 pending, 0 created, .*\n/);
      await accept(join(folder, "state.db"), "m1", "m2");
      await watch.until(/ {2}2 pending, 0 created, .*, [\d.]+ mails a minute\n/);
      await finishAll(join(folder, "state.db"));
      await watch.until(/ {2}0 pending, 2 created, /);
      watch.child.kill("SIGINT");
      assert.deepEqual(await watch.ended(), { code: 0, stderr: "" });
      const text = watch.text();
      assert.doesNotMatch(text, /\u001b/);
      assert.equal(text.match(/ created {2}SUP-1 {2}a new one\n/g)?.length, 2);
      assert.equal(text.split("\n").filter((line) => line.includes("pending")).length, 3, "nothing twice");
    }),
);

/** util-linux' `script` runs a program on a terminal of its own. */
const HAS_TERMINAL = Deno.build.os === "linux" &&
  await new Deno.Command("script", { args: ["--version"] }).output().then(() => true, () => false);

Deno.test(
  "status --watch redraws a terminal, in colour unless NO_COLOR is set, and gives the terminal back at Ctrl-C",
  { ignore: !HAS_TERMINAL },
  () =>
    inFolder(async (folder) => {
      await accept(join(folder, "state.db"), "m1");
      for (const [env, colour] of [[{ TERM: "xterm" }, true], [{ TERM: "xterm", NO_COLOR: "1" }, false]] as const) {
        const watch = watching(folder, env, (words) => [
          "script",
          "--quiet",
          "--return",
          "--command",
          `stty rows 24 cols 80; echo pid:$$; exec ${words.map((word) => `'${word}'`).join(" ")}`,
          join(folder, "typescript"),
        ]);
        await watch.until(/\u001b\[\?1049h[^]*support@example\.com[^]*\u001b\[J/);
        await watch.until(/\u001b\[J[^]*\u001b\[H[^]*\u001b\[J/);
        assert.equal(/\u001b\[1m/.test(watch.text()), colour);
        Deno.kill(Number(/pid:(\d+)/.exec(watch.text())![1]), "SIGINT");
        assert.equal((await watch.ended()).code, 0);
        assert.match(watch.text(), /\u001b\[\?25h\u001b\[\?1049l\s*$/);
      }
    }),
);

Deno.test("status --watch and --json are not both possible", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await o365(["status", "--watch", "--json"], { cwd: folder });
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /expected --json, which is one document, or --watch, not both/);
  }));
