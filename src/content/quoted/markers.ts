/** Lines that stand between a reply and what is below it. */

import { LONGEST_MARKER } from "./line.ts";

const ORIGINAL = [
  "original message|original appointment|original e-?mail|original|replied message",
  "ursprüngliche nachricht|originalnachricht|original-nachricht|ursprünglicher termin",
  "message d['’]origine|message original|message initial",
  "mensaje original|mensagem original|messaggio originale|missatge original|mensaxe orixinal|jatorrizko mezua",
  "oorspronkelijk bericht|origineel bericht",
  "originalmeddelande|ursprungligt meddelande|ursprungsmeddelande",
  "oprindelig meddelelse|original meddelelse|oprindelig besked|opprinnelig melding|original melding|opphavleg melding",
  "alkuperäinen viesti|upprunaleg skilaboð",
  "oryginalna wiadomość|wiadomość oryginalna|původní zpráva|originální zpráva|pôvodná správa",
  "eredeti üzenet|mesaj original|mesajul original|mesaj inițial",
  "исходное сообщение|первоначальное сообщение|оригинальное сообщение|оригинално съобщение",
  "вихідне повідомлення|оригінальне повідомлення|початкове повідомлення|оригинална порука|изворна порука",
  "αρχικό μήνυμα|özgün ileti|orijinal mesaj|orijinal ileti",
  "izvorna poruka|originalna poruka|izvirno sporočilo|algne sõnum|algne kiri|sākotnējais ziņojums|oriģinālais ziņojums|pradinis pranešimas|pirminė žinutė",
  "元のメッセージ|オリジナルメッセージ|原始邮件|邮件原件|原始郵件|原文|原邮件|回复的原邮件|원본 메시지|원본 메일|원래 메시지",
  "الرسالة الأصلية|ההודעה המקורית|הודעה מקורית|پیام اصلی",
  "thư gốc|tin nhắn gốc|pesan asli|mesej asal|ข้อความต้นฉบับ|मूल संदेश",
].join("|");

const FORWARDED = [
  "forwarded message|forwarded e-?mail|forwarded by .{1,80}|begin forwarded message|start of forwarded message",
  "weitergeleitete nachricht|anfang der weitergeleiteten (?:nachricht|e-mail)|beginn der weitergeleiteten nachricht",
  "message transféré|message réexpédié|début du message (?:réexpédié|transféré)",
  "mensaje reenviado|inicio del mensaje reenviado|missatge reenviat|mensaxe reenviada",
  "mensagem (?:re)?encaminhada|início da mensagem (?:re)?encaminhada|messaggio inoltrato|inizio (?:del )?messaggio inoltrato",
  "doorgestuurd bericht|begin doorgestuurd bericht",
  "vidarebefordrat (?:meddelande|brev|mail)|vidarebefordrat mejl|början på vidarebefordrat (?:meddelande|brev)",
  "videresendt (?:meddelelse|besked|melding|e-post)|start på videresendt (?:besked|melding|meddelelse)",
  "välitetty viesti|edelleenlähetetty viesti|välitetty viesti alkaa|áframsend skilaboð",
  "przekazana wiadomość|wiadomość przekazana|początek przekazywanej wiadomości|treść przekazanej wiadomości",
  "přeposlaná zpráva|začátek přeposílané zprávy|preposlaná správa|začiatok preposlanej správy",
  "továbbított (?:üzenet|levél)|továbbított levél kezdete|mesaj redirecționat|mesaj redirecţionat|începutul mesajului redirecționat",
  "пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение|начало переадресованного сообщения",
  "переслане повідомлення|початок листа, що пересилається|препратено съобщение|прослеђена порука",
  "προωθημένο μήνυμα|έναρξη προωθημένου μηνύματος|yönlendirilen (?:ileti|mesaj)|yönlendirilmiş (?:ileti|mesaj)|iletilen mesaj|iletilmiş mesaj",
  "proslijeđena poruka|prosleđena poruka|posredovano sporočilo|edastatud (?:sõnum|kiri)|pārsūtīts ziņojums|pārsūtītā ziņa|persiųstas (?:laiškas|pranešimas)",
  "転送(?:された)?メッセージ|已转发邮件|已转发的邮件|转发邮件|转发的邮件|轉寄郵件|轉寄的郵件|전달된 메시지|전달된 메일",
  "الرسالة المُعاد توجيهها|رسالة معاد توجيهها|הודעה שהועברה|תחילת ההודעה שהועברה|پیام بازارسال‌شده",
  "thư (?:được )?chuyển tiếp|pesan terusan|pesan yang diteruskan|mesej yang dimajukan|ข้อความที่ส่งต่อ|अग्रेषित संदेश",
].join("|");

