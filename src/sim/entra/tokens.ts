/** The tokens that the simulated Entra ID has issued: the simulated Graph asks here whose a token is. */

/** What a token allows. */
export interface IssuedToken {
  /** The app registration's client id. */
  readonly appId: string;
  readonly tenant: string;
  readonly kind: "app" | "delegated";
  /** Address of the user who signed in; `null` for an app. */
  readonly user: string | null;
  /** Application permissions (roles) or delegated scopes, e.g. `Mail.ReadWrite`. */
  readonly permissions: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Access tokens in this process. They look like JWTs and are unsigned: only the registry makes them valid. */
export class TokenRegistry {
  #tokens = new Map<string, IssuedToken>();
  #serial = 0;

  /** Issues a token and remembers it. */
  issue(token: IssuedToken): string {
    const claims = {
      aud: "https://graph.microsoft.com",
      appid: token.appId,
      tid: token.tenant,
      exp: Math.floor(token.expiresAt / 1000),
      uti: `${++this.#serial}`,
      ...(token.kind === "app" ? { roles: token.permissions } : { scp: token.permissions.join(" "), upn: token.user }),
    };
    const text = [{ typ: "JWT", alg: "none" }, claims, `simulated-${crypto.randomUUID()}`].map(base64Url).join(".");
    this.#tokens.set(text, token);
    return text;
  }

  /** `unknown`: never issued here; `expired`: its time is over, or {@link expireAll} was called after it was issued. */
  find(text: string): IssuedToken | "unknown" | "expired" {
    const token = this.#tokens.get(text);
    if (token === undefined) return "unknown";
    return token.expiresAt <= Date.now() ? "expired" : token;
  }

  /** Makes every token issued so far expired. */
  expireAll(): void {
    for (const [text, token] of this.#tokens) this.#tokens.set(text, { ...token, expiresAt: 0 });
  }
}

function base64Url(value: unknown): string {
  const bytes = new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
