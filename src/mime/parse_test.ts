import assert from "node:assert/strict";
import { messageFromMime } from "./message.ts";
import { NotAMailError, parseMail } from "./parse.ts";

const bytes = (text: string) => new TextEncoder().encode(text.replaceAll("\n", "\r\n"));
const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const decode = (raw: Uint8Array) => new TextDecoder().decode(raw);

const mixed = (...parts: string[]) =>
  bytes(
    `From: a@x.org\nContent-Type: multipart/mixed; boundary="b 1"\n\npreamble\n--b 1\n${
      parts.join("\n--b 1\n")
    }\n--b 1--\n`,
  );

Deno.test("parseMail() reads addresses, encoded words and headers in order", async () => {
  const mail = await parseMail(bytes(
    'Received: two\nReceived: one\nFrom: =?utf-8?Q?J=C3=BCrgen?= <j@x.org>\nTo: Team: a@x.org, "B, C" <b@x.org>;, c@x.org\n' +
      "Cc: undisclosed-recipients:;\nSubject: =?iso-8859-1?Q?Gr=FC=DFe?=\n folded\nMessage-ID: <1@x>\nDate: Tue, 24 Nov 2026 10:00:00 +0200 (CEST)\n\nHello\n",
  ));
  assert.deepEqual(mail.from, { name: "Jürgen", address: "j@x.org" });
  assert.deepEqual(mail.to.map(({ address }) => address), ["a@x.org", "b@x.org", "c@x.org"]);
  assert.equal(mail.to[1]!.name, "B, C");
  assert.deepEqual(mail.cc, []);
  assert.equal(mail.subject, "Grüße folded");
  assert.deepEqual(mail.headers.slice(0, 2), [{ name: "Received", value: "two" }, { name: "Received", value: "one" }]);
  assert.deepEqual([mail.messageId, mail.date], ["<1@x>", "2026-11-24T08:00:00.000Z"]);
  assert.deepEqual([mail.text, mail.html], ["Hello\n", null]);
});

Deno.test("parseMail() throws only for what is no mail", async () => {
  await assert.rejects(parseMail(new Uint8Array()), NotAMailError);
  await assert.rejects(parseMail(bytes("\n\n")), NotAMailError);
  await assert.rejects(parseMail(bytes("just some words\nand more\n")), NotAMailError);
  await assert.rejects(parseMail(Uint8Array.from([0x89, 0x50, 0x4e, 0x47])), NotAMailError);
});

Deno.test("parseMail() takes an mbox line, a byte order mark, bare line feeds and a missing body", async () => {
  const mbox = await parseMail(latin1("\xef\xbb\xbfFrom MAILER-DAEMON Fri Jan  6 12:00:00 2012\nSubject: S\n\nbody"));
  assert.deepEqual([mbox.subject, mbox.text, mbox.headers.length], ["S", "body", 1]);
  const bare = await parseMail(latin1("Subject: only a header"));
  assert.deepEqual([bare.subject, bare.text, bare.from], ["only a header", "", null]);
});

Deno.test("parseMail() decodes bodies by their charset, and headers that are not UTF-8", async () => {
  const mail = await parseMail(
    latin1("Subject: M\xfcller\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe"),
  );
  assert.deepEqual([mail.subject, mail.text], ["Müller", "Grüße"]);
  const flowed = await parseMail(bytes("A: b\nContent-Type: text/plain; format=flowed\n\none \ntwo\n"));
  assert.equal(flowed.text, "one two\n");
});

