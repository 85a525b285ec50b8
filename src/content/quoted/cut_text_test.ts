import assert from "node:assert/strict";
import fc from "fast-check";
import { cutQuotedText } from "./cut_text.ts";

function cut(text: string, unique: string | null = null) {
  return cutQuotedText(text, { unique });
}

const SEPARATE = "\n\n";

Deno.test("cutQuotedText() keeps an answer between quotes with the lines it answers", () => {
  const { kept, removed, reason } = cut([
    "Hello Bob,",
    "On Tue, Mar 3, 2026 at 4:18 PM Bob <bob@x.com> wrote:\n> Which printer is it?",
    "The one on the second floor.",
    "> And since when?",
    "Since Monday.\n\nAda",
    "> Kind regards\n> Bob",
  ].join(SEPARATE));
  assert.equal(
    kept,
    "Hello Bob,\n\n> Which printer is it?\n\nThe one on the second floor.\n\n> And since when?\n\nSince Monday.\n\nAda",
  );
  assert.match(removed, /wrote:[^]*Kind regards/);
  assert.match(reason, /answers between the quotes are kept/);
});

Deno.test("cutQuotedText() keeps answers between quotes when nothing stands above the first quote", () => {
  const { kept } = cut("On Tue, Mar 3, 2026 at 4:18 PM Bob <bob@x.com> wrote:\n> One?\nYes.\n> Two?\nNo.");
  assert.equal(kept, "> One?\nYes.\n> Two?\nNo.");
});

Deno.test("cutQuotedText() keeps only the answer when it stands below the quote", () => {
  const { kept, removed } = cut(
    "Am 03.03.2026 um 16:18 schrieb Bob:\n> Welcher Drucker?\n> Grüße\n\nDer im zweiten Stock.\n\nAda",
  );
  assert.equal(kept, "Der im zweiten Stock.\n\nAda");
  assert.match(removed, /Welcher Drucker/);
});

Deno.test("cutQuotedText() keeps a greeting and the answer below the quote", () => {
  const { kept } = cut(
    "Hi Bob,\n\nOn 3 Mar 2026, at 16:18, Bob <bob@x.com> wrote:\n> Does it work?\n\nYes, it does.\n\nAda",
  );
  assert.equal(kept, "Hi Bob,\n\n> Does it work?\n\nYes, it does.\n\nAda");
});

Deno.test("cutQuotedText() keeps everything when nothing would be left", () => {
  for (
    const text of [
      "> Only\n> quotes",
      "From: Bob <bob@x.com>\nSent: Tuesday, March 3, 2026 4:18 PM\nTo: Ada\nSubject: Printer\n\nDoes it work?",
      "On 3 Mar 2026, at 16:18, Bob <bob@x.com> wrote:\n> Does it work?",
      "Sent from my iPhone\n\nOn 3 Mar 2026, at 16:18, Bob <bob@x.com> wrote:\n> Does it work?",
      "Sent from my iPhone",
    ]
  ) {
    assert.deepEqual({ kept: cut(text).kept, removed: cut(text).removed }, { kept: text, removed: "" });
  }
});

Deno.test("cutQuotedText() keeps a forwarded mail below a text, and says so", () => {
  const forward =
    "---------- Forwarded message ---------\nFrom: Vendor <v@y.com>\nDate: Tue, 3 Mar 2026\nSubject: Ink\nTo: Ada\n\nNo ink.";
  const { kept, reason } = cut(`This is what they wrote to me.\n\n${forward}`);
  assert.equal(kept, `This is what they wrote to me.\n\n${forward}`);
  assert.match(reason, /forwarded mail/);
});

Deno.test("cutQuotedText() keeps a mail that the text refers to", () => {
  const mail =
    "From: Vendor <v@y.com>\nSent: Tuesday, March 3, 2026 4:18 PM\nTo: Ada\nSubject: Ink\n\nThere is no ink.";
  for (
    const text of [
      "The vendor answered:",
      "Please see the vendor's mail below.\n\nAda",
      "Ich habe das vom Händler bekommen, siehe unten.",
      "Veuillez trouver ci-dessous la réponse du fournisseur.",
      "My answers are inline, in red.\nAda",
    ]
  ) {
    assert.equal(cut(`${text}\n\n${mail}`).kept, `${text}\n\n${mail}`, text);
  }
  for (
    const text of [
      "It works now, thank you.\nAda",
      "I have forwarded it to my boss, he is happy.",
      "The light still blinks in red and green.",
      "The inline pictures are gone.",
      "Ich habe das an die Kollegen weitergeleitet.",
      "J'ai transféré le dossier à la comptabilité.",
    ]
  ) {
    assert.equal(cut(`${text}\n\n${mail}`).kept, text);
  }
});

