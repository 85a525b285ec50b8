import assert from "node:assert/strict";
import { basic, startServer, wrong } from "./testing.ts";

const NO_CHECK = { "x-atlassian-token": "no-check" };

function multipart(disposition: string, bytes = "x"): { raw: string; headers: Record<string, string> } {
  const raw =
    `--b\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: text/plain\r\n\r\n${bytes}\r\n--b--\r\n`;
  return { raw, headers: { ...NO_CHECK, "content-type": "multipart/form-data; boundary=b" } };
}

Deno.test("JiraServerSim creates, comments and attaches below its context path", async () => {
  await using jira = await startServer();
  const { store } = jira;
  const ada = store.createUser({ displayName: "Ada", emailAddress: "ada@example.com", name: "ada" });
  assert.match(jira.sim.url, /\/jira$/);
  const created = await jira.ask("POST", "/rest/api/2/issue", {
    body: {
      fields: {
        project: { key: "SUP" },
        issuetype: { name: "Task" },
        summary: "s",
        description: "h1. Hi",
        reporter: { name: "ADA" },
      },
      properties: [{ key: "o365-connect", value: { key: "k" } }],
    },
  });
  assert.equal(created.status, 201);
  assert.equal(created.json.self, `${jira.sim.url}/rest/api/2/issue/${created.json.id}`);
  const at = `/rest/api/2/issue/${created.json.key}`;
  assert.equal(store.issue(String(created.json.key))!.reporter, ada.accountId);
  assert.deepEqual((await jira.ask("GET", `${at}/properties/o365-connect`)).json, {
    key: "o365-connect",
    value: { key: "k" },
  });

  const body = { body: "Hello", properties: [{ key: "sd.public.comment", value: { internal: true } }] };
  const comment = await jira.ask("POST", `${at}/comment`, { body });
  assert.equal(comment.status, 201);
  assert.equal(comment.headers.get("location"), comment.json.self);
  assert.deepEqual(["jsdPublic" in comment.json, "properties" in comment.json], [false, false]);
  const listed = (await jira.ask("GET", `${at}/comment?orderBy=-created&expand=properties`)).json.comments as {
    properties: unknown;
  }[];
  assert.deepEqual(listed[0]!.properties, body.properties);

  const uploaded = await jira.ask(
    "POST",
    `${at}/attachments`,
    multipart('name="file"; filename="Grüße %22a%22.txt"', "bytes"),
  );
  const [file] = uploaded.json as unknown as { id: string; filename: string; content: string; size: number }[];
  assert.deepEqual([uploaded.status, file!.filename, file!.size], [200, 'Grüße "a".txt', 5]);
  assert.equal(file!.content, `${jira.sim.url}/secure/attachment/${file!.id}/${encodeURIComponent('Grüße "a".txt')}`);
  const path = file!.content.slice(jira.sim.url.length);
  assert.equal((await jira.ask("GET", path)).text, "bytes");
  for (const authorization of [null, "Bearer wrong"]) {
    assert.equal((await jira.ask("GET", path, { authorization })).status, 302);
  }
  const metadata = (await jira.ask("GET", `/rest/api/2/attachment/${file!.id}`)).json;
  assert.deepEqual(["id" in metadata, metadata.properties], [false, {}]);

  const watched = await jira.ask("POST", `${at}/watchers`, { body: "ada", headers: NO_CHECK });
  assert.deepEqual([watched.status, watched.headers.get("content-type"), watched.text], [
    204,
    "text/html;charset=UTF-8",
    "",
  ]);
  const info = (await jira.ask("GET", "/rest/api/2/serverInfo")).json;
  assert.deepEqual([info.deploymentType, info.baseUrl, "serverTimeZone" in info], ["Server", jira.sim.url, false]);
  const me = await jira.ask("GET", "/rest/api/latest/myself");
  assert.deepEqual([me.json.name, me.headers.get("x-ausername"), me.headers.get("x-seraph-loginreason")], [
    "bot",
    "bot",
    "OK",
  ]);
  assert.equal((await jira.ask("GET", "/rest/api/3/myself")).status, 404);
});

