/** What single settings change about issues and comments. */

import assert from "node:assert/strict";
import { join } from "node:path";
import type { SimProject } from "../../src/sim/jira/mod.ts";
import { answering, mail, onBoth, type Scenario, SUPPORT } from "./world.ts";

async function issueWithReply(scenario: Scenario, text = "Still jams."): Promise<void> {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "first@customer.example" }));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  await graph.deliver(
    SUPPORT,
    mail({ subject: "Re: Printer jams", headers: answering("<first@customer.example>"), text }),
  );
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
}

const VISIBILITY: readonly (readonly [setting: string, type: SimProject["type"], isPublic: boolean])[] = [
  ["auto", "service_desk", false],
  ["auto", "software", true],
  ["internal", "service_desk", false],
  ["internal", "software", false],
  ["public", "service_desk", true],
];

for (const [setting, type, isPublic] of VISIBILITY) {
  onBoth(
    `JIRA_COMMENT_VISIBILITY=${setting} in a ${type} project makes a comment ${isPublic ? "public" : "internal"}`,
    { env: { JIRA_COMMENT_VISIBILITY: setting }, project: { type } },
    async (scenario) => {
      await issueWithReply(scenario);
      const [comment] = scenario.issue().comments;
      assert.equal(scenario.world.store.isPublic(comment!), isPublic);
    },
  );
}

onBoth("JIRA_USER_MAP wins over the search", { env: { JIRA_USER_MAP: "users.txt" } }, async (scenario) => {
  const { store, kind } = scenario.world;
  store.createUser({ displayName: "Found by search", emailAddress: "ada@customer.example" });
  const mapped = store.createUser({ displayName: "Mapped", emailAddress: "mapped@example.com" });
  const account = kind === "cloud" ? mapped.accountId : mapped.name;
  await Deno.writeTextFile(join(scenario.folder, "users.txt"), `# people\nADA@customer.example=${account}\n`);
  await scenario.world.graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.equal(scenario.issue().reporter, mapped.accountId);
});

const QUOTED =
  "New words.\r\n\r\nOn Mon, 2 Nov 2026 at 10:00, Support <support@example.com> wrote:\r\n> Old words.\r\n";

onBoth("QUOTED_HISTORY=drop leaves the history in the mailbox", {}, async (scenario) => {
  await issueWithReply(scenario, QUOTED);
  assert.doesNotMatch(scenario.comments().join(), /Old words/);
  assert.deepEqual(scenario.attachments(), {});
});

onBoth(
  "QUOTED_HISTORY=collapse keeps the history below the new words",
  { env: { QUOTED_HISTORY: "collapse" } },
  async (scenario) => {
    await issueWithReply(scenario, QUOTED);
    assert.match(scenario.comments().join(), /New words[^]*Old words/);
  },
);

onBoth("QUOTED_HISTORY=attach attaches the history", { env: { QUOTED_HISTORY: "attach" } }, async (scenario) => {
  await issueWithReply(scenario, QUOTED);
  assert.doesNotMatch(scenario.comments().join(), /Old words/);
  assert.match(Object.values(scenario.attachments()).join(), /Old words/);
});

onBoth(
  "JIRA_ISSUE_TYPE is the type of every new issue, and one that the project lacks is told",
  { env: { JIRA_ISSUE_TYPE: "Bug" } },
  async (scenario) => {
    await scenario.world.graph.deliver(SUPPORT, mail());
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.equal(scenario.world.store.issueType(scenario.issue()).name, "Bug");
    await scenario.world.graph.deliver(SUPPORT, mail());
    const { code, text } = await scenario.ended(() => scenario.once({ env: { JIRA_ISSUE_TYPE: "Bogus" } }));
    assert.equal(code, 2, text);
    assert.match(text, /JIRA_ISSUE_TYPE: project SUP has no issue type "Bogus"; it has .*Bug/);
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.equal(scenario.issues().length, 2);
  },
);