Deno.test("cutQuotedText() keeps a quote that the text announces", () => {
  const text = "The log says:\n\n> ERROR 42: no ink\n> at printer.c:7";
  assert.equal(cut(text).kept, text);
  assert.equal(cut("Fine, thanks.\n\n> Does it work?").kept, "Fine, thanks.");
});

Deno.test("cutQuotedText() cuts a signature behind its delimiter, above and below the history", () => {
  const history = "On 3 Mar 2026, at 16:18, Bob <bob@x.com> wrote:\n> Does it work?";
  const signature = "-- \nAda Lovelace\nAnalytical Engines Ltd\n+44 20 7946 0000";
  assert.equal(cut(`Yes.\n\n${signature}`).kept, "Yes.");
  assert.equal(cut(`Yes.\n\n${signature}\n\n${history}`).kept, "Yes.");
  assert.equal(cut(`Yes.\n\n${history}\n\n${signature}`).kept, "Yes.");
  assert.equal(cut(`${history}\n\nYes.\n\n${signature}`).kept, "Yes.");
});

Deno.test("cutQuotedText() takes a long text behind two dashes for text", () => {
  const text = `First part.\n--\n${Array.from({ length: 30 }, (_, line) => `Point ${line}`).join("\n")}`;
  assert.equal(cut(text).kept, text);
});

Deno.test("cutQuotedText() leaves a confidentiality footer alone", () => {
  const footer = "This e-mail is confidential and intended only for the addressee.";
  const history = "On 3 Mar 2026, at 16:18, Bob <bob@x.com> wrote:\n> Does it work?";
  assert.equal(cut(`Yes.\n\n${footer}`).kept, `Yes.\n\n${footer}`);
  assert.equal(cut(`Yes.\n\n${footer}\n\n${history}`).kept, `Yes.\n\n${footer}`);
  assert.equal(cut(`Yes.\n\n${history}\n\n${footer}`).kept, `Yes.\n\n\n${footer}`);
});

Deno.test("cutQuotedText() cuts a mailing list's footer below the quote", () => {
  const text = "Yes.\n\nOn 3 Mar 2026, at 16:18, Bob <bob@x.com> wrote:\n> Does it work?\n\n" +
    "_______________________________________________\nPrinters at x.com\nhttps://lists.x.com/printers";
  assert.equal(cut(text).kept, "Yes.");
});

Deno.test("cutQuotedText() cuts an old mail that was itself a forward", () => {
  const forward = "---------- Forwarded message ---------\nFrom: Vendor <v@y.com>\nSubject: Ink\nTo: Ada\n\nNo ink.";
  const quoted = forward.replace(/^/gm, "> ");
  assert.equal(cut(`Thanks!\n\nOn 3 Mar 2026, at 16:18, Bob <bob@x.com> wrote:\n${quoted}`).kept, "Thanks!");
  const header = "From: Bob <bob@x.com>\nSent: 3 March 2026 16:18\nTo: Ada\nSubject: FW: Ink";
  assert.equal(cut(`Thanks!\n\n${header}\n\n${forward}`).kept, "Thanks!");
});

