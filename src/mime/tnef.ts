/** `winmail.dat` → the mail that Outlook put into it ([MS-OXTNEF], [MS-OXPROPS]). */

import type { MailBody } from "../core/mail.ts";
import { decodeCodePage } from "./codepages.ts";
import type { ParsedAttachment } from "./collect.ts";
import { decompressRtf, RtfError } from "./rtf_compression.ts";
import { readRtf } from "./rtf.ts";
import { isTnef, mapiProperties, type MapiProperty, tnefAttributes, TnefError } from "./tnef_stream.ts";
import { addressText, writeMime } from "./write.ts";

export { isTnef, TnefError };

export interface TnefMail {
  /** `null`: it holds no text. */
  readonly body: MailBody | null;
  readonly attachments: readonly ParsedAttachment[];
}

/** Attributes, by the low half of their identifiers. */
const ATTRIBUTE = {
  attachTitle: 0x8010,
  attachData: 0x800f,
  attachRendData: 0x9002,
  attachProperties: 0x9005,
  messageProperties: 0x9003,
  body: 0x800c,
  subject: 0x8004,
  codePage: 0x9007,
} as const;

/** Property numbers. */
const PROPERTY = {
  subject: 0x0037,
  clientSubmitTime: 0x0039,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  senderSmtpAddress: 0x5d01,
  displayTo: 0x0e04,
  displayCc: 0x0e03,
  body: 0x1000,
  rtfCompressed: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  attachData: 0x3701,
  attachFilename: 0x3704,
  attachLongFilename: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
  attachContentLocation: 0x3713,
  attachFlags: 0x3714,
  internetCodePage: 0x3fde,
  attachmentHidden: 0x7ffe,
} as const;

