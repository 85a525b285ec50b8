/** The demo's mails: who writes what, and what must come of it. */

import { Buffer } from "node:buffer";
import type { OutcomeKind } from "../core/decision.ts";
import { SIM_MAILBOX } from "./sim_world.ts";

export interface DemoMail {
  readonly name: string;
  readonly raw: string;
  readonly expected: OutcomeKind;
  /** Messages that must have been handled before this one is delivered (a reply follows what it answers). */
  readonly afterRound?: true;
}

/** A small blue square, 48 × 48. */
const PICTURE_BASE64 = makePicture();

const LINE = "\r\n";

function mail(headers: Record<string, string>, body: string): string {
  const all = { "MIME-Version": "1.0", ...headers };
  return Object.entries(all).map(([name, value]) => `${name}: ${value}`).join(LINE) + LINE + LINE + body;
}

function text(headers: Record<string, string>, body: string): string {
  return mail({ ...headers, "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit" }, body);
}

function html(headers: Record<string, string>, body: string): string {
  return mail({ ...headers, "Content-Type": "text/html; charset=utf-8", "Content-Transfer-Encoding": "8bit" }, body);
}

function parts(headers: Record<string, string>, kind: string, contents: readonly string[]): string {
  const boundary = "=_demo_boundary";
  const body = contents.map((content) => `--${boundary}${LINE}${content}${LINE}`).join("") + `--${boundary}--${LINE}`;
  return mail({ ...headers, "Content-Type": `multipart/${kind}; boundary="${boundary}"` }, body);
}

function attachment(name: string, type: string, base64: string, more = ""): string {
  return [
    `Content-Type: ${type}; name="${name}"`,
    `Content-Disposition: ${more === "" ? "attachment" : "inline"}; filename="${name}"`,
    "Content-Transfer-Encoding: base64",
    ...(more === "" ? [] : [more]),
    "",
    base64.replace(/.{76}/g, `$&${LINE}`),
  ].join(LINE);
}

function word(subject: string): string {
  return `=?utf-8?B?${Buffer.from(subject).toString("base64")}?=`;
}

