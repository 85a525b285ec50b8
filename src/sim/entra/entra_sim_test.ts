import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, sign } from "node:crypto";
import { fileURLToPath } from "node:url";
import { ConfidentialClientApplication, type INetworkModule, PublicClientApplication } from "@azure/msal-node";
import { generate } from "selfsigned";
import { makeCertificates } from "../kit/certificates.ts";
import { EntraSim } from "./entra_sim.ts";
import { TokenRegistry } from "./tokens.ts";

const TENANT = "aaaaaaaa-0000-0000-0000-000000000001";
const APP = "11111111-2222-3333-4444-555555555555";
const PUBLIC_APP = "11111111-2222-3333-4444-666666666666";
const USER = "support@example.com";
const DEFAULT_SCOPE = "https://graph.microsoft.com/.default";
const SCOPES = ["https://graph.microsoft.com/Mail.ReadWrite", "https://graph.microsoft.com/Mail.Send"];
const REDIRECT = "https://localhost/answer";

const tls = makeCertificates();
const signing = generate([{ name: "commonName", value: "o365-connect" }], { keySize: 2048, algorithm: "sha256" });

interface World {
  readonly entra: EntraSim;
  readonly tokens: TokenRegistry;
  readonly network: INetworkModule;
  readonly fetch: (path: string, form?: Record<string, string>, headers?: Record<string, string>) => Promise<Response>;
}

