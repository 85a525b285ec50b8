import assert from "node:assert/strict";
import {
  Client,
  FileUpload,
  GraphError,
  LargeFileUploadTask,
  type Middleware,
  PageIterator,
} from "@microsoft/microsoft-graph-client";
import { type GraphWorld, SUPPORT, withGraph } from "./testing.ts";

/** The library's own chain and transport; only the CA is ours. */
function clientOf({ graph, http, token }: GraphWorld): Client {
  return Client.initWithMiddleware({
    baseUrl: `${graph.url}/`,
    customHosts: new Set(["localhost"]),
    authProvider: { getAccessToken: () => Promise.resolve(token) },
    fetchOptions: { client: http } as RequestInit,
  });
}

Deno.test("Microsoft's Graph client pages, reads, answers, sends, and sees Graph's errors", () =>
  withGraph(async (world) => {
    const client = clientOf(world);
    for (let i = 0; i < 5; i++) {
      await world.graph.deliver(SUPPORT, { from: "ada@x.org", subject: `mail ${i}`, text: "t" });
    }
    const subjects: string[] = [];
    const page = await client.api(`/users/${SUPPORT}/messages`).top(2).select("subject").get();
    await new PageIterator(client, page, (message: { subject: string }) => {
      subjects.push(message.subject);
      return true;
    }).iterate();
    assert.equal(new Set(subjects).size, 5);

    const { id } =
      (await client.api(`/users/${SUPPORT}/messages`).header("Prefer", 'IdType="ImmutableId"').get()).value[0];
    const draft = await client.api(`/users/${SUPPORT}/messages/${id}/createReply`).post({ comment: "Hello" });
    assert.match(draft.body.content, /Hello/);
    await client.api(`/users/${SUPPORT}/messages/${draft.id}/send`).post(undefined);
    assert.equal(world.graph.outbox.length, 1);

    const failure = await client.api(`/users/${SUPPORT}/messages/${draft.id}`).get().then(() => null, (error) => error);
    assert.ok(failure instanceof GraphError);
    assert.deepEqual([failure.statusCode, failure.code], [404, "ErrorItemNotFound"]);
    assert.ok(failure.requestId);
  }));

Deno.test("Microsoft's Graph client uploads a large attachment through a session", () =>
  withGraph(async (world) => {
    const client = clientOf(world);
    const draft = await client.api(`/users/${SUPPORT}/messages`).post({ subject: "big" });
    const bytes = new Uint8Array(700 * 1024).fill(9);
    const session = await LargeFileUploadTask.createUploadSession(
      client,
      `${world.graph.url}/v1.0/users/${SUPPORT}/messages/${draft.id}/attachments/createUploadSession`,
      { AttachmentItem: { attachmentType: "file", name: "big.bin", size: bytes.length } },
    );
    const file = new FileUpload(bytes.buffer, "big.bin", bytes.length);
    const task = new LargeFileUploadTask(client, file, session, { rangeSize: 320 * 1024 });
    const result = await task.upload();
    assert.match(result.location ?? "", /Attachments\(/);
    assert.equal(world.graph.mailbox(SUPPORT).message(draft.id).attachments[0]!.bytes.length, bytes.length);
  }));

Deno.test("a middleware of one's own reads delta to its link", () =>
  withGraph(async (world) => {
    await world.graph.deliver(SUPPORT, { from: "ada@x.org", subject: "one", text: "t" });
    const transport: Middleware = {
      async execute(context) {
        const headers = new Headers(context.options?.headers as HeadersInit);
        headers.set("authorization", `Bearer ${world.token}`);
        context.response = await fetch(
          context.request as string,
          { ...context.options, headers, client: world.http } as RequestInit,
        );
      },
    };
    const client = Client.initWithMiddleware({ baseUrl: `${world.graph.url}/`, middleware: transport });
    const page = await client.api(`/users/${SUPPORT}/mailFolders/inbox/messages/delta`).query({ changeType: "created" })
      .get();
    assert.equal(page.value.length, 1);
    const next = await client.api(page["@odata.deltaLink"]).get();
    assert.deepEqual(next.value, []);
  }));