/** A dozen varied mails, dated `now` (milliseconds since 1970). */
export function demoMails(now: number): DemoMail[] {
  const date = (minutes: number) => new Date(now + minutes * 60_000).toUTCString().replace("GMT", "+0000");
  const to = `Support <${SIM_MAILBOX}>`;
  const base = (id: string, from: string, subject: string, minute: number) => ({
    "Message-ID": `<${id}@demo.example>`,
    Date: date(minute),
    From: from,
    To: to,
    Subject: subject,
  });
  const ada = "Ada Lovelace <ada@customer.example>";
  const bob = "Bob Builder <bob@partner.example>";
  return [
    {
      name: "new issue",
      expected: "created",
      raw: html(
        base("first", ada, "Printer on floor 3 jams", 0),
        `<html><body><p>Hello,</p><p>the printer on <b>floor 3</b> jams since this morning:</p>
<ul><li>paper tray 2 is <i>empty</i></li><li>tray 1 says <span style="color:#c00000">E-47</span></li></ul>
<table border="1"><tr><th>Time</th><th>Pages</th></tr><tr><td>08:10</td><td>3</td></tr><tr><td>09:25</td><td>0</td></tr></table>
<p>See <a href="https://printer.example/status">the status page</a>.</p><p>Regards<br>Ada</p></body></html>`,
      ),
    },
    {
      name: "colleagues in Cc",
      expected: "created",
      raw: text(
        {
          ...base("cc", bob, "Invoice 2041 is missing", 1),
          Cc: "Grace Hopper <grace@example.com>, Alan <alan@partner.example>",
        },
        "Hello,\r\n\r\nwe have not received invoice 2041. Grace knows the order.\r\n\r\nBob\r\n",
      ),
    },
    {
      name: "high importance",
      expected: "created",
      raw: text(
        { ...base("urgent", ada, "Shop is down!", 2), Importance: "high", "X-Priority": "1" },
        "Nobody can order since 10:00.\r\n",
      ),
    },
    {
      name: "two attachments with one name",
      expected: "created",
      raw: parts(base("files", bob, "Log files", 3), "mixed", [
        "Content-Type: text/plain; charset=utf-8\r\n\r\nThe logs of both servers, as promised.\r\n",
        attachment("server.log", "text/plain", Buffer.from("server one: ok\n").toString("base64")),
        attachment("server.log", "text/plain", Buffer.from("server two: disk full\n").toString("base64")),
      ]),
    },
    {
      name: "picture in the text",
      expected: "created",
      raw: parts(base("picture", ada, "What the screen shows", 4), "related", [
        'Content-Type: text/html; charset=utf-8\r\n\r\n<p>Since the update I see this:</p><p><img src="cid:shot@demo" width="48" height="48" alt="screen"></p><p>Is that meant to be blue?</p>',
        attachment("screen.png", "image/png", PICTURE_BASE64, "Content-ID: <shot@demo>"),
      ]),
    },
    {
      name: "automatic reply",
      expected: "filtered",
      raw: text(
        {
          ...base("ooo", bob, "Automatic reply: Invoice 2041", 5),
          "Auto-Submitted": "auto-replied",
          "X-Auto-Response-Suppress": "All",
        },
        "I am out of the office until Monday.\r\n",
      ),
    },
    {
      name: "newsletter",
      expected: "filtered",
      raw: html(
        {
          ...base("news", "Weekly Deals <news@shop.example>", "50% off everything", 6),
          "List-Id": "Deals <deals.shop.example>",
          "List-Unsubscribe": "<https://shop.example/u>",
          Precedence: "bulk",
        },
        "<h1>50% off</h1>",
      ),
    },
    {
      name: "blacklisted sender",
      expected: "filtered",
      raw: text(base("spam", "Mallory <mallory@malicious.example>", "You won", 7), "Click here.\r\n"),
    },
    {
      name: "non-Latin subject",
      expected: "created",
      raw: text(
        base(
          "japanese",
          "山田太郎 <yamada@tokyo.example>".replace("山田太郎", word("山田太郎")),
          word("請求書について 📎"),
          8,
        ),
        "こんにちは。\r\n請求書を再送してください。\r\n",
      ),
    },
    {
      name: "attached mail",
      expected: "created",
      raw: parts(base("attached", bob, "Fwd as attachment", 9), "mixed", [
        "Content-Type: text/plain; charset=utf-8\r\n\r\nPlease look at what this customer wrote.\r\n",
        'Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename="complaint.eml"\r\n\r\n' +
        text({
          "Message-ID": "<complaint@c.example>",
          Date: date(-60),
          From: "Carl <carl@c.example>",
          To: bob,
          Subject: "Complaint",
        }, "The delivery came late.\r\n"),
      ]),
    },
    {
      name: "empty subject",
      expected: "created",
      raw: text({ ...base("nosubject", ada, "", 10) }, "I forgot the subject. Please call me back.\r\n"),
    },
    {
      name: "only in Cc",
      expected: "filtered",
      raw: text(
        { ...base("onlycc", bob, "For your information", 11), To: "alan@partner.example", Cc: to },
        "Nothing to do for you.\r\n",
      ),
    },
    {
      name: "reply with quoted history",
      expected: "commented",
      afterRound: true,
      raw: text(
        {
          ...base("reply", ada, "Re: Printer on floor 3 jams", 20),
          "In-Reply-To": "<first@demo.example>",
          References: "<first@demo.example>",
        },
        "Tray 2 is full again, and it still jams.\r\n\r\nOn Tue, 24 Nov 2026 at 09:00, Support <support@example.com> wrote:\r\n> Have you tried turning it off and on again?\r\n> Regards, Support\r\n",
      ),
    },
  ];
}

/** An uncompressed 48 × 48 PNG would be large by hand; this writes one with stored deflate blocks. */
function makePicture(): string {
  const size = 48;
  const row = Buffer.concat([
    Buffer.from([0]),
    Buffer.concat(Array.from({ length: size }, (_, x) => Buffer.from([30, 90 + x * 3, 220]))),
  ]);
  const data = Buffer.concat(Array.from({ length: size }, () => row));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    const body = Buffer.concat([Buffer.from(type), content]);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(data.length, 0);
  lengths.writeUInt16LE(~data.length & 0xffff, 2);
  const adler = Buffer.alloc(4);
  adler.writeUInt32BE(adler32(data));
  const deflated = Buffer.concat([Buffer.from([0x78, 0x01, 0x01]), lengths, data, adler]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflated), chunk("IEND", Buffer.alloc(0))])
    .toString("base64");
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}
