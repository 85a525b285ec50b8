/** What an administrator sets up in Entra ID: tenants, users, app registrations. */

export interface EntraUser {
  readonly address: string;
  readonly displayName?: string;
}

export interface ClientSecret {
  readonly value: string;
  /** Milliseconds since 1970; default never. */
  readonly expiresAt?: number;
}

export interface AppRegistration {
  readonly clientId: string;
  readonly secrets?: readonly ClientSecret[];
  /** PEM certificates (public part). */
  readonly certificates?: readonly string[];
  /** Application permissions with admin consent. Without any, tokens are issued that allow nothing, as in the real one. */
  readonly applicationPermissions?: readonly string[];
  /** Delegated permissions that users may get; others ask for consent. */
  readonly delegatedPermissions?: readonly string[];
  /** Default: Entra's native client address. */
  readonly redirectUris?: readonly string[];
  /** "Allow public client flows": needed for the device code grant. Default `true`. */
  readonly publicClientFlows?: boolean;
  /** Addresses of the users assigned to the app; default all of the tenant. */
  readonly assignedUsers?: readonly string[];
}

export interface Tenant {
  /** A GUID. */
  readonly id: string;
  /** Domain names that also name the tenant. */
  readonly domains?: readonly string[];
  readonly users?: readonly EntraUser[];
  readonly apps: readonly AppRegistration[];
}

/** Somebody signed in for an app; what a code, a device code or a refresh token stands for. */
export interface SignIn {
  readonly tenant: Tenant;
  readonly app: AppRegistration;
  readonly user: EntraUser;
  /** Without resource prefix; OpenID scopes included. */
  readonly scopes: readonly string[];
  readonly nonce: string | null;
}

/** A stable GUID-like object id for a text. */
export async function objectIdOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text.toLowerCase())));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
