import assert from "node:assert/strict";
import { answering, KINDS, mail, Scenario, SUPPORT } from "./world.ts";

for (const kind of KINDS) {
  Deno.test(`${kind}: of two answers with a file of one name and size each, a lost upload is not taken for the other`, async () => {
    await using scenario = await Scenario.open(kind);
    const { graph, jira } = scenario.world;
    await graph.deliver(SUPPORT, mail({ id: "first@x.example" }));
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    jira.faults.add({ method: "POST", path: /\/attachments$/, action: { kind: "closeBefore" } });
    for (
      const [subject, content] of [["Printer on floor one", "first bytes"], [
        "Printer on floor two",
        "other bytes",
      ]] as const
    ) {
      const headers = answering("<first@x.example>");
      await graph.deliver(SUPPORT, mail({ subject, headers, attachments: [{ name: "log.txt", content }] }));
    }
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    const files = scenario.issue().attachments.map(({ bytes }) => new TextDecoder().decode(bytes)).sort();
    assert.deepEqual(files, ["first bytes", "other bytes"]);
  });
}
