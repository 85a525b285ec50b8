import assert from "node:assert/strict";
import { NetworkError } from "../../src/core/errors.ts";
import type { Http, HttpRequest } from "../../src/core/http_port.ts";
import { createHttp, type HttpOptions } from "../../src/http/http.ts";
import { multipartBody } from "../../src/http/multipart.ts";
import { makeCertificates } from "../../src/sim/kit/certificates.ts";
import { type SimRequest, SimServer } from "../../src/sim/kit/server.ts";

const OPTIONS: HttpOptions = { timeoutMs: 5_000, userAgent: "o365-connect/1.2.3", proxy: null };

interface World {
  readonly http: Http;
  readonly server: SimServer;
  get(path: string, more?: Partial<HttpRequest>): ReturnType<Http["send"]>;
}

async function withServer(
  options: { tls?: { cert: string; key: string }; http?: Partial<HttpOptions> },
  test: (world: World) => Promise<void>,
  handle: (request: SimRequest) => { status: number; headers?: Record<string, string>; body?: unknown } = () => ({
    status: 200,
    body: { ok: true },
  }),
): Promise<void> {
  const server = new SimServer({ service: "jira", handle, ...(options.tls === undefined ? {} : { tls: options.tls }) });
  await server.start();
  const http = createHttp({ ...OPTIONS, ...options.http });
  try {
    await test({
      http,
      server,
      get: (path, more) => http.send({ destination: "jira", method: "GET", url: server.url + path, ...more }),
    });
  } finally {
    http.close();
    await server.stop();
  }
}

function failsAs(reason: NetworkError["reason"]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof NetworkError, String(error));
    assert.equal(error.reason, reason, error.message);
    return true;
  };
}

Deno.test("send() gives any status as an answer and follows no redirect", () =>
  withServer(
    {},
    async ({ get, server }) => {
      const moved = await get("/moved");
      assert.equal(moved.status, 302);
      assert.equal(moved.headers.get("location"), "https://elsewhere.example.com/");
      assert.equal((await get("/broken")).status, 500);
      assert.equal(server.journal.entries.length, 2);
    },
    (request) =>
      request.path === "/moved"
        ? { status: 302, headers: { location: "https://elsewhere.example.com/" } }
        : { status: 500, body: "no" },
  ));

Deno.test("send() names the program and never a browser", () =>
  withServer({}, async ({ get, server }) => {
    await get("/", { headers: { "user-agent": "Mozilla/5.0" } });
    assert.equal(server.journal.entries[0]!.headers.get("user-agent"), "o365-connect/1.2.3");
  }));

/** A listener that treats every connection in one way; a simulator cannot break connections on Deno 2.4. */
async function withListener(
  treat: (connection: Deno.TcpConn) => Promise<void>,
  test: (get: (more?: Partial<HttpRequest>) => ReturnType<Http["send"]>, accepted: () => number) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  const open: Deno.TcpConn[] = [];
  const serving = (async () => {
    for await (const connection of listener) {
      open.push(connection);
      await connection.read(new Uint8Array(4096));
      await treat(connection).catch(() => {});
    }
  })();
  const http = createHttp(OPTIONS);
  try {
    await test(
      (more) => http.send({ destination: "jira", method: "GET", url: `http://127.0.0.1:${port}/`, ...more }),
      () => open.length,
    );
  } finally {
    http.close();
    listener.close();
    await serving;
    for (const connection of open) {
      try {
        connection.close();
      } catch { /* closed by the treatment */ }
    }
  }
}

const write = (connection: Deno.TcpConn, text: string) => connection.write(new TextEncoder().encode(text));

Deno.test("send() tells the ways of not being answered apart", async () => {
  await withServer({}, async ({ http, server }) => {
    const to = (url: string) => http.send({ destination: "jira", method: "GET", url });
    const free = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = free.addr as Deno.NetAddr;
    free.close();
    await assert.rejects(to(`http://127.0.0.1:${port}/`), failsAs("refused"));
    await assert.rejects(to("http://nowhere.invalid/"), failsAs("dns"));
    await assert.rejects(to(server.url.replace("http:", "https:")), failsAs("tls"));
  });
  const close = (connection: Deno.TcpConn) => Promise.resolve(connection.close());
  await withListener(close, (get) => assert.rejects(get(), failsAs("reset")));
  const half = async (connection: Deno.TcpConn) => {
    await write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    connection.close();
  };
  await withListener(half, (get) => assert.rejects(get(), failsAs("reset")));
  const hang = () => Promise.resolve();
  await withListener(hang, (get) => assert.rejects(get({ timeoutMs: 150 }), failsAs("timeout")));
});

