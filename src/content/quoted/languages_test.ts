import assert from "node:assert/strict";
import { cutQuotedText } from "./cut_text.ts";
import { isDeviceLine } from "./device_lines.ts";
import { isForwardMarker, isOriginalMarker } from "./markers.ts";

const REPLY = "Thank you, that solved it.\n\nAda";

const ATTRIBUTIONS: Readonly<Record<string, string>> = {
  "English (Gmail)": "On Tue, Mar 3, 2026 at 4:18 PM Support Team <support@x.com> wrote:",
  "English (Apple)": "On 3 Mar 2026, at 16:18, Support Team <support@x.com> wrote:",
  "English (Proton)": "On Tuesday, March 3rd, 2026 at 4:18 PM, Support Team <support@x.com> wrote:",
  "German (Thunderbird)": "Am 03.03.26 um 16:18 schrieb Support Team:",
  "German (Gmail)": "Am Di., 3. März 2026 um 16:18 Uhr schrieb Support Team <support@x.com>:",
  "German (old)": "Support Team <support@x.com> hat am 03.03.2026 16:18 geschrieben:",
  "French": "Le mar. 3 mars 2026 à 16:18, Support Team <support@x.com> a écrit :",
  "Spanish": "El mar, 3 mar 2026 a las 16:18, Support Team (<support@x.com>) escribió:",
  "Portuguese": "Em ter., 3 de mar. de 2026 às 16:18, Support Team <support@x.com> escreveu:",
  "Italian": "Il giorno mar 3 mar 2026 alle ore 16:18 Support Team <support@x.com> ha scritto:",
  "Dutch": "Op di 3 mrt 2026 om 16:18 schreef Support Team <support@x.com>:",
  "Swedish": "Den tis 3 mars 2026 kl 16:18 skrev Support Team <support@x.com>:",
  "Danish": "Den tirs. 3. mar. 2026 kl. 16.18 skrev Support Team <support@x.com>:",
  "Norwegian": "tir. 3. mars 2026 kl. 16:18 skrev Support Team <support@x.com>:",
  "Finnish": "ti 3. maalisk. 2026 klo 16.18 Support Team (support@x.com) kirjoitti:",
  "Polish": "wt., 3 mar 2026 o 16:18 Support Team <support@x.com> napisał(a):",
  "Polish (Thunderbird)": "W dniu 3.03.2026 o 16:18, Support Team pisze:",
  "Czech": "út 3. 3. 2026 v 16:18 odesílatel Support Team <support@x.com> napsal:",
  "Czech (Thunderbird)": "Dne 03. 03. 26 v 16:18 Support Team napsal(a):",
  "Slovak": "ut 3. 3. 2026 o 16:18 Support Team <support@x.com> napísal(a):",
  "Hungarian": "Support Team <support@x.com> ezt írta (időpont: 2026. márc. 3., K, 16:18):",
  "Romanian": "În mar., 3 mar. 2026 la 16:18, Support Team <support@x.com> a scris:",
  "Bulgarian": "На вт, 3.03.2026 г. в 16:18 Support Team <support@x.com> написа:",
  "Russian": "вт, 3 мар. 2026 г. в 16:18, Support Team <support@x.com>:",
  "Russian (Thunderbird)": "03.03.2026 16:18, Support Team пишет:",
  "Russian (mail.ru)": "Вторник, 3 марта 2026, 16:18 +03:00 от Support Team <support@x.com>:",
  "Ukrainian": "вт, 3 бер. 2026 р. о 16:18 Support Team <support@x.com> пише:",
  "Greek": "Στις Τρί 3 Μαρ 2026 στις 4:18 μ.μ., ο χρήστης Support Team <support@x.com> έγραψε:",
  "Turkish": "Support Team <support@x.com>, 3 Mar 2026 Sal, 16:18 tarihinde şunu yazdı:",
  "Croatian": "uto, 3. ožu 2026. u 16:18 Support Team <support@x.com> napisao/la je:",
  "Serbian": "уто, 3. мар 2026. у 16:18 Support Team <support@x.com> је написао/ла:",
  "Slovenian": "V V tor., 3. mar. 2026 ob 16:18 je oseba Support Team <support@x.com> napisala:",
  "Lithuanian": "2026-03-03, an, 16:18 Support Team <support@x.com> rašė:",
  "Latvian": "otrd., 2026. g. 3. marts, plkst. 16:18 — lietotājs Support Team (<support@x.com>) rakstīja:",
  "Estonian": "Kuupäev T, 3. märts 2026 kell 16:18 kirjutas Support Team <support@x.com>:",
  "Catalan": "El dia dt., 3 de març 2026, 16:18, Support Team <support@x.com> va escriure:",
  "Japanese": "2026年3月3日(火) 16:18 Support Team <support@x.com>:",
  "Chinese": "Support Team <support@x.com> 于2026年3月3日周二 16:18写道：",
  "Chinese (Apple)": "在 2026年3月3日，16:18，Support Team <support@x.com> 写道：",
  "Chinese (traditional)": "Support Team <support@x.com> 於 2026年3月3日 週二 下午4:18寫道：",
  "Korean": "2026년 3월 3일 (화) 오후 4:18, Support Team <support@x.com>님이 작성:",
  "Arabic": "في الثلاثاء، 3 مارس 2026 في 4:18 م تمت كتابة ما يلي بواسطة ‪Support Team‬‏ <‪support@x.com‬‏>:",
  "Hebrew": "‫בתאריך יום ג׳, 3 במרץ 2026 ב-16:18 מאת ‪Support Team‬‏ <‪support@x.com‬‏>:‬",
  "Vietnamese": "Vào Th 3, 3 thg 3, 2026 vào lúc 16:18 Support Team <support@x.com> đã viết:",
  "Indonesian": "Pada tanggal Sel, 3 Mar 2026 pukul 16.18 Support Team <support@x.com> menulis:",
  "Thai": "เมื่อ อ. 3 มี.ค. 2026 เวลา 16:18 Support Team <support@x.com> เขียนว่า:",
  "Zoho": "---- On Tue, 03 Mar 2026 16:18:00 +0100 Support Team <support@x.com> wrote ----",
};

