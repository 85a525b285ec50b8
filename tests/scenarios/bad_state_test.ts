/** A database that cannot be used: a clear line, the right exit code, and it is left alone. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { exitOfError } from "../../src/app/exit_of_error.ts";
import { openState } from "../../src/state/open.ts";
import { ROOT } from "../cli/spawn.ts";
import { mail, on, type Scenario, SUPPORT } from "./world.ts";

interface Bad {
  readonly what: string;
  make(path: string): void;
  readonly words: RegExp;
}

function sqlite(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

const BAD: readonly Bad[] = [
  {
    what: "that is no database",
    make: (path) => Deno.writeTextFileSync(path, "this is a letter, and long enough to be read as one ".repeat(40)),
    words: /not a state of o365-connect.*DATABASE_URI/,
  },
  {
    what: "of another program",
    make: (path) => sqlite(path, "CREATE TABLE guests (name TEXT)"),
    words: /not a state of o365-connect.*DATABASE_URI/,
  },
  {
    what: "that a newer version wrote",
    make(path) {
      const made = openedOnce(path);
      sqlite(made, "PRAGMA user_version = 999");
    },
    words: /written by a newer o365-connect/,
  },
  {
    what: "that is damaged",
    make: (path) => Deno.truncateSync(openedOnce(path), 9_000),
    words: /damaged.*Restore/,
  },
  {
    what: "that is a folder",
    make: (path) => Deno.mkdirSync(path),
    words: /it is a folder.*DATABASE_URI/,
  },
];

/** The state of a run before, put there by {@link earlier}. */
function openedOnce(path: string): string {
  Deno.copyFileSync(`${path}.earlier`, path);
  return path;
}

async function earlier(scenario: Scenario): Promise<string> {
  const path = join(scenario.folder, "state.db");
  await (await openState({ path: `${path}.earlier` })).close();
  return path;
}

for (const { what, make, words } of BAD) {
  on("cloud", `a database ${what} is exit 2, in words, and nothing is written anywhere`, {}, async (scenario) => {
    const path = await earlier(scenario);
    make(path);
    const before = Deno.statSync(path).isFile ? Deno.readFileSync(path) : null;
    await scenario.world.graph.deliver(SUPPORT, mail());
    for (
      const command of [() => scenario.once(), async () => (await scenario.check()).exitCode, () => scenario.dryRun()]
    ) {
      const { code, text } = await scenario.ended(command);
      assert.equal(code, 2, text);
      assert.match(text, words);
      assert.ok(text.includes(path));
    }
    assert.equal(scenario.world.jira.journal.entries.length, 0);
    if (before !== null) assert.deepEqual(Deno.readFileSync(path), before);
  });
}

on("cloud", "a database in a folder that does not exist is exit 2 and names the way out", {}, async (scenario) => {
  const { code, text } = await scenario.ended(() =>
    scenario.once({ env: { DATABASE_URI: "sqlite:///no/such/state.db" } })
  );
  assert.equal(code, 2, text);
  assert.match(text, /DATABASE_URI/);
});

on("cloud", "a database that another program holds is waited for; when it stays held, that is exit 75", {}, async (
  scenario,
) => {
  await scenario.once();
  const path = join(scenario.folder, "state.db");
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  await assert.rejects(openState({ path, busyTimeoutMs: 100 }), (error: Error) => {
    assert.equal(exitOfError(error), 75);
    assert.match(error.message, /another program holds it locked/);
    return true;
  });
  await scenario.world.graph.deliver(SUPPORT, mail());
  const running = scenario.once();
  await new Promise((resolve) => setTimeout(resolve, 400));
  other.exec("ROLLBACK");
  other.close();
  assert.equal(await running, 0);
  scenario.issue();
});

on("cloud", "a database that may not be written is exit 2 and says what to do", {}, async (scenario) => {
  await scenario.once();
  const path = join(scenario.folder, "state.db");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      `--deny-write=${path}`,
      "--no-check",
      "--config",
      join(ROOT, "deno.json"),
      join(ROOT, "main.ts"),
      "handle-incoming-events",
      "--once",
    ],
    cwd: scenario.folder,
    env: { ...scenario.env, NO_COLOR: "1" },
  });
  const { code, stderr } = await child.output();
  const text = new TextDecoder().decode(stderr);
  assert.equal(code, 2, text);
  assert.match(text, /cannot be opened for writing/);
  assert.match(text, /DATABASE_URI/);
});
