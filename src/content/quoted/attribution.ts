/** The line above a quote that says who wrote it when ("On … wrote:"), in many languages, also wrapped over lines. */

import { isBlank, type Line, LONGEST_MARKER } from "./line.ts";

/** "wrote", as mail programs say it. */
const VERBS = [
  "wrote|writes|said",
  "schrieb|schreibt|geschrieben",
  "a écrit|écrivait|écrit",
  "escribió|escribio|ha escrito|escribía",
  "escreveu|escreveram",
  "ha scritto|scrive|scritto",
  "schreef|geschreven",
  "skrev|skreiv|skrifaði",
  "kirjoitti",
  "napisał\\(a\\)|napisała|napisał|pisze|napisana przez",
  "napsal\\(a\\)|napsala|napsal|napísal\\(a\\)|napísala|napísal",
  "ezt írta|írta",
  "scris",
  "написа|написал\\(а\\)|написала|написал|пишет|писал|написав\\(ла\\)|написала|написав|пише|је написао/ла|је написао|написао/ла је",
  "έγραψε",
  "şunu yazdı|şunları yazdı|yazdı",
  "napisao/la je|je napisao/la|je napisao|je napisala|napisao je|napisala je|napisao|je napisal|napisala|napisal",
  "rašė|rakstīja|kirjutas",
  "missatge de|escriure|escribiu|idatzi du|idatzi zuen",
  "đã viết|menulis",
  "كتب|كتبت|تمت كتابة ما يلي بواسطة|نوشت",
  "כתב/ה|כתבה|כתב",
].join("|");
/** Scripts that put no spaces between words. */
const UNSPACED_VERBS = "写道|寫道|撰寫|のメール|書きました|さんは書きました|님이 작성|작성|님이 씀|เขียนว่า|เขียน|ने लिखा";
const VERB = new RegExp(`(?<![\\p{L}\\p{M}])(?:${VERBS})(?![\\p{L}\\p{M}])|${UNSPACED_VERBS}`, "iu");
const VERB_AT_END = new RegExp(`(?:(?<![\\p{L}\\p{M}])(?:${VERBS})|${UNSPACED_VERBS})\\s*[:：]?$`, "iu");

/** Of {@link VERBS} those that stand behind name and date, so that only an address or a date can follow. */
const ENDS_ITS_LINE =
  /^(?:wrote|writes|said|(?:a )?écri(?:t|vait)|escribi[óo]|escribía|ha escrito|escrev\p{L}+|(?:ha )?scritto|scrive)$/iu;