for (const [language, line] of Object.entries(ATTRIBUTIONS)) {
  Deno.test(`cutQuotedText() knows the line that names the writer: ${language}`, () => {
    const quoted = "> Please restart the printer.\n>\n> Support";
    assert.equal(cut(`${REPLY}\n\n${line}\n\n${quoted}`), REPLY);
    assert.equal(cut(`${REPLY}\n\n${line}\n\nPlease restart the printer.\n\nSupport`), REPLY, "without quote signs");
    const wrapped = wrap(line);
    assert.equal(cut(`${REPLY}\n\n${wrapped}\n\n${quoted}`), REPLY, `wrapped: ${wrapped}`);
  });
}

/** Breaks a line at the space nearest to its middle, as mail programs do at 72 characters. */
function wrap(line: string): string {
  const spaces = [...line.matchAll(/ /g)].map(({ index }) => index);
  const middle = line.length * 0.6;
  const at = spaces.reduce(
    (best, index) => Math.abs(index - middle) < Math.abs(best - middle) ? index : best,
    spaces[0]!,
  );
  return `${line.slice(0, at)}\n${line.slice(at + 1)}`;
}

const HEADERS: Readonly<Record<string, string>> = {
  English: "From|Sent|To|Subject",
  "English (Apple)": "From|Date|To|Subject",
  German: "Von|Gesendet|An|Betreff",
  French: "De|Envoyé|À|Objet",
  "French (typography)": "De |Envoyé |À |Objet ",
  Spanish: "De|Enviado el|Para|Asunto",
  Portuguese: "De|Enviada em|Para|Assunto",
  Italian: "Da|Inviato|A|Oggetto",
  Dutch: "Van|Verzonden|Aan|Onderwerp",
  Swedish: "Från|Skickat|Till|Ämne",
  Danish: "Fra|Sendt|Til|Emne",
  Norwegian: "Fra|Sendt|Til|Emne",
  Finnish: "Lähettäjä|Lähetetty|Vastaanottaja|Aihe",
  Polish: "Od|Wysłano|Do|Temat",
  Czech: "Od|Odesláno|Komu|Předmět",
  Slovak: "Od|Odoslané|Komu|Predmet",
  Hungarian: "Feladó|Elküldve|Címzett|Tárgy",
  Romanian: "De la|Trimis|Către|Subiect",
  Bulgarian: "От|Изпратено|До|Относно",
  Russian: "От|Отправлено|Кому|Тема",
  Ukrainian: "Від|Надіслано|Кому|Тема",
  Greek: "Από|Στάλθηκε|Προς|Θέμα",
  Turkish: "Kimden|Gönderildi|Kime|Konu",
  Croatian: "Od|Poslano|Za|Predmet",
  Serbian: "Од|Послато|За|Тема",
  Slovenian: "Od|Poslano|Za|Zadeva",
  Estonian: "Saatja|Saadetud|Adressaat|Teema",
  Latvian: "No|Nosūtīts|Kam|Tēma",
  Lithuanian: "Nuo|Išsiųsta|Kam|Tema",
  Catalan: "De|Enviat|Per a|Assumpte",
  Japanese: "差出人|送信日時|宛先|件名",
  "Chinese (simplified)": "发件人|发送时间|收件人|主题",
  "Chinese (traditional)": "寄件者|寄件日期|收件者|主旨",
  Korean: "보낸 사람|보낸 날짜|받는 사람|제목",
  Arabic: "من|تم الإرسال|إلى|الموضوع",
  Hebrew: "מאת|נשלח|אל|נושא",
  Vietnamese: "Từ|Đã gửi|Đến|Chủ đề",
  Indonesian: "Dari|Dikirim|Kepada|Subjek",
  Thai: "จาก|ส่ง|ถึง|เรื่อง",
};

