/** Takes out of a text what nobody sees, and keeps what only looks invisible: joiners of emoji and of Persian words. */

/** Controls (not tab and line ends), soft hyphen, zero-width space, word joiner, byte order mark, fillers, bidi overrides. */
const JUNK =
  "\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\u00ad\\u034f\\u115f\\u1160\\u180e\\u200b\\u2060-\\u2064" +
  "\\u202d\\u202e\\u206a-\\u206f\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff";
const junk = new RegExp(`[${JUNK}]`, "g");
/** A joiner that joins nothing: preheaders are padded with them. */
const looseJoiner = /(?<=^|[\s\u00a0\u2007\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?=$|[\s\u00a0\u2007])/g;
const suspicious = new RegExp(`[${JUNK}\\u200c\\u200d\\ud800-\\udfff]`);

/** The text without invisible junk; half surrogate pairs become U+FFFD. White space is left as it is. */
export function cleanText(text: string): string {
  if (!suspicious.test(text)) return text;
  return text.replace(junk, "").replace(looseJoiner, "").toWellFormed();
}

/** One line: all white space, line ends and no-break spaces included, becomes single spaces. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/[\s\u0085]+/g, " ").trim();
}
