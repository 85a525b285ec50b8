import assert from "node:assert/strict";
import { startCloud, wrong } from "./testing.ts";

const NO_CHECK = { "x-atlassian-token": "no-check" };

function form(...files: [string, Uint8Array<ArrayBuffer>][]): FormData {
  const data = new FormData();
  for (const [name, bytes] of files) data.append("file", new Blob([bytes], { type: "image/png" }), name);
  return data;
}

Deno.test("JiraCloudSim refuses the fields that Jira refuses, each in Jira's words", async () => {
  await using jira = await startCloud();
  const { store, doc } = jira;
  store.project("SUP")!.fields.push({ id: "customfield_10001", name: "Team", required: true, type: "string" });
  const team = { customfield_10001: "a" };
  const cases: [Record<string, unknown>, Record<string, string>][] = [
    [{ summary: "x".repeat(256) }, { summary: "Summary must be less than 255 characters." }],
    [{ summary: "a\nb" }, { summary: "The summary is invalid because it contains newline characters." }],
    [{ summary: undefined }, { summary: "You must specify a summary of the issue." }],
    [{ labels: ["a b"] }, { labels: "The label 'a b' contains spaces which is invalid." }],
    [{ priority: { name: "Urgent" } }, { priority: "Priority name 'Urgent' is not valid" }],
    [{ priority: { id: 3 } }, { priority: "Specify the Priority (id or name) in string format" }],
    [{ priority: { id: "99" } }, { priority: "The priority selected is invalid." }],
    [{ description: "text" }, {
      description: "Operation value must be an Atlassian Document (see the Atlassian Document Format)",
    }],
    [{ customfield_10001: undefined }, { customfield_10001: "Team is required." }],
    [{ nosuch: 1 }, { nosuch: "Field 'nosuch' cannot be set. It is not on the appropriate screen, or unknown." }],
    [{ components: [{ name: "X" }] }, { components: "Component name 'X' is not valid" }],
    [{ reporter: { id: "nobody" } }, { reporter: "Specify a valid value for reporter" }],
  ];
  for (const [fields, errors] of cases) {
    assert.deepEqual(wrong(await jira.create({ ...team, ...fields })), { status: 400, messages: [], errors });
  }
  assert.equal((await jira.create({ ...team, summary: "x".repeat(255) })).status, 201);
  assert.deepEqual(wrong(await jira.create({ project: { key: "NO" } })).errors, {
    project: "valid project is required",
  });
  assert.deepEqual(wrong(await jira.create({ issuetype: { name: "Nope" } })).errors, {
    issuetype: "Specify a valid issue type",
  });
  store.deny("MODIFY_REPORTER");
  const reporter = { id: jira.bot.accountId };
  assert.match(
    JSON.stringify(wrong(await jira.create({ ...team, reporter })).errors),
    /Field 'reporter' cannot be set/,
  );
  store.deny("CREATE_ISSUES", { project: "SUP" });
  assert.equal((await jira.create({ ...team, description: doc("x") })).status, 403);
  assert.equal(store.issues().length, 1);
});

Deno.test("JiraCloudSim counts the serialised document, or the text if told so", async () => {
  await using jira = await startCloud();
  const paragraphs = (count: number) => jira.doc(Array.from({ length: count }, () => "word").join("\n\n"));
  const tooLong = "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";
  assert.deepEqual(wrong(await jira.create({ description: paragraphs(1000) })).errors, { description: tooLong });
  await using lenient = await startCloud({ adfLimit: "text" });
  assert.equal((await lenient.create({ description: paragraphs(1000) })).status, 201);
  const issue = store1(jira);
  const reply = await jira.ask("POST", `/rest/api/3/issue/${issue}/comment`, { body: { body: paragraphs(1000) } });
  assert.deepEqual(wrong(reply), { status: 400, messages: [], errors: { comment: tooLong } });
});

function store1({ store }: { store: Awaited<ReturnType<typeof startCloud>>["store"] }): string {
  return store.createIssue({ project: "SUP", summary: "One" }).key;
}

Deno.test("JiraCloudSim takes only valid ADF", async () => {
  await using jira = await startCloud();
  const paragraph = (...content: unknown[]) => ({ type: "paragraph", content });
  const broken: unknown[] = [
    { type: "doc", version: 1, content: [paragraph({ type: "text", text: "" })] },
    { type: "doc", content: [] },
    { type: "doc", version: 1, content: [{ type: "marquee" }] },
    { type: "doc", version: 1, content: [{ type: "text", text: "not in a block" }] },
    { type: "doc", version: 1, content: [paragraph({ type: "text", text: "x", marks: [{ type: "link" }] })] },
    { type: "doc", version: 1, content: [{ type: "heading", attrs: { level: 7 }, content: [] }] },
  ];
  for (const description of broken) {
    assert.deepEqual(
      wrong(await jira.create({ description })).messages,
      ["INVALID_INPUT"],
      JSON.stringify(description),
    );
  }
});