const OBJECT = 0x000d;
/** IID_IMessage, as it stands before an attached item. */
const MESSAGE_INTERFACE = [0x07, 0x03, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
/** The picture is shown in the text (`ATT_MHTML_REF`). */
const SHOWN_IN_TEXT = 4;
const MAX_DEPTH = 8;

/** Throws {@link TnefError} when it is damaged. */
export function parseTnef(bytes: Uint8Array): TnefMail {
  const { body, attachments } = readMessage(bytes, 0);
  return { body, attachments };
}

interface TnefMessage extends TnefMail {
  readonly properties: Properties;
  readonly subject: string;
}

function readMessage(bytes: Uint8Array, depth: number): TnefMessage {
  if (depth > MAX_DEPTH) throw new TnefError("mails within mails, too deep");
  let codePage = 1252;
  let plain: Uint8Array | null = null;
  let subject: Uint8Array | null = null;
  let properties = new Properties(new Map(), codePage);
  const files: AttachmentParts[] = [];
  for (const { level, id, data } of tnefAttributes(bytes)) {
    if (level === "attachment") {
      if (id === ATTRIBUTE.attachRendData || files.length === 0) files.push({ title: null, data: null, mapi: null });
      const file = files.at(-1)!;
      if (id === ATTRIBUTE.attachTitle) file.title = data;
      else if (id === ATTRIBUTE.attachData) file.data = data;
      else if (id === ATTRIBUTE.attachProperties) file.mapi = data;
    } else if (id === ATTRIBUTE.codePage && data.length >= 4) codePage = uint32(data);
    else if (id === ATTRIBUTE.body) plain = data;
    else if (id === ATTRIBUTE.subject) subject = data;
    else if (id === ATTRIBUTE.messageProperties) properties = new Properties(mapiProperties(data), codePage);
  }
  const attachments = files.flatMap((file, i) => attachmentFrom(file, codePage, i + 1, depth) ?? []);
  return {
    properties,
    subject: properties.text(PROPERTY.subject) || (subject === null ? "" : text(subject, codePage)),
    body: bodyFrom(properties, plain === null ? "" : text(plain, codePage)),
    attachments,
  };
}

interface AttachmentParts {
  title: Uint8Array | null;
  data: Uint8Array | null;
  mapi: Uint8Array | null;
}

/** `null` for an attachment that holds nothing. */
function attachmentFrom(
  { title, data, mapi }: AttachmentParts,
  codePage: number,
  ordinal: number,
  depth: number,
): ParsedAttachment | null {
  const properties = new Properties(mapi === null ? new Map() : mapiProperties(mapi), codePage);
  const item = properties.item();
  const name = properties.text(PROPERTY.attachLongFilename) || properties.text(PROPERTY.attachFilename) ||
    (title === null ? "" : text(title, codePage)) || properties.text(PROPERTY.displayName);
  if (item !== null) return attachedMail(readMessage(item, depth + 1), name, ordinal);
  const bytes = data ?? properties.bytes(PROPERTY.attachData);
  if (bytes === null) return null;
  const contentId = properties.text(PROPERTY.attachContentId).replace(/^<|>$/g, "") || null;
  const shown = (properties.number(PROPERTY.attachFlags) & SHOWN_IN_TEXT) !== 0 ||
    properties.number(PROPERTY.attachmentHidden) !== 0;
  return {
    kind: "file",
    name,
    contentType: properties.text(PROPERTY.attachMimeTag) || typeOfName(name),
    isInline: shown && contentId !== null,
    contentId,
    contentLocation: properties.text(PROPERTY.attachContentLocation) || null,
    bytes,
  };
}

const TYPES: Readonly<Record<string, string>> = {
  bmp: "image/bmp",
  csv: "text/csv",
  gif: "image/gif",
  htm: "text/html",
  html: "text/html",
  ics: "text/calendar",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  tif: "image/tiff",
  txt: "text/plain",
  vcf: "text/vcard",
  xml: "application/xml",
  zip: "application/zip",
};

/** Outlook names the type of few attachments. */
function typeOfName(name: string): string {
  return TYPES[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ""] ?? "application/octet-stream";
}

/** An item within the stream, written as the mail that it is. */
function attachedMail(message: TnefMessage, name: string, ordinal: number): ParsedAttachment {
  const { properties, body, attachments } = message;
  const subject = message.subject || name;
  const put = (header: string, value: string) => value === "" ? [] : [{ name: header, value }];
  const sender = {
    name: properties.text(PROPERTY.senderName),
    address: properties.text(PROPERTY.senderSmtpAddress) || properties.text(PROPERTY.senderAddress),
  };
  const sent = properties.time(PROPERTY.clientSubmitTime);
  const bytes = writeMime({
    headers: [
      ...put("From", sender.address.includes("@") ? addressText(sender) : sender.name),
      ...put("To", properties.text(PROPERTY.displayTo)),
      ...put("Cc", properties.text(PROPERTY.displayCc)),
      ...put("Subject", subject),
      ...put("Date", sent === null ? "" : sent.toUTCString().replace("GMT", "+0000")),
    ],
    html: body?.contentType === "html" ? body.content : null,
    text: body?.contentType === "html" ? null : body?.content ?? "",
    parts: attachments.map((each) => ({
      ...each,
      contentType: each.kind === "item" ? "message/rfc822" : each.contentType,
    })),
  });
  return {
    kind: "item",
    name: subject || `ATT${String(ordinal).padStart(5, "0")}`,
    contentType: "message/rfc822",
    isInline: false,
    contentId: null,
    contentLocation: null,
    bytes,
  };
}

function bodyFrom(properties: Properties, plain: string): MailBody | null {
  const html = properties.html();
  if (html.trim() !== "") return { contentType: "html", content: html };
  const rtf = properties.bytes(PROPERTY.rtfCompressed);
  const rich = rtf === null ? null : fromRtf(rtf);
  if (rich !== null && rich.contentType === "html" && rich.content.trim() !== "") return rich;
  const content = [properties.text(PROPERTY.body), plain, rich?.content ?? ""].find((each) => each.trim() !== "");
  return content === undefined ? null : { contentType: "text", content };
}

/** A damaged text is no reason to lose the files. */
function fromRtf(compressed: Uint8Array): MailBody | null {
  try {
    return readRtf(decompressRtf(compressed));
  } catch (error) {
    if (error instanceof RtfError) return null;
    throw error;
  }
}

/** MAPI properties, read as what they are meant to be. */
class Properties {
  constructor(private readonly map: ReadonlyMap<number, MapiProperty>, private readonly codePage: number) {}

  text(id: number): string {
    const property = this.map.get(id);
    const value = property?.values[0];
    if (property === undefined || value === undefined) return "";
    if (property.type === 0x001f) return text(value, 1200);
    return property.type === 0x001e ? text(value, this.codePage) : "";
  }

  bytes(id: number): Uint8Array | null {
    const property = this.map.get(id);
    const value = property?.values[0];
    if (value === undefined) return null;
    return property?.type === OBJECT ? value.subarray(16) : value;
  }

  /** Whole numbers and booleans; 0 if there is none. */
  number(id: number): number {
    const value = this.map.get(id)?.values[0];
    return value === undefined ? 0 : value.length >= 4 ? uint32(value) : value[0] ?? 0;
  }

  /** Windows' 100 nanoseconds since 1601. */
  time(id: number): Date | null {
    const value = this.map.get(id)?.values[0];
    if (value === undefined || value.length < 8) return null;
    const ticks = new DataView(value.buffer, value.byteOffset, 8).getBigUint64(0, true);
    const date = new Date(Number(ticks / 10_000n) - 11_644_473_600_000);
    return Number.isNaN(date.getTime()) || date.getTime() <= 0 ? null : date;
  }

  html(): string {
    const property = this.map.get(PROPERTY.html);
    const value = property?.values[0];
    if (value === undefined) return "";
    return property?.type === 0x0102
      ? text(value, this.number(PROPERTY.internetCodePage) || this.codePage)
      : this.text(PROPERTY.html);
  }

  /** The stream of an attached item, `null` if the attachment is a file. */
  item(): Uint8Array | null {
    const property = this.map.get(PROPERTY.attachData);
    const value = property?.values[0];
    if (property?.type !== OBJECT || value === undefined) return null;
    return MESSAGE_INTERFACE.every((byte, i) => value[i] === byte) ? value.subarray(16) : null;
  }
}

/** Strings end with a zero. */
function text(bytes: Uint8Array, codePage: number): string {
  return decodeCodePage(bytes, codePage).replace(/\0[^]*$/, "");
}

function uint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}
