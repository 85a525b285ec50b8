import assert from "node:assert/strict";
import { join } from "node:path";
import { generate } from "selfsigned";
import { normaliseAddress } from "../../src/core/mail.ts";
import { runDoctor } from "../../src/app/doctor.ts";
import { certificates, OTHER, SUPPORT, World, type WorldOptions } from "./world.ts";

/** Runs a test in a new world. */
function within(options: WorldOptions, test: (world: World) => Promise<void>): () => Promise<void> {
  return async () => {
    await using world = await World.open(options);
    await test(world);
  };
}

const MAILBOX = ["mailbox-readable", "mailbox-draft", "sent-items-readable", "sent-items-copies", "aliases"];

const refusals: readonly [string, Record<string, string>, RegExp, RegExp][] = [
  [
    "a wrong secret",
    { O365_CLIENT_SECRET: "wrong~secret" },
    /secret is wrong \(AADSTS7000215\)\.$/,
    /Value, not.*New client secret/,
  ],
  ["an expired secret", { O365_CLIENT_SECRET: "an-old-secret" }, /has expired/, /New client secret/],
  ["an unknown app", { O365_CLIENT_ID: "nobody" }, /"nobody" is not known/, /O365_CLIENT_ID.*Overview/],
  [
    "an unknown tenant",
    { O365_TENANT_ID: "nowhere.example.com" },
    /no tenant "nowhere\.example\.com"/,
    /O365_TENANT_ID/,
  ],
  [
    "a sign-in that never was",
    { O365_GRANT_TYPE: "device-code" },
    /Nobody has signed in yet/,
    /authorize --grant-type device-code/,
  ],
];
for (const [name, env, detail, remedy] of refusals) {
  Deno.test(
    `${name} fails the token, and what needs it is not run`,
    within({ env }, async (world) => {
      const seen = await world.doctor();
      assert.deepEqual(seen.failures(), ["token"]);
      assert.deepEqual(seen.notRun(), ["mail-send", ...MAILBOX, "foreign-mailbox", "clock-graph"]);
      const token = seen.check("token");
      assert.equal(token.code, 3);
      assert.match(token.detail, detail);
      assert.match(token.remedy, remedy);
      assert.equal(seen.check("mailbox-draft").code, 3);
      assert.equal(seen.check("jira-create-issue").ok, true);
      assert.equal(world.graph.journal.entries.length, 0);
    }),
  );
}

Deno.test(
  "an Entra ID that nobody answers at is an outage, not a refusal",
  within({ env: { O365_ID_PROVIDER: "https://localhost:1" } }, async (world) => {
    const token = (await world.doctor()).check("token");
    assert.equal(token.ok, false);
    assert.equal(token.code, 1);
    assert.match(token.remedy, /O365_ID_PROVIDER.*HTTPS_PROXY/);
  }),
);

Deno.test(
  "a certificate that nobody trusts names CA_FILE",
  within({ env: { CA_FILE: "" } }, async (world) => {
    assert.match((await world.doctor()).check("token").remedy, /CA_FILE/);
  }),
);

Deno.test(
  "a mailbox that does not exist is a mistake in O365_PRINCIPAL, and the other one is examined",
  within({ env: { O365_PRINCIPAL: `nobody@example.com,${SUPPORT}` } }, async (world) => {
    const { checks } = (await world.doctor()).report;
    const failed = checks.find(({ check, ok }) => check === "mailbox-readable" && !ok)!;
    assert.equal(failed.about, "nobody@example.com");
    assert.equal(failed.code, 2);
    assert.match(failed.remedy, /O365_PRINCIPAL/);
    for (const check of MAILBOX) {
      assert.ok(checks.some((one) => one.check === check && one.ok && one.about === SUPPORT), check);
    }
  }),
);

Deno.test(
  "an app without consent may not read the mailbox",
  within({ app: { applicationPermissions: [] } }, async (world) => {
    const seen = await world.doctor();
    assert.deepEqual(seen.failures(), ["mailbox-readable"]);
    const readable = seen.check("mailbox-readable");
    assert.equal(readable.code, 3);
    assert.match(readable.remedy, /Mail\.ReadWrite and Mail\.Send with admin consent/);
    assert.match(seen.check("mail-send").detail, /Not proved/);
  }),
);

Deno.test("consent that was given after the stored token was issued counts at once", async () => {
  await using world = await World.open({ app: { applicationPermissions: [] } });
  assert.equal((await world.doctor()).check("mailbox-readable").ok, false);
  world.consent(["Mail.ReadWrite", "Mail.Send"]);
  const seen = await world.doctor();
  assert.ok(seen.report.ok, seen.text());
});

