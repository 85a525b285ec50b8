import assert from "node:assert/strict";
import { KILL_ROUTES, MOMENTS } from "../../tools/crash_test/kills.ts";
import { makeScript } from "../../tools/crash_test/script.ts";

const KINDS = ["cloud", "server"] as const;

Deno.test("a seed of the crash test gives one script, another seed another", () => {
  assert.deepEqual(makeScript("a", "cloud", 300, 100), makeScript("a", "cloud", 300, 100));
  assert.notDeepEqual(makeScript("a", "cloud", 300, 100).mails, makeScript("b", "cloud", 300, 100).mails);
});

for (const kind of KINDS) {
  Deno.test(`${kind}: a crash test of usual length kills at every route and at every moment`, () => {
    const kills = makeScript("a", kind, 600, 200).cycles.map(({ kill }) => kill);
    for (const route of KILL_ROUTES[kind]) assert.ok(kills.some((kill) => kill.route === route), route);
    for (const moment of MOMENTS) assert.ok(kills.some((kill) => kill.moment === moment), moment);
  });
}

Deno.test("a mail of the crash test answers an earlier one, and belongs to the issue of its conversation", () => {
  const { mails } = makeScript("a", "server", 600, 200);
  for (const { number, parent, root, kind, cycle } of mails) {
    if (parent === null) assert.ok(root === number || (root === null && /automatic|agent-start/.test(kind)));
    else {
      assert.ok(parent < number && mails[parent]!.cycle <= cycle);
      if (root !== number) assert.equal(mails[parent]!.root, root);
    }
  }
  const files = mails.flatMap(({ root, files }) => files.map(({ name, size }) => `${root} ${name} ${size}`));
  assert.ok(new Set(files).size < files.length, "no two files of one conversation have the same name and size");
});

Deno.test("people of a crash test with the relay comment often, and its seed gives another script than without", () => {
  const [plain, relay] = [makeScript("a", "cloud", 300, 100), makeScript("a", "cloud", 300, 100, true)];
  const comments = ({ cycles }: typeof plain) =>
    cycles.flatMap(({ deeds }) => deeds).filter((d) => d.kind === "comment");
  assert.ok(comments(relay).length > 100 && comments(plain).length < 100);
  assert.notDeepEqual(relay.mails, plain.mails);
});
