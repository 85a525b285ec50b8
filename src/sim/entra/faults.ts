/** The refusals of Entra ID: OAuth error, AADSTS number, words, status. */

import type { SimAnswer } from "../kit/server.ts";

interface Refusal {
  readonly error: string;
  readonly status: number;
  readonly message: string;
}

/** `{0}` in a message is the app, tenant, user or scope concerned. */
const REFUSALS = {
  16000: {
    error: "interaction_required",
    status: 400,
    message:
      "Either multiple user identities are available for the current request or selected account is not supported for the scenario.",
  },
  50011: {
    error: "invalid_request",
    status: 400,
    message:
      "The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application.",
  },
  50034: {
    error: "invalid_grant",
    status: 400,
    message:
      "The user account {0} does not exist in the directory. To sign into this application, the account must be added to the directory.",
  },
  50059: {
    error: "invalid_request",
    status: 400,
    message: "No tenant-identifying information found in either the request or implied by any provided credentials.",
  },
  50076: {
    error: "invalid_grant",
    status: 400,
    message:
      "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
  },
  50079: {
    error: "interaction_required",
    status: 400,
    message:
      "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication.",
  },
  50105: {
    error: "interaction_required",
    status: 400,
    message:
      "Your administrator has configured the application to block users unless they are specifically granted ('assigned') access. The signed in user '{0}' is blocked because they are not assigned.",
  },
  50158: {
    error: "interaction_required",
    status: 400,
    message:
      "External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges.",
  },
  50173: {
    error: "invalid_grant",
    status: 400,
    message:
      "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.",
  },
  53003: {
    error: "interaction_required",
    status: 400,
    message: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
  },
  54005: {
    error: "invalid_grant",
    status: 400,
    message:
      "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
  },
  65001: {
    error: "invalid_grant",
    status: 400,
    message:
      "The user or administrator has not consented to use the application with ID '{0}'. Send an interactive authorization request for this user and resource.",
  },
  65004: { error: "access_denied", status: 400, message: "User declined to consent to access the app." },
  70000: { error: "invalid_grant", status: 400, message: "The provided value for the 'code' parameter is not valid." },
  70003: {
    error: "unsupported_grant_type",
    status: 400,
    message: "The app requested an unsupported grant type '{0}'.",
  },
  70008: {
    error: "invalid_grant",
    status: 400,
    message:
      "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
  },
  70011: {
    error: "invalid_scope",
    status: 400,
    message:
      "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {0} is not valid.",
  },
  70016: {
    error: "authorization_pending",
    status: 400,
    message: "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
  },
  70018: {
    error: "bad_verification_code",
    status: 400,
    message: "Invalid verification code due to User typing in wrong user code for device code flow.",
  },
  70019: { error: "authorization_declined", status: 400, message: "Verification code expired or the user declined." },
  70020: {
    error: "expired_token",
    status: 400,
    message: "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  },
  90002: {
    error: "invalid_request",
    status: 400,
    message:
      "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  },
  90014: {
    error: "invalid_request",
    status: 400,
    message:
      "The required field '{0}' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
  },
  500011: {
    error: "invalid_resource",
    status: 400,
    message: "The resource principal named {0} was not found in the tenant.",
  },
  501481: {
    error: "invalid_grant",
    status: 400,
    message: "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  },
  700016: {
    error: "unauthorized_client",
    status: 400,
    message:
      "Application with identifier '{0}' was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  },
  700021: {
    error: "invalid_client",
    status: 401,
    message: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  700023: {
    error: "invalid_client",
    status: 401,
    message: "Client assertion audience claim does not match Realm issuer.",
  },
  700024: { error: "invalid_client", status: 401, message: "Client assertion is not within its valid time range." },
  700025: {
    error: "invalid_client",
    status: 401,
    message: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  700027: {
    error: "invalid_client",
    status: 401,
    message:
      "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found.]",
  },
  700082: {
    error: "invalid_grant",
    status: 400,
    message:
      "The refresh token has expired due to inactivity. The token was issued on 2026-01-01T00:00:00.0000000Z and was inactive for 90.00:00:00.",
  },
  700084: {
    error: "invalid_grant",
    status: 400,
    message:
      "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can't be extended.",
  },
  7000215: {
    error: "invalid_client",
    status: 401,
    message:
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'.",
  },
  7000218: {
    error: "invalid_client",
    status: 401,
    message: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  7000222: {
    error: "invalid_client",
    status: 401,
    message:
      "The provided client secret keys for app '{0}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security.",
  },
  9002313: { error: "invalid_grant", status: 400, message: "Invalid request. Request is malformed or invalid." },
} as const satisfies Readonly<Record<number, Refusal>>;

/** Numbers of the refusals that the simulator knows. */
export type AadstsCode = keyof typeof REFUSALS;

/** A refusal, thrown anywhere in the simulator. */
export class EntraFault extends Error {
  override readonly name = "EntraFault";
  readonly error: string;
  readonly status: number;
  constructor(readonly code: AadstsCode, about = "", readonly suberror: string | null = null) {
    const refusal: Refusal = REFUSALS[code];
    super(`AADSTS${code}: ${refusal.message.replace("{0}", about)}`);
    this.error = refusal.error;
    this.status = refusal.status;
  }
}

/** Entra's error body. */
export function errorAnswer(fault: EntraFault, correlationId: string, baseUrl: string): SimAnswer {
  const timestamp = new Date().toISOString().slice(0, 19).replace("T", " ") + "Z";
  const traceId = crypto.randomUUID();
  return {
    status: fault.status,
    headers: { "cache-control": "no-store, no-cache", "x-ms-request-id": traceId },
    body: {
      error: fault.error,
      error_description:
        `${fault.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [fault.code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `${baseUrl}/error?code=${fault.code}`,
      ...(fault.suberror === null ? {} : { suberror: fault.suberror }),
    },
  };
}
