/** The simulated Entra ID: HTTPS, tenants, app registrations, and every grant this project uses. */

import type { FaultScript } from "../kit/faults.ts";
import type { Journal } from "../kit/journal.ts";
import { type SimAnswer, type SimRequest, SimServer } from "../kit/server.ts";
import { authorizeAnswer, type SignInChoice } from "./authorize.ts";
import { checkClient, isConfidential, type PresentedClient, presentedClient } from "./client_credentials.ts";
import { Directory, SHARED_TENANTS } from "./directory.ts";
import { instanceDiscovery, openIdConfiguration } from "./discovery.ts";
import { type AadstsCode, EntraFault, errorAnswer } from "./faults.ts";
import { AuthorizationCodes, DeviceCodes, RefreshTokens } from "./grants.ts";
import { clientInfoOf, IdTokens } from "./id_tokens.ts";
import type { AppRegistration, SignIn, Tenant } from "./nouns.ts";
import { checkDefaultScope, delegatedScopes, permissionsOf } from "./scopes.ts";
import type { TokenRegistry } from "./tokens.ts";

export interface EntraSimOptions {
  /** Certificate and key for `localhost` and `127.0.0.1` (see `kit/certificates.ts`). */
  readonly tls: { readonly cert: string; readonly key: string };
  /** The same one that the simulated Graph asks. */
  readonly tokens: TokenRegistry;
  readonly tenants: readonly Tenant[];
  /** Default: a free one. */
  readonly port?: number;
}

/** RFC 8628's name, and the older one that Entra still takes and MSAL still sends. */
const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const OLD_DEVICE_GRANT = "device_code";
const NATIVE_CLIENT = "/common/oauth2/nativeclient";

export class EntraSim {
  /** Lifetime of access tokens from now on. */
  expiresInSeconds = 3599;
  /** Seconds between two polls that the device code answer asks for. */
  deviceCodeInterval = 5;
  readonly deviceCodes = new DeviceCodes();
  readonly refreshTokens = new RefreshTokens();
  /** Who signs in at `/authorize`; `null`: `login_hint`, else the tenant's first user. Read at every sign-in. */
  signIn: "deny" | string | null = null;
  readonly #server: SimServer;
  readonly #codes = new AuthorizationCodes();
  readonly #idTokens = new IdTokens();
  readonly #directory: Directory;

