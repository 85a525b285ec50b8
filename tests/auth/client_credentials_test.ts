import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { ConfigError, CredentialsError, HttpError, NetworkError } from "../../src/core/errors.ts";
import { APP, certificates, memoryCache, TENANT, withEntra } from "./world.ts";

/** That no repetition can mend it, and that the words say what to do. */
function says(...words: RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof CredentialsError, String(error));
    for (const word of words) assert.match(error.message, word);
    assert.ok(!error.message.includes("s3cret"));
    return true;
  };
}

Deno.test("a token is obtained once, and kept for other processes", () =>
  withEntra(async ({ provider, tokens, asked, entra }) => {
    const cache = memoryCache();
    const first = provider({ cache });
    const [a, b] = await Promise.all([first.token(), first.token()]);
    assert.equal(a.token, b.token);
    assert.equal((await first.token()).token, a.token);
    assert.equal((await provider({ cache }).token()).token, a.token);
    assert.equal(asked(), 1);
    assert.equal(entra.journal.find("POST", /\/token$/)[0]!.headers.get("user-agent"), "o365-connect/test");
    const issued = tokens.find(a.token);
    assert.ok(typeof issued === "object" && issued.kind === "app");
    assert.ok(Math.abs(a.expiresAt - Date.now() - 3_599_000) < 10_000);
    assert.equal(await first.account(), null);
  }));

Deno.test("a refused token is replaced once for all who met the refusal", () =>
  withEntra(async ({ provider, asked }) => {
    const cache = memoryCache();
    const one = provider({ cache });
    const other = provider({ cache });
    const refused = (await one.token()).token;
    assert.equal((await other.token()).token, refused);
    const again = await Promise.all([1, 2, 3].map(() => one.token({ forceRefresh: true, refused })));
    assert.equal(new Set(again.map(({ token }) => token)).size, 1);
    assert.notEqual(again[0]!.token, refused);
    assert.equal((await one.token({ forceRefresh: true, refused })).token, again[0]!.token);
    assert.equal((await other.token({ forceRefresh: true, refused })).token, again[0]!.token, "taken from the cache");
    assert.equal(asked(), 2);
  }));

Deno.test("a token is renewed before its end; one that is still good bridges an outage", () =>
  withEntra(async ({ provider, entra }) => {
    let now = Date.now();
    const one = provider({ clock: { now: () => now, sleep: () => Promise.resolve() } });
    const first = await one.token();
    now = first.expiresAt - 60_000;
    entra.faults.add({ method: "POST", path: /token/, action: { kind: "answer", status: 503, body: "busy" } });
    entra.faults.add({ method: "GET", path: /openid/, action: { kind: "answer", status: 503, body: "busy" } });
    assert.equal((await one.token()).token, first.token);
    now = first.expiresAt + 1;
    await assert.rejects(one.token(), HttpError);
  }));

Deno.test("the other process is kept out while a token is obtained", () =>
  withEntra(async ({ provider }) => {
    const order: string[] = [];
    const one = provider({
      lock: async (work) => {
        order.push("locked");
        const result = await work();
        order.push("released");
        return result;
      },
    });
    await one.token();
    await one.token();
    assert.deepEqual(order, ["locked", "released"]);
  }));