const DASHES = "[\\p{Pd}_=*#\\s]";
/** `-----Original Message-----`, with the stars of bold text or not; at least two dashes before it. */
const ORIGINAL_LINE = new RegExp(`^${DASHES}*[\\p{Pd}_=]{2}${DASHES}*(?:${ORIGINAL})\\s*:?${DASHES}*$`, "iu");
/** The same between dashes, or with a colon as Apple writes it. */
const FORWARDED_LINE = new RegExp(
  `^(?:${DASHES}*[\\p{Pd}_=]{2}${DASHES}*(?:${FORWARDED})\\s*:?${DASHES}*|\\s*(?:${FORWARDED})\\s?[:：]\\s*)$`,
  "iu",
);

/**
 * "##- Please type your reply above this line -##": what ticket systems put at the top of their mail. What the line asks
 * for, within so many characters, and how it names its own place; behind that may stand a few words more.
 */
const REPLY_ABOVE_LINES: readonly (readonly [asks: string, within: number, place: string, more?: string])[] = [
  ["repl(?:y|ies)|answer|response|respond|type|write", 60, "above this line"],
  ["antwort|schreib", 80, "(?:ober|über)(?:halb)? (?:dieser|diese) (?:zeile|linie)", ".{0,30}"],
  ["répon|écri", 80, "au-dessus de cette ligne"],
  ["respuesta|respond|escrib", 80, "(?:encima|arriba) de esta línea"],
  ["respo|escrev|digit", 80, "acima desta linha"],
  ["risp|scriv", 80, "sopra (?:di )?questa (?:riga|linea)"],
  ["antwoord|reactie|typ", 80, "boven deze (?:regel|lijn)"],
  ["svar", 80, "(?:ovanför|ovenfor|over) denn[ae] (?:rad|linj[ae])n?"],
  ["odpow", 80, "powyżej te(?:j|go) (?:linii|wiersza)"],
  ["ответ", 80, "(?:выше|над) эт(?:ой|ою) (?:строк|лини)\\p{L}{1,3}"],
  ["", 0, "この行より上に", ".{0,30}"],
  ["", 20, "在此行(?:之上|上方)", ".{0,20}"],
  ["", 0, "이 (?:줄|선) 위에", ".{0,30}"],
];
const REPLY_ABOVE = new RegExp(
  `^[^\\p{L}]{0,40}(?:${
    REPLY_ABOVE_LINES.map(([asks, within, place, more = ""]) =>
      `${asks === "" ? "" : `(?=.{0,${within}}(?:${asks}))`}.{0,${within}}${place}${more}`
    ).join("|")
  })[^\\p{L}]{0,40}$`,
  "iu",
);
/** Most lines name no such place, and to see so takes one look. */
const PLACE_ABOVE = new RegExp(REPLY_ABOVE_LINES.map(([, , place]) => place).join("|"), "iu");
const LONGEST_REPLY_ABOVE = 140;

export function isOriginalMarker(text: string): boolean {
  return text.length < LONGEST_MARKER && ORIGINAL_LINE.test(text) ||
    text.length <= LONGEST_REPLY_ABOVE && PLACE_ABOVE.test(text) && REPLY_ABOVE.test(text);
}

export function isForwardMarker(text: string): boolean {
  return text.length < LONGEST_MARKER && FORWARDED_LINE.test(text);
}

/** A line of nothing but dashes, underscores or the like, or the dot that Gmail's mail trackers leave (U+1427). */
export function isSeparator(text: string): boolean {
  const trimmed = text.trim();
  return /^(?:[\p{Pd}─━]{3,}|_{3,}|={3,}|\*{3,}|#{3,}|~{3,}|\+{3,}|ᐧ)$/u.test(trimmed) ||
    (trimmed.length > 6 && /^(?:[\p{Pd}_] ?)+$/u.test(trimmed));
}

/** The signature delimiter of RFC 3676 §4.3; most programs lose its space. */
export function isSignatureDelimiter(text: string): boolean {
  return /^(?:--|__|‐‐|—) ?$/u.test(text) && text.trim() !== "—" && text.trim() !== "__";
}

const FOOTER = new RegExp(
  [
    "confidential|privileged|intended (?:only|solely|recipient)|disclaimer|virus|unsubscribe|mailing list|do not print|registered (?:office|in)",
    "vertraulich|vertrauliche|irrtümlich|abbestellen|abmelden|virenfrei",
    "confidentiel|destinataire|désabonner|désinscrire",
    "confidencial|destinatario|destinatário|darse de baja|cancelar (?:la )?suscripción",
    "riservat|destinatari|annullare l'iscrizione",
    "vertrouwelijk|geadresseerde|afmelden|konfidentiell|fortrolig|luottamuksellinen|poufne|důvěrn|dôvern|bizalmas",
    "конфиденциальн|конфіденційн|εμπιστευτικ|gizli|機密|机密|保密|기밀|سري|חסוי",
  ].join("|"),
  "iu",
);

/** Whether a paragraph reads like a company's or list's footer: no answer, and left alone. */
export function isFooter(paragraph: string): boolean {
  return FOOTER.test(paragraph.slice(0, 4000));
}
