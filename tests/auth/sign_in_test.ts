import assert from "node:assert/strict";
import { ConfigError, CredentialsError } from "../../src/core/errors.ts";
import type { TokenOptions, TokenProvider } from "../../src/auth/provider.ts";
import type { PendingAuthorization } from "../../src/auth/sign_in.ts";
import { type AuthWorld, browse, memoryCache, PUBLIC_APP, SUPPORT, withEntra } from "./world.ts";

const CODE: Partial<TokenOptions> = { grantType: "authorization-code" };

async function signIn({ http }: AuthWorld, provider: TokenProvider): Promise<PendingAuthorization & { back: string }> {
  const pending = await provider.authorizationUrl(SUPPORT);
  return { ...pending, back: await browse(http, pending.url) };
}

function refusedWith(...words: RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof CredentialsError, String(error));
    for (const word of words) assert.match(error.message, word);
    return true;
  };
}

Deno.test("the consent URL asks with PKCE and a state for Graph's permissions and a refresh token", () =>
  withEntra(async ({ provider, entra }) => {
    const { url, verifier, state } = await provider(CODE).authorizationUrl(SUPPORT);
    const { origin, searchParams } = new URL(url);
    assert.equal(origin, entra.url);
    assert.equal(searchParams.get("state"), state);
    assert.equal(searchParams.get("code_challenge_method"), "S256");
    assert.equal(searchParams.get("login_hint"), SUPPORT);
    const scopes = searchParams.get("scope")!.split(" ");
    for (
      const scope of [
        "https://graph.microsoft.com/Mail.ReadWrite",
        "https://graph.microsoft.com/Mail.Send",
        "offline_access",
      ]
    ) {
      assert.ok(scopes.includes(scope), scope);
    }
    assert.ok(!url.includes(verifier));
  }));

for (
  const [name, more] of [["with a secret", {}], ["as a public client", {
    clientId: PUBLIC_APP,
    clientSecret: null,
  }]] as const
) {
  Deno.test(`a pasted redirect URL becomes a token that renews itself (${name})`, () =>
    withEntra(async (world) => {
      const cache = memoryCache();
      const one = world.provider({ ...CODE, ...more, cache });
      await assert.rejects(
        one.token(),
        refusedWith(/Nobody has signed in/, /authorize --grant-type authorization-code/),
      );
      const pending = await signIn(world, one);
      const account = await one.redeem(` ${pending.back}\n`, pending);
      assert.equal(account.username, SUPPORT);
      assert.equal((await one.token()).token, account.token);
      const later = world.provider({ ...CODE, ...more, cache });
      assert.equal((await later.account())?.username, SUPPORT);
      const renewed = await later.token({ forceRefresh: true, refused: account.token });
      const issued = world.tokens.find(renewed.token);
      assert.ok(typeof issued === "object" && issued.user === SUPPORT);
      assert.notEqual(renewed.token, account.token);
    }));
}

Deno.test("a secret that the registration does not want is left out", () =>
  withEntra(async (world) => {
    const one = world.provider({ ...CODE, clientId: PUBLIC_APP });
    const pending = await signIn(world, one);
    assert.equal((await one.redeem(pending.back, pending)).username, SUPPORT);
    assert.ok((await one.token({ forceRefresh: true })).token);
    const forms = world.entra.journal.find("POST", /\/token$/).map(({ body }) => new URLSearchParams(body));
    assert.deepEqual(forms.map((form) => form.has("client_secret")), [true, false, false]);
  }));

Deno.test("a redirect URL of another attempt, another host or without code is not redeemed", () =>
  withEntra(async (world) => {
    const one = world.provider(CODE);
    const pending = await signIn(world, one);
    const wrong = (url: string, words: RegExp, of = pending) =>
      assert.rejects(one.redeem(url, of), (error: Error) => error instanceof ConfigError && words.test(error.message));
    await wrong("hello", /must begin with https:/);
    await wrong(pending.back.replace("localhost", "evil.example.com"), /must begin with/);
    await wrong(pending.back, /another attempt/, { ...pending, state: "other" });
    await wrong(pending.back.replace(/code=[^&]*/, "x=1"), /no code/);
    assert.equal(world.asked(), 0);
  }));