Deno.test("JiraCloudSim shows pictures by the media id behind the 303, and by nothing else", async () => {
  await using jira = await startCloud();
  const issue = store1(jira);
  const at = `/rest/api/3/issue/${issue}`;
  const raw = form(["a.png", new Uint8Array([1, 2, 3])]);
  assert.equal((await jira.ask("POST", `${at}/attachments`, { raw })).text, "XSRF check failed");
  const [attached] = (await jira.ask("POST", `${at}/attachments`, { raw, headers: NO_CHECK })).json as unknown as {
    id: string;
  }[];
  const content = await jira.ask("GET", `/rest/api/3/attachment/content/${attached!.id}`);
  assert.equal(content.status, 303);
  const location = new URL(content.headers.get("location")!);
  assert.notEqual(location.host, new URL(jira.sim.url).host);
  const mediaId = /^\/file\/([0-9a-f-]{36})\/binary$/.exec(location.pathname)![1]!;
  const withMedia = (id: string) => ({
    fields: {
      description: {
        type: "doc",
        version: 1,
        content: [{
          type: "mediaSingle",
          attrs: { layout: "center" },
          content: [{ type: "media", attrs: { type: "file", id, collection: "" } }],
        }],
      },
    },
  });
  for (const id of [attached!.id, crypto.randomUUID()]) {
    assert.deepEqual(wrong(await jira.ask("PUT", at, { body: withMedia(id) })).messages, [
      "ATTACHMENT_VALIDATION_ERROR",
    ]);
  }
  assert.equal((await jira.ask("PUT", at, { body: withMedia(mediaId) })).status, 204);

  const bytes = await (await fetch(location)).bytes();
  assert.deepEqual([...bytes], [1, 2, 3]);
  assert.equal(jira.sim.credentialsSentToMedia, 0);
  await (await fetch(location, { headers: { authorization: "Basic x" } })).bytes();
  assert.equal(jira.sim.credentialsSentToMedia, 1);
  assert.equal(
    (await jira.ask("GET", `/rest/api/3/attachment/content/${attached!.id}?redirect=false`, {
      headers: { range: "bytes=1-" },
    })).status,
    206,
  );

  // A text without the picture takes the attachment away.
  await jira.ask("PUT", at, { body: { fields: { description: jira.doc("No picture") } } });
  assert.equal(jira.store.issue(issue)!.attachments.length, 0);
});

Deno.test("JiraCloudSim limits uploads", async () => {
  await using jira = await startCloud();
  const at = `/rest/api/3/issue/${store1(jira)}/attachments`;
  const one = new Uint8Array([1]);
  const many = form(...Array.from({ length: 61 }, (_, i): [string, Uint8Array<ArrayBuffer>] => [`${i}.png`, one]));
  assert.equal((await jira.ask("POST", at, { raw: many, headers: NO_CHECK })).status, 413);
  jira.store.uploadLimit = 2;
  assert.equal((await jira.ask("POST", at, { raw: form(["b", new Uint8Array(3)]), headers: NO_CHECK })).status, 413);
  assert.equal((await jira.ask("GET", "/rest/api/3/attachment/meta")).json.uploadLimit, 2);
  jira.store.deny("CREATE_ATTACHMENTS");
  assert.equal((await jira.ask("POST", at, { raw: form(["c", one]), headers: NO_CHECK })).status, 403);
  assert.equal(
    (await jira.ask("POST", "/rest/api/3/issue/SUP-99/attachments", { raw: form(["c", one]), headers: NO_CHECK }))
      .status,
    404,
  );
});

Deno.test("JiraCloudSim shows a bad credential as nobody: 404, empty searches, 401 for myself", async () => {
  await using jira = await startCloud();
  const issue = store1(jira);
  const authorization = "Basic Ym90QGV4YW1wbGUuY29tOndyb25n";
  const one = await jira.ask("GET", `/rest/api/3/issue/${issue}`, { authorization });
  assert.equal(one.status, 404);
  assert.equal(one.headers.get("x-seraph-loginreason"), "AUTHENTICATED_FAILED");
  const found = await jira.ask("POST", "/rest/api/3/search/jql", { authorization, body: { jql: "created > -5d" } });
  assert.deepEqual([found.status, found.json.issues], [200, []]);
  assert.equal((await jira.ask("GET", "/rest/api/3/myself", { authorization })).status, 401);
  assert.equal((await jira.ask("GET", "/rest/api/3/serverInfo", { authorization: null })).status, 200);
});

