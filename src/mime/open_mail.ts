/**
 * A mail as the mailbox tells it → the mail that its sender wrote: `winmail.dat` unpacked, S/MIME signatures taken off,
 * encryption named, reports read. Pure but for the reading that is handed in.
 */

import {
  headerValue,
  headerValues,
  type MailAttachment,
  type MailBody,
  MEETING_HEADER,
  type Message,
} from "../core/mail.ts";
import { readCms } from "./cms.ts";
import { collectSignedContent, type Content, type ParsedAttachment } from "./collect.ts";
import { hasHeader, readEntity } from "./entity.ts";
import { bodyOf } from "./message.ts";
import { isReport, readReport } from "./report.ts";
import { isTnef, parseTnef, TnefError } from "./tnef.ts";

/** Larger ones are attached as they are: what is unpacked lies in memory until the mail is handled. */
export const MAX_OPENED = 40 * 1024 * 1024;

/**
 * The bytes of an attachment. `headOnly`: a beginning of it will do. `null`: the mailbox does not hand it out, or it is
 * larger than `limit` (and not `headOnly`).
 */
export type ReadAttachment = (
  attachment: MailAttachment,
  limit: { readonly bytes: number; readonly headOnly: boolean },
) => Promise<Uint8Array | null>;

/** The iCalendar of a meeting message: the mailbox keeps it apart from the text. `null`: it cannot be had. */
export type ReadCalendar = () => Promise<Uint8Array | null>;

export interface OpenedMail {
  readonly message: Message;
  /** Bytes of the attachments that were inside of others, by their ids. */
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

/** Signed within encrypted within signed: three rounds; more is an attack. */
const MAX_ROUNDS = 5;

/** Whether {@link openMail} would change anything: nothing need be read to know that it would not. */
export function isWrapped(message: Message): boolean {
  return isReport(message) || calendarOf(message) !== null ||
    message.attachments.some((attachment) =>
      wrapperOf(attachment, message) !== null || protectionOf(attachment) !== null
    );
}

export async function openMail(message: Message, read: ReadAttachment, calendar: ReadCalendar): Promise<OpenedMail> {
  const state = new Opening(message, read);
  for (let round = 0; round < MAX_ROUNDS && await state.openOne(); round++);
  const file = calendarOf(message);
  if (file !== null) state.attach(file, await calendar());
  return await state.result();
}

/** Of an invitation or a cancellation: when and where is told nowhere else. An answer to one is read by nobody. */
function calendarOf(message: Message): Pick<MailAttachment, "name" | "contentType"> | null {
  switch (headerValues(message, MEETING_HEADER).at(-1)) {
    case "eventMessageRequest":
      return { name: "invite.ics", contentType: "text/calendar; method=REQUEST" };
    case "eventMessage":
      return { name: "meeting.ics", contentType: "text/calendar; method=CANCEL" };
    default:
      return null;
  }
}

type Wrapper = "tnef" | "smime";

function wrapperOf(attachment: MailAttachment, message: Pick<Message, "body" | "headers">): Wrapper | null {
  if (attachment.kind !== "file") return null;
  const type = mediaType(attachment);
  const name = attachment.name.trim().toLowerCase();
  if (/^application\/(?:vnd\.)?ms-tnef$/.test(type) || /^(?:winmail|win)\.dat$/.test(name)) return "tnef";
  if (type === "multipart/signed") return "smime";
  if (!/^application\/(?:x-)?pkcs7-mime$/.test(type) && name !== "smime.p7m") return null;
  // A signed document (`contract.pdf.p7m`) is a file like any other; a signed mail is nothing but its envelope.
  return name === "smime.p7m" || (name === "" && isBlank(message.body)) ? "smime" : null;
}

class Opening {
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #closed = new Set<string>();
  readonly #remarks: string[] = [];
  #message: Message;

  constructor(message: Message, private readonly read: ReadAttachment) {
    this.#message = message;
  }

