import assert from "node:assert/strict";
import { answering, KINDS, mail, Scenario, SUPPORT } from "./world.ts";

for (const kind of KINDS) {
  Deno.test(`${kind}: an auto-responder that answers for ever ends as one issue, one acknowledgement and capped comments`, async () => {
    await using scenario = await Scenario.open(kind);
    const { graph } = scenario.world;
    await graph.deliver(SUPPORT, mail({ id: "first@x.example" }));
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    const acknowledgement = graph.outbox[0]!.internetMessageId;
    for (let i = 0; i < 60; i++) {
      const headers = answering(acknowledgement);
      await graph.deliver(SUPPORT, mail({ subject: "Re: Printer jams", text: `Thank you for mail ${i}.`, headers }));
    }
    assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
    const { comments } = scenario.issue();
    const notes = comments.filter(({ body }) => /answering each other/.test(scenario.text(body)));
    assert.equal(notes.length, 1);
    // Twelve conversations at once: what had begun before the limit was reached is finished.
    assert.ok(comments.length <= 41 + 12, `${comments.length} comments`);
    assert.ok(comments.length > 40, `${comments.length} comments`);
    assert.equal(graph.outbox.length, 1);
    assert.equal(scenario.lines.filter((line) => line.includes("[loop-limit]")).length, 61 - comments.length);
  });
}

Deno.test("our own mail that comes back without any header of ours is known by its Message-ID", async () => {
  await using scenario = await Scenario.open("cloud");
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail());
  assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
  const { internetMessageId } = graph.outbox[0]!;
  await graph.deliver(
    SUPPORT,
    mail({
      id: internetMessageId.slice(1, -1),
      from: `Support <${SUPPORT}>`,
      to: "ada@customer.example",
      subject: "Re: Printer jams",
    }),
  );
  assert.equal(await scenario.once(), 0, scenario.lines.join("\n"));
  assert.equal(scenario.issue().comments.length, 0);
  assert.ok(scenario.lines.some((line) => line.includes("[own-output]")), scenario.lines.join("\n"));
});
