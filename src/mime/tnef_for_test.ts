/** Writes TNEF streams for tests, as [MS-OXTNEF] describes them. */

type Value = string | number | Uint8Array | { readonly item: Uint8Array };
/** Property number → value: a text becomes a Unicode string, a number a 32-bit integer. */
export type MapiValues = Readonly<Record<number, Value>>;

export interface TnefFile {
  readonly title?: string;
  readonly data?: Uint8Array;
  readonly properties?: MapiValues;
}

export interface TnefParts {
  readonly properties?: MapiValues;
  readonly body?: string;
  readonly files?: readonly TnefFile[];
}

const MESSAGE_INTERFACE = [0x07, 0x03, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];

export function writeTnef({ properties, body, files = [] }: TnefParts): Uint8Array {
  return concat(
    uint32(0x223e9f78),
    uint16(1),
    attribute(1, 0x00089006, uint32(0x00010000)),
    attribute(1, 0x00069007, concat(uint32(1252), uint32(0))),
    ...(body === undefined ? [] : [attribute(1, 0x0002800c, text8(body))]),
    ...(properties === undefined ? [] : [attribute(1, 0x00069003, mapi(properties))]),
    ...files.flatMap(({ title, data, properties }) => [
      attribute(2, 0x00069002, new Uint8Array(14)),
      ...(title === undefined ? [] : [attribute(2, 0x00018010, text8(title))]),
      ...(data === undefined ? [] : [attribute(2, 0x0006800f, data)]),
      ...(properties === undefined ? [] : [attribute(2, 0x00069005, mapi(properties))]),
    ]),
  );
}

function attribute(level: number, id: number, data: Uint8Array): Uint8Array {
  const sum = data.reduce((sum, byte) => (sum + byte) & 0xffff, 0);
  return concat(Uint8Array.of(level), uint32(id), uint32(data.length), data, uint16(sum));
}

function mapi(values: MapiValues): Uint8Array {
  const entries = Object.entries(values);
  // A named property first: its name has to be stepped over.
  const named = concat(
    uint16(0x001f),
    uint16(0x8001),
    new Uint8Array(16),
    uint32(1),
    uint32(4),
    text16("a"),
    uint32(1),
    uint32(4),
    text16("b"),
  );
  return concat(uint32(entries.length + 1), named, ...entries.map(([id, value]) => property(Number(id), value)));
}

function property(id: number, value: Value): Uint8Array {
  if (typeof value === "number") return concat(uint16(0x0003), uint16(id), uint32(value));
  const [type, bytes] = typeof value === "string"
    ? [0x001f, text16(value)] as const
    : value instanceof Uint8Array
    ? [0x0102, value] as const
    : [0x000d, concat(Uint8Array.from(MESSAGE_INTERFACE), value.item)] as const;
  return concat(uint16(type), uint16(id), uint32(1), uint32(bytes.length), padded(bytes));
}

function padded(bytes: Uint8Array): Uint8Array {
  return concat(bytes, new Uint8Array((4 - bytes.length % 4) % 4));
}

function text8(text: string): Uint8Array {
  return Uint8Array.from([...text].map((char) => char.charCodeAt(0)).concat(0));
}

function text16(text: string): Uint8Array {
  return new Uint8Array(Uint16Array.from([...text].map((char) => char.charCodeAt(0)).concat(0)).buffer);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8 & 0xff);
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8 & 0xff, value >> 16 & 0xff, value >>> 24);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