Deno.test("send() stops at once when the signal says so", () =>
  withListener(() => Promise.resolve(), async (get, accepted) => {
    const stop = new AbortController();
    const sent = get({ signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await assert.rejects(sent, failsAs("aborted"));
    await assert.rejects(get({ signal: AbortSignal.abort() }), failsAs("aborted"));
    assert.equal(accepted(), 1);
  }));

Deno.test("send() never repeats a header's value in an error", () =>
  withServer({}, async ({ get }) => {
    await assert.rejects(get("/", { headers: { authorization: "Bearer secret\n" + "x" } }), (error: Error) => {
      assert.ok(error instanceof NetworkError);
      return !error.message.includes("secret");
    });
  }));

Deno.test("a streamed answer may be slow as long as it flows, and fails when it stops", () =>
  withListener(async (connection) => {
    await write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 120));
      await write(connection, "chunk");
    }
  }, async (get) => {
    const answer = await get({ read: "stream", timeoutMs: 300 });
    let read = 0;
    await assert.rejects(async () => {
      for await (const chunk of answer.stream!) read += chunk.length;
    }, failsAs("timeout"));
    assert.equal(read, 20);
  }));

Deno.test("a streamed answer can be cancelled half-way", () =>
  withServer({}, async ({ get }) => {
    const { stream } = await get("/", { read: "stream" });
    const reader = stream!.getReader();
    assert.ok(((await reader.read()).value?.length ?? 0) > 0);
    await reader.cancel();
  }, () => ({ status: 200, body: new Uint8Array(5_000_000) })));

for (const exact of [true, false]) {
  Deno.test(`an upload is streamed ${exact ? "with its Content-Length" : "chunked"}`, () => {
    let received: SimRequest | null = null;
    return withServer({}, async ({ http, server }) => {
      const file = { name: "a.bin", contentType: "application/zip", size: 3_000_000 };
      const body = multipartBody([{ ...file, open: () => new Blob([new Uint8Array(3_000_000).fill(7)]).stream() }]);
      const answer = await http.send({
        destination: "jira",
        method: "POST",
        url: `${server.url}/up`,
        headers: { "content-type": body.contentType },
        body: body.stream,
        ...(exact ? { contentLength: body.contentLength } : {}),
      });
      assert.equal(answer.status, 200);
      assert.equal(received!.body.length, body.contentLength);
      assert.equal(received!.headers.get("content-length"), exact ? String(body.contentLength) : null);
      assert.equal(received!.headers.get("content-type"), body.contentType);
    }, (request) => (received = request, { status: 200, body: [] }));
  });
}

Deno.test("a file that cannot be read stops the upload and says so", () =>
  withServer({}, async ({ http, server }) => {
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error("disk gone"));
      },
    });
    const sent = http.send({ destination: "jira", method: "POST", url: server.url, body: broken, contentLength: 9 });
    await assert.rejects(sent, (error: NetworkError) => {
      assert.match(error.message, /body to send could not be read/);
      assert.equal((error.cause as Error).message, "disk gone");
      return failsAs("aborted")(error);
    });
  }));

Deno.test("a private authority is trusted when it is named, and only then", async () => {
  const { ca, cert, key } = await makeCertificates();
  await withServer({ tls: { cert, key }, http: { caCerts: [ca] } }, async ({ get }) => {
    assert.equal((await get("/")).status, 200);
  });
  await withServer({ tls: { cert, key } }, async ({ get }) => {
    await assert.rejects(get("/"), (error: NetworkError) => {
      assert.match(error.message, /CA_FILE/);
      return failsAs("tls")(error);
    });
  });
});

Deno.test("https goes through the proxy unless it is exempt; loopback http does not", async () => {
  const { ca, cert, key } = await makeCertificates();
  const proxy = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = proxy.addr as Deno.NetAddr;
  const asked: string[] = [];
  const serving = (async () => {
    for await (const connection of proxy) {
      const bytes = new Uint8Array(4096);
      const n = await connection.read(bytes) ?? 0;
      asked.push(new TextDecoder().decode(bytes.subarray(0, n)));
      await connection.write(new TextEncoder().encode("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
      connection.close();
    }
  })();
  const http = { caCerts: [ca], proxy: `http://ada:pw@127.0.0.1:${port}` };
  await withServer({ tls: { cert, key }, http }, async ({ get }) => {
    await assert.rejects(get("/"), failsAs("refused"));
    assert.match(asked[0]!, /^CONNECT localhost:\d+ HTTP/);
    assert.match(asked[0]!, /proxy-authorization: Basic YWRhOnB3/i);
  });
  await withServer({ tls: { cert, key }, http: { ...http, noProxy: ["localhost"] } }, async ({ get }) => {
    assert.equal((await get("/")).status, 200);
  });
  await withServer({ http }, async ({ get }) => {
    assert.equal((await get("/")).status, 200);
  });
  assert.equal(asked.length, 1);
  proxy.close();
  await serving;
});
