import assert from "node:assert/strict";
import { NetworkError } from "../../src/core/errors.ts";
import { bytesOf, CUSTOMER, SUPPORT, withGraph } from "./world.ts";

Deno.test("a mailbox never sees more than four requests at once, downloads included", () =>
  withGraph(async ({ graph, sim, journal }) => {
    sim.latencyMs = 20;
    const bytes = new Uint8Array(300_000);
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) {
      ids.push((await sim.deliver(SUPPORT, { from: CUSTOMER, attachments: [{ name: `${i}.bin`, bytes }] })).id);
    }
    await Promise.all(ids.map(async (id) => {
      const { attachments } = (await graph.message(SUPPORT, id, "inbox"))!;
      assert.equal((await bytesOf(await graph.attachment(SUPPORT, id, attachments[0]!))).length, 300_000);
    }));
    assert.equal(sim.peakConcurrency(SUPPORT), 4);
    assert.ok(journal().every(({ status }) => status === 200));
  }));

Deno.test("the number can be lowered and raised at run time", () =>
  withGraph(async ({ graph, sim }) => {
    sim.latencyMs = 10;
    const peak = async (capacity: number) => {
      graph.setCapacity(SUPPORT.toUpperCase(), capacity);
      sim.resetPeakConcurrency();
      await Promise.all(Array.from({ length: 8 }, () => graph.mailFolder(SUPPORT, "inbox")));
      return sim.peakConcurrency(SUPPORT);
    };
    assert.equal(await peak(1), 1);
    assert.equal(await peak(3), 3);
  }));

Deno.test("a download that nobody finishes gives its place back when cancelled or aborted", () =>
  withGraph(async ({ graph, sim }) => {
    graph.setCapacity(SUPPORT, 1);
    const file = { name: "big.bin", bytes: new Uint8Array(8_000_000) };
    const { id } = await sim.deliver(SUPPORT, { from: CUSTOMER, attachments: [file] });
    const [attachment] = (await graph.message(SUPPORT, id, "inbox"))!.attachments;
    await (await graph.attachment(SUPPORT, id, attachment!)).cancel();
    const stop = new AbortController();
    await graph.attachment(SUPPORT, id, attachment!, stop.signal);
    stop.abort();
    assert.equal((await graph.mailFolder(SUPPORT, "inbox")).totalItemCount, 1);
  }, { timeoutMs: 3_000 }));

Deno.test("waiting for a place can be aborted", () =>
  withGraph(async ({ graph, sim, journal }) => {
    graph.setCapacity(SUPPORT, 1);
    sim.latencyMs = 200;
    const first = graph.mailFolder(SUPPORT, "inbox");
    const second = graph.mailFolder(SUPPORT, "inbox", AbortSignal.timeout(50));
    await assert.rejects(second, (error: NetworkError) => error instanceof NetworkError && error.reason === "aborted");
    await first;
    assert.equal(journal().length, 1);
  }));
