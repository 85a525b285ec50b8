import assert from "node:assert/strict";
import { join } from "node:path";
import { openState } from "../../src/state/open.ts";
import { PROGRAM } from "../cli/spawn.ts";
import { SetUp, SUPPORT } from "../set_up.ts";
import { mail, pause, SINCE, until } from "./world.ts";

/** Linux can take a running process the right to let files grow, and give it back: the disk is full, and then is not. */
function canFill(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    return new Deno.Command("prlimit", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

class Listener {
  stderr = "";
  readonly #child: Deno.ChildProcess;

  constructor(setUp: SetUp) {
    this.#child = new Deno.Command("sh", {
      // Without the trap the system would end the process instead of refusing the write.
      args: ["-c", `trap '' XFSZ; exec "$@"`, "sh", ...PROGRAM, "handle-incoming-events", "--since", SINCE],
      cwd: setUp.folder,
      env: { ...setUp.env, NO_COLOR: "1", POLL_INTERVAL_SECONDS: "0.2" },
      stdout: "null",
      stderr: "piped",
    }).spawn();
    void this.#read();
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) this.stderr += text;
  }

  async #limit(bytes: string): Promise<void> {
    const args = ["--pid", String(this.#child.pid), `--fsize=${bytes}:`];
    assert.ok((await new Deno.Command("prlimit", { args }).output()).success);
  }

  fillDisk(): Promise<void> {
    return this.#limit("1");
  }

  makeRoom(): Promise<void> {
    return this.#limit("unlimited");
  }

  count(words: RegExp): number {
    return this.stderr.split("\n").filter((line) => words.test(line)).length;
  }

  async stop(): Promise<number> {
    this.#child.kill("SIGTERM");
    return (await this.#child.status).code;
  }
}

Deno.test({
  name: "a listener whose disk is full says so once, takes no new mail, and goes on when there is room",
  ignore: !canFill(),
  async fn() {
    await using setUp = await SetUp.open();
    const { graph, store } = setUp.world;
    const listener = new Listener(setUp);
    try {
      for (let number = 0; number < 8; number++) {
        await graph.deliver(
          SUPPORT,
          mail({ subject: `Before ${number}`, attachments: [{ name: "a.txt", content: "a" }] }),
        );
      }
      await until("some mail is handled", () => store.issues().length >= 3, 30_000);
      await listener.fillDisk();
      await until("it says so", () => listener.count(/could not be written/) > 0, 30_000);
      await pause(500);
      const then = store.issues().length;
      await graph.deliver(SUPPORT, mail({ subject: "Meanwhile" }));
      await pause(3_000);
      assert.equal(store.issues().length, then, listener.stderr);
      assert.equal(listener.count(/could not be written/), 1, listener.stderr);
      await listener.makeRoom();
      await until("all mail is handled", () => graph.outbox.length === 9, 30_000);
      assert.equal(listener.count(/can be written again/), 1);
    } finally {
      assert.equal(await listener.stop(), 0, listener.stderr);
    }
    assert.deepEqual(new Set(store.issues().map(({ summary }) => summary)).size, 9);
    assert.equal(store.issues().length, 9);
    assert.deepEqual(store.issues().map(({ attachments }) => attachments.length).sort(), [0, ...Array(8).fill(1)]);
    const state = await openState({ path: join(setUp.folder, "state.db"), readOnly: true });
    const [box] = await state.counts();
    await state.close();
    assert.deepEqual([box!.created, box!.failed], [9, 0]);
  },
});