Deno.test("JiraServerSim refuses fields in the words of Server", async () => {
  await using jira = await startServer();
  const cases: [Record<string, unknown>, Record<string, string>][] = [
    [{ project: undefined }, { project: "project is required" }],
    [{ issuetype: { id: "1" } }, { issuetype: "valid issue type is required" }],
    [{ issuetype: { name: "x" } }, { issuetype: "Could not find issuetype by id or name." }],
    [{ description: { type: "doc" } }, { description: "Operation value must be a string" }],
    [{ description: "😀".repeat(16_384) }, {
      description: "The entered text is too long. It exceeds the allowed limit of 32,767 characters.",
    }],
    [{ reporter: { name: "nobody" } }, { reporter: "The reporter specified is not a user." }],
    [{ reporter: { key: "JIRAUSER10100" } }, { reporter: "expected Object containing a 'name' property" }],
    [{ priority: {} }, { priority: "Could not find valid 'id' or 'name' in priority object." }],
    [{ labels: "a" }, { labels: "data was not an array" }],
  ];
  for (const [fields, errors] of cases) {
    assert.deepEqual(wrong(await jira.create(fields)), { status: 400, messages: [], errors });
  }
  assert.equal((await jira.create({ description: "😀".repeat(16_383) })).status, 201);
  jira.store.textLimit = 0;
  assert.equal((await jira.create({ description: "x".repeat(40_000) })).status, 201);
  const broken = await jira.ask("POST", "/rest/api/2/issue", {
    raw: "{",
    headers: { "content-type": "application/json" },
  });
  assert.deepEqual([broken.status, "errors" in broken.json], [400, false]);
});

Deno.test("JiraServerSim tells what is not there from what may not be seen", async () => {
  await using jira = await startServer();
  const { key } = jira.store.createIssue({ project: "SUP", summary: "s" });
  const path = `/rest/api/2/issue/${key}`;
  const unseen = "You do not have the permission to see the specified issue.";
  assert.deepEqual(wrong(await jira.ask("GET", "/rest/api/2/issue/SUP-9")), {
    status: 404,
    messages: ["Issue Does Not Exist"],
    errors: {},
  });
  assert.deepEqual(wrong(await jira.ask("GET", path, { authorization: null })).messages, [unseen, "Login Required"]);
  jira.store.deny("BROWSE_PROJECTS");
  assert.deepEqual(wrong(await jira.ask("GET", path)), { status: 403, messages: [unseen], errors: {} });
  await using silent = await startServer({ hiddenIssueStatus: 404 });
  silent.store.createIssue({ project: "SUP", summary: "s" });
  silent.store.deny("BROWSE_PROJECTS");
  assert.equal((await silent.ask("GET", path)).status, 404);
});

Deno.test("JiraServerSim serves a refused token as nobody in searches, and refuses it elsewhere", async () => {
  await using jira = await startServer();
  jira.store.createIssue({ project: "SUP", summary: "s" });
  const bad = { authorization: "Bearer wrong" };
  const search = await jira.ask("GET", "/rest/api/2/search", bad);
  assert.deepEqual([search.status, search.json.total, search.headers.get("x-ausername")], [200, 0, "anonymous"]);
  const me = await jira.ask("GET", "/rest/api/2/myself", bad);
  assert.deepEqual([me.status, me.headers.get("x-seraph-loginreason")], [401, null]);
});

Deno.test("JiraServerSim asks for a CAPTCHA after three wrong passwords, also with the right one", async () => {
  const credentials = [{ user: "bot", token: "secret", kind: "basic" }] as const;
  await using jira = await startServer({ credentials });
  const me = (password: string) => jira.ask("GET", "/rest/api/2/myself", { authorization: basic("bot", password) });
  assert.equal((await me("secret")).status, 200);
  for (let i = 0; i < 3; i++) {
    const reply = await me("wrong");
    assert.deepEqual([reply.status, reply.headers.get("x-seraph-loginreason")], [401, "AUTHENTICATED_FAILED"]);
    assert.match(reply.headers.get("content-type")!, /^text\/html/);
  }
  const denied = await me("secret");
  assert.deepEqual([denied.status, denied.headers.get("x-seraph-loginreason")], [403, "AUTHENTICATION_DENIED"]);
  assert.match(denied.headers.get("x-authentication-denied-reason")!, /^CAPTCHA_CHALLENGE; login-url=/);
  jira.sim.solveCaptcha();
  assert.equal((await me("secret")).status, 200);
  await using off = await startServer({ credentials, basicDisabled: true });
  const refused = await off.ask("GET", "/rest/api/2/myself", { authorization: basic("bot", "secret") });
  assert.deepEqual([refused.status, refused.json], [403, {
    message: "Basic Authentication has been disabled on this instance.",
  }]);
});

