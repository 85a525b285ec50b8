/** What mail programs put before a subject, in many languages. Weak evidence: anybody can write such a subject. */

function opening(phrases: readonly string[], end = "\\s?[:：]"): RegExp {
  return new RegExp(`^(?:${phrases.join("|")})(?:${end})`, "iu");
}

const AUTO_REPLY = [
  "auto(?:matic)?[ -]?(?:reply|response|responder)|automated (?:reply|response)|auto|autoreply|autoresponse",
  "out[ -]of[ -](?:the )?office(?: (?:auto(?:matic)?[ -]?)?(?:reply|response|notification|message))?|ooo|vacation(?: (?:reply|response|notice|message))?",
  "automatische antwort|autom\\. antwort|autoantwort|abwesenheit(?:snotiz|snachricht|smeldung|sassistent|sbenachrichtigung)?|abwesend|außer haus",
  "réponse automatique|absence du bureau|absent du bureau|absente? du bureau|message d['’]absence",
  "respuesta automática|autorespuesta|fuera de (?:la )?oficina|resposta automàtica|resposta automática|fora do escritório|ausência temporária|ausente do escritório",
  "risposta automatica|risponditore automatico|fuori sede|fuori ufficio",
  "automatisch antwoord|automatische reactie|afwezig(?:heid(?:sbericht|sassistent)?)?",
  "autosvar|automatiskt svar|frånvaro(?:meddelande)?|automatisk svar|fraværsbesked|fraværsmelding|fravær|ikke til stede|fraværende",
  "automaattinen vastaus|poissa(?:olo(?:viesti|ilmoitus)?)?(?: toimistosta)?|sjálfvirkt svar",
  "automatyczna odpowiedź|odpowiedź automatyczna|autoodpowiedź|poza biurem|nieobecność",
  "automatická odpověď|automatická odpoveď|mimo kancelář|mimo kanceláriu|mimo pracoviště",
  "automatikus válasz|házon kívül|irodán kívül|răspuns automat|mesaj automat",
  "автоматический ответ|автоответ(?:чик)?|вне офиса|отсутствую|автоматичен отговор|извън офиса|автоматична відповідь|поза офісом|аутоматски одговор",
  "αυτόματη απάντηση|εκτός γραφείου|otomatik yanıt|otomatik cevap|ofis dışında|işyeri dışında",
  "automatski odgovor|samodejni odgovor|izvan ureda|automaatvastus|automātiska atbilde|automātiskā atbilde|automatinis atsakymas",
  "自動応答|自動返信|不在通知|自动答复|自动回复|自動回覆|外出|자동 회신|자동 응답|부재 중(?: 메시지)?",
  "رد تلقائي|الرد التلقائي|خارج المكتب|תשובה אוטומטית|מענה אוטומטי|מחוץ למשרד|پاسخ خودکار",
  "trả lời tự động|balasan otomatis|jawaban otomatis|balasan automatik|การตอบกลับอัตโนมัติ|ตอบกลับอัตโนมัติ|स्वचालित उत्तर|स्वतः उत्तर",
];

const BOUNCE = [
  "undeliver(?:able|ed)\\b.*|delivery status(?: notification)?\\b.*|delivery (?:has )?failed\\b.*|delivery (?:failure|error|report|problem|delayed)\\b.*",
  "mail delivery (?:failed|failure|problem|system|error|status)\\b.*|(?:\\S+ )?mail delivery failed\\b.*|message (?:delivery|undeliverable|not delivered|could not be delivered)\\b.*",
  "returned (?:mail|to sender|e-?mail)\\b.*|mail (?:system error|returned|failed|could not be delivered|not delivered)\\b.*|failure (?:notice|delivery)\\b.*|failed delivery\\b.*|delayed mail\\b.*",
  "warning: (?:message|could not send|mail).*|there was an error sending your mail.*|non[- ]?delivery (?:report|notification).*|could not deliver.*|message delayed.*|delivery delay.*",
  "unzustellbar\\b.*|nicht zustellbar\\b.*|zustellung (?:fehlgeschlagen|verzögert).*|fehler bei der zustellung.*|mail konnte nicht zugestellt werden.*",
  "non remis\\b.*|non distribuable.*|échec de (?:la )?(?:remise|livraison|distribution).*|message non distribué.*",
  "no se puede entregar.*|no entregado.*|no entregable.*|error (?:de|en la) entrega.*|devuelto.*|não (?:é possível entregar|entregue).*|falha na entrega.*|não foi possível entregar.*",
  "non recapitabile.*|mancata consegna.*|impossibile recapitare.*|onbestelbaar.*|kan niet worden bezorgd.*|niet bezorgd.*",
  "kan inte levereras.*|olevererbart.*|gick inte att leverera.*|kan ikke leveres.*|ikke leveret.*|ikke levert.*|ei voi toimittaa.*|toimitus epäonnistui.*|ei toimitettu.*",
  "niedostarczaln.*|nie można dostarczyć.*|nedoručiteln.*|nedoručiteľn.*|nedoručeno.*|kézbesíthetetlen.*|sikertelen kézbesítés.*|imposibil de livrat.*|nelivrat.*",
  "не удалось доставить.*|недоставленное.*|не доставлено.*|не може да бъде доставено.*|не вдалося доставити.*|не доставлено.*|ваше сообщение не доставлено.*",
  "δεν (?:είναι δυνατή η παράδοση|παραδόθηκε).*|teslim edilemiyor.*|teslim edilemedi.*|iletilemedi.*|nije moguće isporučiti.*|neisporučivo.*|ni mogoče dostaviti.*",
  "配信不能.*|配信できません.*|(?:メール|メッセージ).{0,12}(?:配信|配送|送信)(?:でき|不能|失敗|され).*|未配信.*|无法送达.*|未送达.*|无法传递.*|退信.*|無法傳遞.*|未傳遞.*|배달되지 않음.*|배달할 수 없음.*|반송.*",
  "تعذر التسليم.*|لا يمكن تسليم.*|לא ניתן למסירה.*|לא נמסר.*|không gửi được.*|tidak terkirim.*|ส่งไม่สำเร็จ.*",
  "エラーメール.*|システムメールエラー.*|returned mail:.*|mail failure.*|postmaster notify.*|automatically rejected mail.*",
];