Deno.test("attachments keep every byte, whatever their transfer encoding", async () => {
  const mail = await parseMail(mixed(
    "Content-Type: text/plain\n\ntext",
    'Content-Type: text/plain; name="a.txt"\nContent-Disposition: attachment; filename="a.txt"\n\nline 1\nline 2\n',
    "Content-Type: text/csv\nContent-Disposition: attachment; filename*=utf-8''%C3%A4.csv\nContent-Transfer-Encoding: quoted-printable\n\na=3Db; =\nc=\n\nd",
    'Content-Type: application/x; name="b"\nContent-Transfer-Encoding: base64\n\nAAEC\n/w==\n',
    "Content-Type: text/plain\nContent-Disposition: attachment; filename=empty.txt\n\n",
  ));
  assert.equal(mail.text, "text");
  assert.deepEqual(mail.attachments.map(({ name }) => name), ["a.txt", "ä.csv", "b", "empty.txt"]);
  assert.equal(decode(mail.attachments[0]!.bytes), "line 1\r\nline 2\r\n");
  assert.equal(decode(mail.attachments[1]!.bytes), "a=b; c\r\nd");
  assert.deepEqual([...mail.attachments[2]!.bytes], [0, 1, 2, 255]);
  assert.equal(mail.attachments[3]!.bytes.length, 0);
});

Deno.test("a text part with a name is an attachment, as is a second text part", async () => {
  const mail = await parseMail(mixed(
    "Content-Type: text/plain\n\nfirst",
    "Content-Type: text/plain\nContent-Disposition: inline; filename=notes.txt\n\nnotes",
    "Content-Type: text/plain\n\nlist footer",
  ));
  assert.equal(mail.text, "first");
  assert.deepEqual(mail.attachments.map(({ name, isInline }) => [name, isInline]), [["notes.txt", false], [
    "ATT00002.txt",
    false,
  ]]);
});

Deno.test("alternatives give both bodies; related parts are inline when the HTML shows them", async () => {
  const mail = await parseMail(bytes(
    "From: a@x.org\nContent-Type: multipart/alternative; boundary=alt\n\n--alt\nContent-Type: text/plain\n\nplain\n--alt\n" +
      'Content-Type: multipart/related; boundary=rel\n\n--rel\nContent-Type: text/html\n\n<img src="cid:p@1"><img src="pics/2.png">\n--rel\n' +
      "Content-Type: image/png\nContent-ID: <p@1>\n\nA\n--rel\nContent-Type: image/png; name=2.png\nContent-Location: pics/2.png\n\nB\n--rel\n" +
      "Content-Type: application/pdf; name=c.pdf\nContent-ID: <c@1>\nContent-Disposition: attachment\n\nC\n--rel--\n--alt\n" +
      "Content-Type: text/x-amp-html\n\n<html amp>\n--alt--\n",
  ));
  assert.equal(mail.text, "plain");
  assert.match(mail.html!, /cid:p@1/);
  assert.deepEqual(
    mail.attachments.map((
      { name, isInline, contentId, contentLocation },
    ) => [name, isInline, contentId, contentLocation]),
    [["ATT00001.png", true, "p@1", null], ["2.png", true, null, "pics/2.png"], ["c.pdf", false, "c@1", null]],
  );
});

Deno.test("an attached mail is an item with its own bytes, named by its subject", async () => {
  const mail = await parseMail(mixed(
    "Content-Type: text/plain\n\nsee below",
    "Content-Type: message/rfc822\n\nSubject: Inner\nFrom: b@x.org\n\nInner text",
    "Content-Type: message/rfc822\n\nno header here",
  ));
  const [item, broken] = mail.attachments;
  assert.deepEqual([item!.kind, item!.name, item!.contentType], ["item", "Inner", "message/rfc822"]);
  assert.equal(decode(item!.bytes), "Subject: Inner\r\nFrom: b@x.org\r\n\r\nInner text");
  assert.equal((await parseMail(item!.bytes)).from!.address, "b@x.org");
  assert.deepEqual([broken!.kind, broken!.name], ["file", "ATT00002.eml"]);
});

Deno.test("a report's parts are attachments: details.txt and the returned mail", async () => {
  const mail = await parseMail(bytes(
    "From: <MAILER-DAEMON@x.org>\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\n\nIt failed\n--r\n" +
      "Content-Type: message/delivery-status\n\nAction: failed\n--r\nContent-Type: message/rfc822\n\nSubject: Lost\n\nx\n--r--\n",
  ));
  assert.equal(mail.text, "It failed");
  assert.deepEqual(mail.attachments.map(({ kind, name }) => [kind, name]), [["file", "details.txt"], ["item", "Lost"]]);
});