for (const [language, labels] of Object.entries(HEADERS)) {
  Deno.test(`cutQuotedText() knows the header block of mail programs: ${language}`, () => {
    const [from, sent, to, subject] = labels.split("|");
    const header =
      `${from}: Support Team <support@x.com>\n${sent}: 3.3.2026 16:18\n${to}: Ada\n${subject}: RE: Printer`;
    const history = "Please restart the printer.\n\nSupport";
    assert.equal(cut(`${REPLY}\n\n${header}\n\n${history}`), REPLY);
    assert.equal(cut(`${REPLY}\n\n________________________________\n${header}\n\n${history}`), REPLY, "below a line");
    const bold = header.replace(/^([^:]+):/gm, "*$1:*");
    assert.equal(cut(`${REPLY}\n\n${bold}\n\n${history}`), REPLY, "bold");
    const wide = header.replaceAll(": ", "：");
    assert.equal(cut(`${REPLY}\n\n${wide}\n\n${history}`), REPLY, "full-width colons");
  });
}

Deno.test("isOriginalMarker() knows 'Original Message' in many languages, and only between dashes", () => {
  const markers = [
    "Original Message",
    "Ursprüngliche Nachricht",
    "Message d'origine",
    "Mensaje original",
    "Mensagem original",
    "Messaggio originale",
    "Oorspronkelijk bericht",
    "Ursprungligt meddelande",
    "Oprindelig meddelelse",
    "Opprinnelig melding",
    "Alkuperäinen viesti",
    "Oryginalna wiadomość",
    "Původní zpráva",
    "Pôvodná správa",
    "Eredeti üzenet",
    "Mesaj original",
    "Исходное сообщение",
    "Оригінальне повідомлення",
    "Оригинално съобщение",
    "Αρχικό μήνυμα",
    "Orijinal Mesaj",
    "Izvorna poruka",
    "Izvirno sporočilo",
    "Algne sõnum",
    "元のメッセージ",
    "原始邮件",
    "原始郵件",
    "원본 메시지",
    "الرسالة الأصلية",
    "הודעה מקורית",
    "Pesan Asli",
  ];
  for (const text of markers) {
    for (
      const line of [
        `-----${text}-----`,
        `-------- ${text} --------`,
        `*----- ${text} -----*`,
        `‐‐‐‐‐‐‐ ${text} ‐‐‐‐‐‐‐`,
      ]
    ) {
      assert.equal(isOriginalMarker(line), true, line);
      assert.equal(cut(`${REPLY}\n\n${line}\nAnything below`), REPLY, line);
    }
    assert.equal(isOriginalMarker(text), false, text);
  }
  assert.equal(isOriginalMarker("--- the original message was lost ---"), false);
});

