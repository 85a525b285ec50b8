import assert from "node:assert/strict";
import { join } from "node:path";
import { systemEnvironment } from "../../src/config/system_environment.ts";
import { loadConfig } from "../../src/config/load.ts";
import { inFolder, ROOT } from "../cli/spawn.ts";
import { document } from "./documents.ts";
import { allSources, HOLE, messagesOf, type SourceMessage } from "./source_messages.ts";

const RUN_BOOK = await document("docs/operations.md");
/** Its code spans, with what differs as {@link HOLE}. */
const SPANS = [...RUN_BOOK.text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);

/** Text between the holes that says something. */
function pieces(text: string): string[] {
  return text.split(HOLE).map((piece) => piece.trim()).filter((piece) => /\p{L}{2}/u.test(piece));
}

/** Whether a span of the run-book is this message, or its beginning to a point where it can be told from others. */
function shows(span: string, text: string): boolean {
  const shown = span.split("…").map((piece) => piece.trim()).filter((piece) => /\p{L}{2}/u.test(piece));
  const said = pieces(text);
  return shown.length > 0 && shown.join("").length >= 12 && shown.every((piece, at) => {
    const whole = said[at];
    return whole !== undefined && (at === shown.length - 1 ? whole.includes(piece) : whole === piece);
  });
}

function notShown(messages: readonly SourceMessage[]): string[] {
  return messages.flatMap(({ where, text }) => {
    if (text === null || pieces(text).length === 0 || SPANS.some((span) => shows(span, text))) return [];
    return [`${where}: ${text.replaceAll(HOLE, "…")}`];
  });
}

Deno.test("a message that the run-book does not tell is found out", () => {
  const where = "src/x.ts:1";
  const of = (text: string) => notShown([{ where, text }]).length;
  assert.equal(of(`Reading ${HOLE} failed: ${HOLE}. Trying again.`), 0);
  assert.equal(of(`Writing ${HOLE} failed: ${HOLE}. Trying again.`), 1);
  assert.equal(of(`Reading ${HOLE} failed: ${HOLE}. Giving up.`), 1);
  assert.equal(of("The mailbox is on fire."), 1);
});

const LOG_CALL = /\b(?:log|logger|logging)\??\.(?:warn|warning|error|fatal)\(/;

Deno.test("every warning and error that the program logs stands in the run-book", async () => {
  const messages = await messagesOf(LOG_CALL);
  assert.ok(messages.filter(({ text }) => text !== null).length >= 25, "the messages are not found any more");
  assert.deepEqual(notShown(messages), [], "docs/operations.md, Log lines: a row is missing");
});

Deno.test("what is logged is written where it is logged, but for sentences about settings and ends", async () => {
  const elsewhere = (await messagesOf(LOG_CALL)).filter(({ text }) => text === null || pieces(text).length === 0);
  assert.deepEqual([...new Set(elsewhere.map(({ where }) => where.split(":")[0]))].sort(), [
    "src/app/bridge.ts", // hands the pipeline's on
    "src/app/start_logging.ts", // hands the command's on
    "src/cli/context.ts", // the settings' warnings
    "src/cli/exit.ts", // why the program ended
  ]);
});

Deno.test("every warning about settings stands in the run-book", async () => {
  const messages = await messagesOf(/\bwarnings\.push\(/);
  assert.ok(messages.length >= 4);
  assert.deepEqual(notShown(messages), []);
  await inFolder((folder) => {
    const env = ["JIRA_PLATFROM_URL=x", "JIRA_XYZ=x", "JIRA_HR_BOARD=HR", "REQUEST_TIMEOUT_SECONDS=soon"].join("\n");
    Deno.writeTextFileSync(join(folder, ".env"), env);
    const { warnings } = loadConfig({ flags: {}, needs: { graph: false, jira: false, state: true } }, {
      ...systemEnvironment(),
      env: {},
      workingDirectory: folder,
      executableDirectory: null,
    });
    assert.ok(warnings.length >= 4, warnings.join("\n"));
    const unknown = warnings.filter((warning) => {
      return !SPANS.some((span) => {
        const shown = span.split("…").map((piece) => piece.trim()).filter((piece) => piece.length > 3);
        return shown.length > 0 && shown.every((piece) => piece.length > 12 && warning.includes(piece));
      });
    });
    assert.deepEqual(unknown, []);
    return Promise.resolve();
  });
});

Deno.test("every message of a state that cannot be used, and of credentials, stands in the run-book", async () => {
  const messages = [...await messagesOf(/new StateError\(/), ...await messagesOf(/new CredentialsError\(/, 1)];
  assert.ok(messages.length >= 12);
  const states = /^(?:State file|Backup) "/;
  assert.deepEqual(notShown(messages.filter(({ text }) => text === null || !states.test(text))), []);
});

Deno.test("every message that the run-book tells is one of the program's", async () => {
  const sources = await allSources();
  const told = RUN_BOOK.text.slice(RUN_BOOK.text.indexOf("## Log lines"));
  const rows = told.split("\n").filter((line) => line.startsWith("| `"));
  assert.ok(rows.length > 50);
  for (const row of rows) {
    const first = row.split(" | ")[0]!;
    for (const [, span] of first.matchAll(/`([^`]+)`/g)) {
      const shown = span!.split("…").map((piece) => piece.trim()).filter((piece) => /\p{L}{3}/u.test(piece));
      const known = sources.some((source) => shown.every((piece) => source.includes(piece)));
      assert.ok(known, `docs/operations.md: nothing says \`${span}\` any more`);
    }
  }
});

Deno.test("every step at which a mail can fail stands in the run-book", async () => {
  const source = await Deno.readTextFile(join(ROOT, "src", "pipeline", "context.ts"));
  const steps = [.../export type Step =([^;]*);/.exec(source)![1]!.matchAll(/"([a-z-]+)"/g)].map(([, step]) => step!);
  assert.ok(steps.length >= 8);
  assert.deepEqual(steps.filter((step) => !RUN_BOOK.text.includes(`| \`${step}\` |`)), []);
});
