import assert from "node:assert/strict";
import { systemClock } from "../../src/core/clock.ts";
import { SchemaError } from "../../src/core/errors.ts";
import { CloudClient } from "../../src/jira/cloud.ts";
import { ServerClient } from "../../src/jira/server.ts";
import { JiraTransport } from "../../src/jira/transport.ts";
import { type ScriptedAnswer, scriptedHttp } from "./scripted_http.ts";

const KNOWN = { "x-ausername": "bridge" };
const DOC = { type: "doc", version: 1, content: [{ type: "paragraph", content: [] }] };

function cloud(answer: (line: string) => ScriptedAnswer) {
  const http = scriptedHttp(answer);
  const options = {
    kind: "cloud",
    baseUrl: "https://jira.test",
    user: "u",
    token: "t",
    http,
    clock: systemClock,
  } as const;
  const mismatches: string[] = [];
  const report = (endpoint: string, paths: readonly string[]) => mismatches.push(`${endpoint} ${paths.join(" ")}`);
  return { client: new CloudClient(new JiraTransport(options), "https://jira.test", report), http, mismatches };
}

function server(answer: (line: string) => ScriptedAnswer) {
  const http = scriptedHttp((line) => ({ headers: KNOWN, ...answer(line) }));
  const options = {
    kind: "server",
    baseUrl: "https://jira.test",
    user: null,
    token: "t",
    http,
    clock: systemClock,
  } as const;
  return { client: new ServerClient(new JiraTransport(options), "https://jira.test", [10, 3]), http };
}

Deno.test("an answer of Cloud that differs where it does not matter is taken, and reported", async () => {
  const fields = {
    project: { key: "OPS" },
    status: { statusCategory: { key: "done" } },
    resolutiondate: "2026-08-12T18:13:05.000+0200",
    updated: "2026-08-12T18:13:06.000+0200",
    summary: "s",
    description: DOC,
    attachment: [{ id: 7, filename: "a", size: 1, author: { accountId: "x", displayName: 5 }, mimeType: 9 }],
  };
  const { client, mismatches } = cloud(() => ({ body: { id: "1", key: "OPS-1", self: 5, names: "none", fields } }));
  const issue = await client.issue("SUP-1");
  assert.deepEqual([issue?.ref.key, issue?.projectKey, issue?.statusCategory], ["OPS-1", "OPS", "done"]);
  assert.equal(issue?.resolvedAt, "2026-08-12T16:13:05.000Z");
  assert.deepEqual(issue?.attachments[0], {
    id: "7",
    filename: "a",
    size: 1,
    mimeType: "application/octet-stream",
    authorId: "x",
    content: "https://jira.test/rest/api/3/attachment/content/7",
    createdAt: "",
  });
  assert.deepEqual(mismatches, ["GET /rest/api/3/issue/SUP-1 names self"]);
});

Deno.test("an answer without what we use is refused by name, not by value", async () => {
  const { client } = server(() => ({ body: { id: "1", key: "SUP-1", fields: { updated: "secret" } } }));
  await assert.rejects(client.issue("SUP-1"), (error) => error instanceof SchemaError && !/secret/.test(error.message));
});

Deno.test("a constant environment does not send a Cloud issue to the API that takes no documents", async () => {
  const draft = {
    project: "SUP",
    issueType: "10001",
    summary: "s",
    description: { format: "adf", content: { type: "doc", version: 1, content: [] } },
    reporter: { id: "a1", displayName: "Ada" },
    labels: ["mail"],
    priority: "High",
    fields: { environment: "prod", labels: ["fixed", "mail"], components: [{ name: "Mail" }] },
    idempotencyKey: "k-1",
  } as const;
  const { client, http } = cloud(() => ({ status: 201, body: { id: "1", key: "SUP-1", self: "https://jira.test/1" } }));
  assert.deepEqual(await client.createIssue(draft), { id: "1", key: "SUP-1" });
  assert.deepEqual(http.lines(), ["POST /rest/api/3/issue"]);
  const { fields, properties } = JSON.parse(String(http.asked[0]?.body));
  assert.equal(fields.environment.type, "doc");
  assert.deepEqual(fields.labels, ["fixed", "mail"]);
  assert.deepEqual([fields.issuetype, fields.reporter], [{ id: "10001" }, { id: "a1" }]);
  assert.deepEqual(properties, [{ key: "o365-connect", value: { key: "k-1" } }]);
  await assert.rejects(client.createIssue({ ...draft, description: { format: "wiki", content: "x" } }), TypeError);
});

