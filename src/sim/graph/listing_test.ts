import assert from "node:assert/strict";
import { type GraphWorld, SUPPORT, withGraph } from "./testing.ts";

const MESSAGES = `/users/${SUPPORT}/messages`;
const at = (time: string) => ({ receivedAt: Date.parse(time) });

async function three({ graph }: GraphWorld): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, hour] of ["08", "09", "10"].entries()) {
    const mail = { from: "Ada <ada@x.org>", subject: `it's ${index}`, text: "t", messageId: `<m${index}@x>` };
    ids.push((await graph.deliver(SUPPORT, mail, at(`2026-11-20T${hour}:00:00Z`))).id);
  }
  return ids;
}

async function idsOf({ ask }: GraphWorld, query: Record<string, string>): Promise<string[]> {
  const answer = await ask(`${MESSAGES}?${new URLSearchParams(query)}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.value.map((each: { id: string }) => each.id);
}

Deno.test("a listing is filtered by time, Message-ID and text, the youngest first", () =>
  withGraph(async (world) => {
    const [a, b, c] = await three(world);
    assert.deepEqual(await idsOf(world, {}), [c, b, a]);
    const since = { $filter: "receivedDateTime ge 2026-11-20T09:00:00Z" };
    assert.deepEqual(await idsOf(world, since), [c, b]);
    assert.deepEqual(await idsOf(world, { $filter: "receivedDateTime lt 2026-11-20T09:00:00.000Z" }), [a]);
    assert.deepEqual(await idsOf(world, { $filter: "internetMessageId eq '<m1@x>'" }), [b]);
    assert.deepEqual(
      await idsOf(world, { $filter: "subject eq 'it''s 2' or (isRead eq true and not isDraft eq true)" }),
      [c],
    );
    assert.deepEqual(
      await idsOf(world, { $filter: "from/emailAddress/address eq 'ada@x.org' and contains(subject, '0')" }),
      [a],
    );
  }));

Deno.test("an order that does not lead the filter is an InefficientFilter", () =>
  withGraph(async (world) => {
    await three(world);
    const ask = (query: Record<string, string>) => world.ask(`${MESSAGES}?${new URLSearchParams(query)}`);
    const refused = await ask({ $filter: "isRead eq false", $orderby: "receivedDateTime desc" });
    assert.deepEqual([refused.status, refused.json.error.code], [400, "InefficientFilter"]);
    const led = {
      $filter: "receivedDateTime ge 2026-01-01T00:00:00Z and isRead eq false",
      $orderby: "receivedDateTime asc",
    };
    assert.equal((await ask(led)).json.value.length, 3);
  }));

Deno.test("a listing goes on by its next link and nothing else", () =>
  withGraph(async (world) => {
    const ids = await three(world);
    const first = await world.ask(`${MESSAGES}?$top=2&$select=subject`);
    assert.deepEqual(Object.keys(first.json.value[0]).toSorted(), ["@odata.etag", "id", "subject"]);
    const second = await world.ask(first.json["@odata.nextLink"]);
    assert.deepEqual(second.json.value.map((each: { id: string }) => each.id), [ids[0]]);
    assert.equal(second.json["@odata.nextLink"], undefined);
  }));

Deno.test("odd query options are refused with 400, by an empty mailbox too", () =>
  withGraph(async ({ ask }) => {
    for (
      const query of [
        "$top=0",
        "$top=1001",
        "$select=colour",
        "$filter=subject eq",
        "$filter=receivedDateTime ge '2026-11-20T09:00:00Z'",
        "$filter=bodyPreview eq 'x'",
        "$search=x",
        "$orderby=subject sideways",
        "$expand=colour",
        "$filter=singleValueExtendedProperties/Any(ep: ep/id eq 'Mine' and ep/value eq 'x')",
      ]
    ) {
      const [name, ...value] = query.split("=");
      const answer = await ask(`${MESSAGES}?${name}=${encodeURIComponent(value.join("="))}`);
      assert.equal(answer.status, 400, query);
    }
  }));

Deno.test("a plain-text mail is told as HTML unless text is preferred; unsafe HTML is taken out", () =>
  withGraph(async ({ graph, ask }) => {
    const plain = await graph.deliver(SUPPORT, { from: "a@x.org", subject: "s", text: "a < b\nnext" });
    const html = await ask(`${MESSAGES}/${plain.id}?$select=body`);
    assert.equal(html.json.body.contentType, "html");
    assert.match(html.json.body.content, /PlainText">a &lt; b<br>\s*next/);
    const text = await ask(`${MESSAGES}/${plain.id}?$select=body`, {
      headers: { prefer: 'outlook.body-content-type="text"' },
    });
    assert.deepEqual(text.json.body, { contentType: "text", content: "a < b\nnext" });
    assert.match(text.headers.get("preference-applied")!, /outlook\.body-content-type="text"/);
    const rich = await graph.deliver(SUPPORT, {
      from: "a@x.org",
      subject: "s",
      html: '<p onclick="x()">Hi</p><script>x()</script>',
    });
    const safe = await ask(`${MESSAGES}/${rich.id}?$select=body`);
    assert.match(safe.json.body.content, /<p>Hi<\/p><\/body>/);
    const unsafe = await ask(`${MESSAGES}/${rich.id}?$select=body`, {
      headers: { prefer: "outlook.allow-unsafe-html" },
    });
    assert.match(unsafe.json.body.content, /<script>/);
  }));

Deno.test("uniqueBody is the part before the quote, in an answer only, and only when selected", () =>
  withGraph(async ({ graph, ask }) => {
    // Both at once: which of two mails of one millisecond came first is told by the order of their delivery.
    const at = { receivedAt: Date.now() };
    const html = '<div>Thanks</div><div id="divRplyFwdMsg"><b>From:</b> Ada</div><div>old</div>';
    const first = await graph.deliver(SUPPORT, { from: "a@x.org", subject: "s", html, messageId: "<1@x>" }, at);
    const answer = await graph.deliver(SUPPORT, { from: "a@x.org", subject: "RE: s", html, inReplyTo: "<1@x>" }, at);
    const unique = async (id: string) => (await ask(`${MESSAGES}/${id}?$select=uniqueBody`)).json.uniqueBody.content;
    assert.match(await unique(first.id), /old/);
    assert.doesNotMatch(await unique(answer.id), /old/);
    assert.match(await unique(answer.id), /Thanks/);
    const plain = await ask(`${MESSAGES}/${answer.id}`);
    assert.equal("uniqueBody" in plain.json || "internetMessageHeaders" in plain.json, false);
  }));
