import assert from "node:assert/strict";
import { getLogger, withContext } from "@logtape/logtape";
import { configureLogging, type LoggingOptions, resetLogging, wantsColours } from "./configure.ts";
import type { Redactor } from "./redact.ts";

/** Runs with logging on and returns what was written. */
async function logged(
  options: Partial<LoggingOptions>,
  run: (redactor: Redactor) => void | Promise<void>,
): Promise<string[]> {
  const lines: string[] = [];
  const write = (text: string) => void lines.push(text);
  const redactor = configureLogging({
    level: "info",
    format: "text",
    colours: false,
    stacks: false,
    write,
    ...options,
  });
  try {
    await run(redactor);
  } finally {
    resetLogging();
  }
  return lines;
}

const logger = getLogger(["o365-connect", "pipeline"]);

Deno.test("a text line reads as time, level, room, sentence, and the fields that the sentence does not name", async () => {
  const [line] = await logged(
    {},
    () => logger.info("Opened issue {issueKey}.", { issueKey: "SUP-1", mailbox: "a@x.com" }),
  );
  assert.match(
    line!,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ INFO {4}pipeline: Opened issue SUP-1\. \(mailbox=a@x\.com\)\n$/,
  );
});

Deno.test("a JSON line is one document with message and fields", async () => {
  const [line] = await logged(
    { format: "json" },
    () => logger.warning("Waiting {ms} ms.", { ms: 5, why: "throttled" }),
  );
  const { time, ...rest } = JSON.parse(line!);
  assert.match(time, /Z$/);
  assert.deepEqual(rest, {
    level: "warning",
    logger: "pipeline",
    message: "Waiting 5 ms.",
    fields: { ms: 5, why: "throttled" },
  });
});

Deno.test("records below the level, and of other programs' categories, are not written", async () => {
  const lines = await logged({ level: "warning" }, () => {
    logger.info("Not this.");
    getLogger("someone-else").error("Nor this.");
    logger.error("But this.");
  });
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /But this/);
});

Deno.test("the context around a delivery reaches every record inside, also after an await", async () => {
  const [line] = await logged({}, () =>
    withContext({ deliveryId: 12 }, async () => {
      await Promise.resolve();
      logger.info("Done.");
    }));
  assert.match(line!, /Done\. \(deliveryId=12\)/);
});

for (const format of ["text", "json"] as const) {
  Deno.test(`secrets never reach a ${format} line, wherever they stand`, async () => {
    const lines = await logged({ format, stacks: true }, (redactor) => {
      redactor.add("hunter22");
      const error = new Error("refused hunter22", { cause: new Error("also hunter22") });
      logger.error("Failed with {what} hunter22.", { what: "hunter22", error, deep: { list: ["hunter22"] } });
    });
    assert.ok(lines.length === 1 && !lines[0]!.includes("hunter22"), lines[0]);
    assert.match(lines[0]!, /\*{6}/);
  });
}

Deno.test("a hostile value cannot forge a line or paint the terminal", async () => {
  const [line] = await logged({}, () => logger.info("Got {name}.", { name: "x\n2026 ERROR fake\x1b[31m\u202e" }));
  assert.equal(line!.trimEnd().split("\n").length, 1);
  assert.match(line!, /x 2026 ERROR fake\\u001b\[31m\\u202e/);
});

Deno.test("stack traces are written only when asked for", async () => {
  const record = () => logger.error("Failed.", { error: new Error("boom") });
  assert.match((await logged({ stacks: true }, record))[0]!, /error=Error: boom\)\n {4}Error: boom\n {8}at /);
  assert.doesNotMatch((await logged({}, record))[0]!, /at /);
});

Deno.test("wantsColours() is for terminals without NO_COLOR", async () => {
  assert.equal(wantsColours({}, true), true);
  assert.equal(wantsColours({ NO_COLOR: "" }, true), true);
  assert.equal(wantsColours({ NO_COLOR: "1" }, true), false);
  assert.equal(wantsColours({ TERM: "dumb" }, true), false);
  assert.equal(wantsColours({}, false), false);
  const [line] = await logged({ colours: true }, () => logger.info("Hello."));
  assert.ok(line!.includes("\x1b[32mINFO"));
});
