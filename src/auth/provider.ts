/** Tokens for Graph: obtained once, kept in the state, refreshed by themselves, shared by the processes. */

import type { AuthenticationResult } from "@azure/msal-node";
import type { Clock } from "../core/clock.ts";
import { CredentialsError, HttpError, NetworkError } from "../core/errors.ts";
import type { Http } from "../core/http_port.ts";
import { isRefusal, type MsalApp, MsalSession, type SessionOptions, type TokenCacheStore } from "./msal_session.ts";
import { scopesFor } from "./scopes.ts";
import { type Account, accountFrom, codeIn, type DeviceCodePrompt, makePkce } from "./sign_in.ts";
import type { PendingAuthorization } from "./sign_in.ts";

export type GrantType = "client-credentials" | "authorization-code" | "device-code";

export interface TokenOptions {
  readonly grantType: GrantType;
  /** Origin of Entra ID, https: `O365_ID_PROVIDER`. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret?: string | null | undefined;
  /** Text of a PEM with key and certificate; wins over the secret. */
  readonly clientCertificate?: string | null | undefined;
  /** `O365_GRAPH_URL`: whose tokens these are. */
  readonly graphUrl: string;
  /** Delegated grants only, without host: `Mail.ReadWrite`. */
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly http: Http;
  readonly cache: TokenCacheStore;
  /** Runs alone among the processes that share the cache. */
  lock<T>(work: () => Promise<T>): Promise<T>;
  readonly clock: Clock;
}

export interface AccessToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Refuses an account by throwing; nothing of it is stored then. */
export type AcceptAccount = (account: Account) => void | Promise<void>;

/**
 * Every method throws `CredentialsError` (what to click), `ConfigError` (certificate, pasted URL), or the temporary
 * `HttpError` and `NetworkError`.
 */
export interface TokenProvider {
  readonly grantType: GrantType;
  /** A token good for some minutes. `forceRefresh`: another one than `refused`, which was answered with 401. */
  token(options?: { forceRefresh?: boolean; refused?: string }): Promise<AccessToken>;
  /** Who signed in; `null` for client credentials, and before `authorize`. */
  account(): Promise<Account | null>;
  /** The consent URL (authorization code with PKCE). */
  authorizationUrl(loginHint?: string): Promise<PendingAuthorization>;
  /** Exchanges the pasted redirect URL. */
  redeem(redirectUrl: string, pending: PendingAuthorization, accept?: AcceptAccount): Promise<Account & AccessToken>;
  /** Shows a code and waits until somebody has entered it elsewhere. */
  signInByDevice(
    show: (prompt: DeviceCodePrompt) => void,
    accept?: AcceptAccount,
    signal?: AbortSignal,
  ): Promise<Account & AccessToken>;
}

/** Renewed so long before its end, or in the last fifth of a short life. */
const RENEW_BEFORE_MS = 5 * 60 * 1000;

export function createTokenProvider(options: TokenOptions): TokenProvider {
  return new Provider(options);
}

class Provider implements TokenProvider {
  readonly grantType: GrantType;
  readonly #options: TokenOptions;
  readonly #scopes: string[];
  #current: (AccessToken & { readonly renewAt: number }) | null = null;
  #running: Promise<AccessToken> | null = null;
  /** The app is registered as a public client though there is a secret. */
  #mustBePublic: boolean;

  constructor(options: TokenOptions) {
    this.#options = options;
    this.grantType = options.grantType;
    this.#scopes = scopesFor(options.grantType, options.graphUrl, options.scopes);
    this.#mustBePublic = options.grantType === "device-code" || !(options.clientSecret || options.clientCertificate);
  }

  async token({ forceRefresh = false, refused }: { forceRefresh?: boolean; refused?: string } = {}) {
    const now = this.#options.clock.now();
    const unwanted = forceRefresh ? refused ?? this.#current?.token ?? null : null;
    const usable = (token: AccessToken) => token.expiresAt > now && token.token !== unwanted;
    const current = this.#current;
    if (current !== null && current.renewAt > now && usable(current)) return current;
    if (this.#running !== null) {
      const joined = await this.#running;
      if (usable(joined)) return joined;
    }
    this.#running ??= this.#acquire(unwanted).finally(() => this.#running = null);
    try {
      return await this.#running;
    } catch (error) {
      const temporary = error instanceof HttpError || error instanceof NetworkError;
      if (temporary && current !== null && usable(current)) return current;
      throw error;
    }
  }

