import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Message } from "../core/mail.ts";
import { messageFromMime } from "./message.ts";
import { isWrapped, openMail } from "./open_mail.ts";
import { parseMail } from "./parse.ts";
import { ENCRYPTED, SIGNED, SIGNED_STREAM } from "./smime_for_test.ts";
import { writeTnef } from "./tnef_for_test.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replaceAll(/.{76}/g, "$&\r\n");

/** A mail file as the mailbox tells it, and opened. */
async function open(text: string) {
  const raw = encode(text.replaceAll(/\r?\n/g, "\r\n"));
  const { message, bytes, calendar } = messageFromMime(await parseMail(raw), { mailbox: "m", folder: "inbox", now: 0 });
  const read = ({ id }: { id: string }) => Promise.resolve(bytes.get(id) ?? null);
  const opened = await openMail(message, read, () => Promise.resolve(calendar));
  const contents = opened.message.attachments.map(({ id, name }) => [
    name,
    decode(opened.bytes.get(id) ?? bytes.get(id)),
  ]);
  return { ...opened, told: message, contents, remarks: opened.message.remarks ?? [] };
}

const opaque = (type: string, object: Uint8Array) =>
  `From: a@x.org\nContent-Type: application/pkcs7-mime; smime-type=${type}; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n${
    base64(object)
  }\n`;

const winmail = (tnef: Uint8Array, text = "") =>
  `From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n${text}\n--b\n` +
  `Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n${base64(tnef)}\n--b--\n`;

Deno.test("an opaque signed mail shows its text and files; the signature is named and not attached", async () => {
  for (const object of [SIGNED, SIGNED_STREAM]) {
    const { message, contents, remarks, told } = await open(opaque("signed-data", object));
    assert.deepEqual(told.attachments.map(({ name }) => name), ["smime.p7m"]);
    assert.match(message.body.content, /The signed text\./);
    assert.equal(message.body.contentType, "html");
    assert.deepEqual(contents, [["inside.txt", "signed file"]]);
    assert.match(remarks.join(), /signed \(S\/MIME\).*not checked/);
  }
});

Deno.test("a clear signed mail shows its HTML and files, though the mailbox tells only a smime.p7m", async () => {
  const { message, contents, remarks } = await open(
    'From: a@x.org\nContent-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=s\n\n--s\n' +
      'Content-Type: multipart/mixed; boundary="in"\n\n--in\nContent-Type: text/html\n\n<p>Hello</p>\n--in\n' +
      "Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n\nfile\n--in--\n--s\n" +
      "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nMII=\n--s--\n",
  );
  assert.match(message.body.content, /<p>Hello<\/p>/);
  assert.deepEqual(contents, [["a.txt", "file"]]);
  assert.equal(message.uniqueBody, null);
  assert.equal(remarks.length, 1);
});

Deno.test("of a mail that is signed in part, the text of the rest stays", async () => {
  const { message, contents } = await open(
    "From: a@x.org\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/html\n\n<p>A banner and more</p>\n--m\n" +
      "Content-Type: multipart/signed; boundary=s\n\n--s\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nsigned words\n--i\n" +
      "Content-Type: a/b; name=f\n\nfile\n--i--\n--s\nContent-Type: application/pkcs7-signature\n\nMII=\n--s--\n--m--\n",
  );
  assert.match(message.body.content, /A banner and more/);
  assert.deepEqual(contents, [["f", "file"]]);
});

Deno.test("an encrypted mail says so and keeps its smime.p7m, also within a signature", async () => {
  const plain = await open(opaque("enveloped-data", ENCRYPTED));
  assert.match(plain.remarks.join(), /encrypted \(S\/MIME\)/);
  assert.deepEqual(plain.message.attachments.map(({ name }) => name), ["smime.p7m"]);
  const signed = await open(
    "From: a@x.org\nContent-Type: multipart/signed; boundary=s\n\n--s\nContent-Type: application/pkcs7-mime; name=smime.p7m\n" +
      `Content-Transfer-Encoding: base64\n\n${
        base64(ENCRYPTED)
      }\n--s\nContent-Type: application/pkcs7-signature\n\nMII=\n--s--\n`,
  );
  assert.match(signed.remarks.join("\n"), /is signed.*\n.*is encrypted/);
  assert.deepEqual([...signed.bytes.values()].map(({ length }) => length), [ENCRYPTED.length]);
});

Deno.test("OpenPGP and Purview encryption are named", async () => {
  const pgp = await open(
    "From: a@x.org\nContent-Type: multipart/encrypted; boundary=s\n\n--s\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--s\n" +
      "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN\n--s--\n",
  );
  assert.match(pgp.remarks.join(), /^This mail is encrypted \(OpenPGP\)[^]*attached\.$/);
  assert.equal(pgp.message.attachments.length, 2);
  const purview = await open(
    "From: a@x.org\nContent-Type: multipart/mixed; boundary=s\n\n--s\n\nprotected\n--s\n" +
      "Content-Type: application/x-microsoft-rpmsg-message; name=message.rpmsg\n\nx\n--s--\n",
  );
  assert.match(purview.remarks.join(), /Purview/);
});

