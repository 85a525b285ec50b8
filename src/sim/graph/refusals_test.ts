import assert from "node:assert/strict";
import { APP, SALES, SUPPORT, withGraph } from "./testing.ts";

const INBOX = `/users/${SUPPORT}/mailFolders/inbox/messages`;
const UNKNOWN = `AAkA${"x".repeat(120)}=`;

Deno.test("a refusal has Graph's envelope and its ids in the headers", () =>
  withGraph(async ({ ask }) => {
    const answer = await ask(`/users/${SUPPORT}/messages/${UNKNOWN}`, { headers: { "client-request-id": "mine" } });
    assert.equal(answer.status, 404);
    const { error } = answer.json;
    assert.deepEqual([error.code, error.message], [
      "ErrorItemNotFound",
      "The specified object was not found in the store.",
    ]);
    assert.equal(error.innerError["request-id"], answer.headers.get("request-id"));
    assert.equal(answer.headers.get("client-request-id"), "mine");
    assert.ok(Math.abs(Date.parse(answer.headers.get("date")!) - Date.now()) < 5000);
  }));

Deno.test("401 without a token, with an unknown one, and after all were expired", () =>
  withGraph(async ({ ask, tokens, token }) => {
    for (const bad of [null, "opaque", "a.b.c"]) {
      const answer = await ask(INBOX, { token: bad });
      assert.deepEqual([answer.status, answer.json.error.code], [401, "InvalidAuthenticationToken"]);
      assert.match(answer.headers.get("www-authenticate")!, /^Bearer /);
    }
    assert.equal((await ask(INBOX, { token })).status, 200);
    tokens.expireAll();
    const expired = await ask(INBOX, { token });
    assert.equal(expired.json.error.message, "Lifetime validation failed, the token is expired.");
  }));

Deno.test("403 for a missing permission; sending needs Mail.Send", () =>
  withGraph(async ({ ask, issue }) => {
    const reader = issue(["Mail.Read"]);
    assert.equal((await ask(INBOX, { token: reader })).status, 200);
    const draft = { body: { subject: "x", toRecipients: [{ emailAddress: { address: "a@x.org" } }] } };
    const refused = await ask(`/users/${SUPPORT}/messages`, { ...draft, token: reader });
    assert.deepEqual([refused.status, refused.json.error.code], [403, "ErrorAccessDenied"]);
    const writer = issue(["Mail.ReadWrite"]);
    const made = await ask(`/users/${SUPPORT}/messages`, { ...draft, token: writer });
    assert.equal(made.status, 201);
    const send = (token: string) => ask(`/users/${SUPPORT}/messages/${made.json.id}/send`, { method: "POST", token });
    assert.equal((await send(writer)).status, 403);
    assert.equal((await send(issue(["Mail.Send"]))).status, 202);
    assert.equal((await ask(`/users/${SUPPORT}`, { token: writer })).json.error.code, "Authorization_RequestDenied");
    assert.equal((await ask(`/users/${SUPPORT}`)).json.mail, SUPPORT);
  }));

Deno.test("a grant in Exchange allows what the token does not say; an access policy shuts mailboxes out", () =>
  withGraph(async ({ ask, issue }) => {
    const bare = issue([]);
    assert.equal((await ask(INBOX, { token: bare })).status, 200);
    assert.equal((await ask(`/users/${SALES}/messages`, { token: bare })).status, 403);
    const shut = await ask(`/users/${SALES}/messages`);
    assert.deepEqual([shut.status, shut.json.error.code], [403, "ErrorAccessDenied"]);
    assert.match(shut.json.error.message, /\[RAOP\]/);
  }, {
    rbac: [{ appId: APP, permissions: ["Mail.Read"], mailboxes: [SUPPORT] }],
    accessPolicies: [{ appId: APP, mailboxes: [SUPPORT] }],
  }));

Deno.test("a user's token opens that user's mailbox only", () =>
  withGraph(async ({ ask, issue }) => {
    const token = issue(["Mail.ReadWrite"], SUPPORT);
    assert.equal((await ask("/me/messages", { token })).status, 200);
    assert.equal((await ask(INBOX, { token })).status, 200);
    assert.equal((await ask(`/users/${SALES}/messages`, { token })).status, 403);
  }));

Deno.test("404 tells an unknown user from one without a mailbox; an alias is no user", () =>
  withGraph(async ({ ask }) => {
    assert.equal((await ask("/users/nobody@example.com/messages")).json.error.code, "ErrorInvalidUser");
    assert.equal((await ask("/users/nobody@example.com")).json.error.code, "Request_ResourceNotFound");
    assert.equal((await ask("/users/alias@example.com/messages")).json.error.code, "ErrorInvalidUser");
    const answer = await ask("/users/onprem@example.com/messages");
    assert.deepEqual([answer.status, answer.json.error.code], [404, "MailboxNotEnabledForRESTAPI"]);
  }, {
    mailboxes: [{ address: SUPPORT, aliases: ["alias@example.com"] }, {
      address: "onprem@example.com",
      enabled: false,
    }],
  }));

