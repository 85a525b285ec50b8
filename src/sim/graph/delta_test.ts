import assert from "node:assert/strict";
import { type GraphWorld, SUPPORT, withGraph } from "./testing.ts";

const DELTA = `/users/${SUPPORT}/mailFolders/inbox/messages/delta`;

interface Round {
  readonly ids: string[];
  readonly removed: string[];
  readonly pages: number[];
  readonly deltaLink: string;
}

async function readRound({ ask }: GraphWorld, start: string, headers: Record<string, string> = {}): Promise<Round> {
  const ids: string[] = [];
  const removed: string[] = [];
  const pages: number[] = [];
  for (let link = start;;) {
    const { status, json } = await ask(link, {
      headers: { prefer: 'IdType="ImmutableId", odata.maxpagesize=2', ...headers },
    });
    assert.equal(status, 200);
    pages.push(json.value.length);
    for (const item of json.value) (item["@removed"] === undefined ? ids : removed).push(item.id);
    assert.equal(json["@odata.nextLink"] === undefined, json["@odata.deltaLink"] !== undefined);
    if (json["@odata.deltaLink"] !== undefined) return { ids, removed, pages, deltaLink: json["@odata.deltaLink"] };
    link = json["@odata.nextLink"];
  }
}

async function deliver({ graph }: GraphWorld, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    ids.push((await graph.deliver(SUPPORT, { from: "a@x.org", subject: `mail ${i}`, text: "t" })).id);
  }
  return ids;
}

Deno.test("delta gives every message once over its pages, then only what is new", () =>
  withGraph(async (world) => {
    const first = await deliver(world, 5);
    const round = await readRound(world, `${DELTA}?changeType=created&$select=receivedDateTime`);
    assert.deepEqual(round.ids.toSorted(), first.toSorted());
    assert.deepEqual(round.pages, [2, 2, 1]);
    const second = await deliver(world, 3);
    const next = await readRound(world, round.deltaLink);
    assert.deepEqual(next.ids, second);
    assert.deepEqual((await readRound(world, next.deltaLink)).ids, []);
  }));

Deno.test("delta tells in the next round what arrived during a round, and answers a link twice alike", () =>
  withGraph(async (world) => {
    await deliver(world, 3);
    const page = await world.ask(DELTA, { headers: { prefer: 'odata.maxpagesize=2, IdType="ImmutableId"' } });
    const [late] = await deliver(world, 1);
    const rest = await readRound(world, page.json["@odata.nextLink"]);
    const again = await readRound(world, page.json["@odata.nextLink"]);
    assert.deepEqual(again.ids, rest.ids);
    assert.equal(rest.ids.includes(late!), false);
    assert.deepEqual((await readRound(world, rest.deltaLink)).ids, [late]);
  }));

Deno.test("delta with changeType=created is silent about changes and removals, tells mail moved in; without it all is told", () =>
  withGraph(async (world) => {
    const [kept, gone] = await deliver(world, 2);
    const elsewhere = await world.graph.deliver(SUPPORT, { from: "a@x.org", subject: "s", text: "t" }, {
      folder: "archive",
    });
    const created = await readRound(world, `${DELTA}?changeType=created`);
    const all = await readRound(world, DELTA);
    await world.ask(`/users/${SUPPORT}/messages/${kept}`, { method: "PATCH", body: { isRead: true } });
    world.graph.move(SUPPORT, gone!, "archive");
    world.graph.move(SUPPORT, elsewhere.id, "inbox");
    const onlyNew = await readRound(world, created.deltaLink);
    assert.deepEqual([onlyNew.ids, onlyNew.removed], [[elsewhere.id], []]);
    const everything = await readRound(world, all.deltaLink);
    assert.deepEqual([everything.ids, everything.removed], [[kept, elsewhere.id], [gone]]);
  }));

Deno.test("delta can begin with empty pages, repeat, reverse and shrink its pages", () =>
  withGraph(async (world) => {
    Object.assign(world.graph.delta.behaviour, { emptyPages: 2, maxPageSize: 1 });
    const ids = await deliver(world, 2);
    const round = await readRound(world, DELTA);
    assert.deepEqual(round.pages, [0, 0, 1, 1]);
    Object.assign(world.graph.delta.behaviour, { emptyPages: 0, maxPageSize: 1000, repeats: 1, reversed: true });
    const more = await deliver(world, 2);
    const second = await readRound(world, round.deltaLink);
    assert.deepEqual(second.ids, more.toReversed());
    const last = await deliver(world, 1);
    assert.deepEqual((await readRound(world, second.deltaLink)).ids, [...last, more[1]]);
    assert.equal(round.ids.length, ids.length);
  }));

Deno.test("delta refuses lost tokens with 410, in each of the service's ways", () =>
  withGraph(async (world) => {
    await deliver(world, 1);
    const { deltaLink } = await readRound(world, DELTA);
    world.graph.delta.refuseNext("gone", "syncStateNotFound", "resyncRequired");
    const gone = await world.ask(deltaLink);
    assert.equal(gone.status, 410);
    assert.match(gone.headers.get("location")!, /\$deltatoken=$/);
    const lost = await world.ask(deltaLink);
    assert.deepEqual([lost.status, lost.json.error.code], [410, "SyncStateNotFound"]);
    assert.equal((await world.ask(deltaLink)).status, 400);
    assert.equal((await world.ask(deltaLink)).status, 200);
    world.graph.delta.forgetTokens();
    assert.equal((await world.ask(deltaLink)).status, 410);
    const restart = await readRound(world, gone.headers.get("location")!);
    assert.equal(restart.ids.length, 1);
  }));

Deno.test("delta filters by receivedDateTime only, to the second", () =>
  withGraph(async (world) => {
    const at = Date.parse("2026-11-20T10:00:00.700Z");
    const mail = await world.graph.deliver(SUPPORT, { from: "a@x.org", subject: "s", text: "t" }, { receivedAt: at });
    const ids = async (filter: string) =>
      (await readRound(world, `${DELTA}?$filter=${encodeURIComponent(filter)}`)).ids;
    assert.deepEqual(await ids("receivedDateTime ge 2026-11-20T10:00:00Z"), [mail.id]);
    assert.deepEqual(await ids("receivedDateTime gt 2026-11-20T10:00:00Z"), []);
    const refused = await world.ask(`${DELTA}?$filter=${encodeURIComponent("subject eq 's'")}`);
    assert.equal(refused.status, 400);
    assert.equal((await world.ask(`/users/${SUPPORT}/messages/delta`)).status, 400);
  }));
