/** A client certificate in place of a secret: the assertion that it signs. */

import { Buffer } from "node:buffer";
import { createPrivateKey } from "node:crypto";
import { ConfigError } from "../core/errors.ts";

/** What the assertion says. */
export interface AssertionClaims {
  readonly clientId: string;
  /** The token endpoint that it is sent to. */
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface ClientCertificate {
  /** A signed JWT (PS256) that Entra ID takes in place of a secret for 10 minutes. */
  sign(claims: AssertionClaims): Promise<string>;
}

const KEY = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]+?-----END \1PRIVATE KEY-----/;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g;
/** The salt of PS256 is as long as its hash. */
const PS256 = { name: "RSA-PSS", hash: "SHA-256", saltLength: 32 } as const;

/** Reads a PEM that holds the private key and the certificate (the leaf first, if there is a chain). Throws `ConfigError`. */
export async function readCertificate(pem: string): Promise<ClientCertificate> {
  const key = await importKey(pem);
  const chain = [...pem.matchAll(CERTIFICATE)].map(([, block]) => Buffer.from(block!, "base64"));
  if (chain.length === 0) {
    throw problem("holds no CERTIFICATE block; put the key and the certificate into one PEM file");
  }
  const thumbprint = await crypto.subtle.digest("SHA-256", chain[0]!);
  const header = {
    alg: "PS256",
    typ: "JWT",
    "x5t#S256": base64Url(new Uint8Array(thumbprint)),
    x5c: chain.map((der) => der.toString("base64")),
  };
  return {
    async sign({ clientId, audience, now }) {
      const seconds = Math.floor(now / 1000);
      const claims = {
        aud: audience,
        iss: clientId,
        sub: clientId,
        jti: crypto.randomUUID(),
        nbf: seconds,
        iat: seconds,
        exp: seconds + 600,
      };
      const signed = [header, claims].map((part) => base64Url(JSON.stringify(part))).join(".");
      const signature = await crypto.subtle.sign(PS256, key, new TextEncoder().encode(signed));
      return `${signed}.${base64Url(new Uint8Array(signature))}`;
    },
  };
}

/** By Web Crypto: `node:crypto` of Deno 2.4 signs PS256 with the padding of RS256, which Entra ID refuses. */
async function importKey(pem: string): Promise<CryptoKey> {
  const block = pem.match(KEY);
  if (block === null) throw problem("holds no PRIVATE KEY block; put the key and the certificate into one PEM file");
  if (block[1]!.includes("ENCRYPTED") || block[0].includes("Proc-Type: 4,ENCRYPTED")) {
    throw problem("has an encrypted private key; store it unencrypted (openssl pkey -in …) and protect the file");
  }
  try {
    const der = createPrivateKey(block[0]).export({ type: "pkcs8", format: "der" });
    return await crypto.subtle.importKey("pkcs8", new Uint8Array(der), PS256, false, ["sign"]);
  } catch {
    throw problem("has a private key that cannot be used; it must be RSA, in PEM form");
  }
}

function base64Url(bytes: Uint8Array | string): string {
  return Buffer.from(bytes as Uint8Array).toString("base64url");
}

function problem(text: string): ConfigError {
  return new ConfigError([{ name: "O365_CLIENT_CERTIFICATE", problem: text }]);
}