Deno.test(
  "an app that may only read cannot write a draft",
  within({ app: { applicationPermissions: ["Mail.Read", "Mail.Send"] } }, async (world) => {
    const seen = await world.doctor();
    assert.deepEqual(seen.failures(), ["mailbox-draft"]);
    assert.equal(seen.check("mailbox-draft").code, 3);
    assert.match(seen.check("mailbox-draft").remedy, /Mail\.ReadWrite/);
  }),
);

Deno.test(
  "an app that may not send is told unless nothing is to be sent",
  within({ app: { applicationPermissions: ["Mail.ReadWrite"] } }, async (world) => {
    const seen = await world.doctor();
    assert.deepEqual(seen.failures(), ["mail-send"]);
    assert.match(seen.check("mail-send").remedy, /Application permissions › Mail\.Send.*ACK=off/);
    const quiet = await world.doctor({ ACK: "off" });
    assert.ok(quiet.report.ok);
    assert.ok(quiet.report.checks.every(({ check }) => check !== "mail-send"));
  }),
);

Deno.test(
  "Sent Items that cannot be read are told",
  within({}, async (world) => {
    const body = { error: { code: "ErrorAccessDenied", message: "Access is denied." } };
    world.graph.faults.add({
      method: "GET",
      path: /mailFolders\/sentitems$/i,
      action: { kind: "answer", status: 403, body },
    });
    const seen = await world.doctor();
    assert.deepEqual(seen.failures(), ["sent-items-readable"]);
  }),
);

Deno.test(
  "the Exchange settings that Graph cannot tell are named with the commands that set them",
  within({}, async (world) => {
    const copies = (await world.doctor()).check("sent-items-copies");
    assert.ok(copies.ok);
    assert.match(copies.detail, /^Not proved/);
    for (const setting of ["MessageCopyForSentAsEnabled", "MessageCopyForSendOnBehalfEnabled"]) {
      assert.ok(copies.remedy.includes(`Set-Mailbox -Identity "${SUPPORT}" -${setting} $true`), setting);
    }
  }),
);

Deno.test(
  "the draft is really made, goes to nobody, and nothing of it is left",
  within({}, async (world) => {
    const seen = await world.doctor();
    assert.ok(seen.check("mailbox-draft").ok);
    const [made] = world.graph.journal.find("POST", /\/messages$/);
    assert.deepEqual(JSON.parse(made!.body).toRecipients, []);
    assert.equal(world.leftBehind(), 0);
    assert.equal(world.graph.outbox.length, 0);
  }),
);

Deno.test(
  "a draft whose creation got no answer is found and removed",
  within({}, async (world) => {
    world.graph.faults.add({ method: "POST", path: /\/messages$/, action: { kind: "closeAfter" } });
    const seen = await world.doctor();
    assert.deepEqual(seen.failures(), ["mailbox-draft"]);
    assert.equal(seen.check("mailbox-draft").code, 1);
    assert.equal(world.leftBehind(), 0);
  }),
);

Deno.test(
  "a draft is removed although deleting fails at first",
  within({}, async (world) => {
    world.graph.faults.add({ method: "DELETE", path: /./, action: { kind: "answer", status: 503 } });
    assert.ok((await world.doctor()).check("mailbox-draft").ok);
    assert.equal(world.leftBehind(), 0);
  }),
);

Deno.test(
  "a draft that comes late is found and removed",
  within({}, async (world) => {
    world.graph.faults.add({ method: "POST", path: /\/messages$/, action: { kind: "commitsLate", ms: 700 } });
    assert.deepEqual((await world.doctor()).failures(), ["mailbox-draft"]);
    assert.equal(world.graph.journal.find("DELETE", /./).length, 2);
    assert.equal(world.leftBehind(), 0);
  }),
);

Deno.test(
  "a doctor that is stopped leaves no draft",
  within({}, async (world) => {
    const stop = new AbortController();
    world.graph.faults.add({ method: "POST", path: /\/messages$/, action: { kind: "delay", ms: 150 } });
    const running = runDoctor({ flags: {}, environment: world.environment(), signal: stop.signal });
    while (world.graph.journal.find("POST", /\/messages$/).length === 0) {
      await new Promise((next) => setTimeout(next, 5));
    }
    stop.abort();
    const { checks } = await running;
    assert.equal(checks.find(({ check }) => check === "mailbox-draft")?.ok, true);
    assert.equal(world.leftBehind(), 0);
  }),
);

