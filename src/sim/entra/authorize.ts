/** `GET /{tenant}/oauth2/v2.0/authorize`: the sign-in page, without a page: it answers at once. */

import type { SimAnswer } from "../kit/server.ts";
import { EntraFault } from "./faults.ts";
import type { AuthorizationCodes } from "./grants.ts";
import type { AppRegistration, EntraUser, Tenant } from "./nouns.ts";
import { delegatedScopes } from "./scopes.ts";

/** Who signs in, and whether they agree. */
export type SignInChoice = { readonly user: EntraUser } | "deny";

export interface AuthorizeRequest {
  readonly tenant: Tenant;
  readonly app: AppRegistration;
  readonly params: URLSearchParams;
  readonly redirectUris: readonly string[];
  /** Throws an `EntraFault` for a user who is kept out. */
  choose(loginHint: string | null): SignInChoice;
}

/**
 * 302 to the redirect URI with `code` and `state`, or with `error` and `error_description`. A wrong redirect URI is told
 * to the person, never redirected to: thrown.
 */
export function authorizeAnswer(request: AuthorizeRequest, codes: AuthorizationCodes): SimAnswer {
  const { params } = request;
  const redirectUri = params.get("redirect_uri") ?? request.redirectUris[0]!;
  if (!request.redirectUris.some((allowed) => matches(allowed, redirectUri))) throw new EntraFault(50011, redirectUri);
  const result = new URLSearchParams();
  try {
    result.set("code", codeFor(request, codes, redirectUri));
  } catch (error) {
    if (!(error instanceof EntraFault)) throw error;
    result.set("error", error.code === 65001 ? "consent_required" : error.error);
    result.set("error_description", error.message);
  }
  const state = params.get("state");
  if (state !== null) result.set("state", state);
  if (params.get("response_mode") === "form_post") return formPost(redirectUri, result);
  const separator = redirectUri.includes("?") ? "&" : "?";
  return { status: 302, headers: { location: `${redirectUri}${separator}${result}` } };
}

function codeFor(request: AuthorizeRequest, codes: AuthorizationCodes, redirectUri: string): string {
  const { tenant, app, params } = request;
  if (params.get("response_type") !== "code") throw new EntraFault(90014, "response_type");
  const scopes = delegatedScopes(app, params.get("scope"));
  const choice = request.choose(params.get("login_hint"));
  if (choice === "deny") throw new EntraFault(65004);
  const challenge = params.get("code_challenge");
  if (challenge !== null && params.get("code_challenge_method") !== "S256") {
    throw new EntraFault(90014, "code_challenge_method");
  }
  return codes.issue({ tenant, app, user: choice.user, scopes, nonce: params.get("nonce") }, redirectUri, challenge);
}

/** On loopback any port will do. */
function matches(allowed: string, actual: string): boolean {
  const loopback = (uri: string) => uri.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1)):\d+/, "$1");
  return allowed === actual || (loopback(allowed) === loopback(actual) && /^http:\/\/(localhost|127)/.test(actual));
}

function formPost(action: string, values: URLSearchParams): SimAnswer {
  const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const fields = [...values].map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`)
    .join("");
  return {
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<html><body onload="document.forms[0].submit()"><form method="post" action="${
      escape(action)
    }">${fields}</form></body></html>`,
  };
}
