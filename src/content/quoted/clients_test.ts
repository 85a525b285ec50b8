/** Replies as the mail programs of this world write them: of each only the new text is kept. */

import assert from "node:assert/strict";
import { readMail } from "../read_mail.ts";

function text(program: string, content: string, wanted: string): void {
  promise(program, "text", content, wanted);
}

function html(program: string, content: string, wanted: string): void {
  promise(program, "html", content, wanted);
}

function promise(program: string, contentType: "html" | "text", content: string, wanted: string): void {
  Deno.test(`only the new text is kept of a reply (${contentType}): ${program}`, () => {
    const mail = readMail({ body: { contentType, content }, uniqueBody: null, attachments: [], cutHistory: true });
    assert.equal(mail.text.trim(), wanted);
  });
}

const own = "It still jams.";
const hdr =
  "From: Support <support@example.com>\nSent: Monday, November 2, 2026 10:00 AM\nTo: Ada <ada@example.org>\nSubject: RE: Printer\n\nOld words here.\n";
text("Outlook, a line of underscores", `${own}\n\n________________________________\n${hdr}`, own);
text("Outlook, Original Message", `${own}\n\n-----Original Message-----\n${hdr}`, own);
text("the same with CRLF", `${own}\n\n-----Original Message-----\n${hdr}`.replace(/\n/g, "\r\n"), own);
text(
  "Outlook that quotes its header lines",
  `${own}\n\n> -----Original Message-----\n${hdr.replace(/^/gm, "> ")}`,
  own,
);
text(
  "iPhone, plain text",
  `${own}\n\nSent from my iPhone\n\n> On 2 Nov 2026, at 10:00, Support <support@example.com> wrote:\n> \n> ﻿Old words\n> here\n`,
  own,
);
text(
  "Outlook for iOS, plain text",
  `${own}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n${hdr}`,
  own,
);
text(
  "Outlook for Android, German",
  `${own}\n\nHolen Sie sich Outlook für Android<https://aka.ms/AAb9ysg>\n________________________________\nVon: Support <support@example.com>\nGesendet: Montag, 2. November 2026 10:00\nAn: Ada <ada@example.org>\nBetreff: AW: Drucker\n\nAlt.`,
  own,
);
text(
  "Notes, header with tabs",
  `${own}\n\n\n\nFrom:\t"Support" <support@example.com>\nTo:\t"Ada" <ada@example.org>\nDate:\t02.11.2026 10:00\nSubject:\tRE: Printer\n\n\n\nOld words`,
  own,
);
text(
  "Notes, a user name for an address",
  `${own}\n\nSupport/EXAMPLE@EXAMPLE wrote on 11/02/2026 10:00:00 AM:\n\n> From: Support\n> Old words`,
  own,
);
text(
  "Zimbra",
  `${own}\n\n----- Original Message -----\nFrom: "Support" <support@example.com>\nTo: "Ada" <ada@example.org>\nSent: Monday, November 2, 2026 10:00:00 AM\nSubject: Re: Printer\n\nOld words`,
  own,
);
text(
  "Yahoo",
  `${own}\n\n    On Monday, November 2, 2026 at 10:00:00 AM GMT+1, Support <support@example.com> wrote:  \n \n Old words here\n`,
  own,
);
text(
  "Proton Mail, Original Message",
  `${own}\n\nSent with [Proton Mail](https://proton.me/) secure email.\n\n------- Original Message -------\nOn Monday, November 2nd, 2026 at 10:00, Support <support@example.com> wrote:\n\n\n> Old words\n> here`,
  own,
);
text(
  "Proton Mail",
  `${own}\n\nSent with Proton Mail secure email.\n\nOn Monday, November 2nd, 2026 at 10:00, Support <support@example.com> wrote:\n\n> Old words`,
  own,
);
text(
  "Samsung",
  `${own}\n\n\nSent from my Galaxy\n\n\n-------- Original message --------\nFrom: Support <support@example.com>\nDate: 02/11/2026 10:00 (GMT+01:00)\nTo: ada@example.org\nSubject: Printer\n\nOld words`,
  own,
);
text(
  "Samsung, German",
  `${own}\n\nVon meinem Galaxy gesendet\n\n\n-------- Ursprüngliche Nachricht --------\nVon: Support <support@example.com>\nDatum: 02.11.26 10:00 (GMT+01:00)\nAn: ada@example.org\nBetreff: Drucker\n\nAlt`,
  own,
);
text(
  "GMX",
  `${own}\n \n\nGesendet: Montag, 02. November 2026 um 10:00 Uhr\nVon: "Support" <support@example.com>\nAn: ada@example.org\nBetreff: Drucker\n\nAlt`,
  own,
);
text(
  "T-Online",
  `${own}\n\n-----Original-Nachricht-----\nBetreff: Drucker\nDatum: 2026-11-02T10:00:00+0100\nVon: "Support" <support@example.com>\nAn: "Ada" <ada@example.org>\n\nAlt`,
  own,
);
text(
  "Gmail, wrapped within the brackets",
  `${own}\n\nOn Mon, Nov 2, 2026 at 10:00 AM Support Team of the Example Corporation <\nsupport@example.com> wrote:\n\n> Old words\n> here\n>\n`,
  own,
);
text(
  "Gmail, wrapped before the address",
  `${own}\n\nOn Mon, Nov 2, 2026 at 10:00 AM Support Team of the Example Corporation\n<support@example.com> wrote:\n\n> Old words\n`,
  own,
);
text(
  "Gmail, wrapped, German",
  `${own}\n\nAm Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Support Team der Beispiel GmbH <\nsupport@example.com>:\n\n> Alt\n`,
  own,
);
text(
  "Gmail with a signature",
  `${own}\n\n-- \nAda Lovelace\nHead of Engines\n+44 20 1234\n\nOn Mon, Nov 2, 2026 at 10:00 AM Support <support@example.com> wrote:\n\n> Old words\n`,
  own,
);
text(
  "Outlook for Mac, plain text",
  `${own}\n\nFrom: Support <support@example.com>\nDate: Monday, 2 November 2026 at 10:00\nTo: Ada <ada@example.org>\nSubject: Re: Printer\nOld words`,
  own,
);
text(
  "Outlook for Mac, folded Cc",
  `${own}\n\nFrom: Support <support@example.com>\nDate: Monday, 2 November 2026 at 10:00\nTo: Ada <ada@example.org>\nCc: Bob <bob@example.org>, Carol <carol@example.org>,\n Dave <dave@example.org>\nSubject: Re: Printer\n\nOld words`,
  own,
);
text(
  "Outlook, names without addresses",
  `${own}\n\nFrom: Support\nSent: Monday, November 2, 2026 10:00 AM\nTo: Ada Lovelace\nSubject: RE: Printer\n\nOld words`,
  own,
);
text(
  "answers between quotes",
  `> Does it jam?\n\nYes.\n\n> Since when?\n\nMonday.\n`,
  `> Does it jam?\n\nYes.\n\n> Since when?\n\nMonday.`,
);
text(
  "answers between quotes below the line that names the writer",
  `On Mon, Nov 2, 2026 at 10:00 AM Support <support@example.com> wrote:\n\n> Does it jam?\n\nYes.\n\n> Since when?\n\nMonday.\n`,
  `> Does it jam?\n\nYes.\n\n> Since when?\n\nMonday.`,
);
text(
  "a greeting above answers between quotes",
  `Hi,\n\nsee below.\n\nOn Mon, Nov 2, 2026 at 10:00 AM Support <support@example.com> wrote:\n\n> Does it jam?\n\nYes.\n\n> Since when?\n\nMonday.\n`,
  `Hi,\n\nsee below.\n\n\n> Does it jam?\n\nYes.\n\n> Since when?\n\nMonday.`,
);
text(
  "an answer below the quote",
  `On Mon, Nov 2, 2026 at 10:00 AM Support <support@example.com> wrote:\n> Does it jam?\n> Since when?\n\nYes, since Monday.\n`,
  `Yes, since Monday.`,
);
text(
  "an answer below the quote with a signature",
  `On 02/11/2026 10:00, Support wrote:\n> Does it jam?\n\nYes.\n\n-- \nAda`,
  `Yes.`,
);
text(
  "a ticket system's line",
  `${own}\n\n##- Please type your reply above this line -##\n\nYour request (123) has been updated.\n\nSupport, Nov 2, 10:00\n\nOld words`,
  own,
);
text("another ticket system's line", `${own}\n\n--- Reply above this line ---\n\nSupport commented:\n\nOld words`, own);
text(
  "a rule above the attribution",
  `${own}\n\nBest\nAda\n\n---\nOn Nov 2, 2026, 10:00 AM +0100, Support <support@example.com>, wrote:\n> Old words`,
  `${own}\n\nBest\nAda`,
);
text(
  "Spark, plain text",
  `${own}\nOn 2 Nov 2026, 10:00 +0100, Support <support@example.com>, wrote:\n> Old words`,
  own,
);
text(
  "prose with wrote and a date",
  `As I wrote:\n\nit jams since 2. November 2026.\nBest`,
  `As I wrote:\n\nit jams since 2. November 2026.\nBest`,
);
text(
  "prose that begins like an attribution",
  `On Monday 2 November 2026 Bob wrote a report:\n\nit jams.\n`,
  `On Monday 2 November 2026 Bob wrote a report:\n\nit jams.`,
);
text(
  "a traveller's From and To",
  `My trip:\nFrom: Berlin\nTo: Paris\nDate: 2 Nov\n\nThanks`,
  `My trip:\nFrom: Berlin\nTo: Paris\nDate: 2 Nov\n\nThanks`,
);
text(
  "pasted header lines with a question",
  `Here is the header:\n\nFrom: a@b.cc\nTo: c@d.ee\nSubject: x\n\nCan you check?`,
  `Here is the header:\n\nFrom: a@b.cc\nTo: c@d.ee\nSubject: x\n\nCan you check?`,
);
text(
  "a forward with a question above",
  `FYI, can you help?\n\n---------- Forwarded message ---------\nFrom: Bob <bob@example.org>\nDate: Mon, Nov 2, 2026 at 9:00 AM\nSubject: Engine\nTo: Ada <ada@example.org>\n\nThe engine stopped.\n`,
  `FYI, can you help?\n\n---------- Forwarded message ---------\nFrom: Bob <bob@example.org>\nDate: Mon, Nov 2, 2026 at 9:00 AM\nSubject: Engine\nTo: Ada <ada@example.org>\n\nThe engine stopped.`,
);
text("two dashes without their space", `${own}\n\n--\nAda Lovelace\n+44`, own);
text("two dashes in a command", `Run this:\n\ngit log -- \nfoo`, `Run this:\n\ngit log -- \nfoo`);
text("nothing but a quote", `> quoted only\n> nothing else\n`, `> quoted only\n> nothing else`);
text(
  "nothing but a quote and its writer",
  `On Mon, Nov 2, 2026 at 10:00 AM Support <support@example.com> wrote:\n\n> Old\n`,
  `On Mon, Nov 2, 2026 at 10:00 AM Support <support@example.com> wrote:\n\n> Old`,
);
text(
  "quotes within quotes",
  `${own}\n\nOn Mon, Nov 2, 2026 at 10:00 AM Support <support@example.com> wrote:\n\n> Second\n>\n> On Sun, Nov 1, 2026 at 9:00 AM Ada <ada@example.org> wrote:\n>\n>> First\n>>\n`,
  own,
);
text(
  "a French attribution over two lines",
  `${own}\n\nLe lundi 2 novembre 2026 à 10:00:00 UTC+1, Support\n<support@example.com> a écrit :\n\nVieux mots`,
  own,
);
text(
  "Mail for Windows",
  `${own}\n\nSent from Mail for Windows\n\nFrom: Support\nSent: Monday, November 2, 2026 10:00\nTo: ada@example.org\nSubject: Printer\n\nOld`,
  own,
);
text(
  "Mail for Windows, German",
  `${own}\n\nGesendet von Mail für Windows\n\nVon: Support\nGesendet: Montag, 2. November 2026 10:00\nAn: ada@example.org\nBetreff: Drucker\n\nAlt`,
  own,
);
text(
  "iPhone, French",
  `${own}\n\nEnvoyé de mon iPhone\n\n> Le 2 nov. 2026 à 10:00, Support <support@example.com> a écrit :\n> \n> Vieux`,
  own,
);
text(
  "BlackBerry",
  `${own}\nSent from my BlackBerry® wireless device\n\n-----Original Message-----\nFrom: Support <support@example.com>\nDate: Mon, 2 Nov 2026 10:00:00 \nTo: <ada@example.org>\nSubject: Printer\n\nOld`,
  own,
);
text(
  "format=flowed",
  `It still jams when I print more than ten pages at a time, and the \ntray is always empty after that.\n\nOn 02/11/2026 10:00, Support wrote:\n> Old words that are \n> flowed here.\n`,
  "It still jams when I print more than ten pages at a time, and the \ntray is always empty after that.",
);
text(
  "a disclaimer above the quote",
  `${own}\n\nThis email is confidential and intended only for the recipient.\n\nOn Mon, Nov 2, 2026 at 10:00 AM Support <support@example.com> wrote:\n> Old`,
  `${own}\n\nThis email is confidential and intended only for the recipient.`,
);
html(
  "Thunderbird",
  `<p>It still jams.<br></p><div class="moz-cite-prefix">On 02/11/2026 10:00, Support wrote:<br></div><blockquote type="cite" cite="mid:x"><p>Old</p></blockquote>`,
  own,
);
html(
  "Thunderbird, answer below",
  `<div class="moz-cite-prefix">Am 02.11.26 um 10:00 schrieb Support:<br></div><blockquote type="cite" cite="mid:x"><p>Old</p></blockquote><p>It still jams.</p>`,
  own,
);
html(
  "Thunderbird, answers between",
  `<div class="moz-cite-prefix">Am 02.11.26 um 10:00 schrieb Support:<br></div><blockquote type="cite" cite="mid:x"><p>Jam?</p></blockquote><p>Yes.</p><blockquote type="cite"><p>When?</p></blockquote><p>Monday.</p>`,
  "> Jam?\n\nYes.\n\n> When?\n\nMonday.",
);
html(
  "Apple Mail",
  `<html><body style="word-wrap: break-word;">It still jams.<br><div><br><blockquote type="cite"><div>On 2 Nov 2026, at 10:00, Support &lt;support@example.com&gt; wrote:</div><br class="Apple-interchange-newline"><div><div>Old</div></div></blockquote></div><br></body></html>`,
  own,
);
html(
  "iPhone",
  `<html><body dir="auto">It still jams.<br><br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 2 Nov 2026, at 10:00, Support &lt;support@example.com&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">﻿<div>Old</div></div></blockquote></body></html>`,
  own,
);
html(
  "Yahoo",
  `<html><body><div class="ydp1yahoo-style-wrap"><div dir="ltr">It still jams.</div><div><br></div></div><div id="ydp2yahoo_quoted_123" class="ydp2yahoo_quoted"><div><div>On Monday, November 2, 2026 at 10:00:00 AM GMT+1, Support &lt;support@example.com&gt; wrote:</div><div><br></div><div>Old</div></div></div></body></html>`,
  own,
);
html(
  "Proton Mail, Original Message",
  `<div style="font-family: Arial">It still jams.</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Sent with <a href="https://proton.me/">Proton Mail</a> secure email.</div></div><div class="protonmail_quote">On Monday, November 2nd, 2026 at 10:00, Support &lt;support@example.com&gt; wrote:<br><blockquote class="protonmail_quote" type="cite"><div>Old</div></blockquote></div>`,
  own,
);
html(
  "Outlook for iOS",
  `<html><body><div dir="auto">It still jams.</div><div id="ms-outlook-mobile-signature"><div><br></div><div>Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font><b>From:</b> Support &lt;support@example.com&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> Re: Printer</font><div>&nbsp;</div></div>Old</body></html>`,
  own,
);
html(
  "the new Outlook",
  `<html><body><div class="elementToProof" style="font-size:12pt">It still jams.</div><div class="elementToProof"><br></div><div id="Signature"><div>Ada Lovelace</div></div><div id="mail-editor-reference-message-container"><div id="divRplyFwdMsg"><b>From:</b> Support &lt;support@example.com&gt;<br><b>Date:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> Re: Printer<br></div><div>Old</div></div></body></html>`,
  "It still jams.\n\nAda Lovelace",
);
html(
  "Outlook for Mac",
  `<html><body><div class="WordSection1"><p class="MsoNormal">It still jams.</p><p class="MsoNormal">&nbsp;</p><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal" style="margin-bottom:12.0pt"><b><span style="color:black">From: </span></b><span>Support &lt;support@example.com&gt;<br><b>Date: </b>Monday, 2 November 2026 at 10:00<br><b>To: </b>Ada<br><b>Subject: </b>Re: Printer</span></p></div><div><p class=MsoNormal>Old</p></div></div></body></html>`,
  own,
);
html(
  "classes with x_",
  `<div class="x_WordSection1"><p class="x_MsoNormal">It still jams.</p><div id="x_divRplyFwdMsg"><b>From:</b> Support<br><b>Sent:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> x</div><p>Old</p></div>`,
  own,
);
html(
  "Notes, header with tabs",
  `<span style="font-size:10pt;font-family:sans-serif">It still jams.</span><br><br><br><br><span style="color:#5f5f5f">From: &nbsp; &nbsp; &nbsp; &nbsp;</span><span>&quot;Support&quot; &lt;support@example.com&gt;</span><br><span>To: &nbsp; &nbsp; &nbsp; &nbsp;</span><span>&quot;Ada&quot; &lt;ada@example.org&gt;</span><br><span>Date: &nbsp; &nbsp; &nbsp; &nbsp;</span><span>02.11.2026 10:00</span><br><span>Subject: &nbsp; &nbsp; &nbsp; &nbsp;</span><span>Re: Printer</span><br><hr noshade><br><br><br>Old`,
  own,
);
html(
  "Zimbra",
  `<html><body><div style="font-family: arial"><div>It still jams.</div><div><br></div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>"Support" &lt;support@example.com&gt;<br><b>To: </b>"Ada"<br><b>Sent: </b>Monday<br><b>Subject: </b>Re: Printer<br></div><div data-marker="__QUOTED_TEXT__">Old</div></div></body></html>`,
  own,
);
html(
  "GMX",
  `<html><head></head><body><div style="font-family: Verdana;font-size: 12.0px;"><div>It still jams.</div><div>&nbsp;<div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;"><b>Gesendet:</b>&nbsp;Montag, 02. November 2026 um 10:00 Uhr<br><b>Von:</b>&nbsp;&quot;Support&quot; &lt;support@example.com&gt;<br><b>An:</b>&nbsp;ada@example.org<br><b>Betreff:</b>&nbsp;Drucker</div><div name="quoted-content">Alt</div></div></div></div></body></html>`,
  own,
);
html(
  "Roundcube",
  `<html><body><p>It still jams.</p><p id="reply-intro">On 2026-11-02 10:00, Support wrote:</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0"><div>Old</div></blockquote></body></html>`,
  own,
);
html(
  "Spark, plain text",
  `<html><body><div name="messageBodySection"><div dir="auto">It still jams.</div></div><div name="messageSignatureSection"><br>Ada</div><div name="messageReplySection">On 2 Nov 2026, 10:00 +0100, Support &lt;support@example.com&gt;, wrote:<br><blockquote type="cite" style="border-left-color:grey"><div>Old</div></blockquote></div></body></html>`,
  "It still jams.\n\nAda",
);
html(
  "Gmail, answers between",
  `<div dir="ltr"><div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 2, 2026 at 10:00 AM Support &lt;support@example.com&gt; wrote:<br></div><blockquote class="gmail_quote" style="border-left:1px solid">Jam?</blockquote><div>Yes.</div><blockquote class="gmail_quote" style="border-left:1px solid">When?</blockquote><div>Monday.</div></div></div>`,
  "> Jam?\n\nYes.\n\n> When?\n\nMonday.",
);
html(
  "Outlook, Original Message",
  `<p>It still jams.</p><p>-----Original Message-----<br>From: Support &lt;support@example.com&gt; <br>Sent: Monday, November 2, 2026 10:00 AM<br>To: Ada<br>Subject: Printer</p><p>Old</p>`,
  own,
);
html(
  "Outlook, a blue line at the left",
  `<div><p class=MsoNormal>It still jams.<o:p></o:p></p><div style='border:none;border-left:solid blue 1.5pt;padding:0cm 0cm 0cm 4.0pt'><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>From:</b> Support<br><b>Sent:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> RE<o:p></o:p></p></div></div><p class=MsoNormal>Old</p></div></div>`,
  own,
);
html(
  "QQ Mail",
  `<div>It still jams.</div><div><br></div><div><includetail><div style="font:Verdana normal 14px;color:#000;"><div style="FONT-SIZE: 12px;FONT-FAMILY: Arial Narrow;padding:2px 0 2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="FONT-SIZE: 12px;background:#efefef;padding:8px;"><div><b>发件人:</b>&nbsp;"Support"&lt;support@example.com&gt;;</div><div><b>发送时间:</b>&nbsp;2026年11月2日(星期一) 上午10:00</div><div><b>收件人:</b>&nbsp;"Ada"&lt;ada@example.org&gt;;</div><div><b>主题:</b>&nbsp;Printer</div></div><div>Old</div></div></includetail></div>`,
  own,
);
html(
  "NetEase",
  `<div style="line-height:1.7">It still jams.</div><br><br><div style="position:relative;zoom:1"></div><div id="divNeteaseMailCard"></div><p style="margin: 0;"><br/></p><pre>At 2026-11-02 10:00:00, "Support" &lt;support@example.com&gt; wrote:</pre><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid">Old</blockquote>`,
  own,
);
html(
  "NetEase, Chinese",
  `<div>It still jams.</div><br><pre>在 2026-11-02 10:00:00，"Support" &lt;support@example.com&gt; 写道：</pre><blockquote id="isReplyContent"><div>Old</div></blockquote>`,
  own,
);
html(
  "Mail.ru",
  `<div>It still jams.</div><div>&nbsp;</div><blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">Понедельник, 2 ноября 2026, 10:00 +03:00 от Support &lt;support@example.com&gt;:<br>&nbsp;<div>Old</div></blockquote>`,
  own,
);
html(
  "Yandex",
  `<div>It still jams.</div><div> </div><div>02.11.2026, 10:00, "Support" &lt;support@example.com&gt;:</div><blockquote><div>Old</div></blockquote>`,
  own,
);
html(
  "Outlook on the web, Hebrew",
  `<div dir="rtl">זה עדיין תקוע.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="rtl"><b>מאת:</b> Support<br><b>נשלח:</b> יום שני<br><b>אל:</b> Ada<br><b>נושא:</b> x</div><div>Old</div>`,
  "זה עדיין תקוע.",
);
html(
  "a rule and header lines without markup",
  `<p>It still jams.</p><hr><p><b>From:</b> Support &lt;support@example.com&gt;<br><b>Sent:</b> Monday, 2 Nov<br><b>To:</b> Ada<br><b>Subject:</b> x</p><p>Old</p>`,
  own,
);
html(
  "Front",
  `<div>It still jams.</div><br><div class="front-signature">Ada</div><br><div class="front-blockquote"><div>On November 2, 2026 at 10:00 AM GMT+1 support@example.com wrote:</div><blockquote>Old</blockquote></div>`,
  "It still jams.\n\nAda",
);
html(
  "Freshdesk",
  `<div>It still jams.</div><div class="freshdesk_quote"><blockquote class="freshdesk_quote">On Mon, 2 Nov at 10:00 AM , Support &lt;support@example.com&gt; wrote:<br>Old</blockquote></div>`,
  own,
);
html(
  "Evolution",
  `<p>It still jams.</p><p>On Mon, 2026-11-02 at 10:00 +0100, Support wrote:</p><blockquote type="cite"><div>Old</div></blockquote>`,
  own,
);
html(
  "KMail",
  `<p>It still jams.</p><p>On Montag, 2. November 2026 10:00:00 CET Support wrote:</p><blockquote><p>&gt; Old</p></blockquote>`,
  own,
);
html(
  "HEY",
  `<div>It still jams.<br><br>On November 2, 2026, Support &lt;support@example.com&gt; wrote:</div><blockquote>Old</blockquote>`,
  own,
);
html(
  "Superhuman",
  `<div>It still jams.</div><div class="sh-signature">Sent via <a href="https://sprh.mn/">Superhuman</a></div><br><div class="gmail_quote">On Mon, Nov 02, 2026 at 10:00 AM, Support <span>&lt;<a href="mailto:support@example.com">support@example.com</a>&gt;</span> wrote:<br><blockquote class="gmail_quote">Old</blockquote></div>`,
  own,
);
html(
  "history in cells of a layout table",
  `<table><tr><td><p>It still jams.</p></td></tr><tr><td><div id="divRplyFwdMsg"><b>From:</b> Support<br><b>Sent:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> x</div></td></tr><tr><td>Old</td></tr></table>`,
  own,
);
