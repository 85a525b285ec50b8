import assert from "node:assert/strict";
import { connect } from "node:net";
import { mail, PageWorld, SUPPORT, TOKEN, until } from "./world.ts";

function on(promise: string, options: Parameters<typeof PageWorld.open>[0], test: (page: PageWorld) => Promise<void>) {
  Deno.test(promise, async () => {
    await using page = await PageWorld.open(options);
    await (await page.ready()).ready();
    await test(page);
  });
}

on("the page tells counts to everybody on this machine, and of a mail nothing but its outcome", {}, async (page) => {
  await page.failedMail("Salary of Ada");
  const { status, text, headers } = await page.ask("/");
  assert.equal(status, 200);
  assert.match(String(headers["content-type"]), /^text\/html/);
  assert.match(text, /support@example\.com/);
  assert.match(text, /failed<\/span>/);
  for (const detail of ["Salary", "ada@", "customer.example", "answered 403"]) {
    assert.ok(!text.includes(detail), `${detail} is told without the token`);
  }
  for (const path of ["/failed", "/history", "/history?outcome=failed"]) {
    const answer = await page.ask(path);
    assert.equal(answer.status, 303, path);
    assert.equal(answer.headers.location, `/login?${new URLSearchParams({ next: path })}`);
  }
});

on("who knows the token sees sender, subject and error, escaped, by cookie and by Authorization", {}, async (page) => {
  await page.failedMail('<script>alert("x")</script> & \u202eevil', "Eve <eve@customer.example>");
  const { cookie } = await page.logIn();
  for (const headers of [{ cookie }, { authorization: `Bearer ${TOKEN}` }] as Record<string, string>[]) {
    const { status, text } = await page.ask("/failed", { headers });
    assert.equal(status, 200);
    assert.ok(text.includes("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; \\u202eevil"), text);
    assert.ok(!text.includes("<script>alert"));
    assert.match(text, /eve@customer\.example/);
    assert.match(text, /answered 403/);
    assert.match((await page.ask("/history", { headers })).text, /eve@customer\.example/);
  }
});

on("a wrong token opens nothing, and a login hands out a cookie that no script can read", {}, async (page) => {
  for (const token of ["", "wrong", `${TOKEN}x`, TOKEN.slice(0, -1), TOKEN.toUpperCase()]) {
    const answer = await page.submit("/login", { token });
    assert.equal(answer.status, 403, token);
    assert.equal(answer.headers["set-cookie"], undefined);
    assert.equal((await page.ask("/failed", { headers: { authorization: `Bearer ${token}` } })).status, 401);
  }
  const stranger = "0".repeat(64);
  const { port } = page.url;
  assert.equal((await page.ask("/failed", { headers: { cookie: `o365-connect-${port}=${stranger}` } })).status, 303);

  const answer = await page.submit("/login", { token: TOKEN, next: "/failed" });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.location, "/failed");
  const set = String(answer.headers["set-cookie"]);
  assert.match(set, /^o365-connect-\d+=[0-9a-f]{64}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
  assert.ok(!set.includes(TOKEN));
  const behindProxy = await page.submit("/login", { token: TOKEN }, { "x-forwarded-proto": "https" });
  assert.match(String(behindProxy.headers["set-cookie"]), /; Secure$/);
});

on("a login leads to no other site", {}, async (page) => {
  for (
    const next of ["https://evil.example/", "//evil.example", "/\\evil.example", "/failed/../..//evil.example", ""]
  ) {
    assert.equal((await page.submit("/login", { token: TOKEN, next })).headers.location, "/", next);
  }
  const { headers } = await page.submit("/login", { token: TOKEN, next: "/history?outcome=failed" });
  assert.equal(headers.location, "/history?outcome=failed");
});

on("a logout ends the session, not only the cookie", {}, async (page) => {
  const { cookie, csrf } = await page.logIn();
  assert.equal((await page.submit("/logout", { csrf }, { cookie })).status, 303);
  assert.equal((await page.ask("/failed", { headers: { cookie } })).status, 303);
});

