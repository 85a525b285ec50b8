import assert from "node:assert/strict";
import { mail, PageWorld, SUPPORT, TOKEN, until } from "./world.ts";

const EVERYBODY = { hostname: "0.0.0.0", port: 0, loopback: false };

Deno.test("healthz is green after the first read, without a word of any mail", async () => {
  await using page = await PageWorld.open();
  await page.ready();
  await page.world.graph.deliver(SUPPORT, mail({ subject: "Salary", from: "Ada <ada@customer.example>" }));
  await until("an issue", () => page.world.store.issues().length === 1);
  const { status, text, headers } = await page.ask("/healthz");
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "application/json");
  const { ok, problems, mailboxes: [mailbox], paused } = JSON.parse(text);
  assert.deepEqual([ok, problems, paused], [true, [], []]);
  assert.deepEqual({ ...mailbox, lastReadSecondsAgo: 0 }, { mailbox: SUPPORT, ok: true, lastReadSecondsAgo: 0 });
  assert.doesNotMatch(text, /Salary|customer/);
});

Deno.test("healthz is red while Graph is waited for at the start, and green when it answers", async () => {
  await using page = await PageWorld.open({ beforeStart: ({ graph }) => void (graph.faults.chance = down) });
  const { status, text } = await page.ask("/healthz");
  assert.equal(status, 503);
  assert.equal(JSON.parse(text).ok, false);
  assert.equal((await page.ask("/metrics")).status, 503);
  assert.match((await page.ask("/")).text, /Starting/);
  page.world.graph.faults.clear();
  await page.ready();
});

Deno.test("healthz is red when a mailbox was last read too long ago, and says which", async () => {
  await using page = await PageWorld.open();
  await page.ready();
  page.world.graph.faults.chance = down;
  // As it is after an hour without Graph: the state is what is believed, whoever reads the mailbox.
  const { text } = await until("red", async () => {
    // Again and again, for a round that had begun before may still end well.
    await page.changeState((state) => state.setLastSync(SUPPORT, new Date(Date.now() - 3_600_000).toISOString()));
    const answer = await page.ask("/healthz");
    return answer.status === 503 && answer;
  });
  assert.match(JSON.parse(text).problems[0], /^support@example\.com was last read 36\d\d seconds ago/);
  assert.match((await page.ask("/")).text, /class="health bad"/);
  assert.match((await page.ask("/metrics")).text, /^o365_connect_up 0$/m);
});

Deno.test("healthz is red while credentials are refused, and not while a destination is down", async () => {
  await using page = await PageWorld.open();
  await page.ready();
  const { jira, graph } = page.world;
  jira.faults.chance = () => ({ kind: "answer", status: 503, body: "" });
  await graph.deliver(SUPPORT, mail());
  const paused = async () => JSON.parse((await page.ask("/healthz")).text).paused;
  await until("a pause", async () => (await paused()).length === 1);
  assert.deepEqual(await paused(), [{ destination: "jira", mailbox: null, reason: "down" }]);
  assert.equal((await page.ask("/healthz")).status, 200);
  assert.match(await metrics(page), /destination_paused\{destination="jira",reason="down"\} 1/);
  jira.faults.clear();
  await until("no pause", async () => (await paused()).length === 0);

  jira.faults.chance = () => ({
    kind: "answer",
    status: 401,
    headers: { "x-seraph-loginreason": "AUTHENTICATED_FAILED" },
    body: "",
  });
  await graph.deliver(SUPPORT, mail());
  await until("red", async () => (await page.ask("/healthz")).status === 503);
  assert.deepEqual(JSON.parse((await page.ask("/healthz")).text).problems, ["Jira refuses the credentials."]);
  assert.match(await metrics(page), /destination_paused\{destination="jira",reason="credentials"\} 1/);
  jira.faults.clear();
  await until("green", async () => (await page.ask("/healthz")).status === 200);
});

