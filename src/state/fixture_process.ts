/** A process of its own for the tests of this room: `<what> <state file> [arguments]`. */

import { Database } from "./database.ts";
import { bringUpToDate, newestOf } from "./migrate.ts";
import { openState } from "./open.ts";
import { MIGRATIONS } from "./schema.ts";
import { systemClock } from "../core/clock.ts";

const [what, path = "", ...rest] = Deno.args;

async function say(text: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
}

/** Takes everything, begins a write, and then does nothing until it is killed. */
async function hold(): Promise<void> {
  const state = await openState({ path });
  const taken = await state.take({ limit: 100, leaseMs: 600_000, mailboxes: rest });
  for (const { id } of taken) {
    await state.startEffect({ key: `issue:${id}`, deliveryId: id, kind: "issue", carried: null });
  }
  await state.acquireLease("reader", "handle-incoming-events", 600_000);
  await say("ready");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}

/** Works until nothing is left; prints the ids that it finished. */
async function work(): Promise<void> {
  const state = await openState({ path });
  const done: number[] = [];
  while (await state.unfinished(rest) > 0) {
    for (const { id } of await state.take({ limit: 3, leaseMs: 60_000, mailboxes: rest })) {
      await state.startEffect({ key: `issue:${id}`, deliveryId: id, kind: "issue", carried: null });
      await state.finishEffect(`issue:${id}`, { id });
      await state.finish(id, {
        outcome: "created",
        reason: "done",
        filter: null,
        issue: { id: `1${id}`, key: `A-${id}` },
      });
      done.push(id);
    }
  }
  await state.close();
  await say(JSON.stringify(done));
}

/** Dies in the middle of a migration, with the transaction open and its first half written. */
async function dieMigrating(): Promise<void> {
  const db = new Database({ path, clock: systemClock, busyTimeoutMs: 1000, readOnly: false });
  const half = "CREATE TABLE half (a INTEGER) STRICT; INSERT INTO half SELECT value FROM generate_series(1, 10)";
  const original = db.exec.bind(db);
  db.exec = (sql) => {
    if (sql !== half) return original(sql);
    original("CREATE TABLE half (a TEXT) STRICT; DROP TABLE settings");
    const page = "x".repeat(4000);
    for (let row = 0; row < 5000; row++) db.run("INSERT INTO half VALUES (?)", page);
    Deno.kill(Deno.pid, "SIGKILL");
  };
  await bringUpToDate(db, [...MIGRATIONS, { version: newestOf(MIGRATIONS) + 1, sql: half }]);
}

/** Opens and closes; prints the kind and the words of the error, or `opened`. */
async function open(): Promise<void> {
  try {
    const state = await openState({ path, readOnly: rest.includes("read-only") });
    await state.counts();
    await state.close();
    await say("opened");
  } catch (error) {
    await say(`${(error as { kind?: string }).kind}: ${(error as Error).message}`);
  }
}

await ({ hold, work, dieMigrating, open })[what as "hold" | "work" | "dieMigrating" | "open"]();