Deno.test(
  "a draft that cannot be deleted is named",
  within({}, async (world) => {
    world.graph.faults.add({ method: "DELETE", path: /./, action: { kind: "answer", status: 503 }, times: 9 });
    const draft = (await world.doctor()).check("mailbox-draft");
    assert.equal(draft.ok, false);
    assert.match(draft.remedy, /Delete the draft "o365-connect doctor/);
  }),
);

Deno.test(
  "aliases that recent mail names and nobody configured are shown",
  within(
    { mailboxes: [{ address: SUPPORT, aliases: ["help@example.com"] }, { address: OTHER }] },
    async (world) => {
      const to = (address: string, cc = "boss@customer.example") =>
        world.graph.deliver(
          SUPPORT,
          `From: ada@customer.example\r\nTo: ${address}\r\nCc: ${cc}\r\nSubject: x\r\n\r\nHi\r\n`,
        );
      await to("Help@Example.com");
      await to("support+hr@example.com");
      await to(SUPPORT, "it@example.com");
      const aliases = (await world.doctor()).check("aliases");
      assert.ok(aliases.ok, "a colleague looks the same");
      assert.match(aliases.detail, /help@example\.com, it@example\.com\.$/);
      assert.match(aliases.remedy, /O365_ADDRESSES=help@example\.com,it@example\.com$/);
      const configured = (await world.doctor({ O365_ADDRESSES: "help@example.com,it@example.com" })).check("aliases");
      assert.equal(configured.remedy, "");
    },
  ),
);

Deno.test(
  "a computer whose clock is wrong is told by Microsoft 365's",
  within({}, async (world) => {
    const headers = { date: new Date(Date.now() + 600_000).toUTCString() };
    world.graph.faults.add({ method: "*", path: /./, action: { kind: "answer", status: 503, headers }, times: 99 });
    const clock = (await world.doctor()).check("clock-graph");
    assert.equal(clock.ok, false);
    assert.match(clock.detail, /(599|600) s behind/);
    assert.match(clock.remedy, /timedatectl|w32tm/);
  }),
);

async function pem(folder: string, from: number, to: number): Promise<string> {
  const made = await generate([{ name: "commonName", value: "app" }], {
    notBeforeDate: new Date(from),
    notAfterDate: new Date(to),
    keySize: 2048,
    algorithm: "sha256",
  });
  await Deno.writeTextFile(join(folder, "app.pem"), made.private + made.cert);
  return made.cert;
}

const DAY = 24 * 60 * 60 * 1000;
const WITH_CERTIFICATE = { O365_CLIENT_SECRET: "", O365_CLIENT_CERTIFICATE: "app.pem" };

Deno.test("the end of the client certificate is told before it comes", async () => {
  const registered: string[] = [];
  await using world = await World.open({ app: { certificates: registered }, env: WITH_CERTIFICATE });
  registered.push(await pem(world.folder, Date.now() - DAY, Date.now() + 100 * DAY));
  const good = await world.doctor();
  assert.ok(good.report.ok, good.text());
  assert.match(good.check("client-certificate").detail, /\((99|100) days\)/);
  assert.equal(good.check("client-certificate").remedy, "");

  await pem(world.folder, Date.now() - DAY, Date.now() + 5 * DAY);
  const soon = (await world.doctor()).check("client-certificate");
  assert.ok(soon.ok);
  assert.match(soon.remedy, /Certificates & secrets/);

  await pem(world.folder, Date.now() - 9 * DAY, Date.now() - DAY);
  const over = (await world.doctor()).check("client-certificate");
  assert.equal(over.ok, false);
  assert.equal(over.code, 3);
  assert.match(over.detail, /expired/);

  await pem(world.folder, Date.now() + DAY, Date.now() + 9 * DAY);
  assert.match((await world.doctor()).check("client-certificate").detail, /only from/);

  await Deno.writeTextFile(
    join(world.folder, "app.pem"),
    certificates.key + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
  );
  const broken = (await world.doctor()).check("client-certificate");
  assert.equal(broken.code, 2);
});

Deno.test(
  "two mailboxes are examined side by side, each by its name",
  within({ env: { O365_PRINCIPAL: `${SUPPORT},${OTHER}` } }, async (world) => {
    const { checks, ok } = (await world.doctor()).report;
    assert.ok(ok);
    const about = checks.filter(({ check }) => check === "mailbox-draft").map(({ about }) => normaliseAddress(about!));
    assert.deepEqual(about, [SUPPORT, OTHER]);
  }),
);
