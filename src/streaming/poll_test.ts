import assert from "node:assert/strict";
import { CredentialsError, HttpError, NetworkError } from "../core/errors.ts";
import type { DeltaPage } from "../graph/client.ts";
import { createPollSource, type PollOptions } from "./poll.ts";

const EMPTY: DeltaPage = { messages: [], nextLink: null, deltaLink: "d" };

/** Time passes only through sleeping, and sleeping takes no time. */
function world(delta: (mailbox: string, folder: string, round: number) => DeltaPage, more: Partial<PollOptions> = {}) {
  const stop = new AbortController();
  const slept: number[] = [];
  const synced: string[] = [];
  const read: string[] = [];
  let now = 0;
  const options: PollOptions = {
    graph: {
      delta: (mailbox, folder) => {
        read.push(`${mailbox} ${folder}`);
        return new Promise((resolve) => resolve(delta(mailbox, folder, read.length)));
      },
    },
    state: {
      cursor: () => Promise.resolve({ link: null, complete: true, rounds: 1 }),
      accept: ({ messages }) => Promise.resolve(messages.length),
      resetCursor: () => Promise.resolve(),
      acquireLease: () => Promise.resolve(null),
      releaseLease: () => Promise.resolve(),
      setLastSync: (_mailbox, at) => Promise.resolve(void synced.push(at)),
    },
    mailboxes: ["a@example.com"],
    intervalMs: 5_000,
    random: () => 1,
    clock: {
      now: () => now,
      sleep(ms) {
        slept.push(ms);
        now += ms;
        if (slept.length >= 4) stop.abort();
        return Promise.resolve();
      },
    },
    ...more,
  };
  return { options, stop, slept, synced, read, run: () => createPollSource(options).run(stop.signal) };
}

Deno.test("a round reads both folders, the Inbox first, and is noted when it began", async () => {
  const { run, read, slept, synced } = world(() => EMPTY);
  await run();
  assert.deepEqual(read.slice(0, 2), ["a@example.com inbox", "a@example.com sentitems"]);
  assert.deepEqual(slept, [5_000, 5_000, 5_000, 5_000]);
  assert.equal(synced[1], "1970-01-01T00:00:05.000Z");
});

Deno.test("failures are tried again ever later, and success forgets them", async () => {
  const failures: number[] = [];
  const { run, slept } = world((_mailbox, _folder, round) => {
    if (round <= 2) throw new NetworkError("graph", "GET", "/delta", "refused", "down");
    return EMPTY;
  }, { onFailure: (_mailbox, _error, delayMs) => void failures.push(delayMs) });
  await run();
  assert.deepEqual(failures, [10_000, 20_000]);
  assert.deepEqual(slept, [10_000, 20_000, 5_000, 5_000]);
});

Deno.test("Retry-After is obeyed; refused credentials are probed", async () => {
  const { run, slept } = world((_mailbox, _folder, round) => {
    if (round > 1) throw new CredentialsError("entra", "expired");
    throw new HttpError({
      destination: "graph",
      method: "GET",
      path: "/",
      status: 429,
      code: "",
      vendorMessage: "",
      retryAfterMs: 70_000,
    });
  });
  await run();
  assert.deepEqual(slept, [71_000, 20_000, 40_000, 80_000]);
});

Deno.test("the waiting between failures ends at 5 minutes", async () => {
  const { options, slept, stop } = world(() => {
    throw new NetworkError("graph", "GET", "/delta", "refused", "down");
  });
  const clock = {
    ...options.clock,
    sleep: (ms: number) => (slept.push(ms), slept.length > 20 && stop.abort(), Promise.resolve()),
  };
  await createPollSource({ ...options, clock }).run(stop.signal);
  assert.equal(Math.max(...slept), 300_000);
});

Deno.test("a mailbox that another process reads is left alone", async () => {
  const { options, read, stop } = world(() => EMPTY);
  const holder = { owner: "other", role: "reader", until: 1 };
  const state = { ...options.state, acquireLease: () => Promise.resolve(holder) };
  await createPollSource({ ...options, state }).run(stop.signal);
  assert.deepEqual(read, []);
});

Deno.test("one mailbox's failure does not hold up another", async () => {
  const rounds: string[] = [];
  const { run } = world((mailbox) => {
    if (mailbox === "b@example.com") throw new NetworkError("graph", "GET", "/delta", "refused", "down");
    return EMPTY;
  }, { mailboxes: ["a@example.com", "b@example.com"], onRound: (mailbox) => void rounds.push(mailbox) });
  await run();
  assert.deepEqual([...new Set(rounds)], ["a@example.com"]);
});

Deno.test("what is nobody's passing fault ends the source", async () => {
  const { run } = world(() => {
    throw new TypeError("a bug");
  });
  await assert.rejects(run(), TypeError);
});

Deno.test("wake() cuts the sleep short, and one during a round is remembered", async () => {
  let rounds = 0;
  const stop = new AbortController();
  const { options } = world(() => EMPTY);
  const source = createPollSource({
    ...options,
    clock: {
      now: () => 0,
      sleep: (_ms, signal) =>
        new Promise((resolve) => signal!.addEventListener("abort", () => resolve(), { once: true })),
    },
    onRound() {
      rounds++;
      if (rounds === 1) source.wake("a@example.com");
      if (rounds === 2) setTimeout(() => source.wake(), 5);
      if (rounds === 3) stop.abort();
    },
  });
  await source.run(stop.signal);
  assert.equal(rounds, 3);
});