const OTHER_PROGRAMS: Readonly<Record<string, string>> = {
  "Notes on the web":
    "-----bob@x.com wrote: -----\nTo: ada@y.com\nFrom: bob@x.com\nDate: 03/03/2026 04:18PM\nSubject: Re: Printer\n\nOld",
  "Notes": "Von:\tBob/Org@Org\nAn:\tAda/Org@Org\nDatum:\t03.03.2026 16:18\nBetreff:\tRe: Drucker\n\nOld",
  "K-9": "Am 3. März 2026 16:18:12 MEZ schrieb Bob <b@x.com>:\n>Old\n>\n>Bob",
  "KMail": "Am Dienstag, 3. März 2026, 16:18:12 CET schrieb Bob:\n> Old",
  "Evolution": "On Tue, 2026-03-03 at 16:18 +0100, Bob wrote:\n> Old",
  "Gnus": "Bob <b@x.com> writes:\n\n> Old",
  "QQ": '------------------ Original ------------------\nFrom:  "Bob";<b@x.com>;\nDate:  Tue\nTo: Ada\n\nOld',
  "NetEase": "---- 回复的原邮件 ----\n| 发件人 | Bob<b@x.com> |\n| 主题 | x |\nOld",
  "Samsung":
    "-------- Original message --------\nFrom: Bob <b@x.com>\nDate: 3/3/26 16:18 (GMT+01:00)\nTo: Ada\nSubject: x\n\nOld",
  "Yahoo": "    On Tuesday, March 3, 2026 at 04:18:00 PM GMT+1, Bob <b@x.com> wrote:  \n \n Old",
};
for (const [program, history] of Object.entries(OTHER_PROGRAMS)) {
  Deno.test(`cutQuotedText() cuts the history of ${program}`, () => {
    assert.equal(cut(`Yes.\n\n${history}\n`).kept, "Yes.");
    assert.equal(cut(`Yes.\r\n\r\n${history.replaceAll("\n", "\r\n")}`).kept, "Yes.");
  });
}

Deno.test("cutQuotedText() knows the line above a quote in a language that it does not know", () => {
  assert.equal(cut("Ɛyɛ.\n\nBob <bob@x.com>, 2026-03-03 16:18, kyerɛwee sɛ:\n> Ɛyɛ adwuma?").kept, "Ɛyɛ.");
});

const OWN_WORDS: Readonly<Record<string, string>> = {
  "a journey": "Please book:\n\nFrom: Berlin\nTo: Paris\nDate: 3 May 2026\n\nThanks\nAda",
  "labels of a form": "Name: Ada\nTo: be decided\nSubject: Printer\n\nIt is broken.",
  "a sentence about writing": "As Bob wrote:\nthe printer is broken.\n\nSo please mend it.",
  "code blocks with rules": "The output is\n\n####\nrun 1\n####\n\nand then it stops.",
  "a markdown rule": "Part one\n\n---\n\nPart two, which is important.",
  "a Python session at its end": "I typed this:\n\n>>> print(1)",
  "a quote without a name and the answer": "> Does it work?\n\nYes.",
  "a heading with a date": "Protokoll 3.3.2026 schrieb ich auf:\n- Punkt 1\n- Punkt 2",
  "a patch": "Please apply:\n\n--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-foo\n+bar",
  "a signed text":
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----",
  "a dash": "Cheers,\n— Ada",
  "the words original message": "I deleted the original message.\n\nCould you send it again?",
  "a mail header in a sentence": "The header says From: bob@x.com and To: ada@x.com, but I got it anyway.",
  "text below a phone's line": "Hello,\n\nSent from my iPhone\n\nPS: it is the second floor.",
};
for (const [what, text] of Object.entries(OWN_WORDS)) {
  Deno.test(`cutQuotedText() keeps the sender's own words: ${what}`, () => {
    assert.equal(cut(text).kept, text);
  });
}

Deno.test("cutQuotedText() cuts from the first of several old mails", () => {
  const text =
    "Thanks!\n\nFrom: Bob <bob@x.com>\nSent: 3 March 2026 16:18\nTo: Ada\nSubject: RE: Printer\n\nDone.\n\n" +
    "-----Original Message-----\nFrom: Ada\nSent: 2 March 2026 10:00\nTo: Bob\nSubject: Printer\n\nPlease.";
  assert.equal(cut(text).kept, "Thanks!");
});

Deno.test("cutQuotedText() knows a header block on one line", () => {
  const text =
    "Thanks!\n\nFrom: Bob <bob@x.com> Sent: Tuesday, March 3, 2026 4:18 PM To: Ada <ada@y.com> Subject: RE: Printer\n\nDone.";
  assert.equal(cut(text).kept, "Thanks!");
});

Deno.test("cutQuotedText() knows a header block with many recipients over several lines", () => {
  const text = "Thanks!\n\nFrom: Bob <bob@x.com>\nSent: Tuesday, March 3, 2026 4:18 PM\nTo: Ada <ada@y.com>; Carl\n" +
    "<carl@y.com>; Dora\n<dora@y.com>\nCc: Emil <emil@y.com>\nSubject: RE: Printer\n\nDone.";
  assert.equal(cut(text).kept, "Thanks!");
});