  /** Opens the first wrapper that is still closed; `false` if there is none. */
  async openOne(): Promise<boolean> {
    for (const attachment of this.#message.attachments) {
      const wrapper = wrapperOf(attachment, this.#message);
      if (wrapper === null || this.#closed.has(attachment.id)) continue;
      this.#closed.add(attachment.id);
      const bytes = await this.#bytesOf(attachment);
      if (bytes === null) {
        const limit = `${MAX_OPENED / 1024 / 1024} MB`;
        this.#remark(
          `${nameOf(attachment)} was not opened: it is larger than ${limit}, or the mailbox did not hand it out.`,
        );
      } else if (wrapper === "tnef") this.#openTnef(attachment, bytes);
      else await this.#openSmime(attachment, bytes);
      return true;
    }
    return false;
  }

  attach(file: Pick<MailAttachment, "name" | "contentType">, bytes: Uint8Array | null): void {
    if (bytes === null || bytes.length === 0) return;
    const facts = { kind: "file", isInline: false, contentId: null, contentLocation: null, sourceUrl: null } as const;
    const attachment: MailAttachment = { id: "~calendar", ...facts, ...file, size: bytes.length };
    this.#bytes.set(attachment.id, bytes);
    this.#message = { ...this.#message, attachments: [...this.#message.attachments, attachment] };
  }

  async result(): Promise<OpenedMail> {
    for (const attachment of this.#message.attachments) {
      const protection = protectionOf(attachment);
      if (protection !== null) this.#remark(protection);
    }
    const message = isReport(this.#message)
      ? { ...this.#message, reportText: await readReport(this.#message, this.read) }
      : this.#message;
    return {
      message: this.#remarks.length === 0 ? message : { ...message, remarks: this.#remarks },
      bytes: this.#bytes,
    };
  }

  async #bytesOf(attachment: MailAttachment): Promise<Uint8Array | null> {
    const known = this.#bytes.get(attachment.id);
    if (known !== undefined) return known;
    return await this.read(attachment, { bytes: MAX_OPENED, headOnly: false });
  }

  #openTnef(attachment: MailAttachment, bytes: Uint8Array): void {
    try {
      const mail = parseTnef(bytes);
      this.#replace(attachment, mail.attachments, isBlank(this.#message.body) ? mail.body : null);
    } catch (error) {
      if (!(error instanceof TnefError)) throw error;
      const why = isTnef(bytes) ? `is damaged (${error.message})` : "is no file of Outlook's";
      this.#remark(`${nameOf(attachment)} ${why} and could not be opened; it is attached as it is.`);
    }
  }

  async #openSmime(attachment: MailAttachment, bytes: Uint8Array): Promise<void> {
    const clear = mediaType(attachment) === "multipart/signed" || beginsAsSigned(bytes);
    const cms = clear ? null : readCms(bytes);
    if (cms?.kind === "encrypted") {
      this.#remark(
        `This mail is encrypted (S/MIME) and can be read only by who has its key, in Outlook for instance. The encrypted mail is attached as ${
          nameOf(attachment)
        }.`,
      );
      return;
    }
    const signed = clear ? bytes : cms?.kind === "signed" ? cms.content : null;
    if (signed === null || !hasHeader(signed)) {
      this.#remark(`${nameOf(attachment)} could not be read as a signed mail; it is attached as it is.`);
      return;
    }
    const content = await collectSignedContent(signed);
    this.#remark(signedWords(clear ? bytes : null));
    const body = bodyOfContent(content);
    this.#replace(attachment, content.attachments, body !== null && this.#isBetter(body) ? body : null);
  }

  /** Whether the signed text is to be shown: not when only a part of the mail is signed, and the rest has a text, too. */
  #isBetter(signed: MailBody): boolean {
    const { body } = this.#message;
    if (isBlank(body) || (body.contentType === "text" && signed.contentType === "html")) return true;
    return /^\s*(?:multipart\/signed|application\/(?:x-)?pkcs7-mime)/i.test(
      headerValue(this.#message, "Content-Type") ?? "",
    );
  }

  /** Puts what was inside in the place of the wrapper. */
  #replace(wrapper: MailAttachment, inside: readonly ParsedAttachment[], body: MailBody | null): void {
    const opened = inside.map((attachment, i): MailAttachment => {
      const { bytes, ...facts } = attachment;
      const id = `${wrapper.id}~${i + 1}`;
      this.#bytes.set(id, bytes);
      return { id, ...facts, size: bytes.length, sourceUrl: null };
    });
    const attachments = this.#message.attachments.flatMap((each) => each === wrapper ? opened : [each]);
    this.#message = body === null
      ? { ...this.#message, attachments }
      : { ...this.#message, attachments, body, uniqueBody: null };
  }

  #remark(text: string): void {
    if (!this.#remarks.includes(text)) this.#remarks.push(text);
  }
}

function bodyOfContent(content: Content): MailBody | null {
  const body = bodyOf(content);
  return isBlank(body) ? null : body;
}

function signedWords(clear: Uint8Array | null): string {
  const pgp = clear !== null && /pgp-signature/i.test(readEntity(clear).headers.map(({ value }) => value).join(" "));
  return `This mail is signed (${pgp ? "OpenPGP" : "S/MIME"}). The signature was not checked and is not attached.`;
}

/** Encryption that shows in an attachment's type: OpenPGP (RFC 3156) and Microsoft Purview. */
function protectionOf(attachment: MailAttachment): string | null {
  const type = mediaType(attachment);
  if (type === "application/pgp-encrypted" || (attachment.name === "encrypted.asc" && attachment.kind === "file")) {
    return "This mail is encrypted (OpenPGP) and can be read only by who has its key. What was sent is attached.";
  }
  if (type === "application/x-microsoft-rpmsg-message" || attachment.name.toLowerCase() === "message.rpmsg") {
    return "This mail is protected (Microsoft Purview) and can be read only in Outlook or through its link. What was sent is attached.";
  }
  return null;
}

function beginsAsSigned(bytes: Uint8Array): boolean {
  const head = new TextDecoder("windows-1252").decode(bytes.subarray(0, 2000));
  return /^content-type\s*:\s*multipart\/signed/im.test(head);
}

function isBlank({ contentType, content }: MailBody): boolean {
  if (contentType === "text") return content.trim() === "";
  const shown = content.replace(/<(?:style|script|title)\b[^<>]*>[^<]*/gi, "").replace(/<!--.*?-->/gs, "");
  return !/<img\b/i.test(shown) && shown.replace(/<[^<>]*>|&nbsp;|&#160;|\s|\u200b/g, "") === "";
}

function nameOf({ name }: MailAttachment): string {
  return name.trim() === "" ? "smime.p7m" : name.trim();
}

function mediaType({ contentType }: MailAttachment): string {
  return contentType.split(";")[0]!.trim().toLowerCase();
}
