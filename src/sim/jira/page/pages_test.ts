import assert from "node:assert/strict";
import { startCloud, startServer } from "../testing.ts";

Deno.test("the browser page lists issues and shows each, with everything escaped and no script", async () => {
  await using jira = await startServer();
  const { store } = jira;
  const ada = store.createUser({ displayName: "Ada <script>", emailAddress: "ada@example.com" });
  const issue = store.createIssue({
    project: "SUP",
    summary: "<img src=x onerror=alert(1)>",
    description: "h1. Hello\n!a.png!",
    reporter: ada.accountId,
    labels: ["<b>"],
  });
  issue.watchers.add(ada.accountId);
  store.commentAs(ada, issue, "internal words", { internal: true });
  store.attach(issue, { filename: "a.png", bytes: new Uint8Array([137, 80]), mimeType: "image/png" });
  store.attach(issue, { filename: "x.svg", bytes: new TextEncoder().encode("<svg/>"), mimeType: "image/svg+xml" });
  const get = (path: string) => jira.ask("GET", path, { authorization: null });
  for (const path of ["/", "", "/_sim/"]) assert.match((await get(path)).text, /href="\/jira\/browse\/SUP-1"/);
  const page = await get("/browse/SUP-1");
  assert.match(page.headers.get("content-security-policy")!, /^default-src 'none'/);
  assert.doesNotMatch(page.text, /<script|<img src=x|<b>/);
  assert.match(page.text, /<h1>Hello<\/h1>/);
  assert.match(page.text, /internal note/);
  assert.match(page.text, new RegExp(`<img src="/jira/_sim/attachment/${issue.attachments[0]!.id}/a.png"`));
  const [png, svg] = issue.attachments;
  assert.equal((await get(`/_sim/attachment/${png!.id}/a.png`)).headers.get("content-type"), "image/png");
  const download = await get(`/_sim/attachment/${svg!.id}/x.svg`);
  assert.equal(download.headers.get("content-type"), "application/octet-stream");
  assert.match(download.headers.get("content-disposition")!, /^attachment;/);
  assert.equal((await get("/_sim/style.css")).headers.get("content-type"), "text/css;charset=UTF-8");
  assert.equal((await get("/browse/SUP-2")).status, 404);
});

Deno.test("the browser page answers to loopback names only", async () => {
  await using jira = await startCloud();
  const { port } = new URL(jira.sim.url);
  const request = `GET /_sim/ HTTP/1.1\r\nHost: rebound.example:${port}\r\nConnection: close\r\n\r\n`;
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await connection.write(new TextEncoder().encode(request));
  const text = await new Response(connection.readable).text();
  assert.match(text, /^HTTP\/1\.1 403/);
  assert.equal((await jira.ask("GET", "/", { authorization: null })).status, 200);
  assert.equal((await jira.ask("POST", "/", { authorization: null })).status, 405);
});
