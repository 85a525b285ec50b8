import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { serveWebhook, type Webhook, type WebhookOptions } from "../../src/app/relay_webhook.ts";
import { makeCertificates } from "../../src/sim/kit/certificates.ts";
import { SimWebhook } from "../../src/sim/jira/mod.ts";
import { GRACE, relayed, relaying, textOf, withIssue } from "./relay.ts";
import { onBoth, type Scenario, until } from "./world.ts";

const SECRET = "a secret of more than sixteen signs";
const LOOPBACK = { hostname: "127.0.0.1", port: 0, loopback: true };
/** Nothing is found by polling within a test. */
const RARELY = relaying("public", { POLL_INTERVAL_SECONDS: "600" });

/** A listener with a webhook, and the URL at which it is served. */
async function listening(scenario: Scenario) {
  let url = "";
  const listener = scenario.listen({
    webhook: { address: LOOPBACK, secret: SECRET, certificate: null, onServed: (served) => url = served },
  });
  await until("the webhook is served", () => url !== "");
  return { listener, url };
}

onBoth(
  "a signed webhook has a comment mailed at once, and the same delivery twice mails it once",
  RARELY,
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { store } = scenario.world;
    const { listener, url } = await listening(scenario);
    const webhook = new SimWebhook(store, { url, kind: scenario.world.kind, secret: SECRET, twice: true });
    await until("the first look is over", async () => (await seen(scenario)) > 0);
    store.commentAs(GRACE, issue, "On its way.");
    await until("the comment is mailed", () => relayed(scenario).length === 1);
    await until("both were answered", () => webhook.deliveries.length === 2);
    assert.deepEqual(webhook.deliveries.map(({ status }) => status), [200, 200]);
    await webhook.stop();
    assert.equal(await listener.stop(), 0);
    assert.deepEqual(relayed(scenario).map((sent) => /On its way/.test(textOf(sent))), [true]);
  },
);

/** How often comments were looked for. */
async function seen(scenario: Scenario): Promise<number> {
  return await Promise.resolve(scenario.world.jira.journal.find("POST", /\/search(\/jql)?$/).length);
}

onBoth(
  "what a webhook says about a comment is not believed: an internal one stays in Jira",
  RARELY,
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { store } = scenario.world;
    const { listener, url } = await listening(scenario);
    const comment = store.commentAs(GRACE, issue, "Between us.", {
      visibility: { type: "role", value: "Administrators" },
    });
    const body = JSON.stringify({
      webhookEvent: "comment_created",
      issue: { id: issue.id },
      comment: { id: comment.id, body: "For you", jsdPublic: true },
    });
    const answer = await post(url, body, { "x-hub-signature": sign(body) });
    assert.equal(answer, 200);
    await until("the comment was looked at", () => scenario.world.jira.journal.find("GET", /\/comment$/).length > 1);
    assert.equal(await listener.stop(), 0);
    assert.equal(relayed(scenario).length, 0);
  },
);

function sign(body: string, secret = SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

async function post(url: string, body: BodyInit, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { method: "POST", body, headers });
  await response.body?.cancel();
  return response.status;
}

/** A webhook alone, and what it rang. */
async function served(
  options: Partial<WebhookOptions>,
  test: (webhook: Webhook, rung: (string | null)[]) => Promise<void>,
) {
  const rung: (string | null)[] = [];
  const webhook = serveWebhook(
    { address: LOOPBACK, secret: SECRET, certificate: null, ...options },
    (issue) => rung.push(issue),
  );
  try {
    await test(webhook, rung);
  } finally {
    await webhook.close();
  }
}

const BODY = JSON.stringify({ issue: { id: "10012", key: "SUP-12" } });

Deno.test("a webhook rings only with the right signature over the raw body", () =>
  served({}, async ({ url }, rung) => {
    assert.equal(await post(url, BODY), 401);
    assert.equal(await post(url, BODY, { "x-hub-signature": sign(BODY, "another secret of many signs") }), 401);
    assert.equal(await post(url, BODY, { "x-hub-signature": sign(BODY).slice(0, -2) }), 401);
    assert.equal(await post(url, BODY, { "x-hub-signature": sign(BODY).replace("sha256", "sha1") }), 401);
    assert.equal(await post(url, `${BODY} `, { "x-hub-signature": sign(BODY) }), 401);
    assert.deepEqual(rung, []);
    assert.equal(await post(url, BODY, { "x-hub-signature": sign(BODY) }), 200);
    assert.equal(await post(url, "no JSON", { "x-hub-signature": sign("no JSON") }), 200);
    assert.deepEqual(rung, ["10012", null]);
  }));

Deno.test("only a POST to its path of a reasonable size is answered", () =>
  served({}, async ({ url }, rung) => {
    const get = await fetch(url);
    await get.body?.cancel();
    assert.equal(get.status, 405);
    assert.equal(await post(new URL("/other", url).href, BODY, { "x-hub-signature": sign(BODY) }), 404);
    const large = new Uint8Array(5 * 1024 * 1024);
    assert.equal(await post(url, large), 413);
    assert.equal(await post(url, ReadableStream.from([large]), {}), 413);
    assert.deepEqual(rung, []);
  }));

Deno.test("a Jira that cannot sign rings by the secret in the path, over TLS or on this machine only", async () => {
  await served({}, async ({ url }, rung) => {
    assert.equal(await post(`${url}/${encodeURIComponent(SECRET)}`, BODY), 200);
    assert.equal(await post(`${url}/wrong`, BODY), 404);
    assert.deepEqual(rung, ["10012"]);
  });
  await served({ address: { hostname: "0.0.0.0", port: 0, loopback: false } }, async ({ url }, rung) => {
    assert.equal(await post(`${url.replace("0.0.0.0", "127.0.0.1")}/${encodeURIComponent(SECRET)}`, BODY), 404);
    assert.deepEqual(rung, []);
  });
  const certificates = await makeCertificates();
  const certificate = `${certificates.key}\n${certificates.cert}`;
  await served({ address: { hostname: "0.0.0.0", port: 0, loopback: false }, certificate }, async ({ url }, rung) => {
    const client = Deno.createHttpClient({ caCerts: [certificates.ca] });
    const target = `${url.replace("0.0.0.0", "localhost")}/${encodeURIComponent(SECRET)}`;
    const response = await fetch(target, { method: "POST", body: BODY, client });
    await response.body?.cancel();
    client.close();
    assert.equal(response.status, 200);
    assert.deepEqual(rung, ["10012"]);
  });
});
