import assert from "node:assert/strict";
import { startCloud, startServer, wrong } from "./testing.ts";

type Found = { key?: string; id: string }[];

async function cloudSearch() {
  const jira = await startCloud();
  const { store, clock } = jira;
  const creator = jira.bot.accountId;
  store.createProject({ key: "OPS" });
  const ada = store.createUser({ displayName: "Ada", emailAddress: "ada@example.com" });
  store.createIssue({ project: "SUP", summary: "Old", creator });
  clock.ms += 10 * 60_000;
  store.createIssue({ project: "SUP", summary: "New", creator, labels: ["mail"] });
  store.createIssue({ project: "OPS", summary: "Ada's", creator: ada.accountId });
  const search = (body: Record<string, unknown>) =>
    jira.ask("POST", "/rest/api/3/search/jql", { body: { fields: ["key"], ...body } });
  const keys = async (jql: string) => ((await search({ jql })).json.issues as Found).map(({ key }) => key);
  return { ...jira, ada, search, keys };
}

Deno.test("search/jql finds what the JQL says", async () => {
  await using jira = await cloudSearch();
  const { keys, store } = jira;
  assert.deepEqual(await keys('creator = currentUser() AND created >= "-5m"'), ["SUP-2"]);
  assert.deepEqual(await keys("creator = currentUser() ORDER BY created ASC"), ["SUP-1", "SUP-2"]);
  assert.deepEqual(await keys('project in (SUP, "OPS") order by key desc'), ["SUP-2", "SUP-1", "OPS-1"]);
  assert.deepEqual(await keys("key in (SUP-1, OPS-1) and project = OPS"), ["OPS-1"]);
  assert.deepEqual(await keys(`id in (${store.issue("SUP-2")!.id})`), ["SUP-2"]);
  assert.deepEqual(await keys('created < "2026-11-24 12:05"'), ["SUP-1"]);
  assert.deepEqual(await keys("labels = mail or summary ~ old order by key"), ["SUP-1", "SUP-2"]);
  assert.deepEqual(await keys("project = SUP and not labels in (mail)"), ["SUP-1"]);
  assert.deepEqual(
    await keys("statusCategory != Done and resolution is empty and reporter is empty and labels = mail"),
    ["SUP-2"],
  );
  jira.clock.ms += 60 * 60_000;
  store.editIssue("SUP-1", { summary: "Touched" });
  assert.deepEqual(await keys('project in (SUP) AND updated >= "-10m"'), ["SUP-1"]);
});

Deno.test("search/jql reads absolute times on the caller's wall clock", async () => {
  await using jira = await cloudSearch();
  jira.bot.timeZone = "America/New_York";
  assert.deepEqual(await jira.keys('project = SUP AND created >= "2026-11-24 07:05"'), ["SUP-2"]);
  const one = (await jira.ask("GET", "/rest/api/3/issue/SUP-1?fields=created")).json as { fields: { created: string } };
  assert.equal(one.fields.created, "2026-11-24T07:00:30.000-0500");
});

Deno.test("search/jql shows ids only, unless asked for more", async () => {
  await using jira = await cloudSearch();
  jira.store.issue("SUP-2")!.properties.set("o365-connect", { key: "k" });
  const { id } = jira.store.issue("SUP-2")!;
  const answer = async (body: Record<string, unknown>) =>
    (await jira.search({ jql: "key = SUP-2", ...body })).json.issues;
  assert.deepEqual(await answer({ fields: undefined }), [{ id }]);
  assert.deepEqual(await answer({ fields: undefined, properties: ["o365-connect"] }), [{
    id,
    properties: { "o365-connect": { key: "k" } },
  }]);
  const [full] = await answer({ fields: ["summary"] }) as { fields: unknown; key: string }[];
  assert.deepEqual([full!.key, full!.fields], ["SUP-2", { summary: "New" }]);
});

Deno.test("search/jql pages by a token that belongs to its query", async () => {
  await using jira = await cloudSearch();
  const jql = "project in (SUP, OPS) ORDER BY created ASC";
  const first = (await jira.search({ jql, maxResults: 2 })).json;
  assert.equal(first.isLast, false);
  const second = (await jira.search({ jql, maxResults: 2, nextPageToken: first.nextPageToken })).json;
  assert.deepEqual([(second.issues as Found).length, second.isLast, "nextPageToken" in second], [1, true, false]);
  assert.equal((await jira.search({ jql: "project = SUP", nextPageToken: first.nextPageToken })).status, 400);
});