  /** Alone: another process may just have stored a new one. */
  #acquire(unwanted: string | null): Promise<AccessToken> {
    return this.#options.lock(async () => {
      const result = await this.#silent(false);
      const expired = (result.expiresOn?.getTime() ?? 0) <= this.#options.clock.now();
      return this.#keep(expired || result.accessToken === unwanted ? await this.#silent(true) : result);
    });
  }

  #silent(forceRefresh: boolean): Promise<AuthenticationResult> {
    const session = this.#session(this.#options.cache);
    const scopes = this.#scopes;
    if (this.grantType === "client-credentials") {
      return session.confidential(async (app) =>
        some(await app.acquireTokenByClientCredential({ scopes, skipCache: forceRefresh }))
      );
    }
    return this.#asClient(() => this.#session(this.#options.cache), async (app) => {
      const account = (await app.getTokenCache().getAllAccounts())[0];
      if (account === undefined) throw this.#notAuthorized();
      return some(await app.acquireTokenSilent({ scopes, account, forceRefresh }));
    });
  }

  #notAuthorized(): CredentialsError {
    const command = `o365-connect authorize --grant-type ${this.grantType}`;
    return new CredentialsError("entra", `Nobody has signed in yet: run \`${command}\``);
  }

  async account(): Promise<Account | null> {
    if (this.grantType === "client-credentials") return null;
    return await this.#session(this.#options.cache).public(async (app) =>
      accountFrom({ account: (await app.getTokenCache().getAllAccounts())[0] ?? null })
    );
  }

  async authorizationUrl(loginHint?: string): Promise<PendingAuthorization> {
    const { verifier, challenge, state } = await makePkce();
    const url = await this.#session(memoryStore()).public((app) =>
      app.getAuthCodeUrl({
        scopes: this.#scopes,
        redirectUri: this.#options.redirectUri,
        responseMode: "query",
        codeChallenge: challenge,
        codeChallengeMethod: "S256",
        state,
        ...(loginHint === undefined ? {} : { loginHint }),
      })
    );
    return { url, verifier, state };
  }

  async redeem(redirectUrl: string, pending: PendingAuthorization, accept?: AcceptAccount) {
    const { redirectUri } = this.#options;
    const code = codeIn(redirectUrl, pending, this.#options);
    const request = { code, redirectUri, scopes: this.#scopes, codeVerifier: pending.verifier };
    const store = memoryStore();
    const result = await this.#asClient(
      () => this.#session(store),
      async (app) => some(await app.acquireTokenByCode(request)),
    );
    return await this.#welcome(result, store, accept);
  }

  async signInByDevice(
    show: (prompt: DeviceCodePrompt) => void,
    accept?: AcceptAccount,
    signal?: AbortSignal,
  ): Promise<Account & AccessToken> {
    const store = memoryStore();
    const request = { scopes: this.#scopes, deviceCodeCallback: show, cancel: false };
    signal?.addEventListener("abort", () => request.cancel = true, { once: true });
    const result = await this.#session(store, signal).public(async (app) =>
      some(await app.acquireTokenByDeviceCode(request))
    );
    return await this.#welcome(result, store, accept);
  }

  /** Stores a sign-in in place of any earlier one, if its account is the right one. */
  async #welcome(result: AuthenticationResult, store: TokenCacheStore, accept?: AcceptAccount) {
    const account = accountFrom(result) ?? { username: "", name: "" };
    await accept?.(account);
    const cache = await store.get();
    await this.#options.lock(() => this.#options.cache.set(cache ?? "{}"));
    const { token, expiresAt } = this.#keep(result);
    return { ...account, token, expiresAt };
  }

  /** With the secret, if there is one and the app's registration lets it be presented. */
  async #asClient<T>(session: () => MsalSession, use: (app: MsalApp) => Promise<T>): Promise<T> {
    if (this.#mustBePublic) return await session().public(use);
    try {
      return await session().confidential(use);
    } catch (error) {
      if (!isRefusal(error, "AADSTS700025")) throw error;
      const result = await session().public(use);
      this.#mustBePublic = true;
      return result;
    }
  }

  #session(store: TokenCacheStore, signal?: AbortSignal): MsalSession {
    const session: SessionOptions = this.#options;
    return new MsalSession(session, store, signal);
  }

  #keep(result: AuthenticationResult): AccessToken {
    const now = this.#options.clock.now();
    const expiresAt = result.expiresOn?.getTime() ?? now;
    const renewAt = expiresAt - Math.min(RENEW_BEFORE_MS, (expiresAt - now) / 5);
    this.#current = { token: result.accessToken, expiresAt, renewAt };
    return this.#current;
  }
}

function memoryStore(): TokenCacheStore {
  let stored: string | null = null;
  return {
    get: () => Promise.resolve(stored),
    set: (value) => Promise.resolve(void (stored = value)),
  };
}

function some(result: AuthenticationResult | null): AuthenticationResult {
  if (result !== null) return result;
  throw new CredentialsError("entra", "Entra ID gave no token: the answer held none");
}
