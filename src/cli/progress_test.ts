import assert from "node:assert/strict";
import { ProgressBar, type ProgressOutput, progressText } from "./progress.ts";

function output(options: Partial<ProgressOutput>) {
  const seen = { written: "", lines: [] as string[], time: 0 };
  const bar = new ProgressBar({
    terminal: false,
    colours: false,
    columns: () => 80,
    write: (text) => seen.written += text,
    say: (line) => seen.lines.push(line),
    now: () => seen.time,
    ...options,
  });
  return { seen, bar };
}

const READING = "support@example.com: read mails of the Inbox:";

Deno.test("a terminal gets a bar over the same line, at most ten times a second, and no rest of it", () => {
  const { seen, bar } = output({ terminal: true, columns: () => 120 });
  bar.report({ what: READING, done: 0, total: 400 });
  assert.equal(seen.written, `\r[${".".repeat(24)}] ${READING} 0 of 400 (0 %)\x1b[K`);
  seen.time = 50;
  bar.report({ what: READING, done: 50, total: 400 });
  assert.equal(seen.written.match(/\r/g)!.length, 1, "too soon to be seen");
  seen.time = 150;
  bar.report({ what: READING, done: 200, total: 400 });
  assert.ok(seen.written.endsWith(`\r[${"#".repeat(12)}${".".repeat(12)}] ${READING} 200 of 400 (50 %)\x1b[K`));
  bar.clear();
  assert.ok(seen.written.endsWith("\r\x1b[K"));
  const length = seen.written.length;
  bar.clear();
  assert.equal(seen.written.length, length, "nothing is there to be taken away");
  assert.deepEqual(seen.lines, []);
});

Deno.test("no drawing is wider than the terminal, with or without a total", () => {
  for (const columns of [40, 60, 120]) {
    const { seen, bar } = output({ terminal: true, columns: () => columns });
    bar.report({ what: READING, done: 5, total: 400 });
    bar.report({ what: "compared mails:", done: 5, total: null });
    for (const drawn of seen.written.split("\r").slice(1)) {
      assert.ok([...drawn.replace("\x1b[K", "")].length < columns, drawn);
    }
  }
});

Deno.test("a bar has a colour only where colours are wanted", () => {
  for (const colours of [true, false]) {
    const { seen, bar } = output({ terminal: true, colours });
    bar.report({ what: READING, done: 5, total: 10 });
    assert.equal(seen.written.includes("\x1b[32m["), colours);
  }
});

Deno.test("elsewhere there is a line every ten seconds, none for short work, and never a control character", () => {
  const { seen, bar } = output({});
  for (let second = 0; second <= 25; second++) {
    seen.time = second * 1000;
    bar.report({ what: READING, done: second * 100, total: 48_000 });
  }
  bar.report(null);
  assert.deepEqual(seen.lines, [
    `${READING} 1,000 of 48,000 (2 %), 8 minutes left`,
    `${READING} 2,000 of 48,000 (4 %), 8 minutes left`,
  ]);
  bar.report({ what: "short:", done: 1, total: 1 });
  assert.equal(seen.lines.length, 2);
  assert.equal(seen.written, "");
});

Deno.test("progressText() tells what is known", () => {
  assert.equal(progressText({ what: "a:", done: 1234, total: null }, 9_000), "a: 1,234");
  assert.equal(progressText({ what: "a:", done: 0, total: 0 }, 9_000), "a: 0 of 0 (100 %)");
  assert.equal(progressText({ what: "a:", done: 1, total: 2 }, 3_000), "a: 1 of 2 (50 %), less than a minute left");
  assert.equal(progressText({ what: "a:", done: 1, total: 1_000_000 }, 1_000), "a: 1 of 1,000,000 (0 %)");
  assert.match(progressText({ what: "a:", done: 10, total: 100_000 }, 6_000), /17 hours left$/);
});