on("a name that is not ours is refused, whatever else is right (DNS rebinding)", {
  names: ["status.example.com"],
}, async (page) => {
  const { port } = page.url;
  const authorization = `Bearer ${TOKEN}`;
  for (
    const host of [
      "evil.example",
      `evil.example:${port}`,
      `localhost.evil.example:${port}`,
      "127.0.0.1:1",
      `[::2]:${port}`,
    ]
  ) {
    for (const path of ["/", "/healthz", "/metrics", "/failed", "/page.css"]) {
      const { status, text } = await page.ask(path, { headers: { host, authorization } });
      assert.equal(status, 421, `${host} ${path}`);
      assert.ok(!text.includes(SUPPORT));
    }
  }
  for (
    const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`, "status.example.com"]
  ) {
    assert.equal((await page.ask("/", { headers: { host } })).status, 200, host);
  }
});

on("a change needs the session's own form, sent by our own page", { names: ["status.example.com"] }, async (page) => {
  await page.failedMail();
  const id = (await page.failed())[0]!.id;
  const { cookie, csrf } = await page.logIn();
  const other = await page.logIn();
  const { origin, host, port } = page.url;
  const refusals: [why: string, status: number, headers: Record<string, string>, fields: Record<string, string>][] = [
    ["no cookie", 401, { origin }, { id, csrf }],
    ["no csrf", 403, { origin, cookie }, { id }],
    ["another session's csrf", 403, { origin, cookie }, { id, csrf: other.csrf }],
    ["another site", 403, { origin: "https://evil.example", cookie }, { id, csrf }],
    ["another port", 403, { origin: "http://127.0.0.1:1", cookie }, { id, csrf }],
    ["another scheme's port", 403, { origin: "https://127.0.0.1", cookie }, { id, csrf }],
    ["another of our names", 403, { origin: "https://status.example.com", cookie }, { id, csrf }],
    ["a sandboxed frame", 403, { origin: "null", cookie }, { id, csrf }],
    ["no origin", 403, { cookie }, { id, csrf }],
    ["no origin, from elsewhere", 403, { "sec-fetch-site": "cross-site", cookie }, { id, csrf }],
    ["the token, but another site", 403, { origin: "https://evil.example", authorization: `Bearer ${TOKEN}` }, { id }],
    ["a wrong token", 401, { authorization: "Bearer wrong" }, { id }],
  ];
  for (const [why, status, headers, body] of refusals) {
    for (const path of ["/failed/retry", "/failed/discard"]) {
      assert.equal((await page.ask(path, { method: "POST", headers, body })).status, status, `${why} ${path}`);
    }
  }
  assert.deepEqual((await page.failed()).map((row) => row.id), [id], "nothing was changed");

  const proxied = { host: "status.example.com", origin: "https://status.example.com", cookie };
  assert.equal(
    (await page.ask("/failed/discard", { method: "POST", headers: proxied, body: { id, csrf } })).status,
    303,
  );
  assert.deepEqual(await page.failed(), []);
  assert.equal(host, `127.0.0.1:${port}`);
});

on("nothing changes by GET, and only three methods are known", {}, async (page) => {
  await page.failedMail();
  const id = (await page.failed())[0]!.id;
  const { cookie, csrf } = await page.logIn();
  for (const path of ["/failed/retry", "/failed/discard", "/logout"]) {
    for (const method of ["GET", "HEAD"]) {
      const query = new URLSearchParams({ id, csrf, all: "yes" });
      assert.equal((await page.ask(`${path}?${query}`, { method, headers: { cookie } })).status, 405, path);
    }
  }
  for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]) {
    const answer = await page.ask("/failed/discard", { method, headers: { cookie } });
    assert.ok([405, 501].includes(answer.status), `${method} ${answer.status}`);
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
  }
  assert.equal((await page.ask("/failed", { headers: { cookie } })).status, 200, "still logged in");
  assert.equal((await page.failed()).length, 1);
});

on("a retried mail becomes its issue, a discarded one is filtered, and both are told", {}, async (page) => {
  await page.failedMail("first");
  await page.failedMail("second");
  const rows = await page.failed();
  const idOf = (subject: string) => rows.find((row) => row.subject === subject)!.id;
  const { cookie, csrf } = await page.logIn();
  assert.equal(
    (await page.submit("/failed/discard", { id: idOf("second"), csrf }, { cookie })).headers.location,
    "/failed",
  );
  assert.match((await page.ask("/failed", { headers: { cookie } })).text, /role="status">1 mail was discarded\./);
  assert.doesNotMatch((await page.ask("/failed", { headers: { cookie } })).text, /was discarded/, "told once");
  assert.equal((await page.submit("/failed/retry", { all: "yes", csrf }, { cookie })).status, 303);
  await until("the issue", () => page.world.store.issues().some(({ summary }) => summary === "first"));
  await until("its outcome", async () => (await page.failed()).length === 0);
  assert.equal(page.world.store.issues().length, 1);
  const history = await page.ask("/history?outcome=filtered", { headers: { cookie } });
  assert.match(history.text, /discarded by an administrator/);

  await page.submit("/failed/retry", { id: idOf("second"), csrf }, { cookie });
  assert.match((await page.ask("/failed", { headers: { cookie } })).text, /Somebody else was faster/);
});

on("a script with the token changes without a form's secret, and is told the ids", {}, async (page) => {
  await page.failedMail();
  const id = (await page.failed())[0]!.id;
  const headers = { authorization: `Bearer ${TOKEN}` };
  const post = (path: string, body: Record<string, string>) => page.ask(path, { method: "POST", headers, body });
  assert.equal((await post("/failed/retry", {})).status, 400);
  assert.equal((await post("/failed/retry", { id: "999" })).status, 404);
  const answer = await post("/failed/retry", { id });
  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(answer.text), { ids: [id] });
});

on("what is too large, too slow or of another kind is refused", {}, async (page) => {
  const { cookie, csrf } = await page.logIn();
  const headers = { origin: page.url.origin, cookie };
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const large = `csrf=${csrf}&id=${"1".repeat(20_000)}`;
  assert.equal(
    (await page.ask("/failed/retry", { method: "POST", headers: { ...headers, ...type }, body: large })).status,
    413,
  );
  const chunked = await raw(page, [
    `POST /failed/retry HTTP/1.1\r\nHost: ${page.url.host}\r\nOrigin: ${page.url.origin}\r\nCookie: ${cookie}\r\n` +
    `Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n` +
    `5000\r\n${"a".repeat(0x5000)}\r\n0\r\n\r\n`,
  ]);
  assert.match(chunked, /^HTTP\/1\.1 413 /);
  const json = await page.ask("/failed/retry", {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ csrf }),
  });
  assert.equal(json.status, 415);
  assert.equal((await page.ask(`/history?from=${"a".repeat(3_000)}`, { headers: { cookie } })).status, 414);
  const before = performance.now();
  const slow = await raw(page, [
    `POST /login HTTP/1.1\r\nHost: ${page.url.host}\r\nOrigin: ${page.url.origin}\r\n` +
    `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\nConnection: close\r\n\r\ntoken=`,
  ]);
  assert.match(slow, /^HTTP\/1\.1 408 /);
  assert.ok(performance.now() - before < 9_000);
});

on("every answer forbids frames, sniffing, caching and whatever does not come from us", {}, async (page) => {
  const { cookie } = await page.logIn();
  for (
    const path of [
      "/",
      "/login",
      "/history",
      "/failed",
      "/page.css",
      "/page.js",
      "/icon.svg",
      "/healthz",
      "/metrics",
      "/none",
    ]
  ) {
    const { headers, text } = await page.ask(path, { headers: { cookie } });
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'/, path);
    assert.match(policy, /form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["x-frame-options"], "DENY");
    assert.match(String(headers["cache-control"]), /no-store/);
    assert.doesNotMatch(text, /<script>|<style| style=| on[a-z]+="/, `${path} needs nothing inside the page`);
  }
});

on("a page that does not exist is none, whatever the method", {}, async (page) => {
  assert.equal((await page.ask("/none")).status, 404);
  assert.equal((await page.ask("/failed/1")).status, 404);
  assert.equal((await page.submit("/none", {})).status, 404);
  assert.equal((await page.submit("/", {})).status, 405);
});

on("history is filtered and paged, and says what is wrong with a filter", {}, async (page) => {
  const { graph } = page.world;
  for (let count = 0; count < 60; count++) {
    await graph.deliver(
      SUPPORT,
      mail({
        from: `p${count}@many.example`,
        headers: { "Auto-Submitted": "auto-replied" },
        date: new Date(Date.now() - 1_000),
      }),
    );
  }
  await page.failedMail("one of them", "Ada <ada@customer.example>");
  await until("all are handled", async () => /mails_pending\{[^}]*\} 0\n/.test((await page.ask("/metrics")).text));
  const { cookie } = await page.logIn();
  const get = (query: string) => page.ask(`/history${query}`, { headers: { cookie } });
  const rows = (text: string) => text.match(/<bdi>/g)?.length ?? 0;
  const first = await get("?from=many.example");
  assert.equal(rows(first.text), 50);
  const next = first.text.match(/rel="next" href="([^"]+)"/)![1]!.replaceAll("&amp;", "&");
  const second = await page.ask(next, { headers: { cookie } });
  assert.equal(rows(second.text), 10);
  assert.doesNotMatch(second.text, /rel="next"/);
  assert.equal(rows((await get("?outcome=failed")).text), 1);
  assert.equal(rows((await get("?from=ada@customer.example")).text), 1);
  assert.equal(rows((await get("?until=2020-01-01")).text), 0);
  for (const wrong of ["?since=yesterday", "?from=two%20words", "?outcome=lost", "?after=x"]) {
    const { status, text } = await get(wrong);
    assert.equal(status, 400, wrong);
    assert.match(text, /role="alert"/);
  }
  assert.match((await get("?from=%22%3E%3Cscript%3E")).text, /value="&quot;&gt;&lt;script&gt;"/);
});

/** What comes back for bytes as they are. */
function raw(page: PageWorld, parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(Number(page.url.port), "127.0.0.1", () => parts.forEach((part) => socket.write(part)));
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      received += chunk;
      // The answer's head is enough; a connection may stay.
      if (received.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
  });
}
