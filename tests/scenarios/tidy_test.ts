import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openState } from "../../src/state/open.ts";
import { mail, on, type Scenario, SUPPORT, until } from "./world.ts";

/** As if everything in the state had happened a hundred days ago. */
function age({ config }: Scenario): void {
  const sqlite = new DatabaseSync(config.databasePath);
  const ms = 100 * 86_400_000;
  sqlite.exec(`UPDATE effects SET started_at = started_at - ${ms};
    UPDATE deliveries SET finished_at = finished_at - ${ms} WHERE finished_at IS NOT NULL`);
  sqlite.close();
}

function receipts({ config }: Scenario): number {
  const sqlite = new DatabaseSync(config.databasePath, { readOnly: true });
  const { n } = sqlite.prepare("SELECT count(*) AS n FROM effects").get() as { n: number };
  sqlite.close();
  return n;
}

on("cloud", "a check removes the receipts of mail that ended well long ago, says so, and forgets no mail", {}, async (
  scenario,
) => {
  await scenario.world.graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0);
  assert.ok(receipts(scenario) > 0);
  age(scenario);
  const { report } = await scenario.check();
  assert.equal(receipts(scenario), 0);
  assert.equal(scenario.logged(/Removed \d+ receipts of mail that ended well more than 90 days ago/).length, 1);
  assert.equal(report.mailboxes[0]!.alreadyHandled, 1);
  assert.equal(scenario.issues().length, 1);
});

on("cloud", "a listener removes old receipts at its start", {}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0);
  age(scenario);
  const listener = scenario.listen();
  await until("old receipts are removed", () => receipts(scenario) === 0);
  await listener.stop();
});

on(
  "cloud",
  "what a killed process left of an attachment is removed at the next start, what a living one has is not",
  {},
  async (
    scenario,
  ) => {
    const living = await openState({ path: scenario.config.databasePath });
    const [left, used, foreign] = [
      `state.db.4194304-0123456789ab.${crypto.randomUUID()}.attachment`,
      `state.db.${living.owner}.${crypto.randomUUID()}.attachment`,
      "report.attachment",
    ]
      .map((name) => join(scenario.folder, name));
    for (const file of [left!, used!, foreign!]) await Deno.writeTextFile(file, "x");
    assert.equal(await scenario.once(), 0);
    const names = [...Deno.readDirSync(scenario.folder)].map(({ name }) => join(scenario.folder, name));
    assert.deepEqual([left, used, foreign].map((file) => names.includes(file!)), [false, true, true]);
    await living.close();
  },
);
