/** Signed `id_token`s and the key that verifies them. */

import { Buffer } from "node:buffer";
import { objectIdOf, type SignIn } from "./nouns.ts";

const ALGORITHM = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
};
const KEY_ID = "simulated-key-1";

export class IdTokens {
  #pair: Promise<CryptoKeyPair> | null = null;

  async issue(signIn: SignIn, issuer: string, expiresInSeconds: number): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { user, tenant, app, nonce } = signIn;
    const objectId = await objectIdOf(user.address);
    const claims = {
      aud: app.clientId,
      iss: issuer,
      iat: now,
      nbf: now,
      exp: now + Math.max(1, expiresInSeconds),
      name: user.displayName ?? user.address,
      ...(nonce === null ? {} : { nonce }),
      oid: objectId,
      preferred_username: user.address,
      sub: objectId.replaceAll("-", ""),
      tid: tenant.id,
      ver: "2.0",
    };
    const signed = [{ typ: "JWT", alg: "RS256", kid: KEY_ID }, claims].map(base64Url).join(".");
    const { privateKey } = await this.#keys();
    const signature = await crypto.subtle.sign(ALGORITHM.name, privateKey, new TextEncoder().encode(signed));
    return `${signed}.${Buffer.from(signature).toString("base64url")}`;
  }

  /** The JSON Web Key Set. */
  async keySet(): Promise<unknown> {
    const key = await crypto.subtle.exportKey("jwk", (await this.#keys()).publicKey);
    return { keys: [{ kty: key.kty, n: key.n, e: key.e, use: "sig", kid: KEY_ID, alg: "RS256" }] };
  }

  #keys(): Promise<CryptoKeyPair> {
    this.#pair ??= crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    return this.#pair;
  }
}

/** `client_info`: which account of which tenant, as MSAL wants it. */
export async function clientInfoOf({ user, tenant }: SignIn): Promise<string> {
  return base64Url({ uid: await objectIdOf(user.address), utid: tenant.id });
}

function base64Url(value: unknown): string {
  return Buffer.from(JSON.stringify(value), "utf8").toString("base64url");
}