const READ = [
  "read(?: receipt)?|not read|read notification|return receipt(?: \\(displayed\\))?|disposition notification|deleted without being read",
  "gelesen|ungelesen|lesebestätigung|lesebestätigung \\(angezeigt\\)|nicht gelesen|empfangsbestätigung",
  "lu|non lu|accusé de (?:lecture|réception)|leído|no leído|confirmación de lectura|acuse de recibo|lida|lido|não lida|recibo de leitura|confirmação de leitura",
  "letto|non letto|conferma di lettura|ricevuta di (?:ritorno|lettura)|gelezen|niet gelezen|leesbevestiging|ontvangstbevestiging",
  "läst|oläst|läskvitto|læst|ulæst|lest|ulest|lesebekreftelse|luettu|ei luettu|lukukuittaus|lukuilmoitus",
  "przeczytano|przeczytane|nieprzeczytane|potwierdzenie (?:przeczytania|odczytu)|přečteno|nepřečteno|potvrzení o přečtení|prečítané|elolvasva|olvasatlan|citit|necitit",
  "прочитано|не прочитано|уведомление о прочтении|прочетено|подтверждение прочтения|διαβάστηκε|okundu|okunmadı|pročitano|prebrano",
  "開封済み|開封|未開封|开封|已读|未读|讀取|已讀取|읽음|읽지 않음|مقروءة|تمت القراءة|נקרא|đã đọc|dibaca|อ่านแล้ว",
];

const DELIVERED = [
  "delivered|relayed|expanded|delivery receipt|übermittelt|zugestellt|remis|livré|entregado|entregada|entregue|recapitato|consegnato|bezorgd|levererat|leveret|levert|toimitettu|dostarczono|doručeno|kézbesítve|livrat|доставлено|παραδόθηκε|teslim edildi|配信済み|已送达|已傳遞|배달됨",
];

const MEETING_RESPONSE = [
  "accepted|declined|tentative|tentatively accepted|new time proposed|proposed new time",
  "zugesagt|angenommen|abgesagt von|abgelehnt|mit vorbehalt(?: zugesagt)?|vorläufig|neue zeit vorgeschlagen|neuer termin vorgeschlagen",
  "accepté|accepté[es]*|refusé|décliné|provisoire|nouvelle heure proposée|accept[eé]e provisoirement",
  "aceptad[oa]|rechazad[oa]|provisional|aceito|aceite|recusado|recusada|provisório|provisória|tentativa|nueva hora propuesta",
  "accettat[oa]|rifiutat[oa]|provvisorio|accettazione provvisoria|geaccepteerd|geweigerd|voorlopig(?: geaccepteerd)?|afgewezen",
  "accepterat|accepterad|avböjt|avböjd|preliminärt|preliminär|accepteret|afvist|foreløbig|godtatt|avslått|forespeilet|hyväksytty|hylätty|alustava|alustavasti hyväksytty",
  "zaakceptowan[eo]|odrzucon[eo]|wstępn[ei]e?(?: zaakceptowano)?|přijato|odmítnuto|předběžně(?: přijato)?|prijaté|odmietnuté|elfogadva|elutasítva|feltételes(?:en elfogadva)?",
  "acceptat|refuzat|tentativă|принято|отклонено|под вопросом|прието|отказано|прийнято|відхилено|έγινε αποδοχή|αποδοχή|απόρριψη|kabul edildi|reddedildi|geçici",
  "承諾(?:済み)?|辞退|仮承諾|已接受|接受|已拒绝|谢绝|拒绝|暂定|已謝絕|婉拒|暫訂|수락|거절|미정|مقبول|تم القبول|مرفوض|מקובל|התקבל|נדחה|זמני",
];

const MEETING_FORWARD = [
  "meeting forward notification|meeting forwarded|besprechungsweiterleitung(?:sbenachrichtigung)?|weiterleitung einer besprechung|notification de transfert de réunion|notificación de reenvío de reunión|notifica di inoltro (?:di )?riunione|notificação de encaminhamento de reunião|melding over doorgestuurde vergadering",
];

export const AUTO_REPLY_SUBJECT = opening(AUTO_REPLY, "\\s?[:：]|\\s?[-–—]\\s|$|\\s?\\(");
export const BOUNCE_SUBJECT = opening(BOUNCE, "");
export const READ_SUBJECT = opening(READ);
export const DELIVERED_SUBJECT = opening(DELIVERED);
export const MEETING_RESPONSE_SUBJECT = opening(MEETING_RESPONSE);
export const MEETING_FORWARD_SUBJECT = opening(MEETING_FORWARD);