Deno.test("a meeting message has its method and no attachment; an .ics file is one", async () => {
  const invitation = await parseMail(bytes(
    "From: a@x.org\nContent-Type: multipart/alternative; boundary=r\n\n--r\nContent-Type: text/plain\n\nCome\n--r\n" +
      "Content-Type: text/calendar; charset=utf-8; method=REPLY\n\nBEGIN:VCALENDAR\n--r--\n",
  ));
  assert.deepEqual([invitation.calendarMethod, invitation.attachments.length, invitation.text], ["REPLY", 0, "Come"]);
  const file = await parseMail(mixed(
    "Content-Type: text/plain\n\nsee",
    "Content-Type: text/calendar; method=REQUEST; name=i.ics\nContent-Disposition: attachment\n\nBEGIN:VCALENDAR",
  ));
  assert.deepEqual([file.calendarMethod, file.attachments[0]!.name], [null, "i.ics"]);
});

Deno.test("a signed mail shows its text and is whole in smime.p7m", async () => {
  const mail = await parseMail(bytes(
    'From: a@x.org\nContent-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=s\n\n--s\n' +
      "Content-Type: text/plain\n\nSigned text\n--s\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nMII=\n--s--\n",
  ));
  assert.equal(mail.text, "Signed text");
  const [whole] = mail.attachments;
  assert.deepEqual([mail.attachments.length, whole!.name, whole!.contentType], [1, "smime.p7m", "multipart/signed"]);
  assert.equal((await parseMail(whole!.bytes)).text, "Signed text");
});

Deno.test("a mail that breaks off, or whose boundary never comes, keeps what is there", async () => {
  const cut = await parseMail(bytes(
    "From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\ntext\n--b\n" +
      "Content-Type: image/png; name=p.png\nContent-Transfer-Encoding: base64\n\nAAEC",
  ));
  assert.deepEqual([cut.text, [...cut.attachments[0]!.bytes]], ["text", [0, 1, 2]]);
  const lost = await parseMail(bytes("From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\nall of it\n"));
  assert.match(lost.text!, /all of it/);
  const deep = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(300);
  assert.equal((await parseMail(bytes(`From: a@x.org\n${deep}`))).from!.address, "a@x.org");
});

Deno.test("messageFromMime() gives the message that Graph would tell", async () => {
  const mail = await parseMail(bytes(
    "Received: from a by b;\n Tue, 24 Nov 2026 10:00:05 +0000\nReceived: older; Tue, 24 Nov 2026 09:00:00 +0000\nFrom: a@x.org\n" +
      "Thread-Index: AQHaaaaaaaaaaaaaaaaaaaaaaaaaaaaaKAAA\nX-Priority: 1 (Highest)\nDate: Tue, 24 Nov 2026 10:00:00 +0000\n" +
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x</p>\n--b\nContent-Type: a/b; name=n\n\nA\n--b--\n",
  ));
  const { message, bytes: files } = messageFromMime(mail, { mailbox: "support@example.com", folder: "inbox", now: 0 });
  assert.deepEqual([message.id, message.mailbox, message.importance], [null, "support@example.com", "high"]);
  assert.deepEqual([message.receivedAt, message.sentAt], ["2026-11-24T10:00:05.000Z", "2026-11-24T10:00:00.000Z"]);
  assert.equal(message.conversationIndexLength, 27);
  assert.deepEqual(message.body, { contentType: "html", content: "<p>x</p>" });
  assert.equal(message.sender!.address, "a@x.org");
  assert.deepEqual([...files.get(message.attachments[0]!.id)!], [65]);
  const bare =
    messageFromMime(await parseMail(bytes("Subject: s\n\n")), { mailbox: "m", folder: "inbox", now: 5 }).message;
  assert.deepEqual([bare.receivedAt, bare.sentAt, bare.conversationIndexLength], ["1970-01-01T00:00:00.005Z", null, 0]);
  assert.deepEqual([bare.body, bare.importance], [{ contentType: "text", content: "" }, "normal"]);
});
