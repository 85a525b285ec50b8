/** One acquisition through MSAL, with an application object of its own. */

import { AuthError, type ICachePlugin, type INetworkModule, type TokenCacheContext } from "@azure/msal-node";
import { ConfidentialClientApplication, type Configuration, PublicClientApplication } from "@azure/msal-node";
import type { Clock } from "../core/clock.ts";
import { CredentialsError } from "../core/errors.ts";
import type { Http, HttpAnswer, HttpRequest } from "../core/http_port.ts";
import { httpErrorFrom, jsonOf } from "../http/errors.ts";
import { pathOf } from "../http/network_error.ts";
import { readCertificate } from "./certificate.ts";
import { isTemporary, refusal, type RefusalContext } from "./refusals.ts";

export interface SessionOptions extends RefusalContext {
  /** Origin of Entra ID, https. */
  readonly authority: string;
  readonly clientSecret?: string | null | undefined;
  /** Text of the PEM. */
  readonly clientCertificate?: string | null | undefined;
  readonly http: Http;
  readonly clock: Clock;
}

/** Where MSAL's serialized cache lies. */
export interface TokenCacheStore {
  get(): Promise<string | null>;
  set(value: string): Promise<void>;
}

export type MsalApp = ConfidentialClientApplication | PublicClientApplication;

/** RFC 8628: after `slow_down` the interval grows by this. MSAL does not know the word. */
const SLOW_DOWN_MS = 5_000;

/**
 * Runs MSAL once. A fresh application each time: what MSAL keeps in memory would repeat an old refusal for a minute
 * (its throttling cache) and hide what another process stored.
 */
export class MsalSession {
  #failure: unknown = null;

  constructor(
    private readonly options: SessionOptions,
    private readonly store: TokenCacheStore,
    private readonly signal?: AbortSignal,
  ) {}

  async confidential<T>(use: (app: ConfidentialClientApplication) => Promise<T>): Promise<T> {
    const credential = await this.#credential();
    return await this.#run(() => use(new ConfidentialClientApplication(this.#configuration(credential))));
  }

  async #credential(): Promise<Partial<Configuration["auth"]>> {
    const { clientSecret, clientCertificate, clock } = this.options;
    if (!clientCertificate) return { clientSecret: clientSecret ?? "" };
    const certificate = await readCertificate(clientCertificate);
    return {
      clientAssertion: ({ clientId, tokenEndpoint }) =>
        certificate.sign({ clientId, audience: tokenEndpoint ?? "", now: clock.now() }),
    };
  }

  async public<T>(use: (app: PublicClientApplication) => Promise<T>): Promise<T> {
    return await this.#run(() => use(new PublicClientApplication(this.#configuration({}))));
  }

  /** MSAL wraps what its plugins throw; ours is the better error. */
  async #run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (this.#failure !== null) throw this.#failure;
      if (!(error instanceof AuthError)) throw error;
      throw refusal(error.errorCode, error.errorMessage, this.options);
    }
  }

  #configuration(credential: Partial<Configuration["auth"]>): Configuration {
    const { authority, tenantId, clientId } = this.options;
    const { origin, host } = new URL(authority);
    return {
      // With its port in `knownAuthorities` any host is taken; without, MSAL asks the public cloud about it.
      auth: { clientId, authority: `${origin}/${tenantId}`, knownAuthorities: [host], ...credential },
      cache: { cachePlugin: this.#cachePlugin() },
      system: { networkClient: this.#network(), disableInternalRetries: true },
    };
  }

  #cachePlugin(): ICachePlugin {
    return {
      beforeCacheAccess: (context: TokenCacheContext) =>
        this.#kept(async () => {
          const stored = await this.store.get();
          if (stored !== null && isJsonObject(stored)) context.tokenCache.deserialize(stored);
        }),
      afterCacheAccess: (context: TokenCacheContext) =>
        this.#kept(async () => {
          if (context.cacheHasChanged) await this.store.set(context.tokenCache.serialize());
        }),
    };
  }

  #network(): INetworkModule {
    const send = <T>(method: string, url: string, options?: { headers?: Record<string, string>; body?: string }) =>
      this.#kept(async () => {
        const { headers, body } = options ?? {};
        const answer = await this.#send({
          destination: "entra",
          method,
          url,
          ...(headers === undefined ? {} : { headers }),
          ...(body === undefined ? {} : { body }),
          ...(this.signal === undefined ? {} : { signal: this.signal }),
        });
        return { ...answer, body: answer.body as T };
      });
    return {
      sendGetRequestAsync: (url, options) => send("GET", url, options),
      sendPostRequestAsync: (url, options) => send("POST", url, options),
    };
  }

  async #send(request: HttpRequest): Promise<{ status: number; headers: Record<string, string>; body: unknown }> {
    const answer = await this.options.http.send(request);
    const headers = Object.fromEntries(answer.headers);
    if (answer.status === 200) {
      return { status: 200, headers, body: jsonOf(answer, "entra", pathOf(request.url), request.method) };
    }
    const waiting = deviceCodeWait(answer);
    if (waiting === "slow_down") await this.options.clock.sleep(SLOW_DOWN_MS, this.signal);
    if (waiting !== null) return { status: 400, headers, body: { error: "authorization_pending" } };
    const error = httpErrorFrom(request, answer, this.options.clock.now());
    throw isTemporary(error) ? error : refusal(error.code, error.vendorMessage, this.options, error);
  }

  async #kept<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }
}

/** Whether a device code is still waiting for its user. */
function deviceCodeWait({ status, text }: HttpAnswer): "authorization_pending" | "slow_down" | null {
  if (status !== 400 || !isJsonObject(text)) return null;
  const { error } = JSON.parse(text) as { error?: unknown };
  return error === "authorization_pending" || error === "slow_down" ? error : null;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Whether Entra ID refused with this code. */
export function isRefusal(error: unknown, code: string): boolean {
  return error instanceof CredentialsError && (error.cause as { code?: unknown } | undefined)?.code === code;
}