/** Words that begin such a line. */
const OPENING = new RegExp(
  "^(?:" +
    "(?:on|at|in|am|den|le|el|em|il|op|på|klukkan|þann|dnia|w dniu|dne|dňa|v|o|la|în|pe|в|на|от|у|ὁ|στις|την|στις|dana|dne|" +
    "kuupäev|vào|pada(?: tanggal)?|เมื่อ|vào lúc|el día|a les|data|בתאריך|ב|في|در)[\\s‏]" +
    ".{0,30}?\\p{Nd}" +
    "|\\p{Nd}" +
    "|在\\s?\\p{Nd}|於\\s?\\p{Nd}|于\\s?\\p{Nd}" +
    ")",
  "iu",
);
/** A weekday in a language that we need not know, or any other word. */
const WORD_AND_NUMBER = /^[\p{L}\p{M}]+[.,]{0,2} \p{Nd}/u;
const ADDRESS = /[^\s<>@"(]+@[^\s<>@")]+\.[^\s<>@")]+/;
const DATE = /(?<!\p{Nd})\p{Nd}{4}(?!\p{Nd})|\p{Nd}{1,2}[./-]\s?\p{Nd}{1,2}[./-]\s?\p{Nd}{2,4}/u;
/** Anybody's `… <address>:` */
const ADDRESS_AT_END = /<\s*(?:mailto:)?[^\s<>@]+@[^\s<>@]+\s*>\s*[:：]$/;
/** Gmail's and others' short form that begins with a date: `2016-10-24 15:36 GMT+02:00 Ada <ada@x.com>`. */
const SHORT_FORM =
  /^\p{Nd}{4}[-/.]\p{Nd}{1,2}[-/.]\p{Nd}{1,2}[ ,]+(?:\p{Nd}{1,2}:\p{Nd}{2}(?::\p{Nd}{2})? (?:GMT|UTC)[+-]?[\d:]* ?.{1,80}|.{0,80}<[^\s<>@]+@[^\s<>@]+>):?$/u;
const CAN_END = /[:：]$/;
const LONGEST = 320;
const MOST_LINES = 6;

/** Where the attribution that ends with line `last` begins, or `null` if that line ends none. */
export function attributionStart(lines: readonly Line[], last: number): number | null {
  const end = lines[last]!;
  if (end.depth > 0 || isBlank(end)) return null;
  const tail = withoutFrame(end.text);
  if (!CAN_END.test(tail) && !VERB_AT_END.test(tail)) return SHORT_FORM.test(tail) ? last : null;
  let joined = "";
  let hasVerb = false;
  const hasAddress = ADDRESS_AT_END.test(tail) || tail.startsWith(">");
  let shortest: number | null = null;
  for (let index = last, taken = 0; index >= 0 && taken < MOST_LINES; index--) {
    const line = lines[index]!;
    if (line.depth > 0 || (isBlank(line) && index + 1 <= last && isBlank(lines[index + 1]!))) break;
    if (isBlank(line)) continue;
    joined = joined === "" ? line.text.trim() : `${line.text.trim()} ${joined}`;
    taken++;
    if (joined.length > LONGEST) break;
    hasVerb ||= saysWrote(line);
    if (!hasVerb && !hasAddress && !SHORT_FORM.test(tail)) continue;
    const text = withoutFrame(joined);
    if (!isAttribution(text)) continue;
    if (OPENING.test(text) || WORD_AND_NUMBER.test(text)) return withNameAbove(lines, index, text);
    // Without a beginning that we know, the name alone may have been wrapped: look for the beginning above.
    shortest ??= index;
  }
  return shortest;
}

/**
 * Whether a line right above a quote names its writer: a date, a colon at its end, and an address or a verb of
 * {@link VERBS} (`Support/FIRM wrote on 11/02/2026 10:00 AM:`).
 */
export function namesWriterAboveQuote(line: Line): boolean {
  const text = line.text.slice(0, LONGEST_MARKER).trim();
  return text.length <= LONGEST && CAN_END.test(text) && (ADDRESS.test(text) || VERB.test(text)) &&
    (DATE.test(text) || /\p{Nd}[:.]\p{Nd}{2}/u.test(text));
}

/** Whether the line holds a verb of {@link VERBS}; asked for the same line from several lines below it. */
function saysWrote(line: Line): boolean {
  line.saysWrote ??= VERB.test(line.text.slice(0, LONGEST));
  return line.saysWrote;
}

/** The name and address may stand on the line above a date that begins a line. */
function withNameAbove(lines: readonly Line[], start: number, text: string): number {
  const above = lines[start - 1];
  if (above === undefined || above.depth > 0 || ADDRESS.test(text)) return start;
  return above.text.length < 120 && /^[^:]{0,60}<[^\s<>@]+@[^\s<>@]+>[^.!?:]{0,12}$/.test(above.text.trim())
    ? start - 1
    : start;
}

/** `---- On … wrote ----`, `*On … wrote:*`, dashes of any kind. */
function withoutFrame(text: string): string {
  return text.slice(0, LONGEST_MARKER).trim().replace(/^[\p{Pd}*_]+\s*/u, "").replace(/[ \t]*[\p{Pd}*_]+$/u, "").trim();
}

function isAttribution(text: string): boolean {
  if (SHORT_FORM.test(text)) return true;
  const opened = OPENING.test(text);
  const dated = DATE.test(text);
  if (ADDRESS_AT_END.test(text) && dated) return true;
  if (VERB_AT_END.test(text)) return ((opened || WORD_AND_NUMBER.test(text)) && dated) || ADDRESS.test(text);
  const verb = text.match(VERB);
  if (verb === null || !CAN_END.test(text)) return false;
  const after = text.slice(verb.index! + verb[0].length);
  // "On Monday Bob wrote a report:" names no writer of what is below.
  if (ENDS_ITS_LINE.test(verb[0]) && !ADDRESS.test(after) && !DATE.test(after)) return false;
  return after.length <= 140 && dated && (opened || ADDRESS.test(text)) &&
    !/,\s*(?:dass|that|att|at|dat|że|что)\s/i.test(after);
}
