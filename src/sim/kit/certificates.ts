/** A certificate authority of our own and a leaf for loopback, made at start: Deno refuses one certificate that is both. */

import { generate } from "selfsigned";

export interface Certificates {
  /** PEM of the authority: what clients must trust. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Takes about 0.2 s. Valid from yesterday (clocks differ) for 30 days, for `localhost` and `127.0.0.1`. */
export async function makeCertificates(): Promise<Certificates> {
  const validity = {
    notBeforeDate: new Date(Date.now() - DAY_MS),
    notAfterDate: new Date(Date.now() + 30 * DAY_MS),
    keySize: 2048,
    algorithm: "sha256",
  } as const;
  const authority = await generate([{ name: "commonName", value: "o365-connect simulator CA" }], {
    ...validity,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "localhost" }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }, { type: 7, ip: "127.0.0.1" }] },
    ],
  });
  return { ca: authority.cert, cert: leaf.cert, key: leaf.private };
}
