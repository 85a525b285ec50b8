import assert from "node:assert/strict";
import { HttpError, NetworkError } from "../../src/core/errors.ts";
import { resolveBoard } from "../../src/jira/boards.ts";
import { ATTACHMENT_TOO_LARGE, PROPERTY_KEY } from "../../src/jira/client.ts";
import { fileOf, promiseOnBoth, withJira } from "./worlds.ts";

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(() => assert.fail("must fail"), (error: unknown) => error);
}

promiseOnBoth(
  "connectJira() finds out the kind, and myself() tells who we are",
  async ({ kind, client, info, sim }) => {
    assert.deepEqual([info.kind, client.kind, client.browseBase], [kind, kind, sim.url]);
    assert.ok(Math.abs(Date.parse(info.serverTime ?? "") - Date.now()) < 5_000);
    const me = await client.myself();
    assert.equal(me.user.displayName, "Mail Bridge");
    assert.equal(me.user.id, kind === "cloud" ? sim.store.user("bot@example.com")?.accountId : "bot");
    assert.equal(me.timeZone, "Etc/UTC");
  },
);

promiseOnBoth("createIssue() sets everything in one request, the idempotency key too", async (world) => {
  const { client, store, sim, kind } = world;
  store.createUser({ displayName: "Ada Lovelace", emailAddress: "ada@example.com" });
  const reporter = await client.findUser("Ada@Example.com");
  const ref = await client.createIssue(world.issue({ reporter }));
  const issue = store.issue(ref.id)!;
  assert.equal(issue.key, ref.key);
  assert.deepEqual([issue.summary, issue.labels, issue.priority], ["Printer on fire", ["mail"], "High"]);
  assert.equal(issue.reporter, store.user("ada@example.com")?.accountId);
  assert.deepEqual(issue.properties.get(PROPERTY_KEY), { key: "issue:1" });
  await client.createIssue(world.issue({ idempotencyKey: "issue:2" }));
  const looks = sim.journal.find("GET", /\/properties\//).length;
  assert.equal(looks, kind === "cloud" ? 0 : 1, "Server is asked once per run whether it keeps the property");
});

promiseOnBoth("what Jira refuses is named by field", async (world) => {
  world.store.project("SUP")!.offScreen.add("reporter");
  const stranger = { id: "nobody", displayName: "Nobody" };
  const error = await errorOf(world.client.createIssue(world.issue({ reporter: stranger, priority: "Urgentissimo" })));
  assert.ok(error instanceof HttpError && error.status === 400);
  assert.ok("reporter" in error.fieldErrors || "priority" in error.fieldErrors);
  assert.equal(error.credentialsRefused, false);
});

promiseOnBoth(
  "issue() is null for what is not there or not for us, and gives a moved issue its new key",
  async (world) => {
    const { client, store } = world;
    const ref = await client.createIssue(world.issue());
    assert.equal(await client.issue("SUP-999"), null);
    assert.equal(await client.issue("not a key/../.."), null);
    store.transition(ref.key, "Done");
    store.moveIssue(ref.key, "OPS");
    const moved = await client.issue(ref.key);
    assert.deepEqual(moved?.ref, { id: ref.id, key: "OPS-1" });
    assert.deepEqual([moved?.projectKey, moved?.statusCategory, moved?.summary], ["OPS", "done", "Printer on fire"]);
    assert.ok(moved?.resolvedAt);
    assert.deepEqual(moved.description, store.issue(ref.id)?.description);
    store.deny("BROWSE_PROJECTS", { project: "OPS" });
    assert.equal(await client.issue(ref.id), null);
    store.deleteIssue(ref.id);
    assert.equal(await client.issue(ref.id), null);
  },
);

promiseOnBoth("setDescription() changes the text and nothing else", async (world) => {
  const ref = await world.client.createIssue(world.issue());
  await world.client.setDescription(ref.id, world.text("It burned."));
  const issue = world.store.issue(ref.id)!;
  assert.deepEqual(issue.description, world.text("It burned."));
  assert.equal(issue.summary, "Printer on fire");
});

promiseOnBoth(
  "findCreatedIssues() finds ours by key on every page, under its present key, and no other",
  async (world) => {
    const { client, store } = world;
    for (let i = 0; i < 130; i++) store.createIssue({ project: "SUP", summary: `${i}`, creator: creator(world) });
    const ref = await client.createIssue(world.issue());
    for (let i = 0; i < 130; i++) store.createIssue({ project: "SUP", summary: `${i}`, creator: creator(world) });
    await client.createIssue(world.issue({ idempotencyKey: "issue:other" }));
    assert.deepEqual(await client.findCreatedIssues("issue:1", 10), [ref]);
    store.moveIssue(ref.key, "OPS");
    assert.deepEqual(await client.findCreatedIssues("issue:1", 10), [{ id: ref.id, key: "OPS-1" }]);
    assert.deepEqual(await client.findCreatedIssues("issue:none", 10), []);
    store.deleteIssue(ref.id);
    assert.deepEqual(await client.findCreatedIssues("issue:1", 10), []);
  },
);

promiseOnBoth("findCreatedIssues() asks nothing about issues that are known to be of other writes", async (world) => {
  const { client, sim } = world;
  const others = new Set<string>();
  for (let i = 0; i < 20; i++) {
    others.add((await client.createIssue(world.issue({ idempotencyKey: `issue:other-${i}` }))).id);
  }
  const ref = await client.createIssue(world.issue());
  sim.journal.clear();
  assert.deepEqual(await client.findCreatedIssues("issue:1", 10, undefined, others), [ref]);
  assert.ok(sim.journal.entries.length <= 3, `${sim.journal.entries.length} requests`);
});

function creator({ store }: { store: { user(who: string): { accountId: string } | null } }): string {
  return (store.user("bot@example.com") ?? store.user("bot"))!.accountId;
}

promiseOnBoth(
  "findCreatedIssues() looks back as far as it is told, whatever the account's time zone",
  async (world) => {
    Object.assign(world.store.user("bot@example.com") ?? world.store.user("bot")!, { timeZone: "Pacific/Auckland" });
    const ref = await world.client.createIssue(world.issue());
    world.wait(20 * 60_000);
    assert.deepEqual(await world.client.findCreatedIssues("issue:1", 5), []);
    assert.deepEqual(await world.client.findCreatedIssues("issue:1", 25), [ref]);
  },
);

promiseOnBoth("findCreatedIssues() never says none with a token that is not accepted", async (world) => {
  await world.client.createIssue(world.issue());
  world.sim.credentials.length = 0;
  const error = await errorOf(world.client.findCreatedIssues("issue:1", 10));
  assert.ok(error instanceof HttpError && error.credentialsRefused, String(error));
});

promiseOnBoth("a token that is not accepted is told as such wherever it shows", async (world) => {
  const ref = await world.client.createIssue(world.issue());
  world.sim.credentials.length = 0;
  const { client } = world;
  const works = [
    client.myself(),
    client.issue(ref.key),
    client.addComment(ref.id, world.comment("x")),
    client.upload(ref.id, [fileOf("a.txt", new Uint8Array(3))]),
    client.createIssue(world.issue()),
  ];
  for (const error of await Promise.all(works.map(errorOf))) {
    assert.ok(error instanceof HttpError && error.credentialsRefused, String(error));
    assert.ok(error.remedy);
  }
});

promiseOnBoth(
  "comments carry the key and their visibility, and are read back since a time, newest first",
  async (world) => {
    const { client, store } = world;
    const ref = await client.createIssue(world.issue());
    store.commentAs("grace@example.com", ref.id, "before");
    world.wait(60_000);
    const since = new Date(store.now()).toISOString();
    const first = await client.addComment(ref.id, world.comment("one"));
    world.wait(1_000);
    const second = await client.addComment(
      ref.id,
      world.comment("two", { internal: true, idempotencyKey: "comment:2" }),
    );
    world.wait(1_000);
    const theirs = store.commentAs("grace@example.com", ref.id, "three");
    const comments = await client.commentsSince(ref.id, since);
    assert.deepEqual(comments.map(({ id }) => id), [theirs.id, second.id, first.id]);
    assert.deepEqual(comments.map(({ idempotencyKey }) => idempotencyKey), [null, "comment:2", "comment:1"]);
    assert.deepEqual(comments.map(({ internal }) => internal)[1], true);
    assert.equal(comments[0]?.authorName, "grace");
    assert.deepEqual(comments[2]?.body, world.text("one"));
    assert.equal(comments[2]?.createdAt, first.createdAt);
    assert.deepEqual((await client.comment(ref.id, first.id))?.idempotencyKey, "comment:1");
    assert.equal(await client.comment(ref.id, "99999"), null);
    await client.setComment(ref.id, first.id, world.text("uno"));
    assert.deepEqual(store.comment(first.id)?.comment.body, world.text("uno"));
    assert.deepEqual(store.comment(first.id)?.comment.properties.get(PROPERTY_KEY), { key: "comment:1" });
  },
);

promiseOnBoth("commentsSince() reads on until the comments are older", async (world) => {
  const { client, store } = world;
  const ref = await client.createIssue(world.issue());
  for (let i = 0; i < 30; i++) store.commentAs("grace@example.com", ref.id, `old ${i}`);
  world.wait(60_000);
  const since = new Date(store.now()).toISOString();
  for (let i = 0; i < 230; i++) store.commentAs("grace@example.com", ref.id, `new ${i}`);
  const comments = await client.commentsSince(ref.id, since);
  assert.equal(comments.length, 230);
  assert.equal(new Set(comments.map(({ id }) => id)).size, 230);
});

promiseOnBoth(
  "upload() sends several files in one request, byte for byte, and download() gives them back",
  async (world) => {
    const { client, store, sim } = world;
    const ref = await client.createIssue(world.issue());
    const big = crypto.getRandomValues(new Uint8Array(60_000));
    const files = [
      fileOf("Ünïcödé 報告 (1).pdf", big, "application/pdf"),
      fileOf("empty.txt", new Uint8Array(0), "text/plain"),
      fileOf("page.html", new TextEncoder().encode("<html>hello</html>"), "text/html"),
    ];
    const before = sim.journal.find("POST", /\/attachments$/).length;
    const uploaded = await client.upload(ref.id, files);
    assert.equal(sim.journal.find("POST", /\/attachments$/).length, before + 1);
    assert.deepEqual(
      uploaded.map(({ filename, size }) => [filename, size]),
      files.map(({ name, size }) => [name, size]),
    );
    assert.deepEqual(store.issue(ref.id)?.attachments[0]?.bytes, big);
    const state = await client.issue(ref.id);
    assert.deepEqual(state?.attachments.map(({ id }) => id), uploaded.map(({ id }) => id));
    assert.equal(state?.attachments[0]?.authorId, (await client.myself()).user.id);
    for (const [i, attachment] of uploaded.entries()) {
      const bytes = await new Response(await client.download(attachment)).bytes();
      assert.equal(bytes.length, files[i]!.size);
      if (i === 0) assert.deepEqual(bytes, big);
    }
    assert.deepEqual(await client.attachmentMeta(), { enabled: true, uploadLimit: store.uploadLimit });
  },
);

Deno.test("cloud: pictures are found by the UUID behind the redirect, and the media host never sees the credential", () =>
  withJira("cloud", async ({ client, store, sim, issue }) => {
    const ref = await client.createIssue(issue());
    const [attachment] = await client.upload(ref.id, [fileOf("a.png", new Uint8Array(9), "image/png")]);
    assert.equal(await client.mediaId(attachment!.id), store.attachment(attachment!.id)?.attachment.mediaId);
    await (await client.download(attachment!)).cancel();
    assert.equal("credentialsSentToMedia" in sim && sim.credentialsSentToMedia, 0);
  }));

promiseOnBoth(
  "a file over the limit is recognised, and an issue that is not there is something else",
  async (world) => {
    world.store.uploadLimit = 10;
    const ref = await world.client.createIssue(world.issue());
    const file = fileOf("a.bin", new Uint8Array(11));
    const tooLarge = await errorOf(world.client.upload(ref.id, [file]));
    assert.ok(tooLarge instanceof HttpError && tooLarge.code === ATTACHMENT_TOO_LARGE, String(tooLarge));
    const absent = await errorOf(world.client.upload("99999", [fileOf("a.bin", new Uint8Array(1))]));
    assert.ok(absent instanceof HttpError && absent.status === 404 && absent.code !== ATTACHMENT_TOO_LARGE);
  },
);

promiseOnBoth(
  "a write whose answer is lost is sent once and a doubt, and the look-up finds what it did",
  async (world) => {
    const { client, sim } = world;
    for (const [i, kind] of (["closeAfter", "garbage", "truncate"] as const).entries()) {
      // On a connection that was used before: there `fetch` would repeat.
      await client.myself();
      sim.faults.add({ method: "POST", path: /\/issue$/, action: { kind } });
      const idempotencyKey = `doubt:${i}`;
      const error = await errorOf(client.createIssue(world.issue({ idempotencyKey })));
      assert.ok(error instanceof NetworkError && ["reset", "timeout"].includes(error.reason), `${kind}: ${error}`);
      assert.equal(sim.journal.find("POST", /\/issue$/).length, i + 1);
      assert.equal((await client.findCreatedIssues(idempotencyKey, 10)).length, 1);
    }
  },
  { timeoutMs: 2_000 },
);

promiseOnBoth("watchers are added by user, and a refusal is about the watcher", async (world) => {
  const { client, store, kind } = world;
  const ref = await client.createIssue(world.issue());
  const ada = store.createUser({ displayName: "Ada", emailAddress: "ada@example.com" });
  const user = (await client.findUser("ada@example.com"))!;
  await client.addWatcher(ref.id, user);
  assert.ok(store.issue(ref.id)?.watchers.has(ada.accountId));
  store.deny("MANAGE_WATCHERS");
  const error = await errorOf(client.addWatcher(ref.id, user));
  assert.ok(error instanceof HttpError && !error.credentialsRefused);
  assert.equal(error.status, kind === "cloud" ? 403 : 401);
});

promiseOnBoth(
  "findUser() takes exact addresses only, and nobody without permission to look",
  async ({ client, store }) => {
    store.createUser({ displayName: "Ada", emailAddress: "ada@example.com.au" });
    assert.equal(await client.findUser("ada@example.com"), null);
    store.createUser({ displayName: "Ada", emailAddress: "ada@example.com" });
    assert.equal((await client.findUser("ADA@example.com"))?.displayName, "Ada");
    store.deny("USER_PICKER");
    assert.equal(await client.findUser("ada@example.com"), null);
  },
);

Deno.test("cloud: findUser() takes the only hit for a hidden address", () =>
  withJira("cloud", async ({ client, store }) => {
    store.createUser({ displayName: "Ada", emailAddress: "ada@example.com", emailVisible: false });
    assert.equal((await client.findUser("ada@example.com"))?.displayName, "Ada");
  }));

promiseOnBoth("transitions are listed by category and done by id, and issues are linked", async (world) => {
  const { client, store } = world;
  const [one, two] = [await client.createIssue(world.issue()), await client.createIssue(world.issue())];
  const done = (await client.transitions(one.id)).find(({ toCategory }) => toCategory === "done");
  assert.equal(done?.name, "Done");
  await client.transition(one.id, done.id);
  assert.equal(store.status(store.issue(one.id)!).category, "done");
  await client.linkIssues("Relates", one.key, two.key);
  assert.deepEqual(store.links.map(({ inward, outward }) => [inward, outward]), [[one.id, two.id]]);
});

promiseOnBoth(
  "boards are resolved to their project by exact name in any case, on every page",
  async ({ client, store }) => {
    for (let i = 0; i < 60; i++) store.createBoard(`Support ${i}`, ["OPS"]);
    store.createBoard("Support", ["SUP"]);
    store.createBoard("Twins", ["SUP"]);
    store.createBoard("twins", ["OPS"]);
    assert.deepEqual(await resolveBoard(client, "SUPPORT"), { project: "SUP" });
    assert.deepEqual(await resolveBoard(client, "ops"), { project: "OPS" });
    await assert.rejects(resolveBoard(client, "Twins"), /board 62 \(SUP\), board 63 \(OPS\)/);
    await assert.rejects(resolveBoard(client, "Suport"), /JIRA_BOARDS: no board is named "Suport".*"Support 0"/);
  },
);

promiseOnBoth("without Jira Software a project key still serves as a board", async ({ client }) => {
  assert.deepEqual(await client.boardsNamed("SUP"), []);
  assert.deepEqual(await resolveBoard(client, "SUP"), { project: "SUP" });
  await assert.rejects(resolveBoard(client, "Nope"), /we may not see any board/);
}, { cloud: { software: false }, server: { software: false } });

promiseOnBoth("set-up: projects, issue types, required fields, permissions", async ({ client, store }) => {
  assert.deepEqual(await client.project("OPS"), { key: "OPS", name: "Operations", serviceDesk: true });
  assert.equal(await client.project("NONE"), null);
  assert.equal(await client.project("../x"), null);
  const types = await client.issueTypes("SUP");
  const task = types.find(({ name }) => name === "Task")!;
  store.project("SUP")!.fields.push({ id: "customfield_1", name: "Cost centre", required: true, type: "string" });
  const fields = await client.createFields("SUP", task.id);
  const needed = fields.filter(({ required, hasDefault }) => required && !hasDefault).map(({ id }) => id);
  assert.ok(
    needed.includes("customfield_1") && needed.includes("summary") && !needed.includes("reporter"),
    needed.join(),
  );
  store.deny("MANAGE_WATCHERS", { project: "SUP" });
  assert.deepEqual(await client.permissions("SUP", ["CREATE_ISSUES", "MANAGE_WATCHERS"]), {
    CREATE_ISSUES: true,
    MANAGE_WATCHERS: false,
  });
});

promiseOnBoth(
  "updatedIssues() gives the issues of these projects, and ours elsewhere, that changed lately",
  async (world) => {
    const { client, store } = world;
    const old = await client.createIssue(world.issue());
    world.wait(60 * 60_000);
    const fresh = await client.createIssue(world.issue());
    store.createIssue({ project: "OPS", summary: "elsewhere" });
    assert.deepEqual((await client.updatedIssues(["SUP"], 10)).map(({ key }) => key), [fresh.key]);
    store.commentAs("grace@example.com", old.id, "again");
    const changed = await client.updatedIssues(["SUP"], 10);
    assert.deepEqual(changed.map(({ key }) => key).sort(), [old.key, fresh.key].sort());
    const moved = store.moveIssue(fresh.id, "OPS").key;
    store.transition(old.id, "Done");
    const found = await client.updatedIssues(["SUP"], 10);
    assert.deepEqual(
      found.map(({ key, resolved }) => [key, resolved]).sort(),
      [[moved, false], [old.key, true]].sort(),
    );
    assert.equal(found.find(({ id }) => id === old.id)?.resolvedAt, found.find(({ id }) => id === old.id)?.updatedAt);
    assert.deepEqual(await client.updatedIssues([], 10), []);
  },
);

Deno.test("cloud: findCreatedIssues() sees nothing before the index does, and everything after", () =>
  withJira("cloud", async (world) => {
    world.store.searchLagMs = 30_000;
    const ref = await world.client.createIssue(world.issue());
    assert.deepEqual(await world.client.findCreatedIssues("issue:1", 10), []);
    world.wait(31_000);
    assert.deepEqual(await world.client.findCreatedIssues("issue:1", 10), [ref]);
  }));

Deno.test("cloud: a burst of writes to one issue is paced so that Jira refuses none", () =>
  withJira("cloud", async (world) => {
    const ref = await world.client.createIssue(world.issue());
    await Promise.all(Array.from({ length: 25 }, (_, i) => world.client.addComment(ref.id, world.comment(`${i}`))));
    assert.equal(world.store.issue(ref.id)?.comments.length, 25);
    assert.ok(world.sim.journal.entries.every(({ status }) => status !== 429));
  }));

promiseOnBoth("everything asked says who asks, and nothing silences Jira's own mail", async (world) => {
  const ref = await world.client.createIssue(world.issue());
  await world.client.setDescription(ref.id, world.text("x"));
  await world.client.addComment(ref.id, world.comment("x"));
  for (const { headers, query, method } of world.sim.journal.entries) {
    assert.equal(headers.get("user-agent"), "o365-connect/test");
    assert.doesNotMatch(query, /notifyUsers/);
    if (method !== "GET") assert.equal(headers.get("x-atlassian-token"), "no-check");
  }
});

promiseOnBoth(
  "displayName() tells the name of an account, and nothing of one that is not there",
  async ({ client, store, kind }) => {
    const user = store.createUser({ displayName: "Grace Hopper", emailAddress: "grace@example.com" });
    assert.equal(await client.displayName(kind === "cloud" ? user.accountId : user.name), "Grace Hopper");
    assert.equal(await client.displayName("nobody"), null);
  },
);

promiseOnBoth(
  "a restriction of any form restricts, and an unreadable visibility property counts as internal",
  async (world) => {
    const { client, store } = world;
    const ref = await client.createIssue(world.issue());
    const strange = store.commentAs("grace@example.com", ref.id, "one");
    (strange as { visibility: unknown }).visibility = "Developers";
    store.commentAs("grace@example.com", ref.id, "two").properties.set("sd.public.comment", { internal: "perhaps" });
    const [two, one] = await client.commentsSince(ref.id, "2020-01-01T00:00:00Z");
    assert.equal(one?.restricted, true);
    assert.equal(two?.internal, true);
  },
);
