/** What a CMS object (`smime.p7m`, RFC 5652 and RFC 8551) holds. Reads; checks no signature and decrypts nothing. */

import { Buffer } from "node:buffer";
import { BerError, type BerValue, childrenOf, objectIdOf, octetsOf, readBer } from "./ber.ts";

export type Cms =
  /** `content`: the signed bytes, a MIME entity in mail; `null` when they travel beside the signature. */
  | { readonly kind: "signed"; readonly content: Uint8Array | null }
  | { readonly kind: "encrypted" }
  /** Compressed data, certificates, something newer. */
  | { readonly kind: "other"; readonly type: string };

const SIGNED = "1.2.840.113549.1.7.2";
const ENCRYPTED = new Set([
  "1.2.840.113549.1.7.3", // enveloped-data
  "1.2.840.113549.1.9.16.1.23", // authenticated enveloped data (AES-GCM)
  "1.2.840.113549.1.7.4", // signed and enveloped, PKCS #7
  "1.2.840.113549.1.7.6", // encrypted data
]);

/** `null`: no CMS object at all. Base64, also with PEM lines, is read, too. */
export function readCms(bytes: Uint8Array): Cms | null {
  try {
    return contentInfo(readBer(binary(bytes)));
  } catch (error) {
    if (error instanceof BerError) return null;
    throw error;
  }
}

function contentInfo(value: BerValue): Cms {
  const [type, wrapped] = childrenOf(sequence(value));
  const id = objectIdOf(required(type));
  if (ENCRYPTED.has(id)) return { kind: "encrypted" };
  if (id !== SIGNED) return { kind: "other", type: id };
  const [signed] = childrenOf(required(wrapped));
  // version, digestAlgorithms, encapContentInfo, …
  const encapsulated = sequence(required(childrenOf(sequence(required(signed)))[2]));
  const [, content] = childrenOf(encapsulated);
  if (content === undefined) return { kind: "signed", content: null };
  return { kind: "signed", content: octetsOf(required(childrenOf(content)[0])) };
}

function sequence(value: BerValue): BerValue {
  if (value.tag !== 0x30) throw new BerError("no sequence");
  return value;
}

function required(value: BerValue | undefined): BerValue {
  if (value === undefined) throw new BerError("a part is missing");
  return value;
}

function binary(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0x30) return bytes;
  const start = new TextDecoder("windows-1252").decode(bytes.subarray(0, 100)).trimStart();
  if (!/^(?:-----BEGIN |MI[IA-Z])/.test(start)) return bytes;
  const text = new TextDecoder("windows-1252").decode(bytes).replace(/-----[^-\n]*-----/g, "");
  return new Uint8Array(Buffer.from(text, "base64"));
}
