/** Who may do what: the token, its permissions, and the mailboxes it may reach. */

import { sameAddress } from "../../core/mail.ts";
import type { IssuedToken, TokenRegistry } from "../entra/tokens.ts";
import { GraphFault } from "./faults.ts";
import type { Mailbox } from "./mailbox.ts";

export type Permission = "Mail.Read" | "Mail.ReadWrite" | "Mail.Send" | "User.Read.All";

/** Exchange's RBAC for Applications: a grant beside what is consented in Entra ID; both count. */
export interface RbacGrant {
  readonly appId: string;
  readonly permissions: readonly Permission[];
  readonly mailboxes: readonly string[];
}

/** Exchange's older application access policy: the app may reach these mailboxes only, whatever is consented. */
export interface AccessPolicy {
  readonly appId: string;
  readonly mailboxes: readonly string[];
}

export interface AccessRules {
  readonly rbac: readonly RbacGrant[];
  readonly policies: readonly AccessPolicy[];
}

/** Who is asking; 401 with Graph's words if nobody can be believed. */
export function authenticate(headers: Headers, tokens: TokenRegistry): IssuedToken {
  const header = headers.get("authorization") ?? "";
  const text = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
  if (text === undefined) throw unauthenticated("Access token is empty.");
  const token = tokens.find(text);
  if (token === "unknown") {
    throw unauthenticated(
      text.split(".").length === 3
        ? "Access token validation failure. Invalid audience."
        : "IDX14100: JWT is not well formed, there are no dots (.).",
    );
  }
  if (token === "expired") throw unauthenticated("Lifetime validation failed, the token is expired.");
  return token;
}

/** 403 unless the token, or a grant in Exchange, allows this on this mailbox. */
export function authorize(token: IssuedToken, mailbox: Mailbox, needed: Permission, rules: AccessRules): void {
  if (token.kind === "delegated") {
    const own = token.user !== null && sameAddress(token.user, mailbox.address);
    if (own && allows(token.permissions, needed)) return;
    throw denied();
  }
  const policies = rules.policies.filter(({ appId }) => appId === token.appId);
  if (policies.length > 0 && !policies.some((policy) => holds(policy.mailboxes, mailbox))) {
    throw new GraphFault(
      403,
      "ErrorAccessDenied",
      "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.",
    );
  }
  if (allows(token.permissions, needed)) return;
  const granted = rules.rbac.some((grant) =>
    grant.appId === token.appId && holds(grant.mailboxes, mailbox) && allows(grant.permissions, needed)
  );
  if (!granted) throw denied();
}

function allows(permissions: readonly string[], needed: Permission): boolean {
  return permissions.includes(needed) || (needed === "Mail.Read" && permissions.includes("Mail.ReadWrite"));
}

function holds(addresses: readonly string[], mailbox: Mailbox): boolean {
  return addresses.some((address) => sameAddress(address, mailbox.address));
}

function denied(): GraphFault {
  return new GraphFault(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
}

function unauthenticated(message: string): GraphFault {
  return new GraphFault(401, "InvalidAuthenticationToken", message, {
    "www-authenticate":
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
  });
}
