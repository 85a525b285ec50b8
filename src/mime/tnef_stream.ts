/** The outer and the inner encoding of a TNEF stream ([MS-OXTNEF]): attributes, and the MAPI properties within them. */

/** The bytes are no TNEF, or are damaged. */
export class TnefError extends Error {
  override readonly name = "TnefError";
}

/** One attribute: of the message, or of the attachment that the last `attAttachRendData` began. */
export interface TnefAttribute {
  readonly level: "message" | "attachment";
  /** Low 16 bits of its identifier. */
  readonly id: number;
  readonly data: Uint8Array;
}

/** Values of one MAPI property, as bytes. */
export interface MapiProperty {
  /** Property type without the flag for several values (`0x001f`: a Unicode string). */
  readonly type: number;
  readonly values: readonly Uint8Array[];
}

const SIGNATURE = 0x223e9f78;
const MULTIPLE = 0x1000;
/** Named properties have numbers of the sender's own from here on. */
const NAMED = 0x8000;
const MAX_PROPERTIES = 100_000;

export function isTnef(bytes: Uint8Array): boolean {
  return bytes.length >= 6 && viewOf(bytes).getUint32(0, true) === SIGNATURE;
}

/** Every attribute in its order; a wrong checksum or a broken end is an error: half a file would look like a whole one. */
export function* tnefAttributes(bytes: Uint8Array): Generator<TnefAttribute> {
  if (!isTnef(bytes)) throw new TnefError("it does not begin as TNEF does");
  const view = viewOf(bytes);
  // The signature is followed by the key.
  for (let at = 6; at < bytes.length;) {
    if (at + 9 > bytes.length) {
      // Some mailers end the file with a line break.
      if (bytes.subarray(at).every((byte) => byte === 0 || byte === 0x0d || byte === 0x0a)) return;
      throw new TnefError("it breaks off");
    }
    const level = bytes[at]!;
    if (level !== 1 && level !== 2) throw new TnefError("an attribute of neither message nor attachment");
    const id = view.getUint16(at + 1, true);
    const length = view.getUint32(at + 5, true);
    const start = at + 9;
    if (start + length + 2 > bytes.length) throw new TnefError("it breaks off");
    const data = bytes.subarray(start, start + length);
    if (checksum(data) !== view.getUint16(start + length, true)) throw new TnefError("a checksum is wrong");
    yield { level: level === 1 ? "message" : "attachment", id, data };
    at = start + length + 2;
  }
}

/** The properties of `attMsgProps` or `attAttachment` by their number; named ones are left out. */
export function mapiProperties(data: Uint8Array): Map<number, MapiProperty> {
  const reader = new MapiReader(data);
  const count = reader.uint32();
  if (count > MAX_PROPERTIES) throw new TnefError("too many properties");
  const properties = new Map<number, MapiProperty>();
  for (let i = 0; i < count; i++) {
    const { id, property } = reader.property();
    if (id < NAMED && !properties.has(id)) properties.set(id, property);
  }
  return properties;
}

class MapiReader {
  #at = 0;
  readonly #view: DataView;

  constructor(private readonly data: Uint8Array) {
    this.#view = viewOf(data);
  }

  uint32(): number {
    this.#need(4);
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  property(): { id: number; property: MapiProperty } {
    this.#need(4);
    const type = this.#view.getUint16(this.#at, true);
    const id = this.#view.getUint16(this.#at + 2, true);
    this.#at += 4;
    if (id >= NAMED) this.#skipName();
    const plain = type & ~MULTIPLE;
    const size = fixedSize(plain);
    if (size === null) return { id, property: { type: plain, values: this.#many(() => this.#variable()) } };
    if (type === plain) return { id, property: { type, values: [this.#bytes(size)] } };
    return { id, property: { type: plain, values: this.#many(() => this.#bytes(size)) } };
  }

  #skipName(): void {
    this.#bytes(16);
    if (this.uint32() === 0) this.uint32();
    else this.#variable();
  }

  #many(read: () => Uint8Array): Uint8Array[] {
    const count = this.uint32();
    if (count > MAX_PROPERTIES) throw new TnefError("too many values");
    return Array.from({ length: count }, read);
  }

  #variable(): Uint8Array {
    return this.#bytes(this.uint32());
  }

  /** Values are padded to four bytes; the last padding may be missing. */
  #bytes(size: number): Uint8Array {
    this.#need(size);
    const bytes = this.data.subarray(this.#at, this.#at + size);
    this.#at = Math.min(this.data.length, this.#at + Math.ceil(size / 4) * 4);
    return bytes;
  }

  #need(size: number): void {
    if (this.#at + size > this.data.length) throw new TnefError("a property breaks off");
  }
}

/** Bytes of a value of a fixed size, `null` for strings, binary data and objects. */
function fixedSize(type: number): number | null {
  switch (type) {
    case 0x0002: // 16-bit integer
    case 0x000b: // boolean
      return 2;
    case 0x0001: // null
    case 0x0003: // 32-bit integer
    case 0x0004: // float
    case 0x000a: // error
      return 4;
    case 0x0005: // double
    case 0x0006: // currency
    case 0x0007: // time as double
    case 0x0014: // 64-bit integer
    case 0x0040: // time
      return 8;
    case 0x0048: // GUID
      return 16;
    case 0x000d: // object
    case 0x001e: // string of eight bits
    case 0x001f: // Unicode string
    case 0x0102: // binary
      return null;
    default:
      throw new TnefError(`a property of an unknown type (0x${type.toString(16)})`);
  }
}

function checksum(data: Uint8Array): number {
  let sum = 0;
  for (const byte of data) sum = (sum + byte) & 0xffff;
  return sum;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
