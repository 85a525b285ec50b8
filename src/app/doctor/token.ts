/** The token for Graph, what it allows, and the certificate that asks for it. */

import { Buffer } from "node:buffer";
import type { AccessToken, TokenProvider } from "../../auth/provider.ts";
import type { Config, GraphConfig } from "../../config/config.ts";
import { isoTime } from "../../core/clock.ts";
import { EXIT } from "../exit_codes.ts";
import { validityOf } from "../expiry.ts";
import { type DoctorCheck, failed, notRun, passed } from "./check.ts";
import { findingOf } from "./failure.ts";

/** The token, and once per run a newer one: permissions that were granted since are not in a stored one. */
export class TokenDesk {
  #fresh: Promise<AccessToken> | null = null;

  constructor(readonly tokens: TokenProvider) {}

  current(): Promise<AccessToken> {
    return this.tokens.token();
  }

  fresh(): Promise<AccessToken> {
    this.#fresh ??= this.tokens.token({ forceRefresh: true });
    return this.#fresh;
  }
}

export async function examineToken(graph: GraphConfig, desk: TokenDesk): Promise<DoctorCheck> {
  try {
    const { expiresAt } = await desk.current();
    const account = await desk.tokens.account();
    const who = account === null ? `app ${graph.clientId}` : account.username;
    return passed("token", `For ${who} by ${graph.grantType}, good until ${isoTime(expiresAt)}, then renewed.`);
  } catch (error) {
    return failed("token", findingOf(error));
  }
}

/**
 * Whether mail may be sent: nothing but sending proves it, so the token is read. Tokens are opaque by contract, and
 * Exchange's own roles do not stand in them: what is not found there is then called not proved.
 */
export async function examineSending(config: Config, desk: TokenDesk, token: DoctorCheck): Promise<DoctorCheck[]> {
  if (!config.mail.acknowledge && config.mail.commentRelay === "off") return [];
  if (!token.ok) return [notRun("mail-send", token)];
  try {
    let granted = permissionsIn((await desk.current()).token);
    if (!maySend(granted)) granted = permissionsIn((await desk.fresh()).token);
    if (maySend(granted)) return [passed("mail-send", "The token allows Mail.Send.")];
    if (!granted.some((name) => /^Mail\.ReadWrite(\.Shared)?$/.test(name))) {
      const detail = "Not proved: the token does not tell its permissions (as with roles given in Exchange).";
      return [passed("mail-send", detail, "See that Mail.Send, or the role Application Mail.Send, is granted.")];
    }
    const detail = "The token allows reading but not Mail.Send: nobody would be told the key of the new issue.";
    return [failed("mail-send", { detail, remedy: sendRemedy(desk.tokens), code: EXIT.credentials })];
  } catch (error) {
    return [failed("mail-send", findingOf(error))];
  }
}

function maySend(permissions: readonly string[]): boolean {
  return permissions.some((name) => /^Mail\.Send(\.Shared)?$/.test(name));
}

export function sendRemedy({ grantType }: TokenProvider): string {
  return grantType === "client-credentials"
    ? "Entra admin center › App registrations › your app › API permissions › Add a permission › Microsoft Graph › " +
      "Application permissions › Mail.Send, then Grant admin consent. Or set ACK=off."
    : `Add Mail.Send to O365_SCOPES and run \`o365-connect authorize --grant-type ${grantType}\`. Or set ACK=off.`;
}

/** Roles of an app or scopes of a user; none if the token is no JWT. */
function permissionsIn(token: string): string[] {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
    const claims = JSON.parse(payload) as { roles?: unknown; scp?: unknown } | null;
    if (Array.isArray(claims?.roles)) return claims.roles.map(String);
    return typeof claims?.scp === "string" ? claims.scp.split(" ") : [];
  } catch {
    return [];
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;
const SOON_DAYS = 30;
const RENEW = "Make a new key and certificate, upload the certificate under Entra admin center › App registrations › " +
  "your app › Certificates & secrets › Certificates, and put both into the file that O365_CLIENT_CERTIFICATE names.";

/** Nothing without a certificate: when a secret ends, nobody but the Entra admin center tells. */
export function examineCertificate({ certificate }: GraphConfig, now: number): DoctorCheck[] {
  if (certificate === null) return [];
  const check = "client-certificate";
  const refused = (detail: string) => [failed(check, { detail, remedy: RENEW, code: EXIT.credentials })];
  const validity = validityOf(certificate.reveal());
  if (validity === null) {
    return [
      failed(check, { detail: "The certificate cannot be read: it is no X.509.", remedy: RENEW, code: EXIT.usage }),
    ];
  }
  const { from, to } = validity;
  if (now > to) return refused(`It expired at ${isoTime(to)}.`);
  if (now < from) return refused(`It is valid only from ${isoTime(from)}, by this computer's clock.`);
  const days = Math.floor((to - now) / DAY_MS);
  return [passed(check, `Valid until ${isoTime(to)} (${days} days).`, days < SOON_DAYS ? RENEW : "")];
}
