/** Lines that phones and mail programs add below a text ("Sent from my iPhone", "Get Outlook for iOS"). */

/** Names of devices and programs; not within a word ("Algeria" is no LG). */
const DEVICE = new RegExp(
  "(?<![A-Za-zÀ-ɏЀ-ӿ])(?:iphon|ipad|ipod|ios|apple watch|android|blackberry|galaxy|samsung|huawei|xiaomi|redmi|oppo|oneplus|nokia|" +
    "lumia|xperia|pixel|nexus|motorola|alcatel|windows|outlook|hotmail|yahoo|gmail|gmx|web\\.de|mail\\.ru|yandex|proton|tutanota|" +
    "fastmail|zoho|zimbra|airmail|mailbox|newton|spark|superhuman|mailspring|canary|k-9|thunderbird|bluemail|aqua ?mail|mymail|" +
    "workspace one|mobil|móvil|celular|cellphone|handy|handheld|smart ?phone|phone|tablet|telefon|téléphone|teléfono|telemóvel|" +
    "laptop|mail[ -]app|dispositivo|gerät|appareil|телефон|айфон|смартфон|мобил|(?:lg|htc|sony|honor|aol|cell|nine|boxer|hey)(?![A-Za-z]))" +
    "|手机|手機|携帯|スマートフォン|스마트폰|휴대폰",
  "iu",
);

/** "my": what follows may be called anything. */
const MINE =
  "(?:my|meinem|meiner|mon|ma|mi|meu|minha|mio|mia|mijn|min|mitt|mit|mojego|mojej|mého|mojho|mog|mojeg|моего|моей|моєго|мого|моя|моето|mano|mana|meva)";

/** The lines, with a pattern for what is sent from: it tells nothing alone, so {@link DEVICE} looks for it afterwards. */
function lines(device: string): string {
  const rest = `.{0,60}${device}.{0,60}`;
  return [
    `(?:sent|send|written|typed|composed) (?:from|via|with|using|by|on) (?:${MINE}\\b.{1,70}|(?:an? |the )?${rest})`,
    "from my (?:iphone|ipad|android|mobile|phone|blackberry|cell).{0,30}",
    "(?:\\S+ ){1,2}from (?:a |my )?mobile",
    `von (?:${MINE} .{1,50}|.{0,20}${device}.{0,30}) (?:gesendet|geschrieben|versendet|verschickt)`,
    `(?:gesendet|geschrieben|versandt|verschickt|versendet) (?:von|mit|über|via|aus) ${rest}`,
    `(?:diese|dieses) (?:nachricht|e-?mail|mail|schreiben) wurde (?:von|mit) .{1,60} (?:gesendet|verschickt|geschrieben|versendet)`,
    `envoyé (?:depuis|de|à partir (?:de |d['’])|avec|via|par|d['’]un) ?(?:${MINE} .{1,60}|${rest})`,
    `(?:enviado|enviada|mensaje enviado|mensagem enviada) (?:desde|con|por|de|do|a partir (?:de|do)|pelo|via|através do) (?:${MINE} .{1,60}|o? ?meu .{1,60}|${rest})`,
    `(?:inviato|inviata|messaggio inviato|spedito) (?:da|dal|con|tramite|dall['’]) ?(?:${MINE} .{1,60}|${rest})`,
    `(?:verzonden|verstuurd|verstuurt|gestuurd) (?:vanaf|van|met|via|vanuit) (?:${MINE} .{1,60}|${rest})`,
    `(?:skickat|skickades|skickad|sendt|sent) (?:från|fra|via|med|með|frå) (?:${MINE} .{1,60}|${rest})`,
    `lähetetty (?:laitteesta |puhelimesta |sovelluksesta )?${rest}|lähetetty .{0,30}(?:iphonesta|ipadista|androidista|puhelimesta|laitteesta).{0,30}`,
    `(?:wysłane|wysłano|wysłana|wiadomość wysłana) (?:z|ze|za pomocą|przy użyciu|przez) ${rest}`,
    `(?:odesláno|odoslané|poslané|posláno|odoslaná) (?:z|ze|zo|pomocí|cez) ${rest}`,
    `(?:(?:el)?küldve|elküldtem) (?:a |az )?${rest}`,
    `(?:trimis|trimisă) (?:de pe|din|cu|de la) ${rest}`,
    `(?:отправлено|отправлен|послано|надіслано|відправлено|изпратено|послато) (?:с|со|из|з|із|от|са|через|за допомогою|с помощью) ${rest}`,
    `(?:στάλθηκε|εστάλη|απεστάλη) (?:από|με) ${rest}`,
    `(?:poslano|poslato|poslano iz|послато) (?:s|sa|iz|z|с|са|из) ${rest}`,
    `(?:saadetud|nosūtīts|išsiųsta|enviat|bidalia) (?:minu|no|iš|des del?|nire)? ?${rest}`,
    `(?:发自|發自|来自|來自).{0,6}(?:我的)?.{0,10}${device}.{0,20}|(?:从|從|由|通过|透過).{0,8}${device}.{0,16}(?:发送|發送|傳送|寄出|发出)`,
    `(?:أرسلت|أُرسلت|مُرسل|مرسل|تم الإرسال|أرسل|مرسلة) من ${rest}|ارسال شده از ${rest}|از .{0,20}${device}.{0,20} ارسال شد`,
    `נשלח(?:ה)? (?:מה|מ|באמצעות|דרך)\\S{0,3} ?${rest}`,
    `(?:đã gửi|được gửi|gửi) (?:từ|bằng) ${rest}|dikirim (?:dari|melalui|dengan) ${rest}|dihantar daripada ${rest}|ส่งจาก ?${rest}`,
    // Outlook's own line, "get" in front or behind
    "(?:get|download|obtenir|télécharger|obtener|descargar|obter(?: o)?|baixar(?: o)?|scarica|ottieni|download|hent|last ned|få|skaffa|hämta|hanki|pobierz(?: program| aplikację)?|získat|získať|letöltés|obțineți|скачать|получить|завантажити|отримати|λήψη του|获取|下载|取得|下載|tải|dapatkan|qu['’]?obtenir|preuzmite|prenesite|obteniu|holen sie sich|laden sie|obtenez|téléchargez|descarga|obtén|pobierz|الحصول على|קבל את) ?(?:l['’])?outlook.{0,50}",
    "outlook.{0,12}(?:ios|android|mac|windows|mobile).{0,4} ?(?:herunterladen|beziehen|holen|laden|abrufen|downloaden|ophalen|beszerzése|letöltése|다운로드|가져오기|を入手|を入手する|uygulamasını edinin|edinin|indirin)",
    "(?:ios|android|mac|windows).{0,10}outlook.{0,16}(?:入手|다운로드|가져오기|edinin|indirin|获取|下载|取得|下載|letöltése|beszerzése).{0,8}",
    "获取适用于 ?(?:ios|android) ?的 ?outlook|下载适用于 ?(?:ios|android) ?的 ?outlook|取得適用於 ?(?:ios|android) ?的 ?outlook",
    "yahoo mail: search, organi[sz]e, conquer",
    "sent with (?:the )?(?:proton ?mail|tutanota|spark|airmail|mailbird|superhuman).{0,40}",
  ].join("|");
}

