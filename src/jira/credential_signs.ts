/** What an answer of Jira shows about the credential, beside what `http/` reads from the status. */

import type { HttpAnswer } from "../core/http_port.ts";

/** `unclear`: the answer does not say who asked. */
export function credentialShown({ headers }: HttpAnswer): "accepted" | "refused" | "unclear" {
  const login = headers.get("x-ausername");
  const reason = headers.get("x-seraph-loginreason") ?? "";
  const denied = headers.has("x-authentication-denied-reason");
  if (denied || login?.toLowerCase() === "anonymous" || /AUTHENTICATED_FAILED|AUTHENTICATION_DENIED/i.test(reason)) {
    return "refused";
  }
  // Cloud names the account in `X-AACCOUNTID`, Server the login in `X-AUSERNAME`.
  if (login !== null || /\bOK\b/.test(reason) || headers.has("x-aaccountid")) return "accepted";
  return "unclear";
}

export function isAnonymous({ headers }: HttpAnswer): boolean {
  return headers.get("x-ausername")?.toLowerCase() === "anonymous";
}

/** The login that Server says it answered, lower case; names that are not ASCII come URL-encoded. */
export function loginOf({ headers }: HttpAnswer): string | null {
  const name = headers.get("x-ausername");
  if (name === null) return null;
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}

/** Jira since 8.16 can switch Basic off, Jira 11 comes so: 403 with `{"message": …}`, no error collection. */
export function basicIsOff({ status, text }: HttpAnswer): boolean {
  return status === 403 && /^\s*\{\s*"message"\s*:/.test(text) && /basic auth/i.test(text);
}

/** Cloud's gateway knows the token, but it was made without the scope that this request needs. */
export function lacksScope({ status, text }: HttpAnswer): boolean {
  return status === 401 && /scope does not match/i.test(text);
}
