/** What Entra ID refuses, in words that say what to click. */

import { CredentialsError, type HttpError } from "../core/errors.ts";

/** What the sentences name. */
export interface RefusalContext {
  readonly tenantId: string;
  readonly clientId: string;
  readonly redirectUri: string;
}

const SECRETS = "Entra admin center › App registrations › your app › Certificates & secrets";
const AUTHORIZE = "run `o365-connect authorize` again";

type Sentence = (context: RefusalContext) => string;

const unknownTenant: Sentence = ({ tenantId }) =>
  `there is no tenant "${tenantId}" there. Compare O365_TENANT_ID with "Directory (tenant) ID" on the app's Overview ` +
  "page, and O365_ID_PROVIDER with your cloud";
const signInOver: Sentence = () => `the sign-in has expired or was revoked: ${AUTHORIZE}`;
const moreProof: Sentence = () => `the account must prove itself again (multi-factor authentication): ${AUTHORIZE}`;
const blocked: Sentence = () =>
  "a Conditional Access policy blocks this sign-in. Exclude the app or the account from it, or use " +
  "client-credentials instead";
const noConsent: Sentence = () =>
  "the permissions are not consented. Entra admin center › App registrations › your app › API permissions › Grant " +
  `admin consent (Mail.ReadWrite and Mail.Send); with a delegated grant ${AUTHORIZE}`;
const wrongScope: Sentence = () => "a scope is not known there. Check O365_SCOPES and O365_GRAPH_URL";
const badCertificate: Sentence = () =>
  "the certificate in O365_CLIENT_CERTIFICATE is not one of the app's, or has expired. Upload its public part under " +
  `${SECRETS} › Certificates`;
const declined: Sentence = () => `the sign-in was declined: ${AUTHORIZE} and accept`;
const codeOver: Sentence = () => `the code has expired or was declined: ${AUTHORIZE}`;

/** By `AADSTS` number, else by OAuth error. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  AADSTS7000215: () =>
    `the client secret is wrong. O365_CLIENT_SECRET needs the secret's Value, not its Secret ID; the Value is shown ` +
    `only once: make a new one under ${SECRETS} › New client secret`,
  AADSTS7000222: () =>
    `the client secret has expired. Make a new one under ${SECRETS} › New client secret, and put its Value into ` +
    "O365_CLIENT_SECRET",
  AADSTS700016: ({ clientId, tenantId }) =>
    `the app "${clientId}" is not known in tenant "${tenantId}". Compare O365_CLIENT_ID with "Application (client) ID" ` +
    "on the app's Overview page, and O365_TENANT_ID with the tenant it was registered in",
  AADSTS7000112: ({ clientId }) =>
    `the app "${clientId}" is disabled. Entra admin center › Enterprise applications › your app › Properties › ` +
    "Enabled for users to sign-in › Yes",
  AADSTS90002: unknownTenant,
  AADSTS900023: unknownTenant,
  AADSTS900021: unknownTenant,
  invalid_tenant: unknownTenant,
  AADSTS700027: badCertificate,
  AADSTS700030: badCertificate,
  AADSTS7000214: badCertificate,
  AADSTS700021: badCertificate,
  AADSTS700024: () => "the signed assertion is not valid at this time. Set this computer's clock",
  AADSTS700025: () =>
    "the app is a public client and may not present a secret. Remove O365_CLIENT_SECRET and O365_CLIENT_CERTIFICATE, " +
    'or register the redirect URI under the platform "Web"',
  AADSTS7000218: () =>
    "the app must present a secret for this grant. Set O365_CLIENT_SECRET; for device-code: App registrations › your " +
    "app › Authentication › Allow public client flows › Yes",
  AADSTS7000216: () =>
    "the app must present a secret or a certificate. Set O365_CLIENT_SECRET or O365_CLIENT_CERTIFICATE",
  AADSTS70011: wrongScope,
  AADSTS28002: wrongScope,
  AADSTS28003: wrongScope,
  AADSTS1002012: wrongScope,
  invalid_scope: wrongScope,
  AADSTS500011: () =>
    "Microsoft Graph is not known there under the host of O365_GRAPH_URL. It must be the Graph of the same cloud as " +
    "O365_ID_PROVIDER",
  AADSTS65001: noConsent,
  AADSTS90094: noConsent,
  AADSTS90095: noConsent,
  AADSTS90008: noConsent,
  consent_required: noConsent,
  AADSTS65004: declined,
  access_denied: declined,
  authorization_declined: declined,
  AADSTS50011: ({ redirectUri }) =>
    `the redirect URI is not registered. App registrations › your app › Authentication › Add a platform, with exactly ` +
    redirectUri,
  AADSTS50034: () => `there is no such account in the tenant: ${AUTHORIZE} with the mailbox's own account`,
  AADSTS50057: () => "the account is disabled. Enable it in the Entra admin center › Users",
  AADSTS50105: () =>
    "the account is not assigned to the app. Entra admin center › Enterprise applications › your app › Users and groups",
  AADSTS50072: moreProof,
  AADSTS50074: moreProof,
  AADSTS50076: moreProof,
  AADSTS50078: moreProof,
  AADSTS50079: moreProof,
  AADSTS50158: moreProof,
  interaction_required: moreProof,
  AADSTS53000: blocked,
  AADSTS53001: blocked,
  AADSTS53002: blocked,
  AADSTS53003: blocked,
  AADSTS530003: blocked,
  AADSTS70000: signInOver,
  AADSTS70008: signInOver,
  AADSTS70043: signInOver,
  AADSTS50089: signInOver,
  AADSTS50132: signInOver,
  AADSTS50133: signInOver,
  AADSTS50173: signInOver,
  AADSTS700081: signInOver,
  AADSTS700082: signInOver,
  AADSTS700084: signInOver,
  AADSTS54005: () => `this redirect URL was used before: ${AUTHORIZE}`,
  AADSTS70019: codeOver,
  AADSTS70020: codeOver,
  expired_token: codeOver,
  bad_verification_code: codeOver,
  invalid_grant: signInOver,
};

/** The error for what no repetition can mend. `code`: `AADSTS…` or the OAuth error; `words`: the vendor's. */
export function refusal(
  code: string,
  words: string,
  context: RefusalContext,
  cause?: HttpError,
): CredentialsError {
  const sentence = SENTENCES[code]?.(context) ?? (words === "" ? "the request was refused" : words);
  const label = code === "" ? "" : ` (${code})`;
  return new CredentialsError("entra", `Entra ID gave no token: ${sentence}${label}`, { cause });
}

/** Whether the same request may succeed later: Entra ID is busy, or a machine in between answered. */
export function isTemporary({ status, code }: HttpError): boolean {
  return status === 429 || status === 408 || status >= 500 || code === "" ||
    /^(temporarily_unavailable|server_error|AADSTS50196|AADSTS90033|AADSTS90006|AADSTS90024|AADSTS50053)$/i.test(code);
}
