// deno-lint-ignore-file no-console -- printing is what this tool does
/**
 * Times the state with a million handled mails in it (or as many as the first argument says): opening, look-ups, writes.
 * Run: `deno run -A tools/bench_state.ts [mails]`. Prints the median and the slowest of many calls in milliseconds.
 */

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type FileState, openState } from "../src/state/open.ts";
import { backupState } from "../src/state/state_file.ts";

const MAILBOX = "support@example.com";
const mails = Number(Deno.args[0] ?? 1_000_000);
const waiting = 1000;

/** Everything as the program would have left it: a fifth new issues, the rest comments; three messages in each thread. */
function fill(path: string): void {
  const sqlite = new DatabaseSync(path);
  sqlite.exec("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -400000; BEGIN");
  const series = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${mails})`;
  const id = "'AAMkAGI2TGuLAAA' || printf('%0120d', i * 7919 % 1000003)";
  const issues = Math.ceil(mails / 5);
  sqlite.exec(`
    ${series} INSERT INTO threads (id, issue_id, issue_key) SELECT i, 10000 + i, 'SUP-' || i FROM n WHERE i <= ${issues};
    ${series} INSERT INTO deliveries (mailbox_id, folder, message_id, received_at, accepted_at, internet_message_id,
        conversation_id, identity, from_address, outcome, finished_at, reason, thread_id)
      SELECT 1, 'inbox', ${id}, 1700000000000 + i * 1000, 1700000000000 + i * 1000, '<' || i || '@mail.example.com>',
        'AAQkAGI2TGuLAAA' || i / 5, randomblob(32), 'person' || i % 5000 || '@example.com',
        iif(i % 5 = 0, 'created', 'commented'), 1700000005000 + i * 1000,
        'a reply in a known conversation', 1 + i / 5 % ${issues} FROM n;
    INSERT INTO claims SELECT identity, 'mailbox:${MAILBOX}', id FROM deliveries;
    INSERT INTO thread_messages (thread_id, mailbox_id, internet_message_id, conversation_id, message_id, origin, added_at)
      SELECT thread_id, 1, internet_message_id, conversation_id, message_id, 'received', finished_at FROM deliveries;
    INSERT INTO thread_participants
      SELECT thread_id, 'person' || id % 5000 || '@example.com', id FROM thread_messages;
    ${series} INSERT INTO effects (key, delivery_id, kind, status, scope, carried, receipt, started_at, writes)
      SELECT 'issue:' || i, i, 'issue', 'done', 'comment:' || i, '{"hash":"0123456789abcdef"}', '{"id":"10001"}',
        1700000000000 + i * 1000, 1 FROM n WHERE i <= ${Math.ceil(mails / 10)};
    COMMIT`);
  sqlite.close();
  // What was written carelessly above must not be flushed within a measurement.
  using file = Deno.openSync(path, { write: true });
  file.syncSync();
}

/** `after` is not timed. */
async function time<T>(
  name: string,
  times: number,
  body: (index: number) => Promise<T>,
  after: (result: T) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const taken: number[] = [];
  for (let index = 0; index < times; index++) {
    const from = performance.now();
    const result = await body(index);
    taken.push(performance.now() - from);
    await after(result);
  }
  taken.sort((a, b) => a - b);
  const [median, slowest] = [taken[Math.floor(times / 2)]!, taken.at(-1)!];
  console.log(`${name.padEnd(52)} ${median.toFixed(3).padStart(9)} ${slowest.toFixed(3).padStart(9)}`);
}

async function measure(state: FileState): Promise<void> {
  const at = (index: number) => 1 + (index * 104_729) % mails;
  const idOf = (i: number) => `AAMkAGI2TGuLAAA${String((i * 7919) % 1_000_003).padStart(120, "0")}`;
  const conversations = Array.from({ length: waiting }, (_, index) => ({
    id: `new${index}`,
    receivedAt: new Date(1_900_000_000_000 + index * 1000).toISOString(),
    conversationId: `c${index % 400}`,
    internetMessageId: `<new${index}@mail.example.com>`,
  }));
  const page = (index: number) => conversations.slice(index * 50, index * 50 + 50);
  await time("known(), 1 id", 500, (i) => state.known(MAILBOX, [idOf(at(i))]));
  await time(
    "known(), 50 ids",
    100,
    (i) => state.known(MAILBOX, Array.from({ length: 50 }, (_, n) => idOf(at(i * 50 + n)))),
  );
  await time(
    "threadsByMessageId(), 10 ids",
    200,
    (i) =>
      state.threadsByMessageId(Array.from({ length: 10 }, (_, n) => `<${at(i * 10 + n)}@mail.example.com>`), MAILBOX),
  );
  await time(
    "threadsByConversation()",
    500,
    (i) => state.threadsByConversation(MAILBOX, `AAQkAGI2TGuLAAA${at(i) / 5 | 0}`),
  );
  await time("threadsByKey()", 500, (i) => state.threadsByKey([`SUP-${1 + at(i) % Math.ceil(mails / 5)}`]));
  await time("counts()", 100, () => state.counts());
  await time("failed()", 100, () => state.failed());
  await time("history(), the newest 100", 100, () => state.history({ limit: 100 }));
  await time("history(), 500 from the middle", 100, (i) => {
    const receivedAt = new Date(1_700_000_000_000 + at(i) * 1000).toISOString();
    return state.history({ limit: 500, after: { receivedAt, id: "0" } });
  });
  await time("history(), of one sender", 100, (i) => state.history({ limit: 100, from: `person${i}@example.com` }));
  await time("history(), of an outcome", 100, () => state.history({ limit: 100, outcome: "created" }));
  await time("history(), of a domain that never wrote", 3, () => state.history({ limit: 100, from: "@never.example" }));
  await time("history(), of an outcome that never was", 3, () => state.history({ limit: 100, outcome: "filtered" }));
  await time(
    "accept(), a page of 50, with its link",
    waiting / 50,
    (i) => state.accept({ mailbox: MAILBOX, folder: "inbox", messages: page(i), link: "next" }),
  );
  await time(
    "accept(), a page of 50 that is known",
    waiting / 50,
    (i) => state.accept({ mailbox: MAILBOX, folder: "inbox", messages: page(i) }),
  );
  await time("nextDue(), 1,000 unfinished", 200, () => state.nextDue([MAILBOX]));
  const take = (limit: number) => state.take({ limit, leaseMs: 120_000, mailboxes: [MAILBOX] });
  const finish = (id: number) =>
    state.finish(id, { outcome: "commented", reason: "x", filter: null, issue: { id: "10001", key: "SUP-1" } });
  await time("take(), 4 of 1,000 unfinished", 90, () => take(4), async (taken) => {
    for (const { id } of taken) await finish(id);
  });
  const ids = (await take(400)).map(({ id }) => id);
  await time("claim()", ids.length, (i) => state.claim("mailbox:x", String(i).padStart(64, "0"), ids[i]!));
  await time(
    "startEffect()",
    ids.length,
    (i) =>
      state.startEffect({ key: `k${i}`, deliveryId: ids[i]!, kind: "comment", carried: { i }, scope: "comment:1" }),
  );
  await time("finishEffect()", ids.length, (i) => state.finishEffect(`k${i}`, { id: i }));
  await time("finish()", ids.length, (i) => finish(ids[i]!));
  while (await state.unfinished([MAILBOX]) > 0) for (const { id } of await take(waiting)) await finish(id);
  const flood = Array.from({ length: 20_000 }, (_, index) => ({
    id: `flood${index}`,
    receivedAt: new Date(1_950_000_000_000 + index * 1000).toISOString(),
    conversationId: "flood",
    internetMessageId: null,
  }));
  await state.accept({ mailbox: MAILBOX, folder: "inbox", messages: flood });
  await time("take(), 20,000 unfinished in one conversation", 20, () => take(4), async (taken) => {
    for (const { id } of taken) await finish(id);
  });
}

const folder = await Deno.makeTempDir({ prefix: "bench-state-" });
try {
  const path = join(folder, "state.db");
  const empty = await openState({ path });
  await empty.openMailbox(MAILBOX, "2020-01-01T00:00:00Z");
  await empty.close();
  const from = performance.now();
  fill(path);
  const size = (Deno.statSync(path).size / 1e6).toFixed(0);
  console.log(`${mails} mails, ${size} MB, generated in ${((performance.now() - from) / 1000).toFixed(1)} s\n`);
  console.log(`${"".padEnd(52)} median ms   slowest`);
  await time("openState() and close()", 20, async () => (await openState({ path })).close());
  const state = await openState({ path });
  await measure(state);
  await time("prune(1), all receipts of two months", 1, () => state.prune(1));
  await state.close();
  await time("backupState()", 1, () => backupState(path, join(folder, "backup.db")));
} finally {
  await Deno.remove(folder, { recursive: true });
}
