/** Compressed RTF as Outlook stores it ([MS-OXRTFCP]). */

/** The bytes are no compressed RTF, or are damaged. */
export class RtfError extends Error {
  override readonly name = "RtfError";
}

/** What the dictionary holds before the first byte ([MS-OXRTFCP] 2.1.3.1.1). */
const DICTIONARY =
  "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript " +
  "\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par " +
  "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const SIZE = 4096;
const COMPRESSED = 0x75465a4c; // LZFu
const STORED = 0x414c454d; // MELA
/** No text of a mail is longer. */
const MAX_BYTES = 32 * 1024 * 1024;

export function decompressRtf(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 16) throw new RtfError("the header breaks off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rawSize = view.getUint32(4, true);
  const type = view.getUint32(8, true);
  if (rawSize > MAX_BYTES) throw new RtfError(`it claims to hold ${rawSize} bytes`);
  if (type === STORED) return bytes.slice(16, 16 + rawSize);
  if (type !== COMPRESSED) throw new RtfError("an unknown kind of compression");
  return inflate(bytes, rawSize);
}

function inflate(bytes: Uint8Array, rawSize: number): Uint8Array {
  const dictionary = new Uint8Array(SIZE);
  for (let i = 0; i < DICTIONARY.length; i++) dictionary[i] = DICTIONARY.charCodeAt(i);
  let write = DICTIONARY.length;
  const out = new Uint8Array(rawSize);
  let length = 0;
  const put = (byte: number) => {
    if (length < rawSize) out[length++] = byte;
    dictionary[write] = byte;
    write = (write + 1) % SIZE;
  };
  let at = 16;
  while (at < bytes.length && length < rawSize) {
    const flags = bytes[at++]!;
    for (let bit = 0; bit < 8 && at < bytes.length; bit++) {
      if ((flags >> bit & 1) === 0) {
        put(bytes[at++]!);
        continue;
      }
      if (at + 1 >= bytes.length) return out.slice(0, length);
      const token = bytes[at]! << 8 | bytes[at + 1]!;
      at += 2;
      let read = token >> 4;
      // A reference to where the next byte goes is the end.
      if (read === write) return out.slice(0, length);
      for (let left = (token & 0xf) + 2; left > 0; left--) {
        put(dictionary[read]!);
        read = (read + 1) % SIZE;
      }
    }
  }
  return out.slice(0, length);
}