Deno.test("metrics are what Prometheus reads: families with help and type, counters that add up, no address but ours", async () => {
  await using page = await PageWorld.open();
  await page.ready();
  const { graph, jira } = page.world;
  await graph.deliver(SUPPORT, mail({ from: "Ada <ada@customer.example>" }));
  await graph.deliver(SUPPORT, mail({ headers: { "Auto-Submitted": "auto-replied" } }));
  await until("two outcomes", async () => /handled_total\{[^}]*"filtered"\} [12]\n/.test(await metrics(page)));
  await until("an issue", () => page.world.store.issues().length === 1);
  await until("its outcome", async () => /handled_total\{[^}]*"created"\} 1\n/.test(await metrics(page)));
  await page.failedMail();
  const text = await until("all are handled", async () => {
    const found = await metrics(page);
    return /mails_pending\{mailbox="support@example\.com"\} 0\n/.test(found) && found;
  });
  const samples = read(text);
  const one = (name: string, labels: string) => samples.get(`o365_connect_${name}{mailbox="${SUPPORT}",${labels}}`);
  assert.equal(one("mails", 'outcome="created"'), 1);
  assert.equal(one("mails_handled_total", 'outcome="created"'), 1);
  assert.equal(one("mails_handled_total", 'outcome="failed"'), 1);
  assert.equal(one("mails", 'outcome="failed"'), 1);
  for (const destination of ["entra", "graph", "jira"]) {
    const of = (name: string, more = "") => samples.get(`o365_connect_${name}{destination="${destination}"${more}}`);
    const total = [...samples].filter(([name]) =>
      name.startsWith(`o365_connect_requests_total{destination="${destination}"`)
    )
      .reduce((sum, [, value]) => sum + value, 0);
    assert.equal(of("request_duration_seconds_count"), total, destination);
    assert.equal(of("request_duration_seconds_bucket", ',le="+Inf"'), total);
    assert.ok(total > 0);
    const buckets = [...samples].filter(([name]) => name.includes(`_bucket{destination="${destination}"`)).map((
      [, value],
    ) => value);
    assert.deepEqual(buckets, buckets.toSorted((a, b) => a - b), "buckets hold everything below");
  }
  const refused = samples.get('o365_connect_requests_total{destination="jira",answered="4xx"}');
  assert.ok(refused !== undefined && refused >= 1);
  assert.equal(jira.journal.find("POST", /\/issue$/).length >= 2, true);
  assert.doesNotMatch(text, /customer|ada@/);
});

Deno.test("where others can connect, nothing but green or red is told without the token", async () => {
  await using page = await PageWorld.open({ address: EVERYBODY, names: ["status.example.com"] });
  page.url.hostname = "127.0.0.1";
  await page.ready();
  const health = await page.ask("/healthz");
  assert.deepEqual(JSON.parse(health.text), { ok: true });
  for (const path of ["/", "/history", "/failed"]) {
    const { status, text } = await page.ask(path);
    assert.equal(status, 303, path);
    assert.equal(text, "");
  }
  assert.equal((await page.ask("/metrics")).status, 401);
  const headers = { authorization: `Bearer ${TOKEN}` };
  assert.equal((await page.ask("/", { headers })).status, 200);
  assert.match((await page.ask("/metrics", { headers })).text, /o365_connect_up 1/);
  assert.equal(JSON.parse((await page.ask("/healthz", { headers })).text).mailboxes.length, 1);
  for (
    const [host, status] of [["status.example.com", 200], ["evil.example", 421], [
      `192.0.2.7:${page.url.port}`,
      200,
    ]] as const
  ) {
    assert.equal((await page.ask("/healthz", { headers: { host } })).status, status, host);
  }
});

Deno.test("the end does not wait for a browser that stays connected, nor for a request that never comes whole", async () => {
  const page = await PageWorld.open();
  await page.ready();
  const half = await Deno.connect({ hostname: "127.0.0.1", port: Number(page.url.port) });
  await half.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x"));
  await (await fetch(new URL("/healthz", page.url))).body?.cancel();
  const before = performance.now();
  await page[Symbol.asyncDispose]();
  assert.ok(performance.now() - before < 5_000);
  half.close();
});

const down = () => ({ kind: "closeBefore" } as const);

async function metrics(page: PageWorld): Promise<string> {
  const { status, text, headers } = await page.ask("/metrics");
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
  return text;
}

/** By https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format; throws for what is not of it. */
function read(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  let helped = "";
  assert.ok(text.endsWith("\n"));
  for (const line of text.slice(0, -1).split("\n")) {
    const help = line.match(/^# HELP ([a-z_0-9]+) .+$/);
    const type = line.match(/^# TYPE ([a-z_0-9]+) (counter|gauge|histogram)$/);
    const sample = line.match(/^([a-z_0-9]+)(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? (-?[0-9.e+-]+)$/);
    if (help !== null) helped = help[1]!;
    else if (type !== null) {
      assert.equal(type[1], helped);
      assert.ok(!types.has(type[1]!), "a family stands once");
      types.set(type[1]!, type[2]!);
    } else {
      assert.ok(sample !== null, line);
      const name = sample[1]!;
      const family = types.get(helped) === "histogram" ? name.replace(/_(bucket|sum|count)$/, "") : name;
      assert.equal(family, helped);
      assert.equal(types.get(helped) === "counter", name.endsWith("_total"));
      const key = `${name}${sample[2] ?? ""}`;
      assert.ok(!samples.has(key), `${key} stands once`);
      samples.set(key, Number(sample[4]));
    }
  }
  return samples;
}