Deno.test("a signed document is a file like any other, and a signature that cannot be read stays attached", async () => {
  const { message, remarks } = await open(
    "From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee contract\n--b\n" +
      `Content-Type: application/pkcs7-mime; name=contract.pdf.p7m\nContent-Transfer-Encoding: base64\n\n${
        base64(SIGNED)
      }\n--b--\n`,
  );
  assert.deepEqual(message.attachments.map(({ name }) => name), ["contract.pdf.p7m"]);
  assert.deepEqual(remarks, []);
  const broken = await open(opaque("signed-data", SIGNED.subarray(0, 40)));
  assert.deepEqual(broken.message.attachments.map(({ name }) => name), ["smime.p7m"]);
  assert.match(broken.remarks.join(), /could not be read as a signed mail/);
});

Deno.test("winmail.dat is unpacked; its text is taken only when the mail has none", async () => {
  const tnef = writeTnef({
    properties: { 0x1000: "the text within" },
    files: [{ title: "a.doc", data: encode("doc") }],
  });
  const blank = await open(winmail(tnef));
  assert.deepEqual(blank.message.body, { contentType: "text", content: "the text within" });
  assert.deepEqual(blank.contents, [["a.doc", "doc"]]);
  assert.deepEqual(blank.remarks, []);
  const own = await open(winmail(tnef, "its own text"));
  assert.match(own.message.body.content, /its own text/);
});

Deno.test("a damaged winmail.dat is attached as it is, and said to be damaged", async () => {
  const tnef = writeTnef({ files: [{ title: "a.doc", data: encode("doc") }] });
  const { message, remarks } = await open(winmail(tnef.subarray(0, tnef.length - 3), "t"));
  assert.deepEqual(message.attachments.map(({ name }) => name), ["winmail.dat"]);
  assert.match(remarks.join(), /winmail\.dat is damaged \(it breaks off\)/);
  const other = await open(winmail(encode("PK no TNEF at all"), "t"));
  assert.match(other.remarks.join(), /is no file of Outlook's/);
});

Deno.test("what is too large or not handed out is attached as it is", async () => {
  const raw = encode(opaque("signed-data", SIGNED).replaceAll("\n", "\r\n"));
  const { message } = messageFromMime(await parseMail(raw), { mailbox: "m", folder: "inbox", now: 0 });
  const opened = await openMail(message, () => Promise.resolve(null), () => Promise.resolve(null));
  assert.deepEqual(opened.message.attachments, message.attachments);
  assert.match(opened.message.remarks!.join(), /smime\.p7m was not opened: it is larger than 40 MB/);
});

Deno.test("a report tells of the mail that it is about, and nothing of that mail's text", async () => {
  const { message } = await open(
    "From: <MAILER-DAEMON@x.org>\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\n\nIt failed\n--r\n" +
      "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.x.org\n\nAction: failed\n--r\nContent-Type: message/rfc822\n\n" +
      "Message-ID: <ack@ours>\nIn-Reply-To: <first@customer>\nSubject: secret\n\nMessage-ID: <forged@text>\n--r--\n",
  );
  assert.match(message.reportText!, /Action: failed[^]*Message-ID: <ack@ours>\nIn-Reply-To: <first@customer>/i);
  assert.doesNotMatch(message.reportText!, /secret|forged/);
});

Deno.test("an invitation and a cancellation bring their calendar along, an answer does not", async () => {
  const meeting = (method: string) =>
    open(
      "From: a@x.org\nContent-Type: multipart/alternative; boundary=r\n\n--r\nContent-Type: text/plain\n\nCome\n--r\n" +
        `Content-Type: text/calendar; method=${method}\nContent-Transfer-Encoding: base64\n\n${
          btoa("BEGIN:VCALENDAR")
        }\n--r--\n`,
    );
  assert.deepEqual((await meeting("REQUEST")).contents, [["invite.ics", "BEGIN:VCALENDAR"]]);
  assert.deepEqual((await meeting("CANCEL")).contents, [["meeting.ics", "BEGIN:VCALENDAR"]]);
  assert.deepEqual((await meeting("REPLY")).contents, []);
});

Deno.test("an ordinary mail is not wrapped: nothing of it is read", async () => {
  const message = async (text: string): Promise<Message> =>
    messageFromMime(await parseMail(encode(text)), { mailbox: "m", folder: "inbox", now: 0 }).message;
  assert.equal(isWrapped(await message("From: a@x.org\n\nhi\n")), false);
  const forward = await message(
    "From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: message/rfc822\n\nSubject: s\n\nx\n--b--\n",
  );
  assert.deepEqual([isWrapped(forward), forward.attachments.length], [false, 1]);
});
