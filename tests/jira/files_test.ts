import assert from "node:assert/strict";
import { systemClock } from "../../src/core/clock.ts";
import { HttpError, NetworkError } from "../../src/core/errors.ts";
import { ATTACHMENT_TOO_LARGE, type JiraAttachment, type UploadFile } from "../../src/jira/client.ts";
import { downloadAttachment, mediaIdOf, uploadFiles } from "../../src/jira/attachments.ts";
import { JiraTransport } from "../../src/jira/transport.ts";
import { type ScriptedAnswer, scriptedHttp } from "./scripted_http.ts";

const UUID = "6d1b3c0e-8f4a-4b6e-9a52-0f5c2f9d7e11";

function jira(kind: "cloud" | "server", answer: (line: string) => ScriptedAnswer) {
  const http = scriptedHttp(answer);
  const options = { kind, baseUrl: "https://jira.test/ctx", user: "u", token: "t", http, clock: systemClock };
  return { transport: new JiraTransport(options), http };
}

function attachment(init: Partial<JiraAttachment> = {}): JiraAttachment {
  return {
    id: "7",
    filename: "r é.csv",
    size: 3,
    mimeType: "text/csv",
    authorId: "u",
    content: "https://public.example/secure/attachment/7/r+%C3%A9.csv",
    createdAt: "",
    ...init,
  };
}

function file(name: string, text: string): UploadFile {
  const bytes = new TextEncoder().encode(text);
  return { name, contentType: "text/plain", size: bytes.length, open: () => new Response(bytes).body! };
}

function withCredential(asked: readonly { url: string; headers?: Readonly<Record<string, string>> }[]): string[] {
  return asked.filter(({ headers }) => headers?.["authorization"] !== undefined).map(({ url }) => url);
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return await work.then(() => assert.fail("must fail"), (error: unknown) => error);
}

Deno.test("download() on Cloud follows to the media host without the credential", async () => {
  const { transport, http } = jira(
    "cloud",
    (line) =>
      line.startsWith("GET /ctx/rest/api/3/attachment/content/7")
        ? { status: 303, headers: { location: `https://media.test/file/${UUID}/binary?token=x` } }
        : { body: "a;b" },
  );
  assert.equal(await new Response(await downloadAttachment(transport, attachment())).text(), "a;b");
  assert.deepEqual(withCredential(http.asked), ["https://jira.test/ctx/rest/api/3/attachment/content/7"]);
  assert.equal(http.asked.length, 2);
});

Deno.test("download() behind the API gateway keeps the credential below the base URL only", async () => {
  const { transport, http } = jira("cloud", (line) => {
    if (line === "GET /ctx/rest/api/3/attachment/content/7") {
      return { status: 303, headers: { location: "/ctx/hop?a=1" } };
    }
    if (line === "GET /ctx/hop?a=1") return { status: 303, headers: { location: "https://jira.test/other" } };
    return { body: "a;b" };
  });
  assert.equal(await new Response(await downloadAttachment(transport, attachment())).text(), "a;b");
  assert.deepEqual(withCredential(http.asked).map((url) => new URL(url).pathname), [
    "/ctx/rest/api/3/attachment/content/7",
    "/ctx/hop",
  ]);
});

Deno.test("download() on Cloud goes from https to nothing less", async () => {
  const { transport, http } = jira("cloud", () => ({ status: 303, headers: { location: "http://media.test/x" } }));
  assert.ok(await failure(downloadAttachment(transport, attachment())) instanceof HttpError);
  assert.equal(http.asked.length, 1);
});

Deno.test("download() on Server asks the configured base URL, whatever address Jira tells", async () => {
  const { transport, http } = jira("server", () => ({ body: "a;b" }));
  assert.equal(await new Response(await downloadAttachment(transport, attachment())).text(), "a;b");
  await downloadAttachment(transport, attachment({ content: "https://evil.test/x" }));
  await downloadAttachment(transport, attachment({ content: "https://x.test/secure/attachment/8/other" }));
  assert.deepEqual(http.asked.map(({ url }) => url), [
    "https://jira.test/ctx/secure/attachment/7/r+%C3%A9.csv",
    "https://jira.test/ctx/secure/attachment/7/r%20%C3%A9.csv",
    "https://jira.test/ctx/secure/attachment/7/r%20%C3%A9.csv",
  ]);
});