Deno.test("400 for what could be no id, 405 for a wrong method, 400 for an unknown segment", () =>
  withGraph(async ({ graph, ask }) => {
    assert.equal((await ask(`/users/${SUPPORT}/messages/..%2F..`)).json.error.code, "ErrorInvalidIdMalformed");
    const { id } = await graph.deliver(SUPPORT, { from: "a@x.org", subject: "s", text: "t" });
    assert.equal((await ask(`/users/${SUPPORT}/messages/${id}`, { method: "PUT", body: {} })).status, 405);
    assert.equal((await ask(`/users/${SUPPORT}/messages/${id}/createreply2`, { method: "POST" })).status, 400);
    assert.equal((await ask("/planets")).status, 400);
  }));

Deno.test("the fifth request at once is throttled, and the peak is known", () =>
  withGraph(async ({ graph, ask }) => {
    graph.latencyMs = 60;
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(INBOX)));
    const refused = answers.filter(({ status }) => status === 429);
    assert.equal(refused.length, 1);
    assert.equal(refused[0]!.json.error.code, "ApplicationThrottled");
    assert.ok(refused[0]!.headers.has("retry-after"));
    assert.equal(graph.peakConcurrency(SUPPORT), 5);
    assert.equal(graph.peakConcurrency(SALES), 0);
    graph.resetPeakConcurrency();
    await Promise.all(Array.from({ length: 4 }, () => ask(INBOX)));
    assert.equal(graph.peakConcurrency(SUPPORT), 4);
  }));

Deno.test("drafts: comment and body together, foreign headers, too many headers, unknown properties are refused", () =>
  withGraph(async ({ graph, ask }) => {
    const { id } = await graph.deliver(SUPPORT, { from: "a@x.org", subject: "s", text: "t" });
    const reply = (body: unknown) => ask(`/users/${SUPPORT}/messages/${id}/createReply`, { body });
    const headers = (names: string[]) => ({
      message: { internetMessageHeaders: names.map((name) => ({ name, value: "v" })) },
    });
    assert.equal((await reply({ comment: "c", message: { body: { contentType: "html", content: "b" } } })).status, 400);
    assert.equal((await reply(headers(["In-Reply-To"]))).json.error.code, "InvalidInternetMessageHeader");
    assert.equal(
      (await reply(headers(["x-1", "x-2", "x-3", "x-4", "x-5", "x-6"]))).json.error.code,
      "InvalidInternetMessageHeaderCollection",
    );
    assert.equal((await reply({ message: { colour: "red" } })).json.error.code, "RequestBodyRead");
    assert.equal(
      (await reply({ message: { singleValueExtendedProperties: [{ id: "Mine", value: "v" }] } })).status,
      400,
    );
    assert.equal(graph.messages(SUPPORT, "drafts").length, 0);
  }));

Deno.test("what was received keeps its subject and body; read state and categories change; If-Match is kept", () =>
  withGraph(async ({ graph, ask }) => {
    const { id } = await graph.deliver(SUPPORT, { from: "a@x.org", subject: "s", text: "t" });
    const patch = (body: unknown, headers: Record<string, string> = {}) =>
      ask(`/users/${SUPPORT}/messages/${id}`, { method: "PATCH", body, headers });
    assert.equal((await patch({ subject: "other" })).json.error.code, "ErrorInvalidPropertySet");
    const changed = await patch({ isRead: true, categories: ["Bridge: ABC-1"] });
    assert.deepEqual([changed.status, changed.json.isRead, changed.json.categories], [200, true, ["Bridge: ABC-1"]]);
    assert.equal((await patch({ isRead: false }, { "if-match": 'W/"old"' })).status, 412);
    assert.equal((await patch({ isRead: false }, { "if-match": changed.json["@odata.etag"] })).status, 200);
  }));

Deno.test("send refuses a draft without recipients, and keeps it", () =>
  withGraph(async ({ graph, ask }) => {
    const draft = await ask(`/users/${SUPPORT}/messages`, { body: { subject: "x" } });
    const sent = await ask(`/users/${SUPPORT}/messages/${draft.json.id}/send`, { method: "POST" });
    assert.deepEqual([sent.status, sent.json.error.code], [400, "ErrorInvalidRecipients"]);
    assert.equal(graph.messages(SUPPORT, "drafts").length, 1);
    assert.equal(
      (await ask(`/users/${SUPPORT}/sendMail`, { body: "%%%", headers: { "content-type": "text/plain" } })).status,
      400,
    );
  }));

Deno.test("a batch answers 200 with a status for each member, 424 for what depended on a failure", () =>
  withGraph(async ({ ask }) => {
    const get = (id: string, url: string, dependsOn?: string[]) => ({
      id,
      method: "GET",
      url,
      ...(dependsOn ? { dependsOn } : {}),
    });
    const batch = await ask("/$batch", {
      body: {
        requests: [
          get("1", `/users/${SUPPORT}/mailFolders/inbox`),
          get("2", "/users/nobody@example.com/messages"),
          get("3", `/users/${SUPPORT}/mailFolders/drafts`, ["2"]),
        ],
      },
    });
    assert.equal(batch.status, 200);
    assert.deepEqual(batch.json.responses.map((each: { status: number }) => each.status), [200, 404, 424]);
    const many = Array.from({ length: 21 }, (_, i) => get(String(i), `/users/${SUPPORT}/messages`));
    assert.equal((await ask("/$batch", { body: { requests: many } })).status, 400);
  }));