Deno.test("JiraServerSim checks for forged requests", async () => {
  await using jira = await startServer();
  const { key } = jira.store.createIssue({ project: "SUP", summary: "s" });
  const comment = (headers: Record<string, string>) =>
    jira.ask("POST", `/rest/api/2/issue/${key}/comment`, { body: { body: "x" }, headers });
  assert.equal((await comment({ "user-agent": "o365-connect/1" })).status, 201);
  const browser = await comment({ "user-agent": "Mozilla/5.0 (compatible)", ...NO_CHECK });
  assert.deepEqual([browser.status, browser.text], [403, "XSRF check failed"]);
  assert.equal((await comment({ "user-agent": "Mozilla/5.0", origin: new URL(jira.sim.url).origin })).status, 201);
  const { raw, headers } = multipart('name="file"; filename="a"');
  const upload = await jira.ask("POST", `/rest/api/2/issue/${key}/attachments`, {
    raw,
    headers: { "content-type": headers["content-type"]! },
  });
  assert.equal(upload.status, 403);
  assert.equal((await jira.ask("POST", `/rest/api/2/issue/${key}/watchers`)).status, 403);
  assert.equal((await jira.ask("POST", `/rest/api/2/issue/${key}/watchers`, { headers: NO_CHECK })).status, 204);
});

Deno.test("JiraServerSim stumbles over uploads as Server does", async () => {
  await using jira = await startServer();
  const { key } = jira.store.createIssue({ project: "SUP", summary: "s" });
  const upload = (disposition: string, bytes?: string) =>
    jira.ask("POST", `/rest/api/2/issue/${key}/attachments`, multipart(disposition, bytes));
  const extended = await upload("name=\"file\"; filename*=utf-8''a%C3%A4.txt");
  assert.deepEqual([extended.status, extended.text], [500, ""]);
  assert.deepEqual((await upload('name="other"; filename="a.txt"')).json, []);
  jira.store.uploadLimit = 3;
  const large = await upload('name="file"; filename="a.txt"', "1234");
  assert.deepEqual([large.status, large.text], [404, "The field file exceeds its maximum permitted size of 3 bytes."]);
  jira.store.attachmentsEnabled = false;
  assert.equal((await upload('name="file"; filename="a.txt"')).status, 403);
});

Deno.test("JiraServerSim refuses watchers with an empty 400 or a 401 that is no bad credential", async () => {
  await using jira = await startServer();
  jira.store.createUser({ displayName: "Ada", emailAddress: "ada@example.com", name: "ada" });
  const { key } = jira.store.createIssue({ project: "SUP", summary: "s" });
  const watch = (body: unknown) => jira.ask("POST", `/rest/api/2/issue/${key}/watchers`, { body });
  for (const body of ["nobody", { name: "ada" }]) {
    const reply = await watch(body);
    assert.deepEqual([reply.status, reply.text], [400, ""]);
  }
  jira.store.deny("BROWSE_PROJECTS", { user: "ada" });
  const unseen = await watch("ada");
  assert.equal(unseen.status, 401);
  assert.match(unseen.text, /This user will not be added to the watch list/);
  jira.store.deny("MANAGE_WATCHERS");
  const refused = await watch("ada");
  assert.deepEqual([refused.status, refused.headers.get("x-seraph-loginreason")], [401, "OK"]);
  assert.match(refused.text, /User 'bot' is not allowed to add watchers/);
});

Deno.test("JiraServerSim finds users by username, with addresses as the administrator shows them", async () => {
  await using jira = await startServer({ emailVisibility: "mask" });
  jira.store.createUser({ displayName: "Ada Lovelace", emailAddress: "ada@example.com", name: "al" });
  const find = (query: string) => jira.ask("GET", `/rest/api/2/user/search?${query}`);
  const names = async (query: string) =>
    ((await find(query)).json as unknown as { name: string }[]).map(({ name }) => name);
  assert.equal((await find("query=ada")).status, 404);
  assert.deepEqual(await names("username=ada@example.com"), []);
  assert.deepEqual(await names("username=love"), ["al"]);
  assert.deepEqual(await names("username=."), ["al", "bot"]);
  const [ada] = (await find("username=al")).json as unknown as { emailAddress: string }[];
  assert.equal(ada!.emailAddress, "ada at example dot com");
  jira.store.deny("USER_PICKER");
  assert.deepEqual(await names("username=love"), []);
});

