import assert from "node:assert/strict";
import { systemClock } from "../../src/core/clock.ts";
import { ConfigError, HttpError } from "../../src/core/errors.ts";
import { connectJira } from "../../src/jira/connect.ts";
import { type ScriptedAnswer, scriptedHttp } from "./scripted_http.ts";

const DATE = "Tue, 24 Nov 2026 10:00:00 GMT";
const CLOUD = { deploymentType: "Cloud", version: "1001.0.0-SNAPSHOT", baseUrl: "https://acme.atlassian.net" };
const SERVER = {
  deploymentType: "Server",
  version: "8.3.2",
  versionNumbers: [8, 3, 2],
  baseUrl: "https://jira.acme.com/j",
};

function connect(answer: (line: string) => ScriptedAnswer, baseUrl = "https://10.0.0.7/j/") {
  const http = scriptedHttp(answer);
  return { http, connected: connectJira({ baseUrl, user: null, token: "t", http, clock: systemClock }) };
}

Deno.test("connectJira() gives the client of the kind that serverInfo tells, and Jira's own address for links", async () => {
  const gateway = connect(() => ({ body: CLOUD, headers: { date: DATE } }), "https://api.atlassian.com/ex/jira/c-1");
  const cloud = await gateway.connected;
  assert.deepEqual(gateway.http.lines(), ["GET /ex/jira/c-1/rest/api/2/serverInfo"]);
  assert.deepEqual(cloud.info, {
    kind: "cloud",
    version: CLOUD.version,
    baseUrl: CLOUD.baseUrl,
    serverTime: "2026-11-24T10:00:00.000Z",
  });
  assert.deepEqual([cloud.client.kind, cloud.client.format, cloud.client.browseBase], ["cloud", "adf", CLOUD.baseUrl]);

  const server = await connect(() => ({ body: { ...SERVER, serverTime: "2026-11-24T11:00:00.000+0100" } })).connected;
  assert.deepEqual([server.client.kind, server.client.format, server.client.browseBase], [
    "server",
    "wiki",
    SERVER.baseUrl,
  ]);
  assert.equal(server.info.serverTime, "2026-11-24T10:00:00.000Z");
});

Deno.test("connectJira() does not send people to an address that only the server itself can open", async () => {
  const { info } = await connect(() => ({ body: { ...SERVER, baseUrl: "http://localhost:8080/j" } })).connected;
  assert.equal(info.baseUrl, "https://10.0.0.7/j");
});

Deno.test("connectJira() says what is wrong with the base URL", async () => {
  const answers: [ScriptedAnswer, RegExp][] = [
    [{ status: 404, body: "<h1>Not found</h1>" }, /no Jira answers there \(404\).*context path/],
    [{ status: 301, headers: { location: "https://jira.acme.com/x" } }, /redirects.*https:\/\/jira\.acme\.com/],
    [{ status: 200, body: { hello: "world" } }, /something else than Jira/],
    [{ status: 200, body: "hello" }, /something else than Jira/],
  ];
  for (const [answer, words] of answers) {
    const error = await connect(() => answer).connected.then(() => null, (error: unknown) => error);
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.problems[0]?.name, "JIRA_PLATFORM_URL");
    assert.match(error.problems[0].problem, words);
  }
});

Deno.test("connectJira() tells a refused credential from a wrong address, and a Jira that is down from both", async () => {
  for (const [status, refused] of [[401, true], [503, false]] as const) {
    const error = await connect(() => ({ status, body: "" })).connected.then(() => null, (error: unknown) => error);
    assert.ok(error instanceof HttpError);
    assert.deepEqual([error.status, error.credentialsRefused], [status, refused]);
  }
});

Deno.test("before 8.4 Server is asked for its create metadata at once", async () => {
  const types = [{
    id: "3",
    name: "Task",
    fields: { summary: { required: true, name: "Summary" }, reporter: { required: true } },
  }];
  const { http, connected } = connect((line) =>
    line.includes("createmeta") ? { body: { projects: [{ key: "SUP", issuetypes: types }] } } : { body: SERVER }
  );
  const { client } = await connected;
  assert.deepEqual(await client.issueTypes("SUP"), [{ id: "3", name: "Task" }]);
  assert.deepEqual(await client.createFields("SUP", "3"), [
    { id: "summary", name: "Summary", required: true, hasDefault: false },
    { id: "reporter", name: "reporter", required: true, hasDefault: true },
  ]);
  assert.match(http.lines().at(-1) ?? "", /createmeta\?projectKeys=SUP&expand=projects.issuetypes.fields$/);
});
