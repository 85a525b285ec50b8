/** Raw RFC 5322 bytes → a mail as plain data, seen as Exchange sees it. Pure. */

import { addressParser, decodeWords } from "postal-mime";
import type { Address, Header } from "../core/mail.ts";
import { collectContent, type ParsedAttachment } from "./collect.ts";
import { fieldValue, hasHeader, readEntity, withoutPreamble } from "./entity.ts";

export type { ParsedAttachment } from "./collect.ts";

/** A mail as it travelled. */
export interface ParsedMail {
  /** Unfolded, encoded words kept, topmost first. */
  readonly headers: readonly Header[];
  /** Decoded; empty if there is none. */
  readonly subject: string;
  /** With angle brackets; `null` if there is none. */
  readonly messageId: string | null;
  /** `Date` as ISO 8601 UTC, `null` if missing or unreadable. */
  readonly date: string | null;
  readonly from: Address | null;
  readonly sender: Address | null;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly html: string | null;
  readonly text: string | null;
  readonly attachments: readonly ParsedAttachment[];
  /** `method` of a calendar part that belongs to the text (`REQUEST`, `REPLY`, `CANCEL`); `null` for ordinary mail. */
  readonly calendarMethod: string | null;
  /** That part, an iCalendar. */
  readonly calendar: Uint8Array | null;
}

/** The bytes are no mail at all. */
export class NotAMailError extends Error {
  override readonly name = "NotAMailError";
}

/**
 * Parses a mail, however odd. Throws {@link NotAMailError} only for bytes that are no mail: empty, or without a single
 * header field.
 */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const bytes = withoutPreamble(raw);
  if (bytes.length === 0) throw new NotAMailError("this is no mail: it is empty");
  if (!hasHeader(bytes)) {
    throw new NotAMailError("this is no mail: it does not begin with a header such as From or Subject");
  }
  const entity = readEntity(bytes);
  const { headers } = entity;
  return {
    headers,
    subject: decodeWords(fieldValue(headers, "subject")),
    messageId: messageIdOf(headers),
    date: isoDate(fieldValue(headers, "date")),
    from: addressesIn(headers, "from")[0] ?? null,
    sender: addressesIn(headers, "sender")[0] ?? null,
    to: addressesIn(headers, "to"),
    cc: addressesIn(headers, "cc"),
    bcc: addressesIn(headers, "bcc"),
    replyTo: addressesIn(headers, "reply-to"),
    ...await collectContent(entity),
  };
}

/** A date as mailers write it → ISO 8601 UTC; `null` if it cannot be read. */
export function isoDate(value: string): string | null {
  const time = Date.parse(value.replaceAll(/\([^)]*\)/g, " ").trim());
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

function messageIdOf(headers: readonly Header[]): string | null {
  const value = fieldValue(headers, "message-id");
  return /<[^<>]+>/.exec(value)?.[0].replaceAll(/\s/g, "") ?? (value === "" ? null : value);
}

/** Groups are flattened; entries without an address (`undisclosed-recipients:;`) left out. */
function addressesIn(headers: readonly Header[], name: string): Address[] {
  return headers
    .filter((header) => header.name.toLowerCase() === name && header.value !== "")
    .flatMap((header) => addressParser(header.value, { flatten: true }))
    .flatMap(({ name, address }) => address === undefined || address === "" ? [] : [{ name, address }]);
}