Deno.test("isForwardMarker() knows the lines above a forwarded mail", () => {
  const lines = [
    "---------- Forwarded message ---------",
    "-------- Weitergeleitete Nachricht --------",
    "---------- Message transféré ----------",
    "Begin forwarded message:",
    "Anfang der weitergeleiteten Nachricht:",
    "Début du message réexpédié :",
    "Inicio del mensaje reenviado:",
    "Inizio messaggio inoltrato:",
    "Begin doorgestuurd bericht:",
    "-------- Vidarebefordrat meddelande --------",
    "-------- Пересылаемое сообщение --------",
    "-------- Przekazana wiadomość --------",
    "---------- 転送されたメッセージ ----------",
    "---------- Yönlendirilen mesaj ----------",
  ];
  for (const line of lines) assert.equal(isForwardMarker(line), true, line);
  assert.equal(isForwardMarker("I got a forwarded message from Bob"), false);
});

const DEVICE_LINES = [
  "Sent from my iPhone",
  "Sent from my Samsung Galaxy smartphone.",
  "Sent from my mobile, please excuse any typos",
  "Sent from Outlook for iOS<https://aka.ms/o0ukef>",
  "Get Outlook for Android<https://aka.ms/AAb9ysg>",
  "[Get Outlook for iOS](https://aka.ms/o0ukef)",
  "Sent from Yahoo Mail for iPhone",
  "Sent from Mail for Windows",
  "Sent with Proton Mail secure email.",
  "Von meinem iPhone gesendet",
  "Gesendet mit der GMX Mail App",
  "Von Outlook für Android gesendet",
  "Outlook für iOS beziehen",
  "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
  "Envoyé de mon iPhone",
  "Envoyé à partir d’Outlook pour Android",
  "Télécharger Outlook pour iOS",
  "Enviado desde mi iPhone",
  "Obtener Outlook para Android",
  "Enviado do meu iPhone",
  "Enviado a partir do meu smartphone Samsung Galaxy.",
  "Inviato da iPhone",
  "Inviato dal mio dispositivo Android",
  "Verstuurd vanaf mijn iPhone",
  "Verzonden met BlackBerry Work",
  "Skickat från min iPhone",
  "Sendt fra min iPhone",
  "Hent Outlook til iOS",
  "Lähetetty iPhonesta",
  "Wysłane z iPhone'a",
  "Wysłano z telefonu Samsung",
  "Odesláno z iPhonu",
  "Odoslané z iPhonu",
  "Elküldve az iPhone-omról",
  "Trimis de pe iPhone-ul meu",
  "Отправлено с iPhone",
  "Отправлено из Mail.ru для Android",
  "Надіслано з iPhone",
  "Изпратено от моя iPhone",
  "Στάλθηκε από το iPhone μου",
  "iPhone'umdan gönderildi",
  "Poslano s mog iPhonea",
  "iPhoneから送信",
  "发自我的iPhone",
  "从我的 iPhone 发送",
  "發自我的 iPhone",
  "나의 iPhone에서 보냄",
  "أرسلت من الـ iPhone",
  "נשלח מה-iPhone שלי",
  "Đã gửi từ iPhone của tôi",
  "Dikirim dari iPhone saya",
  "ส่งจาก iPhone ของฉัน",
];

Deno.test("isDeviceLine() knows the lines that phones add, in many languages", () => {
  for (const line of DEVICE_LINES) {
    assert.equal(isDeviceLine(line), true, line);
    assert.equal(cut(`${REPLY}\n\n${line}\n`), REPLY, line);
    assert.equal(cut(`${REPLY}\n\n${line}\n\nOn 3 Mar 2026, at 16:18, Bob <b@x.com> wrote:\n\n> Hi`), REPLY, line);
  }
});

Deno.test("isDeviceLine() leaves what people write about devices", () => {
  const lines = [
    "The mail that I sent from my iPhone yesterday never arrived, can you look into it please?",
    "Outlook for iOS crashes whenever I open the attachment",
    "I have sent the form to the phone company",
    "Sent from the warehouse on Monday, still not here.",
    "Mobile phone: +49 170 1234567",
    "The parcel was sent from Berlin",
    "Get Outlook to work for everybody in the Hamburg office by Friday, please.",
    "Ich habe es von meinem Kollegen bekommen",
    "Envoyé hier à la comptabilité",
  ];
  for (const line of lines) {
    assert.equal(isDeviceLine(line), false, line);
    assert.equal(cut(`Hello,\n\n${line}`), `Hello,\n\n${line}`);
  }
});

function cut(text: string): string {
  return cutQuotedText(text, { unique: null }).kept;
}