Deno.test("cutQuotedText() reads answers below Outlook's header block when the history has quote signs", () => {
  const text =
    "Hi,\n\n-----Original Message-----\nFrom: Bob <bob@x.com>\nSent: 3 March 2026 16:18\nTo: Ada\nSubject: Printer\n\n" +
    "> Which floor?\n\nThe second.\n\n> Since when?\n\nMonday.";
  assert.match(cut(text).kept, /> Which floor\?\n\nThe second\.\n\n> Since when\?\n\nMonday\.$/);
});

Deno.test("cutQuotedText() trusts Graph where it cuts at something that looks like history", () => {
  const text = "Efharisto!\n\nXyzzy: Bob <bob@x.com>\nPlugh: 3 March 2026 16:18\nFrotz: Ada\nRezrov: Printer\n\nDone.";
  assert.equal(cut(text).kept, text);
  assert.equal(cut(text, "Efharisto!").kept, "Efharisto!");
});

Deno.test("cutQuotedText() does not trust Graph where it only loses text", () => {
  const text = "One.\n\nTwo.\n\nThree.";
  for (const unique of ["", "  ", "One.", "Three.", "Something else altogether."]) {
    assert.equal(cut(text, unique).kept, text, unique);
  }
});

Deno.test("cutQuotedText() keeps all when Graph shows answers within unmarked history", () => {
  const history =
    "From: Bob <bob@x.com>\nSent: 3 March 2026 16:18\nTo: Ada\nSubject: Printer\n\nHello Ada,\n\nWhich floor?\n";
  const text = `Hi,\n\n${history}The second one.\n\nSince when?\nSince Monday.\n\nBob`;
  const { kept, reason } = cut(text, "Hi,\n\nThe second one.\nSince Monday.");
  assert.equal(kept, text);
  assert.match(reason, /between the lines/);
  assert.equal(cut(text, "Hi,").kept, "Hi,");
});

Deno.test("cutQuotedText() is not led astray by an old mail that Graph does not know", () => {
  const header = "From: Bob <bob@x.com>\nSent: 3 March 2026 16:18\nTo: Ada\nSubject: Printer";
  const text = `Thanks!\n\n${header}\n\nIt is repaired.\nRegards\nBob\n\n${header}\n\nI will look at it.`;
  assert.equal(cut(text, `Thanks!\n\n${header}\n\nI will look at it.`).kept, "Thanks!");
  assert.equal(cut(text, text).kept, "Thanks!");
});

Deno.test("cutQuotedText() loses no line, adds none, and never throws", () => {
  const piece = fc.constantFrom(
    "Hello,",
    "> quoted",
    ">> twice",
    "",
    "-- ",
    "On Tue, Mar 3, 2026 at 4:18 PM Bob <b@x.com> wrote:",
    "From: Bob <b@x.com>",
    "Sent: 3 March 2026",
    "To: Ada",
    "Subject: Printer",
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "Sent from my iPhone",
    "________________",
    "Yes: it works.",
    "\u00a0",
    "> wrote:",
    "<b@x.com",
  );
  const lines = fc.array(fc.oneof(piece, fc.string()), { maxLength: 25 });
  fc.assert(
    fc.property(lines, fc.option(lines), (all, unique) => {
      const text = all.join("\n");
      const { kept, removed } = cut(text, unique === null ? null : unique.join("\n"));
      const filled = (value: string) =>
        value.split(/\r\n|[\n\r\u2028\u2029]/).filter((line) => line.trim() !== "").sort();
      assert.deepEqual([...filled(kept), ...filled(removed)].sort(), filled(text));
      assert.equal(kept.trim() === "", text.trim() === "");
    }),
    { numRuns: 500 },
  );
});

Deno.test("cutQuotedText() leaves something of long and hostile mail", () => {
  const texts = [
    "> ".repeat(200_000),
    "On ".repeat(100_000),
    "From: a\n".repeat(40_000),
    ">:\n<".repeat(50_000),
    "a@b.c <".repeat(50_000) + ":",
    "Sent from my " + "x ".repeat(100_000),
    "line of text:\n".repeat(50_000),
    "-".repeat(300_000) + "x",
  ];
  for (const text of texts) {
    // With the square of the length this would not end.
    assert.notEqual(cut(text, text.slice(0, 1000)).kept.trim(), "", text.slice(0, 20));
  }
});
