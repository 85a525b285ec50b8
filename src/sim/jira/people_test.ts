import assert from "node:assert/strict";
import { startCloud, startServer } from "./testing.ts";

Deno.test("people comment in the store, internally or restricted, and the API shows it", async () => {
  await using jira = await startCloud();
  const { store } = jira;
  const issue = store.createIssue({ project: "SUP", summary: "s" });
  store.commentAs("ada@example.com", issue, "Public");
  store.commentAs("ada@example.com", issue.key, "Internal", { internal: true });
  store.commentAs(null, issue, "Restricted", { visibility: { type: "role", value: "Administrators" } });
  const { comments } = (await jira.ask("GET", `/rest/api/3/issue/${issue.key}/comment`)).json as {
    comments: Record<string, unknown>[];
  };
  assert.deepEqual(comments.map(({ jsdPublic }) => jsdPublic), [true, false, false]);
  assert.deepEqual(comments[0]!.body, jira.doc("Public"));
  assert.equal(store.users.filter(({ emailAddress }) => emailAddress === "ada@example.com").length, 1);
  assert.equal("author" in comments[2]!, false);
});

Deno.test("comment/list shows properties, the issue's own list does not", async () => {
  await using jira = await startCloud();
  const issue = jira.store.createIssue({ project: "SUP", summary: "s" });
  const added = await jira.ask("POST", `/rest/api/3/issue/${issue.key}/comment`, {
    body: { body: jira.doc("x"), properties: [{ key: "o365-connect", value: { key: "k" } }] },
  });
  const list = await jira.ask("POST", "/rest/api/3/comment/list?expand=properties", {
    body: { ids: [Number(added.json.id), 1] },
  });
  const values = list.json.values as Record<string, unknown>[];
  assert.deepEqual(values.map(({ properties }) => properties), [[{ key: "o365-connect", value: { key: "k" } }]]);
  const own = await jira.ask("GET", `/rest/api/3/issue/${issue.key}/comment?expand=properties`);
  assert.equal("properties" in (own.json.comments as Record<string, unknown>[])[0]!, false);
});

Deno.test("comments are refused when empty, forbidden, or restricted to what does not exist", async () => {
  await using jira = await startServer();
  const issue = jira.store.createIssue({ project: "SUP", summary: "s" });
  const post = (body: unknown) => jira.ask("POST", `/rest/api/2/issue/${issue.key}/comment`, { body });
  assert.deepEqual((await post({ body: "  " })).json.errors, { comment: "Comment body can not be empty!" });
  const visibility = { type: "role", value: "Kings" };
  assert.deepEqual((await post({ body: "x", visibility })).json.errors, {
    commentLevel: "You are currently not a member of the project role: Kings.",
  });
  jira.store.deny("ADD_COMMENTS");
  const refused = await post({ body: "x" });
  assert.deepEqual(refused.json.errorMessages, [
    "Mail Bridge, you do not have the permission to comment on this issue.",
  ]);
  assert.equal(issue.comments.length, 0);
});

Deno.test("a comment may be edited by its author, and keeps its restriction", async () => {
  await using jira = await startServer();
  const issue = jira.store.createIssue({ project: "SUP", summary: "s" });
  const theirs = jira.store.commentAs("ada@example.com", issue, "Theirs");
  jira.store.deny("EDIT_ALL_COMMENTS");
  const put = (id: string) =>
    jira.ask("PUT", `/rest/api/2/issue/${issue.key}/comment/${id}`, { body: { body: "Edited" } });
  assert.equal((await put(theirs.id)).status, 400);
  const mine = jira.store.commentAs(jira.bot, issue, "Mine");
  assert.equal((await put(mine.id)).status, 200);
  assert.deepEqual([mine.body, theirs.body], [{ format: "wiki", content: "Edited" }, {
    format: "wiki",
    content: "Theirs",
  }]);
  assert.equal((await put("1")).status, 404);
});

Deno.test("the service desk's own comments say who may read them", async () => {
  await using jira = await startServer();
  jira.store.createProject({ key: "HLP", type: "service_desk" });
  const issue = jira.store.createIssue({ project: "HLP", summary: "s" });
  const elsewhere = jira.store.createIssue({ project: "SUP", summary: "s" });
  const post = (key: string, body: unknown) =>
    jira.ask("POST", `/rest/servicedeskapi/request/${key}/comment`, { body });
  assert.equal((await post(issue.key, { body: "x", public: false })).json.public, false);
  assert.equal((await post(issue.key, { body: "y", public: true })).json.public, true);
  assert.deepEqual(issue.comments.map((comment) => jira.store.isPublic(comment)), [false, true]);
  const refused = await post(elsewhere.key, { body: "x" });
  assert.deepEqual([refused.status, typeof refused.json.errorMessage], [404, "string"]);
  const open = (await jira.ask("GET", `/rest/servicedeskapi/request/${issue.key}/comment?internal=false`)).json;
  assert.deepEqual([open.size, open.isLastPage], [1, true]);
});

Deno.test("entity properties are created with 201, changed with 200, and not too long", async () => {
  await using jira = await startServer();
  const issue = jira.store.createIssue({ project: "SUP", summary: "s" });
  const path = `/rest/api/2/issue/${issue.key}/properties/a%2Fb`;
  const put = (body: unknown) => jira.ask("PUT", path, { body });
  assert.deepEqual([(await put({ n: 1 })).status, (await put({ n: 2 })).status], [201, 200]);
  assert.deepEqual(issue.properties.get("a/b"), { n: 2 });
  assert.match((await put("é".repeat(16_384))).text, /Maximum length is 32768, provided is 32770 bytes/);
  assert.equal((await jira.ask("DELETE", path)).status, 204);
  assert.equal((await jira.ask("GET", path)).status, 404);
  jira.store.deny("EDIT_ISSUES");
  assert.equal((await put(1)).status, 403);
});
