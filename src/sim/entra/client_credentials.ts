/** Whether a client is who it says: secret in the body or as Basic, or a signed assertion checked for real. */

import { Buffer } from "node:buffer";
import { createHash, X509Certificate } from "node:crypto";
import { EntraFault } from "./faults.ts";
import type { AppRegistration } from "./nouns.ts";

/** Clocks may differ by this much. */
const SKEW_SECONDS = 300;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export interface PresentedClient {
  readonly clientId: string;
  readonly secret: string | null;
  readonly assertion: string | null;
}

/** From the form, or from `Authorization: Basic`. */
export function presentedClient(form: URLSearchParams, headers: Headers): PresentedClient {
  const basic = /^Basic\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (basic !== undefined) {
    const [id, ...rest] = Buffer.from(basic, "base64").toString("utf8").split(":");
    return { clientId: decodeURIComponent(id!), secret: decodeURIComponent(rest.join(":")), assertion: null };
  }
  const clientId = form.get("client_id");
  if (clientId === null || clientId === "") throw new EntraFault(90014, "client_id");
  const assertion = form.get("client_assertion");
  if (assertion !== null && form.get("client_assertion_type") !== ASSERTION_TYPE) {
    throw new EntraFault(90014, "client_assertion_type");
  }
  return { clientId, secret: form.get("client_secret"), assertion };
}

/** Throws unless the client proves itself. `audiences`: what an assertion may be made for. */
export async function checkClient(
  app: AppRegistration,
  client: PresentedClient,
  audiences: readonly string[],
): Promise<void> {
  if (client.assertion !== null) return await checkAssertion(app, client.assertion, audiences);
  if (client.secret === null || client.secret === "") throw new EntraFault(7000218);
  const secret = (app.secrets ?? []).find(({ value }) => value === client.secret);
  if (secret === undefined) throw new EntraFault(7000215, app.clientId);
  if (secret.expiresAt !== undefined && secret.expiresAt <= Date.now()) throw new EntraFault(7000222, app.clientId);
}

/** Whether the app has credentials, so that it must show one when it redeems a code. */
export function isConfidential(app: AppRegistration): boolean {
  return (app.secrets ?? []).length + (app.certificates ?? []).length > 0;
}

async function checkAssertion(app: AppRegistration, assertion: string, audiences: readonly string[]): Promise<void> {
  const [head = "", payload = "", signature = ""] = assertion.split(".");
  const header = jsonPart(head);
  const claims = jsonPart(payload);
  const certificate = (app.certificates ?? []).find((pem) => isNamed(pem, header));
  if (certificate === undefined) throw new EntraFault(700027);
  if (!await isSigned(certificate, String(header["alg"]), `${head}.${payload}`, signature)) {
    throw new EntraFault(700027);
  }
  if (claims["iss"] !== app.clientId || claims["sub"] !== app.clientId) throw new EntraFault(700021);
  if (!audiences.includes(String(claims["aud"]))) throw new EntraFault(700023);
  const now = Date.now() / 1000;
  const expires = Number(claims["exp"]);
  const notBefore = Number(claims["nbf"] ?? claims["iat"] ?? 0);
  if (!(expires > now - SKEW_SECONDS) || notBefore > now + SKEW_SECONDS) throw new EntraFault(700024);
}

/** By `x5t#S256`, or by the older SHA-1 `x5t`. */
function isNamed(pem: string, header: Record<string, unknown>): boolean {
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, "").replaceAll(/\s/g, ""), "base64");
  const hash = (name: string) => createHash(name).update(der).digest("base64url");
  return header["x5t#S256"] !== undefined ? header["x5t#S256"] === hash("sha256") : header["x5t"] === hash("sha1");
}

const ALGORITHMS: Readonly<Record<string, string>> = { PS256: "RSA-PSS", RS256: "RSASSA-PKCS1-v1_5" };

async function isSigned(pem: string, algorithm: string, signed: string, signature: string): Promise<boolean> {
  const name = ALGORITHMS[algorithm];
  if (name === undefined) return false;
  const spki = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
  const key = await crypto.subtle.importKey("spki", new Uint8Array(spki), { name, hash: "SHA-256" }, false, ["verify"]);
  const bytes = new Uint8Array(Buffer.from(signature, "base64url"));
  return await crypto.subtle.verify({ name, saltLength: 32 }, key, bytes, new TextEncoder().encode(signed));
}

function jsonPart(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Record<string, unknown>;
  } catch {
    throw new EntraFault(700027);
  }
}
