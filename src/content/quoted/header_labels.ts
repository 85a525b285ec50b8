/** Names of the header lines that mail programs write above quoted mail, per language. */

export type HeaderRole = "from" | "sent" | "to" | "cc" | "subject";

type Labels = Readonly<Record<HeaderRole, readonly string[]>>;

function labels(from: string, sent: string, to: string, cc: string, subject: string): Labels {
  const [f, s, t, c, j] = [from, sent, to, cc, subject].map((names) => names.split("|"));
  return { from: f!, sent: s!, to: t!, cc: [...c!, "cc", "bcc"], subject: j! };
}

/** As Outlook (desktop, web, mobile), Apple Mail, Thunderbird, Gmail and Notes write them; lower case. */
export const HEADER_LABELS: Readonly<Record<string, Labels>> = {
  en: labels("from", "sent|date|sent at|sent on", "to", "reply-to|reply to", "subject"),
  de: labels("von", "gesendet|datum|gesendet am|gesendet um", "an", "kopie|antwort an|blindkopie", "betreff"),
  fr: labels(
    "de|expéditeur",
    "envoyé|envoyé le|date|date d'envoi",
    "à|a|pour|destinataire",
    "copie|copie à|répondre à",
    "objet|sujet",
  ),
  es: labels("de|desde", "enviado|enviado el|enviado a las|fecha|enviada el", "para|a", "copia|responder a", "asunto"),
  pt: labels(
    "de",
    "enviado|enviada|enviada em|enviado em|data",
    "para|a",
    "cópia|responder a|responder para",
    "assunto",
  ),
  it: labels("da", "inviato|inviata|inviato il|data", "a|per", "risposta|rispondi a|copia", "oggetto"),
  nl: labels("van", "verzonden|verzonden op|datum|verstuurd", "aan", "kopie|antwoord aan", "onderwerp"),
  sv: labels("från", "skickat|skickad|datum|sänt", "till", "kopia|svara till", "ämne"),
  da: labels("fra", "sendt|dato", "til", "kopi|svar til", "emne"),
  no: labels("fra|frå", "sendt|dato", "til", "kopi|svar til", "emne"),
  fi: labels("lähettäjä", "lähetetty|päivämäärä|päiväys|pvm", "vastaanottaja|saaja", "kopio|vastausosoite", "aihe"),
  is: labels("frá", "sent|dagsetning", "til", "afrit", "efni"),
  pl: labels("od|nadawca", "wysłano|wysłane|wysłany|data", "do|adresat", "dw|kopia|odpowiedź do", "temat"),
  cs: labels("od|odesílatel", "odesláno|odeslané|datum", "komu|pro|příjemce", "kopie", "předmět"),
  sk: labels("od|odosielateľ", "odoslané|dátum", "komu|pre|príjemca", "kópia", "predmet"),
  hu: labels(
    "feladó|küldő",
    "elküldve|küldve|dátum|küldés ideje",
    "címzett|címzettek",
    "másolat|másolatot kap|másolatot kapja",
    "tárgy",
  ),
  ro: labels("de la|de", "trimis|data|dată|trimis la", "către|la|catre", "copie", "subiect|subiectul"),
  bg: labels("от", "изпратено|дата|изпратен", "до|към", "копие", "относно|тема"),
  ru: labels("от|от кого|отправитель", "отправлено|дата|отправлен", "кому|получатель", "копия", "тема"),
  uk: labels("від|від кого", "надіслано|дата|відправлено", "кому|до", "копія", "тема"),
  el: labels("από", "στάλθηκε|ημερομηνία|εστάλη|αποστολή", "προς", "κοιν|κοιν.|κοινοποίηση", "θέμα"),
  tr: labels("kimden|gönderen", "gönderildi|tarih|gönderme tarihi|gönderilme tarihi", "kime|alıcı", "bilgi", "konu"),
  hr: labels("od|šalje|pošiljatelj", "poslano|datum|poslato", "za|prima|prima", "kopija", "predmet|tema"),
  sr: labels("од|шаље|пошиљалац", "послато|датум", "за|прима|коме", "копија", "тема|наслов|предмет"),
  sl: labels("od|pošiljatelj", "poslano|datum", "za|prejemnik", "kp|kopija", "zadeva"),
  et: labels("saatja|kellelt", "saadetud|kuupäev", "adressaat|kellele|saaja", "koopia", "teema"),
  lv: labels("no|sūtītājs", "nosūtīts|datums", "kam|adresāts", "kopija", "tēma|temats"),
  lt: labels("nuo|siuntėjas", "išsiųsta|data", "kam|gavėjas|iki", "kopija", "tema"),
  ca: labels("de", "enviat|enviat el|data", "a|per a|per", "còpia", "assumpte|tema"),
  eu: labels("nork|igorlea", "bidalia|data", "nori|hartzailea", "kopia", "gaia"),
  ja: labels("差出人|送信者|送信元", "送信日時|日時|日付|送信", "宛先|受信者", "写し", "件名"),
  "zh-cn": labels("发件人|寄件人", "发送时间|日期|时间|发送日期|已发送", "收件人", "抄送", "主题"),
  "zh-tw": labels("寄件者|寄件人", "寄件日期|傳送時間|日期|寄件時間|已傳送", "收件者|收件人", "副本", "主旨|主題"),
  ko: labels(
    "보낸 사람|보낸사람|발신",
    "보낸 날짜|보낸날짜|날짜|보냄|보낸 시간",
    "받는 사람|받는사람|수신",
    "참조",
    "제목",
  ),
  ar: labels("من", "تم الإرسال|تاريخ الإرسال|التاريخ|تاريخ|أرسلت|مُرسل", "إلى|الى", "نسخة", "الموضوع|موضوع"),
  he: labels("מאת|מ", "נשלח|תאריך|נשלח ב", "אל|ל", "עותק|העתק", "נושא|הנדון"),
  fa: labels("از|فرستنده", "ارسال شده|تاریخ|ارسال", "به|گیرنده", "رونوشت", "موضوع"),
  vi: labels("từ|người gửi", "đã gửi|ngày|gửi lúc|ngày gửi", "đến|tới|người nhận", "đồng gửi", "chủ đề|tiêu đề"),
  id: labels("dari", "dikirim|tanggal|terkirim", "kepada|ke|untuk", "tembusan", "subjek|perihal|judul"),
  ms: labels("daripada|dari", "dihantar|tarikh", "kepada", "salinan", "subjek|perkara"),
  th: labels("จาก", "ส่ง|วันที่|ส่งเมื่อ|ส่งแล้ว", "ถึง", "สำเนา", "เรื่อง|หัวเรื่อง"),
  hi: labels("प्रेषक|से", "भेजा गया|दिनांक|भेजने का समय", "प्रति|को", "प्रतिलिपि", "विषय"),
};

/** A label in a language. */
export interface LabelMeaning {
  readonly language: string;
  readonly role: HeaderRole;
}

const MEANINGS: ReadonlyMap<string, readonly LabelMeaning[]> = meanings();

function meanings(): Map<string, LabelMeaning[]> {
  const map = new Map<string, LabelMeaning[]>();
  for (const [language, roles] of Object.entries(HEADER_LABELS)) {
    for (const [role, names] of Object.entries(roles)) {
      for (const name of names) map.set(name, [...(map.get(name) ?? []), { language, role: role as HeaderRole }]);
    }
  }
  return map;
}

/** A label (`From`), perhaps in the stars of bold text, up to its colon; the longest one has four words. */
const LABELLED = /^[\s*_|]{0,6}([\p{L}\p{M}][\p{L}\p{M}.'’ -]{0,28}?)[\s*_]{0,4}[:：]/u;

/** The label a line begins with, lower case, or `null`. */
export function labelOf(text: string): string | null {
  const match = text.match(LABELLED);
  return match === null ? null : match[1]!.toLowerCase().replaceAll("’", "'").trim();
}

/** What a label can mean, in every language that has it. */
export function meaningsOf(label: string): readonly LabelMeaning[] {
  return MEANINGS.get(label) ?? [];
}