Deno.test("search/jql refuses in Jira's words", async () => {
  await using jira = await cloudSearch();
  const refusal = async (jql: string) => {
    const { status, messages } = wrong(await jira.search({ jql }));
    assert.equal(status, 400, jql);
    return (messages as string[])[0];
  };
  const unbounded = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";
  assert.equal(await refusal(""), unbounded);
  assert.equal(await refusal("ORDER BY created"), unbounded);
  assert.equal(await refusal("project = NOPE"), "The value 'NOPE' does not exist for the field 'project'.");
  assert.equal(await refusal("key = SUP-99"), "An issue with key 'SUP-99' does not exist for field 'key'.");
  assert.equal(
    await refusal("colour = red"),
    "Field 'colour' does not exist or you do not have permission to view it.",
  );
  assert.match(
    (await refusal('created >= "2026-11-24T12:00:00Z"'))!,
    /^Date value .* is invalid\. Valid formats include:/,
  );
  assert.match((await refusal("project SUP"))!, /^Error in the JQL Query: Expecting operator but got 'SUP'/);
  assert.match((await refusal('summary ~ "open'))!, /quoted string 'open' has not been completed/);
  assert.match((await refusal("project = SUP AND"))!, /Expecting a field name before the end/);
  assert.match((await refusal("creator = nobody()"))!, /Unable to find JQL function/);
  const gone = await jira.ask("GET", "/rest/api/3/search?jql=project%3DSUP");
  assert.equal(gone.status, 410);
  assert.match(String((gone.json.errorMessages as string[])[0]), /migrate to the \/rest\/api\/3\/search\/jql API/);
});

Deno.test("search/jql does not know an issue, or a change, before the index does", async () => {
  await using jira = await cloudSearch();
  jira.store.searchLagMs = 60_000;
  const { key, id } = (await jira.create()).json;
  assert.equal((await jira.keys('created >= "-5m"')).includes(String(key)), false);
  const reconciled = (await jira.search({ jql: 'created >= "-5m"', reconcileIssues: [Number(id)] })).json
    .issues as Found;
  assert.equal(reconciled.some((issue) => issue.key === key), true);
  assert.equal((await jira.ask("GET", `/rest/api/3/issue/${key}`)).status, 200);
  jira.clock.ms += 60_000;
  assert.equal((await jira.keys('created >= "-5m"')).includes(String(key)), true);
  jira.clock.ms += 20 * 60_000;
  jira.store.editIssue(String(key), { summary: "Changed" });
  assert.deepEqual(await jira.keys('updated >= "-5m"'), []);
  jira.clock.ms += 60_000;
  assert.deepEqual(await jira.keys('updated >= "-5m"'), [key]);
});

Deno.test("Server's search answers pages with a total, and warns about unknown users", async () => {
  await using jira = await startServer();
  for (const summary of ["a", "b", "c"]) {
    jira.store.createIssue({ project: "SUP", summary, creator: jira.bot.accountId });
  }
  const page = (await jira.ask("GET", "/rest/api/2/search?jql=project%3DSUP&maxResults=2&fields=summary")).json;
  assert.deepEqual([page.total, page.maxResults, (page.issues as Found).length], [3, 2, 2]);
  assert.equal((await jira.ask("GET", "/rest/api/2/search")).json.total, 3);
  const post = (body: unknown) => jira.ask("POST", "/rest/api/2/search", { body });
  const counted = (await post({ jql: "creator = currentUser()", maxResults: 0 })).json;
  assert.deepEqual([counted.total, counted.issues, counted.names, counted.expand], [3, [], null, null]);
  assert.deepEqual((await post({ jql: "reporter = nobody" })).json.warningMessages, [
    "The value 'nobody' does not exist for the field 'reporter'.",
  ]);
  assert.equal((await post({ jql: "project = X" })).status, 400);
  assert.equal((await post({ jql: "project = X", validateQuery: false })).json.total, 0);
  const unreadable = await post({ jql: "", properties: ["x"] });
  assert.deepEqual([unreadable.status, "errors" in unreadable.json], [400, false]);
  assert.equal((await post({ jql: "", startAt: 10_000 })).status, 500);
  assert.equal((await jira.ask("POST", "/rest/api/2/search/jql", { body: { jql: "project = SUP" } })).status, 404);
});

Deno.test("Server finds issues by the global id of a remote link", async () => {
  await using jira = await startServer();
  const issue = jira.store.createIssue({ project: "SUP", summary: "a" });
  const link = { globalId: "mail:1", object: { url: "https://example.com/1", title: "Mail" } };
  assert.equal((await jira.ask("POST", `/rest/api/2/issue/${issue.key}/remotelink`, { body: link })).status, 201);
  assert.equal((await jira.ask("POST", `/rest/api/2/issue/${issue.key}/remotelink`, { body: link })).status, 200);
  const jql = 'issue in issuesWithRemoteLinksByGlobalId("mail:1","mail:2")';
  assert.equal((await jira.ask("POST", "/rest/api/2/search", { body: { jql } })).json.total, 1);
});