/** Lines that begin with the device. */
const DEVICE_FIRST = [
  ".{0,50}(?:ról|ről|mról|mről) küldve",
  ".{0,42}(?:den|dan|imdan|umdan|ten|tan) gönderildi",
  "(?:私の)?.{0,32}から送信(?:しました|されました)?",
  "(?:나의|내)? ?.{0,22}에서 (?:보냄|보냈습니다|보낸 메일)",
].join("|");

/** Complete by themselves. */
const ALONE = new RegExp(`^(?:${lines("(?!)")})[\\s.!…]*$`, "iu");
/** Only with the name of a device in them. */
const WITH_DEVICE = new RegExp(`^(?:${lines("")}|${DEVICE_FIRST})[\\s.!…]*$`, "iu");
const LONGEST = 160;

/** Whether the whole line is such a line; links and brackets around it do not count. */
export function isDeviceLine(text: string): boolean {
  if (text.length > LONGEST * 2) return false;
  const bare = (/[[(:]/.test(text) ? withoutLinks(text) : text)
    .replace(/^[\s<([*_\p{Pd}]+|[\s>)\]*_]+$/gu, "")
    .replace(/\s+/g, " ");
  return bare !== "" && bare.length <= LONGEST && (ALONE.test(bare) || (DEVICE.test(bare) && WITH_DEVICE.test(bare)));
}

function withoutLinks(text: string): string {
  return text
    .replace(/\[([^\][]*)\]\([^()\s]*\)/g, "$1")
    .replace(/<?(?:https?:\/\/|mailto:)[^\s<>]*>?/gi, " ")
    .replace(/\[\s*\]|\(\s*\)/g, " ");
}
