import assert from "node:assert/strict";
import { systemClock } from "../../src/core/clock.ts";
import { HttpError, NetworkError } from "../../src/core/errors.ts";
import type { JiraClient } from "../../src/jira/client.ts";
import { CloudClient } from "../../src/jira/cloud.ts";
import { ServerClient } from "../../src/jira/server.ts";
import { JiraTransport } from "../../src/jira/transport.ts";
import { type ScriptedAnswer, type ScriptedHttp, scriptedHttp } from "./scripted_http.ts";

const ISSUE = { id: "10001", key: "SUP-1" };
const ME = { accountId: "a1", name: "bridge", displayName: "Bridge", timeZone: "Europe/Vienna" };
const KNOWN = { "x-ausername": "bridge", "x-seraph-loginreason": "OK" };

function transport(kind: "cloud" | "server", http: ScriptedHttp, user: string | null = "bridge@example.com") {
  return new JiraTransport({
    kind,
    baseUrl: "https://jira.test/ctx/",
    user,
    token: "s3cret",
    http,
    clock: systemClock,
  });
}

function cloud(answer: (line: string) => ScriptedAnswer): { client: JiraClient; http: ScriptedHttp } {
  const http = scriptedHttp(answer);
  return { client: new CloudClient(transport("cloud", http), "https://jira.test"), http };
}

function server(answer: (line: string) => ScriptedAnswer, user: string | null = null) {
  const http = scriptedHttp(answer);
  return { client: new ServerClient(transport("server", http, user), "https://jira.test", [10, 3]), http };
}

async function httpError(work: Promise<unknown>): Promise<HttpError> {
  const error = await work.then(() => null, (error: unknown) => error);
  assert.ok(error instanceof HttpError, String(error));
  assert.doesNotMatch(error.message, /s3cret/);
  return error;
}

Deno.test("every write carries the credential, JSON and the XSRF token, and never silences Jira's mail", async () => {
  const { client, http } = cloud(() => ({ status: 204, headers: { "content-type": "text/html;charset=UTF-8" } }));
  await client.addWatcher("10001", { id: "a:1", displayName: "Ada" });
  await client.transition("SUP-1", "31");
  await client.setDescription("10001", { format: "adf", content: { type: "doc", version: 1, content: [] } });
  for (const { headers = {}, url } of http.asked) {
    assert.equal(headers["authorization"], `Basic ${btoa("bridge@example.com:s3cret")}`);
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["x-atlassian-token"], "no-check");
    assert.ok(url.startsWith("https://jira.test/ctx/rest/api/3/"));
    assert.doesNotMatch(url, /notifyUsers/);
  }
  assert.equal(http.asked[0]?.body, '"a:1"');
});

Deno.test("without a user the token goes as Bearer", async () => {
  const { client, http } = server(() => ({ body: ME, headers: KNOWN }));
  await client.myself();
  assert.equal(http.asked[0]?.headers?.["authorization"], "Bearer s3cret");
});

Deno.test("a search that Server answers as anonymous is a refused credential, not an empty result", async () => {
  const empty = { startAt: 0, total: 0, issues: [] };
  const { client } = server(() => ({ body: empty, headers: { "x-ausername": "anonymous" } }));
  const error = await httpError(client.findCreatedIssues("k", 10));
  assert.equal(error.credentialsRefused, true);
  assert.ok(error.remedy);
});

Deno.test("a search answered as somebody else is refused too", async () => {
  const { client } = server((line) =>
    line.endsWith("/myself")
      ? { body: ME, headers: KNOWN }
      : { body: { total: 0, issues: [] }, headers: { "x-ausername": "other" } }
  );
  await client.myself();
  const error = await httpError(client.findCreatedIssues("k", 10));
  assert.equal(error.credentialsRefused, true);
});

Deno.test("an empty search that names nobody is only believed when myself answers", async () => {
  for (const status of [200, 401]) {
    const { client, http } = server((line) =>
      line.endsWith("/myself") ? { status, body: status === 200 ? ME : "" } : { body: { total: 0, issues: [] } }
    );
    const found = client.findCreatedIssues("k", 10);
    if (status === 200) assert.deepEqual(await found, []);
    else assert.equal((await httpError(found)).credentialsRefused, true);
    assert.ok(http.lines().includes("GET /ctx/rest/api/2/myself"));
  }
});