  constructor(private readonly options: EntraSimOptions) {
    this.#directory = new Directory(options.tenants);
    this.#server = new SimServer({
      service: "entra",
      tls: options.tls,
      ...(options.port === undefined ? {} : { port: options.port }),
      handle: (request) => this.#handle(request),
    });
  }

  get url(): string {
    return this.#server.url;
  }

  get journal(): Journal {
    return this.#server.journal;
  }

  get faults(): FaultScript {
    return this.#server.faults;
  }

  /** Added to every answer, milliseconds. */
  get latencyMs(): number {
    return this.#server.latencyMs;
  }

  set latencyMs(ms: number) {
    this.#server.latencyMs = ms;
  }

  async start(): Promise<void> {
    await this.#server.start();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** Every access token issued so far is expired for the simulated Graph. */
  expireAllTokens(): void {
    this.options.tokens.expireAll();
  }

  /** From now on this user is refused with this AADSTS number (50076: MFA, 53003: Conditional Access, 50034: unknown …). */
  keepOut(address: string, code: AadstsCode): void {
    this.#directory.keepOut(address, code);
  }

  /** Approves a waiting device code as this user. */
  approveDeviceCode(userCode: string, address: string): void {
    this.deviceCodes.approve(userCode, this.#directory.user(address));
  }

  async #handle(request: SimRequest): Promise<SimAnswer> {
    const correlationId = request.headers.get("client-request-id") ?? crypto.randomUUID();
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof EntraFault) return errorAnswer(error, correlationId, this.url);
      throw error;
    }
  }

  async #answer(request: SimRequest): Promise<SimAnswer> {
    const { method, path } = request;
    if (path === NATIVE_CLIENT) {
      return { status: 200, headers: { "content-type": "text/html" }, body: "<html><body></body></html>" };
    }
    if (/^\/common\/discovery\/instance$/i.test(path)) return { status: 200, body: instanceDiscovery(this.url) };
    const match = /^\/([^/]+)\/(.+)$/.exec(path);
    if (match === null) return { status: 404, body: "" };
    const tenantName = decodeURIComponent(match[1]!);
    switch (`${method} ${match[2]!.toLowerCase()}`) {
      case "GET v2.0/.well-known/openid-configuration":
      case "GET .well-known/openid-configuration":
        return { status: 200, body: openIdConfiguration(this.url, tenantName, this.#directory) };
      case "GET discovery/v2.0/keys":
        return { status: 200, body: await this.#idTokens.keySet() };
      case "GET oauth2/v2.0/authorize":
        return this.#authorize(tenantName, request.query);
      case "POST oauth2/v2.0/devicecode":
        return this.#deviceCode(tenantName, new URLSearchParams(request.text()));
      case "POST oauth2/v2.0/token":
        return await this.#token(tenantName, request);
      default:
        return { status: 404, body: "" };
    }
  }

  #authorize(tenantName: string, params: URLSearchParams): SimAnswer {
    const { tenant, app } = this.#directory.app(tenantName, params.get("client_id") ?? "");
    const redirectUris = [
      ...(app.redirectUris ?? []),
      this.url + NATIVE_CLIENT,
      `https://login.microsoftonline.com${NATIVE_CLIENT}`,
    ];
    return authorizeAnswer(
      { tenant, app, params, redirectUris, choose: (hint) => this.#choose(tenant, app, hint) },
      this.#codes,
    );
  }

  #choose(tenant: Tenant, app: AppRegistration, hint: string | null): SignInChoice {
    if (this.signIn === "deny") return "deny";
    return { user: this.#directory.admit(tenant, app, this.signIn ?? hint) };
  }

  #deviceCode(tenantName: string, form: URLSearchParams): SimAnswer {
    const { tenant, app } = this.#directory.app(tenantName, form.get("client_id") ?? "");
    if (app.publicClientFlows === false) throw new EntraFault(7000218);
    const scopes = delegatedScopes(app, form.get("scope"));
    const { deviceCode, userCode, lifetimeMs } = this.deviceCodes.issue({ tenant, app, scopes, nonce: null });
    const verificationUri = "https://microsoft.com/devicelogin";
    return {
      status: 200,
      body: {
        user_code: userCode,
        device_code: deviceCode,
        verification_uri: verificationUri,
        expires_in: lifetimeMs / 1000,
        interval: this.deviceCodeInterval,
        message:
          `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${userCode} to authenticate.`,
      },
    };
  }

  async #token(tenantName: string, request: SimRequest): Promise<SimAnswer> {
    const form = new URLSearchParams(request.text());
    const grant = form.get("grant_type");
    if (grant === null) throw new EntraFault(90014, "grant_type");
    const client = presentedClient(form, request.headers);
    const { tenant, app } = this.#directory.app(tenantName, client.clientId);
    switch (grant) {
      case "client_credentials":
        if (SHARED_TENANTS.includes(tenantName)) throw new EntraFault(50059);
        checkDefaultScope(form.get("scope"));
        await checkClient(app, client, this.#audiences(tenantName, tenant));
        return { status: 200, headers: noStore, body: this.#appToken(tenant, app) };
      case "authorization_code": {
        await this.#checkRedeemer(app, client, tenantName, tenant);
        const by = {
          clientId: app.clientId,
          redirectUri: form.get("redirect_uri"),
          verifier: form.get("code_verifier"),
        };
        return await this.#userToken(this.#codes.redeem(form.get("code"), by), form);
      }
      case "refresh_token": {
        await this.#checkRedeemer(app, client, tenantName, tenant);
        const signIn = this.refreshTokens.redeem(form.get("refresh_token"), app.clientId);
        this.#directory.admit(signIn.tenant, app, signIn.user.address);
        const scopes = form.get("scope") === null ? signIn.scopes : delegatedScopes(app, form.get("scope"));
        return await this.#userToken(
          { ...signIn, scopes: [...new Set([...scopes, "offline_access"])], nonce: null },
          form,
        );
      }
      case DEVICE_GRANT:
      case OLD_DEVICE_GRANT: {
        const approver = (asked: Omit<SignIn, "user">) => this.#directory.admit(asked.tenant, asked.app, null);
        return await this.#userToken(this.deviceCodes.redeem(form.get("device_code"), app.clientId, approver), form);
      }
      default:
        throw new EntraFault(70003, grant);
    }
  }

  /** An app with credentials shows one (unless it may act as a public client); an app without must not. */
  async #checkRedeemer(
    app: AppRegistration,
    client: PresentedClient,
    tenantName: string,
    tenant: Tenant,
  ): Promise<void> {
    const shown = client.secret !== null || client.assertion !== null;
    if (!isConfidential(app)) {
      if (shown) throw new EntraFault(700025);
      return;
    }
    if (shown || app.publicClientFlows === false) await checkClient(app, client, this.#audiences(tenantName, tenant));
  }

  #audiences(tenantName: string, tenant: Tenant): string[] {
    return [tenantName, tenant.id].flatMap((
      name,
    ) => [`${this.url}/${name}/oauth2/v2.0/token`, `${this.url}/${name}/v2.0`]);
  }

  #appToken(tenant: Tenant, app: AppRegistration): unknown {
    return {
      token_type: "Bearer",
      expires_in: this.expiresInSeconds,
      ext_expires_in: this.expiresInSeconds,
      access_token: this.options.tokens.issue({
        appId: app.clientId,
        tenant: tenant.id,
        kind: "app",
        user: null,
        permissions: app.applicationPermissions ?? [],
        expiresAt: Date.now() + this.expiresInSeconds * 1000,
      }),
    };
  }

  async #userToken(signIn: SignIn, form: URLSearchParams): Promise<SimAnswer> {
    const permissions = permissionsOf(signIn.scopes);
    const accessToken = this.options.tokens.issue({
      appId: signIn.app.clientId,
      tenant: signIn.tenant.id,
      kind: "delegated",
      user: signIn.user.address,
      permissions,
      expiresAt: Date.now() + this.expiresInSeconds * 1000,
    });
    const issuer = `${this.url}/${signIn.tenant.id}/v2.0`;
    return {
      status: 200,
      headers: noStore,
      body: {
        token_type: "Bearer",
        scope: [...permissions.map((each) => `https://graph.microsoft.com/${each}`), "profile", "openid", "email"].join(
          " ",
        ),
        expires_in: this.expiresInSeconds,
        ext_expires_in: this.expiresInSeconds,
        access_token: accessToken,
        ...(signIn.scopes.includes("offline_access") ? { refresh_token: this.refreshTokens.issue(signIn) } : {}),
        ...(signIn.scopes.includes("openid")
          ? { id_token: await this.#idTokens.issue(signIn, issuer, this.expiresInSeconds) }
          : {}),
        ...(form.get("client_info") === "1" ? { client_info: await clientInfoOf(signIn) } : {}),
      },
    };
  }
}

const noStore = { "cache-control": "no-store, no-cache", pragma: "no-cache" };