async function withEntra(test: (world: World) => Promise<void>): Promise<void> {
  const { ca, cert, key } = await tls;
  const tokens = new TokenRegistry();
  const entra = new EntraSim({
    tls: { cert, key },
    tokens,
    tenants: [{
      id: TENANT,
      domains: ["example.onmicrosoft.com"],
      users: [{ address: USER }, { address: "other@example.com" }],
      apps: [
        {
          clientId: APP,
          secrets: [{ value: "right" }, { value: "old", expiresAt: 1 }],
          certificates: [(await signing).cert],
          applicationPermissions: ["Mail.ReadWrite", "Mail.Send"],
          delegatedPermissions: ["Mail.ReadWrite", "Mail.Send"],
          redirectUris: [REDIRECT],
        },
        { clientId: PUBLIC_APP, delegatedPermissions: ["Mail.ReadWrite", "Mail.Send"], assignedUsers: [USER] },
      ],
    }],
  });
  await entra.start();
  const client = Deno.createHttpClient({ caCerts: [ca] });
  const fetching = (path: string, form?: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(path.startsWith("https:") ? path : `${entra.url}/${path}`, {
      client,
      headers,
      redirect: "manual",
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
  const msal = async (url: string, init: RequestInit) => {
    const response = await fetch(url, { ...init, client });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
  };
  const network = {
    sendGetRequestAsync: (url: string, options?: { headers?: Record<string, string> }) => msal(url, { ...options }),
    sendPostRequestAsync: (url: string, options?: { headers?: Record<string, string>; body?: string }) =>
      msal(url, { method: "POST", ...options }),
  } as INetworkModule;
  try {
    await test({ entra, tokens, network, fetch: fetching });
  } finally {
    client.close();
    await entra.stop();
  }
}

function configurationOf({ entra, network }: World, auth: Record<string, unknown>) {
  const authority = `${entra.url}/${TENANT}`;
  return {
    auth: { clientId: APP, authority, knownAuthorities: [new URL(entra.url).host], ...auth },
    system: { networkClient: network },
  };
}

async function refusal(response: Response): Promise<[number, string, number]> {
  const body = await response.json();
  assert.match(body.error_description, /^AADSTS\d+: .+Trace ID: .+ Correlation ID: .+ Timestamp: /);
  return [response.status, body.error, body.error_codes[0]];
}

const tokenPath = `${TENANT}/oauth2/v2.0/token`;
const secretForm = { grant_type: "client_credentials", client_id: APP, scope: DEFAULT_SCOPE };

Deno.test("MSAL gets an app token by secret, and the registry knows whose it is", () =>
  withEntra(async (world) => {
    world.entra.expiresInSeconds = 120;
    const app = new ConfidentialClientApplication(configurationOf(world, { clientSecret: "right" }));
    const result = await app.acquireTokenByClientCredential({ scopes: [DEFAULT_SCOPE] });
    const token = world.tokens.find(result!.accessToken);
    assert.ok(typeof token !== "string");
    assert.deepEqual([token.kind, token.appId, token.tenant], ["app", APP, TENANT]);
    assert.deepEqual(token.permissions, ["Mail.ReadWrite", "Mail.Send"]);
    assert.ok(result!.expiresOn!.getTime() < Date.now() + 121_000);
    world.entra.expireAllTokens();
    assert.equal(world.tokens.find(result!.accessToken), "expired");
  }));

Deno.test("MSAL with its own transport gets a token, in a process that trusts the CA", () =>
  withEntra(async ({ entra, tokens }) => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/ca.pem`, (await tls).ca);
      const script = `
        import { ConfidentialClientApplication } from "@azure/msal-node";
        const auth = ${
        JSON.stringify({
          clientId: APP,
          clientSecret: "right",
          authority: `${entra.url}/${TENANT}`,
          knownAuthorities: [new URL(entra.url).host],
        })
      };
        const app = new ConfidentialClientApplication({ auth });
        const result = await app.acquireTokenByClientCredential({ scopes: ["${DEFAULT_SCOPE}"] });
        console.log(result.accessToken);`;
      const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["eval", "--config", config, script],
        env: { DENO_CERT: `${folder}/ca.pem`, DENO_NO_UPDATE_CHECK: "1" },
      }).output();
      const token = tokens.find(new TextDecoder().decode(stdout).trim());
      assert.ok(typeof token !== "string", new TextDecoder().decode(stderr));
      assert.equal(token.appId, APP);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }));

Deno.test("MSAL gets an app token by certificate; its assertion is verified", () =>
  withEntra(async (world) => {
    const { private: privateKey, cert } = await signing;
    const der = Buffer.from(cert.replace(/-----[^-]+-----/g, ""), "base64");
    const thumbprintSha256 = createHash("sha256").update(der).digest("hex");
    const right = new ConfidentialClientApplication(
      configurationOf(world, { clientCertificate: { thumbprintSha256, privateKey } }),
    );
    assert.ok((await right.acquireTokenByClientCredential({ scopes: [DEFAULT_SCOPE] }))!.accessToken);
    const stranger = await generate([{ name: "commonName", value: "stranger" }], {
      keySize: 2048,
      algorithm: "sha256",
    });
    const wrong = new ConfidentialClientApplication(
      configurationOf(world, { clientCertificate: { thumbprintSha256, privateKey: stranger.private } }),
    );
    await assert.rejects(wrong.acquireTokenByClientCredential({ scopes: [DEFAULT_SCOPE] }), /AADSTS700027/);
  }));

Deno.test("an assertion for somebody else, out of its time, or of an unknown certificate is refused", () =>
  withEntra(async ({ entra, fetch }) => {
    const { private: key, cert } = await signing;
    const der = Buffer.from(cert.replace(/-----[^-]+-----/g, ""), "base64");
    const thumbprint = createHash("sha256").update(der).digest("base64url");
    const now = Math.floor(Date.now() / 1000);
    const claims = { aud: `${entra.url}/${tokenPath}`, iss: APP, sub: APP, jti: "1", nbf: now, exp: now + 300 };
    const ask = async (change: Record<string, unknown>, x5t = thumbprint) => {
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const signed = `${part({ alg: "RS256", typ: "JWT", "x5t#S256": x5t })}.${part({ ...claims, ...change })}`;
      const signature = sign("sha256", Buffer.from(signed), key).toString("base64url");
      return await fetch(tokenPath, {
        ...secretForm,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: `${signed}.${signature}`,
      });
    };
    const right = await ask({});
    assert.equal(right.status, 200);
    await right.body?.cancel();
    assert.deepEqual(await refusal(await ask({ aud: "https://else.where" })), [401, "invalid_client", 700023]);
    assert.deepEqual(await refusal(await ask({ exp: now - 1000, nbf: now - 2000 })), [401, "invalid_client", 700024]);
    assert.deepEqual(await refusal(await ask({ sub: PUBLIC_APP })), [401, "invalid_client", 700021]);
    assert.deepEqual(await refusal(await ask({}, "AAAA")), [401, "invalid_client", 700027]);
  }));

Deno.test("client credentials: each mistake has its number", () =>
  withEntra(async ({ fetch }) => {
    const ask = async (change: Record<string, string>, path = tokenPath) =>
      await refusal(await fetch(path, { ...secretForm, client_secret: "right", ...change }));
    assert.deepEqual(await ask({ client_secret: "wrong" }), [401, "invalid_client", 7000215]);
    assert.deepEqual(await ask({ client_secret: "old" }), [401, "invalid_client", 7000222]);
    assert.deepEqual(await ask({ client_secret: "" }), [401, "invalid_client", 7000218]);
    assert.deepEqual(await ask({ client_id: "unknown" }), [400, "unauthorized_client", 700016]);
    assert.deepEqual(await ask({ scope: "Mail.Read" }), [400, "invalid_scope", 70011]);
    assert.deepEqual(await ask({ scope: "https://other.example/.default" }), [400, "invalid_resource", 500011]);
    assert.deepEqual(await ask({ grant_type: "password" }), [400, "unsupported_grant_type", 70003]);
    assert.deepEqual(await ask({}, "nowhere/oauth2/v2.0/token"), [400, "invalid_request", 90002]);
    assert.deepEqual(await ask({}, "common/oauth2/v2.0/token"), [400, "invalid_request", 50059]);
  }));

Deno.test("a secret may come as Basic; a domain names the tenant; there is no refresh token for apps", () =>
  withEntra(async ({ fetch }) => {
    const basic = `Basic ${Buffer.from(`${APP}:right`).toString("base64")}`;
    const { client_id: _, ...form } = secretForm;
    const answer = await fetch("example.onmicrosoft.com/oauth2/v2.0/token", form, { authorization: basic });
    assert.equal(answer.status, 200);
    const keys = Object.keys(await answer.json()).toSorted();
    assert.deepEqual(keys, ["access_token", "expires_in", "ext_expires_in", "token_type"]);
  }));

Deno.test("MSAL redeems an authorization code with PKCE, refreshes silently, and hears of a revocation", () =>
  withEntra(async (world) => {
    const { entra, tokens, fetch } = world;
    const app = new ConfidentialClientApplication(configurationOf(world, { clientSecret: "right" }));
    const verifier = "v".repeat(50);
    const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
    const request = { scopes: SCOPES, redirectUri: REDIRECT };
    const url = await app.getAuthCodeUrl({ ...request, state: "s 1", codeChallenge, codeChallengeMethod: "S256" });
    const redirect = await fetch(url);
    assert.equal(redirect.status, 302);
    const answer = new URL(redirect.headers.get("location")!);
    assert.equal(answer.origin + answer.pathname, REDIRECT);
    assert.equal(answer.searchParams.get("state"), "s 1");
    const code = answer.searchParams.get("code")!;
    await assert.rejects(app.acquireTokenByCode({ ...request, code, codeVerifier: "x".repeat(50) }), /AADSTS501481/);
    const result = await app.acquireTokenByCode({ ...request, code, codeVerifier: verifier });
    assert.equal(result.account!.username, USER);
    const token = tokens.find(result.accessToken);
    assert.ok(typeof token !== "string" && token.kind === "delegated" && token.user === USER);
    await assert.rejects(app.acquireTokenByCode({ ...request, code, codeVerifier: verifier }), /AADSTS54005/);

    const silent = { account: result.account!, scopes: SCOPES, forceRefresh: true };
    const refreshed = await app.acquireTokenSilent(silent);
    assert.notEqual(refreshed!.accessToken, result.accessToken);
    entra.refreshTokens.expireAll();
    await assert.rejects(app.acquireTokenSilent(silent), /AADSTS700082/);
    entra.refreshTokens.revokeAll();
    await assert.rejects(app.acquireTokenSilent(silent), /AADSTS50173/);
  }));

Deno.test("authorize answers refusals to the redirect URI, and never to a foreign one", () =>
  withEntra(async ({ entra, fetch }) => {
    const ask = (change: Record<string, string> = {}) =>
      fetch(
        `${TENANT}/oauth2/v2.0/authorize?` + new URLSearchParams({
          client_id: APP,
          response_type: "code",
          redirect_uri: REDIRECT,
          scope: "Mail.ReadWrite",
          state: "42",
          ...change,
        }),
      );
    const errorOf = (response: Response) => {
      const params = new URL(response.headers.get("location")!).searchParams;
      assert.equal(params.get("state"), "42");
      return params.get("error");
    };
    assert.equal(errorOf(await ask({ scope: "Calendars.Read" })), "consent_required");
    entra.signIn = "deny";
    assert.equal(errorOf(await ask()), "access_denied");
    entra.signIn = "nobody@example.com";
    assert.equal(errorOf(await ask()), "invalid_grant");
    assert.deepEqual(await refusal(await ask({ redirect_uri: "https://evil.example/" })), [
      400,
      "invalid_request",
      50011,
    ]);
    assert.deepEqual(await refusal(await ask({ client_id: "unknown" })), [400, "unauthorized_client", 700016]);
    entra.signIn = "other@example.com";
    const form = await ask({ response_mode: "form_post" });
    assert.match(await form.text(), /<form method="post" action="https:\/\/localhost\/answer">.*name="code"/);
  }));

Deno.test("MSAL's device code flow waits until somebody approves", () =>
  withEntra(async (world) => {
    world.entra.deviceCodeInterval = 1;
    const app = new PublicClientApplication(configurationOf(world, { clientId: PUBLIC_APP }));
    const result = await app.acquireTokenByDeviceCode({
      scopes: SCOPES,
      deviceCodeCallback: ({ userCode }) => void setTimeout(() => world.entra.approveDeviceCode(userCode, USER), 1200),
    });
    assert.equal(result!.account!.username, USER);
    const polls = world.entra.journal.find("POST", /\/token$/);
    assert.deepEqual([...new Set(polls.map(({ status }) => status))], [400, 200]);
  }));

Deno.test("device codes can approve themselves, be declined, and expire", () =>
  withEntra(async ({ entra, fetch }) => {
    const begin = async () =>
      await (await fetch(`${TENANT}/oauth2/v2.0/devicecode`, {
        client_id: PUBLIC_APP,
        scope: "Mail.Send offline_access",
      })).json();
    const poll = (device_code: string) =>
      fetch(tokenPath, {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        client_id: PUBLIC_APP,
        device_code,
      });
    entra.deviceCodes.autoApproveAfterPolls = 1;
    const first = await begin();
    assert.deepEqual(await refusal(await poll(first.device_code)), [400, "authorization_pending", 70016]);
    const approved = await poll(first.device_code);
    assert.equal(approved.status, 200);
    assert.ok((await approved.json()).refresh_token);
    assert.equal((await refusal(await poll(first.device_code)))[1], "bad_verification_code");

    entra.deviceCodes.autoApproveAfterPolls = null;
    const second = await begin();
    entra.deviceCodes.decline(second.user_code);
    assert.equal((await refusal(await poll(second.device_code)))[1], "authorization_declined");
    const third = await begin();
    assert.deepEqual(entra.deviceCodes.waiting(), [third.user_code]);
    entra.deviceCodes.expireAll();
    assert.equal((await refusal(await poll(third.device_code)))[1], "expired_token");
  }));

Deno.test("users can be kept out, and apps be for assigned users only", () =>
  withEntra(async ({ entra, fetch }) => {
    const ask = async () => {
      const query = {
        client_id: PUBLIC_APP,
        response_type: "code",
        scope: "Mail.Send",
        redirect_uri: `${entra.url}/common/oauth2/nativeclient`,
      };
      const response = await fetch(`${TENANT}/oauth2/v2.0/authorize?${new URLSearchParams(query)}`);
      return new URL(response.headers.get("location")!).searchParams.get("error_description") ?? "";
    };
    assert.equal(await ask(), "");
    entra.signIn = "other@example.com";
    assert.match(await ask(), /AADSTS50105/);
    entra.signIn = USER;
    entra.keepOut(USER, 50076);
    assert.match(await ask(), /AADSTS50076/);
  }));

Deno.test("the fault script answers for the token endpoint", () =>
  withEntra(async ({ entra, fetch }) => {
    entra.faults.add({
      method: "POST",
      path: /\/token$/,
      action: {
        kind: "answer",
        status: 429,
        headers: { "retry-after": "2" },
        body: { error: "temporarily_unavailable" },
      },
    });
    const form = { ...secretForm, client_secret: "right" };
    const throttled = await fetch(tokenPath, form);
    assert.deepEqual([throttled.status, throttled.headers.get("retry-after")], [429, "2"]);
    await throttled.body?.cancel();
    const next = await fetch(tokenPath, form);
    assert.equal(next.status, 200);
    await next.body?.cancel();
  }));