Deno.test("what the redirect URL says of a refusal is told with what to do", () =>
  withEntra(async (world) => {
    const one = world.provider(CODE);
    world.entra.signIn = "deny";
    const denied = await signIn(world, one);
    await assert.rejects(one.redeem(denied.back, denied), refusedWith(/declined/, /authorize/));
    const asking = world.provider({ ...CODE, scopes: ["Mail.ReadWrite", "Calendars.Read"] });
    world.entra.signIn = null;
    const consent = await signIn(world, asking);
    await assert.rejects(asking.redeem(consent.back, consent), refusedWith(/Grant admin consent/));
  }));

Deno.test("a code is redeemed once", () =>
  withEntra(async (world) => {
    const one = world.provider(CODE);
    const pending = await signIn(world, one);
    await one.redeem(pending.back, pending);
    await assert.rejects(one.redeem(pending.back, pending), refusedWith(/used before/));
  }));

Deno.test("a wrong account is refused before anything of it is kept, and a new sign-in replaces the old", () =>
  withEntra(async (world) => {
    const cache = memoryCache();
    const one = world.provider({ ...CODE, cache });
    world.entra.signIn = "other@example.com";
    const wrong = await signIn(world, one);
    const accept = ({ username }: { username: string }) => {
      if (username !== SUPPORT) throw new CredentialsError("entra", `signed in as ${username}`);
    };
    await assert.rejects(one.redeem(wrong.back, wrong, accept), refusedWith(/signed in as other@example\.com/));
    assert.equal(cache.value, null);
    const unchecked = await signIn(world, one);
    await one.redeem(unchecked.back, unchecked);
    world.entra.signIn = SUPPORT;
    const right = await signIn(world, one);
    await one.redeem(right.back, right, accept);
    assert.equal((await one.account())?.username, SUPPORT);
    assert.ok(!cache.value!.includes("other@example.com"));
  }));

Deno.test("a sign-in that is over asks for authorize", () =>
  withEntra(async (world) => {
    const one = world.provider(CODE);
    const pending = await signIn(world, one);
    await one.redeem(pending.back, pending);
    for (
      const [code, words] of [[50076, /multi-factor/], [53003, /Conditional Access/], [
        50034,
        /no such account/,
      ]] as const
    ) {
      world.entra.keepOut(SUPPORT, code);
      await assert.rejects(one.token({ forceRefresh: true }), refusedWith(words));
    }
    world.entra.refreshTokens.revokeAll();
    await assert.rejects(one.token({ forceRefresh: true }), refusedWith(/expired or was revoked/, /authorize/));
  }));

Deno.test("a device code is shown, waited for, and becomes a token that renews itself", () =>
  withEntra(async ({ provider, entra, tokens }) => {
    entra.deviceCodeInterval = 0;
    const one = provider({ grantType: "device-code", clientSecret: null, clientId: PUBLIC_APP });
    const shown: string[] = [];
    const account = await one.signInByDevice((prompt) => {
      shown.push(prompt.message);
      entra.approveDeviceCode(prompt.userCode, SUPPORT);
    });
    assert.match(shown[0]!, /devicelogin/);
    assert.equal(account.username, SUPPORT);
    const issued = tokens.find((await one.token({ forceRefresh: true })).token);
    assert.ok(typeof issued === "object" && issued.user === SUPPORT);
  }));

Deno.test("waiting for a device code goes on while it is pending, more slowly when told so, and ends when declined", () =>
  withEntra(async ({ provider, entra }) => {
    entra.deviceCodeInterval = 0;
    const slept: number[] = [];
    const clock = { now: () => Date.now(), sleep: (ms: number) => Promise.resolve(void slept.push(ms)) };
    const one = provider({ grantType: "device-code", clientId: PUBLIC_APP, clock });
    entra.faults.add({
      method: "POST",
      path: /token/,
      action: { kind: "answer", status: 400, body: { error: "slow_down" } },
      after: 1,
    });
    entra.deviceCodes.autoApproveAfterPolls = 3;
    assert.ok((await one.signInByDevice(() => {})).token);
    assert.deepEqual(slept, [5_000]);
    const declined = one.signInByDevice(({ userCode }) => entra.deviceCodes.decline(userCode));
    await assert.rejects(declined, refusedWith(/declined/));
  }));

Deno.test("an app that does not allow device codes says where to allow them", () =>
  withEntra(async ({ provider }) => {
    const one = provider({ grantType: "device-code" });
    await assert.rejects(one.signInByDevice(() => {}), refusedWith(/Allow public client flows/));
  }, { publicClientFlows: false }));