Deno.test("download() tells a login page from a file, and an HTML file from a page", async () => {
  const page = { headers: { "content-type": "text/html;charset=UTF-8" }, body: "<html><title>Log in</title></html>" };
  const login = { status: 302, headers: { location: "https://jira.test/ctx/login.jsp?os_destination=x" } };
  for (const answer of [page, login]) {
    const { transport } = jira("server", () => answer);
    const error = await failure(downloadAttachment(transport, attachment()));
    assert.ok(error instanceof HttpError && error.credentialsRefused, String(error));
  }
  const { transport } = jira("server", () => page);
  const bytes = await downloadAttachment(transport, attachment({ mimeType: "text/html" }));
  assert.match(await new Response(bytes).text(), /Log in/);
});

Deno.test("mediaId() is the UUID behind the redirect, also after a hop, and null where there is none", async () => {
  const direct = jira(
    "cloud",
    () => ({ status: 303, headers: { location: `https://m.test/file/${UUID}/binary?token=x` } }),
  );
  assert.equal(await mediaIdOf(direct.transport, "7"), UUID);
  const hops = jira(
    "cloud",
    (line) =>
      line.includes("/content/7")
        ? { status: 302, headers: { location: "https://jira.test/ctx/rest/hop" } }
        : { status: 303, headers: { location: `https://m.test/file/${UUID}/binary` } },
  );
  assert.equal(await mediaIdOf(hops.transport, "7"), UUID);
  const bytes = jira("cloud", () => ({ body: "bytes" }));
  assert.equal(await mediaIdOf(bytes.transport, "7"), null);
  const elsewhere = jira("cloud", () => ({ status: 303, headers: { location: "https://m.test/unknown" } }));
  assert.equal(await mediaIdOf(elsewhere.transport, "7"), null);
  assert.equal(elsewhere.http.asked.length, 1);
});

Deno.test("upload() matches the answer by name and size, not by order", async () => {
  const stored = [{ id: "2", filename: "b.txt", size: 2 }, {
    id: 1,
    filename: "a.txt",
    size: 1,
    created: 1_790_000_000_000,
  }];
  const { transport, http } = jira("server", () => ({ body: stored }));
  const result = await uploadFiles(transport, "10001", [file("a.txt", "1"), file("b.txt", "22")]);
  assert.deepEqual(result.map(({ id }) => id), ["1", "2"]);
  const { headers = {}, contentLength = 0 } = http.asked[0]!;
  assert.match(headers["content-type"] ?? "", /^multipart\/form-data; boundary=/);
  assert.equal(headers["x-atlassian-token"], "no-check");
  assert.ok(contentLength > 3);
});

Deno.test("upload() whose answer lacks a file leaves the outcome open", async () => {
  for (const body of [[], [{ id: "1", filename: "a.txt", size: 99 }], [{ id: "1", filename: "other.txt", size: 1 }]]) {
    const { transport } = jira("cloud", () => ({ body }));
    const error = await failure(uploadFiles(transport, "10001", [file("a.txt", "1")]));
    assert.ok(error instanceof NetworkError && error.reason === "reset", String(error));
  }
});

Deno.test("upload() names a refusal for size, however it is put, and no other refusal", async () => {
  const known = { "x-ausername": "u" };
  const large = [
    { status: 413, headers: { "content-type": "text/html" }, body: "<h1>413 Request Entity Too Large</h1>" },
    { status: 404, headers: known, body: "The field file exceeds its maximum permitted size of 11564000 bytes." },
  ];
  for (const answer of large) {
    const { transport } = jira("server", () => answer);
    const error = await failure(uploadFiles(transport, "10001", [file("a.txt", "1")]));
    assert.ok(error instanceof HttpError);
    assert.deepEqual([error.code, error.status], [ATTACHMENT_TOO_LARGE, answer.status]);
  }
  const body = { errorMessages: ["Issue Does Not Exist"], errors: {} };
  const { transport } = jira("server", () => ({ status: 404, headers: known, body }));
  const error = await failure(uploadFiles(transport, "10001", [file("a.txt", "1")]));
  assert.ok(error instanceof HttpError && error.code === "" && error.status === 404);
});

Deno.test("upload() takes 1 to 60 files in one request", async () => {
  const { transport } = jira("cloud", () => ({ body: [] }));
  await assert.rejects(uploadFiles(transport, "10001", []), RangeError);
  await assert.rejects(
    uploadFiles(transport, "10001", Array.from({ length: 61 }, (_, i) => file(`${i}`, ""))),
    RangeError,
  );
});
