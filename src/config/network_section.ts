import type { NetworkConfig } from "./config.ts";
import type { Values } from "./values.ts";

/** Proxy, certificate authorities and time limits of every request. */
export function readNetwork(values: Values): NetworkConfig {
  warnOfDenoVariables(values);
  return {
    proxy: values.secret("HTTPS_PROXY"),
    noProxy: values.get("NO_PROXY"),
    certificateAuthorities: readAuthorities(values),
    requestTimeoutMs: Math.round(values.get("REQUEST_TIMEOUT_SECONDS") * 1000),
  };
}

function readAuthorities(values: Values): string[] {
  const expected = "a PEM file of certificate authorities, for example company-ca.pem";
  const pem = values.file("CA_FILE", expected);
  if (pem === null) return [];
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) {
    values.problem("CA_FILE", `the file holds no certificate: expected ${expected}`);
  }
  return [pem];
}

/** Deno reads its own variable before we read any file. */
function warnOfDenoVariables(values: Values): void {
  const found = values.found("DENO_TLS_CA_STORE");
  if (found?.layer.kind !== "file") return;
  values.warnings.push(`${found.layer.file}: DENO_TLS_CA_STORE takes effect only in the process environment.`);
}