Deno.test("every mistake in the set-up is told with what to click", () =>
  withEntra(async ({ provider }) => {
    const refused = (more: Parameters<typeof provider>[0]) => provider(more).token();
    await assert.rejects(refused({ clientSecret: "wrong" }), says(/Value, not its Secret ID/, /New client secret/));
    await assert.rejects(refused({ clientSecret: "old" }), says(/has expired/, /New client secret/));
    await assert.rejects(refused({ clientId: "x" }), says(/"x" is not known/, /O365_CLIENT_ID/));
    await assert.rejects(refused({ tenantId: "nowhere.example.com" }), says(/no tenant "nowhere/, /O365_TENANT_ID/));
    await assert.rejects(refused({ graphUrl: "https://graph.example.com" }), says(/O365_GRAPH_URL/));
  }));

Deno.test("a certificate takes the secret's place", async () => {
  const { cert, key, ca } = certificates;
  await withEntra(async ({ provider, entra }) => {
    const clientCertificate = `${cert}\n${key}`;
    assert.ok((await provider({ clientCertificate, clientSecret: null }).token()).token);
    const form = new URLSearchParams(entra.journal.find("POST", /\/token$/)[0]!.body);
    const header = JSON.parse(
      atob(form.get("client_assertion")!.split(".")[0]!.replaceAll("-", "+").replaceAll("_", "/")),
    );
    assert.equal(header.alg, "PS256");
    assert.ok(header["x5t#S256"]);
    await assert.rejects(provider({ clientCertificate: `${ca}\n${key}` }).token(), says(/not one of the app's/));
  }, { certificates: [cert] });
});

Deno.test("a key in the older PKCS #1 form serves, too", async () => {
  const { cert, key } = certificates;
  const older = createPrivateKey(key).export({ type: "pkcs1", format: "pem" });
  await withEntra(async ({ provider }) => {
    assert.ok((await provider({ clientCertificate: `${older}\n${cert}` }).token()).token);
  }, { certificates: [cert] });
});

Deno.test("a PEM that lacks a part, or is locked, is a configuration problem", () =>
  withEntra(async ({ provider }) => {
    const { cert, key } = certificates;
    const locked = key.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    const elliptic = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    }).privateKey;
    const broken: [string, RegExp][] = [
      [cert, /PRIVATE KEY/],
      [key, /CERTIFICATE/],
      [cert + locked, /encrypted/],
      [cert + elliptic, /must be RSA/],
      [cert + key.replace(/MII.{40}/, "AAAA"), /cannot be used/],
    ];
    for (const [clientCertificate, words] of broken) {
      await assert.rejects(provider({ clientCertificate }).token(), (error: Error) => {
        assert.ok(error instanceof ConfigError, String(error));
        assert.equal(error.problems[0]!.name, "O365_CLIENT_CERTIFICATE");
        return words.test(error.message);
      });
    }
  }));

Deno.test("what passes is no refusal, and leaves no trace in the next attempt", () =>
  withEntra(async ({ provider, entra }) => {
    const one = provider();
    const play = (status: number, body: unknown, headers = {}) =>
      entra.faults.add({ method: "POST", path: /token/, action: { kind: "answer", status, body, headers } });
    play(429, { error: "temporarily_unavailable" }, { "retry-after": "2" });
    await assert.rejects(one.token(), (error: HttpError) => error instanceof HttpError && error.retryAfterMs === 2_000);
    play(503, "<html>Service unavailable</html>");
    await assert.rejects(one.token(), (error: HttpError) => error instanceof HttpError && error.status === 503);
    play(403, "<html>Blocked by the proxy</html>");
    await assert.rejects(one.token(), (error: HttpError) => error instanceof HttpError && error.status === 403);
    play(400, { error: "invalid_request", error_description: "AADSTS90033: A transient error has occurred." });
    await assert.rejects(one.token(), (error: HttpError) => error instanceof HttpError && error.code === "AADSTS90033");
    play(200, "no json");
    await assert.rejects(
      one.token(),
      (error: NetworkError) => error instanceof NetworkError && error.reason === "reset",
    );
    assert.ok((await one.token()).token);
  }));

Deno.test("an Entra ID that cannot be reached is a network error", () =>
  withEntra(async ({ provider }) => {
    const one = provider({ authority: "https://localhost:9" });
    await assert.rejects(one.token(), (error: NetworkError) => {
      assert.ok(error instanceof NetworkError, String(error));
      return error.destination === "entra" && error.reason === "refused";
    });
  }));

Deno.test("a cache that cannot be read is started anew; a state that fails is reported as such", () =>
  withEntra(async ({ provider }) => {
    const broken = { ...memoryCache(), value: "{broken" };
    assert.ok((await provider({ cache: broken }).token()).token);
    assert.ok(JSON.parse(broken.value));
    const failing = { get: () => Promise.reject(new RangeError("disk")), set: () => Promise.resolve() };
    await assert.rejects(provider({ cache: failing }).token(), RangeError);
  }));

Deno.test("unknown refusals repeat Entra ID's words", () =>
  withEntra(async ({ provider, entra }) => {
    const body = {
      error: "invalid_request",
      error_description: `AADSTS999: Something about ${APP} in ${TENANT}.\r\nTrace ID: x`,
    };
    entra.faults.add({ method: "POST", path: /token/, action: { kind: "answer", status: 400, body } });
    await assert.rejects(provider().token(), says(/Something about/, /\(AADSTS999\)/));
  }));