Deno.test("Server that drops the property of a create call gets it by PUT, from the second issue on at once", async () => {
  const draft = {
    project: "SUP",
    issueType: "Task",
    summary: "s",
    description: { format: "wiki", content: "d" },
    reporter: null,
    labels: [],
    priority: null,
    fields: {},
    idempotencyKey: "k",
  } as const;
  const property = "/rest/api/2/issue/1/properties/o365-connect";
  const created = { status: 201, body: { id: "1", key: "SUP-1" } };
  const drops = server((line) =>
    line.startsWith("GET") ? { status: 404 } : line.startsWith("PUT") ? { status: 201 } : created
  );
  await drops.client.createIssue(draft);
  await drops.client.createIssue(draft);
  const post = "POST /rest/api/2/issue";
  assert.deepEqual(drops.http.lines(), [post, `GET ${property}`, `PUT ${property}`, post, `PUT ${property}`]);
  assert.equal(drops.http.asked[2]?.body, '{"key":"k"}');
  const keeps = server((line) =>
    line.startsWith("GET") ? { body: { key: "o365-connect", value: { key: "k" } } } : created
  );
  await keeps.client.createIssue(draft);
  await keeps.client.createIssue(draft);
  assert.deepEqual(keeps.http.lines(), [post, `GET ${property}`, post]);
  const fails = server((line) => line.startsWith("GET") ? { status: 500 } : created);
  assert.equal((await fails.client.createIssue(draft)).key, "SUP-1");
});

Deno.test("comments of Cloud come without keys where their properties are refused, and whole pages are read", async () => {
  const comments = Array.from({ length: 150 }, (_, i) => ({
    id: String(1000 - i),
    author: { accountId: "a1", displayName: "Ada" },
    created: new Date(Date.UTC(2026, 0, 2) - i * 60_000).toISOString(),
    body: DOC,
    jsdPublic: i > 0,
  }));
  const { client, http } = cloud((line) => {
    if (line.startsWith("POST")) return { status: 403, body: { errorMessages: ["no"] } };
    if (line.endsWith("/myself")) return { body: { accountId: "me" } };
    const startAt = Number(new URLSearchParams(line.split("?")[1]).get("startAt"));
    return { body: { startAt, maxResults: 100, total: 150, comments: comments.slice(startAt, startAt + 100) } };
  });
  const since = new Date(Date.UTC(2026, 0, 2) - 119 * 60_000).toISOString();
  const found = await client.commentsSince("10001", since);
  assert.equal(found.length, 120);
  assert.deepEqual(found.slice(0, 2).map(({ id, internal, idempotencyKey }) => [id, internal, idempotencyKey]), [
    ["1000", true, null],
    ["999", false, null],
  ]);
  assert.match(http.lines()[0] ?? "", /orderBy=-created/);
  await assert.rejects(client.commentsSince("10001", "yesterday"), RangeError);
});

Deno.test("on Server a comment is internal or public only if its property says so", async () => {
  const comment = (value: unknown) => ({
    id: "1",
    author: { name: "ada", displayName: "Ada" },
    created: "2026-08-12T18:13:05.000+0000",
    body: "text",
    visibility: null,
    properties: value === undefined ? [] : [{ key: "sd.public.comment", value }],
  });
  for (
    const [value, internal] of [
      [{ internal: true }, true],
      [{ internal: "true" }, true],
      [{ internal: false }, false],
      [undefined, null],
    ] as const
  ) {
    const { client } = server(() => ({ body: comment(value) }));
    const read = await client.comment("10001", "1");
    assert.deepEqual([read?.internal, read?.restricted, read?.body], [internal, false, {
      format: "wiki",
      content: "text",
    }]);
  }
});