Deno.test("JiraServerSim has boards without a location, create metadata as a page, permissions with their old names", async () => {
  await using jira = await startServer();
  jira.store.createBoard("Support", ["SUP"]);
  const boards = (await jira.ask("GET", "/rest/agile/1.0/board?name=supp")).json.values as Record<string, unknown>[];
  assert.deepEqual(Object.keys(boards[0]!), ["id", "self", "name", "type"]);
  const projects = (await jira.ask("GET", "/rest/agile/1.0/board/1/project")).json.values as { key: string }[];
  assert.deepEqual(projects.map(({ key }) => key), ["SUP"]);
  const meta = (await jira.ask("GET", "/rest/api/2/issue/createmeta/SUP/issuetypes")).json;
  assert.deepEqual([meta.isLast, (meta.values as unknown[]).length], [true, 4]);
  assert.equal((await jira.ask("GET", "/rest/api/2/issue/createmeta/NO/issuetypes")).status, 400);
  assert.equal((await jira.ask("GET", "/rest/api/2/issue/createmeta")).status, 404);
  const { permissions } = (await jira.ask("GET", "/rest/api/2/mypermissions?projectKey=SUP")).json as {
    permissions: Record<string, unknown>;
  };
  assert.deepEqual(Object.keys(permissions).filter((key) => /^CREATE_ISSUES?$/.test(key)), [
    "CREATE_ISSUES",
    "CREATE_ISSUE",
  ]);
  await using bare = await startServer({ software: false });
  assert.equal((await bare.ask("GET", "/rest/agile/1.0/board")).status, 404);
});

Deno.test("JiraServerSim limits by token bucket only when switched on", async () => {
  await using off = await startServer();
  assert.equal((await off.ask("GET", "/rest/api/2/myself")).headers.get("x-ratelimit-limit"), null);
  await using jira = await startServer({ rateLimit: { limit: 2, fillRate: 1, intervalSeconds: 60 } });
  const me = async () => {
    const { status, headers } = await jira.ask("GET", "/rest/api/2/myself");
    return [status, headers.get("x-ratelimit-remaining"), headers.get("retry-after")];
  };
  assert.deepEqual(await me(), [200, "1", "0"]);
  assert.deepEqual(await me(), [200, "0", "0"]);
  assert.deepEqual(await me(), [429, "0", "60"]);
  jira.clock.ms += 60_000;
  assert.deepEqual(await me(), [200, "0", "0"]);
});

Deno.test("JiraServerSim moves issues through their workflow", async () => {
  await using jira = await startServer();
  const issue = jira.store.createIssue({ project: "SUP", summary: "s" });
  const path = `/rest/api/2/issue/${issue.key}/transitions`;
  const names = async () =>
    ((await jira.ask("GET", path)).json.transitions as { name: string }[]).map(({ name }) => name);
  assert.deepEqual(await names(), ["In Progress", "Done"]);
  assert.equal((await jira.ask("POST", path, { body: {} })).status, 400);
  const done = await jira.ask("POST", path, {
    body: { transition: { id: "31" }, fields: { resolution: { name: "Duplicate" } } },
  });
  assert.deepEqual([done.status, issue.resolution, issue.resolved], [204, "Duplicate", jira.clock.ms]);
  assert.deepEqual(await names(), ["To Do", "In Progress"]);
  assert.equal((await jira.ask("POST", path, { body: { transition: { id: "11" } } })).status, 204);
  assert.deepEqual([issue.resolution, issue.resolved], [null, null]);
  jira.store.deny("TRANSITION_ISSUES");
  assert.deepEqual(await names(), []);
});

Deno.test("JiraServerSim plays its faults around what it does", async () => {
  await using jira = await startServer();
  jira.sim.faults.add({ method: "POST", path: /\/issue$/, action: { kind: "closeAfter" } });
  await assert.rejects(jira.create());
  assert.equal(jira.store.issues().length, 1);
  jira.sim.faults.add({ method: "POST", path: /\/issue$/, action: { kind: "answer", status: 503 } });
  assert.equal((await jira.create()).status, 503);
  assert.equal(jira.store.issues().length, 1);
});
