import assert from "node:assert/strict";
import { join } from "node:path";
import type { ProgressStep } from "../../src/app/progress.ts";
import { checkForMissingEvents } from "../../src/app/check.ts";
import { retryFailed } from "../../src/app/failed.ts";
import { handleIncomingEvents } from "../../src/app/listen.ts";
import { openState } from "../../src/state/open.ts";
import { SetUp, SUPPORT } from "../set_up.ts";

const MAIL = (index: number) =>
  `From: ada@customer.example\r\nTo: ${SUPPORT}\r\nSubject: ${index}\r\nMessage-ID: <m${index}@x>\r\n\r\nHello\r\n`;

async function withMail(count: number, body: (setUp: SetUp) => Promise<void>): Promise<void> {
  await using setUp = await SetUp.open({ env: { ACK: "off" } });
  for (let index = 0; index < count; index++) await setUp.world.graph.deliver(SUPPORT, MAIL(index));
  await body(setUp);
}

const never = new AbortController().signal;

Deno.test("the first reading of a large folder tells how far it is, later readings tell nothing", () =>
  withMail(420, async (setUp) => {
    const seen: ProgressStep[] = [];
    const once = () =>
      handleIncomingEvents(setUp.config(), {
        once: true,
        dryRun: false,
        since: new Date(Date.now() + 3_600_000).toISOString(),
        stop: never,
        abandon: never,
        write: () => {},
        progress: (step) => {
          if (step !== null) seen.push(step);
        },
      });
    await once();
    const inbox = seen.filter(({ what }) => what === `${SUPPORT}: read mails of the Inbox:`);
    assert.ok(inbox.length > 3, `it has ${inbox.length} pages`);
    assert.equal(inbox[0]!.total, null);
    assert.deepEqual([inbox.at(-1)!.done, inbox.at(-1)!.total], [420, 420]);
    assert.deepEqual(inbox.map(({ done }) => done), inbox.map(({ done }) => done).toSorted((a, b) => a - b));
    seen.length = 0;
    await once();
    assert.deepEqual(seen, []);
  }));

Deno.test("check-for-missing-events tells what it has compared, and then what it has handled", () =>
  withMail(3, async (setUp) => {
    const seen: ProgressStep[] = [];
    await checkForMissingEvents(setUp.config(), {
      days: 1,
      dryRun: false,
      includeBeforeStart: true,
      stop: never,
      abandon: never,
      progress: (step) => {
        if (step !== null) seen.push(step);
      },
    });
    assert.deepEqual(seen.filter(({ total }) => total === null).at(-1), {
      what: `${SUPPORT}: compared mails:`,
      done: 3,
      total: null,
    });
    assert.deepEqual(seen.filter(({ what }) => what === "handled mails:").map(({ done, total }) => [done, total]), [
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  }));

Deno.test("failed retry --all tells each mail that is back at work", async () => {
  const folder = await Deno.makeTempDir({ prefix: "o365-connect-test-" });
  try {
    const databasePath = join(folder, "state.db");
    const state = await openState({ path: databasePath });
    await state.openMailbox(SUPPORT, "2026-03-01T00:00:00.000Z");
    const messages = ["m1", "m2"].map((id) => ({
      id,
      receivedAt: "2026-03-02T10:00:00.000Z",
      conversationId: null,
      internetMessageId: null,
    }));
    await state.accept({ mailbox: SUPPORT, folder: "inbox", messages });
    for (const { id } of await state.take({ limit: 9, leaseMs: 60_000, mailboxes: [SUPPORT] })) {
      await state.finish(id, { outcome: "failed", reason: "x", filter: null, issue: null, step: "a", error: "b" });
    }
    await state.close();
    const seen: (ProgressStep | null)[] = [];
    await retryFailed({ databasePath }, "all", (step) => seen.push(step));
    assert.deepEqual(seen, [1, 2].map((done) => ({ what: "put back to work:", done, total: 2 })));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
