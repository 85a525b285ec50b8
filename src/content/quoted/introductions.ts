/** Whether a reply points at what stands below it: a forwarded mail, or answers written into the history. */

const MAIL = "mails?|messages?|e-?mails?|conversation|correspondence|thread|communication|log|text";
const ANSWER =
  "answers?|comments?|replies|reply|responses?|notes?|remarks?|antwort(?:en)?|anmerkung(?:en)?|kommentare?|réponses?|commentaires?|" +
  "respuestas?|comentarios?|respostas?|comentários?|risposte|risposta|commenti|antwoord(?:en)?|opmerkingen|svar|kommentar(?:er)?|ответы|комментарии|odpowiedzi|odpovědi";
const COLOUR =
  "red|blue|green|bold|caps|capitals|rot|blau|grün|fett|rouge|bleu|vert|rojo|azul|verde|vermelho|rosso|blu|rood|blauw|rött|rød|rødt|красным|синим";

/** Each begins at the beginning of a word. Only words of somebody who shows something: "I forwarded it to Bob" does not. */
const PHRASES = [
  "please (?:see|find|read|refer to)\\b.{0,40}\\bbelow\\b|see below\\b|as below\\b",
  `(?:${MAIL}|${ANSWER}) .{0,30}below\\b|below (?:is|are|you|the|mail|message|e-?mail)\\b|below .{0,20}(?:${MAIL}|${ANSWER})\\b`,
  "forwarded (?:message|mail|e-?mail|below)|forwarding (?:you|the|their|his|her|what)\\b|fwd?:",
  "siehe unten|s\\. ?unten|untenstehend|unten stehend|weitergeleitete? (?:mail|nachricht|e-?mail)|leite (?:ich )?(?:ihnen|dir|euch) .{0,40}weiter|anbei die (?:nachricht|mail|antwort)",
  "(?:nachricht|mail|e-mail|verlauf) .{0,20}(?:unten|darunter)(?!\\p{L})",
  "ci-dessous|ci dessous|(?:voir|message|mail) .{0,20}plus bas|je (?:vous|te) transf[eè]re|message transféré",
  "(?:ver|correo|mensaje|mensagem|e-?mail) .{0,30}(?:m[aá]s abajo|abaixo|a continuaci[oó]n)|(?:le|te|os|les) reenv[ií]o|encaminho(?!\\p{L})|reencaminho(?!\\p{L})",
  "qui sotto|di seguito|in calce|(?:ti|vi|le) inoltro|messaggio inoltrato",
  "zie hieronder|hieronder|onderstaande?|doorgestuurde? (?:mail|bericht)|stuur (?:je|u|jullie) .{0,30}door(?!\\p{L})",
  "(?:se|svar|kommentar\\p{L}*|mail\\p{L}*) .{0,20}\\b(?:nedan|nedenfor|herunder)|nedanstående|vidarebefordrar|videresender|alla olev|katso alla|alempana|välitän",
  "poniżej|przesyłam dalej|przekazuję|níže|nižšie|přeposílám|preposielam|alább|továbbítom|mai jos|redirecționez",
  "ниже(?!\\p{L})|пересылаю|нижче|пересилаю|по-долу|препращам|παρακάτω|προωθώ|aşağıda|iletiyorum|ispod|prosljeđujem|spodaj|allpool|zemāk|žemiau",
  "أدناه|למטה|להלן|bên dưới|di bawah",
  // answers within the history
  `(?:${ANSWER}) .{0,40}(?:in-?line|interspersed|im text|dans le texte|nel testo|en (?:el )?texto)(?!\\p{L})|inline (?:${ANSWER})`,
  `(?:${ANSWER}|see|siehe|voir) .{0,30}(?:in|en|em|i|med) (?:${COLOUR})(?!\\p{L})`,
].join("|");
const UNSPACED_PHRASES = "下記|以下の|転送し|如下|见下|見下|以下是|转发给|轉寄給|아래|전달드";

const INTRODUCTION = new RegExp(`(?<!\\p{L})(?:${PHRASES})|${UNSPACED_PHRASES}`, "iu");
/** An introduction stands near what it introduces, a signature between them or not. */
const LINES_LOOKED_AT = 12;

/** `own`: the lines of the writer's own text above the block, in order. */
export function introduces(own: readonly string[]): boolean {
  const near = own.slice(-LINES_LOOKED_AT);
  return endsWithColon(near) || near.some((line) => INTRODUCTION.test(line.slice(0, 1000)));
}

/** Whether the last line says that something follows. */
export function endsWithColon(own: readonly string[]): boolean {
  return /[:：]\s*$/.test(own.at(-1) ?? "");
}
