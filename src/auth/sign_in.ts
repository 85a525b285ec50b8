/** Delegated grants: a person signs in once, and the refresh token lives on in the cache. */

import { Buffer } from "node:buffer";
import type { AuthenticationResult } from "@azure/msal-node";
import { ConfigError } from "../core/errors.ts";
import { refusal, type RefusalContext } from "./refusals.ts";

/** Who signed in. */
export interface Account {
  /** `preferred_username`: an address as a rule, the account's sign-in name in any case. */
  readonly username: string;
  readonly name: string;
}

/** What must be remembered between showing the consent URL and reading the redirect URL. */
export interface PendingAuthorization {
  readonly url: string;
  /** PKCE; not to be shown. */
  readonly verifier: string;
  readonly state: string;
}

export interface DeviceCodePrompt {
  readonly userCode: string;
  readonly verificationUri: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Entra ID's own sentence with both. */
  readonly message: string;
}

/** Verifier and challenge (S256), and a state of its own. */
export async function makePkce(): Promise<{ verifier: string; challenge: string; state: string }> {
  const random = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  const verifier = random();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return { verifier, challenge: Buffer.from(digest).toString("base64url"), state: random() };
}

/**
 * The code in a pasted redirect URL. Throws `ConfigError` when it is not the URL that was asked for, and
 * `CredentialsError` when it tells of a refusal.
 */
export function codeIn(pasted: string, pending: PendingAuthorization, context: RefusalContext): string {
  const text = pasted.trim().replace(/^["'<]|["'>]$/g, "");
  const wanted = new URL(context.redirectUri);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.origin !== wanted.origin || trimmed(url.pathname) !== trimmed(wanted.pathname)) {
    throw problem(
      `it must begin with ${context.redirectUri}; copy the whole address that the browser shows at the end`,
    );
  }
  // Some answers come in the fragment.
  const parameters = url.searchParams.has("state") ? url.searchParams : new URLSearchParams(url.hash.slice(1));
  if (parameters.get("state") !== pending.state) {
    throw problem("it belongs to another attempt (its state differs); open the URL that was just printed");
  }
  const error = parameters.get("error");
  if (error !== null) {
    const words = (parameters.get("error_description") ?? "").split(/\r?\n| Trace ID: /)[0]!;
    const code = words.match(/AADSTS\d+/)?.[0] ?? error;
    throw refusal(code, words.replace(/^AADSTS\d+:\s*/, ""), context);
  }
  const code = parameters.get("code");
  if (code === null || code === "") throw problem("there is no code in it; copy the whole address");
  return code;
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, "").toLowerCase();
}

function problem(text: string): ConfigError {
  return new ConfigError([{ name: "redirect URL", problem: text }]);
}

/** The account of an answer, from its id token. */
export function accountFrom(result: Pick<AuthenticationResult, "account">): Account | null {
  const { account } = result;
  return account == null ? null : { username: account.username, name: account.name ?? "" };
}
