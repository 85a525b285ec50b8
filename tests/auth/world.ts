/** A simulated Entra ID with one tenant, and token providers that trust it. */

import type { Http } from "../../src/core/http_port.ts";
import { systemClock } from "../../src/core/clock.ts";
import { createTokenProvider, type TokenOptions, type TokenProvider } from "../../src/auth/provider.ts";
import { createHttp } from "../../src/http/http.ts";
import { EntraSim } from "../../src/sim/entra/entra_sim.ts";
import type { AppRegistration } from "../../src/sim/entra/nouns.ts";
import { TokenRegistry } from "../../src/sim/entra/tokens.ts";
import { makeCertificates } from "../../src/sim/kit/certificates.ts";

export const TENANT = "99999999-8888-7777-6666-555555555555";
export const APP = "11111111-2222-3333-4444-555555555555";
export const PUBLIC_APP = "22222222-2222-3333-4444-555555555555";
export const SUPPORT = "support@example.com";
export const DELEGATED = ["Mail.ReadWrite", "Mail.Send"];

export const certificates = await makeCertificates();

export interface MemoryCache {
  value: string | null;
  get(): Promise<string | null>;
  set(value: string): Promise<void>;
}

export function memoryCache(): MemoryCache {
  return {
    value: null,
    get() {
      return Promise.resolve(this.value);
    },
    set(value) {
      this.value = value;
      return Promise.resolve();
    },
  };
}

export interface AuthWorld {
  readonly entra: EntraSim;
  readonly tokens: TokenRegistry;
  readonly http: Http;
  provider(more?: Partial<TokenOptions>): TokenProvider;
  /** How often the token endpoint was asked. */
  asked(): number;
}

/** Runs a test in a new world and takes it down. */
export async function withEntra(test: (world: AuthWorld) => Promise<void>, app: Partial<AppRegistration> = {}) {
  const { ca, cert, key } = certificates;
  const tokens = new TokenRegistry();
  const entra = new EntraSim({
    tls: { cert, key },
    tokens,
    tenants: [{
      id: TENANT,
      users: [{ address: SUPPORT, displayName: "Support" }, { address: "other@example.com" }],
      apps: [
        {
          clientId: APP,
          secrets: [{ value: "s3cret" }, { value: "old", expiresAt: 1 }],
          applicationPermissions: DELEGATED,
          delegatedPermissions: DELEGATED,
          ...app,
        },
        { clientId: PUBLIC_APP, delegatedPermissions: DELEGATED },
      ],
    }],
  });
  await entra.start();
  const http = createHttp({ timeoutMs: 3_000, userAgent: "o365-connect/test", caCerts: [ca], proxy: null });
  const options: Omit<TokenOptions, "cache"> = {
    grantType: "client-credentials",
    authority: entra.url,
    tenantId: TENANT,
    clientId: APP,
    clientSecret: "s3cret",
    graphUrl: "https://graph.microsoft.com",
    scopes: [...DELEGATED, "offline_access"],
    redirectUri: `${entra.url}/common/oauth2/nativeclient`,
    http,
    lock: (work) => work(),
    clock: systemClock,
  };
  try {
    await test({
      entra,
      tokens,
      http,
      provider: (more = {}) => createTokenProvider({ ...options, cache: memoryCache(), ...more }),
      asked: () => entra.journal.find("POST", /\/token$/).length,
    });
  } finally {
    http.close();
    await entra.stop();
  }
}

/** Opens the consent URL as a browser would, and returns the address it ends at. */
export async function browse(http: Http, url: string): Promise<string> {
  const { headers } = await http.send({ destination: "entra", method: "GET", url });
  return headers.get("location") ?? "";
}