Deno.test("a CAPTCHA and a wrong password are told apart, and no further login is tried", async () => {
  const cases = [
    {
      status: 403,
      headers: { "x-authentication-denied-reason": "CAPTCHA_CHALLENGE; login-url=https://jira.test/login.jsp" },
    },
    { status: 401, headers: { "x-seraph-loginreason": "AUTHENTICATED_FAILED" } },
  ];
  const remedies = [/CAPTCHA/, /JIRA_PLATFORM_TOKEN/];
  for (const [i, answer] of cases.entries()) {
    const { client, http } = server(() => ({ ...answer, body: "<html><title>no</title></html>" }), "bridge");
    const error = await httpError(client.issue("SUP-1"));
    assert.equal(error.credentialsRefused, true);
    assert.match(error.remedy ?? "", remedies[i]!);
    assert.equal(http.asked.length, 1);
  }
});

Deno.test("Basic switched off tells to use a personal access token", async () => {
  const body = { message: "Basic Authentication has been disabled on this instance." };
  const { client } = server(() => ({ status: 403, body }), "bridge");
  const error = await httpError(client.myself());
  assert.equal(error.credentialsRefused, true);
  assert.match(error.remedy ?? "", /personal access token.*JIRA_PLATFORM_USER/);
});

Deno.test("a 401 about watching is not about the credential, with or without headers that say so", async () => {
  for (const headers of [KNOWN, {}]) {
    const { client } = server((line) =>
      line.endsWith("/myself") ? { body: ME } : {
        status: 401,
        headers,
        body: { errorMessages: ["User 'x' is not allowed to add watchers to issue 'SUP-1'"], errors: {} },
      }
    );
    const error = await httpError(client.addWatcher("SUP-1", { id: "x", displayName: "X" }));
    assert.equal(error.status, 401);
    assert.equal(error.credentialsRefused, false);
    assert.equal(error.remedy, undefined);
  }
});

Deno.test("a token without the scope is a credential to replace, although myself accepts it", async () => {
  const body = { code: 401, message: "Unauthorized; scope does not match" };
  const { client } = cloud((line) => line.endsWith("/myself") ? { body: ME } : { status: 401, body });
  const error = await httpError(client.attachmentMeta());
  assert.equal(error.credentialsRefused, true);
  assert.match(error.remedy ?? "", /read:jira-work/);
});

Deno.test("Cloud's 404 means absent only if the credential is accepted, and that is asked once a minute", async () => {
  const absent = { status: 404, body: { errorMessages: ["Issue does not exist or you do not have permission"] } };
  const good = cloud((line) => line.endsWith("/myself") ? { body: ME } : absent);
  assert.equal(await good.client.issue("SUP-1"), null);
  assert.equal(await good.client.issue("SUP-2"), null);
  assert.equal(good.http.lines().filter((line) => line.endsWith("/myself")).length, 1);
  const bad = cloud((line) => line.endsWith("/myself") ? { status: 401, body: "" } : absent);
  assert.equal((await httpError(bad.client.issue("SUP-1"))).credentialsRefused, true);
});

Deno.test("a 403 on an issue of Server is an issue out of reach", async () => {
  const words = { errorMessages: ["You do not have the permission to see the specified issue."], errors: {} };
  const { client } = server(() => ({ status: 403, body: words, headers: KNOWN }));
  assert.equal(await client.issue("SUP-1"), null);
});

Deno.test("a success that cannot be read leaves the outcome of a write open", async () => {
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
  const type = { "content-type": "application/json" };
  for (const body of ["\u0000<<not json", "", "null", '{"key":"SUP-1"', "{}", "[]"]) {
    const { client } = server(() => ({ status: 201, body, headers: { ...KNOWN, ...type } }));
    const error = await client.createIssue(draft).then(() => null, (error: unknown) => error);
    assert.ok(error instanceof NetworkError && error.reason === "reset", `${body}: ${error}`);
  }
});

Deno.test("field errors are kept, so that the refused field can be dropped", async () => {
  const errors = { reporter: "The reporter specified is not a user.", priority: "The priority selected is invalid." };
  const { client } = cloud(() => ({ status: 400, body: { errorMessages: [], errors } }));
  const error = await httpError(client.linkIssues("Relates", "SUP-1", "SUP-2"));
  assert.deepEqual(error.fieldErrors, errors);
});

Deno.test("a redirect is never followed with the credential", async () => {
  const { client, http } = server(() => ({ status: 302, headers: { location: "https://evil.test/login.jsp" } }));
  const error = await httpError(client.issue("SUP-1"));
  assert.equal(error.credentialsRefused, true);
  assert.ok(http.asked.every(({ url }) => url.startsWith("https://jira.test/ctx/")));
});

Deno.test("an abort before sending is told as such, and nothing is sent", async () => {
  const { client, http } = cloud(() => ({ body: ISSUE }));
  const error = await client.issue("SUP-1", AbortSignal.abort()).then(() => null, (error: unknown) => error);
  assert.ok(error instanceof NetworkError && error.reason === "aborted");
  assert.equal(http.asked.length, 0);
});
