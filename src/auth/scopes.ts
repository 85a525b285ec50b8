/** What a token is asked for. */

import type { GrantType } from "./provider.ts";

/** Scopes of the sign-in itself; they belong to no resource. */
const SIGN_IN = new Set(["openid", "profile", "email", "offline_access"]);

/**
 * App-only tokens have one scope, everything that was consented. Delegated scopes get Graph's host before them: without
 * it Entra ID means the public cloud's Graph.
 */
export function scopesFor(grantType: GrantType, graphUrl: string, scopes: readonly string[]): string[] {
  const { origin } = new URL(graphUrl);
  if (grantType === "client-credentials") return [`${origin}/.default`];
  const full = scopes.map((scope) =>
    SIGN_IN.has(scope.toLowerCase()) || scope.includes("/") ? scope : `${origin}/${scope}`
  );
  // Without it there is no refresh token, and the sign-in would be over within the hour.
  return [...new Set([...full, "offline_access"])];
}
