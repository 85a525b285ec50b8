import assert from "node:assert/strict";
import type { HttpRequest } from "../../src/core/http_port.ts";
import { createGraph } from "../../src/graph/graph.ts";

const HOST = "https://microsoftgraph.chinacloudapi.cn";

/** 21Vianet's Graph as far as a listing needs it. */
function world(mails: { id: string; receivedDateTime: string }[]) {
  const asked: URL[] = [];
  const send = (request: HttpRequest) => {
    const url = new URL(request.url);
    asked.push(url);
    const since = url.searchParams.get("$filter")!.replace("receivedDateTime ge ", "");
    const skip = Number(url.searchParams.get("$skip") ?? 0);
    const due = mails.filter(({ receivedDateTime }) => receivedDateTime >= since);
    const next = new URL(url);
    next.searchParams.set("$skip", String(skip + 2));
    const body = {
      value: due.slice(skip, skip + 2),
      ...(due.length > skip + 2 ? { "@odata.nextLink": next.href } : {}),
    };
    return Promise.resolve({ status: 200, headers: new Headers(), text: JSON.stringify(body), stream: null });
  };
  const graph = createGraph({
    http: { send, close() {} },
    baseUrl: HOST,
    tokens: { token: () => Promise.resolve({ token: "t" }) },
  });
  return { graph, asked };
}

Deno.test("where delta is not offered, a listing keeps its contract", async () => {
  const mail = (hour: number) => ({
    id: `m${hour}`,
    receivedDateTime: `2026-11-24T${String(hour).padStart(2, "0")}:00:00Z`,
  });
  const mails = [mail(8), mail(9), mail(10)];
  const { graph, asked } = world(mails);
  const first = await graph.delta("a@x.cn", "inbox", null);
  assert.deepEqual(first.messages.map(({ id }) => id), ["m8", "m9"]);
  const second = await graph.delta("a@x.cn", "inbox", first.nextLink);
  assert.deepEqual(second.messages.map(({ id }) => id), ["m10"]);
  assert.equal(second.nextLink, null);
  mails.push(mail(11));
  const third = await graph.delta("a@x.cn", "inbox", second.deltaLink);
  assert.deepEqual(third.messages.map(({ id }) => id), ["m9", "m10"], "an hour before the newest, for what comes late");
  assert.deepEqual((await graph.delta("a@x.cn", "inbox", third.nextLink)).messages.map(({ id }) => id), ["m11"]);
  assert.ok(asked.every(({ pathname }) => !pathname.includes("delta")));
  assert.equal(asked[0]!.searchParams.get("$orderby"), "receivedDateTime asc");
});

Deno.test("an empty folder lists again from the start", async () => {
  const { graph } = world([]);
  const page = await graph.delta("a@x.cn", "inbox", null);
  assert.equal(page.nextLink, null);
  const again = await graph.delta("a@x.cn", "inbox", page.deltaLink);
  assert.equal(again.deltaLink, page.deltaLink);
});
