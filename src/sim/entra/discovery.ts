/** What clients read before they ask for a token. */

import { type Directory, SHARED_TENANTS } from "./directory.ts";

/** `/{tenant}/v2.0/.well-known/openid-configuration`. Throws 90002 for an unknown tenant. */
export function openIdConfiguration(baseUrl: string, tenantName: string, directory: Directory): unknown {
  const tenant = SHARED_TENANTS.includes(tenantName) ? null : directory.tenant(tenantName);
  const base = `${baseUrl}/${tenant?.id ?? tenantName}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    issuer: `${baseUrl}/${tenant?.id ?? "{tenantid}"}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    tenant_region_scope: "EU",
    cloud_instance_name: new URL(baseUrl).host,
    msgraph_host: "graph.microsoft.com",
  };
}

/** `/common/discovery/instance`: this host is its own cloud. */
export function instanceDiscovery(baseUrl: string): unknown {
  const host = new URL(baseUrl).host;
  return {
    tenant_discovery_endpoint: `${baseUrl}/common/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
