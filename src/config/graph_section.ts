import type { GraphConfig } from "./config.ts";
import { VARIABLES } from "./schema.ts";
import { parseScopes } from "./scopes.ts";
import { Secret } from "./secret.ts";
import type { Values } from "./values.ts";

/** Entra ID and Graph; `null` if anything of it is missing or wrong. */
export function readGraph(values: Values): GraphConfig | null {
  const grantType = values.get("O365_GRANT_TYPE");
  const clientSecret = values.secret("O365_CLIENT_SECRET");
  const certificate = readCertificate(values);
  const hasCredential = values.isGiven("O365_CLIENT_SECRET") || values.isGiven("O365_CLIENT_CERTIFICATE");
  if (grantType === "client-credentials" && !hasCredential) {
    values.missing(
      "O365_CLIENT_SECRET",
      "expected the value of a client secret (Certificates & secrets of the app registration), or a certificate, for " +
        "example O365_CLIENT_CERTIFICATE=o365-connect.pem",
    );
  }
  const scopes = grantType === "client-credentials" ? [] : readScopes(values);
  const [tenantId, clientId] = [values.get("O365_TENANT_ID"), values.get("O365_CLIENT_ID")];
  if (tenantId === undefined || clientId === undefined || !values.isSound("graph")) return null;
  const authority = values.get("O365_ID_PROVIDER");
  return {
    authority,
    graphUrl: (values.get("O365_GRAPH_URL") ?? graphUrlOf(authority)).replace(/\/(v1\.0|beta)$/, ""),
    tenantId,
    clientId,
    grantType,
    clientSecret,
    certificate,
    scopes,
    redirectUri: values.get("O365_REDIRECT_URI") ?? `${authority}/common/oauth2/nativeclient`,
  };
}

/** The Graph of the cloud in which the authority stands (https://learn.microsoft.com/graph/deployments). */
function graphUrlOf(authority: string): string {
  const host = new URL(authority).hostname;
  if (host === "login.microsoftonline.us") return "https://graph.microsoft.us";
  if (host === "login.chinacloudapi.cn" || host === "login.partner.microsoftonline.cn") {
    return "https://microsoftgraph.chinacloudapi.cn";
  }
  return "https://graph.microsoft.com";
}

function readCertificate(values: Values): Secret | null {
  const pem = values.file("O365_CLIENT_CERTIFICATE", "a PEM file with private key and certificate");
  if (pem === null) return null;
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem) && pem.includes("-----BEGIN CERTIFICATE-----")) {
    return new Secret(pem);
  }
  values.problem(
    "O365_CLIENT_CERTIFICATE",
    "the file is not complete: expected a PEM file with both a PRIVATE KEY and a CERTIFICATE block, for example made " +
      "by cat key.pem certificate.pem > o365-connect.pem",
  );
  return null;
}

function readScopes(values: Values): readonly string[] {
  const { scopes, unknown } = parseScopes(values.get("O365_SCOPES"));
  if (unknown.length > 0) {
    const { expected, example } = VARIABLES.O365_SCOPES.type;
    values.problem("O365_SCOPES", `${unknown.join(", ")} is unknown: expected ${expected}, for example ${example}`);
  }
  const missing = ["Mail.ReadWrite", "Mail.Send"].filter((scope) =>
    !scopes.some((one) => one === scope || one === `${scope}.Shared` || one.endsWith("/.default"))
  );
  if (missing.length > 0) values.warnings.push(`O365_SCOPES lacks ${missing.join(" and ")}, which the program needs.`);
  return scopes;
}