Deno.test("JiraCloudSim keeps issues from those who may not see them, and follows moves", async () => {
  await using jira = await startCloud();
  jira.store.createProject({ key: "OPS" });
  const issue = store1(jira);
  jira.store.moveIssue(issue, "OPS");
  assert.equal((await jira.ask("GET", `/rest/api/3/issue/${issue}`)).json.key, "OPS-1");
  jira.store.deny("BROWSE_PROJECTS", { project: "OPS" });
  assert.deepEqual(wrong(await jira.ask("GET", "/rest/api/3/issue/OPS-1")).messages, [
    "Issue does not exist or you do not have permission to see it.",
  ]);
  jira.store.allow("BROWSE_PROJECTS", { project: "OPS" });
  jira.store.deleteIssue("OPS-1");
  assert.equal((await jira.ask("GET", `/rest/api/3/issue/${issue}`)).status, 404);
});

Deno.test("JiraCloudSim lets an issue be written 20 times in 2 s and 100 times in 30 s", async () => {
  await using jira = await startCloud();
  const issue = store1(jira);
  const write = () => jira.ask("PUT", `/rest/api/3/issue/${issue}/properties/p`, { body: 1 });
  for (let i = 0; i < 20; i++) assert.ok((await write()).status < 300);
  const refused = await write();
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("ratelimit-reason"), "jira-per-issue-on-write");
  assert.equal(refused.headers.get("retry-after"), "2");
  assert.match(refused.headers.get("x-ratelimit-reset")!, /^2026-11-24T12:00:32/);
  for (let round = 0; round < 4; round++) {
    jira.clock.ms += 2_000;
    for (let i = 0; i < 20; i++) assert.ok((await write()).status < 300);
  }
  jira.clock.ms += 2_000;
  assert.equal((await write()).headers.get("retry-after"), "20");
  assert.equal((await jira.ask("GET", `/rest/api/3/issue/${issue}`)).status, 200);
});

Deno.test("JiraCloudSim finds users as privacy allows", async () => {
  await using jira = await startCloud();
  jira.store.createUser({ displayName: "Ada Lovelace", emailAddress: "ada@example.com", emailVisible: false });
  jira.store.createUser({ displayName: "Bea", emailAddress: "bea@example.com" });
  const find = async (query: string) =>
    (await jira.ask("GET", `/rest/api/3/user/search?${query}`)).json as unknown as Record<string, unknown>[];
  const [ada] = await find("query=ADA@example.com");
  assert.equal(ada!.displayName, "Ada Lovelace");
  assert.equal("emailAddress" in ada!, false);
  assert.deepEqual(await find("query=ada@exam"), []);
  assert.equal((await find("query=bea@exam"))[0]!.emailAddress, "bea@example.com");
  assert.equal((await find("query=love"))[0]!.displayName, "Ada Lovelace");
  assert.equal((await jira.ask("GET", "/rest/api/3/user/search?username=ada")).status, 400);
  jira.store.deny("USER_PICKER");
  assert.deepEqual(await find("query=bea@example.com"), []);
});

Deno.test("JiraCloudSim takes watchers as bare strings, and refuses with 403 and 400", async () => {
  await using jira = await startCloud();
  const ada = jira.store.createUser({ displayName: "Ada", emailAddress: "ada@example.com" });
  const issue = store1(jira);
  const watch = (body: unknown) => jira.ask("POST", `/rest/api/3/issue/${issue}/watchers`, { body });
  assert.equal((await watch({ accountId: ada.accountId })).status, 400);
  assert.equal((await watch("nobody")).status, 404);
  jira.store.deny("BROWSE_PROJECTS", { user: ada.accountId });
  assert.equal((await watch(ada.accountId)).status, 400);
  jira.store.allow("BROWSE_PROJECTS", { user: ada.accountId });
  jira.store.deny("MANAGE_WATCHERS");
  assert.equal((await watch(ada.accountId)).status, 403);
  assert.equal((await watch(jira.bot.accountId)).status, 204);
  assert.deepEqual([...jira.store.issue(issue)!.watchers], [jira.bot.accountId]);
});

Deno.test("JiraCloudSim wants to be told which permissions", async () => {
  await using jira = await startCloud();
  assert.equal((await jira.ask("GET", "/rest/api/3/mypermissions?projectKey=SUP")).status, 400);
  assert.equal((await jira.ask("GET", "/rest/api/3/mypermissions?permissions=FLY")).status, 400);
});

Deno.test("JiraCloudSim takes wiki text below /rest/api/2 and shows it as ADF below 3", async () => {
  await using jira = await startCloud();
  const fields = { project: { key: "SUP" }, issuetype: { name: "Task" }, summary: "s", description: "One\n\nTwo" };
  const { key } = (await jira.ask("POST", "/rest/api/2/issue", { body: { fields } })).json;
  const shown = (await jira.ask("GET", `/rest/api/3/issue/${key}?fields=description`)).json as {
    fields: { description: unknown };
  };
  assert.deepEqual(shown.fields.description, jira.doc("One\n\nTwo"));
});
