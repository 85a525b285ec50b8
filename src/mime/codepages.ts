/** Windows code pages and RTF character sets → names that `TextDecoder` knows. */

const CODE_PAGES: Readonly<Record<number, string>> = {
  437: "windows-1252",
  850: "windows-1252",
  866: "ibm866",
  874: "windows-874",
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  1200: "utf-16le",
  10000: "macintosh",
  20127: "windows-1252",
  20866: "koi8-r",
  21866: "koi8-u",
  50220: "iso-2022-jp",
  50221: "iso-2022-jp",
  51932: "euc-jp",
  51949: "euc-kr",
  54936: "gb18030",
  65001: "utf-8",
};

/** RTF's `\fcharset` ([MS-WMF] 2.1.1.5) → code page. */
const CHARSETS: Readonly<Record<number, number>> = {
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};

/** Decodes bytes of a code page; an unknown one is read as Western European. */
export function decodeCodePage(bytes: Uint8Array, codePage: number): string {
  return new TextDecoder(labelOf(codePage)).decode(bytes);
}

/** `null`: the document's own code page. */
export function codePageOfCharset(charset: number): number | null {
  return CHARSETS[charset] ?? null;
}

function labelOf(codePage: number): string {
  if (codePage >= 1250 && codePage <= 1258) return `windows-${codePage}`;
  const iso = codePage - 28590;
  if (iso >= 2 && iso <= 16 && iso !== 12 && iso !== 11) return iso === 9 ? "windows-1254" : `iso-8859-${iso}`;
  return CODE_PAGES[codePage] ?? "windows-1252";
}
