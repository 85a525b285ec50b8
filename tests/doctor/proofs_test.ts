import assert from "node:assert/strict";
import { SIM_CLIENT } from "../../src/app/sim_world.ts";
import { OTHER, SUPPORT, World } from "./world.ts";

const LIMITED = {
  app: { applicationPermissions: [] },
  access: {
    rbac: [{ appId: SIM_CLIENT, permissions: ["Mail.ReadWrite", "Mail.Send"] as const, mailboxes: [SUPPORT] }],
  },
};
const FOREIGN = "foreign-mailbox";

/** Everything that lies in the mailbox, wherever. */
function remains(world: World): number {
  return ["inbox", "sentitems", "drafts", "deleteditems", "junkemail"]
    .reduce((sum, folder) => sum + world.graph.messages(SUPPORT, folder).length, 0);
}

Deno.test("without --foreign nothing is said to be proved, and how it could be is told", async () => {
  await using world = await World.open(LIMITED);
  const seen = (await world.doctor()).check(FOREIGN);
  assert.equal(seen.ok, true);
  assert.match(seen.detail, /^Not proved/);
  assert.match(seen.remedy, /--foreign/);
  assert.equal(world.graph.journal.find("GET", new RegExp(OTHER)).length, 0);
});

Deno.test("--foreign is proved by a refusal where the app is limited to its mailbox", async () => {
  await using world = await World.open(LIMITED);
  const seen = await world.doctor({}, { foreign: OTHER });
  assert.deepEqual([seen.check(FOREIGN).ok, seen.report.ok], [true, true], seen.text());
  assert.match(seen.check(FOREIGN).detail, /refuses the app the Inbox of other@example\.com \(403 ErrorAccessDenied\)/);
});

Deno.test("--foreign fails where the app may read every mailbox, and the remedy limits it", async () => {
  await using world = await World.open();
  const check = (await world.doctor({}, { foreign: OTHER })).check(FOREIGN);
  assert.deepEqual([check.ok, check.code], [false, 3]);
  assert.match(check.detail, /can read the Inbox of other@example\.com/);
  assert.match(check.remedy, /RBAC for Applications.*remove the consent/);
});

Deno.test("--foreign proves nothing with a mailbox that is not there, or is ours", async () => {
  await using world = await World.open(LIMITED);
  for (
    const [foreign, detail] of [["nobody@example.com", /there is no mailbox/], [
      "SUPPORT@example.com",
      /one of O365_PRINCIPAL/,
    ]] as const
  ) {
    const check = (await world.doctor({}, { foreign })).check(FOREIGN);
    assert.deepEqual([check.ok, check.code], [false, 2]);
    assert.match(check.detail, detail);
    assert.match(check.detail, /^Not proved/);
  }
});

Deno.test("--send sends a mail from the mailbox to itself, sees it arrive, and leaves nothing of it", async () => {
  await using world = await World.open(LIMITED);
  const seen = await world.doctor({}, { send: true });
  assert.equal(seen.check("mail-send").ok, true, seen.text());
  assert.match(seen.check("mail-send").detail, /was in its Inbox after [\d.]+ s, and is deleted/);
  assert.deepEqual(world.graph.outbox.map(({ from, to }) => [from.address, to.map(({ address }) => address)]), [
    [SUPPORT, [SUPPORT]],
  ]);
  assert.equal(remains(world), 0);
});

Deno.test("--send is recognised under another Message-ID, without our headers, and with a late copy", async () => {
  await using world = await World.open();
  Object.assign(world.graph.sending, { rewriteMessageIds: true, stripHeaders: true, sentCopyDelayMs: 1_500 });
  const seen = await world.doctor({}, { send: true });
  assert.equal(seen.check("mail-send").ok, true, seen.text());
  assert.equal(remains(world), 0);
});

Deno.test("--send whose answer is lost is looked for, not sent again", async () => {
  await using world = await World.open();
  world.graph.faults.add({ method: "POST", path: /\/send$/, action: { kind: "closeAfter" } });
  const seen = await world.doctor({}, { send: true });
  assert.equal(seen.check("mail-send").ok, true, seen.text());
  assert.equal(world.graph.outbox.length, 1);
  assert.equal(remains(world), 0);
});

Deno.test("--send by an app that may not send is told with what to click, and the draft is removed", async () => {
  await using world = await World.open({ app: { applicationPermissions: ["Mail.ReadWrite"] } });
  const seen = await world.doctor({ ACK: "off" }, { send: true });
  assert.deepEqual(seen.failures(), ["mail-send"]);
  assert.equal(seen.check("mail-send").code, 3);
  assert.match(seen.check("mail-send").remedy, /Application permissions › Mail\.Send/);
  assert.equal(remains(world), 0);
});

Deno.test("--send that is moved out of the Inbox, or never arrives, fails in other words each", async () => {
  await using world = await World.open();
  const inbox = () => world.graph.messages(SUPPORT, "inbox").map(({ immutableId }) => immutableId);
  world.graph.onSent = () => inbox().forEach((id) => world.graph.move(SUPPORT, id, "junkemail"));
  const moved = (await world.doctor({}, { send: true, arrivalMs: 0 })).check("mail-send");
  assert.deepEqual([moved.ok, moved.code], [false, 2]);
  assert.match(moved.detail, /arrived, but not in its Inbox/);
  world.graph.onSent = () => inbox().forEach((id) => world.graph.remove(SUPPORT, id));
  const lost = (await world.doctor({}, { send: true, arrivalMs: 1_500 })).check("mail-send");
  assert.deepEqual([lost.ok, lost.code], [false, 1]);
  assert.match(lost.remedy, /Message trace/);
});

Deno.test("every check that failed tells a remedy, also one that could not be run", async () => {
  await using world = await World.open();
  for (
    const env of [{ O365_CLIENT_SECRET: "wrong~secret" }, { JIRA_PLATFORM_TOKEN: "wrong" }, { O365_PRINCIPAL: "" }]
  ) {
    const { report } = await world.doctor(env, { send: true, foreign: OTHER });
    assert.equal(report.ok, false);
    for (const { check, ok, remedy } of report.checks) assert.ok(ok || remedy !== "", check);
  }
});
