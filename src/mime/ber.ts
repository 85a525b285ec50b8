/** Reads ASN.1 values in BER (ITU-T X.690): DER, and what streaming writers make of it (indefinite lengths, strings in pieces). */

/** One value; `content` is what stands between its header and its end. */
export interface BerValue {
  /** The identifier octet: class, constructed bit and tag number (`0x30`: a sequence, `0xa0`: `[0]`). */
  readonly tag: number;
  readonly content: Uint8Array;
  /** Offset after the value, end mark included, in the bytes it was read from. */
  readonly end: number;
}

/** The bytes are no BER, or break off. */
export class BerError extends Error {
  override readonly name = "BerError";
}

const CONSTRUCTED = 0x20;
const OCTET_STRING = 0x04;
const MAX_DEPTH = 30;

/** Reads the value at an offset. Tags above 30 are not used by CMS and refused. */
export function readBer(bytes: Uint8Array, at = 0, depth = 0): BerValue {
  if (depth > MAX_DEPTH) throw new BerError("nested too deep");
  const tag = byteAt(bytes, at);
  if ((tag & 0x1f) === 0x1f) throw new BerError("a tag in several octets");
  const { length, start } = readLength(bytes, at + 1);
  if (length !== null) {
    if (start + length > bytes.length) throw new BerError("the value breaks off");
    return { tag, content: bytes.subarray(start, start + length), end: start + length };
  }
  if ((tag & CONSTRUCTED) === 0) throw new BerError("a plain value without a length");
  let next = start;
  while (!isEndMark(bytes, next)) next = readBer(bytes, next, depth + 1).end;
  return { tag, content: bytes.subarray(start, next), end: next + 2 };
}

/** The values within a constructed one, in their order. */
export function childrenOf(value: BerValue): BerValue[] {
  if ((value.tag & CONSTRUCTED) === 0) throw new BerError("a plain value has no parts");
  const children: BerValue[] = [];
  for (let at = 0; at < value.content.length;) {
    const child = readBer(value.content, at);
    children.push(child);
    at = child.end;
  }
  return children;
}

/** The bytes of an octet string, its pieces put together. */
export function octetsOf(value: BerValue): Uint8Array {
  const pieces: Uint8Array[] = [];
  collectOctets(value, pieces, 0);
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** `1.2.840.113549.1.7.2` */
export function objectIdOf({ tag, content }: BerValue): string {
  if (tag !== 0x06 || content.length === 0) throw new BerError("no object identifier");
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)));
    else arcs.push(arc);
    arc = 0;
  }
  return arcs.join(".");
}

function collectOctets(value: BerValue, into: Uint8Array[], depth: number): void {
  if (depth > MAX_DEPTH || (value.tag & ~CONSTRUCTED) !== OCTET_STRING) throw new BerError("no octet string");
  if ((value.tag & CONSTRUCTED) === 0) {
    into.push(value.content);
    return;
  }
  for (const piece of childrenOf(value)) collectOctets(piece, into, depth + 1);
}

/** `null`: indefinite. */
function readLength(bytes: Uint8Array, at: number): { length: number | null; start: number } {
  const first = byteAt(bytes, at);
  if (first < 0x80) return { length: first, start: at + 1 };
  if (first === 0x80) return { length: null, start: at + 1 };
  const octets = first & 0x7f;
  if (octets > 6) throw new BerError("a length beyond all files");
  let length = 0;
  for (let i = 1; i <= octets; i++) length = length * 256 + byteAt(bytes, at + i);
  return { length, start: at + 1 + octets };
}

function isEndMark(bytes: Uint8Array, at: number): boolean {
  return byteAt(bytes, at) === 0 && byteAt(bytes, at + 1) === 0;
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new BerError("the bytes break off");
  return byte;
}
